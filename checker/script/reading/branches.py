"""Branches and loops: what may run, what runs several times, and what a script goes on after."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from ..graphs import calls as graphs
from ..plain import each, stripped
from ..values.arrays import Array
from ..values.frames import Frame
from ..values.holders import LEAVES
from ..values.proxies import Assumed, Scope, Unknown
from .comparing import truth
from .expressions import Expressions
from .state import Leaving, Returned, joined

#: functions that end a program
EXITS = ("exit", "_exit", "quit", "abort")
#: passes through a loop whose items are known
ROUNDS = 200
#: what catches any error; "" is `except:`
EVERYTHING = {"", "Exception", "BaseException"}


class Branches(Expressions):
    """The fifth layer of a reading."""

    def walk_If(self, node: ast.If) -> None:
        test = self.evaluate(node.test)
        known = truth(stripped(test))
        if known is not None and not isinstance(test, Assumed):
            self.walk(node.body if known else node.orelse)
            return
        why = f"{self.where(node)} a condition cannot be read" if known is None else test.why[0]
        bodies = [node.body, node.orelse] if known is None or known is False else [node.orelse, node.body]
        self.walk_either(bodies, why, likely=known is not None)

    def walk_either(self, bodies: Sequence[Sequence[ast.stmt]], why: str, likely: bool = False) -> None:
        """Follow all of several bodies, of which one runs: the last one, where `likely`.

        Of what differs afterwards nothing is known.
        """
        scope, left = self.scopes[-1], None
        before, after = dict(scope), list[Scope]()
        for body in bodies:
            scope.clear()
            scope.update(before)
            with self.doubting(why):
                left = self.walk_perhaps(body)
            if left is None:
                after.append(dict(scope))
        scope.clear()
        scope.update(after[0] if after else before)
        for one in after[1:]:
            self.fuel -= len(scope) // 10
            for name, value in one.items():
                found = joined(scope.get(name, value), value, why)
                assumed = likely and isinstance(found, Unknown) and isinstance(value, LEAVES)
                scope[name] = Assumed(value, (why,)) if assumed else found
        if left is not None and not after:
            raise left

    def walk_perhaps(self, body: Sequence[ast.stmt]) -> Leaving | None:
        """Follow a body that may not run; how it leaves the function or loop, if it does."""
        try:
            self.walk(body)
        except Leaving as leaving:
            return leaving
        return Returned() if body and isinstance(body[-1], ast.Raise) else None

    def walk_Match(self, node: ast.Match) -> None:
        self.evaluate(node.subject)
        self.walk_either([c.body for c in node.cases], f"{self.where(node)} which case it is cannot be read")

    def walk_For(self, node: ast.For | ast.AsyncFor) -> None:
        """Follow the body once an item where the items are known, once where they are not."""
        self.ends = False
        over = self.value(node.iter)
        items = each(over)
        graphs.looped(self, over, node.body)
        if items is None:
            rows = isinstance(over, Array) and over.dims is not None and len(over.dims) > 1
            self.assign(node.target, over.but(dims=over.dims[1:], bounds=()) if rows else Unknown())
            if isinstance(over, (Array, Frame)) or (isinstance(over, Unknown) and over.origin.endswith(".split")):
                self.uses.graphs.cut = True
                self.round(node.body)
            else:
                self.walk_either([[], node.body], f"{self.where(node)} what the loop goes over cannot be read")
            return
        least, seen = self.fuel // 2, len(self.uses.made)
        for number, item in enumerate(items):
            if self.fuel < least or number == ROUNDS:
                self.uses.graphs.cut = True
                said = f"{self.where(node)} is a long loop: only its first rounds are followed"
                self.uses.note(said) if seen == len(self.uses.made) else self.uses.miss(f"Not all read: {said}")
                break
            self.assign(node.target, item)
            if self.round(node.body):
                return
        self.walk(node.orelse)

    walk_AsyncFor = walk_For

    def round(self, body: Sequence[ast.stmt]) -> bool:
        """One round of a loop; whether it was the last."""
        try:
            self.walk(body)
        except Returned:
            raise
        except Leaving as leaving:
            return leaving.args == ("break",)
        return False

    def walk_While(self, node: ast.While) -> None:
        self.ends = False
        if truth(self.value(node.test)):
            self.uses.graphs.cut = True
            self.round(node.body)
        else:
            self.walk_either([[], node.body], f"{self.where(node)} a condition cannot be read")

    def walk_Try(self, node: ast.Try) -> None:
        """What is tried, without what happens when it fails."""
        names = {name for handler in node.handlers for name in goes_on_after(handler)}
        names -= EVERYTHING if self.ends else set()  # whoever catches all at the end tells it in his own words
        kept = self.caught, self.catches, self.guarded
        self.caught, self.catches = self.caught + bool(names & EVERYTHING), self.catches | names
        self.guarded += bool(node.handlers)
        try:
            self.walk(node.body)
        finally:
            self.caught, self.catches, self.guarded = kept
        self.walk(node.orelse)
        self.walk(node.finalbody)

    walk_TryStar = walk_Try


def goes_on_after(handler: ast.ExceptHandler) -> set[str]:
    """The errors after which a script goes on: they are caught, and neither raised again nor the end of the program."""
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    names = {ast.unparse(kind).rpartition(".")[2] if kind else "" for kind in kinds}
    inner = [n for statement in handler.body for n in ast.walk(statement)]
    leaves = any(isinstance(n, (ast.Raise, ast.Return)) for n in inner)
    exits = any(isinstance(n, ast.Call) and ast.unparse(n.func).rpartition(".")[2] in EXITS for n in inner)
    return set() if leaves or exits else names
