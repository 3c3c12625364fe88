"""What a project says once for all, as defaults of the options of a command; what is typed counts more."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ...errors import CannotLook, CheckerError, UsageError
from ...settings import Settings
from ...settings.keys import KEYS

#: command -> the keys that it follows
FOLLOWED = {
    "preflight": tuple(KEYS),
    "inspect": (
        "targets",
        "keep",
        "budget",
        "no-prove",
        "offline",
        "format",
        "lang",
        "strict",
        "verbose",
        "reports",
        "baseline",
    ),
    "report": ("lang", "strict", "verbose", "quiet", "exit-zero"),
    "bisect": ("scripts", "canaries", "keep"),
    "repro": ("scripts", "canaries", "keep"),
}
#: keys that name the environment, and options that name another one
ENVIRONMENT = ("requirements", "extras", "groups", "python")
OTHERS = ("requirements", "via", "recorded", "scripts", "model")


def add_config(command: argparse.ArgumentParser, name: str) -> None:
    """Which configuration is followed, for the commands that follow one."""
    if name in FOLLOWED:
        which = command.add_argument_group("what the project says")
        which.add_argument(
            "--config",
            type=Path,
            metavar="FILE",
            help="follow this file (default: checker.toml, or [tool.checker] in pyproject.toml, of the project)",
        )
        which.add_argument("--no-config", action="store_true", help="follow none")


def is_told(words: Sequence[str]) -> bool:
    """Whether one of these words says which configuration is followed, or that none is."""
    return bool({"--config", "--no-config"} & {word.partition("=")[0] for word in words})


def follow(options: argparse.Namespace, plain: argparse.ArgumentParser, settings: Settings) -> None:
    """Fill in what was not typed; `plain` is the parser of preflight, which reads what stands in the file.

    `followed` then holds the keys that count. Raises UsageError for values that no option takes, all of them at once.
    """
    options.settings = settings
    told = _values(plain, settings, FOLLOWED[options.command])
    left_out = {*_typed(options, plain)} | ({"scripts"} if getattr(options, "model", None) else set())
    if not may_build(options):
        left_out |= {*ENVIRONMENT}
    options.followed = [key for key in told if key not in left_out]
    for key in options.followed:
        name, value = told[key]
        setattr(options, name, value)


def _values(plain: argparse.ArgumentParser, settings: Settings, keys: tuple[str, ...]) -> dict[str, tuple[str, Any]]:
    """Key -> name and value of its option, as the parser reads it."""
    found: dict[str, tuple[str, Any]] = {}
    wrong: dict[str, str] = {}
    for key in (key for key in keys if settings.words.get(key)):
        if not KEYS[key].option:
            found[key] = key, [Path(word) for word in settings.words[key]]
            continue
        try:
            name = _name(plain, key)
            found[key] = name, getattr(plain.parse_args([*settings.words[key]]), name)
        except UsageError as error:
            wrong[key] = error.message.removeprefix(f"argument {KEYS[key].option}: ")
    settings.refuse(wrong)
    return found


def _name(plain: argparse.ArgumentParser, key: str) -> str:
    """The name that an option has once it is parsed."""
    return plain._option_string_actions[KEYS[key].option].dest if KEYS[key].option else key


def _typed(options: argparse.Namespace, plain: argparse.ArgumentParser) -> Iterator[str]:
    """The keys whose options were typed; what was left out is not there, or as nobody typed it."""
    words = {word.partition("=")[0] for word in options.arguments}
    for key, known in KEYS.items():
        if known.option in words or (not known.option and getattr(options, _name(plain, key), None)):
            yield key


def may_build(options: argparse.Namespace) -> bool:
    """Whether the environment that the project names is meant: no other one is typed, and no script.

    With a version, the project's requirements are built for that Python.
    """
    python = getattr(options, "python", None)
    return not any(getattr(options, name, None) for name in OTHERS) and (
        python is None or re.fullmatch(r"3(\.\d+){0,2}", python) is not None
    )


def told_by(options: argparse.Namespace, error: CheckerError) -> CheckerError:
    """The same error, with the file and the key where it is about what a configuration says."""
    settings: Settings | None = getattr(options, "settings", None)
    about = isinstance(error, UsageError) or (isinstance(error, CannotLook) and error.message.startswith("cannot read"))
    for key in options.followed if settings and about else ():
        words = [word.rpartition("=")[2] for word in settings.words[key]] if settings else []
        if KEYS[key].option in error.message.split() or any(
            part and part in error.message for word in words for part in word.split(",")
        ):
            assert settings
            return type(error)(f"{settings.path}: {settings.called(key)}: {error.message}", error.hint)
    return error
