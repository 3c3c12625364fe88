"""How far one model came in all sets of versions: sets of cells, a bit for each, as `measured/space.py` has them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import or_

from ...matrix.measured import Measured
from ...matrix.measured.space import Axis, Space
from ...matrix.measured.values import UNMEASURED, Profile, Table
from ...matrix.measured.verdicts import RUNTIME
from .kinds import Counts, Kind, kind_of

#: kind -> the cells in which it happened
Cells = dict[Kind, int]


def minor(version: str) -> str:
    """A release by its first two numbers: `1.4.1.post1` is 1.4."""
    return ".".join(version.split(".")[:2])


@dataclass(frozen=True)
class Reach:
    """What became of a model: in each cell, with any onnxruntime; and with each onnxruntime, where it converted."""

    space: Space
    cells: Cells
    runtimes: Mapping[str, Cells]

    def releases(self, package: str) -> dict[str, Counts]:
        """release of a package, oldest first -> in how many cells with it each kind happened"""
        if package == RUNTIME and self.runtimes:
            return {version: _counts(cells) for version, cells in self.runtimes.items()}
        axis = axis_of(self.space, package)
        if axis is None:
            return {}
        return {text: _counts(self.cells, held) for text, held in zip(axis.texts, axis.cells, strict=True)}

    def pairs(self, one: str, other: str) -> dict[tuple[str, str], Counts]:
        """(minor of a package, minor of another) -> the same; pairs that were never tried are left out."""
        rows = self.minors.get(one, {})
        if other == RUNTIME and self.runtimes:
            columns = {version: (cells, -1) for version, cells in self._runtime_minors.items()}
        else:
            columns = {version: (self.cells, held) for version, held in self.minors.get(other, {}).items()}
        told = {
            (row, column): _counts(cells, held & here)
            for row, here in rows.items()
            for column, (cells, held) in columns.items()
        }
        return {pair: counts for pair, counts in told.items() if counts}

    @cached_property
    def minors(self) -> dict[str, dict[str, int]]:
        """package -> minor -> the cells that have it"""
        return {axis.name: _united(zip(axis.texts, axis.cells, strict=True)) for axis in self.space.axes}

    @cached_property
    def _runtime_minors(self) -> dict[str, Cells]:
        found: dict[str, Cells] = {}
        for version, cells in self.runtimes.items():
            here = found.setdefault(minor(version), {})
            for kind, held in cells.items():
                here[kind] = here.get(kind, 0) | held
        return found

    def counts(self) -> Counts:
        """In how many cells each kind happened; one cell may have several, with one onnxruntime and another."""
        return _counts(self.cells)

    @cached_property
    def tried(self) -> int:
        """In how many cells it was tried: those whose packages can be imported."""
        return reduce(or_, (held for kind, held in self.cells.items() if kind is not Kind.ENVIRONMENT), 0).bit_count()


def axis_of(space: Space, package: str) -> Axis | None:
    """The axis of a package, None where its releases do not tell cells apart."""
    return next((axis for axis in space.axes if axis.name == package), None)


def _united(cells: Iterable[tuple[str, int]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for version, held in cells:
        found[minor(version)] = found.get(minor(version), 0) | held
    return found


def _counts(cells: Cells, within: int = -1) -> Counts:
    told = {kind: (held & within).bit_count() for kind, held in cells.items()}
    return {kind: number for kind, number in told.items() if number}


class Reader:
    """Reads reaches from the matrix; models with the same outcomes share one."""

    def __init__(self, matrix: Measured) -> None:
        self.matrix = matrix
        self._kinds = [kind_of(signature) for signature in matrix.signatures]
        self._reaches: dict[str, Reach] = {}

    def reach(self, canary: str) -> Reach:
        """How far a canary came: in the table of a library that has it, else among the conversions."""
        flow = next((table for table in self.matrix.flows if canary in table.outcomes), None)
        if flow and canary not in self.matrix.places:
            return self._of_flow(flow, canary)
        folded = self.matrix.outcomes[self.matrix.places[canary]]
        if folded not in self._reaches:
            self._reaches[folded] = self._of_row(self.matrix.row(canary))
        return self._reaches[folded]

    def _of_flow(self, table: Table, canary: str) -> Reach:
        cells: Cells = {}
        for place, number in enumerate(table.outcomes[canary]):
            if number != UNMEASURED:
                kind = self._kinds[number]
                cells[kind] = cells.get(kind, 0) | 1 << place
        return Reach(table.space, cells, {})

    def _of_row(self, row: Sequence[int]) -> Reach:
        cells: Cells = {}
        runtimes: list[Cells] = [{} for _ in self.matrix.runtimes]
        for number, held in _by_number(row).items():
            profile = self.matrix.unfolded[number]
            for kind in self._all(profile):
                cells[kind] = cells.get(kind, 0) | held
            for here, told in zip(runtimes, profile.runtimes if profile else (), strict=False):
                if told != UNMEASURED:
                    kind = self._kinds[told]
                    here[kind] = here.get(kind, 0) | held
        return Reach(self.matrix.space, cells, dict(zip(self.matrix.runtimes, runtimes, strict=True)))

    def _all(self, profile: Profile | None) -> set[Kind]:
        """The kinds of a profile; none where it was not tried, or no runtime ran what converted."""
        if profile is None:
            return set()
        if profile.conversion:
            return {self._kinds[profile.conversion]}
        return {self._kinds[told] for told in profile.runtimes if told != UNMEASURED}


def _by_number(row: Sequence[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for place, number in enumerate(row):
        found[number] = found.get(number, 0) | 1 << place
    return found
