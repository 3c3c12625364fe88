"""A link between two packages, as when one asks for a name that the other no longer, or not yet, has.

It breaks where both come together: a release that asks, and a release that lacks. So each cell that failed tells of
both releases by themselves; and a cell that passed beside a release that is known to ask tells that the other one has
it. Between two releases that are known to be alike another one is as they are; beyond them nothing is known.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping

from packaging.version import Version

from .agreement import Ranges
from .space import Axis, Point

#: place of a release -> whether it asks, or lacks
Told = dict[int, bool]


def linked(point: Point, provider: str, passed: int, failed: int) -> tuple[bool | None, Ranges] | None:
    """Whether a link between two packages holds (True) or breaks, None where only one release is known to take part.

    None instead of both: it takes more, or less, than these two, or nothing is known of either.
    """
    if len(point.versions) != 2 or not failed:
        return None
    (one, here), (other, there) = sorted(point.versions, key=lambda version: version[0].name == provider)
    asks, lacks = _of(one, failed), _of(other, failed)
    if not (_tell(one, asks, other, lacks, passed) and _tell(other, lacks, one, asks, passed)):
        return None
    told = _at(one, asks, here), _at(other, lacks, there)
    if False in told:
        return True, Ranges(cells=passed)
    if None in told:
        return (None, Ranges()) if True in told else None
    return False, Ranges(cells=failed)


def _of(axis: Axis, failed: int) -> Told:
    """The releases that took part in a failure."""
    return {place: True for place, cells in enumerate(axis.cells) if cells & failed}


def _tell(axis: Axis, known: Mapping[int, bool], other: Axis, told: Told, passed: int) -> bool:
    """Add the other's releases that passed beside one that took part in a failure; False where they did so as well."""
    beside = passed & sum(axis.cells[place] for place, broken in known.items() if broken)
    good = [place for place, cells in enumerate(other.cells) if cells & beside]
    told.update((place, False) for place in good if place not in told)
    return all(told[place] is False for place in good)


def _at(axis: Axis, told: Told, asked: Version) -> bool | None:
    """What is known of a release: of just that one, else of its minor, else of those on both sides if they agree."""
    first = bisect_left(axis.versions, asked)
    exact = first < len(axis.versions) and axis.versions[first] == asked
    if exact and first in told:
        return told[first]
    minor = {known for place, known in told.items() if axis.versions[place].release[:2] == asked.release[:2]}
    if len(minor) == 1:
        return minor.pop()
    older = [told[place] for place in sorted(told) if place < first]
    newer = [told[place] for place in sorted(told) if place >= first + exact]
    return older[-1] if older and newer and older[-1] is newer[0] else None
