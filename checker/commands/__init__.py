"""The commands, one a file, listed by hand; a group of commands is a folder of such files.

A file of this folder adds its options (`add`) and runs (`run`), and may say what its exit statuses mean (`STATUSES`).
It is imported only when its command is asked for.
"""

from __future__ import annotations

import argparse
from importlib import import_module
from typing import Protocol, cast

#: name -> what it does, in the order of the help
COMMANDS = {
    "preflight": "look at an environment, and say what blocks",
    "inspect": "read what a training made, and say whether a place will take it",
    "report": "the reports of several environments as one, cause by cause",
    "probe": "print the one script that looks, to run where the checker cannot be installed",
    "explain": "explain a rule",
    "canaries": "list what can be tried",
    "targets": "list the places that score or train models, and show what is known of their limits",
    "sweep": "measure cells of the matrices: imports, conversions, runtimes, whole flows",
    "completions": "print what bash, zsh or fish need to complete commands and options",
    "cache": "show what the checker keeps for itself, and remove it",
    "bisect": "the release of a package at which what fails here began, or ends",
    "repro": "one self-contained script that shows a failure by `uv run`, for a bug report",
    "matrix": "which releases go together, and which environments are worth testing",
}
#: commands that are several -> name -> what it does
GROUPS = {
    "matrix": {
        "show": "what is measured, or inferred, of a set of versions",
        "why": "what the verdict on one model rests on, and how to see it yourself",
        "choose": "the newest set of versions that was measured to work, and that honours wishes",
        "stats": "how much is measured, inferred and unknown",
        "site": "the same as a folder of pages, for a browser or a web server",
        "verify": "whether the evidence is sound, and what ships is what it comes to",
        "tox": "a tox.ini, or a workflow, of the environments worth testing",
    },
}
#: commands that only tell of the checker itself: their files lie in the folder of that name
TELLING = ("explain", "canaries", "completions")


class Command(Protocol):
    """What the file of a command has."""

    def add(self, command: argparse.ArgumentParser) -> None:
        """Add the options to the command's parser."""

    def run(self, options: argparse.Namespace) -> int:
        """Run it; returns the exit status."""


def load(name: str) -> Command:
    """The file of a command; of `matrix tox` it is matrix/tox.py, of `explain` telling/explain.py."""
    place = f"telling.{name}" if name in TELLING else name.replace(" ", ".")
    return cast(Command, import_module(f".{place}", __name__))
