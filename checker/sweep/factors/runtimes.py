"""Runtimes: every model that a conversion has made, in every release of onnxruntime."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ...knowledge import Knowledge
from ...world.sandbox import Refused
from ..bench import Bench, planned
from ..cells import Measured, cell_id
from ..covering import runtimes
from ..evidence import known_names, model_order, names_in_order, names_of
from ..local.packs import spread
from ..ranges import placed
from ..resolving import choose


@dataclass(frozen=True)
class Runtime:
    """One task: one release in one interpreter, over the models of which nothing is known there."""

    python: str
    release: str

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
        cell, ran = run(bench, self.python, self._pins(bench), bench.models.take(asked))
        cell.seconds = time.monotonic() - start
        whole = [one for one in new if names_of(conversions[one]) <= before | set(ran)]
        name = cell_id("runtime", {**cell.pins, "cells": ",".join(whole)})
        order = model_order(whole, models)
        known_here = set(order)
        failed = {f["subject"]: f for f in cell.failures if f["subject"] in known_here}
        told = {"cells": whole, "ran": len(ran), "failures": placed(evidence.by_signature(failed), order)}
        if (cell.refused or whole) and evidence.add("runtimes", cell, name, **told):
            yield cell

    def _pins(self, bench: Bench) -> dict[str, str]:
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


def run(
    bench: Bench, label: str, pins: Mapping[str, str], models: Iterable[tuple[str, bytes, bytes]]
) -> tuple[Measured, list[str]]:
    """What fails of these models (name, model, data), and the names of those that were run.

    Raises CannotLook for the index.
    """
    composed, told = bench.compose(label, pins), {"python": label, **pins}
    if isinstance(composed, Refused):
        return Measured(told, refused=composed.text), []
    cell, ran = Measured(told, composed.lock, composed.declared), 0
    with planned("runtimes", composed.folders, imports=["onnxruntime"]) as plan:
        plan["models"] = spread(models, Path(plan["store"]))
        for frame in bench.answers(label, "runtimes", plan):
            if frame["frame"] == "failure":
                cell.failures.append(frame)
                cell.refused = frame["text"] or frame["type"] if frame["stage"] == "import" else cell.refused
            ran = frame["count"] if frame["frame"] == "ran" else ran
    return cell, [model["id"] for model in plan["models"]] if ran or not plan["models"] else []
