"""The state of one reading: scopes, what was met on the way, and how much further it may go."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ...world.files import first_file
from ..imports import find_imports
from ..uses.estimators import Estimator
from ..uses.record import Uses
from ..values.holders import TooLarge, leaves
from ..values.proxies import Assumed, Call, Choice, Class, Function, Instance, Reference, Scopes, Unknown, path_of

#: expressions that one script may cost; enough for thousands of lines with their loops
FUEL = 200_000
#: attributes of packages that are kept
MOST_NAMES = 500
#: calls within calls that are followed
DEPTH = 12
#: what code that nobody has run makes of code that was written for another
SURPRISES = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RecursionError, MemoryError)


class Leaving(Exception):
    """A return, break or continue; only the innermost function or loop catches it."""


class Returned(Leaving):
    """The end of a function."""


class State:
    """What a reading knows; the layers above it evaluate expressions, follow calls and walk through statements."""

    def __init__(self, folders: Sequence[Path] = ()) -> None:
        self.uses = Uses()
        #: where the files that a script names may lie
        self.folders = tuple(folders)
        self.scopes: Scopes = ({},)
        self.label = ""
        self.package: Path | None = None
        self.fuel, self.depth, self.stopped = FUEL, 0, ""
        #: line of the present statement
        self.line = 1
        #: why what is read now may not run
        self.doubts: list[str] = []
        #: what the values of the present expression are assumed for
        self.met: list[str] = []
        #: above 0 where the script goes on after a failure; names of the errors after which it does
        self.caught, self.catches = 0, frozenset[str]()
        #: above 0 in what is tried, whatever the script does when it fails
        self.guarded = 0
        #: nothing of the present function, or of the script, comes after the present statement
        self.ends = True
        self.stars: list[str] = []
        self.modules: dict[Path, Any] = {}
        #: functions that were called, functions that nobody may have called, and what those being followed return
        self.entered: set[int] = set()
        self.functions: list[Function] = []
        self.returned: list[list[Any]] = []
        #: lists and dicts of which not all is known, and why
        self.doubtful: dict[int, tuple[Any, str]] = {}

    # --- places and assumptions

    def where(self, node: ast.AST) -> str:
        """Place of a node, e.g. train.py:12."""
        return f"{self.label}:{getattr(node, 'lineno', 1)}"

    @property
    def sure(self) -> bool:
        """Whether what is read now surely runs."""
        return not self.doubts

    def why(self) -> tuple[str, ...]:
        """What is assumed of what is done here."""
        return tuple(dict.fromkeys([*self.doubts, *self.met]))

    @contextmanager
    def doubting(self, why: str) -> Iterator[None]:
        """Code that may not run."""
        self.doubts.append(why)
        try:
            yield
        finally:
            self.doubts.pop()

    def doubt(self, holder: Any, why: str) -> None:
        """Remember that not all is known of a list or dict any more."""
        self.doubtful.setdefault(id(holder), (holder, why))

    def doubts_of(self, value: Any) -> list[str]:
        """Why not all is known of what lies within a value."""
        if not self.doubtful:
            return []
        waiting, found, seen = [value], list[str](), set[int]()
        while waiting and len(seen) < 5000:
            one = waiting.pop()
            if id(one) in seen:
                continue
            seen.add(id(one))
            found += [self.doubtful[id(one)][1]] if id(one) in self.doubtful else []
            if isinstance(one, dict):
                waiting += dict.values(one)
            elif isinstance(one, (list, tuple)):
                waiting += one
            elif isinstance(one, Estimator):
                waiting += one.values()
        return found

    # --- names

    def use(self, name: str, node: ast.AST, sure: bool) -> None:
        """Keep the dotted name of an attribute that surely is asked for."""
        if sure and self.sure and not self.guarded and len(self.uses.names) < MOST_NAMES:
            self.uses.names.setdefault(name, self.where(node))

    def lookup(self, name: str) -> Any:
        """The scope in which a name is bound, from the innermost outwards; None when it is not."""
        return next((scope for scope in reversed(self.scopes) if name in scope), None)

    def bind(self, name: str, value: Any) -> None:
        """Give a name a value; where another one may be bound instead, it is only like that value."""
        scope = self.scopes[-1]
        if name in scope.get("global ", ()):
            scope = self.lookup(name) or self.scopes[0]
        perhaps = isinstance(value, Reference) and (self.doubts or self.guarded)
        scope[name] = Reference(value.name, sure=False) if perhaps else value

    def star(self, name: str) -> Any:
        """A name that only a star import can have brought."""
        return Reference(f"{self.stars[-1]}.{name}", sure=False) if self.stars and name[:1].isupper() else Unknown()

    def exhausted(self, node: ast.AST) -> bool:
        """Whether reading has gone as far as it may; says where it ended."""
        if self.fuel >= 0:
            return False
        if not self.stopped:
            self.stopped = self.where(node)
            self.uses.miss(f"Not all read: {self.stopped} is as far as it was followed")
        return True

    def file(self, name: Any) -> Path | None:
        """A file that the script names, where it is there."""
        text = path_of(name)
        return first_file(folder / text for folder in self.folders) if isinstance(text, str) and text else None

    def note_imports(self, tree: ast.AST, sure: bool) -> None:
        """Keep the import statements of a script or module."""
        self.uses.imports += find_imports(tree, self.label, sure)

    # --- what the layers above do

    def evaluate(self, node: ast.expr) -> Any:
        """What is known of an expression."""
        raise NotImplementedError

    def value(self, node: ast.expr) -> Any:
        """The same, without what it is assumed for, which is kept in `met`."""
        return self.strip(self.evaluate(node))

    def strip(self, value: Any) -> Any:
        """A value without what it is assumed for, which is kept in `met`."""
        if not isinstance(value, Assumed):
            return value
        self.met += value.why
        return value.value

    def call(self, callee: Any, call: Call) -> Any:
        """The value of a call."""
        raise NotImplementedError

    def walk(self, body: Sequence[ast.stmt]) -> None:
        """Go through statements in their order."""
        raise NotImplementedError

    def follow(self, body: Sequence[ast.stmt]) -> None:
        """Walk through the statements of a function or module, up to a return."""
        try:
            self.walk(body)
        except Leaving:
            return


def joined(one: Any, other: Any, why: str) -> Any:
    """What is known of a value that is one of two."""
    if one is other:
        return other
    if isinstance(one, Unknown) or isinstance(other, Unknown):
        return next((v for v in (other, one) if isinstance(v, (Estimator, Choice))), Unknown())
    try:
        plain = [all(not isinstance(v, (Unknown, Instance, Class)) for v in leaves(x, 2000)) for x in (one, other)]
        if all(plain) and type(one) is type(other) and one == other:
            return other
    except (TooLarge, *SURPRISES):
        return Unknown()
    models = [v.of if isinstance(v, Choice) else (v,) for v in (one, other) if isinstance(v, (Choice, Estimator))]
    if len(models) == 2:
        return Choice((*models[0], *models[1]), why)
    if type(one) is not type(other):
        return Unknown(why)
    scalars = (str, int, float, bool, type(None), list, tuple, dict, Assumed)
    if isinstance(one, scalars) and isinstance(other, scalars):
        return Unknown(why)
    return other
