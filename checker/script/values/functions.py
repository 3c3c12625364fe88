"""Functions and methods of numpy and pandas: what their result is known to be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from .arrays import (
    CLASS_TARGETS,
    arithmetic,
    array_of,
    broadcast,
    cast,
    distinct,
    reshaped,
    shape_of,
    target_of,
    target_of_values,
)
from .bounds import between, of_range, side_by_side
from .frames import make_frame
from .kinds import dtype_argument, dtype_kind, is_missing, leaf_kind, promoted
from .values import UNKNOWN, Arguments, Array, Frame, Function, Items, Literal, Table, Value, whole


def random_sizes(arguments: Arguments) -> Value:
    """`rand(200, 4)`, `randn(200)`: the sizes are the arguments."""
    return Array("float64", tuple(whole(a) for a in arguments.positional), False, "continuous")


def random_size(position: int, kind: str, target: str) -> Callable[[Arguments], Value]:
    """A random function with a `size` at that position."""

    def function(arguments: Arguments) -> Value:
        given = dtype_kind(arguments.named.get("dtype")) or kind
        return Array(given, shape_of(arguments.get(position, "size")), False, target)

    return function


def random_integers(arguments: Arguments) -> Value:
    """`randint(low, high, size)`: two values make a binary target, three a multiclass one."""
    low, high = arguments.get(0, "low"), arguments.get(1, "high")
    if high is None or high == Literal(None):
        low, high = Literal(0), low
    bounds = between(whole(low), whole(high))
    count = (whole(high) or 0) - (whole(low) or 0) if bounds else 0
    return Array("int64", shape_of(arguments.get(2, "size")), False, CLASS_TARGETS.get(count, ""), bounds=bounds)


def random_choice(arguments: Arguments) -> Value:
    """`choice(values, size)`."""
    values = arguments.get(0, "a")
    known = Array("int64", (None,)) if whole(values) is not None else array_of(values or UNKNOWN)
    if isinstance(values, Literal) and whole(values) in CLASS_TARGETS:
        known = replace(known, target=CLASS_TARGETS[whole(values) or 1])
    return replace(known, shape=shape_of(arguments.get(1, "size")), code="")


def shaped(kind: str) -> Callable[[Arguments], Value]:
    """`zeros(shape)`, `ones(shape)`, `empty(shape)`."""

    def function(arguments: Arguments) -> Value:
        return Array(dtype_kind(arguments.get(1, "dtype")) or kind, shape_of(arguments.get(0, "shape")))

    return function


def full(arguments: Arguments) -> Value:
    """`full(shape, value)`."""
    value = arguments.get(1, "fill_value") or UNKNOWN
    return Array(
        dtype_kind(arguments.get(2, "dtype")) or leaf_kind(value),
        shape_of(arguments.get(0, "shape")),
        is_missing(value),
    )


def counted(arguments: Arguments) -> Value:
    """`arange`."""
    numbers = [whole(a) for a in arguments.positional]
    known = None if None in numbers else range(*[n for n in numbers if n is not None])
    shape = (None if known is None else len(known),)
    floats = any(leaf_kind(a) == "float64" for a in arguments.positional)
    kind = dtype_kind(arguments.named.get("dtype")) or ("float64" if floats else "int64")
    return Array(kind, shape, False, "continuous" if kind.startswith("float") else "", bounds=of_range(known))


def spaced(arguments: Arguments) -> Value:
    """`linspace`, `logspace`."""
    given = arguments.get(2, "num")
    return Array("float64", (50 if given is None else whole(given),), False, "continuous")


def as_array(arguments: Arguments) -> Value:
    """`numpy.array(value, dtype)`, `asarray`, `pandas.Series`."""
    made = array_of(arguments.get(0, "object", "a", "data") or UNKNOWN)
    dtype = arguments.get(1, "dtype") if "data" not in arguments.named else arguments.named.get("dtype")
    return cast(made, *dtype_argument(dtype)) if dtype is not None else made


def series(arguments: Arguments) -> Value:
    """`pandas.Series(value, dtype=...)`, `pandas.array`."""
    return as_array(Arguments(arguments.positional[:1], {k: v for k, v in arguments.named.items() if k != "name"}))


def columns_together(arguments: Arguments) -> Value:
    """`column_stack`, `hstack`, `c_`: arrays side by side."""
    given = arguments.get(0, "tup", "arrays")
    parts = [array_of(p) for p in given.elements] if isinstance(given, Items) else []
    widths = [1 if p.rank == 1 else p.width for p in parts]
    width = None if None in widths or not widths else sum(w for w in widths if w is not None)
    rows = next((p.shape[0] for p in parts if p.shape), None)
    kind, missing = promoted(p.kind for p in parts), any(p.missing for p in parts)
    return Array(kind, (rows, width), missing, bounds=side_by_side(parts))


def rows_together(arguments: Arguments) -> Value:
    """`concatenate`, `vstack`, `pandas.concat`: one after the other, unless an axis says otherwise."""
    if arguments.get(1, "axis") in (Literal(1), Literal("columns")):
        return frames_together(arguments)
    given = arguments.get(0, "objs", "arrays", "tup")
    if not isinstance(given, Items) or not given.elements:
        return UNKNOWN
    first = given.elements[0]
    if isinstance(first, Frame):
        return replace(first, rows=None)
    parts = [array_of(p) for p in given.elements]
    shape = None if parts[0].shape is None else (None, *parts[0].shape[1:])
    targets = {target_of(p) for p in parts}
    alike = targets.pop() if len(targets) == 1 else ""
    return Array(promoted(p.kind for p in parts), shape, any(p.missing for p in parts), alike)


def frames_together(arguments: Arguments) -> Value:
    """`pandas.concat([...], axis=1)`."""
    given = arguments.get(0, "objs", "arrays", "tup")
    if not isinstance(given, Items) or not all(isinstance(p, Frame) for p in given.elements):
        return columns_together(arguments)
    frames = [p for p in given.elements if isinstance(p, Frame)]
    return Frame(tuple(c for f in frames for c in f.columns), all(f.complete for f in frames))


def digitized(arguments: Arguments) -> Value:
    """`digitize(x, bins)`: one class more than bins."""
    bins = arguments.get(1, "bins")
    count = len(bins.elements) + 1 if isinstance(bins, Items) else 0
    return Array("int64", array_of(arguments.get(0, "x") or UNKNOWN).shape, False, CLASS_TARGETS.get(count, ""))


def where(arguments: Arguments) -> Value:
    """`where(condition, a, b)`."""
    if len(arguments.positional) < 3:
        return UNKNOWN
    condition, *values = (array_of(a) for a in arguments.positional)
    missing = any(v.missing for v in values) or any(is_missing(a) for a in arguments.positional[1:])
    kind = promoted(v.kind for v in values)
    literals = [a for a in arguments.positional[1:] if isinstance(a, Literal)]
    target = target_of_values(literals, kind) if len(literals) == 2 else ""
    if not target:
        nested = {target_of(v) or "binary" for v in values}
        target = "three" if kind == "int64" and nested == {"binary"} else ""
    return Array(kind, broadcast(condition, values[0]), missing, target)


def elementwise(target: str) -> Callable[[Arguments], Value]:
    """A function of every element with a float result."""

    def function(arguments: Arguments) -> Value:
        given = array_of(arguments.get(0, "x", "a") or UNKNOWN)
        kind = given.kind if given.kind.startswith("float") or not given.kind else "float64"
        return Array(kind, given.shape, given.missing, target)

    return function


def keeps(arguments: Arguments) -> Value:
    """A function that keeps kind, shape and meaning."""
    return arguments.get(0, "x", "a", "arr", "ary") or UNKNOWN


def tested(arguments: Arguments) -> Value:
    """A test of every element."""
    return Array("bool", array_of(arguments.get(0, "x", "obj") or UNKNOWN).shape, False, "binary")


def reduced(arguments: Arguments) -> Value:
    """`sum(x, axis=1)` and the like: one dimension less, or a number."""
    given = array_of(arguments.get(0, "a") or UNKNOWN)
    if arguments.get(1, "axis") is None or given.shape is None:
        return UNKNOWN
    return Array(given.kind, given.shape[:1], given.missing, "continuous" if given.kind.startswith("float") else "")


def reshape(arguments: Arguments) -> Value:
    """`numpy.reshape(a, shape)`."""
    return reshaped(array_of(arguments.positional[0]), arguments.positional[1:])


def unknown_frame(arguments: Arguments) -> Value:
    """`read_csv` and its like."""
    return Frame((), False)


def factorized(arguments: Arguments) -> Value:
    """`pandas.cut`, `qcut`: categories."""
    return Array("", (None,))


FLOATS = {"uniform": 2, "normal": 2, "random": 0, "random_sample": 0, "standard_normal": 0, "laplace": 2, "beta": 2}
POSITIVE = {"exponential": 1, "gamma": 2, "lognormal": 2, "chisquare": 1, "weibull": 1}

FUNCTIONS: dict[str, Callable[[Arguments], Value]] = {
    **{f"numpy.random.{n}": random_size(p, "float64", "continuous") for n, p in FLOATS.items()},
    **{f"numpy.random.{n}": random_size(p, "float64", "positive") for n, p in POSITIVE.items()},
    **{f"numpy.random.{n}": random_size(p, "int64", "") for n, p in (("poisson", 1), ("binomial", 2))},
    "numpy.random.rand": random_sizes,
    "numpy.random.randn": random_sizes,
    "numpy.random.randint": random_integers,
    "numpy.random.integers": random_integers,
    "numpy.random.choice": random_choice,
    "numpy.unique": lambda a: UNKNOWN if a.named else distinct(array_of(a.positional[0])),
    **dict.fromkeys((f"numpy.{n}" for n in ("zeros", "ones", "empty")), shaped("float64")),
    "numpy.full": full,
    "numpy.arange": counted,
    **dict.fromkeys((f"numpy.{n}" for n in ("linspace", "logspace", "geomspace")), spaced),
    **dict.fromkeys((f"numpy.{n}" for n in ("array", "asarray", "ascontiguousarray")), as_array),
    **dict.fromkeys(("pandas.Series", "pandas.array"), series),
    "pandas.DataFrame": make_frame,
    "numpy.column_stack": columns_together,
    "numpy.hstack": columns_together,
    "numpy.concatenate": rows_together,
    "numpy.vstack": rows_together,
    "numpy.append": rows_together,
    "pandas.concat": rows_together,
    "numpy.digitize": digitized,
    "numpy.where": where,
    "numpy.reshape": reshape,
    **dict.fromkeys(("numpy.dot", "numpy.matmul"), lambda a: arithmetic(a.positional[0], "@", a.positional[1])),
    **dict.fromkeys((f"numpy.{n}" for n in ("sum", "mean", "max", "min", "median")), reduced),
    **dict.fromkeys((f"numpy.{n}" for n in ("exp", "square", "abs", "absolute", "expm1")), elementwise("positive")),
    **dict.fromkeys((f"numpy.{n}" for n in ("sin", "cos", "log", "log1p", "sqrt", "tanh")), elementwise("continuous")),
    **dict.fromkeys((f"numpy.{n}" for n in ("isnan", "isfinite", "logical_and", "logical_or", "isin")), tested),
    **dict.fromkeys(("pandas.isna", "pandas.isnull", "pandas.notna"), tested),
    **dict.fromkeys((f"numpy.{n}" for n in ("clip", "round", "copy", "nan_to_num", "squeeze", "sort")), keeps),
    **dict.fromkeys((f"pandas.read_{n}" for n in ("csv", "parquet", "excel", "sql", "json")), unknown_frame),
    **dict.fromkeys(("pandas.cut", "pandas.qcut", "numpy.random.permutation"), factorized),
    "sklearn.utils.shuffle": keeps,
}

GENERATORS = (
    *(f"numpy.random.{n}" for n in ("RandomState", "default_rng", "Generator")),
    "sklearn.utils.check_random_state",
)


#: methods of arrays and columns that keep what is known
KEEPING = ("copy", "to_numpy", "tolist", "to_list", "clip", "round", "head", "sample", "tail", "reset_index", "repeat")


def array_method(data: Array, name: str, arguments: Arguments) -> Value:
    """What a method of an array or column returns."""
    if name == "astype":
        return cast(data, *dtype_argument(arguments.get(0, "dtype")))
    if name == "reshape":
        return reshaped(data, arguments.positional)
    if name in ("ravel", "flatten", "squeeze"):
        count = data.shape[0] if data.shape and (data.width in (None, 1)) else None
        return replace(data, shape=(count,), code="")
    if name in ("sum", "mean", "max", "min", "std", "median"):
        return reduced(Arguments((data, *arguments.positional), arguments.named))
    if name in ("isin", "isna", "isnull", "notna", "between", "eq", "ge", "gt", "lt", "le", "ne"):
        return Array("bool", data.shape, False, "binary")
    if name in ("fillna", "dropna"):
        return replace(data, missing=False)
    if name in ("map", "replace") and isinstance(arguments.get(0, "arg", "to_replace"), Table):
        return mapped(data, arguments.get(0, "arg", "to_replace"))
    if name == "abs":
        return replace(data, bounds=())
    if name == "unique":
        return distinct(data)
    if name == "dot":
        return arithmetic(data, "@", arguments.positional[0])
    if name == "to_frame":
        return Frame((("0", data),), True)
    return data if name in KEEPING else UNKNOWN


def mapped(data: Array, table: Value | None) -> Value:
    """`column.map({"no": 0, "yes": 1})`."""
    values = tuple(v for _, v in table.entries) if isinstance(table, Table) else ()
    made = array_of(Items(values))
    return Array(made.kind, data.shape, data.missing, made.target)


def applied(data: Value, function: Value, result: Value) -> Value:
    """`apply` of a function of the script whose result for one row is known."""
    kind = leaf_kind(result) if isinstance(function, Function) else ""
    return Array(kind, data.shape[:1] if isinstance(data, Array) and data.shape else (None,), False)
