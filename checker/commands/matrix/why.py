"""`checker matrix why`: what the verdict on one canary rests on."""

from __future__ import annotations

import argparse

from ...errors import READY, UsageError
from ...world.terminal import Page
from ..parsing.options import add_output
from .asked import add_format, add_pins, pins_of


def add(command: argparse.ArgumentParser) -> None:
    """The options."""
    add_pins(command, "the versions, as for show, and then the name of a canary")
    add_format(command)
    add_output(command)


def run(options: argparse.Namespace) -> int:
    """Print the verdict, the cells on which it rests, and how to see it oneself."""
    from ...matrix import pages
    from ...matrix.measured import Question, load
    from ...matrix.wanted import canaries_named, check

    matrix = check(load())
    *options.pins, name = options.pins
    if not options.pins or "==" in name:
        raise UsageError("no canary is named", "put its name behind the versions")
    names, pins, page = canaries_named(matrix, [name]), pins_of(options, matrix), Page(options.output)
    if len(names) > 1:
        raise UsageError(f"{name} stands for {len(names)} canaries", f"name one, such as {names[0]}")
    question = Question(matrix, pins)
    verdict = question.verdict(names[0])
    if options.format == "json":
        page.write(pages.as_values(pins, [verdict], matrix.date))
    else:
        page.write(pages.reasons(pins, verdict, [question.happened(names[0], c) for c in verdict.cells], page.width))
    return READY
