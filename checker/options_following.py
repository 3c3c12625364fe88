"""The words of the commands that follow one failure: `bisect` and `repro`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

_CODES = "exit status: 2 wrong usage, 3 could not look, 70 a bug of the checker, 130 or 143 interrupted; "


def add_following(commands: Any) -> None:
    """Add both commands to the subparsers of the command line."""
    bisect = commands.add_parser(
        "bisect",
        help="the release of a package at which what fails here began, or ends",
        epilog=_CODES + "0 nothing fails here, 1 something does and was followed",
        allow_abbrev=False,
    )
    bisect.add_argument("package", metavar="PACKAGE", help="an installed package whose releases are tried")
    _add_patient(bisect)
    bisect.add_argument("--between", default="", metavar="OLD..NEW", help="only releases from OLD to NEW")
    bisect.add_argument("--every", action="store_true", help="try every release, not only what the search needs")
    bisect.add_argument("--format", choices=("text", "json"), default="text")
    repro = commands.add_parser(
        "repro",
        help="one self-contained script that shows a failure by `uv run`, for a bug report",
        epilog=_CODES + "0 a script was written, after it was seen to fail here and to pass with the remedy's pins",
        allow_abbrev=False,
    )
    repro.add_argument("name", metavar="NAME", help="a canary, a model of the script as the report names it, or a rule")
    _add_patient(repro)
    repro.add_argument("--fixed", action="store_true", help="the script with the pins of the proven remedy: it passes")


def _add_patient(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "scripts", nargs="*", type=Path, default=[], metavar="SCRIPT", help="training scripts or notebooks"
    )
    command.add_argument("--python", metavar="PY", help="the environment, as for preflight")
    command.add_argument(
        "--pythons", action="append", type=Path, default=[], metavar="DIR", help="a folder of Python versions"
    )
    command.add_argument(
        "--canaries",
        default="quick",
        metavar="SET",
        help="what is tried beside the script's models (default: quick)",
    )
    command.add_argument("--keep", action="append", default=[], metavar="PKG", help="a package that must not move")
    command.add_argument("--output", type=Path, metavar="FILE", help="write there instead of to the terminal")
