"""The interpreters that the tests may use: the one that runs them, and one of each minor version that can be found."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

from checker.errors import CannotLook
from checker.world.pythons import of_version

MINORS = ("3.6", "3.7", "3.8", "3.9", "3.10", "3.11", "3.12", "3.13")


@cache
def interpreter(minor: str) -> str | None:
    """An interpreter of that minor version that starts, None where the machine has none.

    CHECKER_PYTHONS may name a folder with one folder a version.
    """
    folders = [Path(os.environ["CHECKER_PYTHONS"])] if os.environ.get("CHECKER_PYTHONS") else []
    try:
        path = of_version(minor, folders)
        if _answers(path, minor):
            return str(path)
    except CannotLook:
        pass
    return sys.executable if sys.version_info[:2] == tuple(map(int, minor.split("."))) else None


def _answers(path: Path, minor: str) -> bool:
    try:
        said = subprocess.run(
            [str(path), "-c", "import sys; print('%d.%d' % sys.version_info[:2])"],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    except OSError:
        return False
    return said.stdout.strip() == minor
