"""Measure a group of conversion cells, or a runtime over models: in composed environments, by the probe's own flow."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from packaging.version import Version

from ..errors import CannotLook
from ..model import Canary
from ..names import DISTRIBUTION_OF
from ..probe.assemble import measurer
from ..probe.inside.child import QUIET
from ..probe.inside.program import wrap
from ..probe.plan import canary_fields
from ..world.process import Children, Dialogue
from ..world.pythons import memory_limit
from ..world.sandbox import Refused, scratch_folder
from .cells import Group, Runtime
from .resolving import Resolved, resolve
from .store.folders import PackageFolders
from .store.packs import piece, spread

#: seconds without any frame after which a process is given up
SILENCE = 120
#: packages whose import is tried before anything is converted, in this order
IMPORTED = ("onnx", "skl2onnx", "onnxmltools")
#: packages that are there in nearly every environment, although nobody declares them
BESIDE = ("pandas", "setuptools<81", "packaging")


@dataclass
class Measured:
    """What one cell came to."""

    pins: Mapping[str, str]
    lock: Mapping[str, str]
    declared: str = ""
    #: composed; or refused, and why
    built: str = "composed"
    refused: str = ""
    #: failure frames, of which each names its subject
    failures: list[Mapping[str, Any]] = field(default_factory=list)
    #: subject -> (model, data)
    models: dict[str, tuple[bytes, bytes]] = field(default_factory=dict)
    seconds: float = 0.0


@dataclass(frozen=True)
class Bench:
    """Where it is measured."""

    folders: PackageFolders
    #: minor version -> interpreter
    pythons: Mapping[str, Path]

    def converted(self, group: Group, canaries: Sequence[Canary]) -> Iterator[Measured]:
        """Each cell of a group as soon as it is measured. Raises CannotLook for the index."""
        python = self.pythons[group.python]
        fitted = self._compose(group.python, group.fitting, BESIDE)
        if isinstance(fitted, Refused):
            yield from (Measured(group.pins(one), {}, built="refused", refused=fitted.text) for one in group.sets)
            return
        lock, folders = fitted
        sets = {}
        for number, one in enumerate(group.sets):
            composed = self._compose(group.python, {**lock.lock, **one}, ())
            if isinstance(composed, Refused):
                yield Measured(group.pins(one), {}, built="refused", refused=composed.text)
                continue
            own = [f for f in composed[1] if f not in folders]
            sets[str(number)] = (one, composed[0], own)
        if not sets:
            return
        asked = [
            {"id": key, "folders": own, "imports": [module_of(name) for name in IMPORTED if name in one]}
            for key, (one, _, own) in sets.items()
        ]
        with scratch_folder() as scratch:
            plan = plan_of("conversions", scratch, folders)
            plan.update(
                imports=[module_of(name) for name in group.fitting],
                sets=asked,
                canaries=[canary_fields(c) for c in canaries if admits(c, group.fitting["scikit-learn"])],
            )
            cells = {key: Measured(group.pins(one), r.lock, r.declared) for key, (one, r, _) in sets.items()}
            yield from gather(answers(python, "conversions", plan), cells, Path(plan["store"]))

    def _compose(
        self, label: str, pins: Mapping[str, str], beside: Iterable[str]
    ) -> tuple[Resolved, list[str]] | Refused:
        python = self.pythons[label]
        resolved = resolve(python, pins, beside)
        if isinstance(resolved, Refused):
            return resolved
        folders = self.folders.find(python, label, resolved.lock)
        return folders if isinstance(folders, Refused) else (resolved, folders)

    def run(self, runtime: Runtime, models: Iterable[tuple[str, bytes, bytes]]) -> tuple[Measured, list[str]]:
        """What fails of these models in a runtime, whose failures name the models, and the models that were run.

        Raises CannotLook for the index.
        """
        composed = self._compose(runtime.python, runtime.pins, ())
        pins = {"python": runtime.python, **runtime.pins}
        if isinstance(composed, Refused):
            return Measured(pins, {}, built="refused", refused=composed.text), []
        resolved, folders = composed
        cell = Measured(pins, resolved.lock, resolved.declared)
        with scratch_folder() as scratch:
            plan = plan_of("runtimes", scratch, folders)
            plan.update(imports=["onnxruntime"], models=spread(models, Path(plan["store"])))
            ran = 0
            for frame in answers(self.pythons[runtime.python], "runtimes", plan):
                if frame["frame"] == "failure":
                    cell.failures.append(frame)
                ran = frame["count"] if frame["frame"] == "ran" else ran
        return cell, [m["id"] for m in plan["models"]] if ran or not plan["models"] else []


def admits(canary: Canary, scikit: str) -> bool:
    """Whether this release of scikit-learn knows what the canary makes."""
    version = Version(scikit)
    late = canary.until and Version(canary.until) <= version
    return not late and (not canary.since or Version(canary.since) <= version)


def module_of(distribution: str) -> str:
    """The top-level module of a package of the path."""
    return next((m for m, d in DISTRIBUTION_OF.items() if d == distribution), distribution.replace("-", "_"))


def plan_of(kind: str, scratch: Path, folders: Sequence[str]) -> dict[str, Any]:
    """What every program that measures is told."""
    return {
        "token": secrets.token_hex(8),
        "role": kind,
        "scratch": str(scratch),
        "store": str(scratch / "models"),
        "folders": list(folders),
        "memory": memory_limit(),
        "seconds": SILENCE,
    }


def answers(python: Path, kind: str, plan: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The frames of a program that measures, in an interpreter without its own packages. Raises CannotLook."""
    mark = plan["token"].encode("ascii") + b" "
    dialogue = Dialogue([str(python), "-I", "-S", "-"], dict(QUIET), Children())
    finished = False
    try:
        for line in dialogue.lines(wrap(measurer(kind), dict(plan)), SILENCE):
            dialogue.heard = True
            if line.startswith(mark):
                frame = json.loads(line[len(mark) :])
                finished = frame["frame"] == "end"
                if finished:
                    break
                yield frame
    finally:
        dialogue.end(finished)
    if not finished:
        said = dialogue.printed.decode("utf-8", "replace").strip().splitlines()
        raise CannotLook(f"{python} {dialogue.how_it_ended}: {said[-1] if said else 'it printed nothing'}")


def gather(frames: Iterable[Mapping[str, Any]], cells: Mapping[str, Measured], store: Path) -> Iterator[Measured]:
    """Sort the frames of a group into its cells; each is given as soon as it is whole.

    Where the packages for fitting cannot be imported, all cells have failed of it.
    """
    common: list[Mapping[str, Any]] = []
    given = set()
    for frame in frames:
        kind, which = frame["frame"], frame.get("set", "")
        if kind == "failure":
            (cells[which].failures if which else common).append(frame)
        elif kind == "made":
            cells[which].models[frame["subject"]] = (piece(store, *frame["model"]), piece(store, *frame["data"]))
        elif kind == "converted" and frame["whole"]:
            cells[which].failures.extend(common)
            given.add(which)
            yield cells[which]
    if any(frame["stage"] == "import" for frame in common):
        for which in cells.keys() - given:
            cells[which].failures.extend(common)
            yield cells[which]
