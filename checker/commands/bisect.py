"""`checker bisect`: the release of a package at which what fails here began, or ends."""

from __future__ import annotations

import argparse

from ..errors import BLOCKED, READY
from ..names import canonicalize_name
from ..world.progress import Live
from ..world.terminal import Page
from .parsing.options import OTHER_STATUSES, SCRIPTS, add_patient, asked_for

STATUSES = f"exit status: 0 nothing fails here, 1 something does and was followed, {OTHER_STATUSES}"


def add(command: argparse.ArgumentParser) -> None:
    """Its options."""
    command.add_argument(
        "package", metavar="PACKAGE", type=_package, help="an installed package whose releases are tried"
    )
    add_patient(command)
    command.add_argument("--between", default="", metavar="OLD..NEW", help="only releases from OLD to NEW")
    command.add_argument("--every", action="store_true", help="try every release, not only what the search needs")
    command.add_argument("--format", choices=("text", "json"), default="text", help="how the answer is written")


def _package(word: str) -> str:
    if word.endswith(SCRIPTS):
        raise argparse.ArgumentTypeError(f"{word} is a script: the package comes first")
    return canonicalize_name(word)


def run(options: argparse.Namespace) -> int:
    """Try releases, and print what they do to the failure."""
    with Live() as live:  # before anything that takes a while to import
        from ..bisect.bisection import bisect_failure
        from ..bisect.report import render, summary
        from ..request import Request

        found = bisect_failure(
            Request(**asked_for(options)), options.package, live.step, bounds=options.between, every=options.every
        )
    page = Page(options.output)
    page.write(render(found, options.format, page.width))
    page.add_word(summary(found))
    return BLOCKED if found else READY
