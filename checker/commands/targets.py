"""`checker targets`: the places that score or train models, and what is known of their limits."""

from __future__ import annotations

import argparse

from ..errors import READY, UsageError
from ..world.terminal import Page
from .parsing.options import add_output

WHAT = ("list", "show", "new")


def add(command: argparse.ArgumentParser) -> None:
    """What is asked for, and of which place."""
    command.add_argument(
        "what",
        nargs="?",
        default="list",
        choices=WHAT,
        help="list them (default), show one, or new: a file for a place of your own",
    )
    command.add_argument("names", nargs="*", metavar="NAME", help="with show: the places, by name or file")
    command.add_argument("--python", metavar="PY", help="with new: the environment that scores there, as for preflight")
    add_output(command)


def run(options: argparse.Namespace) -> int:
    """Print all places, some with their limits and sources, or the file of a new one."""
    from ..knowledge import load
    from ..reporters.places import render_list

    if options.names and options.what != "show":
        raise UsageError(f"targets {options.what} takes no names", "write: checker targets show NAME")
    page = Page(options.output)
    if options.what == "new":
        page.write(_new(options.python, options.output.stem if options.output else "prod"))
    elif options.what == "show":
        page.write(_shown(options.names, page.width))
    else:
        page.write(render_list(load().targets, page.width))
    return READY


def _shown(names: list[str], width: int) -> str:
    """The pages of some places. Raises UsageError for an unknown one, and where none is named."""
    from ..knowledge import load
    from ..reporters.places import render_target
    from ..targets import find_target

    if not names:
        raise UsageError("targets show names no place", "`checker targets` lists them")
    return "\n".join(render_target(find_target(name, load()), width) for name in names)


def _new(python: str | None, name: str) -> str:
    """The file of a place, as one of its environments tells. Raises CannotLook."""
    from datetime import date

    from ..ask import of_python
    from ..probe import make_plan, observe, program
    from ..targets.new import new_target

    patient = of_python(python)
    plan = make_plan(patient, None, (), static=True)
    observation, _ = observe(patient, plan, program())
    return new_target(observation, name, patient.label, date.today().isoformat())
