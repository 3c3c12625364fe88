"""`checker matrix tox`: a tox.ini, or a workflow, of the environments worth testing."""

from __future__ import annotations

import argparse

from ...errors import READY
from ...world.terminal import Page
from ..options import add_output


def add(command: argparse.ArgumentParser) -> None:
    """Its options."""
    command.add_argument(
        "--requires", action="append", required=True, metavar="REQ", help="a requirement of yours; may be repeated"
    )
    command.add_argument("--python", required=True, metavar="PY", help="the Pythons: 3.11, 3.10-3.13 or 3.9,3.12")
    command.add_argument("--github", action="store_true", help="a workflow of GitHub instead")
    add_output(command)


def run(options: argparse.Namespace) -> int:
    """Print the rows."""
    from ...matrix.admitted import admit
    from ...matrix.rows import choose_rows

    rows = choose_rows(admit(options.requires, options.python))
    Page(options.output).write("".join(f"{row.name}: {' '.join(row.requirements)}  # {row.why}\n" for row in rows))
    return READY
