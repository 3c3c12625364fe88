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
from typing import TYPE_CHECKING, NoReturn

from . import __version__
from .errors import BLOCKED, BUG, READY, USAGE, CheckerError, UsageError
from .names import canonical

if TYPE_CHECKING:
    from .model import Report

#: exit status after SIGINT and SIGTERM, as shells have it
INTERRUPTED, TERMINATED = 130, 143

_CODES = (
    "exit status: 0 nothing blocks, 1 blockers (with --strict warnings too), 2 wrong usage, 3 could not look, "
    "70 a bug of the checker, 130 or 143 interrupted"
)


class _Terminated(BaseException):
    """SIGTERM: unwinds everything, so that nothing is left behind."""


class _Parser(argparse.ArgumentParser):
    """A parser that says what is wrong in one line, with the option that was meant."""

    def error(self, message: str) -> NoReturn:
        """Print the line and leave with the status for wrong usage."""
        wrong = next((w for w in message.split() if w.startswith("--")), "")
        options = [o for p in (self, *_subparsers(self)) for o in p._option_string_actions]
        meant = f"did you mean {_close(wrong, options)}? " if message.startswith("unrecognized") and wrong else ""
        self.exit(USAGE, f"checker: {message} ({meant}see `{self.prog} --help`)\n")


def _subparsers(top: argparse.ArgumentParser) -> list[argparse.ArgumentParser]:
    return [p for a in top._actions if isinstance(a, argparse._SubParsersAction) for p in a.choices.values()]


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = _Parser(
        "checker",
        description="Will this environment turn a scikit-learn model into ONNX and MLflow, rightly?",
        epilog=_CODES,
        allow_abbrev=False,
    )
    top.add_argument("--version", action="version", version=f"checker {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND")
    _add_preflight(
        commands.add_parser(
            "preflight", help="look at an environment, and say what blocks", epilog=_CODES, allow_abbrev=False
        )
    )
    _add_probe(
        commands.add_parser(
            "probe",
            help="print the one script that looks, to run where the checker cannot be installed",
            allow_abbrev=False,
        )
    )
    explain = commands.add_parser("explain", help="explain a rule", allow_abbrev=False)
    explain.add_argument("rule", nargs="?", metavar="RULE", help="a rule's name; without one all are listed")
    explain.set_defaults(run=_explain)
    canaries = commands.add_parser("canaries", help="list what can be tried", allow_abbrev=False)
    canaries.set_defaults(run=_canaries)
    for command in (explain, canaries):
        command.add_argument("--output", type=Path, metavar="FILE", help="write there instead of to the terminal")
    return top


def _add_preflight(command: argparse.ArgumentParser) -> None:
    which = command.add_argument_group("which environment")
    which.add_argument(
        "--python",
        metavar="PY",
        help="its interpreter, its folder, or a version such as 3.11 (default: the active one, else python on PATH)",
    )
    which.add_argument(
        "--pythons",
        action="append",
        type=Path,
        default=[],
        metavar="DIR",
        help="a folder with one folder a Python version, searched for --python VERSION",
    )
    which.add_argument(
        "--requirements",
        action="append",
        type=Path,
        default=[],
        metavar="FILE",
        help="build it from requirement files in a throwaway environment",
    )
    which.add_argument(
        "--via",
        metavar="COMMAND",
        help='any command that ends in a Python reading its program from stdin: "docker run -i IMAGE python -"',
    )
    which.add_argument("--from", dest="recorded", type=Path, metavar="FRAMES", help="a recorded observation")
    what = command.add_argument_group("what to look for")
    what.add_argument(
        "scripts", nargs="*", type=Path, metavar="SCRIPT", help="training scripts or notebooks; read, never run"
    )
    what.add_argument(
        "--canaries", default="quick", metavar="SET", help="quick, all, or names separated by commas (default: quick)"
    )
    what.add_argument("--static", action="store_true", help="import nothing: look at files and metadata only")
    out = command.add_argument_group("what to write")
    out.add_argument("--format", choices=("text", "json", "markdown", "junit"), default="text")
    out.add_argument("--output", type=Path, metavar="FILE", help="write the report there instead of to the terminal")
    out.add_argument("--save", type=Path, metavar="FRAMES", help="keep what was observed, for --from")
    out.add_argument("--strict", action="store_true", help="warnings fail too")
    out.add_argument("--verbose", action="store_true", help="show every step that was tried")
    fix = command.add_argument_group("what to do about it")
    fix.add_argument("--keep", action="append", default=[], metavar="PKG", help="a package that no remedy may move")
    fix.add_argument("--no-prove", action="store_true", help="plan remedies with the package index, and try none")
    fix.add_argument("--offline", action="store_true", help="ask no package index: remedies are planned only")
    command.set_defaults(run=_preflight)


def _add_probe(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "scripts",
        nargs="*",
        type=Path,
        metavar="SCRIPT",
        help="training scripts or notebooks whose models are to be tried",
    )
    command.add_argument(
        "--canaries", default="quick", metavar="SET", help="quick, all, or names separated by commas (default: quick)"
    )
    command.add_argument("--static", action="store_true", help="a script that imports nothing")
    command.add_argument("--output", type=Path, metavar="FILE", help="write there instead of to the terminal")
    command.set_defaults(run=_probe)


def _preflight(options: argparse.Namespace) -> int:
    from .pipeline import preflight, serious
    from .progress import Live
    from .request import Request

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
    )
    _check_output(options.output)
    if options.format == "text":  # rich takes a while to import: let it, while the patient is busy
        Thread(target=import_module, args=("rich.table",), daemon=True).start()
    with Live(sys.stderr) as live:
        report = preflight(request, live.step)
    _write(_rendered(report, options), options.output)
    return BLOCKED if serious(report.findings, options.strict) else READY


def _rendered(report: Report, options: argparse.Namespace) -> str:
    from .reporters import REPORTERS
    from .reporters.text import render

    if options.format != "text":
        return str(REPORTERS[options.format](report))
    terminal = options.output is None and sys.stdout.isatty()
    width = min(100, _columns()) if terminal else 80
    return str(render(report, width=width, color=terminal and "NO_COLOR" not in os.environ, verbose=options.verbose))


def _columns() -> int:
    import shutil

    return max(40, shutil.get_terminal_size((80, 24)).columns)


def _probe(options: argparse.Namespace) -> int:
    from .leave import leaving_script
    from .patient import check_files

    check_files(options.scripts)
    _write(leaving_script(options.scripts, options.canaries, options.static), options.output)
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
            f"did you mean {_close(options.rule, [r.id for r in ALL])}? `checker explain` lists them",
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


def _close(word: str, words: Sequence[str]) -> str:
    import difflib

    return " or ".join(difflib.get_close_matches(word, words, 2, 0.3)) or "one of the listed ones"


def _check_output(path: Path | None) -> None:
    """Refuse an output that cannot be written before minutes are spent on it."""
    if path and (path.is_dir() or not path.absolute().parent.is_dir()):
        raise UsageError(f"cannot write to {path}", "name a file in a folder that exists")


def _write(text: str, path: Path | None) -> None:
    if path:
        from .files import write

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
    return _guarded(options.run, options)


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
