"""What measured neighbours agree on: the widest ranges of versions around a question in which nothing disagrees.

Of the cells that went one way, as many as possible are kept between bounds that shut out every cell that went the
other way. A package that needs no bound made no difference there: that is shown by the cells, and not assumed. On the
side of each bound there must be a cell that agrees as far out as the question, or farther: what lies in the gap
between two measured releases that disagree is not known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .space import Bound, Point

#: cells that have to agree at least, and how many times as many as speak for the other way
ENOUGH, TIMES = 5.0, 3.0
#: by how much each bound makes the cells between them weigh less
BOUND = 0.5
#: bounds at most: ranges on more packages than these would fit anything
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


def agreed(point: Point, one: int, other: int) -> tuple[bool, Ranges] | None:
    """Whether cells that went one way surround a point (True) or those that went the other; None: not decided."""
    for_one, for_other = ranges(point, one, other), ranges(point, other, one)
    if for_one.weight >= max(ENOUGH, TIMES * for_other.weight):
        return True, for_one
    if for_other.weight >= max(ENOUGH, TIMES * for_one.weight):
        return False, for_other
    return None


def ranges(point: Point, kept: int, shut_out: int) -> Ranges:
    """The widest ranges around a point that keep the cells of one set and shut out the other; empty: there are none."""
    bounds: list[Bound] = []
    inside, left = kept, shut_out
    while left and len(bounds) < MOST:
        found = _best(point.bounds, inside, left)
        if found is None:
            return Ranges()
        bounds.append(found)
        inside, left = inside & ~found.cells, left & ~found.cells
    if left or not inside:
        return Ranges()
    widest = _widened(point.bounds, bounds, shut_out)
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


def _united(bounds: Sequence[Bound]) -> int:
    cells = 0
    for bound in bounds:
        cells |= bound.cells
    return cells
