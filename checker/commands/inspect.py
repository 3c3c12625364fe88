"""`checker inspect`: read what a training made, and say whether a place will take it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import BLOCKED, READY
from ..reporters import REPORTERS
from ..world.files import check_output
from ..world.progress import Live
from ..world.terminal import Page, complain
from .parsing.answering import add_manners, answer, ended
from .parsing.deciding import add_baseline, keep_baseline, policy_of
from .parsing.options import STATUSES as STATUSES
from .parsing.options import add_budget, add_files, add_keep, add_project_config, add_targets
from .parsing.reports import add_formats, in_language, summarize, write_reports
from .preflight import not_green, rendered, verdict

if TYPE_CHECKING:
    from ..request import Request


def add(command: argparse.ArgumentParser) -> None:
    """The options, by question."""
    command.add_argument(
        "path",
        metavar="PATH",
        help="an ONNX file, a pickle or joblib file, the folder of an MLflow model, or its models:/ or runs:/ address",
    )
    which = command.add_argument_group("where it is to be used")
    which.add_argument("--python", metavar="PY", help="the environment: its interpreter, its folder, or a version")
    add_targets(which)
    told = "the table that is to be scored: its columns are compared with the model (.csv, .sql, .parquet)"
    which.add_argument("--columns", type=Path, metavar="FILE", help=told)
    add_files(which, "--pythons", "DIR", "a folder with one folder a Python version, searched for --python VERSION")
    out = command.add_argument_group("what to write")
    add_formats(out, REPORTERS)
    out.add_argument("--strict", action="store_true", help="warnings fail too, and so does what was not looked at")
    out.add_argument("--verbose", action="store_true", help="show every step that was tried")
    add_manners(out)
    add_baseline(command.add_argument_group("what counts"))
    fix = command.add_argument_group("what to do about it")
    told = "write an ONNX file that the place takes, with no number changed; it is compared with the original"
    fix.add_argument("--repair", type=Path, metavar="OUT", help=told)
    add_keep(fix, "a package of that environment that no remedy may move")
    add_budget(fix)
    fix.add_argument("--no-prove", action="store_true", help="plan remedies with the package index, and try none")
    fix.add_argument("--offline", action="store_true", help="ask no package index: remedies are planned only")
    add_project_config(fix)


def run(options: argparse.Namespace) -> int:
    """Read, look, conclude, and write the report."""
    page = Page(options.output)
    check_output(options.output)
    check_output(options.repair, anew=True)
    with Live(quiet=options.quiet) as live:  # before anything that takes a while to import
        from ..inspection import inspect

        report = inspect(options.path, request_of(options), live.step)
    from ..reporters.typed import statements

    text = rendered(report, options, page)
    with in_language(options, page, options.format):
        text += statements(report) if options.format == "text" else ""
    fails = not_green(report, options.strict)
    answer(page, options, text, verdict(report, options.strict), fails)
    write_reports(options, lambda form: REPORTERS[form].render(report))
    summarize(options, report)
    if said := keep_baseline(report, options):
        complain(said)
    return ended(options, BLOCKED if fails else READY)


def request_of(options: argparse.Namespace) -> Request:
    """What is asked for, as the options say it."""
    from ..request import Remedies, Request

    return Request(
        python=options.python,
        pythons=tuple(options.pythons),
        keep=tuple(options.keep),
        targets=tuple(options.target),
        columns=options.columns,
        budget=options.budget,
        policy=policy_of(options),
        repair=options.repair,
        remedies=Remedies.OFFLINE if options.offline else Remedies.RESOLVED if options.no_prove else Remedies.PROVEN,
    )
