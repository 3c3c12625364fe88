"""numpy on what is known: kinds, shapes, missing values, and what a column would be as a training target."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from .bounds import HOLDING, of_arithmetic, of_elements, one_each, selected
from .kinds import is_missing, leaf_kind, promoted, words_of
from .values import (
    HEAVIEST,
    LONGEST,
    LONGEST_TEXT,
    UNKNOWN,
    WIDEST_NUMBER,
    Array,
    Dtype,
    Frame,
    Items,
    Literal,
    Ref,
    Shape,
    Table,
    Value,
    whole,
)

CLASS_TARGETS = {1: "", 2: "binary", 3: "three"}


def array_of(value: Value) -> Array:
    """The array that numpy makes of a value: of a list of numbers, of lists, of arrays."""
    if isinstance(value, Array):
        return value
    if isinstance(value, Frame):
        kind = promoted(c.kind for _, c in value.columns) if value.complete else ""
        width = len(value.columns) if value.complete else None
        missing = any(c.missing for _, c in value.columns)
        target = value.columns[0][1].target if value.complete and width == 1 else ""
        bounds = one_each(c.bounds for _, c in value.columns) if value.complete else ()
        return Array(kind, (value.rows, width), missing, target, bounds=bounds)
    if isinstance(value, Items):
        return array_of_items(value.elements)
    if isinstance(value, Table) and value.form == "series":
        return array_of_items(tuple(v for _, v in value.entries))
    return Array(leaf_kind(value), () if isinstance(value, Literal) else None)


def array_of_items(elements: Sequence[Value]) -> Array:
    """The array of a list, row by row."""
    if any(isinstance(e, (Items, Array, Frame)) for e in elements):
        rows = [array_of(e) for e in elements]
        inner = rows[0].shape if len({r.rank for r in rows}) == 1 else None
        shape = None if inner is None else (len(rows), *inner)
        kind = promoted({r.kind for r in rows})
        return Array(kind, shape, any(r.missing for r in rows), bounds=of_elements(elements))
    present = [e for e in elements if not is_missing(e)]
    missing = len(present) < len(elements) or Literal("") in present
    kind = promoted({leaf_kind(e) for e in present} | ({"float64"} if len(present) < len(elements) else set()))
    if present and all(leaf_kind(e) == "string" for e in present):
        kind = "string"
    words, bounds = words_of(present) if kind == "string" else (), of_elements(elements)
    return Array(kind, (len(elements),), missing, target_of_values(present, kind), bounds=bounds, words=words)


def bounded(value: Value) -> Value:
    """The value, or as much of it as may be kept: a long list is an array, of what is larger nothing is known."""
    if isinstance(value, (Items, Table)) and value.weight > HEAVIEST:
        return UNKNOWN
    if isinstance(value, Items) and len(value.elements) > LONGEST:
        known = array_of(value)
        return replace(known, shape=(None, *(known.shape or (None,))[1:]))
    if isinstance(value, Frame) and len(value.columns) > LONGEST:
        return Frame((), False, value.rows)
    inner = value.value if isinstance(value, Literal) else None
    large = isinstance(inner, int) and inner.bit_length() > WIDEST_NUMBER
    return UNKNOWN if large or (isinstance(inner, (str, bytes)) and len(inner) > LONGEST_TEXT) else value


def target_of_values(values: Sequence[Value], kind: str) -> str:
    """What a list of scalars is as a training target."""
    if kind == "string":
        return "strings"
    if kind in ("int64", "bool"):
        distinct = len(set(values))
        return CLASS_TARGETS.get(distinct, "")
    return "continuous" if kind.startswith("float") else ""


def distinct(data: Array) -> Array:
    """The different elements of an array: how many there are is known of the classes of a target only."""
    count = next((n for n, target in CLASS_TARGETS.items() if target and target == data.target), None)
    return Array(data.kind, (count,), data.missing, bounds=data.bounds)


def target_of(data: Array) -> str:
    """What an array is as a training target, "" when unknown."""
    if data.width is not None and data.width > 1:
        return "targets"
    if data.target:
        return data.target
    return {"bool": "binary", "string": "strings", "float32": "continuous", "float64": "continuous"}.get(data.kind, "")


def cast(data: Array, kind: str, to_object: bool = False) -> Array:
    """`astype`: the target survives, as classes and floats keep their meaning."""
    if to_object and data.kind:
        return data
    target = data.target
    if not target and kind == "int64":
        target = target_of(data) if data.kind == "bool" else ""
    bounds = data.bounds if kind in HOLDING else ()
    return replace(data, kind=kind or data.kind, target=target, code="", bounds=bounds)


def array_attribute(data: Array, name: str) -> Value | None:
    """An attribute of an array or column that is no method."""
    if name == "shape":
        known = data.shape or ()
        return Items(tuple(UNKNOWN if n is None else Literal(n) for n in known), "tuple") if known else UNKNOWN
    if name == "ndim":
        return UNKNOWN if data.rank is None else Literal(data.rank)
    if name == "T":
        bounds = data.bounds if len(data.bounds) < 2 else ()
        return replace(data, shape=None if data.shape is None else data.shape[::-1], bounds=bounds)
    if name in ("dtype", "dtypes"):
        return Dtype(data.kind) if data.kind else UNKNOWN
    return data if name in ("values", "real", "array", "iloc", "loc", "cat") else None


def array_assigned(data: Array, value: Value) -> Array:
    """`data[mask] = value`: missing values may enter, nothing else changes."""
    missing = data.missing or is_missing(value) or array_of(value).missing
    return replace(data, missing=missing, code="", bounds=data.bounds if is_missing(value) else ())


def indexed(data: Array, key: Value) -> Value:
    """`data[key]`."""
    if data.shape is None:
        return replace(data, code="")
    keys = key.elements if isinstance(key, Items) and key.form == "tuple" else (key,)
    left = list(data.shape)
    out: list[int | None] = []
    for one in keys:
        if one == Literal(...):
            skip = len(left) - (len(keys) - 1)
            out, left = out + left[:skip], left[skip:]
        elif one == Literal(None) or (isinstance(one, Ref) and one.name == "numpy.newaxis"):
            out.append(1)
        elif isinstance(one, Array) and one.rank is not None and one.rank > 1:
            picked = one.shape if one.kind == "int64" else (None,)
            return replace(data, shape=picked, code="")
        elif left:
            out += index_dimension(left.pop(0), one)
    shape = (*out, *left)
    return replace(data, shape=shape, code="", bounds=selected(data.bounds, keys)) if shape else UNKNOWN


def index_dimension(length: int | None, key: Value) -> list[int | None]:
    """What one index leaves of one dimension: nothing for a number."""
    if isinstance(key, Literal) and isinstance(key.value, int):
        return []
    if isinstance(key, Items) and key.form == "slice":
        return [sliced(length, key)]
    if isinstance(key, Items):
        return [len(key.elements)]
    if isinstance(key, Array):
        return [key.shape[0] if key.shape and key.kind == "int64" else None]
    return [None]


def sliced(length: int | None, key: Items) -> int | None:
    """Length of a slice of a dimension, None when unknown."""
    if not all(isinstance(e, Literal) for e in key.elements):
        return None
    bounds = slice(*(e.value for e in key.elements if isinstance(e, Literal)))
    if length is not None:
        return len(range(*bounds.indices(length)))
    simple = bounds.start in (None, 0) and bounds.step in (None, 1) and isinstance(bounds.stop, int) and bounds.stop > 0
    return bounds.stop if simple else None


def broadcast(left: Array, right: Array) -> Shape | None:
    """The shape of an operation between two arrays."""
    if left.shape is None or right.shape is None:
        return left.shape or right.shape
    if len(left.shape) != len(right.shape):
        return max(left.shape, right.shape, key=len)
    return tuple(b if a == 1 else a if a is not None else b for a, b in zip(left.shape, right.shape, strict=True))


def product(left: Array, right: Array) -> Shape | None:
    """The shape of a product of matrices: all dimensions but the one that is summed over."""
    if left.shape is None or right.shape is None or () in (left.shape, right.shape):
        return None
    return (*left.shape[:-1], *right.shape[:-2], *right.shape[1:][-1:])


def arithmetic(left: Value, sign: str, right: Value) -> Value:
    """`left sign right`, where at least one is an array or a frame."""
    for one, other in ((left, right), (right, left)):
        if isinstance(one, Frame) and not isinstance(other, Frame):
            columns = tuple((n, as_array(arithmetic(c, sign, other))) for n, c in one.columns)
            return Frame(columns, one.complete, one.rows)
    a, b = array_of(left), array_of(right)
    scalar = [v for v in (a, b) if v.shape == ()]
    kind = promoted([a.kind, b.kind]) if not scalar else with_scalar(a if b in scalar else b, scalar[0])
    if sign == "/" and kind in ("int64", "bool"):
        kind = "float64"
    if sign in "+-*%//**" and kind == "bool":
        kind = "int64"
    target, bounds = arithmetic_target(a, sign, b, kind), of_arithmetic(a, sign, b, (left, right))
    return Array(kind, product(a, b) if sign == "@" else broadcast(a, b), a.missing or b.missing, target, bounds=bounds)


def with_scalar(data: Array, scalar: Array) -> str:
    """Kind of an operation between an array and a Python number, which does not widen floats."""
    if data.kind.startswith("float") or data.kind == "string" or not data.kind:
        return data.kind
    return promoted([data.kind, scalar.kind]) if scalar.kind else data.kind


def arithmetic_target(a: Array, sign: str, b: Array, kind: str) -> str:
    """Classes stay classes under `&`, `|`, `*` and an offset; two binary ones add up to three."""
    targets = {target_of(a) if a.shape != () else "", target_of(b) if b.shape != () else ""} - {""}
    if kind.startswith("float"):
        return "positive" if targets == {"positive"} and sign in "+*/" else "continuous"
    if sign in "&|^" and targets <= {"binary"}:
        return "binary"
    if targets == {"binary"}:
        both = a.shape != () and b.shape != ()
        return "three" if both and sign in "+-" else "binary" if sign in "+-*" else ""
    return targets.pop() if len(targets) == 1 and sign in "+-*" and () in (a.shape, b.shape) else ""


def compared(left: Value, right: Value) -> Array:
    """A comparison with an array: a column of booleans."""
    return Array("bool", broadcast(array_of(left), array_of(right)), False, "binary")


def as_array(value: Value) -> Array:
    """An array, or one of which nothing is known."""
    return value if isinstance(value, Array) else Array()


def shape_of(value: Value | None) -> Shape | None:
    """The shape that a `size` or `shape` argument names."""
    if value is None:
        return ()
    if isinstance(value, Items):
        return tuple(whole(e) for e in value.elements)
    if isinstance(value, Array):
        return None
    return (whole(value),)


def reshaped(data: Array, sizes: Sequence[Value]) -> Array:
    """`reshape`: the target survives, an unknown or -1 length is None where it cannot be computed."""
    given = sizes[0].elements if len(sizes) == 1 and isinstance(sizes[0], Items) else tuple(sizes)
    shape: list[int | None] = [whole(e) for e in given]
    if -1 in shape:
        total = math.prod(n for n in data.shape if n) if data.shape and None not in data.shape else None
        others = [n for n in shape if n != -1]
        divisor = None if None in others else math.prod(n for n in others if n is not None)
        shape[shape.index(-1)] = total // divisor if total and divisor else None
    return replace(data, shape=tuple(shape), code="", bounds=data.bounds if len(data.bounds) < 2 else ())
