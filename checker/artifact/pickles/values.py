"""What stands on the stack while a pickle is followed on paper: nothing of it is ever made."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

#: items of one tuple, list or table that are kept
MOST_ITEMS = 256


class Broken(Exception):
    """The file is no sound pickle; the words say what is wrong with it."""


class Enough(Exception):
    """The file is longer than what is read of one; the words say what was not read."""


class Unknown:
    """A value that nobody needs."""

    __slots__ = ()


UNKNOWN: Final = Unknown()


class Mark:
    """Where the items of a tuple, list or table begin."""

    __slots__ = ()


MARK: Final = Mark()


@dataclass(frozen=True, slots=True)
class Global:
    """A class or function, by its name."""

    module: str
    name: str

    @property
    def dotted(self) -> str:
        """Module and name as one."""
        return f"{self.module}.{self.name}"


@dataclass(slots=True, eq=False)
class Table:
    """A dictionary: those of its items whose keys are texts."""

    items: dict[str, Any] = field(default_factory=dict)

    def add(self, key: Any, value: Any) -> None:
        """Keep an item, as long as there is room."""
        if type(key) is str and len(self.items) < MOST_ITEMS:
            self.items[key] = value


@dataclass(slots=True, eq=False)
class Row:
    """A list or a set."""

    items: list[Any] = field(default_factory=list)

    def add(self, values: list[Any]) -> None:
        """Keep items, as long as there is room."""
        self.items += values[: MOST_ITEMS - len(self.items)]


@dataclass(slots=True, eq=False)
class Made:
    """What a class or function was called for, with its arguments and the state that it was given."""

    of: Any
    arguments: Any
    state: Any = None

    @property
    def kind(self) -> str:
        """The dotted name of what made it, "" where that has none."""
        return self.of.dotted if type(self.of) is Global else ""
