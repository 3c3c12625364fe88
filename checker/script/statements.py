"""Walking through statements in their order: assignments bind, bodies are followed, nothing is run."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

from .expressions import evaluate
from .uses import answers, own
from .values.arrays import array_assigned
from .values.builtin import each
from .values.comparisons import truth
from .values.frames import frame_assigned, renamed
from .values.machine import SURPRISES, Leaving, Machine, Returned
from .values.values import UNKNOWN, Answers, Array, Frame, Function, Items, Literal, Ref, Table, Unknown, Value

#: functions that end a program
EXITS = ("exit", "_exit", "quit", "abort")
#: passes through a loop whose items are known
ROUNDS = 200
#: what catches any error; "" is `except:`
EVERYTHING = {"", "Exception", "BaseException"}


def walk(machine: Machine, body: Sequence[ast.stmt]) -> None:
    """Follow statements; one that surprises the reader changes nothing."""
    ends = machine.ends
    try:
        follow_each(machine, body, ends)
    finally:
        machine.ends = ends


def follow_each(machine: Machine, body: Sequence[ast.stmt], ends: bool) -> None:
    """Follow statements up to the one that leaves; `ends`: nothing comes after them."""
    for statement in body:
        if machine.exhausted(statement):
            return
        machine.ends = ends and statement is body[-1]
        follow = STATEMENTS.get(type(statement))
        try:
            if follow:
                follow(machine, statement)
        except SURPRISES:
            continue
        except Leaving:
            if not machine.doubt or not isinstance(statement, (ast.Return, ast.Break, ast.Continue)):
                raise
            return


def walk_import(machine: Machine, node: ast.Import) -> None:
    for alias in node.names:
        note_module(machine, alias.name)
        if alias.asname:
            machine.bind(alias.asname, Ref(alias.name))
        else:
            top = alias.name.partition(".")[0]
            machine.bind(top, Ref(top))


def walk_import_from(machine: Machine, node: ast.ImportFrom) -> None:
    module = "." * node.level + (node.module or "")
    note_module(machine, module)
    for alias in node.names:
        if alias.name == "*":
            machine.stars.append(module)
        elif module != "__future__":
            machine.bind(alias.asname or alias.name, Ref(f"{module}.{alias.name}"))
            if module == "sklearn.experimental":
                machine.uses.experimental.setdefault(f"{module}.{alias.name}")


def note_module(machine: Machine, module: str) -> None:
    """Remember that a module is imported by now."""
    if module.startswith("sklearn.experimental."):
        machine.uses.experimental.setdefault(module)
    if not module.startswith(".") and module != "__future__":
        machine.uses.imported.setdefault(module.partition(".")[0])


def walk_assign(machine: Machine, node: ast.Assign) -> None:
    value = evaluate(machine, node.value)
    for target in node.targets:
        assign(machine, target, value)


def walk_annotated(machine: Machine, node: ast.AnnAssign) -> None:
    if node.value is not None:
        assign(machine, node.target, evaluate(machine, node.value))


def walk_augmented(machine: Machine, node: ast.AugAssign) -> None:
    both = ast.copy_location(ast.BinOp(node.target, node.op, node.value), node)
    assign(machine, node.target, evaluate(machine, both))


def assign(machine: Machine, target: ast.expr, value: Value) -> None:
    """Bind a value to whatever stands left of the equals sign."""
    if isinstance(target, (ast.Tuple, ast.List)):
        assign_each(machine, target.elts, value)
    elif isinstance(target, ast.Subscript):
        assign_item(machine, target, value)
    elif isinstance(target, ast.Attribute):
        base = evaluate(machine, target.value)
        if isinstance(base, Ref):
            machine.uses.replaced.add(f"{base.name}.{target.attr}")
        if isinstance(base, Frame):
            changed = renamed(base, value) if target.attr == "columns" else base.replaced(target.attr, Array())
            machine.assign(target.value, changed)
        else:
            machine.assign(target, value)
    else:
        machine.assign(target, value)


def assign_each(machine: Machine, targets: Sequence[ast.expr], value: Value) -> None:
    """Unpack a value into several names."""
    parts = each(value)
    if isinstance(value, Answers) and not any(isinstance(target, ast.Starred) for target in targets):
        parts = answers.unpacked(machine, value, len(targets))
    if parts is None or len(parts) != len(targets):
        parts = (UNKNOWN,) * len(targets)
    for target, part in zip(targets, parts, strict=True):
        assign(machine, target.value if isinstance(target, ast.Starred) else target, part)


def assign_item(machine: Machine, target: ast.Subscript, value: Value) -> None:
    """`base[key] = value`: a new column, missing values, an entry."""
    place: ast.expr = target.value
    indexer = ""
    if isinstance(place, ast.Attribute) and place.attr in ("loc", "iloc", "at", "iat"):
        indexer, place = place.attr, place.value
    base, key = evaluate(machine, place), evaluate(machine, target.slice)
    if isinstance(base, Ref) and base.name == "sys.modules":
        machine.uses.replaced.add(key.value if isinstance(key, Literal) else "")
    if isinstance(base, Frame):
        machine.assign(place, frame_assigned(base, key, value, indexer))
    elif isinstance(base, Array):
        machine.assign(place, array_assigned(base, value))
    elif isinstance(base, Table):
        kept = tuple(e for e in base.entries if e[0] != key)
        machine.assign(place, Table((*kept, (key, value)), base.form))
    elif isinstance(base, Items):
        machine.assign(place, UNKNOWN)


def walk_expression(machine: Machine, node: ast.Expr) -> None:
    evaluate(machine, node.value)


def walk_if(machine: Machine, node: ast.If) -> None:
    known = truth(evaluate(machine, node.test))
    if known is not None:
        walk(machine, node.body if known else node.orelse)
        return
    before = dict(machine.scopes[-1])
    with machine.doubting():
        walk(machine, node.body)
        if isinstance(node.body[-1], (ast.Return, ast.Raise)):
            machine.scopes[-1].update(before)
        first = dict(machine.scopes[-1])
        walk(machine, node.orelse)
    join(machine, before, first)


def join(machine: Machine, before: dict[str, Value], first: dict[str, Value]) -> None:
    """Nothing is known any more of a literal or dict that is another one after the other branch; `first`: after one."""
    scope = machine.scopes[-1]
    machine.fuel -= len(scope) // 10
    for name, last in scope.items():
        one, other = first.get(name), last if last is not first.get(name) else before.get(name)
        if isinstance(one, (Literal, Table)) and isinstance(other, (Literal, Table)) and one != other:
            scope[name] = UNKNOWN


def walk_for(machine: Machine, node: ast.For | ast.AsyncFor) -> None:
    """Follow the body once an item where the items are known, once where they are not."""
    machine.ends = False
    items = each(evaluate(machine, node.iter))
    if items is None:
        with machine.doubting():
            assign(machine, node.target, UNKNOWN)
            walk(machine, node.body)
        return
    least = machine.fuel // 2
    for item in items[:ROUNDS]:
        if machine.fuel < least:
            machine.uses.note(f"{machine.where(node)} is a long loop: only its first rounds are followed")
            break
        assign(machine, node.target, item)
        try:
            walk(machine, node.body)
        except Returned:
            raise
        except Leaving as leaving:
            if leaving.args == ("break",):
                break
    walk(machine, node.orelse)


def walk_while(machine: Machine, node: ast.While) -> None:
    machine.ends = False
    with machine.doubting():
        walk(machine, node.body)


def walk_with(machine: Machine, node: ast.With | ast.AsyncWith) -> None:
    for item in node.items:
        value = evaluate(machine, item.context_expr)
        if item.optional_vars is not None:
            assign(machine, item.optional_vars, value)
    walk(machine, node.body)


def walk_try(machine: Machine, node: ast.Try) -> None:
    """What is tried, without what happens when it fails."""
    names = set() if machine.ends else {name for handler in node.handlers for name in goes_on_after(handler)}
    goes_on, kept = bool(names & EVERYTHING), machine.catches
    machine.caught, machine.catches = machine.caught + goes_on, kept | names
    machine.guarded += bool(node.handlers)
    try:
        walk(machine, node.body)
    finally:
        machine.caught, machine.catches = machine.caught - goes_on, kept
        machine.guarded -= bool(node.handlers)
    walk(machine, node.orelse)
    walk(machine, node.finalbody)


def goes_on_after(handler: ast.ExceptHandler) -> set[str]:
    """The errors after which a script goes on: they are caught, and neither raised again nor the end of the program."""
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    names = {ast.unparse(kind).rpartition(".")[2] if kind else "" for kind in kinds}
    inner = [n for statement in handler.body for n in ast.walk(statement)]
    leaves = any(isinstance(n, (ast.Raise, ast.Return)) for n in inner)
    exits = any(isinstance(n, ast.Call) and ast.unparse(n.func).rpartition(".")[2] in EXITS for n in inner)
    return set() if leaves or exits else names


def walk_function(machine: Machine, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
    machine.bind(node.name, Function(node, machine.scopes, machine.label))


def walk_class(machine: Machine, node: ast.ClassDef) -> None:
    machine.bind(node.name, Ref(f"__main__.{node.name}"))
    own.note_class(machine, node)


def walk_return(machine: Machine, node: ast.Return) -> None:
    value = evaluate(machine, node.value) if node.value else Literal(None)
    if machine.returned and not (machine.doubt and isinstance(value, Unknown)):
        machine.returned[-1].append(value)
    raise Returned


def walk_break(machine: Machine, node: ast.Break) -> None:
    raise Leaving("break")


def walk_continue(machine: Machine, node: ast.Continue) -> None:
    raise Leaving("continue")


STATEMENTS: dict[type[ast.stmt], Any] = {
    ast.Import: walk_import,
    ast.ImportFrom: walk_import_from,
    ast.Assign: walk_assign,
    ast.AnnAssign: walk_annotated,
    ast.AugAssign: walk_augmented,
    ast.Expr: walk_expression,
    ast.If: walk_if,
    ast.For: walk_for,
    ast.AsyncFor: walk_for,
    ast.While: walk_while,
    ast.With: walk_with,
    ast.AsyncWith: walk_with,
    ast.Try: walk_try,
    ast.FunctionDef: walk_function,
    ast.AsyncFunctionDef: walk_function,
    ast.ClassDef: walk_class,
    ast.Return: walk_return,
    ast.Break: walk_break,
    ast.Continue: walk_continue,
}
