"""Python's own operators, functions and methods on real values, kept from growing without end."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Iterable
from typing import Any

from .values.arrays import Array, array_of, distinct
from .values.frames import Frame
from .values.holders import HEAVIEST, HOLDERS, LEAVES, TooLarge, leaves
from .values.labels import Labels, Series
from .values.proxies import Assumed, Dtype, File, Identity, Opened, Reference, Unknown, path_of, whole

#: longest list that is kept element by element, longest loop that is followed
LONGEST = 2000
#: characters of a text, and bits of a number beyond which nothing more is kept of it
LONGEST_TEXT, WIDEST_NUMBER = 20_000, 4096
#: a format whose result may be of any length
WIDE = re.compile(r"\d{4}|\{[^{}]*:[^{}]*\{")

OPERATORS: dict[type[ast.operator], tuple[str, Callable[[Any, Any], Any]]] = {
    ast.Add: ("+", operator.add),
    ast.Sub: ("-", operator.sub),
    ast.Mult: ("*", operator.mul),
    ast.Div: ("/", operator.truediv),
    ast.FloorDiv: ("//", operator.floordiv),
    ast.Mod: ("%", operator.mod),
    ast.Pow: ("**", operator.pow),
    ast.BitAnd: ("&", operator.and_),
    ast.BitOr: ("|", operator.or_),
    ast.BitXor: ("^", operator.xor),
    ast.MatMult: ("@", operator.matmul),
}
SIGNS: dict[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Invert: operator.invert,
}
COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
#: methods that change nothing and cost little, by type; of what may grow, `check_growth` knows
_TEXT = "lower upper strip lstrip rstrip split rsplit splitlines replace startswith endswith title capitalize join "
_TEXT += "format find count isdigit partition rpartition removeprefix removesuffix encode swapcase index"
METHODS = {
    str: frozenset(_TEXT.split()),
    bytes: frozenset(("decode", "startswith", "endswith")),
    list: frozenset(
        ["append", "extend", "insert", "remove", "pop", "clear", "index", "count", "sort", "reverse", "copy"]
    ),
    tuple: frozenset(("index", "count")),
    dict: frozenset(["get", "items", "keys", "values", "pop", "setdefault", "update", "copy", "popitem", "clear"]),
    set: frozenset(["add", "update", "discard", "remove", "union", "intersection", "difference", "issubset", "copy"]),
    int: frozenset(("bit_length",)),
    float: frozenset(("is_integer",)),
}
#: methods that change their object
CHANGING = frozenset(
    [
        "append",
        "extend",
        "insert",
        "remove",
        "pop",
        "clear",
        "sort",
        "reverse",
        "setdefault",
        "update",
        "popitem",
        "add",
        "discard",
    ]
)


#: methods whose answer hangs on what they are given
ASKING = {"index", "remove", "count", "discard", "get", "pop", "setdefault", "add"}


def is_known(value: Any) -> bool:
    """Whether a value is made of literals and names of libraries alone."""
    return all(isinstance(leaf, (*LEAVES, Reference, Dtype)) for leaf in leaves(value))


def bounded(value: Any) -> Any:
    """The value, or as much of it as may be kept: a long list that nobody changes any more is an array."""
    if isinstance(value, int) and value.bit_length() > WIDEST_NUMBER:
        return Unknown()
    return Unknown() if isinstance(value, (str, bytes)) and len(value) > LONGEST_TEXT else value


def computed(sign: str, compute: Callable[[Any, Any], Any], left: Any, right: Any) -> Any:
    """Arithmetic on real values, where the result is small; a list that is repeated often is an array."""
    numbers = all(isinstance(v, (int, float, complex)) for v in (left, right))
    if sign == "%" and isinstance(left, (str, bytes)) and re.search(r"\d{4}|\*", str(left)):
        return Unknown()
    if sign == "**" and not (numbers and abs(left) <= 1000 and abs(right) <= 64):
        return Unknown()
    if sign == "*" and not numbers:
        times, holder = (left, right) if isinstance(left, int) else (right, left)
        if len(holder) * times > LONGEST:
            return Unknown() if isinstance(holder, (str, bytes)) else repeated(holder, times)
    if sign == "+" and not numbers and len(left) + len(right) > HEAVIEST:
        return Unknown()
    return compute(left, right)


def repeated(holder: Any, times: int) -> Array:
    """The array of a long list whose elements come again and again."""
    known = array_of(list(holder))
    return Array(known.kind, (len(holder) * times, *(known.dims or (None,))[1:]), known.missing, known.target)


def each(value: Any) -> list[Any] | None:
    """The items that a loop over a value meets, None when they are not known."""
    if isinstance(value, (*HOLDERS, range, str)):
        if isinstance(value, (str, range)):
            value = value[:HEAVIEST]
        return list(value)
    if isinstance(value, Frame):
        return list(value) if value.complete else None
    return None


def items_of(value: Any) -> list[Any]:
    """The same; raises TypeError where they are not known."""
    found = each(value)
    if found is None:
        raise TypeError
    return found


def listed(kind: Callable[[Iterable[Any]], Any]) -> Callable[..., Any]:
    """`list(value)`, `tuple(value)`, `set(value)`; of an array only how many different ones there are changes."""

    def function(value: Any = ()) -> Any:
        if isinstance(value, Array):
            return distinct(value) if kind is set else value
        if isinstance(value, range) and len(value) > LONGEST:
            return Array("int64", (len(value),))
        found = items_of(value)
        if kind is set and not all(is_known(v) for v in found):
            return Unknown()
        return kind(found)

    return function


def make_dict(given: Any = (), **named: Any) -> Any:
    pairs = given.items() if isinstance(given, dict) else [tuple(items_of(p)) for p in items_of(given)]
    for key, _ in pairs:
        list(leaves(key, LONGEST))
    return {**dict(pairs), **named}


def text(value: Any = "") -> Any:
    """`str(value)`: a dtype gives its name."""
    if isinstance(value, Dtype):
        return {"string": "object"}.get(value.kind, value.kind)
    if isinstance(value, File):
        return value.path
    return str(value) if isinstance(value, LEAVES) else Unknown()


def number(python: Callable[..., Any]) -> Callable[..., Any]:
    """`int(value)`, `float(value)`, `round(value)` and the like, of literals."""

    def function(*args: Any, **kwargs: Any) -> Any:
        known = all(isinstance(a, LEAVES) for a in args)
        return python(*args, **kwargs) if known else Unknown()

    return function


def length(value: Any) -> Any:
    if isinstance(value, Array):
        return value.dims[0] if value.dims and value.dims[0] is not None else Unknown()
    return len(value) if isinstance(value, (*HOLDERS, range, str, bytes, Frame)) else Unknown()


def aggregate(python: Callable[..., Any]) -> Callable[..., Any]:
    """`sum`, `max`, `sorted` and the like of known values; of arrays nothing is known."""

    def function(*args: Any, **kwargs: Any) -> Any:
        found = items_of(args[0]) if len(args) == 1 or python in (sum, sorted) else list(args)
        keyed = "key" in kwargs
        if not keyed and not all(isinstance(v, LEAVES) or is_known(v) for v in found):
            return Unknown()
        result = python(found, *(args[1:] if python is sum else ()), **kwargs)
        return list(result) if python in (sorted, reversed) else result

    return function


def instance(value: Any, kind: Any) -> Any:
    """`isinstance(value, str)` where the value is a literal or a type of ONNX."""
    names = [k.name for k in (kind if isinstance(kind, tuple) else (kind,)) if isinstance(k, Reference)]
    if isinstance(value, (*LEAVES, *HOLDERS)) and all(n.startswith("builtins.") for n in names):
        return bool({c.__name__ for c in type(value).__mro__} & {n[9:] for n in names})
    if type(value).__name__ == "Tensor":
        return value.name in [n.rpartition(".")[2] for n in names]
    return Unknown()


def ranged(*args: Any) -> Any:
    return range(*args) if all(whole(a) is not None for a in args) else Unknown()


BUILTINS: dict[str, Callable[..., Any]] = {
    **{kind.__name__: listed(kind) for kind in (list, tuple, set, frozenset)},
    "iter": listed(list),
    "dict": make_dict,
    "str": text,
    **{python.__name__: number(python) for python in (int, float, bool, abs, round, complex, ord, chr)},
    "len": length,
    "range": ranged,
    "zip": lambda *lists: [tuple(p) for p in zip(*map(items_of, lists), strict=False)],
    "enumerate": lambda value, start=0: list(enumerate(items_of(value), start)),
    "map": lambda function, *lists: [function(*p) for p in zip(*map(items_of, lists), strict=False)],
    "filter": lambda function, value: [v for v in items_of(value) if function(v)],
    **{python.__name__: aggregate(python) for python in (sorted, sum, max, min, any, all, reversed)},
    "id": Identity,
    "open": lambda file="", *_, **__: Opened(str(path_of(file))) if isinstance(file, (str, File)) else Unknown(),
    "slice": slice,
    "isinstance": instance,
    "print": lambda *_, **__: None,
}


def method(receiver: Any, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """What a method of a real value returns; raises what Python raises, or TooLarge."""
    kind = next((k for k in METHODS if isinstance(receiver, k)), None)
    own = isinstance(receiver, (Labels, Series)) and hasattr(type(receiver), name)
    if kind is None or not (own or name in METHODS[kind]):
        return Unknown()
    if name == "get" and args and isinstance(args[0], Unknown):
        return Unknown()
    check_growth(receiver, name, args)
    found = getattr(receiver, name)(*args, **kwargs)
    return list(found) if name in ("items", "keys", "values", "iteritems") and kind is dict else found


def check_growth(receiver: Any, name: str, args: tuple[Any, ...]) -> None:
    """Raises TooLarge for a call whose result may be large, and TypeError for one that asks what is not known."""
    if isinstance(receiver, (str, bytes)):
        if not all(is_known(a) for a in args) or (name == "format" and WIDE.search(str(receiver))):
            raise TypeError
        given = sum(len(leaf) for a in args for leaf in leaves(a, LONGEST) if isinstance(leaf, (str, bytes)))
        if name in ("join", "replace") and (given + 1) * (len(receiver) + 1) > LONGEST_TEXT * LONGEST:
            raise TooLarge
    elif name in ("extend", "update") and len(receiver) + sum(len(each(a) or ()) for a in args) > HEAVIEST:
        raise TooLarge
    elif name in ASKING and args and not is_known(args[0]) and not hasattr(args[0], "key"):
        raise TypeError


def stripped(value: Any) -> Any:
    """The value without what it is assumed for."""
    return value.value if isinstance(value, Assumed) else value
