"""The kinds of columns, how numpy and pandas name and combine them, and what literals stand for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .proxies import Dtype, Reference, Unknown

#: names of missing values
NAN = ("numpy.nan", "numpy.NaN", "numpy.NAN", "pandas.NA", "pandas.NaT", "math.nan")
_NAMED = {
    "float32": "float32 single float16 f4 f",
    "float64": "float float64 double f8 Float64 d Float32",
    "bool": "bool bool_ boolean",
    "string": "str str_ object object_ O U string category",
    "int64": "int int8 int16 int32 int64 uint8 uint16 uint32 uint64 long intp int_ "
    "i1 i2 i4 i8 i Int8 Int16 Int32 Int64",
    "datetime": "datetime datetimetz datetime64 M8[ns] datetime64[ns] datetime64[us] datetime64[ms] datetime64[s] "
    "datetime64[h] datetime64[D]",
}
KINDS = {name: kind for kind, names in _NAMED.items() for name in names.split()}
_PANDAS = ("Int8", "Int16", "Int32", "Int64", "Float32", "Float64", "boolean", "category")
_STORED = frozenset((*_PANDAS, "str", "int8", "int16", "int32", "uint8", "uint16", "uint32", "uint64", "float16"))
ORDER = ("bool", "int64", "float32", "float64")
#: different texts of a column that are kept, and characters of the longest one
MOST_WORDS, LONGEST_WORDS = 20, 400


def dtype_text(value: Any) -> str:
    """The last name of a dtype argument: 'float32', np.float32, float, x.dtype."""
    if isinstance(value, Dtype):
        return value.kind
    if isinstance(value, Reference):
        return value.name.rpartition(".")[2].replace("Dtype", "")
    text = value.lstrip("<>=|") if isinstance(value, str) else ""
    return "str" if text[:1] in ("U", "S") else text


def dtype_kind(value: Any) -> str:
    """The kind that a dtype argument names, "" when unknown."""
    text = dtype_text(value)
    return KINDS.get(text, text if isinstance(value, Dtype) else "")


def stored_as(value: Any) -> str:
    """The dtype that an argument names, where its kind alone does not tell it: int32, Int64, category; else ""."""
    text = dtype_text(value)
    short = {"i4": "int32", "i1": "int8", "i2": "int16", "str_": "str", "U": "str"}.get(text, text)
    return short if short in _STORED else ""


def same(texts: Iterable[str]) -> str:
    """The text that all are, "" where they differ."""
    found = set(texts)
    return found.pop() if len(found) == 1 else ""


def promoted(kinds: Iterable[str]) -> str:
    """The kind that holds all of these, as numpy promotes arrays; "" when one is unknown."""
    found = set(kinds)
    if len(found) == 1:
        return found.pop()
    if not found or "" in found or "datetime" in found:
        return ""
    if not found <= set(ORDER):
        return "string"
    return "float64" if found == {"int64", "float32"} else max(found, key=ORDER.index)


def is_missing(value: Any) -> bool:
    """Whether a value is a missing one: None, NaN."""
    if isinstance(value, (Reference, Unknown)):
        return (value.name if isinstance(value, Reference) else value.origin) in NAN
    return value is None or (isinstance(value, float) and value != value)


def leaf_kind(value: Any) -> str:
    """The kind of one scalar."""
    for python, kind in ((bool, "bool"), (int, "int64"), (float, "float64"), (str, "string")):
        if isinstance(value, python):
            return kind
    return "float64" if is_missing(value) and value is not None else ""


def words_of(values: Iterable[Any]) -> tuple[str, ...]:
    """The different texts of a column."""
    return tuple(dict.fromkeys(v for v in values if isinstance(v, str) and 0 < len(v) <= LONGEST_WORDS))[:MOST_WORDS]
