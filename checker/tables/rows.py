"""A CSV file: its first line has the names, and the next ones show what the values look like."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from ..errors import CannotLook
from ..model.tables import Table, TableColumn

#: rows whose values are looked at
LOOKED = 1000
#: characters of a line, and of each of the first lines by which the mark between values is told
LONGEST, SNIFFED = 100_000, 2_000
#: texts that stand for a value that is missing
MISSING = frozenset({"", "na", "n/a", "nan", "null", "none"})


def read_csv(path: Path, text: str) -> Table:
    """The columns by their first rows. Raises CannotLook."""
    lines = text.splitlines()[: LOOKED + 1]
    if max(map(len, lines), default=0) > LONGEST:
        raise CannotLook(f"{path} is no table of rows: it has a line of more than {LONGEST:,} characters", "check it")
    try:
        rows = list(islice(csv.reader(lines, _dialect([line[:SNIFFED] for line in lines[:20]])), LOOKED + 1))
    except csv.Error as error:
        raise CannotLook(f"{path} is no table of rows: {error}", "check it") from error
    names, values = (rows[0], rows[1:]) if rows else ([], [])
    if len(rows) <= LOOKED and len(values) > 1 and not text.endswith("\n"):
        values = values[:-1]  # the last line may be cut
    columns = (_column(name.strip(), [row[n] for row in values if n < len(row)]) for n, name in enumerate(names))
    return Table(str(path), tuple(columns), path.stem, declared=False)


def _dialect(lines: Sequence[str]) -> type[csv.Dialect] | csv.Dialect:
    try:
        return csv.Sniffer().sniff("\n".join(lines), ",;\t|")
    except csv.Error:
        return csv.excel


def _column(name: str, values: Sequence[str]) -> TableColumn:
    """What the values are: int, float, bool, or string."""
    said = [value.strip() for value in values if value.strip().lower() not in MISSING]
    kind = next(
        (kind for kind, fits in (("int", _is_int), ("float", _is_float)) if said and all(map(fits, said))), "string"
    )
    if said and {value.lower() for value in said} <= {"true", "false"}:
        kind = "bool"
    return TableColumn(name, kind, kind, len(said) < len(values))


def _is_int(text: str) -> bool:
    return text.lstrip("+-").isdecimal() and text.isascii()


def _is_float(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return "_" not in text
