"""Finding interpreters where users have them: a path, an environment folder, a version."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from ..errors import CannotLook

#: where an environment or an installation keeps its interpreter
PLACES = ("bin/python", "bin/python3", "Scripts/python.exe", "python.exe")


def in_folder(folder: Path) -> Path | None:
    """The interpreter of an environment or installation folder, None when it holds none."""
    return next((folder / place for place in PLACES if (folder / place).exists()), None)


def find(asked: str, folders: Iterable[Path] = ()) -> Path:
    """The interpreter that `--python` means: a file, an environment's folder, a command on PATH, or a version.

    `folders` are searched for versions before the usual places. Raises CannotLook when there is none.
    """
    path = Path(asked).expanduser()
    if path.is_dir():
        found = in_folder(path)
        if not found:
            raise CannotLook(
                f"there is no Python in the folder {asked}", "name an environment's folder or an interpreter"
            )
        return found.absolute()
    if path.exists():
        return path.absolute()
    if re.fullmatch(r"3(\.\d+){0,2}", asked):
        return of_version(asked, folders)
    command = shutil.which(asked)
    if not command:
        raise CannotLook(
            f"no such interpreter: {asked}", "give --python a path, an environment's folder or a version such as 3.11"
        )
    return Path(command)


def of_version(version: str, folders: Iterable[Path] = ()) -> Path:
    """An interpreter of that version, `3.11` or `3.11.7`; raises CannotLook when none is found.

    Folders with one folder a version come first, pyenv's among them, whatever it has activated; then wherever
    interpreters are: PATH, what uv has installed, the registry of Windows.
    """
    for folder in (*folders, Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv", "versions")):
        for place in sorted(
            folder.glob(f"{version}*"), key=lambda p: [int(n) for n in re.findall(r"\d+", p.name)], reverse=True
        ):
            found = in_folder(place) if f"{place.name}.".startswith(f"{version}.") else None
            if found:
                return found.absolute()
    from python_discovery import get_interpreter

    told = None
    with suppress(RuntimeError):  # one that is there and does not run
        told = get_interpreter(version)
    if not told or not told.executable:
        raise CannotLook(
            f"no Python {version} was found", "install it, or say where interpreters are with --pythons DIR"
        )
    # the checker's own environment is no patient: the interpreter that it was made of is
    own = is_own(Path(told.executable)) and told.system_executable
    return Path(own or told.executable)


def is_own(python: Path) -> bool:
    """Whether an interpreter is the one the checker itself runs in."""
    return python.parent.absolute() == Path(sys.executable).parent.absolute()


def users_own(environment: dict[str, str] | None = None) -> tuple[Path, str]:
    """The interpreter that the user would run now, and one sentence why: an active environment, else `python` on PATH.

    The checker's own comes last, and is then said to be it. Raises CannotLook when there is none at all.
    """
    env = dict(os.environ) if environment is None else environment
    for variable, kind in (("VIRTUAL_ENV", "virtual environment"), ("CONDA_PREFIX", "conda environment")):
        found = in_folder(Path(env[variable])) if env.get(variable) else None
        if found and not is_own(found):
            return found, f"it is the active {kind} ({variable})"
    for folder in env.get("PATH", "").split(os.pathsep):
        for name in ("python", "python3", "python.exe"):
            path = Path(folder) / name
            if folder and path.exists() and os.access(path, os.X_OK) and not is_own(path):
                return path, "it is the first python on PATH that is not the checker's own"
    if sys.executable:
        return Path(sys.executable), "no other was found: it is the checker's own interpreter"
    raise CannotLook("no Python was found", "name one with --python")
