"""`checker targets`: the places that score models, and what is known of their limits."""

from __future__ import annotations

import argparse

from ..errors import READY
from ..world.terminal import Page
from .parsing.options import add_output

add = add_output


def run(options: argparse.Namespace) -> int:
    """Print every target with its limits and their sources."""
    from ..knowledge import load
    from ..reporters.explain import render_targets

    Page(options.output).write(render_targets(load().targets))
    return READY
