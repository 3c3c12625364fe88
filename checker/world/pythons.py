"""Finding interpreters where users have them: a path, an environment folder, a version, PATH, py, pyenv, uv."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
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
    """An interpreter of that version, `3.11` or `3.11.7`; raises CannotLook when none is found."""
    for candidate in candidates(version, folders):
        if candidate.exists():
            return candidate.absolute()
    raise CannotLook(f"no Python {version} was found", "install it, or say where interpreters are with --pythons DIR")


def candidates(version: str, folders: Iterable[Path]) -> Iterator[Path]:
    """Where an interpreter of that version may be, the likeliest first; not all of them exist."""
    named = [*folders, *_pyenv_folders()]
    for folder in named:
        for place in sorted(folder.glob(f"{version}*"), key=_numbers, reverse=True):
            if place.name == version or place.name.startswith(version + "."):
                found = in_folder(place)
                if found:
                    yield found
    command = shutil.which(f"python{version}")
    if command and "shims" not in command:
        yield Path(command)
    yield from _answers(
        (
            ["py", f"-{version}", "-c", "import sys; print(sys.executable)"],
            ["uv", "python", "find", "--no-python-downloads", version],
        )
    )


def _pyenv_folders() -> list[Path]:
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    return [root / "versions"]


def _numbers(path: Path) -> list[int]:
    return [int(n) for n in re.findall(r"\d+", path.name)]


def _answers(commands: Iterable[list[str]]) -> Iterator[Path]:
    """Paths that the platform's own launchers answer."""
    for command in commands:
        if not shutil.which(command[0]):
            continue
        try:
            answer = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
        except (OSError, subprocess.TimeoutExpired):
            continue
        if answer.returncode == 0 and answer.stdout.strip():
            yield Path(answer.stdout.strip())


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
