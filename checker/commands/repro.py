"""`checker repro`: one self-contained script that shows a failure."""

from __future__ import annotations

import argparse

from ..errors import READY
from ..world.progress import Live
from ..world.terminal import Page
from .parsing.options import OTHER_STATUSES, add_patient, asked_for

STATUSES = (
    "exit status: 0 a script was written, after it was seen to fail here and to pass with the remedy's pins, "
    + OTHER_STATUSES
)


def add(command: argparse.ArgumentParser) -> None:
    """Its options."""
    command.add_argument(
        "name", metavar="NAME", help="a canary, a model of the script as the report names it, or a rule"
    )
    add_patient(command)
    command.add_argument(
        "--fixed", action="store_true", help="the script with the pins of the proven remedy: it passes"
    )


def run(options: argparse.Namespace) -> int:
    """Write the script, once it was seen to show what it is to show."""
    with Live() as live:  # before anything that takes a while to import
        from ..repro.reproduce import reproduce
        from ..request import Request

        made = reproduce(Request(**asked_for(options)), options.name, options.fixed, live.step)
    Live().say(f"checker: {made.said}")
    Page(options.output).write(made.text)
    return READY
