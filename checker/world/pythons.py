"""Finding interpreters where users have them: a path, an environment folder, a version; and the machine they run on."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from ..errors import CannotLook
from ..names import PATH_MODULES

#: where an environment or an installation keeps its interpreter
PLACES = ("bin/python", "bin/python3", "Scripts/python.exe", "python.exe")


#: minor versions that are looked for, the newest first
MINORS = tuple(f"3.{minor}" for minor in range(14, 5, -1))
#: a version as `--python` takes it
VERSION = r"3(\.\d+){0,2}"
#: ... and that are older than what can be looked at
TOO_OLD = r"[12](\.\d+){0,2}|3\.[0-5](\.\d+)?"


def in_folder(folder: Path) -> Path | None:
    """The interpreter of an environment or installation folder, None when it holds none."""
    return next((folder / place for place in PLACES if (folder / place).exists()), None)


def find(asked: str, folders: Iterable[Path] = ()) -> Path:
    """The interpreter that `--python` means: a file, an environment's folder, a command on PATH, or a version.

    `folders` are searched for versions before the usual places. Raises CannotLook when there is none.
    """
    path = Path(asked).expanduser()
    if re.fullmatch(TOO_OLD, asked):
        raise CannotLook(f"Python {asked} is too old", "the checker looks at Python 3.6 and later")
    if missing := [str(folder) for folder in folders if not folder.is_dir()]:
        raise CannotLook(f"--pythons {', '.join(missing)}: there is no such folder", "check the path")
    # a name means what it means everywhere, whatever a folder that somebody else has filled calls its files
    if re.fullmatch(VERSION, asked):
        return of_version(asked, folders)
    if path.is_dir():
        found = in_folder(path)
        if not found:
            raise CannotLook(
                f"there is no Python in the folder {asked}", "name an environment's folder or an interpreter"
            )
        return found.absolute()
    command = shutil.which(asked)
    if path.exists() and not (command and path.name == asked):
        return path.absolute()
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


# --- the environment that a user means who names none ------------------------------------------------------------


class Candidate(NamedTuple):
    """An interpreter that may be meant, and one sentence why."""

    python: Path
    why: str


def is_own(python: Path) -> bool:
    """Whether an interpreter is the one the checker itself runs in, or of an environment that lends it packages.

    `uv run --with` makes two: an overlay, and below it one that holds what was asked for with `--with`.
    """
    folder = python.parent.absolute()
    prefix = folder.parent
    if folder == Path(sys.executable).parent.absolute():
        return True
    lends = (prefix / "pyvenv.cfg").is_file() and any(Path(p).is_relative_to(prefix) for p in sys.path if p)
    return lends and prefix != extended(Path(sys.prefix))


def extended(prefix: Path) -> Path | None:
    """The environment that an overlay of `uv run --with` lies over, None for what is no overlay."""
    with suppress(OSError, UnicodeDecodeError):
        for line in (prefix / "pyvenv.cfg").read_text(encoding="utf-8").splitlines():
            key, _, value = line.partition("=")
            if key.strip() == "extends-environment":
                return Path(value.strip())
    return None


def candidates(environment: Mapping[str, str] | None = None, folder: Path | None = None) -> Iterator[Candidate]:
    """The interpreters that a user may mean who names none, the likeliest first, each once; the checker's own is last.

    An overlay's parent, the active environment, the project's own (of the working folder `folder` or one above it),
    conda's base, then PATH. Nothing is run.
    """
    env = os.environ if environment is None else environment
    told: set[tuple[Path, Path]] = set()
    for found in _likely(env, (folder or Path.cwd()).absolute()):
        place = (found.python.parent.resolve(), found.python.resolve())
        if place not in told and (not is_own(found.python) or _is_shared(found.python, env)):
            told.add(place)
            yield found
    if sys.executable:
        yield Candidate(Path(sys.executable), "it is the checker's own interpreter")


def _is_shared(python: Path, env: Mapping[str, str]) -> bool:
    """Whether the checker's own environment is the active one and has packages of the path beside the checker."""
    active = Path(env.get("VIRTUAL_ENV") or "/")
    here = python.parent.parent.resolve() == active.resolve() and not extended(active)
    return here and any(getattr(find_spec(m), "origin", None) for m in PATH_MODULES)


def _likely(env: Mapping[str, str], folder: Path) -> Iterator[Candidate]:
    def inside(place: Path | None, why: str) -> Iterator[Candidate]:
        if place and (found := in_folder(place)):
            yield Candidate(found, why)

    active, conda = (Path(env[name]) if env.get(name) else None for name in ("VIRTUAL_ENV", "CONDA_PREFIX"))
    yield from inside(extended(Path(sys.prefix)), "it is the environment that uv has laid the checker over")
    yield from inside(active and (extended(active) or active), "it is the active virtual environment (VIRTUAL_ENV)")
    told = inside(conda, "it is the active conda environment (CONDA_PREFIX)")
    base = env.get("CONDA_DEFAULT_ENV") == "base"  # conda's base is active in every shell of many users
    yield from () if base else told
    yield from _of_project(env, folder)
    yield from told
    places = filter(None, env.get("PATH", "").split(os.pathsep))
    for path in (Path(place) / name for place in places for name in ("python", "python3", "python.exe")):
        if path.exists() and os.access(path, os.X_OK):
            yield Candidate(path, "it is the first python on PATH that is not the checker's own")


def _of_project(env: Mapping[str, str], folder: Path) -> Iterator[Candidate]:
    """The environments that uv, poetry, pdm, hatch and pipenv keep for the project of a folder, the nearest first."""
    for place in (folder, *folder.parents):
        for kept in _kept_in(place, env):
            if _trusted(kept) and (found := in_folder(kept)):
                yield Candidate(found, f"it is the environment of the project in {place}")
    for place in (folder, *folder.parents):
        if any((place / name).is_file() for name in ("pyproject.toml", "Pipfile", "poetry.lock")):
            for kept in _kept_elsewhere(place, env):
                if _trusted(kept) and (found := in_folder(kept)):
                    yield Candidate(found, f"it is the environment of the project in {place}, kept in {kept.parent}")


def _kept_in(project: Path, env: Mapping[str, str]) -> Iterator[Path]:
    """Places in a project's folder: uv, poetry, pdm and pipenv make `.venv`, which may be a file that names another."""
    if named := env.get("UV_PROJECT_ENVIRONMENT"):
        yield project / named
    kept = project / ".venv"
    if named := _first_line(kept):
        yield project / named
    yield kept
    if named := _first_line(project / ".pdm-python"):
        yield Path(named).parents[1]


def _kept_elsewhere(project: Path, env: Mapping[str, str]) -> Iterator[Path]:
    """Environments below the user's home that go by a hash of the project's folder, or name it in a file `.project`."""
    home = Path(env.get("HOME") or Path.home())
    cache = Path(env.get("XDG_CACHE_HOME") or home / ".cache")
    data = Path(env.get("XDG_DATA_HOME") or home / ".local" / "share")
    mark = urlsafe_b64encode(sha256(os.path.normcase(os.path.realpath(project)).encode()).digest()).decode()[:8]
    poetry = env.get("POETRY_VIRTUALENVS_PATH") or Path(
        env.get("POETRY_CACHE_DIR") or cache / "pypoetry", "virtualenvs"
    )
    yield from sorted(Path(poetry).glob(f"*-{mark}-py*"))
    yield from sorted(Path(env.get("HATCH_DATA_DIR") or data / "hatch", "env", "virtual").glob(f"*/{mark}/*"))
    for note in sorted(Path(env.get("WORKON_HOME") or data / "virtualenvs").glob("*/.project")):
        if Path(_first_line(note)) == project:
            yield note.parent


def _first_line(file: Path) -> str:
    """The first line of a small file, "" for what is none."""
    try:
        return file.read_text(encoding="utf-8").partition("\n")[0].strip() if file.is_file() else ""
    except (OSError, UnicodeDecodeError):
        return ""


def _trusted(place: Path) -> bool:
    """Whether an environment that nobody has named may be run: it is ours or the system's, and no clone brought it."""
    try:
        owner = place.stat().st_uid
        tracked = (place.parent / ".git" / "index").read_bytes() if (place.parent / ".git").is_dir() else b""
    except OSError:
        return False
    return _is_ours(owner) and f"{place.name}/".encode() not in tracked


def _is_ours(owner: int) -> bool:
    """Whether a file's owner is this user or the system."""
    return owner in (0, getattr(os, "getuid", lambda: owner)())


def holds_any(python: Path, modules: Sequence[str]) -> bool:
    """Whether an interpreter finds one of these modules; it is started for it, and imports none of them."""
    asked = (
        "import sys; sys.path.pop(0); from importlib.util import find_spec as f; "
        f"print(any(getattr(f(m), 'origin', None) not in (None, 'namespace') for m in {list(modules)!r}))"
    )
    with suppress(OSError, subprocess.SubprocessError):
        return subprocess.run([python, "-c", asked], capture_output=True, timeout=20).stdout.strip() == b"True"
    return False


def version_of(python: Path) -> str:
    """The version of an interpreter ("3.11.7"), which is started for it. Raises CannotLook where it does not tell."""
    asked = [str(python), "-I", "-S", "-c", "import platform; print(platform.python_version())"]
    with suppress(OSError, subprocess.SubprocessError, UnicodeDecodeError):
        done = subprocess.run(asked, capture_output=True, timeout=60, stdin=subprocess.DEVNULL)
        if not done.returncode and (told := done.stdout.decode().strip()):
            return told.removesuffix("+")
    raise CannotLook(f"{python} does not tell its version", "name another interpreter with --python")


# --- the machine they run on ---------------------------------------------------------------------------------------


def memory_limit() -> int:
    """Address space for a worker, in bytes: three quarters of the memory, at least 6 GiB; 0 where unknown."""
    try:
        return max(6 << 30, os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") * 3 // 4)
    except (ValueError, OSError, AttributeError):
        return 0


def processors() -> int:
    """How many things this machine does at once."""
    return os.cpu_count() or 1


def runs_here(system: str, machine: str) -> bool:
    """Whether this machine runs what that system and machine run; "" for a machine that is not known.

    Windows does not tell by these names, and is taken at its word.
    """
    here = platform.uname()
    return os.name == "nt" or (here.system, machine or here.machine) == (system, here.machine)
