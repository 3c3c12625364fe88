"""What an index leaves of an array."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .bounds import Bounds, of_column
from .proxies import Reference, Unknown, whole


def indexed(data: Any, key: Any) -> Any:
    """`data[key]`."""
    if data.dims is None:
        return data.but()
    keys = key if isinstance(key, tuple) else (key,)
    left, out = list(data.dims), list[int | None]()
    for one in keys:
        if one is ...:
            skip = len(left) - (len(keys) - 1)
            out, left = out + left[:skip], left[skip:]
        elif one is None or (isinstance(one, Reference) and one.name == "numpy.newaxis"):
            out.append(1)
        elif hasattr(one, "dims") and one.dims is not None and len(one.dims) > 1:
            return data.but(dims=one.dims if one.kind == "int64" else (None,))
        elif left:
            out += index_dimension(left.pop(0), one)
    dims = (*out, *left)
    return data.but(dims=dims, bounds=_selected(data.bounds, keys)) if dims else Unknown()


def _selected(bounds: Bounds, keys: Sequence[Any]) -> Bounds:
    """Those of what an index leaves; `keys` are one a dimension."""
    if len(bounds) < 2 or len(keys) < 2:
        return bounds
    at = whole(keys[1]) if len(keys) == 2 else None
    return of_column(bounds, at) if at is not None else ()


def index_dimension(length: int | None, key: Any) -> list[int | None]:
    """What one index leaves of one dimension: nothing for a number."""
    if whole(key) is not None:
        return []
    if isinstance(key, slice):
        return [sliced(length, key)]
    if isinstance(key, (list, tuple)):
        return [len(key)]
    if hasattr(key, "dims"):
        return [key.dims[0] if key.dims and key.kind == "int64" else None]
    return [None]


def sliced(length: int | None, key: slice) -> int | None:
    """Length of a slice of a dimension, None when unknown."""
    bounds = (key.start, key.stop, key.step)
    if not all(b is None or whole(b) is not None for b in bounds):
        return None
    if length is not None:
        return len(range(*key.indices(length)))
    simple = key.start in (None, 0) and key.step in (None, 1) and (key.stop or 0) > 0
    return key.stop if simple else None
