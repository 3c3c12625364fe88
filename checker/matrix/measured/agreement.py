"""What measured neighbours agree on: ranges of versions around a question in which nothing disagrees.

Two rivals are weighed. That it works: of the cells that worked, as many as possible are kept between bounds that shut
out every cell that failed; a package that needs no bound made no difference there, which the cells show. That it fails:
a failure mostly needs two packages at most, one too new or too old for the other; so of all ranges between two bounds
that hold failures only and reach as far as the question, the one with the most failures counts. Where such ranges hold
a failure that lies no farther out than the question itself, it is never said to work.

On the side of each bound there must be a cell that agrees as far out as the question, or farther: what lies in the gap
between two measured releases that disagree is not known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import combinations
from operator import or_

from .space import Bound, Point

#: cells that have to agree at least where it works; how many for each that speaks for a failure
ENOUGH, TIMES = 3.0, 10.0
#: failures that have to agree at least, and how many for each cell that speaks for working
FAILURES, SHARE = 5, 0.5
#: by how much each bound makes the cells between them weigh less
BOUND = 0.5
#: bounds at most where it works: ranges on more packages than these would fit anything
MOST = 4


@dataclass(frozen=True)
class Ranges:
    """Bounds, and the cells between them, all of which went the same way."""

    bounds: tuple[Bound, ...] = ()
    cells: int = 0

    @property
    def weight(self) -> float:
        """How much they say: the more cells, and the fewer bounds, the more."""
        return self.cells.bit_count() / (1 + BOUND * len(self.bounds))


def agreed(point: Point, passed: int, failed: int, astray: bool = False) -> tuple[bool, Ranges] | None:
    """Whether the cells around a point say that it works there (True), or that it fails; None: not decided.

    `astray` are failures that cannot come there, since they never came with the releases of who took part in them.
    """
    works = ranges(point, passed, failed)
    if astray:
        return (True, works) if works.weight >= ENOUGH else None
    fails, inner = failing(point, passed, failed)
    failures = fails.cells.bit_count()
    if not inner.cells and works.weight >= max(ENOUGH, TIMES * failures):
        return True, works
    if inner.cells.bit_count() >= FAILURES and failures >= SHARE * works.weight:
        return False, inner
    return None


# --- where it works ------------------------------------------------------------------------------------------------


def ranges(point: Point, kept: int, shut_out: int) -> Ranges:
    """The widest ranges around a point that keep the cells of one set and shut out the other; empty: there are none."""
    tenable = [b for b in point.bounds if kept & point.beyond(b.axis, b.above) & ~b.cells]
    bounds: list[Bound] = []
    inside, left = kept, shut_out
    while left and len(bounds) < MOST:
        found = _best(tenable, inside, left)
        if found is None:
            return Ranges()
        bounds.append(found)
        inside, left = inside & ~found.cells, left & ~found.cells
    if left or not inside:
        return Ranges()
    widest = _widened(tenable, bounds, shut_out)
    cells = kept & ~_united(widest)
    held = all(cells & point.beyond(bound.axis, bound.above) for bound in widest)
    return Ranges(tuple(widest), cells) if held else Ranges()


def _best(bounds: Sequence[Bound], inside: int, left: int) -> Bound | None:
    """The bound that shuts out most for what it costs."""
    top, best = 0.0, None
    for bound in bounds:
        if gone := (left & bound.cells).bit_count():
            worth = gone / (1 + (inside & bound.cells).bit_count())
            if worth > top:
                top, best = worth, bound
    return best


def _widened(every: Sequence[Bound], chosen: Sequence[Bound], shut_out: int) -> list[Bound]:
    """The bounds moved out as far as they can be; those that others make needless are dropped."""
    kept = list(chosen)
    for bound in chosen:
        others = [other for other in kept if other is not bound]
        needed = shut_out & ~_united(others)
        if needed:
            wider = (b for b in every if (b.axis, b.above) == (bound.axis, bound.above) and not needed & ~b.cells)
            others.append(next(wider))
        kept = others
    return kept


def _united(bounds: Iterable[Bound]) -> int:
    return reduce(or_, (bound.cells for bound in bounds), 0)


# --- where it fails ------------------------------------------------------------------------------------------------


def failing(point: Point, passed: int, failed: int) -> tuple[Ranges, Ranges]:
    """Of the ranges between at most two bounds around a point in which nothing passed, the one with the most failures.

    And the one with the most failures if one of them lies no farther out than the point on every side that is bounded.
    """
    top, outer, inner = Ranges(), 0, Ranges()
    for bounds in _candidates(point.sides, passed, failed):
        cells = failed & ~_united(bounds)
        number = cells.bit_count()
        if number > outer:
            outer, top = number, Ranges(bounds, cells)
        if number > inner.cells.bit_count() and within(point, bounds, cells):
            inner = Ranges(bounds, cells)
    return top, inner


def within(point: Point, bounds: Sequence[Bound], cells: int) -> int:
    """The cells that lie no farther out than the point on any side that is bounded."""
    return reduce(lambda left, bound: left & point.beyond(bound.axis, bound.above), bounds, cells)


def _candidates(sides: Sequence[Sequence[Bound]], passed: int, failed: int) -> Iterator[tuple[Bound, ...]]:
    """Bounds that shut out all that passed: one alone, or two, each as far out as the other lets it."""
    if failed and not passed:
        yield ()
    for side in sides if failed else ():
        if alone := next((bound for bound in reversed(side) if not passed & ~bound.cells), None):
            yield (alone,)
    for one, other in combinations(sides if failed else (), 2):
        yield from _pairs(one, other, passed, failed)


def _pairs(one: Sequence[Bound], other: Sequence[Bound], passed: int, failed: int) -> Iterator[tuple[Bound, Bound]]:
    """For each bound on one side, the farthest on the other with which nothing that passed is left."""
    place = len(other) - 1
    for bound in one:
        left = passed & ~bound.cells
        while place >= 0 and left & ~other[place].cells:
            place -= 1
        if place < 0:
            return
        if failed & ~bound.cells:
            yield bound, other[place]
