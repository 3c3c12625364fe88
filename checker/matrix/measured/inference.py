"""What measured cells say of a point among them: how it went just there, else what the cells around it agree on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from ...model import Basis, Stage
from .agreement import ENOUGH, Ranges, agreed
from .space import Point, places
from .values import CONVERTED, PASSED, UNMEASURED

#: cells that an answer names at most
NAMED = 4


@dataclass(frozen=True)
class Answer:
    """What is known of a point."""

    #: 0 it works, else the number of a signature; None: unknown
    number: int | None = None
    basis: Basis | None = None
    #: the numbers of cells on which it rests, the nearest first
    cells: tuple[int, ...] = ()
    #: what bounds these cells, or why nothing is known
    why: str = ""


class Judge:
    """Judges one point many times; what many canaries have in common is decided once."""

    def __init__(self, point: Point, stage: Callable[[int], Stage | None]) -> None:
        self.point = point
        self.stage = stage
        self.decided: dict[tuple[int, int], tuple[bool, Ranges] | None] = {}
        self.named: dict[int, tuple[int, ...]] = {}

    def answer(self, numbers: Sequence[int]) -> Answer:
        """What follows from how it went in each cell: 0 it passed, -1 it was not measured, else a signature."""
        for place in places(self.point.exact):
            if numbers[place] >= PASSED:
                return Answer(numbers[place], Basis.MEASURED, (place,))
        if self.point.outside:
            return Answer(why=f"{' and '.join(self.point.outside)}: only older or only newer releases were measured")
        return self._inferred(numbers)

    def _inferred(self, numbers: Sequence[int]) -> Answer:
        """Stage by stage, in their order: whether the cells that came so far failed there."""
        reached = _those(number != UNMEASURED for number in numbers)
        converted = _those(number == CONVERTED for number in numbers)
        stages = [self.stage(number) for number in numbers]
        ranges = Ranges(cells=reached)
        for stage in sorted({*filter(None, stages)}, key=lambda stage: stage.order):
            came = reached & ~converted if stage.order > Stage.CONVERT.order else reached
            failed = _those(at is stage for at in stages)
            decided = self._decide(came & ~failed, failed)
            if decided is None:
                return Answer(why=f"the measured neighbours do not agree on the stage {stage.value}")
            passed, ranges = decided
            if not passed:
                cells = self._nearest(ranges.cells)
                return Answer(numbers[cells[0]], Basis.INFERRED, cells, _told(ranges))
            reached &= ~failed
        return self._works(replace(ranges, cells=ranges.cells & ~converted))

    def _works(self, ranges: Ranges) -> Answer:
        """Nothing around it fails at any stage; enough of it must have come to the end."""
        if ranges.cells.bit_count() < ENOUGH:
            return Answer(why="too few measured neighbours tried it")
        return Answer(PASSED, Basis.INFERRED, self._nearest(ranges.cells), _told(ranges))

    def _decide(self, one: int, other: int) -> tuple[bool, Ranges] | None:
        if (one, other) not in self.decided:
            self.decided[one, other] = agreed(self.point, one, other)
        return self.decided[one, other]

    def _nearest(self, cells: int) -> tuple[int, ...]:
        if cells not in self.named:
            self.named[cells] = tuple(sorted(places(cells), key=self.point.distances.__getitem__)[:NAMED])
        return self.named[cells]


def _those(flags: Iterable[bool]) -> int:
    """The set of the cells for which it holds."""
    return sum(1 << place for place, flag in enumerate(flags) if flag)


def _told(ranges: Ranges) -> str:
    """The ranges in words: `27 measured cells agree, with scikit-learn below 1.6.0`."""
    cells = ranges.cells.bit_count()
    bounds = [f"{b.axis} {'below' if b.above else 'above'} {b.version or 'none'}" for b in ranges.bounds]
    return f"{cells} measured cells agree" + (f", with {' and '.join(bounds)}" if bounds else "")
