"""The command line: parses, runs one command, returns its exit status."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import PurePath
from typing import NoReturn

from .commands import COMMANDS, load
from .commands.options import STATUSES, close
from .errors import BUG, USAGE, CheckerError
from .version import __version__
from .world.terminal import INTERRUPTED, TERMINATED, Terminated, complain, terminable


class _Parser(argparse.ArgumentParser):
    """A parser that says what is wrong in one line, with the option that was meant."""

    def error(self, message: str) -> NoReturn:
        """Print the line and leave with the status for wrong usage."""
        wrong = next((w for w in message.split() if w.startswith("--")), "")
        parsers = (
            self,
            *(p for a in self._actions if isinstance(a, argparse._SubParsersAction) for p in a.choices.values()),
        )
        options = [o for p in parsers for o in p._option_string_actions]
        meant = f"did you mean {close(wrong, options)}? " if message.startswith("unrecognized") and wrong else ""
        self.exit(USAGE, f"checker: {message} ({meant}see `{self.prog} --help`)\n")


def parser(asked: Sequence[str] | None = None) -> argparse.ArgumentParser:
    """The command line: with the options of every command, or only of those that the arguments ask for."""
    top = _Parser(
        "checker",
        description="Will this environment turn a scikit-learn model into ONNX and MLflow, rightly?",
        epilog=STATUSES,
        allow_abbrev=False,
    )
    top.add_argument("--version", action="version", version=f"checker {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND")
    for name, what in COMMANDS.items():
        command = commands.add_parser(name, help=what, allow_abbrev=False)
        if asked is None or name in asked:
            file = load(name)
            file.add(command)
            command.epilog = getattr(file, "STATUSES", None)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit status and prints at most one line about what went wrong."""
    terminable()
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    top = parser(arguments)
    options = top.parse_args(arguments, argparse.Namespace(arguments=arguments))
    if options.command is None:
        top.print_help()
        return USAGE
    return _guarded(load(options.command).run, options)


def _guarded(run: Callable[[argparse.Namespace], int], options: argparse.Namespace) -> int:
    try:
        return run(options)
    except CheckerError as error:
        complain(str(error))
        return error.code
    except KeyboardInterrupt:
        complain("interrupted")
        return INTERRUPTED
    except Terminated:
        complain("terminated")
        return TERMINATED
    except Exception as error:
        import traceback

        last = traceback.extract_tb(error.__traceback__)[-1]
        us = f"checker {__version__}, Python {sys.version.split()[0]}"
        where = f"{type(error).__name__}: {error} at {PurePath(last.filename).name}:{last.lineno}"
        complain(f"a bug of ours, please report this line: {us}, {where}")
        return BUG
