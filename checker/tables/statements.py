"""A file with a CREATE TABLE: the names and types of its columns."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from ..model.tables import Table, TableColumn

_CREATE = re.compile(r"create\s+(?:external\s+|temporary\s+|temp\s+)?table\s+(?:if\s+not\s+exists\s+)?", re.IGNORECASE)
_NAME = re.compile(r'\s*((?:\[[^\]]+\]|"[^"]+"|`[^`]+`|[\w#$]+)(?:\s*\.\s*(?:\[[^\]]+\]|"[^"]+"|`[^`]+`|[\w#$]+))*)\s*')
_COLUMN = re.compile(
    r'^(?P<name>\[[^\]]+\]|"[^"]+"|`[^`]+`|[\w#$]+)\s+(?P<type>\[?\w+\]?(?:\s+(?:precision|varying))?\s*(?:\([^)]*\))?)'
    r"(?P<rest>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
#: columns of a table that are read
MOST = 5_000
#: what begins a part of a CREATE TABLE that is no column
_OTHERS = ("constraint", "primary", "foreign", "unique", "check", "index", "key", "period")


def read_sql(path: Path, text: str) -> Table:
    """The columns of the first CREATE TABLE."""
    text = _COMMENT.sub(" ", text)
    found = _CREATE.search(text)
    name = _NAME.match(text, found.end()) if found else None
    if not name or text[name.end() : name.end() + 1] != "(":
        return Table(str(path), ())
    columns = (column for part in _parts(text, name.end() + 1) if (column := _column(part.strip())))
    return Table(str(path), tuple(islice(columns, MOST)), name[1].strip())


def _parts(text: str, start: int) -> Iterator[str]:
    """What stands between the commas of the outermost bracket."""
    depth, begin = 0, start
    for at in range(start, len(text)):
        sign = text[at]
        if sign == "(":
            depth += 1
        elif sign == ")" and not depth:
            yield text[begin:at]
            return
        elif sign == ")":
            depth -= 1
        elif sign == "," and not depth:
            yield text[begin:at]
            begin = at + 1


def _column(part: str) -> TableColumn | None:
    found = _COLUMN.match(part)
    if not found or found["name"].lower() in _OTHERS:
        return None
    told = re.sub(r"[\[\]]|\s+(?=\()", "", found["type"]).strip().lower()
    rest = " ".join(found["rest"].lower().split())
    missing = False if "not null" in rest or "primary key" in rest else None
    return TableColumn(plain(found["name"]), told.partition("(")[0].strip(), told, missing)


def plain(name: str) -> str:
    """A name without what stands around it."""
    return name.strip().strip('[]"`')
