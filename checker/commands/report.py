"""`checker report`: the reports of several environments as one, told cause by cause."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import BLOCKED, CANNOT_LOOK, READY
from ..merged import FORMATS
from ..world.terminal import Page
from .parsing.answering import add_manners, answer, ended
from .parsing.options import STATUSES as STATUSES
from .parsing.reports import add_formats, in_language, write_reports

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
    add_formats(command, FORMATS)
    command.add_argument(
        "--expect",
        type=_names,
        default=(),
        metavar="ROWS",
        help="names, with commas between: a row without report is told",
    )
    command.add_argument("--strict", action="store_true", help="warnings fail too, and so does what was not looked at")
    command.add_argument("--verbose", action="store_true", help="show every row with its versions, and every cause")
    add_manners(command)


def run(options: argparse.Namespace) -> int:
    """Merge them, and print the causes."""
    from ..merged import render, text
    from ..merged.causes import find_causes
    from ..merged.reading import read_rows
    from ..merged.wording import summary

    rows, page = read_rows(options.files, options.expect), Page(options.output)
    people = options.format == "text"
    with in_language(options, page, options.format):
        told = text.render(rows, page.width, page.color, options.verbose) if people else render(rows, options.format)
    found = status(rows, options.strict)
    answer(page, options, told, summary(rows, find_causes(rows)), found != READY)
    write_reports(options, lambda form: render(rows, form))
    return ended(options, found)


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def status(rows: Sequence[Row], strict: bool) -> int:
    """The exit status: 1 where a row blocks, with --strict also where one warns or was not wholly looked at.

    Else 3 where a row has no report.
    """
    bad = ("blocked", "warnings") if strict else ("blocked",)
    if any(row.verdict in bad or (strict and row.unseen) for row in rows):
        return BLOCKED
    return CANNOT_LOOK if any(row.verdict == "missing" for row in rows) else READY
