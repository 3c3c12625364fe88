"""The figures of the measured matrix, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from .stats import DRAWN, Stats

#: kind of cells -> what they are
KINDS = {
    "conversion": "sets of versions in which the models were fitted and converted",
    "runtime": "releases of onnxruntime in which they were run",
    "whole": "the two together",
    "import": "imports beside other packages",
    "registry": "sets of versions of MLflow",
}
#: (the metadata admit it, it can be imported) -> what that means
AGREEMENT = {
    (True, True): "admitted, and it imports",
    (True, False): "admitted, and it does not import",
    (False, True): "refused, and it imports all the same",
    (False, False): "refused, and it does not import",
}


def table(stats: Stats) -> str:
    """The figures, a line each."""
    return "\n".join(_rows(stats)) + "\n"


def _rows(stats: Stats) -> Iterator[str]:
    yield f"Measurements of {stats.date}: {stats.canaries:,} models, {stats.outcomes:,} outcomes\n\nCells"
    yield from (f"  {stats.cells.get(kind, 0):8,}  {what}" for kind, what in KINDS.items())
    yield f"\nOf {DRAWN} sets of versions that are drawn from"
    yield f"  the measured releases: {_shares(stats.near)}"
    yield f"  all known releases:    {_shares(stats.space)}"
    yield "\nWhat the metadata of the packages say of the cells"
    yield from (f"  {stats.declared.get(key, 0):8,}  {what}" for key, what in AGREEMENT.items())


def _shares(found: Mapping[str, int]) -> str:
    whole = max(1, sum(found.values()))
    return ", ".join(f"{kind} {100 * number / whole:.1f} %" for kind, number in found.items())


def as_values(stats: Stats) -> str:
    """The same for programs, as JSON."""
    told = {
        "schema_version": 1,
        "matrix_date": stats.date,
        "canaries": stats.canaries,
        "outcomes": stats.outcomes,
        "cells": dict(stats.cells),
        "space": {"drawn": DRAWN, "of_measured_releases": dict(stats.near), "of_known_releases": dict(stats.space)},
        "declared": [
            {"admitted": admitted, "imports": imports, "cells": number}
            for (admitted, imports), number in sorted(stats.declared.items(), reverse=True)
        ],
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"
