"""Releases with which a failure that is seen here never came, often as it could have.

Neighbours on all packages at once may be too few to say what becomes of a model. One package alone is often enough: a
failure that came with many releases of it, and with one release in no cell at all, is mended by that one. A cell says
so only where no other package explains it, by a release with which the failure never came either.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ...matrix.measured import Measured, Pins
from ...matrix.measured.values import CONVERTED, PASSED, UNMEASURED
from ...matrix.measured.verdicts import RUNTIME
from ...model import Failure, Stage

#: cells with a release that have to come past the step, and how many of them nothing else explains
ENOUGH, UNEXPLAINED = 5, 3
#: package -> its releases with which a failure never came
Free = Mapping[str, frozenset[str]]


@dataclass
class Freed:
    """One matrix, asked about many sets of versions."""

    matrix: Measured
    here: Pins
    _numbers: dict[str, list[int]] = field(default_factory=dict)
    _free: dict[tuple[str, str, Stage, str], Free] = field(default_factory=dict)

    def find(self, rows: Sequence[str], seen: Failure, pins: Pins) -> str:
        """The package that has moved to a release with which such a failure never came, as a pin; "" for none.

        `rows` are the measured canaries that speak for the model; one of them must be known to fail so.
        """
        known = [row for row in rows if row in self.matrix.places]
        runtimes = {self.here.get(RUNTIME, ""), pins.get(RUNTIME, "")}
        alike = self._alike(seen)
        failing = [row for row in known if any(alike & {*self._row(row, runtime)} for runtime in runtimes)]
        for name, version in pins.items() if failing else ():
            if name not in ("python", RUNTIME) and version != self.here.get(name):
                free = (self._releases(row, seen, pins.get(RUNTIME, "")).get(name, ()) for row in failing)
                if all(version in releases for releases in free):
                    return f"{name} {version}"
        return ""

    def _alike(self, seen: Failure) -> set[int]:
        found = enumerate(self.matrix.signatures)
        return {number for number, s in found if s and s.stage is seen.stage and s.type == seen.type}

    def _releases(self, row: str, seen: Failure, runtime: str) -> Free:
        """The releases with which a canary never fails so, one package at a time."""
        key = (row, runtime, seen.stage, seen.type)
        if key not in self._free:
            alike, numbers = self._alike(seen), self._row(row, runtime)
            past = [place for place, number in enumerate(numbers) if self._came_past(number, seen.stage)]
            failed = [place for place, number in enumerate(numbers) if number in alike]
            self._free[key] = self._unexplained(self._never(past, failed), past)
        return self._free[key]

    def _never(self, past: Sequence[int], failed: Sequence[int]) -> Free:
        cells, found = self.matrix.cells, dict[str, frozenset[str]]()
        for name in self.matrix.axes:
            hit = {cells[place].pins[name] for place in failed}
            came = [version for place in past if (version := cells[place].pins[name]) not in hit]
            found[name] = frozenset(version for version in came if came.count(version) >= ENOUGH)
        return found

    def _unexplained(self, free: Free, past: Sequence[int]) -> Free:
        """Those of which enough cells are explained by no other package."""
        alone: dict[str, list[str]] = {}
        for place in past:
            pins = self.matrix.cells[place].pins
            explain = [name for name, releases in free.items() if pins[name] in releases]
            if len(explain) == 1:
                alone.setdefault(explain[0], []).append(pins[explain[0]])
        return {n: frozenset(v for v in told if told.count(v) >= UNEXPLAINED) for n, told in alone.items()}

    def _came_past(self, number: int, stage: Stage) -> bool:
        if number == CONVERTED:
            return stage.order <= Stage.CONVERT.order
        failed = self.matrix.stage(number)
        return number == PASSED or (failed is not None and failed.order > stage.order)

    def _row(self, row: str, runtime: str) -> list[int]:
        """How a canary went in each cell, with a release of onnxruntime where one is named."""
        if runtime not in self._numbers:
            around = self.matrix.around(runtime) if runtime else None
            told = self.matrix.unfolded
            self._numbers[runtime] = [UNMEASURED if p is None else p.under(around) for p in told]
        return [self._numbers[runtime][profile] for profile in self.matrix.row(row)]
