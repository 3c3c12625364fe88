"""The state of one reading: scopes, what was met on the way, and how much further it may go."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from ...model import Install, Registered
from .values import UNKNOWN, Made, Ref, Shape, Value

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


@dataclass
class Fit:
    """What an estimator was fitted on."""

    data: Value
    #: None: fit(X) without a target
    target: Value | None
    where: str
    #: methods of the fitted estimator that are surely called
    methods: dict[str, None] = field(default_factory=dict)


@dataclass
class Feed:
    """One call of a session: kind, shape of what is fed, by input name ("" when the name is not literal)."""

    arrays: Mapping[str, tuple[str, Shape | None]]


@dataclass
class Conversion:
    """One conversion, with what is done to its result afterwards."""

    converter: str
    model: Value
    where: str
    #: literal inputs, None when they are given and could not be read
    inputs: tuple[tuple[str, str, Shape | None], ...] | None = ()
    #: data that the inputs are derived from (`to_onnx(model, X[:1])`)
    sample: Value | None = None
    options: Mapping[str, Any] | None = None
    target_opset: int | Mapping[str, int] | None = None
    sessions: int = 0
    providers: bool = True
    outputs: tuple[str, ...] = ()
    #: calls of its sessions, and into how many names the only one is unpacked; 0 = it is not
    runs: int = 0
    unpacks: int = 0
    #: places of the answers that are taken by number -> True where only an array can be treated so
    takes: dict[int, bool] = field(default_factory=dict)
    feeds: list[Feed] = field(default_factory=list)
    reference: bool = False
    #: names of the outputs, where `final_types` chooses them
    output_names: tuple[str, ...] = ()
    #: what a converter may and may not write (`black_op`, `white_op`)
    operators: dict[str, tuple[str, ...]] = field(default_factory=dict)
    #: the script goes on when it fails
    caught: bool = False
    #: names of the errors of the conversion after which the script goes on
    catches: tuple[str, ...] = ()
    #: its arguments that could not be read
    unread: tuple[str, ...] = ()
    #: keyword arguments of `model.Logging`
    logging: dict[str, Any] | None = None


@dataclass
class Uses:
    """Everything that a script was seen to do."""

    made: dict[int, Made] = field(default_factory=dict)
    fits: dict[int, Fit] = field(default_factory=dict)
    conversions: list[Conversion] = field(default_factory=list)
    #: file name -> number of the conversion that was written to it
    files: dict[str, int] = field(default_factory=dict)
    #: file name -> what was written to it with joblib or pickle
    kept: dict[str, Value] = field(default_factory=dict)
    installs: list[Install] = field(default_factory=list)
    calls: dict[str, str] = field(default_factory=dict)
    #: top-level modules imported so far, in order
    imported: dict[str, None] = field(default_factory=dict)
    #: attributes of what is imported, by their dotted names -> where; and those that the script sets itself
    names: dict[str, str] = field(default_factory=dict)
    replaced: set[str] = field(default_factory=set)
    #: dotted modules imported for their effect on scikit-learn
    experimental: dict[str, None] = field(default_factory=dict)
    notes: dict[str, None] = field(default_factory=dict)
    unseen: dict[str, None] = field(default_factory=dict)
    store: str = "default"
    #: converters that the script registers; class -> why its converter cannot be used here
    registered: dict[str, Registered] = field(default_factory=dict)
    own_converters: dict[str, str] = field(default_factory=dict)
    #: transformers that the script writes itself -> what stands for one of them; and the names handed to any function
    classes: dict[str, str] = field(default_factory=dict)
    handed: set[str] = field(default_factory=set)
    #: fitted models that are logged as they are, each with its place and the keyword arguments of `model.Logging`
    logged: list[tuple[Made, str, dict[str, Any]]] = field(default_factory=list)
    #: calls that switch autologging on: dotted name -> place, literal arguments, whether it may not come to it
    autologs: dict[str, tuple[str, dict[str, Any], bool]] = field(default_factory=dict)

    def note(self, text: str) -> None:
        """Keep a sentence once."""
        self.notes.setdefault(text)

    def miss(self, text: str) -> None:
        """Keep a note on something that is not looked at at all."""
        self.note(text)
        self.unseen.setdefault(text)


@dataclass
class Machine:
    """A reading in progress. `evaluate` and `walk` are the two halves of the evaluator, which need each other."""

    evaluate: Callable[[Machine, ast.expr], Value]
    walk: Callable[[Machine, list[ast.stmt]], None]
    uses: Uses = field(default_factory=Uses)
    scopes: tuple[dict[str, Value], ...] = field(default_factory=lambda: ({},))
    label: str = ""
    fuel: int = FUEL
    #: where the fuel was used up
    stopped: str = ""
    depth: int = 0
    #: above 0 in code of the present function that may not run
    doubt: int = 0
    #: above 0 in a function that may not be called
    unsure: int = 0
    #: above 0 where the script goes on after a failure
    caught: int = 0
    #: names of the errors after which it goes on
    catches: frozenset[str] = frozenset()
    #: above 0 in what is tried, whatever the script does when it fails
    guarded: int = 0
    #: nothing of the present function, or of the script, comes after the present statement
    ends: bool = True
    #: conversions below this number are finished: functions that nobody calls cannot add to them
    finished: int = 0
    #: modules imported with a star
    stars: list[str] = field(default_factory=list)
    #: functions of the script that were called
    entered: set[int] = field(default_factory=set)
    #: what the functions being followed return
    returned: list[list[Value]] = field(default_factory=list)

    def where(self, node: ast.AST) -> str:
        """Place of a node, e.g. train.py:12."""
        return f"{self.label}:{getattr(node, 'lineno', 1)}"

    def use(self, name: str, node: ast.AST, sure: bool) -> None:
        """Keep the dotted name of an attribute that surely is asked for."""
        if sure and not (self.doubt or self.unsure or self.guarded) and len(self.uses.names) < MOST_NAMES:
            self.uses.names.setdefault(name, self.where(node))

    def lookup(self, name: str) -> Value | None:
        """The value of a name, from the innermost scope outwards."""
        return next((scope[name] for scope in reversed(self.scopes) if name in scope), None)

    def bind(self, name: str, value: Value) -> None:
        """Give a name a value in the innermost scope; where another one may be bound instead, it is like that value."""
        perhaps = isinstance(value, Ref) and (self.doubt or self.guarded)
        self.scopes[-1][name] = Ref(value.name, sure=False) if isinstance(value, Ref) and perhaps else value

    def assign(self, target: ast.expr, value: Value) -> None:
        """Bind a changed object to the expression that it is known by; anything but a name is kept as text."""
        if isinstance(target, ast.Name):
            self.bind(target.id, value)
        elif isinstance(target, ast.Attribute):
            self.scopes[0][ast.unparse(target)] = value

    @contextmanager
    def doubting(self) -> Iterator[None]:
        """Code that may not run."""
        self.doubt += 1
        try:
            yield
        finally:
            self.doubt -= 1

    def exhausted(self, node: ast.AST) -> bool:
        """Whether reading has gone as far as it may; says where it ended."""
        if self.fuel >= 0:
            return False
        if not self.stopped:
            self.stopped = self.where(node)
            self.uses.miss(f"Not all read: {self.stopped} is as far as it was followed")
        return True

    def star(self, name: str) -> Value:
        """A name that only a star import can have brought."""
        return Ref(f"{self.stars[-1]}.{name}", sure=False) if self.stars and name[:1].isupper() else UNKNOWN
