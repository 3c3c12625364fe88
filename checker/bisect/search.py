"""The search for releases at which a failure comes or goes: pure, over an answer for each release."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from .followed import Verdict
from .history import Reason, TriedRelease

#: releases that one command tries at most
MOST = 60

#: tries one release
Trial = Callable[[str], TriedRelease]


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
    pairs = [(a, b) for a, b in pairwise(decided) if tried[a].verdict is not tried[b].verdict]
    for first, last in sorted(pairs, key=lambda pair: min(abs(pair[0] - now), abs(pair[1] - now))):
        left = [place for place in range(first + 1, last) if place not in tried]
        if left:
            return min(left, key=lambda place: abs(2 * place - first - last))
    return None


def bisect(
    releases: Sequence[str], now: str, trial: Trial, *, every: bool = False, most: int = MOST
) -> tuple[tuple[TriedRelease, ...], Reason]:
    """Try releases until every switch between the samples is narrowed down; `every` tries all of them.

    Where the present release does not fail, nothing else is tried: no release is to blame.
    """
    here = releases.index(now)
    tried = {here: trial(now)}
    if tried[here].verdict is not Verdict.BAD:
        return (tried[here],), Reason.SOUND
    waiting = list(range(len(releases))) if every else pick_samples(len(releases), here)
    while len(tried) < (len(releases) if every else most):
        waiting = [place for place in waiting if place not in tried]
        place = waiting[0] if waiting else find_next(tried, here)
        if place is None:
            break
        tried[place] = trial(releases[place])
    left = find_next(tried, here) is not None
    return tuple(tried[place] for place in sorted(tried)), Reason.ENOUGH if left else Reason.DONE
