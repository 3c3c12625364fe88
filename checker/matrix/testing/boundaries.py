"""Boundaries in the measurements: two releases between which canaries cease to work or begin to, all else equal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby, pairwise

from packaging.version import Version

from ...knowledge.facts import parse
from ..measured import Cell, Measured, Pins
from ..measured.space import ABSENT
from ..measured.values import UNMEASURED, Profile
from ..measured.verdicts import RUNTIME
from .rows import Boundary

Admits = Callable[[Pins], bool]
#: which profile canaries have in each cell, and how many have just these
Rows = Sequence[tuple[Sequence[int], int]]
#: how many canaries change at a boundary
Counted = tuple[int, Boundary]


def find_boundaries(matrix: Measured, admits: Admits) -> tuple[Boundary, ...]:
    """Those of which both sides are admitted, the ones at which most canaries change first.

    Of one that was measured beside several sets of other packages, the set with most of them is named, then the newest.
    """
    cells = [place for place, cell in enumerate(matrix.cells) if admits(cell.pins)]
    same = Counter(matrix.outcomes if cells else ())  # many canaries have the same outcomes everywhere
    rows = [(tuple(map(int, folded.split(","))), number) for folded, number in same.items()]
    best: dict[tuple[str, ...], tuple[int, Boundary]] = {}
    for number, boundary in (*_converting(matrix, rows, cells), *_running(matrix, rows, cells, admits)):
        key = boundary.package, boundary.good, boundary.bad
        if key not in best or (number, _age(boundary)) > (best[key][0], _age(best[key][1])):
            best[key] = number, boundary
    return tuple(boundary for _, boundary in sorted(best.values(), key=lambda one: (-one[0], one[1])))


def _converting(matrix: Measured, rows: Rows, cells: Sequence[int]) -> Iterator[tuple[int, Boundary]]:
    """Between two cells that differ in one package: how many canaries are converted in one of them only."""
    converts = [None if profile is None else not profile.conversion for profile in matrix.unfolded]
    for package, older, newer in _neighbours(matrix, cells):
        changes: Counter[tuple[bool | None, bool | None]] = Counter()
        for row, number in rows:
            changes[converts[row[older]], converts[row[newer]]] += number
        sides = (matrix.cells[older].pins[package], matrix.cells[newer].pins[package])
        for good, bad, change in ((*sides, (True, False)), (*sides[::-1], (False, True))):
            if changes[change]:
                yield changes[change], _boundary(package, good, bad, matrix.cells[newer])


def _neighbours(matrix: Measured, cells: Sequence[int]) -> Iterator[tuple[str, int, int]]:
    """Cells that differ in the release of one package, the older first, where no measured one lies between."""
    for package in matrix.axes:
        if package != "python":
            keys = {place: _others(matrix.cells[place], package) for place in cells}
            for _, group in groupby(sorted(cells, key=keys.__getitem__), key=keys.__getitem__):
                ordered = sorted(group, key=lambda place: _version(matrix.cells[place], package))
                yield from ((package, older, newer) for older, newer in pairwise(ordered))


def _running(matrix: Measured, rows: Rows, cells: Sequence[int], admits: Admits) -> Iterator[Counted]:
    """Between two releases of onnxruntime: how many models of a cell run with one of them only."""
    steps = [[*_steps(matrix, profile)] for profile in matrix.unfolded]
    for place in cells:
        cell, counted = matrix.cells[place], Counter[tuple[str, str]]()
        for row, number in rows:
            counted.update(dict.fromkeys(steps[row[place]], number))
        for (good, bad), number in counted.items():
            if admits({**cell.pins, RUNTIME: good}) and admits({**cell.pins, RUNTIME: bad}):
                yield number, _boundary(RUNTIME, good, bad, cell)


def _steps(matrix: Measured, profile: Profile | None) -> Iterator[tuple[str, str]]:
    """Neighbouring measured releases of onnxruntime of which a model runs with the first that is named here only."""
    told = [
        (version, number)
        for version, number in zip(matrix.runtimes, profile.runtimes if profile else (), strict=False)
        if number != UNMEASURED
    ]
    for (older, before), (newer, after) in pairwise(told):
        if bool(before) is not bool(after):
            yield (newer, older) if before else (older, newer)


def _boundary(package: str, good: str, bad: str, cell: Cell) -> Boundary:
    beside = ((name, version) for name, version in cell.pins.items() if version and name not in ("python", package))
    return Boundary(package, good, bad, cell.pins.get("python", ""), tuple(beside))


def _others(cell: Cell, package: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, version) for name, version in sorted(cell.pins.items()) if name != package)


def _version(cell: Cell, package: str) -> Version:
    return parse(cell.pins[package]) or ABSENT


def _age(boundary: Boundary) -> tuple[object, ...]:
    return tuple(
        parse(version) or ABSENT for version in (boundary.python, *(version for _, version in boundary.beside))
    )
