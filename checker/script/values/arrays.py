"""Arrays and columns as far as they are known: kind, lengths, missing values, and what they would be as a target."""

from __future__ import annotations

import copy
import math
from collections.abc import Sequence
from typing import Any

from .bounds import HOLDING, Bounds, of_arithmetic, of_elements
from .holders import is_large
from .indexing import indexed
from .kinds import dtype_kind, dtype_text, is_missing, leaf_kind, promoted, same, stored_as, words_of
from .labels import Dates
from .proxies import Assumed, Dtype, Shape, Unknown, whole

#: number of classes -> what a target of so many is
CLASSES = {1: "", 2: "binary", 3: "three"}
#: what a scalar of a kind is as a target
PLAIN_TARGETS = {"bool": "binary", "string": "strings", "float32": "continuous", "float64": "continuous"}


class Array:
    """An array, a column or a list of rows; what is public here and no field is what a script may ask of it."""

    def __init__(self, kind: str = "", dims: Shape | None = None, missing: bool = False, target: str = "", **more: Any):
        #: float32, float64, int64, bool, string or "" when unknown
        self.kind = kind
        #: lengths of the dimensions; None when not even their number is known
        self.dims = dims
        self.missing = missing
        #: as a training target: binary, three, strings, positive, continuous, targets, "" when unknown
        self.target = target
        self.bounds: Bounds = more.get("bounds", ())
        #: texts that it is drawn from, some of them where there are many
        self.words: tuple[str, ...] = more.get("words", ())
        #: its dtype where that is another one than its kind says: int32, Int64, category
        self.stored: str = more.get("stored", "")
        #: series or list where it is no array; the method whose answer it is ("predict")
        self.holder: str = more.get("holder", "")
        #: the function of numpy and the arguments that make it, where they are all literals
        self.code: Any = None

    def but(self, **changes: Any) -> Array:
        """A copy with some fields changed; what computed it is not what makes the copy."""
        found = copy.copy(self)
        vars(found).update({"code": None, **changes})
        return found

    # --- attributes

    @property
    def shape(self) -> Any:
        return Unknown() if self.dims is None else tuple(Unknown() if n is None else n for n in self.dims)

    @property
    def ndim(self) -> Any:
        return Unknown() if self.dims is None else len(self.dims)

    @property
    def T(self) -> Array:
        turned = None if self.dims is None else self.dims[::-1]
        return self.but(dims=turned, bounds=self.bounds if len(self.bounds) < 2 else ())

    @property
    def dtype(self) -> Any:
        return Dtype(self.kind) if self.kind else Unknown()

    @property
    def values(self) -> Array:
        return self.but(holder="", code=self.code) if self.holder else self

    @property
    def iloc(self) -> Array:
        return self

    @property
    def dt(self) -> Dates:
        return Dates(self)

    dtypes, real, array, loc, cat = dtype, values, values, iloc, iloc

    # --- methods

    def astype(self, dtype: Any = None, **_: Any) -> Array:
        """The target survives, as classes and floats keep their meaning; `object` and `category` change nothing."""
        kind, stored = dtype_kind(dtype), stored_as(dtype)
        stored = "" if self.holder and stored == "str" else stored  # pandas keeps texts as objects
        if dtype_text(dtype) in ("object", "O", "object_", "category") and self.kind:
            return self.but(stored=stored)
        target = self.target or (target_of(self) if kind == "int64" and self.kind == "bool" else "")
        bounds = self.bounds if kind in HOLDING else ()
        return self.but(kind=kind or self.kind, stored=stored, target=target, bounds=bounds)

    def reshape(self, *sizes: Any, **_: Any) -> Array:
        """A length of -1 is computed where that is possible."""
        given = sizes[0] if len(sizes) == 1 and isinstance(sizes[0], (list, tuple)) else sizes
        dims = [whole(e) for e in given]
        if -1 in dims:
            total = math.prod(n for n in self.dims if n) if self.dims and None not in self.dims else None
            others = [n for n in dims if n != -1]
            divisor = 0 if None in others else math.prod(n for n in others if n is not None)
            dims[dims.index(-1)] = total // divisor if total and divisor else None
        return self.but(dims=tuple(dims), bounds=self.bounds if len(self.bounds) < 2 else ())

    def ravel(self, *_: Any, **__: Any) -> Array:
        sizes = [n for n in self.dims or (None,) if n is not None]
        count = math.prod(sizes) if self.dims and len(sizes) == len(self.dims) else None
        count = self.dims[0] if count is None and self.dims and width(self) in (None, 1) else count
        return self.but(dims=(count,))

    flatten = squeeze = ravel

    def sum(self, axis: Any = None, **_: Any) -> Any:
        """One dimension less, or a number of which nothing is known."""
        if axis is None or self.dims is None:
            return Unknown()
        return Array(self.kind, self.dims[:1], self.missing, "continuous" if self.kind.startswith("float") else "")

    mean = max = min = std = median = sum

    def isin(self, *_: Any, **__: Any) -> Array:
        return compared(self, 0)

    isna = isnull = notna = between = eq = ge = gt = lt = le = ne = isin

    def fillna(self, *_: Any, **__: Any) -> Array:
        return self.but(missing=False)

    dropna = fillna

    def map(self, arg: Any, *_: Any, **__: Any) -> Any:
        """`column.map({"no": 0, "yes": 1})`."""
        if not isinstance(arg, dict):
            return Unknown()
        made = array_of(list(arg.values()))
        return Array(made.kind, self.dims, self.missing, made.target, holder=self.holder)

    replace = map

    def abs(self) -> Array:
        return self.but(bounds=())

    def unique(self) -> Array:
        return distinct(self)

    def dot(self, other: Any) -> Any:
        return arithmetic(self, "@", other)

    def copy(self, *_: Any, **__: Any) -> Array:
        return self.but()

    def head(self, n: Any = 5, **_: Any) -> Array:
        return self.but(dims=None if self.dims is None else (whole(n), *self.dims[1:]))

    def to_numpy(self, dtype: Any = None, **_: Any) -> Array:
        return self.values.but() if dtype is None else self.values.astype(dtype)

    def tolist(self) -> Array:
        return self.but(holder="list")

    def toarray(self, *_: Any, **__: Any) -> Array:
        return self.but(holder="")

    todense, tail, to_list = toarray, head, tolist
    clip = round = sample = reset_index = repeat = copy

    def __getitem__(self, key: Any) -> Any:
        return indexed(self, key)

    def __setitem__(self, key: Any, value: Any) -> None:
        """Missing values may enter, nothing else changes."""
        self.missing = self.missing or is_missing(value) or array_of(value).missing
        self.bounds, self.code = self.bounds if is_missing(value) else (), None


def width(data: Array) -> int | None:
    """Number of columns of a matrix, None when it is none or not known."""
    return data.dims[1] if data.dims is not None and len(data.dims) == 2 else None


def array_of(value: Any) -> Array:
    """The array that numpy makes of a value: of a list of numbers, of lists, of arrays, of a table."""
    if isinstance(value, Array):
        return value
    if hasattr(value, "as_array"):
        made: Array = value.as_array()
        return made
    if isinstance(value, Assumed):
        return array_of(value.value)
    if isinstance(value, (list, tuple, set, range)):
        return Array() if is_large(value) else array_of_items(list(value[:2000] if isinstance(value, range) else value))
    known = isinstance(value, (bool, int, float, str, bytes)) or value is None or value is ...
    return Array(leaf_kind(value), () if known else None)


def array_of_items(elements: Sequence[Any]) -> Array:
    """The array of a list, row by row."""
    if any(isinstance(e, (list, tuple, Array)) or hasattr(e, "as_array") for e in elements):
        rows = [array_of_items(e) if isinstance(e, (list, tuple)) else array_of(e) for e in elements]
        alike = rows[0].dims is not None and len({r.dims and len(r.dims) for r in rows}) == 1
        dims = (len(rows), *(rows[0].dims or ())) if alike else None
        kind, stored = promoted({r.kind for r in rows}), same(r.stored for r in rows)
        return Array(kind, dims, any(r.missing for r in rows), bounds=of_elements(elements), stored=stored)
    present = [e for e in elements if not is_missing(e)]
    kinds = {leaf_kind(e) for e in present}
    kind = (
        "string" if kinds == {"string"} else promoted(kinds | ({"float64"} if len(present) < len(elements) else set()))
    )
    missing = len(present) < len(elements) or any(isinstance(e, str) and not e for e in present)
    words = words_of(present) if kind == "string" else ()
    target = target_of_values(present, kind)
    return Array(kind, (len(elements),), missing, target, bounds=of_elements(elements), words=words)


def target_of_values(values: Sequence[Any], kind: str) -> str:
    """What a list of scalars is as a training target."""
    if kind in ("int64", "bool"):
        return CLASSES.get(len(set(values)), "")
    return PLAIN_TARGETS.get(kind, "")


def target_of(data: Array) -> str:
    """What an array is as a training target, "" when unknown."""
    if (width(data) or 0) > 1:
        return "targets"
    return data.target or PLAIN_TARGETS.get(data.kind, "")


def distinct(data: Array) -> Array:
    """The different elements of an array: how many there are is known of the classes of a target only."""
    count = next((n for n, target in CLASSES.items() if target and target == data.target), None)
    return Array(data.kind, (count,), data.missing, bounds=data.bounds)


# --- computing ---------------------------------------------------------------------------------------------------


def arithmetic(left: Any, sign: str, right: Any) -> Any:
    """`left sign right`, where at least one is an array or a table."""
    for one, other in ((left, right), (right, left)):
        if hasattr(one, "as_array") and not hasattr(other, "as_array"):
            return one.each(lambda column, other=other: array_of(arithmetic(column, sign, other)))
    a, b = array_of(left), array_of(right)
    scalar = next((v for v in (a, b) if v.dims == ()), None)
    if "datetime" in (a.kind, b.kind):  # a time, a time span, or nothing that works
        return Array("", broadcast(a, b), a.missing or b.missing, holder=max(a.holder, b.holder))
    kind = promoted([a.kind, b.kind]) if scalar is None else _with_scalar(a if scalar is b else b, scalar)
    if sign == "/" and kind in ("int64", "bool"):
        kind = "float64"
    if sign in "+-*%//**" and kind == "bool":
        kind = "int64"
    known = [v.bounds or of_elements([given]) for v, given in ((a, left), (b, right))]
    dims, target = (_product if sign == "@" else broadcast)(a, b), _target(a, sign, b, kind)
    more = {"stored": same(v.stored for v in (a, b) if v.dims != ()), "holder": max(a.holder, b.holder)}
    more["stored"] = more["stored"] if dtype_kind(more["stored"]) == kind else ""
    return Array(kind, dims, a.missing or b.missing, target, bounds=of_arithmetic(known[0], sign, known[1]), **more)


def _with_scalar(data: Array, scalar: Array) -> str:
    """Kind of an operation between an array and a Python number, which does not widen floats."""
    if data.kind.startswith("float") or data.kind in ("string", ""):
        return data.kind
    return promoted([data.kind, scalar.kind]) if scalar.kind else data.kind


def _target(a: Array, sign: str, b: Array, kind: str) -> str:
    """Classes stay classes under `&`, `|`, `*` and an offset; two binary ones add up to three."""
    arrays = [v for v in (a, b) if v.dims != ()]
    targets = {target_of(v) for v in arrays} - {""}
    if kind.startswith("float"):
        return "positive" if targets == {"positive"} and sign in "+*/" else "continuous"
    if sign in "&|^" and targets <= {"binary"}:
        return "binary"
    if targets == {"binary"}:
        return "three" if len(arrays) == 2 and sign in "+-" else "binary" if sign in "+-*" else ""
    return targets.pop() if len(targets) == 1 and sign in "+-*" and len(arrays) == 1 else ""


def broadcast(left: Array, right: Array) -> Shape | None:
    """The lengths of an operation between two arrays."""
    if left.dims is None or right.dims is None:
        return left.dims or right.dims
    if len(left.dims) != len(right.dims):
        return max(left.dims, right.dims, key=len)
    return tuple(b if a == 1 else a if a is not None else b for a, b in zip(left.dims, right.dims, strict=True))


def _product(left: Array, right: Array) -> Shape | None:
    """The lengths of a product of matrices: all dimensions but the one that is summed over."""
    if not left.dims or not right.dims:
        return None
    return (*left.dims[:-1], *right.dims[:-2], *right.dims[1:][-1:])


def compared(left: Any, right: Any) -> Array:
    """A comparison with an array: a column of booleans."""
    return Array("bool", broadcast(array_of(left), array_of(right)), False, "binary")
