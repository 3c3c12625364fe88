"""Runtimes: every model that a conversion has made, in every release of onnxruntime."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...errors import CannotLook
from ...knowledge import Knowledge
from ...world.sandbox import Refused
from ..bench import Bench, planned
from ..cells import Admits, Measured, cell_id
from ..choosing.covering import runtimes
from ..evidence import known_names, model_order, names_in_order, names_of
from ..local.packs import spread
from ..ranges import placed
from ..resolving import choose


@dataclass(frozen=True)
class Runtime:
    """One task: one release in one interpreter, over the models of which nothing is known there."""

    python: str
    release: str

    def limited(self, admits: Admits) -> Runtime | None:
        """All of it, where its release is admitted."""
        return self if admits("onnxruntime", self.release) else None

    def measure(self, bench: Bench) -> Iterator[Measured]:
        """The one cell, once it is noted; it names the conversions whose models have all run. Raises CannotLook."""
        start, evidence = time.monotonic(), bench.evidence
        mine = [line for line in evidence.lines("runtimes") if line["pins"]["onnxruntime"] == self.release]
        known = {cell for line in mine for cell in line["cells"]}
        conversions = {line["cell"]: line for line in evidence.lines("conversions") if line["models"].strip(".")}
        new = sorted(conversions.keys() - known)
        if not new or any(line["built"] == "refused" for line in mine):
            return
        before = known_names(conversions[cell] for cell in known & conversions.keys())
        models = {cell: names_in_order(conversions[cell]["models"]) for cell in new}
        asked = [name for name in model_order(new, models) if name not in before]
        cell, ran = run(bench, self.python, self.pins(bench), bench.models.take(asked))
        cell.seconds = time.monotonic() - start
        whole = [one for one in new if names_of(conversions[one]) <= before | set(ran)]
        name = cell_id("runtime", {**cell.pins, "cells": ",".join(whole)})
        order = model_order(whole, models)
        here, failures = set(order), failed(cell, ran)
        failures = {model: failures[model] for model in here & failures.keys()}
        told = {"cells": whole, "ran": len(ran), "failures": placed(evidence.by_signature(failures), order)}
        if faults := sorted(here & cell.faults.keys()):
            told["unknown"] = placed({"": faults}, order)[""]
        if (cell.refused or whole) and evidence.add("runtimes", cell, name, **told):
            yield cell

    def pins(self, bench: Bench) -> dict[str, str]:
        """The release, and the numpy that a fresh installation brings; of numpy 2 older releases know nothing."""
        pins = {"onnxruntime": self.release}
        for wish in ("numpy<2", "numpy"):
            found = choose(bench.pythons[self.python], pins, [wish], "highest")
            if not isinstance(found, Refused):
                return {**pins, **found}
        return pins


def tasks(knowledge: Knowledge, bench: Bench) -> list[Runtime]:
    """All releases that install here, the last one of each minor first."""
    return [Runtime(python, release) for python, release in runtimes(knowledge, list(bench.pythons))]


def failed(cell: Measured, models: Iterable[str]) -> dict[str, Mapping[str, Any]]:
    """model -> the frame of its failure: of all of them, where the runtime cannot be imported."""
    broken = [frame for frame in cell.failures if frame["stage"] == "import"]
    return dict.fromkeys(models, broken[0]) if broken else {frame["subject"]: frame for frame in cell.failures}


def run(
    bench: Bench, label: str, pins: Mapping[str, str], models: Iterable[tuple[str, bytes, bytes]]
) -> tuple[Measured, list[str]]:
    """What fails of these models (name, model, data), and the names of those that were run.

    Raises CannotLook for the index, and where the process ended between two models.
    """
    composed, told = bench.compose(label, pins), {"python": label, **pins}
    if isinstance(composed, Refused):
        return Measured(told, refused=composed.text), []
    cell, whole = Measured(told, composed.lock, composed.declared), False
    with planned("runtimes", composed.folders, imports=["onnxruntime"]) as plan:
        plan["models"] = spread(models, Path(plan["store"]))
        for frame in bench.answers(label, "runtimes", plan):
            if frame["frame"] == "failure":
                cell.failures.append(frame)
            elif frame["frame"] == "remark":
                cell.faults[frame["subject"]] = frame["text"]
            whole = whole or frame["frame"] == "ran"
    if not whole and all(frame["stage"] != "import" for frame in cell.failures):
        raise CannotLook("a runtime was not measured to its end", "the next run tries it again")
    return cell, [model["id"] for model in plan["models"]]
