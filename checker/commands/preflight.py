"""`checker preflight`: look at an environment, and say what blocks."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import BLOCKED, READY, UsageError
from ..reporters import REPORTERS
from ..world.files import absolute, check_output
from ..world.progress import Live
from ..world.project.configuration import configuration_places
from ..world.terminal import Page, complain
from .parsing.answering import add_manners, answer, ended
from .parsing.deciding import add_baseline, check_fixing, keep_baseline, policy_of
from .parsing.options import STATUSES as STATUSES
from .parsing.options import (
    add_budget,
    add_canaries,
    add_files,
    add_keep,
    add_project_config,
    add_rehearsal,
    add_requirements,
    add_scripts,
    add_standin,
    add_targets,
    add_wanted,
    asked_for,
)
from .parsing.reports import add_formats, in_language, summarize, write_reports

if TYPE_CHECKING:
    from ..model import Report
    from ..request import Request


def add(command: argparse.ArgumentParser) -> None:
    """The options, by question."""
    which = command.add_argument_group("which environment")
    which.add_argument(
        "--python",
        metavar="PY",
        help="its interpreter, its folder, or a version such as 3.11 (default: the active one, else python on PATH)",
    )
    add_files(which, "--pythons", "DIR", "a folder with one folder a Python version, searched for --python VERSION")
    add_requirements(which)
    which.add_argument(
        "--build",
        action="store_true",
        help="with --requirements: build from source what has no wheel; it runs the code of whoever wrote it",
    )
    which.add_argument(
        "--via",
        metavar="COMMAND",
        help='any command that ends in a Python reading its program from stdin: "docker run -i IMAGE python -"',
    )
    which.add_argument("--from", dest="recorded", type=Path, metavar="FRAMES", help="a recorded observation")
    what = command.add_argument_group("what to look for")
    add_scripts(what, "training scripts or notebooks; read, and run only with --rehearse")
    add_canaries(what)
    add_rehearsal(what)
    add_standin(what)
    add_targets(what)
    what.add_argument(
        "--static", action="store_true", help="import nothing: look at files, metadata, and what was measured elsewhere"
    )
    out = command.add_argument_group("what to write")
    add_formats(out, REPORTERS)
    out.add_argument("--save", type=Path, metavar="FRAMES", help="keep what was observed, for --from")
    out.add_argument("--strict", action="store_true", help="warnings fail too, and so does what was not looked at")
    out.add_argument("--verbose", action="store_true", help="show every step that was tried")
    add_manners(out)
    add_baseline(command.add_argument_group("what counts"))
    _add_fixing(command.add_argument_group("what to do about it"))


def _add_fixing(fix: Any) -> None:
    """What is done where something blocks."""
    add_keep(fix, "a package that no remedy may move")
    add_wanted(fix)
    add_budget(fix)
    fix.add_argument("--no-prove", action="store_true", help="plan remedies with the package index, and try none")
    fix.add_argument("--offline", action="store_true", help="ask no package index: remedies are planned only")
    add_project_config(fix)
    fix.add_argument("--fix", action="store_true", help="apply the first proven change of versions, after asking")
    fix.add_argument("--yes", action="store_true", help="with --fix: do not ask")
    add_files(
        fix,
        "--write",
        "FILE",
        "write the proven set: constraints.txt, requirements.txt, environment.yml or pylock.toml",
    )


def run(options: argparse.Namespace) -> int:
    """Look, conclude, try remedies, and apply or write them where that was asked for."""
    check_fixing(options)
    page = Page(options.output)
    check_output(options.save)
    check_pins(options.write)
    with Live(quiet=options.quiet) as live:  # before anything that takes a while to import
        request, report = _looked(options, live)
    if options.fix:
        report = _fixed(request, report, options, page)
    text = "" if options.fix else rendered(report, options, page)
    word, fails = verdict(report, options.strict), not_green(report, options.strict)
    answer(page, options, text, word, fails)
    write_reports(options, lambda form: REPORTERS[form].render(report))
    summarize(options, report)
    if said := keep_baseline(report, options):
        complain(said)
    if options.write:
        from ..fix.proven_pins import write_pins

        write_pins(report, options.write, Live().say)
    status = ended(options, BLOCKED if fails else READY)
    if may_keep(request, report, options):
        read = [*request.scripts, *configuration_places(), *([options.baseline] if options.baseline else [])]
        from ..world.cache import keep_answer

        keep_answer(options.arguments, status, word, text, (*report.observation.rests_on, *map(absolute, read)))
    return status


def _looked(options: argparse.Namespace, live: Live) -> tuple[Request, Report]:
    """What is asked for, and the report on it."""
    from ..pipeline import preflight

    request = request_of(options)
    meanwhile = import_rich if options.format == "text" else lambda: None
    return request, preflight(request, live.step, meanwhile=meanwhile)


def may_keep(request: Request, report: Report, options: argparse.Namespace) -> bool:
    """Whether the same command will have the same answer as long as the files are as they are, on any day."""
    rests = request.rests_on_files and bool(report.observation.rests_on)
    return rests and not writes(options) and not request.policy.changes_with_the_day


def writes(options: argparse.Namespace) -> bool:
    """Whether anything is written beside the page, or not even that."""
    files = options.output or options.write or options.reports or options.update_baseline
    return bool(files or options.format == "github" or options.quiet)


def import_rich() -> None:
    """Import what lays out a page for people."""
    import rich.table

    del rich


def request_of(options: argparse.Namespace) -> Request:
    """What is asked for, as the options say it."""
    from ..request import Remedies, Request

    return Request(
        **asked_for(options),
        requirements=tuple(options.requirements),
        extras=tuple(options.extra),
        groups=tuple(options.group),
        build=options.build,
        via=options.via,
        recorded=options.recorded,
        save=options.save,
        static=options.static,
        remedies=Remedies.OFFLINE if options.offline else Remedies.RESOLVED if options.no_prove else Remedies.PROVEN,
        targets=tuple(options.target),
        wanted=tuple(options.wanted),
        budget=options.budget,
        fix=options.fix,
        yes=options.yes,
        policy=policy_of(options),
    )


def _fixed(request: Request, report: Report, options: argparse.Namespace, page: Page) -> Report:
    """Apply what was proven: the report of what is there in the end.

    People see the diagnosis first; what programs read is one document, of the end.
    """
    from ..fix.fix import Console, fix

    people = options.format == "text" and options.output is None
    if people:
        page.write(rendered(report, options, page))
    after = None
    try:
        with Live() as live:
            after = fix(
                request, report, Console(live.say, (lambda question: True) if options.yes else live.ask, live.step)
            )
    finally:
        if after or not people:
            page.write("\n" * people + rendered(after or report, options, page))
    return after or report


def verdict(report: Report, strict: bool) -> str:
    """The verdict on one line, for a log: "Blocked at parity: train.py"."""
    from ..reporters.digest import about, headline

    counted = " (--strict)" if not_green(report, strict) and report.verdict != "blocked" else ""
    return f"{headline(report)}{counted}: {about(report)}"


def not_green(report: Report, strict: bool) -> bool:
    """Whether the exit status is 1; with --strict also where something was not looked at."""
    from ..policy import serious
    from ..reporters.digest import unseen

    return serious(report.findings, strict) or (strict and bool(unseen(report)))


def rendered(report: Report, options: argparse.Namespace, page: Page) -> str:
    """The report in the format that was asked for."""
    from ..reporters.text import render

    with in_language(options, page, options.format):
        if options.format != "text":
            return REPORTERS[options.format].render(report)
        text = render(report, width=page.width, color=page.color, verbose=options.verbose)
    if not page.links:
        return text
    from ..reporters.servers.links import linked

    return linked(text, report, page.here)


def check_pins(paths: Sequence[Path]) -> None:
    """Refuse a name that does not tell what the file is to hold."""
    from ..fix.pin_files import Form, find_form

    for path in paths:
        if not find_form(path.name):
            raise UsageError(
                f"--write {path} does not say what to write", f"name it {', '.join(form.value for form in Form)}"
            )
        check_output(path)
