"""What the inputs of a converted model are, and how a script feeds them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...model import Column
from ..uses.record import Conversion
from ..values.arrays import Array, array_of
from .training import KINDS, STORED, TYPES, Inputs


def from_sample(sample: Any, columns: Sequence[Column], layout: str) -> Inputs:
    """Inputs derived from a sample that is not like the training data, declared so that they stay so.

    An array has another kind, or is one input where the model was fitted on a table.
    """
    kinds = {STORED.get(c.kind, c.kind) for c in columns}
    if not isinstance(sample, Array) or sample.dims is None or len(sample.dims) != 2 or len(kinds) != 1:
        return ()
    kind = sample.kind or next(iter(kinds))
    if kind not in TYPES or (kinds == {kind} and layout != "frame"):
        return ()
    return (("X", TYPES[kind], (None, len(columns))),)


def fed_names(conversion: Conversion) -> tuple[str, ...]:
    """The input names that the script writes out where it feeds the session, empty when one is not written out."""
    names = tuple(dict.fromkeys(name for feed in conversion.feeds for name in feed))
    return () if "" in names else names


def feed_of(conversion: Conversion, inputs: Inputs, columns: Sequence[Column], layout: str) -> str:
    """How the sessions are fed, where that differs from what the model takes."""
    arrays = [(n, array_of(a)) for feed in conversion.feeds for n, a in feed.items()]
    types = {name: (KINDS.get(kind, ""), shape) for name, kind, shape in inputs}
    rows: list[int | None] = []
    for name, known in arrays:
        kind, shape = known.kind, known.dims
        default = (columns[0].kind if layout != "frame" else "", None)
        wanted, declared = types.get(name) or (next(iter(types.values())) if len(types) == 1 else default)
        rank = len(declared) if declared is not None else 1 if layout == "vector" else 2
        if kind != wanted and {kind, wanted} <= {"float32", "float64", "int64"}:
            return kind
        if shape is not None and 0 < len(shape) < rank:
            return "flat"
        rows.append(shape[0] if shape else None)
    fixed = bool(inputs) and all(shape and shape[0] == 1 for _, _, shape in inputs)
    return "one" if fixed and rows and all(n == 1 for n in rows) else ""
