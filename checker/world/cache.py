"""The folder that is ours alone, and what was found out before, as long as no file that it rests on has changed.

What is told of files is kept with the paths that it rests on, with their times and sizes: the next time costs a few
thousand `stat` calls of our own. This file is read before anything else is imported, and imports next to nothing.
"""

from __future__ import annotations

import os
import stat
import sys
import time
from contextlib import suppress
from hashlib import sha256

from platformdirs import user_cache_dir

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

#: when this process began, in nanoseconds: what changed later was perhaps not seen as it is now
BEGAN = time.time_ns()
#: texts that are kept of most kinds; characters that one may have
KEPT, MOST = 40, 8 << 20
#: the folder of throwaway environments in the cache
SANDBOXES = "sandboxes"


#: bytes that the cache may take, without the environments that are in use
LIMIT = 500 << 20


def is_ours_alone(path: str) -> bool:
    """Whether a file or folder is there, is no link, belongs to us, and can be written by nobody else."""
    try:
        found = os.lstat(path)
    except OSError:
        return False
    mine = os.name != "posix" or (found.st_uid == os.geteuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH))
    return mine and not stat.S_ISLNK(found.st_mode)


def private_folder(path: str) -> str:
    """A folder of ours alone, made where there is none. Raises OSError, for one that is shared with others too."""
    os.makedirs(path, 0o700, exist_ok=True)
    if not is_ours_alone(path):
        raise PermissionError(13, f"the folder {path} is not yours alone")
    return path


def cache_folder() -> str:
    """Where symbol tables, bytecode, answers and sandboxes are kept; "" where no such folder can be ours alone."""
    try:
        folder = private_folder(cache_place())
    except (OSError, RuntimeError):
        return ""
    return folder if os.access(folder, os.W_OK) else ""


def cache_place() -> str:
    """Where the cache is, or would be. Raises RuntimeError where nobody knows."""
    return user_cache_dir("sklearn-onnx-checker", appauthor=False)


def cache_trouble() -> str:
    """Why the cache that is there is not used, in a sentence; "" where nothing is wrong."""
    with suppress(RuntimeError):
        if os.path.lexists(place := cache_place()) and not is_ours_alone(place):
            return f"the cache {place} is not used, because others can write to it: remove it"
    return ""


def recall(kind: str, asked: object) -> str | None:
    """The text that was kept of the same question; None where there is none, or a file has changed."""
    if not is_ours_alone(place := _place(kind, asked)):
        return None
    try:
        with open(place, encoding="utf-8", errors="surrogateescape", newline="") as file:
            seal, states, text = file.read(MOST).split("\0")
    except (OSError, ValueError):
        return None
    if seal != _seal(f"{states}\0{text}"):
        return None
    rows = [row.partition(" ") for row in states.split("\n")]
    return None if any(_state(path) != state for state, _, path in rows) else text


def keep(kind: str, asked: object, text: str, rests_on: Iterable[str] = (), most: int = KEPT) -> None:
    """Keep a text, and the latest of its kind; nothing where a file has just changed, or where there is no cache."""
    states = {path: _state(path) for path in sorted({*rests_on})}
    just_now = any(int(state.partition("-")[0] or 0) >= BEGAN for state in states.values())
    whole, place = "\n".join(f"{state} {path}" for path, state in states.items()) + f"\0{text}", _place(kind, asked)
    if just_now or not place or whole.count("\0") != 1 or any("\n" in path for path in states):
        return
    try:
        folder = os.path.dirname(place)
        os.makedirs(folder, exist_ok=True)
        with open(f"{place}.{os.getpid()}", "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
            file.write(f"{_seal(whole)}\0{whole}")
        os.replace(file.name, place)
        for _, old in sorted((entry.stat().st_mtime_ns, entry.path) for entry in os.scandir(folder))[:-most]:
            os.remove(old)
    except OSError:
        return


def _seal(text: str) -> str:
    """What tells a text that was damaged."""
    return sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def _place(kind: str, asked: object) -> str:
    """The file of a question to this very checker, "" without a cache; its name tells nothing of what is asked."""
    folder, known = cache_folder(), ascii([asked, sys.version, __file__, _state(__file__)])
    return os.path.join(folder, kind, sha256(known.encode()).hexdigest()) if folder else ""


def surroundings() -> list[object]:
    """Where this process is, and every variable of its environment: what any answer about files may depend on."""
    return [os.getcwd(), sorted(os.environ.items())]


def _state(path: str) -> str:
    """Time, size and number of a file, time and number of a folder; "" where there is nothing."""
    try:
        found = os.stat(path)
    except OSError:
        return ""
    return f"{found.st_mtime_ns}-{found.st_size if found.st_mode & 0o100000 else 0}-{found.st_ino}"


# --- its size ----------------------------------------------------------------------------------------------------


def kept_place(kind: str, name: str) -> str:
    """A folder for what is kept of one program or environment, the latest of all; "" where there is no cache."""
    folder = cache_folder()
    place = os.path.join(folder, kind, sha256(name.encode()).hexdigest()[:16])
    try:
        if folder and not os.path.isdir(place):
            prune_cache(LIMIT)
            private_folder(os.path.dirname(place))
        if folder:
            os.utime(private_folder(place))
    except OSError:
        return ""
    return place if folder else ""


def cache_parts() -> list[tuple[float, int, str]]:
    """When each part of the cache was used last, its size in bytes, and its path; throwaway environments are none."""
    parts = []
    for kind in _entries(cache_folder()):
        for part in _entries(kind.path) if kind.name != SANDBOXES and kind.is_dir(follow_symlinks=False) else ():
            with suppress(OSError):
                parts.append((part.stat(follow_symlinks=False).st_mtime, _size(part), part.path))
    return parts


def prune_cache(limit: int) -> int:
    """Remove what was not used for longest until so many bytes are left; the number of bytes that went."""
    import shutil

    parts = sorted(cache_parts(), reverse=True)
    total = gone = 0
    for _, size, path in parts:
        total += size
        if total > limit:
            gone += size
            with suppress(OSError):
                os.remove(path) if os.path.isfile(path) or os.path.islink(path) else shutil.rmtree(path)
    return gone


def _entries(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries) if folder else []
    except OSError:
        return []


def _size(entry: os.DirEntry[str]) -> int:
    """Bytes of a file, or of all files in a folder; links are not followed."""
    if entry.is_dir(follow_symlinks=False):
        return sum(_size(inner) for inner in _entries(entry.path))
    with suppress(OSError):
        return entry.stat(follow_symlinks=False).st_size
    return 0


# --- whole answers -----------------------------------------------------------------------------------------------


def recall_answer(arguments: list[str]) -> tuple[int, str, str] | None:
    """Exit status, verdict and text of the same command on the same terminal, None where they are not known any more.

    Nor where a run that was killed may have left something: then whoever comes next puts it right.
    """
    with suppress(OSError):
        if os.listdir(os.path.join(cache_folder(), SANDBOXES)):
            return None
    first, _, text = (recall("answers", _command(arguments)) or "").partition("\n")
    status, _, word = first.partition(" ")
    return (int(status), word, text) if status else None


def keep_answer(arguments: list[str], status: int, word: str, text: str, rests_on: Iterable[str]) -> None:
    """Keep the answer of a command; it rests on the checker's own files too, and on where interpreters are searched."""
    ours = (file for module in [*sys.modules.values()] if (file := getattr(module, "__file__", None)))
    here = os.getcwd().split(os.sep)
    projects = (os.sep.join([*here[:n], ".venv"]) for n in range(1, len(here) + 1))
    searched = filter(None, [*os.environ.get("PATH", "").split(os.pathsep), os.getcwd(), *projects])
    keep("answers", _command(arguments), f"{status} {word}\n{text}", [*rests_on, *ours, *searched])


def _command(arguments: list[str]) -> list[object]:
    terminal = sys.stdout is not None and sys.stdout.isatty() and os.get_terminal_size(sys.stdout.fileno())
    return [sys.executable, arguments, terminal, *surroundings()]
