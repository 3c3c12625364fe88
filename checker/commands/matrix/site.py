"""`checker matrix site`: what was measured, as a folder of pages for people."""

from __future__ import annotations

import argparse
from pathlib import Path

from ...errors import READY
from ...world.project.folder import check_folder, write_folder
from ...world.terminal import Page
from ..parsing.options import OTHER_STATUSES

STATUSES = f"exit status: 0 the pages are written, {OTHER_STATUSES}"


def add(command: argparse.ArgumentParser) -> None:
    """Where it is written."""
    command.add_argument("folder", type=Path, metavar="OUT", help="a folder that is new, empty, or was written by this")
    command.set_defaults(output=None)


def run(options: argparse.Namespace) -> int:
    """Write the pages, and say which is the first."""
    from ...matrix.measured import load
    from ...matrix.wanted import check
    from ...probe.canaries import every, quick
    from ...site.build import Given, build
    from ...site.repository import repository

    check_folder(options.folder)
    files = build(Given(check(load()), every(), quick(), repository(), helps()))
    write_folder(options.folder, files)
    size = sum(len(text.encode()) for text in files.values())
    Page(None).write(f"{options.folder / 'index.html'}: {len(files)} files, {size / 1e6:.1f} MB\n")
    return READY


def helps() -> dict[str, str]:
    """What `--help` prints of every command, 80 columns wide."""
    from .. import COMMANDS, GROUPS
    from ..parsing import help_of

    names = [f"{group} {name}" for group, names in GROUPS.items() for name in names]
    return {name: help_of(name, 80) for name in ("", *COMMANDS, *names)}
