"""Functions of numpy and pandas: what their result is known to be."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from .arrays import (
    CLASSES,
    Array,
    arithmetic,
    array_of,
    broadcast,
    distinct,
    target_of,
    target_of_values,
    width,
)
from .bounds import between, of_column, one_each
from .frames import Frame
from .kinds import dtype_kind, dtype_text, is_missing, leaf_kind, promoted, same, stored_as
from .proxies import Dtype, Reference, Shape, Unknown, whole
from .tables import days, make_frame, sparse, times


def dims_of(value: Any) -> Shape | None:
    """The lengths that a `size` or `shape` argument names."""
    if isinstance(value, (list, tuple)):
        return tuple(whole(e) for e in value)
    return () if value is None else None if isinstance(value, Array) else (whole(value),)


def random_sizes(*sizes: Any) -> Array:
    """`rand(200, 4)`, `randn(200)`: the sizes are the arguments."""
    return Array("float64", tuple(whole(a) for a in sizes), False, "continuous")


def random_size(position: int, kind: str, target: str) -> Callable[..., Array]:
    """A random function with a `size` at that position."""

    def function(*args: Any, size: Any = None, dtype: Any = None, **_: Any) -> Array:
        given = size if position >= len(args) else args[position]
        return Array(dtype_kind(dtype) or kind, dims_of(given), False, target, stored=stored_as(dtype))

    return function


def random_integers(low: Any, high: Any = None, size: Any = None, dtype: Any = None, **_: Any) -> Array:
    """Two different values make a binary target, three a multiclass one."""
    low, high = (0, low) if high is None else (low, high)
    bounds = between(whole(low), whole(high))
    target = CLASSES.get(high - low, "") if bounds else ""
    return Array("int64", dims_of(size), False, target, bounds=bounds, stored=stored_as(dtype))


def random_choice(a: Any, size: Any = None, *_: Any, **__: Any) -> Array:
    if isinstance(a, int):
        return Array("int64", dims_of(size), False, CLASSES.get(a, ""))
    made = array_of(a).but(dims=dims_of(size), holder="")
    return of_numpy(made) if isinstance(a, (list, tuple)) else made


def filled(shape: Any, dtype: Any = None, **_: Any) -> Array:
    """`zeros`, `ones`, `empty`."""
    return Array(dtype_kind(dtype) or "float64", dims_of(shape), stored=stored_as(dtype))


def full(shape: Any, fill_value: Any, dtype: Any = None, **_: Any) -> Array:
    return Array(dtype_kind(dtype) or leaf_kind(fill_value), dims_of(shape), is_missing(fill_value))


def counted(*args: Any, dtype: Any = None, **_: Any) -> Array:
    """`arange`."""
    numbers = [whole(a) for a in args]
    known = None if None in numbers else range(*[n for n in numbers if n is not None])
    kind = dtype_kind(dtype) or ("float64" if any(isinstance(a, float) for a in args) else "int64")
    bounds = between(min(known[0], known[-1]), max(known[0], known[-1]) + 1) if known else ()
    target = "continuous" if kind.startswith("float") else ""
    return Array(kind, (None if known is None else len(known),), False, target, bounds=bounds, stored=stored_as(dtype))


def spaced(start: Any, stop: Any, num: Any = 50, *_: Any, **__: Any) -> Array:
    """`linspace`, `logspace`."""
    return Array("float64", (whole(num),), False, "continuous")


def as_array(object: Any, dtype: Any = None, **_: Any) -> Array:
    """`numpy.array`, `asarray`."""
    made = (
        of_numpy(array_of(object).but(holder=""))
        if isinstance(object, (list, tuple))
        else array_of(object).values.but()
    )
    return made if dtype is None else made.astype(dtype)


def of_numpy(made: Array) -> Array:
    """An array that numpy makes of a list: texts have a dtype of their own there."""
    return made.but(stored="str") if made.kind == "string" else made


def series(data: Any = None, index: Any = None, dtype: Any = None, **_: Any) -> Array:
    """`pandas.Series`, `pandas.array`."""
    return as_array(list(data.values()) if isinstance(data, dict) else data, dtype).but(holder="series")


def side_by_side(values: Iterable[Any]) -> Array:
    """Arrays put beside each other as columns."""
    parts = [array_of(v) for v in values]
    widths = [1 if p.dims is not None and len(p.dims) == 1 else width(p) for p in parts]
    total = None if None in widths or not widths else sum(w for w in widths if w is not None)
    bounds = [of_column(p.bounds, i) for p, n in zip(parts, widths, strict=True) for i in range(n or 0)]
    rows = next((p.dims[0] for p in parts if p.dims), None)
    kind, missing = promoted(p.kind for p in parts), any(p.missing for p in parts)
    stored = same(p.stored for p in parts)
    return Array(kind, (rows, total), missing, bounds=one_each(bounds) if total is not None else (), stored=stored)


def columns_together(tup: Any, *_: Any, **__: Any) -> Array:
    """`column_stack`, `hstack`, `c_`."""
    return side_by_side(tup if isinstance(tup, (list, tuple)) else ())


def rows_together(objs: Any = None, axis: Any = 0, **more: Any) -> Any:
    """`concatenate`, `vstack`, `pandas.concat`: one after the other, unless an axis says otherwise."""
    parts = objs if objs is not None else more.get("arrays", more.get("tup"))
    if not isinstance(parts, (list, tuple)) or not parts:
        return Unknown()
    frames = [p for p in parts if isinstance(p, Frame)]
    if axis in (1, "columns"):
        alike = len(frames) == len(parts)
        joined = Frame({n: c for f in frames for n, c in f.known.items()}, all(f.complete for f in frames))
        return joined if alike else columns_together(parts)
    if frames:
        return frames[0].but(rows=None)
    arrays = [array_of(p) for p in parts]
    dims = None if arrays[0].dims is None else (None, *arrays[0].dims[1:])
    targets = {target_of(p) for p in arrays}
    alike_target = targets.pop() if len(targets) == 1 else ""
    more = {"stored": same(p.stored for p in arrays)}
    return Array(promoted(p.kind for p in arrays), dims, any(p.missing for p in arrays), alike_target, **more)


def appended(arr: Any, values: Any, axis: Any = 0) -> Any:
    return rows_together([arr, values], axis)


def digitized(x: Any, bins: Any, *_: Any) -> Array:
    """One class more than bins."""
    count = len(bins) + 1 if isinstance(bins, (list, tuple)) else 0
    return Array("int64", array_of(x).dims, False, CLASSES.get(count, ""))


def where(condition: Any, x: Any = None, y: Any = None) -> Any:
    if x is None and y is None:
        return Unknown()
    chosen = array_of(condition), array_of(x), array_of(y)
    missing = chosen[1].missing or chosen[2].missing or is_missing(x) or is_missing(y)
    kind = promoted(v.kind for v in chosen[1:])
    scalars = [v for v in (x, y) if leaf_kind(v)]
    target = target_of_values(scalars, kind) if len(scalars) == 2 else ""
    if not target and kind == "int64" and {target_of(v) or "binary" for v in chosen[1:]} == {"binary"}:
        target = "three"
    return Array(kind, broadcast(chosen[0], chosen[1]), missing, target)


def elementwise(target: str) -> Callable[..., Array]:
    """A function of every element with a float result."""

    def function(x: Any, *_: Any, **__: Any) -> Array:
        given = array_of(x)
        kind = given.kind if given.kind.startswith("float") or not given.kind else "float64"
        return Array(kind, given.dims, given.missing, target)

    return function


def keeps(a: Any, *_: Any, **__: Any) -> Any:
    """A function that keeps kind, shape and meaning."""
    return a.but() if isinstance(a, (Array, Frame)) else a


def tested(x: Any, *_: Any, **__: Any) -> Array:
    """A test of every element."""
    return Array("bool", array_of(x).dims, False, "binary")


def reduced(a: Any, axis: Any = None, **_: Any) -> Any:
    """`numpy.sum(x, axis=1)` and the like."""
    return array_of(a).sum(axis)


def unique(ar: Any, **more: Any) -> Any:
    return Unknown() if more else distinct(array_of(ar))


def column(*_: Any, **__: Any) -> Array:
    """A column of which nothing is known."""
    return Array("", (None,))


def split(*arrays: Any, **_: Any) -> Any:
    """`train_test_split(...)`: every array twice, with fewer rows."""
    return [fewer(a) for a in arrays for _ in range(2)]


def fewer(value: Any) -> Any:
    """The same data with an unknown number of rows."""
    if isinstance(value, Frame):
        return value.but(rows=None)
    if isinstance(value, list):
        value = array_of(value)
    if isinstance(value, Array) and value.dims:
        return value.but(dims=(None, *value.dims[1:]))
    return value


def applied(data: Any, result: Any) -> Array:
    """`apply` of a function of the script whose result for one row is known."""
    rows = data.dims[:1] if isinstance(data, Array) and data.dims else (None,)
    return Array(leaf_kind(result) if not isinstance(result, (Unknown, Reference)) else "", rows)


_FLOATS = {"uniform": 2, "normal": 2, "random": 0, "random_sample": 0, "standard_normal": 0, "laplace": 2, "beta": 2}
_POSITIVE = {"exponential": 1, "gamma": 2, "lognormal": 2, "chisquare": 1, "weibull": 1}
_NUMPY: dict[str, Callable[..., Any]] = {
    **{f"random.{n}": random_size(p, "float64", "continuous") for n, p in _FLOATS.items()},
    **{f"random.{n}": random_size(p, "float64", "positive") for n, p in _POSITIVE.items()},
    **{f"random.{n}": random_size(p, "int64", "") for n, p in (("poisson", 1), ("binomial", 2))},
    **dict.fromkeys(("random.rand", "random.randn"), random_sizes),
    **dict.fromkeys(("random.randint", "random.integers"), random_integers),
    "random.choice": random_choice,
    "random.permutation": column,
    **dict.fromkeys(("zeros", "ones", "empty"), filled),
    **dict.fromkeys(("zeros_like", "ones_like", "empty_like"), lambda a, *_, **__: array_of(a).but(target="")),
    "full": full,
    "arange": counted,
    **dict.fromkeys(("linspace", "logspace", "geomspace"), spaced),
    **dict.fromkeys(("array", "asarray", "ascontiguousarray"), as_array),
    **dict.fromkeys(("column_stack", "hstack"), columns_together),
    **dict.fromkeys(("concatenate", "vstack"), rows_together),
    "append": appended,
    "dtype": lambda dtype, *_: Dtype(dtype_text(dtype)),
    **dict.fromkeys(
        ("expand_dims", "atleast_2d"), lambda a, *_: array_of(a).but(dims=(1, *(array_of(a).dims or (None,))))
    ),
    "digitize": digitized,
    "where": where,
    "unique": unique,
    "reshape": lambda a, *sizes: array_of(a).reshape(*sizes),
    **dict.fromkeys(("dot", "matmul"), lambda a, b: arithmetic(a, "@", b)),
    **dict.fromkeys(("sum", "mean", "max", "min", "median"), reduced),
    **dict.fromkeys(("exp", "square", "abs", "absolute", "expm1"), elementwise("positive")),
    **dict.fromkeys(("sin", "cos", "log", "log1p", "sqrt", "tanh"), elementwise("continuous")),
    **dict.fromkeys(("isnan", "isfinite", "logical_and", "logical_or", "isin"), tested),
    **dict.fromkeys(("clip", "round", "copy", "nan_to_num", "squeeze", "sort"), keeps),
}


FUNCTIONS: dict[str, Callable[..., Any]] = {
    **{f"scipy.sparse.{n}": sparse for n in ("csr_matrix", "csc_matrix", "csr_array", "csc_array")},
    **{f"numpy.{name}": function for name, function in _NUMPY.items()},
    **dict.fromkeys(("pandas.Series", "pandas.array"), series),
    "pandas.DataFrame": make_frame,
    "pandas.to_datetime": times,
    "pandas.date_range": days,
    **dict.fromkeys(
        ("pandas.Timestamp", "datetime.datetime", "numpy.datetime64"), lambda *_, **__: Array("datetime", ())
    ),
    "pandas.concat": rows_together,
    **dict.fromkeys(("pandas.isna", "pandas.isnull", "pandas.notna"), tested),
    **dict.fromkeys(("pandas.cut", "pandas.qcut"), column),
    **{f"pandas.read_{n}": lambda *_, **__: Frame({}, False) for n in ("parquet", "excel", "sql", "json", "feather")},
    "sklearn.utils.shuffle": keeps,
    "sklearn.model_selection.train_test_split": split,
}
GENERATORS = {
    *(f"numpy.random.{n}" for n in ("RandomState", "default_rng", "Generator", "mtrand.RandomState")),
    "sklearn.utils.check_random_state",
}
