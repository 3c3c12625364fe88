"""Whole flows: models of libraries that bring their own converters, or that log, tried from the fit to the last step.

Too little of such a flow is shared with others for its steps to be measured apart: a cell is a release of the library,
or of its converter, with everything that both rest on.
"""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from packaging.version import Version

from ...knowledge import Knowledge
from ...model import Canary
from ...probe.canaries import every
from ...probe.plan import canary_fields
from ...world.sandbox import Refused
from ..bench import Bench, planned
from ..cells import FLOW_CELLS, Admits, Measured, cell_id
from ..choosing.covering import SETTLED, day_of, minors
from ..evidence import row_digest, rows_of
from ..resolving import choose
from .conversions import admits

#: how the rest is chosen beside a release -> the days after it that are looked at; None: today's releases
MANNERS: Mapping[str, datetime.timedelta | None] = {
    "era": SETTLED,
    "later": datetime.timedelta(days=730),
    "highest": None,
}
#: modules that every flow imports first, in this order
FIRST = ("numpy", "pandas", "sklearn", "onnx", "skl2onnx", "onnxruntime")


@dataclass(frozen=True)
class Flow:
    """A library whose models are tried as a whole."""

    #: the kind of its cells, and the module without which none of its canaries can be tried
    kind: str
    library: str
    #: package -> its first release that is measured; each of its minors is walked
    walked: Mapping[str, str]
    #: what is chosen beside a release
    beside: tuple[str, ...]
    #: the packages that tell one cell from another
    axes: tuple[str, ...]
    #: modules that are imported after `FIRST`
    imports: tuple[str, ...]

    @property
    def modules(self) -> tuple[str, ...]:
        """The modules in the order in which a script would import them."""
        return (*FIRST, *self.imports)

    def canaries(self) -> list[Canary]:
        """The canaries that need the library, or log with it."""
        logs = self.library == "mlflow"
        return [c for c in every() if self.library in canary_fields(c)["needs"] or (logs and c.logging)]


def booster(library: str, first: str) -> Flow:
    """The flow of a library of boosted trees, which onnxmltools converts."""
    beside = ("scikit-learn", "onnxmltools", "skl2onnx", "onnx", "onnxruntime", "numpy", "pandas")
    axes = (library, "onnxmltools", "skl2onnx", "onnx", "onnxruntime", "scikit-learn", "numpy", "protobuf")
    return Flow("boosters", library, {library: first, "onnxmltools": "1.7"}, beside, axes, ("onnxmltools", library))


FLOWS = (
    Flow(
        "registries",
        "mlflow",
        {"mlflow": "1.5"},
        ("scikit-learn", "skl2onnx", "onnx", "onnxruntime", "pandas", "numpy"),
        ("mlflow", "onnx", "sqlalchemy", "pandas", "protobuf"),
        ("mlflow", "sqlalchemy"),
    ),
    booster("xgboost", "0.90"),
    booster("lightgbm", "2.3"),
    booster("catboost", "0.24"),
)


@dataclass(frozen=True)
class FlowCell:
    """One task: one release of a walked package, in the first of these interpreters that can have it."""

    #: the library of the flow
    library: str
    package: str
    release: str
    manner: str
    pythons: tuple[str, ...]

    @property
    def flow(self) -> Flow:
        """Its flow."""
        return next(flow for flow in FLOWS if flow.library == self.library)

    def limited(self, admits: Admits) -> FlowCell | None:
        """All of it, where its release is admitted."""
        return self if admits(self.package, self.release) else None

    def measure(self, bench: Bench) -> Iterator[Measured]:
        """The one cell, once it is noted. Raises CannotLook for the index."""
        start, flow, evidence = time.monotonic(), self.flow, bench.evidence
        python, found = next(self._chosen(bench), ("", {}))
        if not found:
            return
        pins = {"python": python, **{name: found[name] for name in flow.axes}}
        known = [line for line in evidence.lines(flow.kind) if line["pins"] == pins]
        lacking = lacks(flow, known, found["scikit-learn"])
        if not lacking:
            return
        cell, tried = try_flow(flow, bench, python, found, lacking)
        cell.pins, cell.seconds = pins, time.monotonic() - start
        failures = evidence.by_signature(first_failures(flow, cell, tried))
        name = name_of(flow.kind, pins, rows_of(tried) if known else ())
        if evidence.add(flow.kind, cell, name, tried=rows_of(tried), failures=failures):
            yield cell

    def _chosen(self, bench: Bench) -> Iterator[tuple[str, dict[str, str]]]:
        """An interpreter and everything that was chosen for it, of those in which that can be."""
        pinned, after = {self.package: self.release}, MANNERS[self.manner]
        day = day_of(self.package, self.release, after) if after else ""
        beside = [n for n in (self.library, *self.flow.beside) if n != self.package]
        also = [n for n in self.flow.axes if n not in beside and n != self.package]
        for python in self.pythons:
            found = choose(bench.pythons[python], pinned, beside, "era" if day else "highest", day, also)
            if not isinstance(found, Refused):
                yield python, {**pinned, **found}


def tasks(kind: str) -> Callable[[Knowledge, Bench], list[FlowCell]]:
    """What makes the tasks of a kind of flows."""
    return partial(_tasks, kind)


def _tasks(kind: str, knowledge: Knowledge, bench: Bench) -> list[FlowCell]:
    """The last release of each minor of what is walked, newest first, with the interpreters in turn."""
    pythons = sorted(bench.pythons, key=Version)
    found = []
    for manner in MANNERS:
        for flow in FLOWS:
            walked = flow.walked.items() if flow.kind == kind else ()
            for package, first in walked:
                known = [r for r in knowledge.releases(package) if r.parsed >= Version(first) and not r.yanked]
                for turn, version in enumerate(reversed(minors([r.version for r in known]))):
                    release = knowledge.release(package, version)
                    fitting = [p for p in pythons if release and release.supports(p) is not False]
                    place = turn % len(fitting) if fitting else 0
                    order = tuple(fitting[place:] + fitting[:place])
                    found.append(FlowCell(flow.library, package, version, manner, order))
    return found


def lacks(flow: Flow, known: Sequence[Mapping[str, Any]], scikit: str) -> list[Canary]:
    """The canaries of which the lines of a cell say nothing; none where it could not be built."""
    if any(line["built"] == "refused" for line in known):
        return []
    tried = {tuple(row) for line in known for row in line["tried"]}
    return [c for c in flow.canaries() if admits(c, scikit) and (c.name, row_digest(c)) not in tried]


def name_of(kind: str, pins: Mapping[str, str], rows: Iterable[Sequence[str]]) -> str:
    """The name of a cell; `rows` are those of a later line, which tells of other canaries in the same cell."""
    more = {"canaries": " ".join(digest for _, digest in rows)}
    return cell_id(FLOW_CELLS[kind], {**pins, **more} if more["canaries"] else pins)


def try_flow(
    flow: Flow, bench: Bench, label: str, pins: dict[str, str], rows: Sequence[Canary]
) -> tuple[Measured, list[Canary]]:
    """What fails of these canaries, and those that were tried or could not be for want of an import."""
    composed = bench.compose(label, pins, ("setuptools<81",))
    if isinstance(composed, Refused):
        return Measured({}, refused=composed.text), []
    told = [canary_fields(canary) for canary in rows]
    cell, tried = Measured({}, composed.lock, composed.declared), set()
    with planned("flows", composed.folders, imports=list(flow.modules), canaries=told) as plan:
        for frame in bench.answers(label, "flows", {**plan, "memory": 0}):
            if frame["frame"] == "failure":
                cell.failures.append(frame)
            elif frame["frame"] == "tried":
                tried.add(frame["subject"])
    broken = {frame["subject"] for frame in cell.failures if frame["stage"] == "import"}
    return cell, [c for c in rows if c.name in tried or broken & set(canary_fields(c)["needs"])]


def first_failures(flow: Flow, cell: Measured, tried: Sequence[Canary]) -> dict[str, dict[str, object]]:
    """canary -> what failed first of it: an import that it needs, or a step of its own."""
    broken = {f["subject"]: f for f in cell.failures if f["stage"] == "import"}
    own = {f["subject"]: f for f in reversed(cell.failures) if f["stage"] not in ("import", "check")}
    found = {}
    for canary in tried:
        needs = canary_fields(canary)["needs"]
        told = next((broken[m] for m in flow.modules if m in broken and m in needs), own.get(canary.name))
        if told:
            found[canary.name] = dict(told)
    return found
