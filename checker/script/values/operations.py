"""Arithmetic on literals and lists, and their items."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable
from typing import Any

from .arrays import array_of
from .values import LONGEST, UNKNOWN, Array, Items, Literal, Table, Value

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


def computed(compute: Callable[[Any, Any], Any], sign: str, left: Any, right: Any) -> Value:
    """Arithmetic on literals, where the result is small."""
    numbers = all(isinstance(v, (int, float, complex)) for v in (left, right))
    if sign == "%" and isinstance(left, (str, bytes)) and re.search(r"\d{4}", str(left)):
        return UNKNOWN
    if sign == "**" and not (numbers and abs(left) <= 1000 and abs(right) <= 64):
        return UNKNOWN
    if sign == "*" and not numbers and max(v if isinstance(v, int) else len(v) for v in (left, right)) > LONGEST:
        return UNKNOWN
    return Literal(compute(left, right))


def joined(left: Items, sign: str, right: Value) -> Value:
    """Lists added and repeated; a long repetition is kept as an array."""
    if sign == "+" and isinstance(right, Items):
        return Items(left.elements + right.elements, left.form)
    times = right.value if isinstance(right, Literal) and isinstance(right.value, int) else None
    if sign != "*":
        return UNKNOWN
    if times is not None and len(left.elements) * times <= LONGEST:
        return Items(left.elements * times, left.form)
    known = array_of(left)
    count = None if times is None else len(left.elements) * times
    return Array(known.kind, (count, *(known.shape or (None,))[1:]), known.missing, known.target)


def item(base: Value, key: Value) -> Value:
    """An item of a list, a string, a dict or a pipeline."""
    if isinstance(base, Table):
        return base.get(key) or UNKNOWN
    if isinstance(base, Items) and isinstance(key, Items) and key.form == "slice":
        return Items(base.elements[as_slice(key)], base.form)
    if isinstance(base, Items) and isinstance(key, Literal):
        found: Value = base.elements[key.value]
        return found
    if isinstance(base, Literal) and isinstance(key, Items) and key.form == "slice":
        return Literal(base.value[as_slice(key)])
    if isinstance(base, Literal) and isinstance(key, Literal):
        return Literal(base.value[key.value])
    return UNKNOWN


def as_slice(key: Items) -> slice:
    """The slice of literals. Raises AttributeError when a bound is not one."""
    return slice(*(e.value for e in key.elements))  # type: ignore[attr-defined]
