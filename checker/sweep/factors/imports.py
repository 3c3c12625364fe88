"""Imports: a release of onnxruntime beside each numpy, on each interpreter that has wheels of both."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from ...knowledge import Knowledge
from ...world.sandbox import Refused
from ..bench import Bench, planned
from ..cells import Admits, Measured, cell_id
from ..choosing.covering import FIRST_RUNTIME, minors


@dataclass(frozen=True)
class Imports:
    """One task: one release of onnxruntime in one interpreter, beside each of these releases of numpy."""

    python: str
    release: str
    beside: tuple[str, ...]

    def limited(self, admits: Admits) -> Imports | None:
        """Beside the releases of numpy that are admitted, where onnxruntime is."""
        left = tuple(version for version in self.beside if admits("numpy", version))
        return replace(self, beside=left) if left and admits("onnxruntime", self.release) else None

    def measure(self, bench: Bench) -> Iterator[Measured]:
        """Each cell, once it is noted. Raises CannotLook for the index."""
        evidence, start = bench.evidence, time.monotonic()
        known = evidence.cells("imports")
        cells, sets = {}, []
        for numpy in self.beside:
            pins = {"python": self.python, "onnxruntime": self.release, "numpy": numpy}
            if (name := cell_id("import", pins)) in known:
                continue
            composed = bench.compose(self.python, {"onnxruntime": self.release, "numpy": numpy})
            if isinstance(composed, Refused):
                cells[name] = Measured(pins, refused=composed.text)
                continue
            cells[name] = Measured(pins, composed.lock, composed.declared)
            sets.append({"id": name, "folders": composed.folders, "imports": ["numpy", "onnxruntime"]})
        told = [(name, cell) for name, cell in cells.items() if cell.refused]
        with planned("imports", (), sets=sets) as plan:
            frames = bench.answers(self.python, "imports", plan) if sets else iter(())
            for name, cell in chain(told, ended(cells, frames)):
                cell.seconds, start = time.monotonic() - start, time.monotonic()
                failures = evidence.by_signature(dict(zip(["onnxruntime"], cell.failures, strict=False)))
                if evidence.add("imports", cell, name, failures=failures):
                    yield cell


def ended(cells: Mapping[str, Measured], frames: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, Measured]]:
    """Each cell of a program with its name, as soon as its end is told: that it is done, or what it died of.

    Of a fault of the checker's own nothing is concluded.
    """
    faulty = set()
    for frame in frames:
        name = frame.get("set", "")
        if frame["frame"] == "remark":
            faulty.add(name)
        if frame["frame"] == "failure":
            cells[name].failures.append(frame)
        if frame["frame"] in ("failure", "done") and name not in faulty:
            faulty.add(name)  # an end is told once
            yield name, cells[name]


def tasks(knowledge: Knowledge, bench: Bench) -> list[Imports]:
    """The last release of each minor of onnxruntime, beside the last of each minor of numpy."""
    found: list[Imports] = []
    for python in bench.pythons:
        versions = [r for r in knowledge.releases_for_python("onnxruntime", python) if r.parsed >= FIRST_RUNTIME]
        beside = tuple(minors([r.version for r in knowledge.releases_for_python("numpy", python)]))
        found.extend(Imports(python, version, beside) for version in minors([r.version for r in versions]))
    return found
