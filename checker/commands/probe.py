"""`checker probe`: the one script that looks, to run where the checker cannot be installed."""

from __future__ import annotations

import argparse

from ..errors import READY
from ..world.terminal import Page
from .parsing.options import add_canaries, add_output, add_scripts


def add(command: argparse.ArgumentParser) -> None:
    """Its options."""
    add_scripts(command, "training scripts or notebooks whose models are to be tried")
    add_canaries(command)
    command.add_argument("--static", action="store_true", help="a script that imports nothing")
    add_output(command)


def run(options: argparse.Namespace) -> int:
    """Print the script."""
    from ..ask import prepare
    from ..probe.standalone import standalone_script

    asked = prepare(options.scripts, options.canaries, options.static)
    Page(options.output).write(standalone_script(asked.script, asked.canaries, options.static))
    return READY
