"""What the releases of one package do to one failure, and where that changes: pure, over an answer for each release."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

from ..model import Change
from .followed import Question, State

#: releases that one command tries at most
MOST = 60


@dataclass(frozen=True)
class TriedRelease:
    """One release, and what came of it."""

    version: str
    state: State
    #: one sentence where it is neither good nor bad, "" else
    why: str = ""
    #: what had to move with the package
    along: tuple[Change, ...] = ()
    #: True: it was run by an earlier command, not by this one
    remembered: bool = False

    @property
    def decided(self) -> bool:
        """Whether it says good or bad."""
        return self.state in (State.GOOD, State.BAD)


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
            if before.state is not after.state:
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


def pick_samples(count: int, now: int) -> list[int]:
    """Where to look first: the present release, both ends, and steps of 1, 2, 4, ... to either side.

    What is near is seen closely, and a history that goes back and forth shows.
    """
    near = [now + sign * (1 << n) for n in range(count.bit_length()) for sign in (1, -1)]
    return list(dict.fromkeys(p for p in (now, *near, count - 1, 0) if 0 <= p < count))


def find_next(tried: Mapping[int, TriedRelease], now: int) -> int | None:
    """The untried release in the middle between two decided ones that differ, nearest to the present one first.

    One that says nothing is passed over, as `git bisect skip` does; None when every switch is as exact as it can be.
    """
    decided = sorted(place for place, release in tried.items() if release.decided)
    pairs = [(a, b) for a, b in pairwise(decided) if tried[a].state is not tried[b].state]
    for first, last in sorted(pairs, key=lambda pair: min(abs(pair[0] - now), abs(pair[1] - now))):
        left = [place for place in range(first + 1, last) if place not in tried]
        if left:
            return min(left, key=lambda place: abs(2 * place - first - last))
    return None


def bisect(
    releases: Sequence[str],
    now: str,
    try_release: Callable[[str], TriedRelease],
    *,
    every: bool = False,
    most: int = MOST,
) -> tuple[tuple[TriedRelease, ...], Reason]:
    """Try releases until every switch between the samples is narrowed down; `every` tries all of them.

    Where the present release does not fail, nothing else is tried: no release is to blame.
    """
    here = releases.index(now)
    tried = {here: try_release(now)}
    if tried[here].state is not State.BAD:
        return (tried[here],), Reason.SOUND
    waiting = list(range(len(releases))) if every else pick_samples(len(releases), here)
    while len(tried) < (len(releases) if every else most):
        waiting = [place for place in waiting if place not in tried]
        place = waiting[0] if waiting else find_next(tried, here)
        if place is None:
            break
        tried[place] = try_release(releases[place])
    left = find_next(tried, here) is not None
    return tuple(tried[place] for place in sorted(tried)), Reason.ENOUGH if left else Reason.DONE
