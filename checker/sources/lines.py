"""The line of a file on which something begins: a package that is asked for, or the code of a notebook's cell."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from ..script.sources import found_cells


def line_asking(rows: Sequence[str], package: str) -> int:
    """The first line that begins with a package, else the first that names it, from 1; 0 where none does.

    It may stand behind the dash, the quote or the key of a list or a table.
    """
    word = re.escape(package).replace(r"\-", "[-_.]+")
    ends = r"(?![\w-]|\.\w)"
    begins = rf"""(?i)\s*(?:-\s+)?(?:name\s*=\s*)?["']?{word}{ends}"""
    for pattern in (re.compile(begins).match, re.compile(rf"(?i)(?<![\w.-]){word}{ends}").search):
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
