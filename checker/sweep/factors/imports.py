"""Imports: a release of onnxruntime beside each numpy, on each interpreter that has wheels of both."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ...knowledge import Knowledge
from ...world.sandbox import Refused
from ..bench import Bench, planned
from ..cells import Admits, Measured, cell_id
from ..covering import FIRST_RUNTIME, minors


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
        with planned("imports", (), sets=sets) as plan:
            sort_into(cells, bench.answers(self.python, "imports", plan) if sets else ())
        seconds = (time.monotonic() - start) / max(1, len(cells))
        for name, cell in cells.items():
            cell.seconds = seconds
            failures = evidence.by_signature(dict(zip(["onnxruntime"], cell.failures, strict=False)))
            if evidence.add("imports", cell, name, failures=failures):
                yield cell


def sort_into(cells: dict[str, Measured], frames: Iterable[Mapping[str, Any]]) -> None:
    """Sort the frames of a program into its cells; those that it has not measured are taken out."""
    left, faulty = {name for name, cell in cells.items() if not cell.refused}, set()
    for frame in frames:
        if frame["frame"] == "failure":
            cells[frame["set"]].failures.append(frame)
        if frame["frame"] == "remark":
            faulty.add(frame["set"])
        if frame["frame"] in ("failure", "done"):
            left.discard(frame["set"])
    for name in left | faulty:
        del cells[name]


def tasks(knowledge: Knowledge, bench: Bench) -> list[Imports]:
    """The last release of each minor of onnxruntime, beside the last of each minor of numpy."""
    found: list[Imports] = []
    for python in bench.pythons:
        versions = [r for r in knowledge.releases_for_python("onnxruntime", python) if r.parsed >= FIRST_RUNTIME]
        beside = tuple(minors([r.version for r in knowledge.releases_for_python("numpy", python)]))
        found.extend(Imports(python, version, beside) for version in minors([r.version for r in versions]))
    return found
