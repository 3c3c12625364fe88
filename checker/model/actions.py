"""Actions of the user, as something that can be tried where nothing of theirs is touched."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SetVariable:
    """Set a variable of the environment, or take it away (None)."""

    name: str
    value: str | None = None


@dataclass(frozen=True)
class Hide:
    """Move a file or folder out of the way."""

    path: str


@dataclass(frozen=True)
class Delete:
    """Delete a file or folder of the environment."""

    path: str


@dataclass(frozen=True)
class Reinstall:
    """Lay releases down again, as requirements."""

    requirements: tuple[str, ...]


@dataclass(frozen=True)
class Restart:
    """Begin with a fresh process."""


Action = SetVariable | Hide | Delete | Reinstall | Restart
