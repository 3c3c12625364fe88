"""The frozen values of a merged report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..model import Basis, Severity, Stage


@dataclass(frozen=True)
class Found:
    """One finding of one row."""

    rule: str
    severity: Severity
    stage: Stage
    basis: Basis
    subject: str
    message: str
    #: canonical distribution names, the likeliest first
    culprits: tuple[str, ...]
    #: what was said where it failed, without what is chance in it
    signature: str
    #: True: the signature is that of any such failure, so that the subject is what tells two of them apart
    vague: bool = False
    #: True: nothing that the row's script asks for
    out_of_scope: bool = False

    @property
    def order(self) -> tuple[bool, int]:
        """Its place among others, the worst first: what a script asks for comes before all else."""
        return self.out_of_scope, self.severity.order


@dataclass(frozen=True)
class Mend:
    """A remedy of one row."""

    kind: str
    text: str
    #: what changes, as requirements; empty for lines of code and actions
    requirements: tuple[str, ...]
    #: rules that it settles
    settles: tuple[str, ...]
    #: whether it was seen to work
    proven: bool


@dataclass(frozen=True)
class Row:
    """One environment and what its report says."""

    #: the file's stem, longer where two files are called alike
    name: str
    path: str
    #: ready, warnings or blocked; missing where there is no report of it
    verdict: str
    #: "" where the report is about a file that a training made
    python: str
    #: canonical name -> version
    versions: Mapping[str, str]
    found: tuple[Found, ...]
    #: the one to follow first
    mends: tuple[Mend, ...]
    #: what was not looked at, in sentences
    unseen: tuple[str, ...] = ()
    #: what its project has decided to ignore, each with its reason
    ignored: tuple[str, ...] = ()


def missing(name: str) -> Row:
    """A row that was expected, and of which there is no report."""
    return Row(name, "", "missing", "", {}, (), ())


@dataclass(frozen=True)
class Occurrence:
    """One cause in one row."""

    row: Row
    found: tuple[Found, ...]

    @property
    def worst(self) -> Found:
        """What it comes to in this row."""
        return min(self.found, key=lambda f: f.order)

    @property
    def subjects(self) -> tuple[str, ...]:
        """Models, packages or files that it concerns there."""
        return tuple(dict.fromkeys(f.subject for f in self.found))


@dataclass(frozen=True)
class Cause:
    """What one rule found in several rows, with the same packages and the same signature."""

    #: in the order of the rows
    occurrences: tuple[Occurrence, ...]

    @property
    def worst(self) -> Found:
        """The finding that stands for it: the worst, and of these the first."""
        return min((one.worst for one in self.occurrences), key=lambda f: f.order)

    @property
    def rows(self) -> tuple[Row, ...]:
        """Where it occurs."""
        return tuple(one.row for one in self.occurrences)
