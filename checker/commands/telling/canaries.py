"""`checker canaries`: what can be tried."""

from __future__ import annotations

import argparse

from ...errors import READY
from ...world.terminal import Page
from ..parsing.options import add_output

add = add_output


def run(options: argparse.Namespace) -> int:
    """Print the catalogue, the quick set first."""
    from ...probe.canaries import every, quick
    from ...reporters.explain import render_canaries

    names = {c.name for c in quick()}
    more = render_canaries([c for c in every() if c.name not in names])
    Page(options.output).write(f"The quick set\n\n{render_canaries(quick())}\nMore with --canaries all\n\n{more}")
    return READY
