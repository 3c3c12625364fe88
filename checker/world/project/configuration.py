"""Where a project says once for all what is to be checked: checker.toml, or `[tool.checker]` in pyproject.toml."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from ...errors import CannotLook, UsageError
from ..files import read_text

#: files that may hold a configuration, in the order in which they count
NAMES = ("checker.toml", "pyproject.toml")
#: how the part of a pyproject.toml begins that is ours
_OURS = re.compile(r"^\s*\[+\s*tool\s*\.\s*checker\b", re.MULTILINE)
#: what a hint says of a configuration that is not to be followed
LEAVE_OUT = "--no-config leaves it out"


def configuration_places() -> tuple[Path, ...]:
    """Where it may lie: in the working folder, then in those above it up to the root of its repository.

    Outside of a repository only the working folder counts: nobody knows who fills the folders above it.
    """
    here = Path.cwd()
    chain = [here, *here.parents]
    root = next((n for n, folder in enumerate(chain) if any((folder / m).exists() for m in (".git", ".hg"))), 0)
    return tuple(Path(*[".."] * n, name) for n in range(root + 1) for name in NAMES)


def find_configuration() -> tuple[Path, dict[str, Any]] | None:
    """The nearest file that configures the checker, with its table; None where there is none.

    Raises UsageError for one that is no TOML, or that belongs to another user.
    """
    for path in configuration_places():
        if path.is_file() and (table := read_configuration(path)) is not None:
            _check_owner(path)
            return path, table
    return None


def read_configuration(path: Path) -> dict[str, Any] | None:
    """The table of a file; None for a pyproject.toml without one. Raises UsageError and CannotLook."""
    text, shared = read_text(path, "it has to be a TOML file"), path.name == "pyproject.toml"
    if shared and "checker" not in text:
        return None
    try:
        told: Any = parsed_toml(text)
    except ValueError as error:
        if shared and not _OURS.search(text):
            return None
        raise UsageError(f"{path}: it is no TOML: {error}", LEAVE_OUT) from error
    if shared:
        tool = told.get("tool")
        told = tool.get("checker") if isinstance(tool, dict) else None
    if told is None or isinstance(told, dict):
        return told
    raise UsageError(f"{path}: tool.checker: write it as a table, [tool.checker]", LEAVE_OUT)


def parsed_toml(text: str) -> Any:
    """A text in TOML; the parser is imported where there is one to be read. Raises ValueError."""
    from .toml import loads

    return loads(text)


def named_configuration(path: Path) -> dict[str, Any]:
    """The table of the file that somebody names. Raises UsageError where there is none in it, and CannotLook."""
    if not path.is_file():
        raise CannotLook(f"cannot read {path}: not found", "check the path")
    told = read_configuration(path)
    if told is None:
        raise UsageError(f"{path}: it does not configure the checker", "write a table [tool.checker]")
    return told


def _check_owner(path: Path) -> None:
    """Raises UsageError for a file of another user's, whoever that is; root may look after anybody's project."""
    if os.name == "posix" and path.stat().st_uid not in (0, os.geteuid()) and os.geteuid():
        raise UsageError(f"{path} belongs to another user", f"--config {path} follows it, {LEAVE_OUT}")
