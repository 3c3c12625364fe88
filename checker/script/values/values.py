"""What can be known of an expression without running it.

Every value is frozen: a statement that changes an object binds a new value to the name it is known by. `UNKNOWN` is
the answer wherever reading ends; nothing here raises.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

#: longest list that is kept element by element, longest loop that is followed
LONGEST = 2000
#: values within one value, characters of a text, and bits of a number beyond which nothing more is kept of it
HEAVIEST, LONGEST_TEXT, WIDEST_NUMBER = 100_000, 20_000, 4096

Shape = tuple["int | None", ...]
Range = tuple[int, int]
#: whole numbers with low <= value < high: for all columns, or one pair a column; empty = not known
Bounds = tuple["Range | None", ...]


@dataclass(frozen=True)
class Value:
    """What is known of an expression."""


@dataclass(frozen=True)
class Unknown(Value):
    """Nothing is known."""


UNKNOWN = Unknown()


@dataclass(frozen=True)
class Literal(Value):
    """A number, a string, bytes, True, False, None or an ellipsis."""

    value: Any


@dataclass(frozen=True)
class Items(Value):
    """A list, tuple or set whose elements are known values."""

    elements: tuple[Value, ...]
    form: str = "list"
    #: values within it, itself counted; one that stands in it twice counts twice
    weight: int = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "weight", 1 + sum(map(size, self.elements)))


@dataclass(frozen=True)
class Table(Value):
    """A dict; as "series" it iterates over its values (`df.dtypes`), as "bunch" its keys are attributes."""

    entries: tuple[tuple[Value, Value], ...]
    form: str = "dict"
    #: values within it, as those of a list
    weight: int = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "weight", 1 + sum(size(k) + size(v) for k, v in self.entries))

    def get(self, key: Value) -> Value | None:
        """The value of a key, None when no entry is known to be equal."""
        return next((v for k, v in reversed(self.entries) if k == key), None)


@dataclass(frozen=True)
class Ref(Value):
    """A module, class or function outside the script, by its dotted name."""

    name: str
    #: False: only treated like it, e.g. a name that may be bound to something else
    sure: bool = field(default=True, compare=False)


@dataclass(frozen=True)
class Result(Value):
    """What a call of something outside returned: only its origin is known."""

    name: str


@dataclass(frozen=True, eq=False)
class Function(Value):
    """A function or lambda of the script, with the scopes that it sees."""

    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    scopes: tuple[dict[str, Value], ...]
    label: str


@dataclass(frozen=True)
class Bound(Value):
    """A method of a known value; `node` is the receiver's expression, so that a change can be bound to it."""

    receiver: Value
    name: str
    node: ast.expr


@dataclass(frozen=True)
class Dtype(Value):
    """The dtype of an array or column."""

    kind: str


@dataclass(frozen=True)
class Array(Value):
    """An array, a column or a list of rows: kind and shape as far as known."""

    #: float32, float64, int64, bool, string or "" when unknown
    kind: str = ""
    #: lengths of the dimensions, None for an unknown one; None when not even the rank is known
    shape: Shape | None = None
    missing: bool = False
    #: what it is as a training target: binary, three, strings, positive, continuous, targets, "" when unknown
    target: str = ""
    #: the expression that makes it, when that is all literals and short
    code: str = ""
    bounds: Bounds = ()
    #: texts that it is drawn from, some of them where there are many
    words: tuple[str, ...] = ()

    @property
    def rank(self) -> int | None:
        """Number of dimensions, None when unknown."""
        return None if self.shape is None else len(self.shape)

    @property
    def width(self) -> int | None:
        """Number of columns of a matrix, None when it is none or not known."""
        return self.shape[1] if self.shape is not None and len(self.shape) == 2 else None


@dataclass(frozen=True)
class Frame(Value):
    """A DataFrame: its known columns; `complete` is False when it may have others (a CSV file)."""

    columns: tuple[tuple[str, Array], ...]
    complete: bool = True
    rows: int | None = None

    def column(self, name: str) -> Array | None:
        """A column by name, None when it is not known."""
        return dict(self.columns).get(name)

    def replaced(self, name: str, column: Array) -> Frame:
        """The same frame with one column set: at its place, or at the end."""
        return Frame(tuple({**dict(self.columns), name: column}.items()), self.complete, self.rows)


@dataclass(frozen=True)
class Indexer(Value):
    """`frame.iloc` or `frame.loc`."""

    frame: Value
    by_name: bool


@dataclass(frozen=True)
class Tensor(Value):
    """An ONNX input type, e.g. FloatTensorType([None, 4])."""

    name: str
    shape: Shape | None = None


@dataclass(frozen=True)
class Made(Value):
    """An object of a class of scikit-learn or a library like it, as the expression that makes it again."""

    #: dotted name of the class or factory
    name: str
    make: str
    imports: tuple[str, ...]
    where: str
    key: int
    arguments: tuple[Value, ...] = field(default=(), hash=False)
    named: Mapping[str, Value] = field(default_factory=dict, hash=False)
    #: why the expression does not make the same thing, "" when it does
    problem: str = ""
    #: True: some of its arguments, or of those within, cannot be read and are left out
    unread: bool = False


@dataclass(frozen=True)
class Model(Value):
    """A converted model: the number of its conversion."""

    conversion: int


@dataclass(frozen=True)
class Session(Value):
    """Something that runs a converted model."""

    conversion: int
    reference: bool = False


@dataclass(frozen=True)
class Answers(Value):
    """What a session answered: a list with one array an output."""

    conversion: int


@dataclass(frozen=True)
class Served(Value):
    """A model loaded through `mlflow.pyfunc`."""

    conversion: int


@dataclass(frozen=True)
class Signature(Value):
    """A signature of MLflow, inferred from a frame or an array, "" when written by hand or unknown."""

    of: str
    #: name, kind and whether values are missing of the frame's columns, as far as all of them are known
    columns: tuple[tuple[str, str, bool], ...] = ()


@dataclass(frozen=True)
class File(Value):
    """An opened file."""

    path: str


@dataclass(frozen=True)
class Identity(Value):
    """`id(value)`, the key of converter options."""

    of: Value


@dataclass(frozen=True)
class Arguments:
    """The evaluated arguments of a call."""

    positional: tuple[Value, ...] = ()
    named: Mapping[str, Value] = field(default_factory=dict)
    #: False: there were `*args` or `**kwargs` that could not be read
    complete: bool = True

    def get(self, position: int, *names: str) -> Value | None:
        """An argument by position or by one of its names, None when it is not given."""
        if 0 <= position < len(self.positional):
            return self.positional[position]
        return next((self.named[n] for n in names if n in self.named), None)


def size(value: Value) -> int:
    """About how many steps it takes to go through a value: its parts, or the characters of a text."""
    if isinstance(value, (Items, Table)):
        return value.weight
    if isinstance(value, Frame):
        return 1 + len(value.columns)
    return len(value.value) if isinstance(value, Literal) and isinstance(value.value, (str, bytes)) else 1


def strings(value: Value | None) -> tuple[str, ...] | None:
    """The texts of a string literal or of a list of them, None when it is anything else."""
    if isinstance(value, Literal) and isinstance(value.value, str):
        return (value.value,)
    if isinstance(value, Items) and all(isinstance(e, Literal) and isinstance(e.value, str) for e in value.elements):
        return tuple(e.value for e in value.elements if isinstance(e, Literal))
    return None


def whole(value: Value | None) -> int | None:
    """The number of an integer literal, None when it is anything else."""
    fits = isinstance(value, Literal) and isinstance(value.value, int) and not isinstance(value.value, bool)
    return value.value if fits and isinstance(value, Literal) else None


def flag(value: Value | None) -> bool:
    """Whether an argument is given and literally true."""
    return isinstance(value, Literal) and bool(value.value)
