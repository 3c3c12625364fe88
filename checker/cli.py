"""The command line: parses, runs one command, returns its exit status."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import PurePath
from typing import TypeVar

from .commands import load
from .commands.parsing import parse, parser
from .commands.parsing.configured import FOLLOWED, is_told, told_by
from .commands.parsing.reports import check_reports
from .errors import BUG, CANNOT_LOOK, USAGE, CheckerError
from .texts import cut
from .version import __version__
from .world.files import check_output
from .world.output import Terminated, terminable
from .world.terminal import INTERRUPTED, TERMINATED, complain

Given = TypeVar("Given")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit status and prints at most one line about what went wrong."""
    terminable()
    return _guarded(_run, sys.argv[1:] if arguments is None else arguments)


def _run(arguments: Sequence[str]) -> int:
    options = configured(arguments)
    if options.command is None:
        parser(getattr(options, "group", "")).print_help()
        return USAGE
    if options.output:
        check_output(options.output)
    check_reports(options)
    try:
        return load(options.command).run(options)
    except CheckerError as error:
        raise told_by(options, error) from error


def configured(arguments: Sequence[str]) -> argparse.Namespace:
    """The options, with what the project says; where it says anything, `checker` alone is `checker preflight`.

    Raises UsageError, and SystemExit after a help or a version.
    """
    from .settings import find_settings

    bare = not arguments or (arguments[0].startswith("-") and arguments[0] not in ("-h", "--help", "--version"))
    if bare and (is_told(arguments) or find_settings()):
        arguments = ["preflight", *arguments]
    options = parse(arguments)
    if options.command not in FOLLOWED or options.no_config:
        return options
    settings = find_settings(options.config)
    return parse(arguments, settings) if settings else options


def _guarded(run: Callable[[Given], int], given: Given) -> int:
    try:
        return run(given)
    except (KeyboardInterrupt, Terminated, Exception) as error:
        return _told(_ended_by(error))


def _ended_by(error: BaseException) -> BaseException:
    """The interrupt that was being handled when an error was raised, the error itself where there was none."""
    link: BaseException | None = error
    while link and not isinstance(link, (KeyboardInterrupt, Terminated)):
        link = link.__context__
    return link or error


def _told(error: BaseException) -> int:
    """The exit status for what ended a command, which is told in one line."""
    if isinstance(error, CheckerError):
        complain(str(error))
        return error.code
    if isinstance(error, (KeyboardInterrupt, Terminated)):
        word, status = (
            ("interrupted", INTERRUPTED) if isinstance(error, KeyboardInterrupt) else ("terminated", TERMINATED)
        )
        complain(word)
        return status
    if isinstance(error, OSError) and not error.filename:
        raise error
    if isinstance(error, OSError):  # a full disk, a name that is too long, a folder that vanished: not of our making
        complain(f"{cut(str(error.filename), 300)} cannot be used: {error.strerror or error}")
        return CANNOT_LOOK
    import traceback

    last = traceback.extract_tb(error.__traceback__)[-1]
    us = f"checker {__version__}, Python {sys.version.split()[0]}"
    where = f"{type(error).__name__}: {error} at {PurePath(last.filename).name}:{last.lineno}"
    complain(f"a bug of ours, please report this line: {us}, {where}")
    return BUG
