"""Comparisons and truth of what is known."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import Any

from .arrays import compared
from .builtin import each
from .kinds import dtype_kind
from .values import UNKNOWN, Array, Dtype, Function, Items, Literal, Made, Ref, Table, Unknown, Value

COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


def truth(value: Value) -> bool | None:
    """Whether a value is true, None when that is not known."""
    if isinstance(value, Literal):
        return bool(value.value)
    if isinstance(value, Items):
        return bool(value.elements)
    if isinstance(value, Table):
        return bool(value.entries)
    return True if isinstance(value, (Made, Function)) or is_object(value) else None


def is_object(value: Value) -> bool:
    """Whether a name of something outside is a module's or class's; any other may be bound to whatever there is."""
    if not isinstance(value, Ref):
        return False
    last = value.name.rpartition(".")[2]
    return "." not in value.name or (last[:1].isupper() and not last.isupper())


def comparison(left: Value, kind: type[ast.cmpop], right: Value) -> Value:
    """`left < right` and the like."""
    if isinstance(left, Array) or isinstance(right, Array):
        return compared(left, right)
    if kind in (ast.Is, ast.IsNot):
        return identical(left, right, kind is ast.Is)
    if kind in (ast.In, ast.NotIn):
        return contained(left, right, kind is ast.In)
    if isinstance(left, Dtype) or isinstance(right, Dtype):
        same = bool(dtype_kind(left)) and dtype_kind(left) == dtype_kind(right)
        return Literal(same == (kind is ast.Eq))
    if isinstance(left, Literal) and isinstance(right, Literal):
        return Literal(COMPARISONS[kind](left.value, right.value))
    return UNKNOWN


def identical(left: Value, right: Value, positive: bool) -> Value:
    """`a is None` and the like."""
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return UNKNOWN
    if isinstance(left, Ref) and isinstance(right, Ref):
        return Literal((left == right) == positive)
    nothing = [isinstance(v, Literal) and v.value is None for v in (left, right)]
    return Literal((left == right) == positive) if any(nothing) else UNKNOWN


def contained(left: Value, right: Value, positive: bool) -> Value:
    """`a in b`, where b is a known list, dict, string or frame."""
    if isinstance(left, Literal) and isinstance(right, Literal):
        return Literal((left.value in right.value) == positive)
    items = each(right)
    if items is None or isinstance(left, Unknown):
        return UNKNOWN
    if isinstance(left, Dtype):
        return Literal((left.kind in [dtype_kind(i) for i in items]) == positive)
    return Literal((left in items) == positive)
