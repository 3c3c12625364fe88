"""How loud an answer is, and which status it ends in."""

from __future__ import annotations

import argparse
from typing import Any

from ...errors import BLOCKED, READY
from ...world.terminal import Page


def add_manners(command: Any) -> None:
    """For hooks and jobs, which read the status."""
    command.add_argument(
        "--quiet", action="store_true", help="write nothing but the report, and that only where it fails"
    )
    command.add_argument("--exit-zero", action="store_true", help="exit status 0 also where something blocks")


def answer(page: Page, options: argparse.Namespace, text: str, word: str, fails: bool) -> None:
    """Write the answer, "" for none, and a word beside it where nobody sees it; quietly, only what fails."""
    if text and (fails or options.output or not options.quiet):
        page.write(text)
    if not options.quiet:
        page.add_word(word)


def ended(options: argparse.Namespace, status: int) -> int:
    """The exit status; what could not be looked at is no success."""
    return READY if options.exit_zero and status == BLOCKED else status
