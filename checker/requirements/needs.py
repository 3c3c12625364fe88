"""What files ask for, whatever their form is: lines of requirements, a Python, and what cannot be honoured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from .lines import Line

#: name of a variable of markers -> its value: "python_full_version" -> "3.11.7"
Markers = Mapping[str, str]

#: what stands for standard input among files
STDIN = "-"


def called(path: Path) -> str:
    """A file as people know it."""
    return "standard input" if str(path) == STDIN else path.name or str(path)


class Manner(Enum):
    """How lines are installed."""

    #: with what they require, as a resolver finds it
    RESOLVED = "resolved"
    #: alone: they name everything that is installed
    ALONE = "alone"
    #: as they stand, whatever packages require of each other; what they do not name is found
    FIXED = "fixed"


@dataclass(frozen=True)
class Source:
    """A text that asks for packages, and where it lies."""

    text: str
    #: as people know it: the name of the file, or "standard input"
    name: str
    #: the folder that paths in it are meant from
    folder: Path
    #: the file, None for what was read from standard input
    path: Path | None = None


@dataclass(frozen=True)
class Choice:
    """Which of the optional parts of a file are wanted."""

    extras: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()


@dataclass(frozen=True)
class Needs:
    """What files ask for on one Python."""

    lines: tuple[Line, ...] = ()
    #: the Pythons that they are for, as a specifier: ">=3.10,<3.12", "==3.10.*"; "" where nothing is said
    python: str = ""
    #: what cannot be honoured, in sentences
    remarks: tuple[str, ...] = ()
    manner: Manner = Manner.RESOLVED
    #: whether the Python has decided which lines there are
    marked: bool = False
    #: what the installer is to read itself, in the place of the lines
    files: tuple[str, ...] = ()

    @property
    def asked(self) -> tuple[str, ...]:
        """What the installer is asked for at first."""
        return self.files or tuple(line.asked for line in self.lines)

    @property
    def has_places(self) -> bool:
        """Whether lines name an index beside the usual one."""
        return any(line.text.startswith("--extra-index-url") for line in self.lines)

    @property
    def words(self) -> tuple[str, ...]:
        """Options of the installer: exact releases may come from any of several indexes, as a lock file says."""
        alone = self.manner is Manner.ALONE
        anywhere = ("--index-strategy", "unsafe-best-match") if alone and self.has_places else ()
        return ("--no-deps", *anywhere) if alone else ()


def joined(every: Sequence[Needs]) -> Needs:
    """What several files ask for together."""
    manners = {one.manner for one in every}
    return Needs(
        tuple(line for one in every for line in one.lines),
        ",".join(dict.fromkeys(one.python for one in every if one.python)),
        tuple(dict.fromkeys(remark for one in every for remark in one.remarks)),
        manners.pop() if len(manners) == 1 else Manner.RESOLVED,
        any(one.marked for one in every),
        tuple(text for one in every for text in one.asked) if any(one.files for one in every) else (),
    )
