"""What measured cells say of a point among them: how it went just there, else what the cells around it agree on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from itertools import groupby, islice
from operator import and_, or_

from ...model import Basis, Stage
from .agreement import ENOUGH, Ranges, agreed
from .linking import Step, step_of
from .links import linked
from .space import Point, places
from .values import CONVERTED, PASSED, UNMEASURED, Signature

#: cells that an answer names at most
NAMED = 4
#: the nearest cells that have to fail for a failure to be likely where the others do not agree
NEAREST = 2


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
    #: where the neighbours do not agree, and the nearest two failed: the number of the nearest one's signature
    likely: int = PASSED


class Judge:
    """Judges one point many times; what many canaries have in common is decided once."""

    def __init__(self, point: Point, signature: Callable[[int], Signature | None]) -> None:
        self.point = point
        self.signature = signature
        #: what is said where the versions of some packages are left open
        self.open = f", with {' and '.join(point.left_open)} left open" if point.left_open else ""
        self.parts: dict[tuple[str, ...], Point] = {(): point}
        self.decided: dict[tuple[object, ...], tuple[bool, Ranges] | None] = {}
        self.named: dict[int, tuple[int, ...]] = {}

    def answer(self, numbers: Sequence[int]) -> Answer:
        """What follows from how it went in each cell: 0 it passed, -1 it was not measured, else a signature."""
        for place in places(self.point.exact):
            if numbers[place] >= PASSED:
                return Answer(numbers[place], Basis.MEASURED, (place,))
        tried = _union(1 << place for place, number in enumerate(numbers) if number != UNMEASURED)
        if outside := self.point.outside(tried):
            return Answer(why=f"it was tried only with older, or only with newer, releases of {' and '.join(outside)}")
        return self._inferred(numbers)

    def _inferred(self, numbers: Sequence[int]) -> Answer:
        """Package by package, in their order: whether the cells that came so far failed there."""
        cells = _by_number(numbers)
        converted, steps = cells.pop(CONVERTED, 0), self._steps(cells)
        # who fails elsewhere in the same package may have failed here too, and so may whose place is not known
        reached = _union(cells.values()) & ~_union(cells[n] for step, told in steps if step.is_anywhere for n in told)
        ranges = Ranges(cells=reached)
        for (stage, _), group in groupby(steps, key=lambda told: told[0][:2]):
            alike = [(step, [cells[number] for number in failures]) for step, failures in group]
            reached &= ~_union(failed for _, each in alike for failed in each)
            came = reached if stage > Stage.CONVERT.order else reached | converted
            decided = [(step, each, self._at(step, came, each)) for step, each in alike]
            if fails := next((told[1] for _, _, told in decided if told and not told[0]), None):
                nearest = self._nearest(fails.cells)
                return Answer(numbers[nearest[0]], Basis.INFERRED, nearest, _told(fails))
            for step, each, told in decided:
                pair = self._failing_pair(step, came, _union(each))
                if told is None or pair:
                    nearest = pair or self._failing_nearest(step, came, _union(each))
                    why = f"the measured neighbours do not agree on the stage {step.name}{self.open}"
                    return Answer(None, None, nearest, why, numbers[nearest[0]] if nearest else PASSED)
                ranges = told[1]
        return self._works(replace(ranges, cells=ranges.cells & reached))

    def _steps(self, numbers: Iterable[int]) -> list[tuple[Step, list[int]]]:
        """The steps at which something failed, in their order, each with how."""
        found: dict[Step, list[int]] = {}
        for number in numbers:
            if signature := self.signature(number):
                found.setdefault(step_of(signature), []).append(number)
        return sorted(found.items())

    def _at(self, step: Step, passed: int, failed: Sequence[int]) -> tuple[bool, Ranges] | None:
        """One step: for all failures there together, else, since each has its own cause, for one after the other."""
        together = self._decide(step, passed, _union(failed)) if len(failed) == 1 or not step.is_link else None
        if together or len(failed) < 2:
            return together
        each = [self._decide(step, passed, cells) for cells in failed]
        if fails := next((one for one in each if one and not one[0]), None):
            return fails
        surely = [one for one in each if one]
        return min(surely, key=lambda one: one[1].weight) if len(surely) == len(each) else None

    def _works(self, ranges: Ranges) -> Answer:
        """Nothing around it fails at any stage; enough of it must have come to the end."""
        if ranges.cells.bit_count() < ENOUGH:
            return Answer(why=f"too few measured neighbours tried it{self.open}")
        return Answer(PASSED, Basis.INFERRED, self._nearest(ranges.cells), _told(ranges))

    def _decide(self, step: Step, passed: int, failed: int) -> tuple[bool, Ranges] | None:
        """What the cells say as far as only some packages count; the same question is answered once."""
        key = (step.axes, step.parties, passed, failed)
        if key not in self.decided:
            self.decided[key] = self._decided(self._part(step.axes), step, passed, failed)
        return self.decided[key]

    def _part(self, names: tuple[str, ...]) -> Point:
        """The point as far as some packages count; all of them where none is named."""
        if names not in self.parts:
            self.parts[names] = self.point.part(names)
        return self.parts[names]

    def _decided(self, point: Point, step: Step, passed: int, failed: int) -> tuple[bool, Ranges] | None:
        """By those of just these releases, else by the two that a link joins, else by those around."""
        here = (passed & point.exact, failed & point.exact) if step.axes else (0, 0)
        if bool(here[0]) is not bool(here[1]):
            return bool(here[0]), Ranges(cells=here[0] or here[1])
        if step.is_link and (link := linked(point, step.axes[1], passed, failed)):
            holds, ranges = link
            return None if holds is None else (holds, ranges)
        return agreed(point, passed, failed, self._astray(step, failed))

    def _failing_nearest(self, step: Step, passed: int, failed: int) -> tuple[int, ...]:
        """The nearest cells of a step; none where one passed, or other releases than here took part in its failures."""
        tried = passed | failed
        nearest = tuple(islice((place for place in self._by_distance if tried >> place & 1), NEAREST))
        fail = len(nearest) == NEAREST and all(failed >> place & 1 for place in nearest)
        return nearest if fail and not self._astray(step, failed) else ()

    def _failing_pair(self, step: Step, passed: int, failed: int) -> tuple[int, ...]:
        """The cells of a step with the same minors of a booster's library and of what suits it; none if one passed."""
        pair = self._part(step.pair)
        if not step.pair or len(pair.versions) != 2:
            return ()
        alike = reduce(and_, (axis.of_minor(version) for axis, version in pair.versions))
        return () if passed & alike else self._nearest(failed & alike)

    def _astray(self, step: Step, failed: int) -> bool:
        """Whether who took part in a failure stands here in a release beyond those with which it ever came."""
        return not {*step.parties}.isdisjoint(self.point.outside(failed))

    @cached_property
    def _by_distance(self) -> list[int]:
        """All cells, the nearest first."""
        return sorted(range(self.point.space.size), key=self.point.distances.__getitem__)

    def _nearest(self, cells: int) -> tuple[int, ...]:
        if cells not in self.named:
            self.named[cells] = tuple(sorted(places(cells), key=self.point.distances.__getitem__)[:NAMED])
        return self.named[cells]


def _by_number(numbers: Sequence[int]) -> dict[int, int]:
    """The set of the cells of each number, without those in which nothing was measured."""
    found: dict[int, int] = {}
    for place, number in enumerate(numbers):
        if number != UNMEASURED:
            found[number] = found.get(number, 0) | 1 << place
    return found


def _union(sets: Iterable[int]) -> int:
    return reduce(or_, sets, 0)


def _told(ranges: Ranges) -> str:
    """The ranges in words: `27 measured cells agree, with scikit-learn below 1.6.0`."""
    cells = ranges.cells.bit_count()
    bounds = [f"{b.axis} {'below' if b.above else 'above'} {b.version or 'none'}" for b in ranges.bounds]
    return f"{cells} measured cells agree" + (f", with {' and '.join(bounds)}" if bounds else "")
