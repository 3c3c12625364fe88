"""TOML files: read once, with the numbers of the lines in which their packages begin."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from ...errors import CannotLook
from ...world.files import text_of
from ...world.project.toml import tomllib
from ..needs import Source


@lru_cache(maxsize=4)
def _parsed(text: str) -> Mapping[str, Any] | str:
    """What a text says, or why it cannot be read."""
    try:
        told: Mapping[str, Any] = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        return str(error) or "it is nested too deeply"
    return told


def read_toml(source: Source) -> Mapping[str, Any]:
    """What a file says. Raises CannotLook."""
    told = _parsed(source.text)
    if isinstance(told, str):
        raise CannotLook(f"{source.name} is no TOML that can be read: {told[:160]}", "make it again with its own tool")
    return told


def table(told: Any, *keys: str) -> Mapping[str, Any]:
    """A table below a table, empty where there is none."""
    for key in keys:
        told = told.get(key) if isinstance(told, Mapping) else None
    return told if isinstance(told, Mapping) else {}


def rows(told: Any) -> list[Any]:
    """A list, empty for what is none."""
    return list(told) if isinstance(told, Sequence) and not isinstance(told, str) else []


def tables(told: Any) -> list[Mapping[str, Any]]:
    """The tables of a list."""
    return [row for row in rows(told) if isinstance(row, Mapping)]


def text(told: Any) -> str:
    """A text, "" for what is none."""
    return told if isinstance(told, str) else ""


def numbered(source: Source, packages: Sequence[Mapping[str, Any]]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """(number of the line of its name, package) of a lock file's packages."""
    heads = [n for n, line in enumerate(source.text.splitlines(), 1) if re.match(r"\[\[packages?\]\]", line)]
    if len(heads) != len(packages):
        heads = [0] * len(packages)
    yield from zip((head + 1 for head in heads), packages, strict=True)


def python_here(source: Source, asked: str) -> str:
    """The Pythons of a project, with the one that the folder is pinned to by `.python-version`."""
    pinned = re.match(r"\s*(?:cpython[@-])?(3\.\d+)", text_of(source.folder / ".python-version"))
    return ",".join(filter(None, (asked, f"=={pinned[1]}.*" if pinned and source.path else "")))
