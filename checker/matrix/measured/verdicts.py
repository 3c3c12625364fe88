"""What becomes of a canary under a set of versions: measured, inferred between measured neighbours, or unknown.

The factors in their order: importing, fitting and converting, running the model, logging it with MLflow. What fails at
the earliest stage is the verdict. Where one is not known and none fails, the whole is unknown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from ...model import Basis, Stage
from .inference import Answer, Judge
from .pins import Pins
from .space import point
from .values import UNMEASURED, Cell, Measured, Signature, Table

#: the packages whose import the measurements of runtimes and of registries rest on
RUNTIME, REGISTRY = "onnxruntime", "mlflow"


@dataclass(frozen=True)
class Verdict:
    """What is known of one canary under one set of versions."""

    canary: str
    #: None: unknown
    works: bool | None = None
    #: measured: seen under just these versions; inferred: between measured neighbours that agree; None: unknown
    basis: Basis | None = None
    #: how it fails
    signature: Signature | None = None
    #: cells on which it rests, the nearest first
    cells: tuple[Cell, ...] = ()
    #: what bounds these cells, or why nothing is known
    why: str = ""
    #: where it is unknown: how it probably fails, since the nearest cells do, or everything akin to it
    likely: Signature | None = None

    @property
    def failure(self) -> Signature | None:
        """How it fails, or probably fails."""
        return self.signature or self.likely

    @property
    def stage(self) -> Stage | None:
        """Where it fails."""
        return self.signature.stage if self.signature else None


class Question:
    """One set of versions, of which many canaries are asked."""

    def __init__(self, matrix: Measured, pins: Pins) -> None:
        self.matrix = matrix
        self.pins = pins
        # many canaries have the same outcomes everywhere
        self._answers: dict[str, Answer] = {}
        self._judges: dict[int, Judge] = {}
        self._others: dict[tuple[int, str], Verdict] = {}

    def verdict(self, canary: str) -> Verdict:
        """What becomes of a canary, by its name in the catalogue."""
        return _first([*self._factors(canary)])

    def _factors(self, canary: str) -> Iterator[Verdict]:
        flow = next((table for table in self.matrix.flows if canary in table.outcomes), None)
        if RUNTIME in self.pins:
            yield self._import(canary, RUNTIME)
        if not flow or canary in self.matrix.places:
            yield self.model(canary)
        if flow:
            yield self._of(flow, canary)

    def runtime(self) -> Verdict | None:
        """Importing the runtime that is asked for; None where none is."""
        return self._import("", RUNTIME) if RUNTIME in self.pins else None

    def model(self, canary: str) -> Verdict:
        """Fitting and converting, and running where a runtime is asked for."""
        if canary not in self.matrix.places:
            return Verdict(canary, why="no measurement tried it")
        folded = self.matrix.outcomes[self.matrix.places[canary]]
        if folded not in self._answers:
            self._answers[folded] = self._answer(self.matrix.row(canary))
        return _told(canary, self._answers[folded], self.matrix, self.matrix.cells)

    def happened(self, canary: str, cell: Cell) -> str:
        """What became of a canary in a cell with the runtime that is asked for, in words."""
        if cell not in self.matrix.cells or canary not in self.matrix.places:
            return "measured"
        number = self._numbers[self.matrix.row(canary)[self.matrix.cells.index(cell)]]
        stage = self.matrix.stage(number)
        return f"failed at {stage.value}" if stage else "converted" if RUNTIME not in self.pins else "worked"

    def _answer(self, row: Sequence[int]) -> Answer:
        answer = self._conversions.answer([self._numbers[profile] for profile in row])
        if answer.basis is Basis.MEASURED and not self._ran(row[answer.cells[0]]):
            return replace(answer, basis=Basis.INFERRED, why="between measured releases of onnxruntime that agree")
        return answer

    @cached_property
    def _conversions(self) -> Judge:
        return Judge(point(self.matrix.space, self.pins), self.matrix.signature)

    @cached_property
    def _numbers(self) -> list[int]:
        """For each profile of the matrix, how it goes with the runtime that is asked for."""
        around = self.matrix.around(self.pins[RUNTIME]) if RUNTIME in self.pins else None
        return [UNMEASURED if p is None else p.under(around) for p in self.matrix.unfolded]

    def _ran(self, profile: int) -> bool:
        """Whether it was measured with the very runtime that is asked for, as far as there is something to run."""
        found = self.matrix.unfolded[profile]
        if RUNTIME not in self.pins or not found or found.conversion:
            return True
        older, newer = self.matrix.around(self.pins[RUNTIME])
        exact = [*older[:1]] == [*newer[:1]]
        return exact and found.runtimes[older[0]] != UNMEASURED

    def _import(self, canary: str, package: str) -> Verdict:
        """Importing a package beside the others; of which others it was measured, its tables tell."""
        tables = [table for table in self.matrix.imports if package in table.names and REGISTRY not in table.names]
        if not tables:
            return Verdict(canary, why=f"the import of {package} was not measured")
        return replace(_first([self._of(table, "") for table in tables]), canary=canary)

    def _of(self, table: Table, key: str) -> Verdict:
        """What a table of other cells says of a canary, or of an import."""
        if (id(table), key) not in self._others:
            answer = self._judge(table).answer(table.outcomes[key])
            self._others[id(table), key] = _told(key, answer, self.matrix, table.cells)
        return self._others[id(table), key]

    def _judge(self, table: Table) -> Judge:
        if id(table) not in self._judges:
            self._judges[id(table)] = Judge(point(table.space, self.pins), self.matrix.signature)
        return self._judges[id(table)]


def _first(factors: Sequence[Verdict]) -> Verdict:
    """What decides: what fails at the earliest stage, else the first that is unknown, else the first inferred.

    A runtime that dies of any model does so when it runs one: what fails to convert, or to load, fails before. Where
    an import is unknown that comes before what fails, the stage is inferred only.
    """
    failed = sorted((f for f in factors if f.works is False), key=lambda f: f.stage.order if f.stage else 0)
    if failed and factors[0].works is None:
        failed[0] = replace(failed[0], basis=Basis.INFERRED)
    unknown = sorted((factor for factor in factors if factor.works is None), key=lambda factor: not factor.likely)
    inferred = [factor for factor in factors if factor.basis is Basis.INFERRED]
    return [*failed, *unknown, *inferred, *factors[-1:]][0]


def _told(canary: str, answer: Answer, matrix: Measured, cells: Sequence[Cell]) -> Verdict:
    works = None if answer.number is None else not answer.number
    named = tuple(cells[place] for place in answer.cells)
    failed, likely = (matrix.signature(number) for number in (answer.number or 0, answer.likely))
    return Verdict(canary, works, answer.basis, failed, named, answer.why, likely)


def verdict(matrix: Measured, pins: Pins, canary: str) -> Verdict:
    """What becomes of one canary under a set of versions; of many canaries, ask one `Question`."""
    return Question(matrix, pins).verdict(canary)
