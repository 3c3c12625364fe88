"""The command line: parses, calls, writes, returns an exit status."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from threading import Thread
from types import FrameType
from typing import TYPE_CHECKING

from . import __version__
from .errors import BLOCKED, BUG, READY, USAGE, CheckerError, UsageError
from .names import canonical
from .options import close, parser

if TYPE_CHECKING:
    from .model import Report
    from .request import Request

#: exit status after SIGINT and SIGTERM, as shells have it
INTERRUPTED, TERMINATED = 130, 143


class _Terminated(BaseException):
    """SIGTERM: unwinds everything, so that nothing is left behind."""


def _preflight(options: argparse.Namespace) -> int:
    from .pipeline import preflight, serious
    from .request import Request
    from .world.terminal import Live

    request = Request(
        tuple(options.scripts),
        options.python,
        tuple(options.pythons),
        tuple(options.requirements),
        options.via,
        options.recorded,
        options.save,
        options.canaries,
        options.static,
        "shelf" if options.offline else "resolved" if options.no_prove else "proven",
        tuple(canonical(name) for name in options.keep),
        options.fix,
        options.yes,
    )
    _check_output(options.output)
    _check_pins(options.write)
    if options.format == "text":  # rich takes a while to import: let it, while the patient is busy
        Thread(target=import_module, args=("rich.table",), daemon=True).start()
    with Live(sys.stderr) as live:
        report = preflight(request, live.step)
    if options.fix:
        report = _fixed(request, report, options)
    else:
        _write(_rendered(report, options), options.output)
    if options.write:
        _write_pins(report, options.write)
    return BLOCKED if serious(report.findings, options.strict) else READY


def _fixed(request: Request, report: Report, options: argparse.Namespace) -> Report:
    """Apply what was proven: the report of what is there in the end.

    People see the diagnosis first; what programs read is one document, of the end.
    """
    from .fix.fixing import Talk, fix
    from .world.terminal import Live

    people = options.format == "text" and options.output is None
    if people:
        _write(_rendered(report, options), None)
    after = None
    try:
        with Live(sys.stderr) as live:
            agree = (lambda question: True) if options.yes else (lambda question: live.ask(question, sys.stdin))
            after = fix(request, report, Talk(live.say, agree, live.step))
    finally:
        if after or not people:
            _write("\n" * people + _rendered(after or report, options), options.output)
    return after or report


def _write_pins(report: Report, paths: Sequence[Path]) -> None:
    from .fix.fixing import write_pins
    from .world.terminal import Live

    write_pins(report, paths, Live(sys.stderr).say)


def _rendered(report: Report, options: argparse.Namespace) -> str:
    from .reporters import REPORTERS
    from .reporters.text import render

    if options.format != "text":
        return REPORTERS[options.format].render(report)
    terminal = options.output is None and sys.stdout.isatty()
    width = min(100, _columns()) if terminal else 80
    return str(render(report, width=width, color=terminal and "NO_COLOR" not in os.environ, verbose=options.verbose))


def _columns() -> int:
    import shutil

    return max(40, shutil.get_terminal_size((80, 24)).columns)


def _probe(options: argparse.Namespace) -> int:
    from .leave import standalone_script
    from .patient import check_files

    check_files(options.scripts)
    _write(standalone_script(options.scripts, options.canaries, options.static), options.output)
    return READY


def _explain(options: argparse.Namespace) -> int:
    from .reporters.explain import render_rule
    from .rules import ALL

    if options.rule is None:
        _write("".join(f"{rule.id:28}{rule.title}\n" for rule in ALL), options.output)
        return READY
    rule = next((r for r in ALL if r.id == options.rule), None)
    if rule is None:
        raise UsageError(
            f"there is no rule {options.rule!r}",
            f"did you mean {close(options.rule, [r.id for r in ALL])}? `checker explain` lists them",
        )
    _write(render_rule(rule), options.output)
    return READY


def _canaries(options: argparse.Namespace) -> int:
    from .probe.canaries import every, quick
    from .reporters.explain import render_canaries

    names = {c.name for c in quick()}
    _write(
        "The quick set\n\n"
        + render_canaries(quick())
        + "\nMore with --canaries all\n\n"
        + render_canaries([c for c in every() if c.name not in names]),
        options.output,
    )
    return READY


def _bisect(options: argparse.Namespace) -> int:
    from .bisect.bisection import Bounds, history
    from .bisect.report import rendered
    from .world.terminal import Live

    _check_output(options.output)
    with Live(sys.stderr) as live:
        found = history(
            _following(options), Bounds(canonical(options.package), options.between, options.every), live.step
        )
    _write(rendered(found, options.format, min(100, _columns())), options.output)
    return BLOCKED if found else READY


def _repro(options: argparse.Namespace) -> int:
    from .repro.reproduce import reproduce
    from .world.terminal import Live

    _check_output(options.output)
    with Live(sys.stderr) as live:
        made = reproduce(_following(options), options.name, options.fixed, live.step)
    print(f"checker: {made.said}", file=sys.stderr)
    _write(made.text, options.output)
    return READY


def _following(options: argparse.Namespace) -> Request:
    from .request import Request

    keep = tuple(canonical(name) for name in options.keep)
    scripts, folders = tuple(options.scripts), tuple(options.pythons)
    return Request(scripts, options.python, folders, canaries=options.canaries, keep=keep)


def _check_output(path: Path | None) -> None:
    """Refuse an output that cannot be written before minutes are spent on it."""
    if path and (path.is_dir() or not path.absolute().parent.is_dir()):
        raise UsageError(f"cannot write to {path}", "name a file in a folder that exists")


def _check_pins(paths: Sequence[Path]) -> None:
    """Refuse a name that does not tell what the file is to hold."""
    from .fix.pin_files import FORMS, form_of

    for path in paths:
        if not form_of(path.name):
            raise UsageError(f"--write {path} does not say what to write", f"name it {', '.join(FORMS.values())}")
        _check_output(path)


def _write(text: str, path: Path | None) -> None:
    if path:
        from .world.files import write

        write(path, text)
        return
    try:
        sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _terminate(number: int, frame: FrameType | None) -> None:
    raise _Terminated


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit status and prints at most one line about what went wrong."""
    signal.signal(signal.SIGTERM, _terminate)
    options = parser().parse_args(arguments)
    if options.command is None:
        parser().print_help()
        return USAGE
    return _guarded(_COMMANDS[options.command], options)


#: command -> what runs it; by hand
_COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "preflight": _preflight,
    "probe": _probe,
    "explain": _explain,
    "canaries": _canaries,
    "bisect": _bisect,
    "repro": _repro,
}


def _guarded(run: Callable[[argparse.Namespace], int], options: argparse.Namespace) -> int:
    try:
        return run(options)
    except CheckerError as error:
        print(f"checker: {error.message}" + (f" ({error.hint})" if error.hint else ""), file=sys.stderr)
        return error.code
    except KeyboardInterrupt:
        print("checker: interrupted", file=sys.stderr)
        return INTERRUPTED
    except _Terminated:
        print("checker: terminated", file=sys.stderr)
        return TERMINATED
    except Exception as error:
        print(_bug(error), file=sys.stderr)
        return BUG


def _bug(error: Exception) -> str:
    import traceback

    last = traceback.extract_tb(error.__traceback__)[-1]
    us = f"checker {__version__}, Python {sys.version.split()[0]}"
    where = f"{type(error).__name__}: {error} at {Path(last.filename).name}:{last.lineno}"
    return f"checker: a bug of ours, please report this line: {us}, {where}"
