"""The user's own installer: which one it is, and what it is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..model import Change, Observation


@dataclass(frozen=True)
class Steps:
    """The commands of one change, each a list of words.

    What is removed goes first: it may share files with the rest.
    """

    #: fill scratch folders with what is needed, both ways: nothing has to be fetched while the environment changes
    fetch: tuple[tuple[str, ...], ...]
    forward: tuple[tuple[str, ...], ...]
    back: tuple[tuple[str, ...], ...]


def installer_of(observation: Observation, configuration: str) -> str:
    """uv, pip or conda; `configuration` is the text of the environment's pyvenv.cfg, "" where there is none."""
    if observation.system.get("conda"):
        return "conda"
    made_by_uv = any(line.partition("=")[0].strip() == "uv" for line in configuration.splitlines())
    return "uv" if made_by_uv or observation.version("pip") is None else "pip"


def steps(installer: str, program: str, python: str, changes: Sequence[Change], folder: str) -> Steps:
    """What uv or pip does for these changes; `program` is the uv command, `folder` a scratch folder."""
    after = tuple(f"{c.name}=={c.to}" for c in changes if c.to)
    before = tuple(f"{c.name}=={c.was}" for c in changes if c.was)
    gone, come = tuple(c.name for c in changes if not c.to), tuple(c.name for c in changes if not c.was)
    make = _Uv(program, python, folder) if installer == "uv" else _Pip(python, folder)
    return Steps(
        fetch=_given((make.fetch(after, "after"), after), (make.fetch(before, "before"), before)),
        forward=_given((make.remove(gone), gone), (make.install(after, "after"), after)),
        back=_given((make.remove(come), come), (make.install(before, "before", again=True), before)),
    )


def _given(*pairs: tuple[tuple[str, ...], tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    """The commands that have something to do."""
    return tuple(command for command, names in pairs if names)


@dataclass(frozen=True)
class _Uv:
    program: str
    python: str
    folder: str

    def _pip(self, word: str, *rest: str) -> tuple[str, ...]:
        return (self.program, "pip", word, "-q", "--python", self.python, *rest)

    def fetch(self, pins: Sequence[str], place: str) -> tuple[str, ...]:
        return self._pip("install", "--no-build", "--no-deps", "--target", f"{self.folder}/{place}", *pins)

    def install(self, pins: Sequence[str], place: str, again: bool = False) -> tuple[str, ...]:
        return self._pip("install", "--no-build", "--no-deps", *(["--reinstall"] if again else []), *pins)

    def remove(self, names: Sequence[str]) -> tuple[str, ...]:
        return self._pip("uninstall", *names)


@dataclass(frozen=True)
class _Pip:
    python: str
    folder: str

    def _pip(self, word: str, *rest: str) -> tuple[str, ...]:
        return (self.python, "-m", "pip", word, "-q", *rest)

    def fetch(self, pins: Sequence[str], place: str) -> tuple[str, ...]:
        return self._pip("download", "--no-deps", "--only-binary", ":all:", "-d", f"{self.folder}/{place}", *pins)

    def install(self, pins: Sequence[str], place: str, again: bool = False) -> tuple[str, ...]:
        local = ("--no-index", "--find-links", f"{self.folder}/{place}")
        forced = ["--force-reinstall"] if again else []
        return self._pip("install", "--no-deps", "--only-binary", ":all:", *local, *forced, *pins)

    def remove(self, names: Sequence[str]) -> tuple[str, ...]:
        return self._pip("uninstall", "--yes", *names)
