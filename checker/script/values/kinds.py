"""The kinds of columns, how numpy and pandas name and combine them, and what literals stand for."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from .values import Array, Dtype, Items, Literal, Ref, Result, Table, Value

#: names of missing values
NAN = ("numpy.nan", "numpy.NaN", "numpy.NAN", "pandas.NA", "pandas.NaT", "math.nan")


KINDS = {
    "float": "float64",
    "float64": "float64",
    "double": "float64",
    "f8": "float64",
    "Float64": "float64",
    "float32": "float32",
    "single": "float32",
    "float16": "float32",
    "f4": "float32",
    "f": "float32",
    "d": "float64",
    "bool": "bool",
    "bool_": "bool",
    "boolean": "bool",
    "str": "string",
    "str_": "string",
    "object": "string",
    "object_": "string",
    "O": "string",
    "U": "string",
    "string": "string",
    "category": "string",
}
INTEGERS = ("int", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "long", "i4", "i8", "i")
KINDS.update(dict.fromkeys((*INTEGERS, "Int64", "Int32", "intp", "int_"), "int64"))

#: different texts of a column that are kept, and characters of the longest one
MOST_WORDS, LONGEST_WORDS = 20, 400

ORDER = ("bool", "int64", "float32", "float64")


def dtype_kind(value: Value | None) -> str:
    """The kind that a dtype argument names: 'float32', np.float32, float, x.dtype; "" when unknown."""
    if isinstance(value, Dtype):
        return value.kind
    if isinstance(value, Ref):
        return KINDS.get(value.name.rpartition(".")[2], "")
    if isinstance(value, Literal) and isinstance(value.value, str):
        return KINDS.get(value.value.lstrip("<>=|"), "string" if value.value[:2] in ("<U", "|U") else "")
    return ""


def promoted(kinds: Iterable[str]) -> str:
    """The kind that holds all of these, as numpy promotes arrays; "" when one is unknown."""
    found = set(kinds)
    if len(found) == 1:
        return found.pop()
    if not found or "" in found:
        return ""
    if not found <= set(ORDER):
        return "string"
    if found == {"int64", "float32"}:
        return "float64"
    return max(found, key=ORDER.index)


def is_missing(value: Value) -> bool:
    """Whether a value is a missing one: None, NaN."""
    if isinstance(value, Literal):
        return value.value is None or (isinstance(value.value, float) and math.isnan(value.value))
    return isinstance(value, (Ref, Result)) and value.name in NAN


def leaf_kind(value: Value) -> str:
    """The kind of one scalar."""
    if isinstance(value, Literal):
        kinds = ((bool, "bool"), (int, "int64"), (float, "float64"), (str, "string"))
        return next((kind for python, kind in kinds if isinstance(value.value, python)), "")
    if isinstance(value, Array):
        return value.kind
    return "float64" if is_missing(value) else ""


def words_of(values: Iterable[Value]) -> tuple[str, ...]:
    """The different texts among literals that a canary may be made of; none where there is only one."""
    texts = (v.value for v in values if isinstance(v, Literal) and isinstance(v.value, str))
    found = tuple(dict.fromkeys(t for t in texts if t and len(t) <= LONGEST_WORDS))[:MOST_WORDS]
    return found if len(found) > 1 else ()


def dtype_argument(value: Value | None) -> tuple[str, bool]:
    """The kind that a dtype argument names, and whether it is only `object`."""
    text = value.name.rpartition(".")[2] if isinstance(value, Ref) else getattr(value, "value", "")
    return dtype_kind(value), text in ("object", "O", "object_", "category")


class NotPlain(Exception):
    """A value is not a literal."""


def plain(value: Value) -> Any:
    """The Python object that a value of literals stands for. Raises NotPlain for anything else."""
    if isinstance(value, Literal):
        return value.value
    if isinstance(value, Items):
        return {"list": list, "tuple": tuple, "set": set}[value.form](plain(e) for e in value.elements)
    if isinstance(value, Table):
        return {plain(k): plain(v) for k, v in value.entries}
    raise NotPlain
