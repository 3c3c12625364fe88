"""Walking through statements in their order: assignments bind, bodies are followed, nothing is run."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

from ..graphs import calls as graphs
from ..graphs.built import Built
from ..modules import imported
from ..plain import each, stripped
from ..story import calls as story
from ..uses import sessions
from ..values.arrays import Array
from ..values.frames import Frame, Indexer
from ..values.holders import HEAVIEST, HOLDERS
from ..values.proxies import Class, Function, Instance, Module, Reference, Scope, Unknown
from .branches import EVERYTHING, Branches
from .state import SURPRISES, Leaving, Returned


class Reader(Branches):
    """A reading: its last layer."""

    def walk(self, body: Sequence[ast.stmt]) -> None:
        """Follow statements up to the one that leaves; one that surprises the reader changes nothing."""
        ends = self.ends
        try:
            for statement in body:
                if self.exhausted(statement):
                    return
                self.ends = ends and statement is body[-1]
                self.statement(statement)
        finally:
            self.ends = ends

    def statement(self, node: ast.stmt) -> None:
        """Follow one statement."""
        walk = getattr(self, f"walk_{type(node).__name__}", None)
        outer, self.line = self.line, node.lineno
        try:
            if walk:
                walk(node)
        except SURPRISES:
            return
        finally:
            self.line = outer

    def walk_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self.note_module(alias.name)
            own = imported(self, alias.name)
            top = alias.name.partition(".")[0]
            if alias.asname:
                self.bind(alias.asname, own or Reference(alias.name))
            else:
                self.bind(top, Reference(top) if own is None else imported(self, top) or Unknown())

    def walk_ImportFrom(self, node: ast.ImportFrom) -> None:
        module = "." * node.level + (node.module or "")
        self.note_module(module)
        own = imported(self, module)
        for alias in node.names:
            if alias.name == "*":
                self.scopes[-1].update(own.scope if isinstance(own, Module) else {})
                self.stars += [] if own else [module]
            elif own is not None:
                inner = (
                    own.scope.get(alias.name) if alias.name in own.scope else imported(self, f"{module}.{alias.name}")
                )
                self.bind(
                    alias.asname or alias.name, Unknown() if alias.name not in own.scope and inner is None else inner
                )
            elif module != "__future__":
                self.bind(alias.asname or alias.name, Reference(f"{module}.{alias.name}"))
                if module == "sklearn.experimental":
                    self.uses.experimental.setdefault(f"{module}.{alias.name}")

    def note_module(self, module: str) -> None:
        """Remember that a module is imported by now."""
        if module.startswith("sklearn.experimental."):
            self.uses.experimental.setdefault(module)
        if not module.startswith(".") and module != "__future__":
            self.uses.imported.setdefault(module.partition(".")[0])

    def walk_Assign(self, node: ast.Assign) -> None:
        value = self.evaluate(node.value)
        for target in node.targets:
            self.assign(target, value)

    def walk_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.assign(node.target, self.evaluate(node.value))

    def walk_AugAssign(self, node: ast.AugAssign) -> None:
        before, value = self.value(node.target), self.value(node.value)
        if isinstance(before, list) and isinstance(node.op, ast.Add):  # the same list, whoever else knows it
            self.changed(before, "extend", (value,))
            more = each(value)
            if more is None or len(before) + len(more) > HEAVIEST:
                self.doubt(before, f"{self.where(node)} it gets elements that cannot be read")
            else:
                before += more
            return
        self.assign(node.target, self.combined(before, node.op, value, self.where(node)))

    def assign(self, target: ast.expr, value: Any) -> None:
        """Bind a value to whatever stands left of the equals sign."""
        if isinstance(target, ast.Name):
            self.bind(target.id, value)
        elif isinstance(target, (ast.Tuple, ast.List)):
            self.assign_each(target.elts, stripped(value))
        elif isinstance(target, ast.Starred):
            self.assign(target.value, value)
        elif isinstance(target, ast.Subscript):
            self.assign_item(self.value(target.value), self.key(target.slice), value)
        elif isinstance(target, ast.Attribute):
            self.assign_attribute(self.value(target.value), target.attr, value)

    def assign_each(self, targets: Sequence[ast.expr], value: Any) -> None:
        """Unpack a value into several names."""
        parts = sessions.unpacked(self, value, len(targets)) or each(value)
        starred = next((i for i, t in enumerate(targets) if isinstance(t, ast.Starred)), None)
        if parts is not None and starred is not None and len(parts) >= len(targets) - 1:
            after = len(parts) - (len(targets) - 1 - starred)
            parts = [*parts[:starred], list(parts[starred:after]), *parts[after:]]
        if parts is None or len(parts) != len(targets):
            parts = [Array("", (None,)) if isinstance(value, Array) and value.dims else Unknown() for _ in targets]
        for target, part in zip(targets, parts, strict=True):
            self.assign(target, part)

    def assign_item(self, base: Any, key: Any, value: Any) -> None:
        """`base[key] = value`: a new column, missing values, an entry."""
        if isinstance(base, Reference) and base.name == "sys.modules":
            self.uses.replaced.add(key if isinstance(key, str) else "")
        elif isinstance(base, HOLDERS):
            self.changed(base, "update", ())
            if isinstance(key, Unknown):
                self.doubt(base, "one of its entries cannot be read")
            base[key] = value  # type: ignore[index]
        elif isinstance(base, (Array, Frame, Indexer)):
            base[key] = stripped(value)
        elif isinstance(base, Built):
            plain = isinstance(key, (int, str)) and not isinstance(key, bool)
            graphs.assigned(self, base, f"[{key!r}]" if plain else "", value)
        elif isinstance(base, Instance) and isinstance(key, str):
            base.attributes[key] = value

    def assign_attribute(self, base: Any, name: str, value: Any) -> None:
        """`base.name = value`."""
        if isinstance(base, Reference):
            self.uses.replaced.add(f"{base.name}.{name}")
        elif isinstance(base, Built):
            graphs.assigned(self, base, f".{name}", value)
        elif isinstance(base, Frame):
            if name == "columns":
                base.columns = stripped(value)
            elif name in base.known:  # any other is an attribute, and no column
                base[name] = stripped(value)
        elif isinstance(base, Instance):
            base.attributes[name] = value
        elif isinstance(base, (Class, Module)):
            base.scope[name] = value
            self.uses.handed.add(base)

    def walk_Delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            if isinstance(target, ast.Attribute) and isinstance(owner := self.value(target.value), Instance):
                owner.attributes.pop(target.attr, None)
            if isinstance(target, ast.Subscript):
                base, key = self.value(target.value), self.key(target.slice)
                known = base.known if isinstance(base, Frame) else base
                graphs.emptied(self, base, target.slice)
                if isinstance(known, (dict, list)):
                    self.changed(known, "pop", ())
                    del known[key]

    def walk_Expr(self, node: ast.Expr) -> None:
        self.evaluate(node.value)

    def walk_With(self, node: ast.With | ast.AsyncWith) -> None:
        kept, entered = (self.caught, self.catches, self.guarded), list[Any]()
        for item in node.items:
            value = self.evaluate(item.context_expr)
            entered.append(value)
            if isinstance(value, Unknown) and value.origin in ("contextlib.suppress", "pytest.raises"):
                names = {ast.unparse(a).rpartition(".")[2] for a in getattr(item.context_expr, "args", ())}
                self.caught, self.catches = self.caught + bool(names & EVERYTHING), self.catches | names
                self.guarded += 1
            if item.optional_vars is not None:
                self.assign(item.optional_vars, value)
        try:
            self.walk(node.body)
        finally:
            self.caught, self.catches, self.guarded = kept
            for value in reversed(entered):
                story.leave(self, value)

    walk_AsyncWith = walk_With

    def walk_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        made = Function(node, self.scopes, self.label)
        self.functions.append(made)
        self.bind(node.name, made)

    walk_AsyncFunctionDef = walk_FunctionDef

    def walk_ClassDef(self, node: ast.ClassDef) -> None:
        scope: Scope = {}
        made = Class(node.name, scope, tuple(self.value(b) for b in node.bases), node)
        outer, self.scopes = self.scopes, (*self.scopes, scope)
        try:
            self.walk(node.body)
        finally:
            self.scopes = outer
        for function in scope.values():
            if isinstance(function, Function):
                function.scopes = outer
        self.bind(node.name, made)

    def walk_Global(self, node: ast.Global | ast.Nonlocal) -> None:
        self.scopes[-1].setdefault("global ", set()).update(node.names)

    walk_Nonlocal = walk_Global

    def walk_Return(self, node: ast.Return) -> None:
        value = self.evaluate(node.value) if node.value else None
        if self.returned:
            self.returned[-1].append(value)
        raise Returned

    def walk_Break(self, node: ast.Break) -> None:
        raise Leaving("break")

    def walk_Continue(self, node: ast.Continue) -> None:
        raise Leaving("continue")
