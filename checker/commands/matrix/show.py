"""`checker matrix show`: what is measured or inferred of a set of versions."""

from __future__ import annotations

import argparse

from ...errors import READY
from ...world.terminal import Page
from ..parsing.options import add_output
from .asked import add_format, add_pins, pins_of, strangers


def add(command: argparse.ArgumentParser) -> None:
    """The options."""
    add_pins(command)
    command.add_argument(
        "--canary", action="append", default=[], metavar="NAME", help="only these, a line each; * stands for any text"
    )
    add_format(command)
    add_output(command)


def run(options: argparse.Namespace) -> int:
    """Print a verdict for every canary, those that are alike together."""
    from ...matrix import pages
    from ...matrix.measured import Question, load
    from ...matrix.wanted import canaries_named, check

    matrix = check(load())
    pins = pins_of(options, matrix)
    unknown = strangers(pins)
    names = [name for name in canaries_named(matrix, options.canary) if name not in unknown]
    question, page = Question(matrix, pins), Page(options.output)
    verdicts = [question.verdict(name) for name in names]
    if options.format == "json":
        page.write(pages.as_values(pins, verdicts, matrix.date))
    elif options.canary:
        page.write(pages.listed(pins, verdicts, matrix.date))
    else:
        page.write(pages.summary(pins, verdicts, matrix.date, page.width))
    return READY
