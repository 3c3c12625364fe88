"""`%preflight` and `%%rehearse`: the options of the command line, read by the one parser, answered below the cell."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from ..commands import load
from ..commands.parsing import parse
from ..commands.parsing.deciding import keep_baseline
from ..commands.parsing.reports import check_reports, write_reports
from ..commands.preflight import check_pins, rendered, request_of, verdict
from ..errors import CheckerError, UsageError
from ..fix.proven_pins import write_pins
from ..reporters import REPORTERS
from ..request import Request
from ..settings import find_settings
from ..standin import Standin
from ..world.files import check_output
from ..world.progress import Live
from ..world.terminal import Page, show
from .cell import InCell, display, in_cell, ipython
from .kernel import Shown, look

#: formats that a cell shows as a page
PAGES = ("text", "html")
ABOUT = """\
Look at this kernel, and show the report.

Options are those of `checker preflight`. Those that name another environment, or change this one, are refused."""
ABOUT_CELL = """\
Rehearse the cell, after all that this kernel has run before, in another process.

Options are those of `checker preflight --rehearse`: --rows, --time, --allow and others. Nothing of the cell is run in
the kernel itself."""


def load_ipython_extension(shell: Any) -> None:
    """What `%load_ext checker` calls."""

    def preflight(line: str) -> None:
        with told():
            answer(options_of(preflight, ["preflight"], line))

    def rehearse(line: str, cell: str) -> None:
        cells = cells_of(shell.user_ns.get("In", [""]), shell.transform_cell(cell))
        with told():
            answer(options_of(rehearse, ["preflight", "--rehearse"], line), Standin("", name=cells[-1][0], cells=cells))

    describe(preflight, "%preflight", ABOUT)
    describe(rehearse, "%%rehearse", ABOUT_CELL)
    shell.register_magic_function(preflight, magic_name="preflight")
    shell.register_magic_function(rehearse, magic_kind="cell", magic_name="rehearse")


def describe(magic: Any, name: str, about: str) -> None:
    """Give a magic its parser and its help, as IPython's own magics have them: `%preflight?` shows every option."""
    magic.__doc__ = about
    if "IPython" in sys.modules:
        kind = ipython("core.magic_arguments").MagicArgumentParser
        shown = argparse.RawDescriptionHelpFormatter
        magic.parser = kind(name, description=about, formatter_class=shown, add_help=True)
        load("preflight").add(magic.parser)
        magic.__doc__ = magic.parser.format_help()


def options_of(magic: Any, first: Sequence[str], line: str) -> argparse.Namespace:
    """The options of a magic's line; IPython takes the line apart, and the one parser reads the words.

    Of what the project says, its decisions about findings count here too; the rest is for the command line. Raises
    UsageError, and SystemExit after a help.
    """

    def read(words: Sequence[str]) -> argparse.Namespace:
        options = parse([*first, *words])
        options.settings = None if options.no_config else find_settings(options.config)
        return options

    try:
        if not hasattr(magic, "parser"):
            return read(shlex.split(line))
        magic.parser.parse_args = read
        options: argparse.Namespace = ipython("core.magic_arguments").parse_argstring(magic, line)
    except ValueError as error:  # quotes that are not closed
        raise UsageError(str(error), "close the quotes") from error
    return options


@contextmanager
def told() -> Iterator[None]:
    """What is wrong with a line is one line: an error of the cell in IPython, so that what follows is not run."""
    try:
        yield
    except SystemExit:  # after the help
        return
    except CheckerError as error:
        if "IPython" not in sys.modules:
            show(f"checker: {error}")
            return
        raise ipython("core.error").UsageError(f"checker: {error}") from None


def answer(options: argparse.Namespace, standin: Standin | None = None) -> None:
    """Look as the options say, and show the report below the cell, or write it."""
    request = request_of(options)
    request = replace(request, standin=standin) if standin else request
    check_kernel(request)
    check_output(options.output)
    check_output(options.save)
    check_reports(options)
    check_pins(options.write)
    with InCell() if in_cell() else Live() as live:
        report = look(request, live.step, options.lang or "")
    if options.output or not (in_cell() and options.format in PAGES):
        _write(report, options)
    else:
        display(report)
    write_reports(options, lambda form: REPORTERS[form].render(report))
    if said := keep_baseline(report, options):
        show(said)
    if options.write:
        write_pins(report, options.write, show)


def _write(report: Shown, options: argparse.Namespace) -> None:
    """The report in its format, into the file, or as text below the cell."""
    page = Page(options.output)
    text = rendered(report, options, page)
    page.write(text) if options.output else show(text)
    if options.output:
        show(f"checker: {verdict(report, options.strict)} ({options.output})")


def check_kernel(request: Request) -> None:
    """Raises UsageError for what concerns another environment, or changes the one that is running."""
    elsewhere = {
        "--python": request.python,
        "--pythons": request.pythons,
        "--requirements": request.requirements,
        "--build": request.build,
        "--via": request.via is not None,
        "--from": request.recorded,
    }
    if names := [option for option, given in elsewhere.items() if given]:
        raise UsageError(f"%preflight looks at this kernel: leave out {' and '.join(names)}")
    if request.fix:
        raise UsageError(
            "--fix does not change a kernel that is running",
            "run `checker preflight --fix` in a terminal, then restart",
        )
    request.check()


#: a cell that was run before, in a rehearsal: where it fails, what follows goes on, as it did in the kernel
BEFORE = """\
try:
    exec(compile({text!r}, __import__("os").path.join(__import__("os").getcwd(), {label!r}), "exec"), globals())
except Exception as error:
    print({label!r}, "failed:", error)
"""


def cells_of(run: Sequence[str], cell: str) -> tuple[tuple[str, str], ...]:
    """A cell, after those that the kernel has run: (label, text) each; the last one of `run` is that cell's own."""
    here = max(len(run) - 1, 1)
    before = [(f"cell {n}", text) for n, text in enumerate(run[:here]) if text.strip() and "'rehearse'" not in text]
    return (*((label, BEFORE.format(text=text, label=label)) for label, text in before), (f"cell {here}", cell))
