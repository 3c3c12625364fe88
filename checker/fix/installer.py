"""The user's own installer: which one it is, and what it is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ..model import Change, Observation

Installer = Literal["uv", "pip", "conda"]
Command = tuple[str, ...]


@dataclass(frozen=True)
class Commands:
    """The commands of one change, each a list of words.

    What is removed goes first: it may share files with the rest.
    """

    #: fill scratch folders with what is needed, both ways: nothing has to be fetched while the environment changes
    fetch: tuple[Command, ...]
    forward: tuple[Command, ...]
    back: tuple[Command, ...]


def find_installer(observation: Observation, configuration: str) -> Installer:
    """The environment's own; `configuration` is the text of its pyvenv.cfg, "" where there is none."""
    if observation.system.get("conda"):
        return "conda"
    made_by_uv = any(line.partition("=")[0].strip() == "uv" for line in configuration.splitlines())
    return "uv" if made_by_uv or observation.version("pip") is None else "pip"


def make_commands(
    installer: Installer, *, program: str, python: str, changes: Sequence[Change], folder: str
) -> Commands:
    """What uv or pip does for these changes; `program` is the uv command, `folder` a scratch folder."""
    uv = installer == "uv"
    wheels = ("--no-build", "--no-deps") if uv else ("--no-deps", "--only-binary", ":all:")

    def pip(word: str, *rest: str) -> Command:
        return (
            (program, "pip", word, "-q", "--python", python, *rest) if uv else (python, "-m", "pip", word, "-q", *rest)
        )

    def fetch(place: str, pins: Command) -> Command:
        word, option = ("install", "--target") if uv else ("download", "-d")
        return pip(word, *wheels, option, f"{folder}/{place}", *pins)

    def install(place: str, *pins: str) -> Command:
        local = () if uv else ("--no-index", "--find-links", f"{folder}/{place}")
        return pip("install", *wheels, *local, *pins)

    def remove(names: Command) -> Command:
        return pip("uninstall", *(() if uv else ("--yes",)), *names)

    after = tuple(f"{c.name}=={c.to}" for c in changes if c.to)
    before = tuple(f"{c.name}=={c.was}" for c in changes if c.was)
    gone, come = tuple(c.name for c in changes if not c.to), tuple(c.name for c in changes if not c.was)
    again = "--reinstall" if uv else "--force-reinstall"
    return Commands(
        fetch=_keep((fetch("after", after), after), (fetch("before", before), before)),
        forward=_keep((remove(gone), gone), (install("after", *after), after)),
        back=_keep((remove(come), come), (install("before", again, *before), before)),
    )


def _keep(*pairs: tuple[Command, Command]) -> tuple[Command, ...]:
    """The commands that have something to do."""
    return tuple(command for command, names in pairs if names)
