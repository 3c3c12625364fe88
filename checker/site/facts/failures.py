"""How the models of an estimator fail: every failure that was measured, with the newest set in which it was."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from ...matrix.measured import Cell, Measured, Pins, Signature
from ...matrix.measured.values import UNMEASURED, Table
from ...matrix.measured.verdicts import RUNTIME
from .kinds import Kind, kind_of


@dataclass(frozen=True)
class Seen:
    """A failure of one canary: in how many sets, and the newest of them."""

    number: int
    sets: int
    cell: Cell
    #: release of onnxruntime, "" where it failed before, or where the cell names one
    runtime: str

    @property
    def pins(self) -> Pins:
        """The versions under which it was seen."""
        return {**self.cell.pins, RUNTIME: self.runtime} if self.runtime else self.cell.pins


@dataclass(frozen=True)
class Failing:
    """The same failure of several canaries."""

    signature: Signature
    kind: Kind
    #: name of a canary -> how it was seen
    seen: dict[str, Seen]

    @property
    def sets(self) -> int:
        """In how many sets, each canary counted apart."""
        return sum(seen.sets for seen in self.seen.values())


class Failures:
    """Reads failures from the matrix; canaries with the same outcomes share them."""

    def __init__(self, matrix: Measured) -> None:
        self.matrix = matrix
        self._rows: dict[str, tuple[Seen, ...]] = {}

    def of(self, canaries: Iterable[str]) -> list[Failing]:
        """The failures of these, those that are wrong without an error first; what the environment does is left out."""
        found: dict[tuple[object, ...], Failing] = {}
        for canary in canaries:
            for seen in self._seen(canary):
                signature = self.matrix.signatures[seen.number]
                kind = kind_of(signature)
                if signature and kind is not Kind.ENVIRONMENT:
                    key = (signature.stage, signature.type, signature.where, signature.text)
                    found.setdefault(key, Failing(signature, kind, {})).seen.setdefault(canary, seen)
        order = (Kind.WRONG, Kind.EDGE, Kind.CONVERSION, Kind.REFUSED)
        return sorted(found.values(), key=lambda one: (order.index(one.kind), -one.sets))

    def _seen(self, canary: str) -> tuple[Seen, ...]:
        flow = next((table for table in self.matrix.flows if canary in table.outcomes), None)
        if flow and canary not in self.matrix.places:
            return tuple(_told(_of_flow(flow, canary), flow.cells))
        folded = self.matrix.outcomes[self.matrix.places[canary]]
        if folded not in self._rows:
            self._rows[folded] = tuple(_told(self._of_row(self.matrix.row(canary)), self.matrix.cells))
        return self._rows[folded]

    def _of_row(self, row: Sequence[int]) -> Iterator[tuple[int, int, str]]:
        """(signature, place of a cell, the newest onnxruntime with it), the newest cell last."""
        for place, number in enumerate(row):
            for signature, runtime in self._signatures[number]:
                yield signature, place, runtime

    @cached_property
    def _signatures(self) -> list[tuple[tuple[int, str], ...]]:
        """For each profile, the failures in it, each with the newest onnxruntime."""
        found: list[tuple[tuple[int, str], ...]] = []
        for profile in self.matrix.unfolded:
            told: dict[int, str] = {}
            if profile and profile.conversion:
                told[profile.conversion] = ""
            for runtime, number in zip(self.matrix.runtimes, profile.runtimes if profile else (), strict=False):
                if number > 0:
                    told[number] = runtime
            found.append(tuple(told.items()))
        return found


def _of_flow(table: Table, canary: str) -> Iterator[tuple[int, int, str]]:
    for place, number in enumerate(table.outcomes[canary]):
        if number not in (0, UNMEASURED):
            yield number, place, ""


def _told(found: Iterable[tuple[int, int, str]], cells: Sequence[Cell]) -> Iterator[Seen]:
    places: dict[int, list[tuple[int, str]]] = {}
    for number, place, runtime in found:
        places.setdefault(number, []).append((place, runtime))
    for number, them in places.items():
        place, runtime = max(them, key=lambda one: (cells[one[0]].date, one[0]))
        yield Seen(number, len(them), cells[place], runtime)
