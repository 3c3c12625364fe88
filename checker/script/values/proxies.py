"""What stands in a reading for what is not there: unknown values, names of libraries, the script's own functions.

Lists, dicts, tuples, sets, texts, numbers, True, False and None are themselves.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

Scope = dict[str, Any]
Scopes = tuple[Scope, ...]
#: lengths of the dimensions of an array, None for an unknown one
Shape = tuple["int | None", ...]


class Unknown:
    """Nothing is known of it but, perhaps, which function of a library gave it."""

    def __init__(self, origin: str = "") -> None:
        self.origin = origin


@dataclass(frozen=True)
class Assumed:
    """A value that is the right one if what `why` says is so."""

    value: Any
    why: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Choice:
    """One of several objects; `why` it is not told which one."""

    of: tuple[Any, ...]
    why: str


@dataclass(frozen=True)
class Reference:
    """A module, class or function of a library, by its dotted name."""

    name: str
    #: False: only treated like it, e.g. a name that may be bound to something else
    sure: bool = field(default=True, compare=False)


@dataclass(frozen=True)
class Bound:
    """A method of a value."""

    receiver: Any
    name: str


@dataclass(frozen=True, eq=False)
class Partial:
    """A function or class with some of its arguments."""

    of: Any
    args: tuple[Any, ...]
    kwargs: Scope


@dataclass(eq=False)
class Function:
    """A function or lambda of the script, with the scopes that it sees and the object whose method it is."""

    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    scopes: Scopes
    label: str
    of: Any = None


@dataclass(eq=False)
class Class:
    """A class of the script: what its body binds, and what its bases are."""

    name: str
    scope: Scope
    bases: tuple[Any, ...]
    node: ast.ClassDef

    def find(self, name: str) -> Any:
        """What the class or the nearest of its bases in the script has under a name, None for nothing."""
        found = self.scope.get(name)
        return (
            found
            if found is not None
            else next((f for b in self.bases if isinstance(b, Class) and (f := b.find(name)) is not None), None)
        )

    def library_bases(self) -> Iterator[str]:
        """The dotted names of its bases outside the script; "" for one of which nothing is known."""
        for base in self.bases:
            if isinstance(base, Class):
                yield from base.library_bases()
            else:
                yield base.name if isinstance(base, Reference) else ""


@dataclass(eq=False)
class Instance:
    """An object of a class of the script, or (without one) a bag of attributes."""

    attributes: Scope
    of: Class | None = None
    where: str = ""


@dataclass(eq=False)
class Module:
    """A module of the user's own project that was read."""

    scope: Scope


@dataclass(frozen=True)
class File:
    """A path, or the file that was opened there."""

    path: str


@dataclass(frozen=True)
class Opened(File):
    """A file that was opened."""


@dataclass(frozen=True)
class Dtype:
    """The dtype of an array or column."""

    kind: str


@dataclass(frozen=True)
class Tensor:
    """An ONNX input type, e.g. FloatTensorType([None, 4])."""

    name: str
    shape: Shape | None = None


class InputName(str):
    """The name of an input as the session itself gives it; what is known of it is the name that was declared."""

    #: a table was asked for the column of that name
    looked_up = False

    @property
    def own(self) -> bool:
        """Whether it is the session's; a name that a converter writes otherwise is none that a table has."""
        return not self.looked_up or self.isidentifier()


@dataclass(frozen=True, eq=False)
class Identity:
    """`id(value)`, the key of converter options."""

    of: Any

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Identity) and other.of is self.of

    def __hash__(self) -> int:
        return id(self.of)


@dataclass(frozen=True)
class Call:
    """The arguments of a call and its place."""

    args: tuple[Any, ...] = ()
    kwargs: Scope = field(default_factory=dict)
    where: str = ""
    #: False: there were `*args` or `**kwargs` that could not be read
    complete: bool = True

    def get(self, position: int, *names: str) -> Any:
        """An argument by position or by one of its names, None when it is not given."""
        if 0 <= position < len(self.args):
            return self.args[position]
        return next((self.kwargs[n] for n in names if n in self.kwargs), None)

    def given_values(self) -> tuple[Any, ...]:
        """All arguments."""
        return (*self.args, *self.kwargs.values())

    def each(self, change: Callable[[Any], Any]) -> Call:
        """The same call with every argument changed."""
        kwargs = {name: change(value) for name, value in self.kwargs.items()}
        return replace(self, args=tuple(map(change, self.args)), kwargs=kwargs)

    def given(self, *names: str) -> bool:
        """Whether one of these keyword arguments is given."""
        return any(n in self.kwargs for n in names)


def path_of(value: Any) -> Any:
    """The text of a path; of anything else the value itself."""
    return value.path if isinstance(value, File) else value


def is_text(value: Any) -> bool:
    """Whether a value is a list or tuple of texts, or one text."""
    return isinstance(value, str) or (isinstance(value, (list, tuple)) and all(isinstance(v, str) for v in value))


def texts(value: Any) -> tuple[str, ...] | None:
    """The texts of a text or of a list of them, None when it is anything else."""
    if isinstance(value, str):
        return (value,)
    return tuple(value) if is_text(value) else None


def whole(value: Any) -> int | None:
    """A whole number, None when it is anything else."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None
