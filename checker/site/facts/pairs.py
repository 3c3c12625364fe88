"""Pairs of packages: how many models work where both releases come together, and in which sets that was measured."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from ...matrix.measured import Cell, Measured
from ...matrix.measured.values import UNMEASURED
from ...matrix.measured.verdicts import REGISTRY, RUNTIME
from .estimators import Estimator
from .kinds import Counts, Kind, kind_of
from .reach import minor

#: the pairs that have a table, row and column
PAIRS = (("scikit-learn", "skl2onnx"), ("skl2onnx", "onnx"), ("onnx", "onnxruntime"), ("python", "scikit-learn"))
#: the pair of which only an import was measured
IMPORTS = ("numpy", RUNTIME)


@dataclass(frozen=True)
class Pair:
    """Two minors that came together."""

    #: models that were tried there, of those that work in any set at all; that worked in at least one set with both;
    #: and that gave wrong answers in at least one
    tried: int = 0
    works: int = 0
    wrong: int = 0


@dataclass(frozen=True)
class Pairs:
    """All pairs of two packages."""

    names: tuple[str, str]
    found: Mapping[tuple[str, str], Pair]
    #: pair -> the cells in which it was tried, the newest last
    cells: Mapping[tuple[str, str], Sequence[Cell]]

    @property
    def file(self) -> str:
        """The page of its evidence."""
        return f"pairs/{'-'.join(self.names)}.html"

    def anchor(self, pair: tuple[str, str]) -> str:
        """Where on that page a pair stands."""
        return "-".join(f"{name}-{version}" for name, version in zip(self.names, pair, strict=True))


def find_pairs(matrix: Measured, estimators: Iterable[Estimator]) -> tuple[Pairs, ...]:
    """Every pair that has a table."""
    everyone, known = [*estimators], {*matrix.axes, RUNTIME}
    return tuple(_pairs(matrix, everyone, names) for names in PAIRS if {*names} <= known)


def _pairs(matrix: Measured, estimators: Iterable[Estimator], names: tuple[str, str]) -> Pairs:
    found: dict[tuple[str, str], list[int]] = {}
    for estimator in estimators:
        for variant in estimator.variants:
            if variant.canary.name in matrix.places and Kind.WORKS in variant.reach.counts():
                for pair, counts in variant.reach.pairs(*names).items():
                    told = found.setdefault(pair, [0, 0, 0])
                    told[0] += 1
                    told[1] += Kind.WORKS in counts
                    told[2] += Kind.WRONG in counts
    cells = _cells(matrix, names)
    return Pairs(names, {pair: Pair(*told) for pair, told in found.items()}, {p: cells[p] for p in found})


def _cells(matrix: Measured, names: tuple[str, str]) -> dict[tuple[str, str], list[Cell]]:
    """Pair -> cells; where one of them is onnxruntime, those whose models ran in one of that minor."""
    one, other = names
    ran = Ran(matrix)
    found: dict[tuple[str, str], list[Cell]] = {}
    for place, cell in enumerate(matrix.cells):
        for version in ran.minors(place) if other == RUNTIME else [minor(cell.pins[other])]:
            found.setdefault((minor(cell.pins[one]), version), []).append(cell)
    return found


class Ran:
    """With which minors of onnxruntime the models of a cell were run, and how many models became what in it."""

    def __init__(self, matrix: Measured) -> None:
        self.matrix = matrix

    def minors(self, place: int) -> list[str]:
        """Oldest first."""
        return [*dict.fromkeys(minor(self.matrix.runtimes[at]) for at in sorted(self._ran[place]))]

    @cached_property
    def _ran(self) -> list[set[int]]:
        each = [
            frozenset(at for at, told in enumerate(p.runtimes) if told != UNMEASURED) if p else frozenset[int]()
            for p in self.matrix.unfolded
        ]
        found: list[set[int]] = [set() for _ in self.matrix.cells]
        for row in {*self.matrix.rows}:
            for place, number in enumerate(row):
                found[place] |= each[number]
        return found


def converted(matrix: Measured) -> list[tuple[int, int]]:
    """For each cell, how many of its models converted, and how many were tried there."""
    told = [None if p is None else not p.conversion for p in matrix.unfolded]
    found = [[0, 0] for _ in matrix.cells]
    for row in matrix.rows:
        for here, number in zip(found, row, strict=True):
            if told[number] is not None:
                here[0] += bool(told[number])
                here[1] += 1
    return [(one, other) for one, other in found]


def imports(matrix: Measured) -> dict[tuple[str, str], Counts]:
    """(minor of numpy, minor of onnxruntime) -> in how many sets the runtime could be imported beside it."""
    found: dict[tuple[str, str], dict[Kind, int]] = {}
    for table in matrix.imports:
        if {*IMPORTS} <= {*table.names} and REGISTRY not in table.names:
            for cell, number in zip(table.cells, table.outcomes[""], strict=True):
                counts = found.setdefault((minor(cell.pins[IMPORTS[0]]), minor(cell.pins[IMPORTS[1]])), {})
                kind = kind_of(matrix.signature(number))
                counts[kind] = counts.get(kind, 0) + 1
    return {**found}
