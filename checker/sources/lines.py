"""The line of a file on which something begins: a package that is asked for, or the code of a notebook's cell."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from ..script.sources import found_cells


def line_asking(rows: Sequence[str], package: str) -> int:
    """The line that holds a package in a lock file, else the first that begins with it, else the first that names it.

    From 1; 0 where none does. It may stand behind the dash, the quote or the key of a list or a table.
    """
    word = re.escape(package).replace(r"\-", "[-_.]+")
    ends = r"(?![\w-]|\.\w)"
    locked, begins = rf"""(?i)\s*name\s*=\s*["']{word}["']""", rf"""(?i)\s*(?:-\s+)?["']?{word}{ends}"""
    named = rf"(?i)(?<![\w.-]){word}{ends}"
    for pattern in (re.compile(locked).match, re.compile(begins).match, re.compile(named).search):
        for number, row in enumerate(rows, 1):
            if pattern(row):
                return number
    return 0


def cell_lines(text: str) -> Iterator[tuple[str, int]]:
    """ "cell 3" and the line of a notebook's file on which its code begins; none where the file is not laid out so."""
    try:
        cells = found_cells(json.loads(text)) or []
    except (ValueError, RecursionError):
        return
    begun = [n for n, row in enumerate(text.splitlines(), 1) if row.lstrip().startswith('"source": [')]
    if len(begun) == len(cells):
        code = [n for n, cell in zip(begun, cells, strict=True) if cell.get("cell_type") == "code"]
        yield from ((f"cell {number}", n + 1) for number, n in enumerate(code, 1))
