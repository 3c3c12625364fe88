"""`checker matrix tox`: a tox.ini, or a workflow of GitHub, of the environments worth testing."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Iterator

from ...errors import READY, UsageError
from ...names import distribution_of
from ...world.terminal import Page
from ..parsing.options import add_output, add_scripts


def add(command: argparse.ArgumentParser) -> None:
    """Its options."""
    add_scripts(command, "what each row is to be looked at for, named from the top of the project")
    command.add_argument(
        "--requires", action="append", required=True, metavar="REQ", help="a requirement of yours; may be repeated"
    )
    command.add_argument("--python", required=True, metavar="PY", help="the Pythons: 3.11, 3.10-3.13 or 3.9,3.12")
    command.add_argument("--github", action="store_true", help="a workflow of GitHub instead of a tox.ini")
    command.add_argument(
        "--checker", default="checker", metavar="COMMAND", help="what starts the checker there (default: checker)"
    )
    command.add_argument(
        "--source", metavar="REQ", help="with --github: what the checker is installed from (default: its own name)"
    )
    add_output(command)


def run(options: argparse.Namespace) -> int:
    """Print the rows."""
    if options.source and not options.github:
        raise UsageError("--source is about --github, which is not given", "add --github, or leave it out")
    if not options.checker.split():
        raise UsageError("--checker is empty", "name the command that starts the checker")
    Page(options.output).write(printed(options))
    return READY


def printed(options: argparse.Namespace) -> str:
    """The file that runs the rows."""
    from ...knowledge import load
    from ...matrix import measured
    from ...matrix.testing import github, tox_ini
    from ...matrix.testing.admitted import admit, is_admitted
    from ...matrix.testing.asked import Asked
    from ...matrix.testing.boundaries import find_boundaries
    from ...matrix.testing.rows import choose_rows

    known = load()
    admitted = admit(options.requires, options.python, known, imported_by(options))
    boundaries = find_boundaries(measured.load(), lambda pins: is_admitted(pins, admitted))
    rows = choose_rows(admitted, boundaries)
    more = {"source": options.source} if options.source else {}
    scripts = tuple(script.as_posix() for script in options.scripts)
    asked = Asked(shlex.join(typed(options)), known.date, scripts, options.checker, **more)
    return github.render(rows, asked) if options.github else tox_ini.render(rows, asked)


def imported_by(options: argparse.Namespace) -> tuple[str, ...]:
    """The distributions that the scripts import, as far as they are known by name."""
    if not options.scripts:
        return ()
    from ...script import read

    found = (distribution_of(one.module) for one in read(options.scripts).imports if one.sure)
    return tuple(dict.fromkeys(name for name in found if name))


def typed(options: argparse.Namespace) -> Iterator[str]:
    """The command that prints the same, but for where it is written."""
    yield from ("checker", "matrix", "tox")
    for requirement in options.requires:
        yield from ("--requires", requirement)
    yield from ("--python", options.python)
    yield from ["--github"] * options.github
    for name in ("checker", "source"):
        if (value := getattr(options, name)) and value != "checker":
            yield from (f"--{name}", value)
    yield from (script.as_posix() for script in options.scripts)
