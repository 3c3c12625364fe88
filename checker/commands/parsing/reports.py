"""How the report is written: in one format where people look, and in any others to files."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import UsageError
from ...language import ENGLISH, LANGUAGES, speaking
from ...names import meant
from ...world.files import absolute, check_output
from ...world.terminal import Page, add_summary

if TYPE_CHECKING:
    from ...model import Report

#: the formats that people read
PEOPLE = ("text", "html")


def add_formats(command: Any, formats: Iterable[str]) -> None:
    """The format of the page, and reports in other formats beside it."""
    from .options import add_output

    names = tuple(formats)
    command.add_argument("--format", choices=names, default="text", help="how the page is written (default: text)")
    add_output(command, "write the report there instead of to the terminal")
    command.add_argument(
        "--report",
        dest="reports",
        action="append",
        type=partial(_named, names),
        default=[],
        metavar="FORMAT=FILE",
        help="write it to a file in another format too; may be repeated",
    )
    told = "language of the text and the page (default: that of LANG); what programs read is English"
    command.add_argument("--lang", choices=tuple(LANGUAGES), help=told)


def _named(formats: tuple[str, ...], text: str) -> tuple[str, Path]:
    """A format and a file; raises ArgumentTypeError for anything else."""
    form, equals, file = text.partition("=")
    if form not in formats:
        guess = meant(form, formats) or f"choose from {', '.join(formats)}"
        raise argparse.ArgumentTypeError(f"there is no format {form!r}: {guess}")
    if not equals or not file:
        raise argparse.ArgumentTypeError(f"{text} names no file: write {form}=FILE")
    return form, Path(file)


def check_reports(options: argparse.Namespace) -> None:
    """Raises UsageError for a report that cannot be written, and for two that are the same file."""
    files = [file for _, file in getattr(options, "reports", ())]
    for file in files:
        check_output(file)
    places = [absolute(file) for file in (*filter(None, [options.output]), *files)]
    if twice := [place for place in places if places.count(place) > 1]:
        raise UsageError(f"two reports are written to {twice[0]}", "name a file for each")


def write_reports(options: argparse.Namespace, render: Callable[[str], str]) -> None:
    """Write the reports that are files, each in its format. Raises CannotLook for a file."""
    for form, file in options.reports:
        with in_language(options, Page(file), form):
            Page(file).write(render(form))


def in_language(options: argparse.Namespace, page: Page, form: str) -> AbstractContextManager[None]:
    """What is rendered within is said in the language of who reads it there; what programs read is English."""
    return speaking((options.lang or page.language) if form in PEOPLE else ENGLISH)


def summarize(options: argparse.Namespace, report: Report) -> None:
    """In a job of GitHub the report is its summary too, where annotations are asked for."""
    if "github" in (options.format, *(form for form, _ in options.reports)):
        from ...reporters.markdown import render

        add_summary(render(report))
