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
from itertools import product
from operator import itemgetter
from typing import Any

from packaging.version import Version

from ...knowledge import Knowledge, load
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
#: the manner of two releases that are pinned together, and how many days may lie between them
CROSSED, BETWEEN = "crossed", 800
#: the oldest releases that are crossed, of what is not walked
OLDEST = {"scikit-learn": "0.22", "pandas": "0.25"}
#: what stays as it was in a cell in which one release is exchanged, beside what tells cells apart
KEPT = ("scipy",)
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
    #: packages of which each minor is measured with each minor of the library that is about as old
    crossed: tuple[str, ...]

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
    walked, imports = {library: first, "onnxmltools": "1.7"}, ("onnxmltools", library)
    return Flow("boosters", library, walked, beside, axes, imports, ("onnxmltools", "scikit-learn"))


FLOWS = (
    Flow(
        "registries",
        "mlflow",
        {"mlflow": "1.5"},
        ("scikit-learn", "skl2onnx", "onnx", "onnxruntime", "pandas", "numpy"),
        ("mlflow", "onnx", "sqlalchemy", "pandas", "protobuf"),
        ("mlflow", "sqlalchemy"),
        ("pandas",),
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
    #: a release of another package that is pinned too
    other: tuple[str, str] | None = None

    @property
    def pinned(self) -> dict[str, str]:
        """What is pinned."""
        return {self.package: self.release, **dict((self.other,) if self.other else ())}

    @property
    def flow(self) -> Flow:
        """Its flow."""
        return next(flow for flow in FLOWS if flow.library == self.library)

    def limited(self, admits: Admits) -> FlowCell | None:
        """All of it, where its releases are admitted."""
        return self if all(admits(*pin) for pin in self.pinned.items()) else None

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
        if self.other:
            yield from self._exchanged(bench)
            return
        pinned, after = self.pinned, MANNERS[self.manner]
        day = day_of(self.package, self.release, after) if after else ""
        beside = [n for n in (self.library, *self.flow.beside) if n not in pinned]
        also = [n for n in self.flow.axes if n not in beside and n not in pinned]
        for python in self.pythons:
            found = choose(bench.pythons[python], pinned, beside, "era" if day else "highest", day, also)
            if not isinstance(found, Refused):
                yield python, {**pinned, **found}

    def _exchanged(self, bench: Bench) -> Iterator[tuple[str, dict[str, str]]]:
        """The measured cells of either release, with the other one put in; none where both were measured together.

        The cells come first in which what is put in is closest to what was there, so that little else differs.
        """
        knowledge, near = load(), []
        for line in bench.evidence.lines(self.flow.kind):
            pins = line["pins"] if line["built"] != "refused" else {}
            other = [(name, version) for name, version in self.pinned.items() if pins.get(name, version) != version]
            if self.library in pins and not other:
                return
            if self.library in pins and len(other) == 1 and pins["python"] in self.pythons:
                name, version = other[0]
                told = {**line["lock"], **pins}
                kept = {n: told[n] for n in (*self.flow.axes, *self.flow.beside, *KEPT) if n in told}
                apart = _days_between(knowledge, [(name, version), (name, pins[name])])
                near.append((apart, pins["python"], {**kept, name: version}))
        yield from ((python, pins) for _, python, pins in sorted(near, key=itemgetter(0)))


def tasks(kind: str) -> Callable[[Knowledge, Bench], list[FlowCell]]:
    """What makes the tasks of a kind of flows."""
    return partial(_tasks, kind)


def _tasks(kind: str, knowledge: Knowledge, bench: Bench) -> list[FlowCell]:
    """The last release of each minor of what is walked, newest first; then pairs of them, the closest in time first."""
    pythons = sorted(bench.pythons, key=Version)
    mine = [flow for flow in FLOWS if flow.kind == kind]
    walks = [(manner, flow, package) for manner in MANNERS for flow in mine for package in flow.walked]
    found = [
        FlowCell(flow.library, package, version, manner, _fitting(knowledge, pythons, turn, {package: version}))
        for manner, flow, package in walks
        for turn, version in enumerate(_minors(knowledge, package, flow.walked[package]))
    ]
    return found + [cell for flow in mine for cell in _pairs(flow, knowledge, pythons)]


def _minors(knowledge: Knowledge, package: str, first: str) -> list[str]:
    """The last release of each minor from the first one on that is measured, newest first."""
    known = [r for r in knowledge.releases(package) if r.parsed >= Version(first) and not r.yanked]
    return minors([r.version for r in known])[::-1]


def _fitting(knowledge: Knowledge, pythons: Sequence[str], turn: int, pins: Mapping[str, str]) -> tuple[str, ...]:
    """The interpreters that can have these releases, each of them the first by turns."""
    told = [knowledge.release(*pin) for pin in pins.items()]
    fitting = [p for p in pythons if all(release and release.supports(p) is not False for release in told)]
    place = turn % len(fitting) if fitting else 0
    return tuple(fitting[place:] + fitting[:place])


def _pairs(flow: Flow, knowledge: Knowledge, pythons: Sequence[str]) -> list[FlowCell]:
    """Each minor of the library with each of what it is crossed with, where not too long a time lies between them."""
    found = []
    for other in flow.crossed:
        releases = _minors(knowledge, other, flow.walked.get(other, OLDEST.get(other, "0")))
        pairs = product(_minors(knowledge, flow.library, flow.walked[flow.library]), releases)
        for turn, (one, release) in enumerate(pairs):
            apart = _days_between(knowledge, pins := [(flow.library, one), (other, release)])
            fitting = _fitting(knowledge, pythons, turn, dict(pins))
            if apart <= BETWEEN and fitting:
                found.append((apart, FlowCell(flow.library, flow.library, one, CROSSED, fitting, (other, release))))
    return [cell for _, cell in sorted(found, key=itemgetter(0))]


def _days_between(knowledge: Knowledge, pins: Iterable[tuple[str, str]]) -> int:
    """How many days lie between two releases; too many where the day of one is not known."""
    told = [knowledge.release(*pin) for pin in pins]
    days = [datetime.date.fromisoformat(r.uploaded) for r in told if r and r.uploaded]
    return (max(days) - min(days)).days if len(days) == 2 else BETWEEN + 1


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
