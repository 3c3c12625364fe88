"""Throwaway environments, built by uv and always removed."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path

from ..errors import CannotLook
from .cache import SANDBOXES, Part, cache_folder, measured, private_folder
from .journal import take_back
from .locks import BUSY, await_free, hold_lock, take
from .process import Children, hold_signals
from .uv import TooSlow, blame, check_reachable, plain_words, run_uv

#: ending of the file beside a folder that is locked for as long as somebody uses the folder
LOCK = ".lock"
#: seconds that processes of a killed run may still go on in its folder
ORPHANS = 30.0
#: seconds that all builds from source may take that a user has agreed to
BUILDING = 900


@dataclass(frozen=True)
class Refused:
    """The resolver or installer said no: a fact about the requirements, not an error of ours."""

    #: uv's own words, without its decoration
    text: str


def _base() -> Path:
    """The folder of all sandboxes: beside the caches, so that uv can link files, else a private one.

    Raises OSError where no such folder can be ours alone.
    """
    cache = cache_folder()
    user = os.geteuid() if os.name == "posix" else "own"
    return Path(private_folder(os.path.join(cache or tempfile.gettempdir(), SANDBOXES if cache else f"checker-{user}")))


def collect(say: Callable[[str], None] = lambda text: None, base: Path | None = None) -> int:
    """Take back and remove what killed runs have left, and nothing that is in use; the number of folders removed.

    `say` is told of every environment that was restored; `base` is the folder of sandboxes, None for the usual one.
    """
    removed = 0
    with suppress(OSError):
        base = base or _base()
        for folder in sorted(base.glob("checker-*")) if base.is_dir() else ():
            if folder.name.endswith(LOCK):
                _drop_lock(folder)
                continue
            with hold_lock(folder.with_name(folder.name + LOCK)) as handle:
                if handle:
                    await_free(folder / BUSY, ORPHANS)
                    if restored := take_back(folder):
                        say(restored)
                    _remove_sandbox(folder)
                    removed += 1
    return removed


def find_sandboxes() -> list[Part]:
    """The throwaway environments that are there, of runs that go on or were killed."""
    with suppress(OSError):
        return [part for part in measured(SANDBOXES, str(_base())) if not part.path.endswith(LOCK)]
    return []


def _drop_lock(path: Path) -> None:
    """Remove a lock file that nobody holds and whose folder is gone."""
    if not path.with_name(path.name.removesuffix(LOCK)).exists():
        with hold_lock(path) as handle:
            if handle:
                path.unlink(missing_ok=True)


def _remove_sandbox(folder: Path) -> None:
    """Remove a folder and its lock; moved away first, so that an orphan of a killed run cannot go on filling it."""
    grave = folder.with_name(folder.name + "-gone") if not folder.name.endswith("-gone") else folder
    try:
        folder.replace(grave)
    except OSError:
        grave = folder
    with suppress(OSError), ThreadPoolExecutor() as pool:  # environments have many files
        list(pool.map(remove, sorted(grave.iterdir())))
    shutil.rmtree(grave, ignore_errors=True)
    folder.with_name(folder.name + LOCK).unlink(missing_ok=True)


def _remove_whole(folder: Path) -> None:
    """Remove a folder to its end, even where an interrupt comes meanwhile: it takes effect afterwards."""
    with hold_signals() if threading.current_thread() is threading.main_thread() else nullcontext():
        _remove_sandbox(folder)


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A folder that is removed on every way out; what a killed process leaves is removed by the next one.

    Raises CannotLook when no folder can be made.
    """
    try:
        base = _base()
        collect()
        folder = base / f"checker-{secrets.token_hex(6)}"
        lock = take(folder.with_name(folder.name + LOCK))  # before the folder: nobody collects what is locked
        folder.mkdir(0o700)
    except OSError as error:
        raise CannotLook(
            f"no throwaway environment could be made: {error.strerror}", "free some space or set TMPDIR"
        ) from error
    with ExitStack() as stack:
        if lock:
            stack.enter_context(lock)
        stack.callback(_remove_whole, folder)
        yield folder


def put(folder: Path, name: str, content: bytes) -> str:
    """A file in a scratch folder; its path."""
    (place := folder / name).write_bytes(content)
    return str(place)


def python_in(place: Path) -> Path:
    """The interpreter of an environment's folder."""
    return place / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def make_environment(base: Path, place: Path, children: Children | None = None) -> Path:
    """An empty environment of the interpreter `base`: its own interpreter. Raises CannotLook when uv makes none."""
    made = run_uv(["venv", "-q", "--no-project", "--python", str(base), str(place)], children=children)
    if made.returncode:
        blame(made.stderr, f"uv made no environment with {base}", "name another interpreter with --python")
    return python_in(place)


def fill(python: Path, lock: Sequence[str], folder: Path, children: Children | None = None) -> Refused | None:
    """Make an environment hold exactly these `name==version`; None when it does. Raises CannotLook for the index."""
    file = folder / f"{python.parents[1].name}.lock.txt"
    file.write_text("".join(f"{line}\n" for line in lock), encoding="utf-8")
    command = ["pip", "sync", "-q", "--no-build", "--allow-empty-requirements", "--python", str(python), str(file)]
    # exact releases that uv has in its cache need no index, which may be slow
    if run_uv([*command, "--offline"], children=children).returncode == 0:
        return None
    done = run_uv(command, children=children)
    return _outcome(done.returncode, plain_words(done.stderr))


def unpack_release(lines: Sequence[str], python: Path, place: Path, children: Children | None = None) -> Refused | None:
    """Unpack one release, named by lines of requirements, into a folder of its own, to be read and not run.

    None when it is there. Raises CannotLook for the index.
    """
    place.mkdir(parents=True, exist_ok=True)
    file = place.with_name(place.name + ".txt")
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    where = ["--python", str(python), "--target", str(place), "-r", str(file)]
    done = run_uv(["pip", "install", "-q", "--no-build", "--no-deps", *where], children=children)
    return _outcome(done.returncode, plain_words(done.stderr))


def _outcome(status: int, said: str) -> Refused | None:
    if not status:
        return None
    check_reachable(said)
    return Refused(said)


@dataclass(frozen=True)
class Site:
    """An environment that is being built, and a folder beside it."""

    python: Path
    folder: Path
    children: Children

    def install(
        self, lines: Sequence[str], overrides: Sequence[str] = (), words: Sequence[str] = (), *, build: bool = False
    ) -> Refused | None:
        """Install what lines of requirements ask for; None when it is there. Raises CannotLook for the index.

        `overrides` win over what packages require, `words` are more options; `build`: sources may be built, which runs
        the code of whoever wrote them, for so many seconds at most.
        """
        asked = self._write("asked.txt", lines)
        over = ("--overrides", self._write("overrides.txt", overrides)) if overrides else ()
        command = ["pip", "install", "-q", "--python", str(self.python), *over, *words, "-r", asked]
        if not build:
            done = run_uv([*command, "--no-build"], children=self.children)
            return _outcome(done.returncode, plain_words(done.stderr))
        try:
            done = run_uv(command, BUILDING, self.children)
        except TooSlow:
            return Refused(f"Failed to build: it was not done after {BUILDING // 60} minutes")
        said = plain_words(done.stderr)
        return Refused(said) if done.returncode and "Failed to build" in said else _outcome(done.returncode, said)

    def _write(self, name: str, lines: Sequence[str]) -> str:
        file = self.folder / name
        file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        return str(file)


@contextmanager
def empty_site(base: Path) -> Iterator[Site]:
    """A fresh environment of `base` that holds nothing yet. Raises CannotLook when none can be made."""
    with scratch_folder() as folder, hold_lock(folder / BUSY) as busy:
        children = Children(busy)
        yield Site(make_environment(base, folder / "env", children), folder, children)


def unset_variables(names: re.Pattern[str]) -> dict[str, None]:
    """The variables of our environment that are called so, to be taken away from a process that is started."""
    return {name: None for name in os.environ if names.match(name)}


# --- where something is tried that moves no package --------------------------------------------------------------


def copy_environment(prefix: Path, place: Path) -> Path:
    """A copy of a virtual environment, without bytecode: its interpreter. Raises CannotLook where there is none."""
    if not (prefix / "pyvenv.cfg").is_file():
        raise CannotLook("the environment cannot be copied: it is no virtual environment")
    remove(place)
    try:
        shutil.copytree(prefix, place, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
    except (OSError, shutil.Error) as error:
        raise CannotLook(f"the environment could not be copied: {error}"[:200]) from error
    return python_in(place)


def linked_without(folder: Path, hidden: Path, place: Path) -> Path:
    """A folder of links to everything in another one but one file or folder of it."""
    place.mkdir(exist_ok=True)
    for entry in folder.iterdir():
        link = place / entry.name
        if entry.absolute() != hidden.absolute() and not link.exists():
            link.symlink_to(entry.absolute())
    return place


def remove(place: Path) -> None:
    """Remove a file or a folder, if it is there."""
    shutil.rmtree(place, ignore_errors=True) if place.is_dir() else place.unlink(missing_ok=True)


def run_script(text: str, python: Path, seconds: float) -> subprocess.CompletedProcess[str]:
    """Run a script that names its own requirements (PEP 723), by `uv run` in a clean folder; nothing is left of it.

    Raises CannotLook when uv cannot be used.
    """
    with scratch_folder() as folder:
        place, file = folder / "repro", folder / f"{folder.name}.py"
        place.mkdir()
        file.write_text(text, encoding="utf-8")
        manner = ("--no-build", "--no-project", "--no-env-file", "--isolated", "--python", str(python))
        try:
            return run_uv(["run", *manner, "--directory", str(place), "--script", str(file)], seconds)
        finally:  # uv keeps an environment for a script, which goes by its name
            found = run_uv(["python", "find", "--script", str(file)])
            for parent in Path(found.stdout.strip()).parents:
                if parent.name.startswith(file.stem) and parent.parent.name.startswith("environments-"):
                    remove(parent)
