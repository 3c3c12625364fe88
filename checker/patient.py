"""Which environment is looked at, and why."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path

from .errors import CannotLook, UsageError
from .model import Patient
from .world.pythons import find, users_own


def of_python(asked: str | None, folders: Sequence[Path] = ()) -> Patient:
    """The patient that `--python` names, or the user's own interpreter where nothing is named."""
    if asked:
        python = find(asked, folders)
        return Patient((str(python), "-"), str(python), "it was named with --python")
    python, why = users_own()
    return Patient((str(python), "-"), str(python), why)


def of_command(command: str) -> Patient:
    """The patient behind any command that ends in a Python reading its program from standard input."""
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise UsageError(f"--via cannot be split into words: {error}", "quote it as a shell would") from error
    if not words:
        raise UsageError("--via is empty", 'for example: --via "docker run -i IMAGE python -"')
    return Patient(tuple(words), command, "it was named with --via", local=False)


def check_files(paths: Sequence[Path]) -> None:
    """Raises CannotLook for the files that are not there or cannot be read, all of them at once."""
    bad = [f"{p} ({'is a folder' if p.is_dir() else 'not found'})" for p in paths if not p.is_file()]
    if bad:
        raise CannotLook("cannot read " + ", ".join(bad), "check the path")
