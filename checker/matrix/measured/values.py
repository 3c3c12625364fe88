"""The frozen values of the measurements: cells, what became of each canary there, and how failures looked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ...knowledge.facts import parse
from ...model import Stage
from .pins import Pins
from .space import Space, space

#: the version of the file that is understood
SCHEMA = 2
#: places of releases of onnxruntime on both sides of one, the nearest first; it is on both sides where it is known
Around = tuple[range, range]
#: in the place of a signature: it passed; it was not measured; it converted, and was not measured from there on
PASSED, UNMEASURED, CONVERTED = 0, -1, -2


@dataclass(frozen=True)
class Signature:
    """How a failure looked, the same wherever it was measured."""

    stage: Stage
    #: exception type
    type: str
    #: innermost module
    where: str
    text: str
    id: str


@dataclass(frozen=True)
class Cell:
    """One set of versions under which the canaries were fitted and converted."""

    id: str
    pins: Pins
    #: ISO date
    date: str
    #: what the metadata of the packages have against it, "" for nothing
    declared: str = ""


@dataclass(frozen=True)
class Profile:
    """What became of one canary in one cell; signatures are numbers in the matrix's list."""

    #: how its conversion failed, or what comes before it; 0 where it converted
    conversion: int = PASSED
    #: one number for each onnxruntime, where it converted: 0 it passed, -1 it was not measured, else how it failed
    runtimes: tuple[int, ...] = ()

    def under(self, runtime: Around | None) -> int:
        """How it went with a release of onnxruntime, or between measured ones that agree; None: before it."""
        if runtime is None or self.conversion:
            return self.conversion
        older, newer = (next(self._measured(side), CONVERTED) for side in runtime)
        return older if older == newer else CONVERTED

    def _measured(self, side: range) -> Iterator[int]:
        told = (self.runtimes[place] for place in side)
        return (number for number in told if number != UNMEASURED)


@dataclass(frozen=True)
class Table:
    """Cells of one kind beside the conversions: imports of the same packages, or whole flows with a library."""

    cells: tuple[Cell, ...] = ()
    #: canary ("" for an import) -> one number for each cell: 0 it passed, -1 it was not tried, else how it failed
    outcomes: Mapping[str, Sequence[int]] = field(default_factory=dict)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The packages of its cells, python among them."""
        return tuple(self.cells[0].pins) if self.cells else ()

    @cached_property
    def space(self) -> Space:
        """Where the cells lie."""
        return space(self.names, [cell.pins for cell in self.cells])


@dataclass(frozen=True)
class Measured:
    """Everything measured; its canaries are unfolded when they are first asked for."""

    date: str = ""
    canaries: tuple[str, ...] = ()
    #: the packages, python among them, whose versions tell conversion cells apart
    axes: tuple[str, ...] = ()
    cells: tuple[Cell, ...] = ()
    #: releases of onnxruntime, oldest first
    runtimes: tuple[str, ...] = ()
    #: the first is None: passed
    signatures: tuple[Signature | None, ...] = (None,)
    #: one table for each set of packages that were imported together
    imports: tuple[Table, ...] = ()
    #: one table for each library whose models are tried in whole flows, MLflow among them
    flows: tuple[Table, ...] = ()
    #: as folded: what may become of a canary, and which of these each canary has in each cell
    profiles: Sequence[int | str | None] = ()
    outcomes: Sequence[str] = ()

    @cached_property
    def unfolded(self) -> tuple[Profile | None, ...]:
        """The profiles; None stands for a canary that was not tried."""
        return tuple(map(_profile, self.profiles))

    @cached_property
    def places(self) -> dict[str, int]:
        """canary -> its place in the lists"""
        return {name: place for place, name in enumerate(self.canaries)}

    @cached_property
    def space(self) -> Space:
        """Where the cells lie."""
        return space(self.axes, [cell.pins for cell in self.cells])

    def around(self, runtime: str) -> Around:
        """The measured releases of onnxruntime on both sides of one."""
        asked, known = parse(runtime), [parse(version) for version in self.runtimes]
        below = sum(1 for version in known if version and asked and version <= asked)
        above = sum(1 for version in known if version and asked and version < asked)
        return range(below - 1, -1, -1), range(above, len(known))

    def row(self, canary: str) -> tuple[int, ...]:
        """For each cell, which of `unfolded` a canary has there. Raises KeyError for one that was never tried."""
        return tuple(map(int, self.outcomes[self.places[canary]].split(",")))

    @cached_property
    def rows(self) -> tuple[tuple[int, ...], ...]:
        """`row` of every canary."""
        unique = {folded: tuple(map(int, folded.split(","))) for folded in {*self.outcomes}}
        return tuple(unique[folded] for folded in self.outcomes)

    def signature(self, number: int) -> Signature | None:
        """A failure; None for what passed or was not measured."""
        return self.signatures[number] if number > 0 else None

    def stage(self, number: int) -> Stage | None:
        """Where a failure happened; None for what passed or was not measured."""
        signature = self.signature(number)
        return signature.stage if signature else None


def _profile(folded: int | str | None) -> Profile | None:
    if folded is None:
        return None
    if isinstance(folded, int):
        return Profile(folded)
    return Profile(runtimes=tuple(map(int, filter(None, folded.split(",")))))


def unfold(raw: Mapping[str, Any]) -> Measured:
    """The matrix of a file's content. Raises KeyError, ValueError or TypeError where it is none."""
    if raw["schema_version"] != SCHEMA:
        raise ValueError(f"schema_version {raw['schema_version']} is not {SCHEMA}")
    axes = tuple(raw["axes"])
    told = zip(raw["ids"], raw["cells"], raw["dates"], raw["declared"], strict=True)
    return Measured(
        raw["date"],
        tuple(raw["canaries"]),
        axes,
        tuple(Cell(i, dict(zip(axes, versions, strict=True)), date, why) for i, versions, date, why in told),
        tuple(raw["runtimes"]),
        tuple(_signature(s) for s in raw["signatures"]),
        _imports(raw["imports"], raw["date"]),
        tuple(map(_flow, raw["flows"])),
        raw["profiles"],
        raw["outcomes"],
    )


def _signature(told: Sequence[str] | None) -> Signature | None:
    return Signature(Stage(told[0]), *told[1:]) if told else None


def _imports(raw: Sequence[tuple[Mapping[str, str], int]], date: str) -> tuple[Table, ...]:
    groups: dict[tuple[str, ...], list[tuple[Pins, int]]] = {}
    for pins, failed in raw:
        groups.setdefault(tuple(pins), []).append((pins, failed))
    return tuple(
        Table(tuple(Cell("", pins, date) for pins, _ in rows), {"": [failed for _, failed in rows]})
        for rows in groups.values()
    )


def _flow(raw: Mapping[str, Any]) -> Table:
    told = zip(raw["cells"], raw["dates"], strict=True)
    cells = tuple(Cell("", dict(zip(raw["axes"], versions, strict=True)), date) for versions, date in told)
    return Table(cells, {name: tuple(map(int, text.split(","))) for name, text in raw["outcomes"].items()})
