"""Since when something works: runs of releases among those that were tried, in a few words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from .kinds import Counts, Kind

#: runs that are written out; more are told as one with gaps
MOST = 2


def runs(tried: Sequence[tuple[str, bool]]) -> list[tuple[str, str, bool]]:
    """(first, last, whether it goes on to the newest) of each run of releases in which something holds."""
    groups = [(holds, [version for version, _ in group]) for holds, group in groupby(tried, key=lambda one: one[1])]
    last = len(groups) - 1
    return [(them[0], them[-1], place == last) for place, (holds, them) in enumerate(groups) if holds]


def told(tried: Sequence[tuple[str, bool]]) -> str:
    """The runs in words: `since 1.11.0`, `1.5.0 to 1.9.3, and since 1.11.0`, `never`, `not tried`."""
    if not tried:
        return "not tried"
    found = runs(tried)
    if not found:
        return "never"
    if len(found) > MOST:
        found = [(found[0][0], found[-1][1], found[-1][2])]
        return f"{_run(*found[0])}, with gaps"
    return ", and ".join(_run(*run) for run in found)


def _run(first: str, last: str, open_: bool) -> str:
    if open_:
        return f"since {first}"
    return first if first == last else f"{first} to {last}"


def works(releases: Mapping[str, Counts]) -> list[tuple[str, bool]]:
    """(release, whether it worked in some set) of every release that was tried in sets that can be imported."""
    return holds(releases, Kind.WORKS)


def holds(releases: Mapping[str, Counts], kind: Kind) -> list[tuple[str, bool]]:
    """The same of any kind."""
    return [(version, kind in counts) for version, counts in releases.items() if {*counts} - {Kind.ENVIRONMENT}]


def between(versions: Sequence[str]) -> str:
    """First and last of some releases, "" of none."""
    if not versions:
        return ""
    return versions[0] if len(versions) == 1 else f"{versions[0]} to {versions[-1]}"
