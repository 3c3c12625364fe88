"""`checker matrix stats`: how much is measured, inferred and unknown."""

from __future__ import annotations

import argparse

from ...errors import READY
from ...world.terminal import Page
from ..parsing.options import add_output
from .asked import add_format


def add(command: argparse.ArgumentParser) -> None:
    """The options."""
    add_format(command)
    add_output(command)


def run(options: argparse.Namespace) -> int:
    """Print the figures."""
    from ...knowledge import load as load_knowledge
    from ...matrix import figures
    from ...matrix.measured import load
    from ...matrix.stats import stats
    from ...matrix.wanted import check

    found = stats(check(load()), load_knowledge())
    Page(options.output).write(figures.as_values(found) if options.format == "json" else figures.table(found))
    return READY
