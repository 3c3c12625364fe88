"""What a canary is fitted on: what is known of the script's data, then what is declared, then a recipe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ...model import Column
from ..uses.estimators import Estimator
from ..uses.record import Fit
from ..values.arrays import Array, array_of, target_of, width
from ..values.bounds import of_column
from ..values.frames import Frame
from ..values.proxies import Shape, Unknown
from .recipes import NUMERIC, Recipe, leaves_out, named_columns, needs, predicts_classes, recipe

Inputs = tuple[tuple[str, str, "Shape | None"], ...]
#: kind of a column -> the ONNX type that stands for it, and back
TYPES = {
    "float32": "FloatTensorType",
    "float64": "DoubleTensorType",
    "int64": "Int64TensorType",
    "bool": "BooleanTensorType",
    "string": "StringTensorType",
}
KINDS = {t: k for k, t in TYPES.items()} | {"Int32TensorType": "int64", "DoubleTensor": "float64"}
#: kinds that say more than their dtype
STORED = {"positive": "float32", "counts": "float32", "category": "float32", "label": "int64"}
#: more columns than this are not declared one by one
WIDEST = 2000


def fitted_data(made: Estimator, fit: Fit, declared: Inputs, sample: Any = None) -> tuple[tuple[Column, ...], str, str]:
    """Columns, layout and target of the training data: what is known, then declared, then the recipe."""
    ready = recipe(made)
    known, layout = known_columns(fit.data, made)
    if known is None and sample is not None:
        known, layout = known_columns(sample, made)
    columns = known or declared_columns(declared) or ready.columns
    if known is not None and layout == "frame":
        absent = named_columns(made) - {c.name for c in columns}
        columns = (*columns, *(c for c in ready.columns if c.name in absent))
    columns = tuple(filled(c, i, declared, ready, len(columns)) for i, c in enumerate(columns))
    wanted = needs(made)
    columns = tuple(needed(c, wanted.get(i, wanted.get(c.name, wanted.get("*", "")))) for i, c in enumerate(columns))
    layout = layout or (declared_layout(declared, ready) if known is None else ready.layout)
    if columns[0].kind == "text":
        columns, layout = columns[:1], "vector"
    as_table = isinstance(fit.data, Frame) or named_columns(made)
    layout = "matrix" if layout == "frame" and one_matrix(declared, columns) and not as_table else layout
    layout = "frame" if layout == "matrix" and len({family(c) for c in columns}) > 1 else layout
    return columns, layout, fitted_target(made, fit, ready)


def one_matrix(declared: Inputs, columns: Sequence[Column]) -> bool:
    """Whether a single input takes all columns together."""
    return len(declared) == 1 < len(columns) and len({family(c) for c in columns}) == 1


def family(column: Column) -> str:
    """Numbers can share an array; strings and times among numbers need a frame."""
    return {"string": "string", "text": "string", "datetime": "datetime"}.get(column.kind, "number")


def known_columns(data: Any, made: Any) -> tuple[tuple[Column, ...] | None, str]:
    """The columns and layout of a value, None and "" as far as they are not known.

    What becomes of times in a model that does not leave them out is not known: functions of the script stand there.
    """
    if isinstance(data, Frame):
        complete = data.complete and bool(data.known)
        columns = tuple(column(n, c) for n, c in data.known.items())
        used = (replace(c, kind="") if c.kind == "datetime" and not leaves_out(made, c.name) else c for c in columns)
        return tuple(used) if complete else None, "frame"
    if not isinstance(data, (Array, list, tuple)):
        return None, ""
    known = array_of(data)
    if known.dims is not None and len(known.dims) == 1:
        return (column("X", known),), "vector"
    count = width(known)
    if count is None or not 0 < count <= WIDEST:
        return None, "matrix" if known.dims is not None and len(known.dims) == 2 else ""
    return tuple(column(f"x{i}", known, i) for i in range(count)), "matrix"


def column(name: str, known: Array, place: int = 0) -> Column:
    """A column as far as its array is known; `place` is its place in it."""
    low, high = (of_column(known.bounds, place) or (None,))[0] or (None, None)
    words = known.words if len(known.words) > 1 else ()  # of a single category nothing is learned
    return Column(name, known.kind, known.missing, low, high, words)


def declared_columns(declared: Inputs) -> tuple[Column, ...] | None:
    """The columns that the declared inputs stand for; None when there are none or their width is free."""
    if not declared:
        return None
    columns: list[Column] = []
    for name, kind, shape in declared:
        width = 1 if shape is not None and len(shape) == 1 else shape[1] if shape and len(shape) == 2 else None
        if width is None or width > WIDEST:
            return None
        names = [name] if width == 1 else [f"{name}{i}" if len(declared) > 1 else f"x{i}" for i in range(width)]
        columns += [Column(n, KINDS.get(kind, "")) for n in names]
    return tuple(columns) or None


def declared_layout(declared: Inputs, ready: Recipe) -> str:
    """One input is a matrix (or what the recipe says), several are the columns of a frame."""
    return "frame" if len(declared) > 1 else "matrix" if declared and ready.layout != "vector" else ready.layout


def filled(column: Column, place: int, declared: Inputs, ready: Recipe, width: int) -> Column:
    """A column whose kind is not known gets that of its input, else that of the recipe."""
    if column.kind:
        return column
    types = {name: kind for name, kind, _ in declared}
    kind = types.get(column.name) or (declared[0][1] if len(declared) == 1 else "")
    if kind in KINDS:
        return replace(column, kind=KINDS[kind])
    own = next((c for c in ready.columns if c.name == column.name), None)
    if own is None and len(ready.columns) == width:
        own = ready.columns[place]
    elif own is None and len({c.kind for c in ready.columns}) == 1:
        own = ready.columns[0]
    own = own or Column("", "float32")
    return replace(column, kind=own.kind, missing=column.missing or own.missing)


def needed(column: Column, kind: str) -> Column:
    """The kind that the estimator insists on, where the column's own cannot be used."""
    usable = {
        "text": column.kind == "string",
        "encoded": False,
        "category": column.kind in NUMERIC,
        "label": column.kind in NUMERIC,
        "counts": column.kind in NUMERIC,
    }
    if kind == "encoded" and column.kind in ("float32", "float64"):
        return replace(column, kind="category")
    return replace(column, kind=kind) if usable.get(kind) else column


def fitted_target(made: Estimator, fit: Fit, ready: Recipe) -> str:
    """The target: none without one, what is known of it, else what the estimator needs; "" for unknown classes."""
    if fit.target is None:
        return "none"
    classes = predicts_classes(made)
    known = "" if isinstance(fit.target, Unknown) else target_of(array_of(fit.target))
    if classes:
        return known if known in ("binary", "three", "strings", "targets") else ""
    if ready.target in ("positive", "targets"):
        return ready.target
    if ready.target == "none":
        return "none" if isinstance(fit.target, Unknown) else known or "binary"
    return known if known in ("positive", "targets", "continuous") else "continuous"
