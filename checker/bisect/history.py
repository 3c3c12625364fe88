"""What the releases of one package do to one failure, and where that changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

from ..model import Change
from .followed import Question, Verdict


@dataclass(frozen=True)
class TriedRelease:
    """One release, and what came of it."""

    version: str
    verdict: Verdict
    #: one sentence where it is neither good nor bad, "" else
    why: str = ""
    #: what had to move with the package
    along: tuple[Change, ...] = ()
    #: True: it was run by an earlier command, not by this one
    remembered: bool = False

    @property
    def decided(self) -> bool:
        """Whether it says good or bad."""
        return self.verdict in (Verdict.GOOD, Verdict.BAD)


@dataclass(frozen=True)
class Switch:
    """Two decided releases that differ, with nothing decided between them."""

    before: TriedRelease
    after: TriedRelease
    #: releases between them that were tried and say neither good nor bad
    between: tuple[TriedRelease, ...]
    #: releases between them that were not tried
    unseen: int

    @property
    def exact(self) -> bool:
        """Whether the two are neighbours."""
        return not self.between and not self.unseen


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
    tried: tuple[TriedRelease, ...]
    reason: Reason = Reason.DONE
    #: other failures that block and that were not followed
    others: int = 0

    def find_switches(self) -> Iterator[Switch]:
        """Every change from good to bad or back that was seen, oldest first."""
        for before, after in pairwise(release for release in self.tried if release.decided):
            if before.verdict is not after.verdict:
                first, last = self.releases.index(before.version), self.releases.index(after.version)
                inside = self.releases[first + 1 : last]
                between = tuple(release for release in self.tried if release.version in inside)
                yield Switch(before, after, between, len(inside) - len(between))

    def find_nearest(self, newer: bool) -> Switch | None:
        """The switch that one meets first from the present release, upwards or downwards."""
        place, switches = self.releases.index(self.now), [*self.find_switches()]
        if newer:
            return next((s for s in switches if self.releases.index(s.before.version) >= place), None)
        return next((s for s in reversed(switches) if self.releases.index(s.after.version) <= place), None)
