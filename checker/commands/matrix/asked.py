"""Options that the commands about measurements share."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import UsageError

if TYPE_CHECKING:
    from ...matrix.measured import Measured, Pins


def add_pins(
    command: Any, help: str = "versions, such as scikit-learn==1.4.2, or files of requirements in any form"
) -> None:
    """The versions that are asked for."""
    command.add_argument("pins", nargs="+", metavar="PINS", help=help)


def add_format(command: Any) -> None:
    """For people or for programs."""
    command.add_argument("--format", choices=("text", "json"), default="text", help="text or json (default: text)")


def pins_of(options: argparse.Namespace, matrix: Measured) -> Pins:
    """The versions that are asked for, those of files among them. Raises UsageError and CannotLook."""
    from ...matrix.wanted import pins_named

    return pins_named(matrix, [*_texts(options.pins)])


def _texts(words: list[str]) -> Iterator[str]:
    """The requirements; of a file those that name one release, since others are left open by it."""
    from ...names import pinned_version

    named = any(word.startswith("python==") for word in words)
    for word in words:
        if "==" in word:
            yield word
        elif is_file_of_requirements(word):
            yield from (text for text in written(word, python=not named) if pinned_version(text))
        else:
            raise UsageError(f"{word} is neither a version nor a file", "write NAME==VERSION, as scikit-learn==1.4.2")


def is_file_of_requirements(word: str) -> bool:
    """Whether a word names a file, one that is not there but is called like one, or standard input."""
    from ...world.files import is_file

    return word == "-" or is_file(Path(word)) or word.endswith((".txt", ".in", ".lock", ".toml", ".yml", ".yaml"))


def written(word: str, python: bool = True) -> Iterator[str]:
    """What a file asks for in any form, as requirements with the releases that a lock file tells. Raises CannotLook.

    `python`: with the Python that it is for, where it is one minor version.
    """
    from ...names import required_name
    from ...requirements.choosing import choose_needs
    from ...requirements.needs import Choice

    needs = choose_needs([Path(word)], Choice(), None, static=True).needs
    yield from (f"python=={minor}" for minor in re.findall(r"==(3\.\d+)\.\*", needs.python)[:1] if python)
    for line in needs.lines:
        name = required_name(line.text)
        if name and not line.is_option:
            yield f"{name}=={line.release}" if line.release else line.text


def strangers(pins: Pins) -> frozenset[str]:
    """The canaries that the release of scikit-learn does not know, or not any more."""
    from ...knowledge.facts import within
    from ...probe.canaries import every

    release, found = pins.get("scikit-learn", ""), set[str]()
    for canary in every() if release else ():
        bounds = [f">={canary.since}"] * bool(canary.since) + [f"<{canary.until}"] * bool(canary.until)
        if not within(release, ",".join(bounds)):
            found.add(canary.name)
    return frozenset(found)
