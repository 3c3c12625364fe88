"""Which cells lie between one in which models convert and one in which they do not: the next to be measured.

From the bad cell to the nearest good one the packages that differ are changed one by one, and then one package is
bisected, until two neighbouring releases differ. Each call proposes one step of each search; what was measured since is
where the next call goes on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from packaging.version import Version

from ...knowledge import Knowledge
from ..cells import CONVERTING, FITTING

#: share of the canaries that must convert in one cell and not in the other
APART = 0.05
#: packages that may differ between the two
MOST = 3
#: packages that are moved: protobuf and scipy follow what uv makes of the others
MOVED = ("skl2onnx", "onnx", "numpy", "scikit-learn")

Pins = Mapping[str, str]


@dataclass(frozen=True)
class Point:
    """A measured conversion cell: its versions, and the canaries that converted."""

    pins: Pins
    works: frozenset[str]

    def differs(self, other: Point) -> list[str]:
        """The packages in whose releases two cells differ."""
        return [name for name in (*FITTING, *CONVERTING) if self.pins[name] != other.pins[name]]


def boundaries(points: Sequence[Point], knowledge: Knowledge, canaries: int) -> list[dict[str, str]]:
    """The versions of the cells to measure next, the newest first, none twice and none that is measured."""
    known = {tuple(point.pins.values()) for point in points}
    found: dict[tuple[str, ...], dict[str, str]] = {}
    for bad, good in pairs(points, knowledge, canaries):
        pins = step(bad, good, knowledge)
        if pins and tuple(pins.values()) not in known:
            found.setdefault(tuple(pins.values()), pins)
    return sorted(found.values(), key=lambda pins: [Version(pins[name]) for name in MOVED[::-1]], reverse=True)


def pairs(points: Sequence[Point], knowledge: Knowledge, canaries: int) -> Iterator[tuple[Point, Point]]:
    """Each cell in which much fails that works in its nearest neighbour, with that neighbour."""
    places = {name: {r.version: n for n, r in enumerate(knowledge.releases(name))} for name in (*FITTING, *CONVERTING)}

    def far(one: Point, other: Point) -> tuple[int, int]:
        names = one.differs(other)
        return len(names), sum(abs(places[n].get(one.pins[n], 0) - places[n].get(other.pins[n], 0)) for n in names)

    for bad in points:
        near = [
            other
            for other in points
            if other.pins["python"] == bad.pins["python"] and len(other.works - bad.works) > APART * canaries
        ]
        if near:
            good = min(near, key=partial(far, bad))
            if 1 <= len(bad.differs(good)) <= MOST:
                yield bad, good


def step(bad: Point, good: Point, knowledge: Knowledge) -> dict[str, str] | None:
    """The next cell between two: one package taken over from the good one, or the release in the middle of one."""
    moved = [name for name in bad.differs(good) if name in MOVED]
    if not moved:
        return None
    name = moved[0]
    if len(moved) > 1:
        return {**bad.pins, name: good.pins[name]}
    between = middle(releases(knowledge, name, bad.pins["python"]), bad.pins[name], good.pins[name])
    return {**bad.pins, name: between} if between else None


def releases(knowledge: Knowledge, name: str, python: str) -> list[str]:
    """The releases of a package that an interpreter can have, oldest first."""
    return [r.version for r in knowledge.releases_for_python(name, python) if not r.parsed.is_prerelease]


def middle(versions: Iterable[str], one: str, other: str) -> str:
    """The release in the middle of those between two, "" where there is none."""
    low, high = sorted((Version(one), Version(other)))
    between = [version for version in versions if low < Version(version) < high]
    return between[len(between) // 2] if between else ""
