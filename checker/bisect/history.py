"""What the releases of one package do to one failure, and where that changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

from ..model import Change
from .followed import Bisected, Question

__all__ = ["Bisected", "Cell", "History", "Stretch", "Switch"]


@dataclass(frozen=True)
class Cell:
    """One release, and what came of it."""

    version: str
    verdict: Bisected
    #: one sentence where it is neither good nor bad, "" else
    why: str = ""
    #: what had to move with the package
    along: tuple[Change, ...] = ()
    #: True: it was run by an earlier command, not by this one
    remembered: bool = False

    @property
    def decided(self) -> bool:
        """Whether it says good or bad."""
        return self.verdict in (Bisected.GOOD, Bisected.BAD)


@dataclass(frozen=True)
class Switch:
    """Two decided releases that differ, with nothing decided between them."""

    before: Cell
    after: Cell
    #: releases between them that were tried and say neither good nor bad
    between: tuple[Cell, ...]
    #: releases between them that were not tried
    unseen: int

    @property
    def exact(self) -> bool:
        """Whether the two are neighbours."""
        return not self.between and not self.unseen


@dataclass(frozen=True)
class Stretch:
    """Neighbouring tried releases that came out the same."""

    cells: tuple[Cell, ...]

    @property
    def verdict(self) -> Bisected:
        """What all of them are."""
        return self.cells[0].verdict


class Reason(str, Enum):
    """Why a history ends where it does."""

    DONE = "done"
    #: the present release does not fail in a fresh environment
    SOUND = "sound"
    #: as many releases were tried as one command tries
    ENOUGH = "enough"


@dataclass(frozen=True)
class History:
    """The answer of one bisection."""

    package: str
    #: the release that the patient has
    now: str
    python: str
    question: Question
    #: every release in question, oldest first
    releases: tuple[str, ...]
    #: those that were tried, oldest first
    cells: tuple[Cell, ...]
    reason: Reason = Reason.DONE
    #: other failures that block and that were not followed
    others: int = 0

    def switches(self) -> Iterator[Switch]:
        """Every change from good to bad or back that was seen, oldest first."""
        decided = [c for c in self.cells if c.decided]
        for before, after in pairwise(decided):
            if before.verdict is not after.verdict:
                first, last = self.releases.index(before.version), self.releases.index(after.version)
                inside = self.releases[first + 1 : last]
                between = tuple(c for c in self.cells if c.version in inside)
                yield Switch(before, after, between, len(inside) - len(between))

    def nearest(self, newer: bool) -> Switch | None:
        """The switch that one meets first from the present release, upwards or downwards."""
        place = self.releases.index(self.now)
        if newer:
            return next((s for s in self.switches() if self.releases.index(s.before.version) >= place), None)
        return next((s for s in [*self.switches()][::-1] if self.releases.index(s.after.version) <= place), None)

    def stretches(self) -> tuple[Stretch, ...]:
        """The tried releases, neighbours that came out the same together."""
        groups: list[list[Cell]] = []
        for cell in self.cells:
            if groups and (groups[-1][0].verdict, groups[-1][0].why) == (cell.verdict, cell.why):
                groups[-1].append(cell)
            else:
                groups.append([cell])
        return tuple(Stretch(tuple(g)) for g in groups)
