"""The rows as JSON, version 1: changes are additive only; `schemas/rows.schema.json` describes it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from ..reporters.as_json import LIMIT, plain
from ..version import __version__
from . import wording
from .causes import find_causes, ways
from .values import Cause, Mend, Row


def render(rows: Sequence[Row]) -> str:
    """ASCII only, keys in the documented order, two spaces of indentation, a newline at the end."""
    causes = find_causes(rows)
    data = {
        "schema_version": 1,
        "tool": {"name": "sklearn-onnx-checker", "version": __version__},
        "verdict": wording.verdict(rows),
        "summary": wording.summary(rows, causes),
        "causes": [_cause(cause) for cause in causes],
        "rows": [_row(row, causes) for row in rows],
    }
    return json.dumps(plain(data, LIMIT), indent=2, allow_nan=False) + "\n"


def _cause(cause: Cause) -> dict[str, Any]:
    worst = cause.worst
    return {
        "rule": worst.rule,
        "severity": worst.severity.value,
        "stage": worst.stage.value,
        "basis": worst.basis.value,
        "culprits": worst.culprits,
        "signature": worst.signature,
        "message": worst.message,
        "out_of_scope": worst.out_of_scope,
        "rows": [
            {
                "name": one.row.name,
                "subjects": one.subjects,
                "severity": one.worst.severity.value,
                "message": one.worst.message,
                "versions": {name: one.row.versions[name] for name in worst.culprits if name in one.row.versions},
            }
            for one in cause.occurrences
        ],
        "remedies": [_mend(mend, names) for mend, names in ways(cause)],
    }


def _mend(mend: Mend, names: Sequence[str]) -> dict[str, Any]:
    return {
        "kind": mend.kind,
        "text": mend.text,
        "requirements": mend.requirements,
        "proven": mend.proven,
        "rows": names,
    }


def _row(row: Row, causes: Sequence[Cause]) -> dict[str, Any]:
    return {
        "name": row.name,
        "file": row.path,
        "verdict": row.verdict,
        "python": row.python,
        "versions": {name: row.versions[name] for name in wording.stack([row])},
        "not_looked_at": row.unseen,
        **({"ignored": row.ignored} if row.ignored else {}),
        "causes": [place for place, cause in enumerate(causes) if row in cause.rows],
    }
