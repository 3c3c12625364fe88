"""The measurements as one document, for the page's scripts and for anybody else."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterable, Sequence
from typing import Any

from ..matrix.measured import Measured, Signature
from ..matrix.measured.linking import Step, step_of
from ..matrix.measured.space import Space
from ..matrix.measured.values import Table
from ..model import Stage
from .facts.estimators import Estimator, Variant
from .facts.kinds import Kind, kind_of

#: the version of the document
SCHEMA = 1
LICENCE = "Apache-2.0"


def document(matrix: Measured, everyone: Sequence[Estimator]) -> dict[str, Any]:
    """All of it, as JSON has it."""
    steps = sorted({step_of(signature) for signature in matrix.signatures if signature})
    rows = {folded: place for place, folded in enumerate(dict.fromkeys(matrix.outcomes))}
    return {
        "schema_version": SCHEMA,
        "licence": LICENCE,
        "date": matrix.date,
        "estimators": [{"name": one.name, "class": one.dotted} for one in everyone],
        "models": [
            _model(matrix, rows, place, variant) for place, one in enumerate(everyone) for variant in one.variants
        ],
        "axes": list(matrix.axes),
        **_cells(matrix.space, matrix.axes),
        "ids": [cell.id for cell in matrix.cells],
        "dates": [cell.date for cell in matrix.cells],
        "runtimes": list(matrix.runtimes),
        "steps": [_step(step, place) for place, step in enumerate(steps)],
        "signatures": [_signature(signature, steps) for signature in matrix.signatures],
        "profiles": [_profile(profile) for profile in matrix.profiles],
        "rows": list(rows),
        "imports": [_table(table) for table in matrix.imports],
        "flows": [_table(table) for table in matrix.flows],
    }


def _model(matrix: Measured, rows: dict[str, int], estimator: int, variant: Variant) -> dict[str, Any]:
    canary = variant.canary
    place = matrix.places.get(canary.name)
    flow = next((n for n, table in enumerate(matrix.flows) if canary.name in table.outcomes), None)
    return {
        "name": canary.name,
        "make": canary.make,
        "estimator": estimator,
        "since": canary.since,
        "until": canary.until,
        "works": Kind.WORKS in variant.reach.counts(),
        "row": None if place is None else rows[matrix.outcomes[place]],
        "flow": flow,
    }


def _cells(space: Space, names: Iterable[str]) -> dict[str, Any]:
    """Releases of each package, oldest first, and each cell as places in these."""
    axes = {axis.name: axis for axis in space.axes}
    cells: list[list[int]] = [[] for _ in range(space.size)]
    for name in names:
        for place, held in enumerate(axes[name].cells):
            for number, cell in enumerate(cells):
                if held >> number & 1:
                    cell.append(place)
    return {"releases": {name: list(axes[name].texts) for name in names}, "cells": cells}


def _table(table: Table) -> dict[str, Any]:
    outcomes = {name: list(numbers) for name, numbers in table.outcomes.items()}
    dates = [cell.date for cell in table.cells]
    return {"axes": list(table.names), **_cells(table.space, table.names), "dates": dates, "outcomes": outcomes}


def _profile(folded: int | str | None) -> Any:
    return [*map(int, filter(None, folded.split(",")))] if isinstance(folded, str) else folded


def _signature(signature: Signature | None, steps: Sequence[Step]) -> dict[str, Any] | None:
    if signature is None:
        return None
    return {
        "stage": signature.stage.value,
        "type": signature.type,
        "where": signature.where,
        "text": signature.text,
        "id": signature.id,
        "kind": kind_of(signature).value,
        "step": steps.index(step_of(signature)),
    }


def _step(step: Step, order: int) -> dict[str, Any]:
    """A step with everything that follows from it, so that nobody else has to know it."""
    return {
        "order": order,
        "stage": step.stage,
        "name": step.name,
        "package": step.package,
        "runs": step.stage > Stage.CONVERT.order,
        "anywhere": step.is_anywhere,
        "axes": list(step.axes),
        "parties": list(step.parties),
        "pair": list(step.pair),
    }


def as_json(told: dict[str, Any]) -> str:
    """The document as a file; one key a line."""
    rows = (
        f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False, separators=(',', ':'))}"
        for key, value in told.items()
    )
    return "{\n" + ",\n".join(rows) + "\n}\n"


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def as_script(told: dict[str, Any]) -> str:
    """The same as a script: a page that is opened from a disk may read scripts, and nothing else."""
    packed = gzip.compress(as_json(told).encode(), 9, mtime=0)
    return f'globalThis.checkerTables = "{base64.b64encode(packed).decode()}";\n'
