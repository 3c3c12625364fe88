"""Functions that make tables, times and sparse matrices."""

from __future__ import annotations

from typing import Any

from .arrays import Array, array_of, width
from .bounds import of_column
from .frames import Frame, column_of
from .labels import columns_of_rows
from .proxies import Unknown, whole


def make_frame(data: Any = None, index: Any = None, columns: Any = None, **_: Any) -> Frame:
    """`pandas.DataFrame(data, columns=...)`."""
    names = [str(n) for n in columns] if isinstance(columns, (list, tuple)) else None
    if isinstance(data, Frame):
        return data[names] if names else data.but()
    if isinstance(data, dict):
        found = {str(k): column_of(v, None) for k, v in data.items() if isinstance(k, (str, int))}
        return Frame({k: v for k, v in found.items() if names is None or k in names}, len(found) == len(data))
    if data is None:
        return Frame({})
    if by_rows := columns_of_rows(data, names):
        return make_frame(by_rows, columns=columns)
    known = array_of(data)
    if known.dims is not None and len(known.dims) == 1 and not isinstance(data, list):
        known = known.but(dims=(*known.dims, 1))
    count = len(names) if names is not None else width(known)
    if count is None:
        return Frame({}, False)
    labels = names or [str(i) for i in range(count)]
    target = known.target if count == 1 else ""
    one = Array(known.kind, (None,), known.missing, target, stored=known.stored.replace("str", ""), holder="series")
    made = {n: one.but(bounds=of_column(known.bounds, i)) for i, n in enumerate(labels)}
    return Frame(made, True, known.dims[0] if known.dims else None)


def times(arg: Any, *_: Any, **more: Any) -> Any:
    """`pandas.to_datetime(column)`; of times in some zone nothing is known."""
    data = Array("", (arg.rows,)) if isinstance(arg, Frame) else array_of(arg)
    if isinstance(arg, Unknown) or data.dims is None or "utc" in more:
        return Unknown()
    return data.but(kind="datetime", stored="", target="", words=(), bounds=())


def days(start: Any = None, end: Any = None, periods: Any = None, *_: Any, **__: Any) -> Array:
    """`pandas.date_range(start, periods=60)`."""
    return Array("datetime", (whole(periods),), holder="series")


def sparse(arg1: Any, *_: Any, **__: Any) -> Any:
    """`scipy.sparse.csr_matrix(x)`."""
    known = isinstance(arg1, (Array, Frame)) and array_of(arg1).dims
    return array_of(arg1).but(holder="sparse", stored="") if known else Unknown()


def time(*_: Any, **__: Any) -> Array:
    """`pandas.Timestamp("2024-01-01")`."""
    return Array("datetime", ())
