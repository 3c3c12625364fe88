"""Cells as points: where a set of versions lies among them, and which cells lie beyond a release.

Sets of cells are whole numbers, a bit for each cell, so that hundreds of canaries are judged in a moment.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import or_

from packaging.version import Version

from ...knowledge.facts import parse
from .pins import Pins

#: a package that is not there, below every release
ABSENT = Version("0.dev0")


@dataclass(frozen=True)
class Bound:
    """A release that was measured, above or below what is asked, and the cells from there on."""

    axis: str
    #: the cells lie above what is asked; False: below
    above: bool
    version: str
    cells: int


@dataclass(frozen=True)
class Axis:
    """The measured releases of one package, oldest first, and the cells of each."""

    name: str
    versions: tuple[Version, ...]
    texts: tuple[str, ...]
    cells: tuple[int, ...]

    @cached_property
    def from_here(self) -> tuple[int, ...]:
        """For each release, the cells that have it or a newer one."""
        return tuple(_united(self.cells[::-1]))[::-1]

    @cached_property
    def up_to_here(self) -> tuple[int, ...]:
        """For each release, the cells that have it or an older one."""
        return tuple(_united(self.cells))

    def bounds(self, asked: Version) -> Iterator[Bound]:
        """What lies beyond, above and below, the farthest release first."""
        first = bisect_left(self.versions, asked)
        known = first < len(self.versions) and self.versions[first] == asked
        for place in range(len(self.versions) - 1, first + known - 1, -1):
            yield Bound(self.name, True, self.texts[place], self.from_here[place])
        for place in range(first):
            yield Bound(self.name, False, self.texts[place], self.up_to_here[place])

    def reaches(self, asked: Version, above: bool) -> int:
        """The cells at a release or above it, or at it or below."""
        first = bisect_left(self.versions, asked)
        if above:
            return self.from_here[first] if first < len(self.versions) else 0
        known = first < len(self.versions) and self.versions[first] == asked
        last = first + known - 1
        return self.up_to_here[last] if last >= 0 else 0

    def of_minor(self, asked: Version) -> int:
        """The cells of all releases of a minor."""
        alike = (held for v, held in zip(self.versions, self.cells, strict=True) if v.release[:2] == asked.release[:2])
        return reduce(or_, alike, 0)

    def steps(self, asked: Version) -> list[int]:
        """For each cell, how many measured releases it takes from a version to its own; 0 where it is the same."""
        here, after = bisect_left(self.versions, asked), bisect_right(self.versions, asked)
        far = [here - place if place < here else place - after + 1 for place in range(len(self.versions))]
        told = {cell: far[place] for place, cells in enumerate(self.cells) for cell in places(cells)}
        return [told[cell] for cell in range(len(told))]


def _united(sets: Iterable[int]) -> Iterator[int]:
    so_far = 0
    for cells in sets:
        so_far |= cells
        yield so_far


@dataclass(frozen=True)
class Space:
    """All cells, by the releases of each package."""

    axes: tuple[Axis, ...]
    size: int

    @property
    def names(self) -> tuple[str, ...]:
        """The packages that tell cells apart."""
        return tuple(axis.name for axis in self.axes)


@dataclass(frozen=True)
class Point:
    """A set of versions that is asked for; the packages of which it says nothing are left out."""

    space: Space
    versions: tuple[tuple[Axis, Version], ...]

    @cached_property
    def bounds(self) -> tuple[Bound, ...]:
        """Everything that lies beyond it in some direction."""
        return tuple(b for axis, version in self.versions for b in axis.bounds(version))

    @cached_property
    def sides(self) -> tuple[tuple[Bound, ...], ...]:
        """The same, each direction by itself, the nearest release first."""
        told: dict[tuple[str, bool], list[Bound]] = {}
        for bound in reversed(self.bounds):
            told.setdefault((bound.axis, bound.above), []).append(bound)
        return tuple(map(tuple, told.values()))

    @cached_property
    def exact(self) -> int:
        """The cells of just these versions; none where a package is left open."""
        if len(self.versions) < len(self.space.axes):
            return 0
        found = (1 << self.space.size) - 1
        for axis, version in self.versions:
            found &= axis.reaches(version, True) & axis.reaches(version, False)
        return found

    def part(self, names: Sequence[str]) -> Point:
        """The same, as far as some packages count."""
        axes = tuple(axis for axis in self.space.axes if axis.name in names)
        told = tuple((axis, version) for axis, version in self.versions if axis.name in names)
        return Point(Space(axes, self.space.size), told)

    @cached_property
    def left_open(self) -> tuple[str, ...]:
        """The packages of which it says nothing."""
        told = {axis.name for axis, _ in self.versions}
        return tuple(axis.name for axis in self.space.axes if axis.name not in told)

    def outside(self, cells: int) -> tuple[str, ...]:
        """The packages of which some cells have only older, or only newer, releases."""
        told = (
            (axis.name, axis.reaches(version, True), axis.reaches(version, False)) for axis, version in self.versions
        )
        return tuple(name for name, above, below in told if not (above & cells and below & cells))

    def beyond(self, axis: str, above: bool) -> int:
        """The cells that have the asked release of a package, or one beyond it."""
        return next(a.reaches(version, above) for a, version in self.versions if a.name == axis)

    @cached_property
    def distances(self) -> list[tuple[int, int]]:
        """For each cell, in how many packages it differs, and by how many measured releases together."""
        steps = [axis.steps(version) for axis, version in self.versions]
        each = zip(*steps, strict=True) if steps else [()] * self.space.size
        return [(sum(1 for s in told if s), sum(told)) for told in each]


def space(names: Sequence[str], cells: Sequence[Pins]) -> Space:
    """The points of some cells."""
    return Space(tuple(_axis(name, cells) for name in names), len(cells))


def _axis(name: str, cells: Sequence[Pins]) -> Axis:
    told: dict[str, int] = {}
    for place, pins in enumerate(cells):
        text = pins.get(name, "")
        told[text] = told.get(text, 0) | 1 << place
    found: dict[Version, int] = {}
    texts: dict[Version, str] = {}
    for text, held in told.items():
        version = parse(text) or ABSENT
        found[version] = found.get(version, 0) | held
        texts.setdefault(version, text)
    ordered = sorted(found)
    return Axis(name, tuple(ordered), tuple(texts[v] for v in ordered), tuple(found[v] for v in ordered))


def point(space: Space, pins: Pins) -> Point:
    """Where a set of versions lies. A version that cannot be read is left open."""
    told = ((axis, parse(pins[axis.name])) for axis in space.axes if axis.name in pins)
    return Point(space, tuple((axis, version) for axis, version in told if version))


def places(cells: int) -> Iterator[int]:
    """The numbers of the cells in a set."""
    while cells:
        lowest = cells & -cells
        yield lowest.bit_length() - 1
        cells ^= lowest
