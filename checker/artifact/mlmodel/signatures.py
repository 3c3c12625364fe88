"""The signature in an MLmodel file: JSON within YAML, as MLflow writes it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ...model.forms.mlmodel import ModelSignature, SignatureColumn

#: columns of one signature that are kept
MOST_COLUMNS = 5000


def read_signature(told: Any) -> ModelSignature | None:
    """A signature, None where there is none; raises ValueError where it cannot be read."""
    if not isinstance(told, Mapping):
        return None
    return ModelSignature(_columns(told.get("inputs")), _columns(told.get("outputs")))


def _columns(told: Any) -> tuple[SignatureColumn, ...]:
    if told is None:
        return ()
    try:
        rows = json.loads(told) if isinstance(told, str) else told
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise ValueError("it is no list of columns")
    return tuple(_column(row) for row in rows[:MOST_COLUMNS])


def _column(row: Mapping[str, Any]) -> SignatureColumn:
    name, kind = str(row.get("name") or ""), str(row.get("type") or "")
    required = row.get("required") is not False and not row.get("optional")
    tensor = row.get("tensor-spec")
    if kind != "tensor" or not isinstance(tensor, Mapping):
        return SignatureColumn(name, kind, None, required)
    shape = tensor.get("shape")
    sizes = tuple(s for s in shape if type(s) is int) if isinstance(shape, list) else ()
    return SignatureColumn(name, str(tensor.get("dtype") or ""), sizes, required)
