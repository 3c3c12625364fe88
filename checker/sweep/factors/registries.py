"""Registries: MLflow's own releases beside everything that they rest on: log, register, load, score."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

from packaging.version import Version

from ...knowledge import Knowledge
from ...model import Canary
from ...probe.canaries import every
from ...probe.plan import canary_fields
from ...world.sandbox import Refused
from ..bench import Bench, planned
from ..cells import Admits, Measured, cell_id
from ..choosing.covering import day_of, minors
from ..evidence import row_digest
from ..resolving import choose
from .conversions import admits

#: what is older is not measured
FIRST = Version("1.20")
MANNERS = ("era", "highest")
#: what a user installs with it, and what tells one cell from another
BESIDE = ("scikit-learn", "skl2onnx", "onnx", "onnxruntime", "pandas", "numpy")
AXES = ("mlflow", "onnx", "sqlalchemy", "pandas", "protobuf")
#: modules in the order in which a script would import them
IMPORTS = ("numpy", "pandas", "sklearn", "onnx", "skl2onnx", "onnxruntime", "mlflow", "sqlalchemy")


@dataclass(frozen=True)
class Registry:
    """One task: one release of MLflow, in the first of these interpreters that can have it."""

    release: str
    manner: str
    pythons: tuple[str, ...]

    def limited(self, admits: Admits) -> Registry | None:
        """All of it, where its release is admitted."""
        return self if admits("mlflow", self.release) else None

    def measure(self, bench: Bench) -> Iterator[Measured]:
        """The one cell, once it is noted. Raises CannotLook for the index."""
        start, evidence = time.monotonic(), bench.evidence
        for python in self.pythons:
            found = choose(
                bench.pythons[python],
                {"mlflow": self.release},
                BESIDE,
                self.manner,
                day_of("mlflow", self.release),
                ("sqlalchemy", "protobuf"),
            )
            if not isinstance(found, Refused):
                break
        else:
            return
        whole = {"mlflow": self.release, **found}
        pins = {"python": python, **{name: whole[name] for name in AXES}}
        name = cell_id("registry", pins)
        if name in evidence.cells("registries"):
            return
        cell, tried = log(bench, python, whole, canaries())
        cell.pins, cell.seconds = pins, time.monotonic() - start
        failures = evidence.by_signature(first_failures(cell, tried))
        rows = [[canary.name, row_digest(canary)] for canary in tried]
        if evidence.add("registries", cell, name, tried=rows, failures=failures):
            yield cell


def tasks(knowledge: Knowledge, bench: Bench) -> list[Registry]:
    """The last release of each minor, newest first, with the interpreters in turn."""
    pythons = sorted(bench.pythons, key=Version)
    versions = minors([r.version for r in knowledge.releases("mlflow") if r.parsed >= FIRST and not r.yanked])
    found = []
    for manner in MANNERS:
        for turn, version in enumerate(reversed(versions)):
            release = knowledge.release("mlflow", version)
            fitting = [p for p in pythons if release and release.supports(p) is not False]
            place = turn % len(fitting) if fitting else 0
            found.append(Registry(version, manner, tuple(fitting[place:] + fitting[:place])))
    return found


def canaries() -> list[Canary]:
    """The canaries that log."""
    return [canary for canary in every() if canary.logging]


def log(bench: Bench, label: str, pins: dict[str, str], rows: list[Canary]) -> tuple[Measured, list[Canary]]:
    """What fails of these canaries, and those that were tried or could not be for want of an import."""
    composed = bench.compose(label, pins, ("setuptools<81",))
    if isinstance(composed, Refused):
        return Measured({}, refused=composed.text), []
    fitting = [canary for canary in rows if admits(canary, pins["scikit-learn"])]
    told = [canary_fields(canary) for canary in fitting]
    cell, tried = Measured({}, composed.lock, composed.declared), set()
    with planned("registries", composed.folders, imports=list(IMPORTS), canaries=told) as plan:
        for frame in bench.answers(label, "registries", {**plan, "memory": 0}):
            if frame["frame"] == "failure":
                cell.failures.append(frame)
            elif frame["frame"] == "tried":
                tried.add(frame["subject"])
    broken = {frame["subject"] for frame in cell.failures if frame["stage"] == "import"}
    return cell, [c for c in fitting if c.name in tried or broken & set(canary_fields(c)["needs"])]


def first_failures(cell: Measured, tried: list[Canary]) -> dict[str, dict[str, object]]:
    """canary -> what failed first of it: an import that it needs, or a step of its own."""
    broken = {f["subject"]: f for f in cell.failures if f["stage"] == "import"}
    own = {f["subject"]: f for f in reversed(cell.failures) if f["stage"] not in ("import", "check")}
    found = {}
    for canary in tried:
        needs = canary_fields(canary)["needs"]
        told = next((broken[m] for m in IMPORTS if m in broken and m in needs), own.get(canary.name))
        if told:
            found[canary.name] = dict(told)
    return found
