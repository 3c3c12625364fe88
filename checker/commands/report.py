"""`checker report`: the reports of several environments as one, told cause by cause."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import BLOCKED, READY
from ..merged import FORMATS
from ..world.terminal import Page
from .options import STATUSES as STATUSES
from .options import add_output

if TYPE_CHECKING:
    from ..merged.values import Row


def add(command: argparse.ArgumentParser) -> None:
    """Its options."""
    command.add_argument(
        "files",
        nargs="+",
        type=Path,
        metavar="FILE",
        help="what `checker preflight --format json --output FILE` has written; of a folder, the *.json in it",
    )
    command.add_argument("--format", choices=tuple(FORMATS), default="text")
    command.add_argument("--strict", action="store_true", help="warnings fail too, and so does what was not looked at")
    command.add_argument("--verbose", action="store_true", help="show every row with its versions, and every cause")
    add_output(command)


def run(options: argparse.Namespace) -> int:
    """Merge them, and print the causes."""
    from ..merged import render, text
    from ..merged.causes import find_causes
    from ..merged.reading import read_rows
    from ..merged.wording import summary

    rows, page = read_rows(options.files), Page(options.output)
    people = options.format == "text"
    page.write(text.render(rows, page.width, page.color, options.verbose) if people else render(rows, options.format))
    page.add_word(summary(rows, find_causes(rows)))
    return BLOCKED if not_green(rows, options.strict) else READY


def not_green(rows: Sequence[Row], strict: bool) -> bool:
    """Whether the exit status is 1; with --strict also where a row warns, or was not wholly looked at."""
    return any(row.verdict == "blocked" or (strict and (row.verdict != "ready" or row.unseen)) for row in rows)
