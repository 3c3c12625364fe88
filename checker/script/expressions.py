"""What is known of an expression: one small function a kind of syntax node."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable
from typing import Any

from .calls import call
from .uses import answers
from .uses.models import combined, made_attribute
from .values.arrays import arithmetic, array_attribute, bounded, indexed
from .values.builtin import each
from .values.comparisons import comparison, truth
from .values.frames import frame_attribute, frame_indexed, frame_selected
from .values.machine import SURPRISES, Machine
from .values.operations import OPERATORS, SIGNS, computed, item, joined
from .values.values import (
    LONGEST,
    UNKNOWN,
    Array,
    Bound,
    Dtype,
    Frame,
    Function,
    Indexer,
    Items,
    Literal,
    Made,
    Ref,
    Result,
    Table,
    Value,
    size,
)

BUILTINS = frozenset(dir(builtins))


def evaluate(machine: Machine, node: ast.expr) -> Value:
    """What is known of an expression; UNKNOWN after any surprise, and when the fuel is used up."""
    machine.fuel -= 1
    handler: Callable[[Machine, Any], Value] | None = EXPRESSIONS.get(type(node))
    if handler is None or machine.fuel < 0:
        return UNKNOWN
    try:
        value = bounded(handler(machine, node))
    except SURPRISES:
        return UNKNOWN
    machine.fuel -= size(value) // 10
    return value


def of_constant(machine: Machine, node: ast.Constant) -> Value:
    return Literal(node.value)


def of_name(machine: Machine, node: ast.Name) -> Value:
    found = machine.lookup(node.id)
    if found is not None:
        return found
    if node.id == "__name__":
        return Literal("__main__")
    if node.id in ("get_ipython", "display"):
        return Ref(f"IPython.{node.id}")
    return Ref(f"builtins.{node.id}") if node.id in BUILTINS else machine.star(node.id)


def of_list(machine: Machine, node: ast.List | ast.Tuple | ast.Set) -> Value:
    form = type(node).__name__.lower()
    elements: list[Value] = []
    for element in node.elts:
        if not isinstance(element, ast.Starred):
            elements.append(evaluate(machine, element))
            continue
        parts = each(evaluate(machine, element.value))
        if parts is None:
            return UNKNOWN
        elements += parts
    return Items(tuple(elements), form)


def of_dict(machine: Machine, node: ast.Dict) -> Value:
    entries: list[tuple[Value, Value]] = []
    for key, given in zip(node.keys, node.values, strict=True):
        value = evaluate(machine, given)
        if key is not None:
            entries.append((evaluate(machine, key), value))
        elif isinstance(value, Table):
            entries += value.entries
        else:
            return UNKNOWN
    return Table(tuple(entries))


def of_attribute(machine: Machine, node: ast.Attribute) -> Value:
    base = evaluate(machine, node.value)
    if isinstance(base, Ref):
        name = f"{base.name}.{node.attr}"
        machine.use(name, node, base.sure)
        return Literal("python") if name == "sys.executable" else Ref(name)
    kept = machine.scopes[0].get(ast.unparse(node))
    if kept is not None:
        return kept
    answers.attribute(machine, base, node.attr)
    found = attribute(machine, base, node.attr)
    if found is not None:
        return found
    if isinstance(base, Result):
        return Result(f"{base.name}.{node.attr}")
    return Bound(base, node.attr, node.value)


def attribute(machine: Machine, base: Value, name: str) -> Value | None:
    """An attribute of a known value that is no method, None otherwise."""
    if isinstance(base, Array):
        return array_attribute(base, name)
    if isinstance(base, Frame):
        return frame_attribute(base, name)
    if isinstance(base, Made):
        return made_attribute(machine, base, name)
    if isinstance(base, Table) and base.form == "bunch":
        return base.get(Literal(name))
    if isinstance(base, Dtype) and name in ("name", "kind"):
        return Literal((("object", "O") if base.kind == "string" else (base.kind, base.kind[:1]))[name == "kind"])
    if isinstance(base, Table) and base.form == "series" and name == "values":
        return base
    return base if isinstance(base, Items) and name in ("values", "T") else None


def of_subscript(machine: Machine, node: ast.Subscript) -> Value:
    base, key = evaluate(machine, node.value), evaluate(machine, node.slice)
    if isinstance(base, Ref) and base.name in ("numpy.c_", "numpy.r_"):
        name = "numpy.column_stack" if base.name == "numpy.c_" else "numpy.concatenate"
        return call(machine, node, Ref(name), (key if isinstance(key, Items) else Items((key,), "tuple"),))
    if isinstance(base, Frame):
        return frame_selected(base, key)
    if isinstance(base, Indexer):
        return frame_indexed(base, key)
    if isinstance(base, Array):
        return indexed(base, key)
    return answers.subscripted(machine, base, key) or item(base, key)


def of_slice(machine: Machine, node: ast.Slice) -> Value:
    bounds = (node.lower, node.upper, node.step)
    return Items(tuple(evaluate(machine, b) if b else Literal(None) for b in bounds), "slice")


def of_unary(machine: Machine, node: ast.UnaryOp) -> Value:
    value = evaluate(machine, node.operand)
    if isinstance(node.op, ast.Not):
        known = truth(value)
        return UNKNOWN if known is None else Literal(not known)
    if isinstance(value, Literal):
        return Literal(SIGNS[type(node.op)](value.value))
    if isinstance(value, Array):
        keep = value.target if isinstance(node.op, ast.Invert) else value.target.replace("positive", "continuous")
        return Array(value.kind, value.shape, value.missing, keep)
    infinite = isinstance(value, Ref) and value.name in ("numpy.inf", "math.inf")
    return Literal(SIGNS[type(node.op)](float("inf"))) if infinite else UNKNOWN


def of_binary(machine: Machine, node: ast.BinOp) -> Value:
    left, right = evaluate(machine, node.left), evaluate(machine, node.right)
    sign, compute = OPERATORS[type(node.op)]
    answers.computed(machine, sign, (left, right))
    if isinstance(left, Made) or isinstance(right, Made):
        return combined(machine, left, sign, right, machine.where(node))
    if isinstance(left, Literal) and isinstance(right, Literal):
        return computed(compute, sign, left.value, right.value)
    if isinstance(left, Items) and not isinstance(right, Array):
        return joined(left, sign, right)
    if any(isinstance(v, (Array, Frame)) for v in (left, right)):
        return arithmetic(left, sign, right)
    return UNKNOWN


def of_comparison(machine: Machine, node: ast.Compare) -> Value:
    left, right = evaluate(machine, node.left), evaluate(machine, node.comparators[0])
    value = comparison(left, type(node.ops[0]), right)
    return value if len(node.ops) == 1 or isinstance(value, Array) else UNKNOWN


def of_boolean(machine: Machine, node: ast.BoolOp) -> Value:
    """`and` and `or`: the first operand that decides, UNKNOWN where one may."""
    decides = isinstance(node.op, ast.Or)
    value: Value = UNKNOWN
    for operand in node.values:
        value = evaluate(machine, operand)
        known = truth(value)
        if known is None:
            return UNKNOWN
        if known == decides:
            return value
    return value


def of_conditional(machine: Machine, node: ast.IfExp) -> Value:
    known = truth(evaluate(machine, node.test))
    if known is not None:
        return evaluate(machine, node.body if known else node.orelse)
    with machine.doubting():
        first, second = evaluate(machine, node.body), evaluate(machine, node.orelse)
    return first if first == second else UNKNOWN


def of_formatted(machine: Machine, node: ast.JoinedStr) -> Value:
    parts: list[str] = []
    for part in node.values:
        value = evaluate(machine, part.value if isinstance(part, ast.FormattedValue) else part)
        simple = not isinstance(part, ast.FormattedValue) or (part.format_spec is None and part.conversion == -1)
        if not isinstance(value, Literal) or not simple:
            return UNKNOWN
        parts.append(str(value.value))
    return Literal("".join(parts))


def of_lambda(machine: Machine, node: ast.Lambda) -> Value:
    return Function(node, machine.scopes, machine.label)


def of_comprehension(machine: Machine, node: ast.ListComp | ast.GeneratorExp | ast.SetComp | ast.DictComp) -> Value:
    """A comprehension over known items, UNKNOWN over others."""
    found: list[tuple[Value, Value]] = []
    outer = machine.scopes
    machine.scopes = (*outer, {})
    try:
        if not filled(machine, node, 0, found):
            return UNKNOWN
    finally:
        machine.scopes = outer
    if isinstance(node, ast.DictComp):
        return Table(tuple(found))
    return Items(tuple(value for _, value in found), "set" if isinstance(node, ast.SetComp) else "list")


def filled(machine: Machine, node: Any, level: int, found: list[tuple[Value, Value]]) -> bool:
    """Collect what one level of a comprehension yields; False when its items or conditions are not known."""
    if level == len(node.generators):
        key = evaluate(machine, node.key) if isinstance(node, ast.DictComp) else UNKNOWN
        found.append((key, evaluate(machine, node.value if isinstance(node, ast.DictComp) else node.elt)))
        return True
    generator = node.generators[level]
    items = each(evaluate(machine, generator.iter))
    if items is None or len(items) > LONGEST or machine.fuel < 0:
        return False
    for one in items:
        bind_target(machine, generator.target, one)
        wanted = [truth(evaluate(machine, condition)) for condition in generator.ifs]
        if None in wanted or (all(wanted) and not filled(machine, node, level + 1, found)):
            return False
    return True


def bind_target(machine: Machine, target: ast.expr, value: Value) -> None:
    """Bind the loop variables of a comprehension."""
    if isinstance(target, ast.Name):
        machine.bind(target.id, value)
    elif isinstance(target, ast.Tuple):
        parts = each(value) or (UNKNOWN,) * len(target.elts)
        for one, part in zip(target.elts, parts, strict=False):
            bind_target(machine, one, part)


def of_call(machine: Machine, node: ast.Call) -> Value:
    return call(machine, node, evaluate(machine, node.func))


def of_walrus(machine: Machine, node: ast.NamedExpr) -> Value:
    value = evaluate(machine, node.value)
    machine.bind(node.target.id, value)
    return value


EXPRESSIONS: dict[type[ast.expr], Any] = {
    ast.Constant: of_constant,
    ast.Name: of_name,
    ast.List: of_list,
    ast.Tuple: of_list,
    ast.Set: of_list,
    ast.Dict: of_dict,
    ast.Attribute: of_attribute,
    ast.Subscript: of_subscript,
    ast.Slice: of_slice,
    ast.UnaryOp: of_unary,
    ast.BinOp: of_binary,
    ast.Compare: of_comparison,
    ast.BoolOp: of_boolean,
    ast.IfExp: of_conditional,
    ast.JoinedStr: of_formatted,
    ast.Lambda: of_lambda,
    ast.ListComp: of_comprehension,
    ast.GeneratorExp: of_comprehension,
    ast.SetComp: of_comprehension,
    ast.DictComp: of_comprehension,
    ast.Call: of_call,
    ast.NamedExpr: of_walrus,
}
