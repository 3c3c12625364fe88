"""Comparisons and truth of what is known."""

from __future__ import annotations

import ast
from typing import Any

from ..plain import COMPARISONS, LONGEST, is_known
from ..uses.estimators import Estimator
from ..values.arrays import Array, compared
from ..values.frames import Frame
from ..values.holders import HOLDERS, LEAVES, leaves
from ..values.kinds import dtype_kind
from ..values.proxies import Choice, Class, Dtype, Function, Instance, Module, Reference, Unknown


def truth(value: Any) -> bool | None:
    """Whether a value is true, None when that is not known."""
    if isinstance(value, (*LEAVES, *HOLDERS)):
        return bool(value)
    if isinstance(value, Reference):  # of a module or class; any other name may be bound to whatever there is
        last = value.name.rpartition(".")[2]
        return True if "." not in value.name or (last[:1].isupper() and not last.isupper()) else None
    return True if isinstance(value, (Estimator, Function, Class, Instance, Module, Choice)) else None


def comparison(left: Any, kind: type[ast.cmpop], right: Any) -> Any:
    """`left < right` and the like."""
    if isinstance(left, (Array, Frame)) and kind not in (ast.Is, ast.IsNot):
        return compared(left, right)
    positive = kind in (ast.Is, ast.In, ast.Eq)
    if kind in (ast.In, ast.NotIn):
        found = contains(right, left)
        return found if isinstance(found, Unknown) else found == positive
    if isinstance(left, Dtype) or isinstance(right, Dtype):
        return (bool(dtype_kind(left)) and dtype_kind(left) == dtype_kind(right)) == positive
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return Unknown()
    if kind in (ast.Is, ast.IsNot):
        named = isinstance(left, Reference) and isinstance(right, Reference)
        if named or left is None or right is None or isinstance(left, bool):
            return ((left == right) if named else left is right) == positive
        return Unknown()
    if isinstance(right, Array):
        return compared(left, right)
    return COMPARISONS[kind](left, right) if is_known(left) and is_known(right) else Unknown()


def contains(holder: Any, value: Any) -> Any:
    """`value in holder`."""
    if isinstance(holder, Frame):
        return value in holder.known if holder.complete and isinstance(value, str) else Unknown()
    if not isinstance(holder, (*HOLDERS, str, range)) or isinstance(value, Unknown):
        return Unknown()
    if isinstance(value, Dtype):
        return value.kind in [dtype_kind(i) for i in holder]
    within: Any = list(dict.keys(holder)) if isinstance(holder, dict) else holder
    list(leaves(within, LONGEST)), list(leaves(value, LONGEST))
    return value in within if not any(isinstance(v, Unknown) for v in within) else Unknown()
