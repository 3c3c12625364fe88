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
from typing import NamedTuple, TypeVar

from platformdirs import user_cache_dir

from ..errors import CheckerError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Known = TypeVar("Known")
#: when this process began, in nanoseconds: what changed later was perhaps not seen as it is now
BEGAN = time.time_ns()
#: texts that are kept of most kinds; characters that one may have
KEPT, MOST = 40, 8 << 20
#: the folder of throwaway environments in the cache
SANDBOXES = "sandboxes"
#: bytes that the cache may take, without the environments that are in use; how much of it is left when it is pruned
LIMIT, SPARE = 500 << 20, 0.8
#: the file that tells when the cache was pruned last; nanoseconds after which it is looked at again
PRUNED, DAY = "pruned", 86_400 * 10**9


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


def private_opener(path: str, flags: int) -> int:
    """Open a file so that nobody else can ever write to it, whatever the user's mask allows to their group."""
    return os.open(path, flags, 0o600)


def cache_folder() -> str:
    """Where symbol tables, bytecode, answers and sandboxes are kept; "" where no such folder can be ours alone."""
    try:
        folder = "" if home_trouble() else private_folder(cache_place())
    except (OSError, RuntimeError):
        return ""
    return folder if os.access(folder, os.W_OK) else ""


def cache_place() -> str:
    """Where the cache is, or would be. Raises RuntimeError where nobody knows."""
    return user_cache_dir("sklearn-onnx-checker", appauthor=False)


def home_trouble() -> str:
    """Why nothing is made in the home folder: it is not there, or another user's where we are root; "" else."""
    home = os.path.expanduser("~")
    if os.environ.get("XDG_CACHE_HOME") or not cache_place().startswith(os.path.join(home, "")):
        return ""
    try:
        another = os.stat(home).st_uid != 0 and os.name == "posix" and os.geteuid() == 0
    except OSError:
        return f"the home folder {home} does not exist"
    return f"the home folder {home} belongs to another user" if another else ""


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


def recall_as(kind: str, asked: object, read: Callable[[str], Known]) -> Known | None:
    """What `read` makes of a text that was kept; None where there is none, or where it is not what it should be."""
    text = recall(kind, asked)
    try:
        return None if text is None else read(text)
    except (ValueError, TypeError, LookupError, AttributeError, CheckerError):
        return None


def keep(kind: str, asked: object, text: str, rests_on: Iterable[str] = (), most: int = KEPT) -> None:
    """Keep a text, and the latest of its kind; nothing where a file has just changed, or where there is no cache."""
    states = {path: _state(path) for path in sorted({*rests_on})}
    just_now = any(int(state.partition("-")[0] or 0) >= BEGAN for state in states.values())
    whole, place = "\n".join(f"{state} {path}" for path, state in states.items()) + f"\0{text}", _place(kind, asked)
    if just_now or not place or whole.count("\0") != 1 or any("\n" in path for path in states):
        return
    folder, draft = os.path.dirname(place), f"{place}.{os.getpid()}"
    try:
        private_folder(folder)
        with open(draft, "w", encoding="utf-8", errors="surrogateescape", newline="", opener=private_opener) as file:
            file.write(f"{_seal(whole)}\0{whole}")
        os.replace(draft, place)
        for _, old in sorted((entry.stat().st_mtime_ns, entry.path) for entry in os.scandir(folder))[:-most]:
            os.remove(old)
    except OSError:  # the disk is full, or another run has removed it
        with suppress(OSError):
            os.remove(draft)


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


class Part(NamedTuple):
    """A file or folder of the cache that goes as a whole."""

    #: when it was used last, in nanoseconds
    used: int
    #: bytes
    size: int
    kind: str
    path: str


def kept_place(kind: str, name: str) -> str:
    """A folder for what is kept of one program or environment, the latest of all; "" where there is no cache."""
    folder = cache_folder()
    place = os.path.join(folder, kind, sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:16])
    try:
        if folder and (_is_due(os.path.join(folder, PRUNED)) or not os.path.isdir(place)):
            prune_cache(LIMIT)
            private_folder(os.path.dirname(place))
        if folder:
            os.utime(private_folder(place))
    except OSError:
        return ""
    return place if folder else ""


def _is_due(stamp: str) -> bool:
    """Whether a day has gone since the file was written; it is written then. Raises OSError."""
    with suppress(OSError):
        if 0 <= time.time_ns() - os.lstat(stamp).st_mtime_ns < DAY:
            return False
    with open(stamp, "w", encoding="utf-8"):
        return True


def cache_parts() -> list[Part]:
    """Every part of the cache, the latest first: tables singly, bytecode by environment; no throwaway environment."""
    # tables singly, because the folder of all tables is always in use
    kinds = [e for e in _entries(cache_folder()) if e.name != SANDBOXES and e.is_dir(follow_symlinks=False)]
    folders = [f for kind in kinds for f in ([kind] if kind.name != "links" else _entries(kind.path))]
    of_kind = {kind.path: kind.name for kind in kinds}
    parts = (part for f in folders for part in measured(of_kind.get(f.path, "links"), f.path))
    return sorted(parts, reverse=True)


def measured(kind: str, folder: str) -> Iterator[Part]:
    """What is in a folder, each as a part of the cache."""
    for entry in _entries(folder):
        with suppress(OSError):
            yield Part(entry.stat(follow_symlinks=False).st_mtime_ns, _size(entry), kind, entry.path)


def prune_cache(limit: int) -> int:
    """Where it is larger than so many bytes, remove what was not used for longest; the number of bytes that went.

    A fifth less is left, so that what is being written does not lead beyond the limit.
    """
    parts = cache_parts()
    total = gone = 0
    if sum(part.size for part in parts) <= limit * SPARE:
        return 0
    for part in parts:
        total += part.size
        if total > limit * SPARE and remove_part(part.path):
            gone += part.size
    return gone


def remove_part(path: str) -> bool:
    """Remove a file or a folder of the cache, never what a link leads to; whether it is gone."""
    import shutil

    try:
        if os.path.isdir(path) and not os.path.islink(path):
            shutil.rmtree(path)
        else:
            os.remove(path)
    except FileNotFoundError:  # somebody else was faster
        return True
    except OSError:
        return False
    return True


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
    return recall_as("answers", _command(arguments), _answer)


def _answer(kept: str) -> tuple[int, str, str]:
    first, _, text = kept.partition("\n")
    status, _, word = first.partition(" ")
    return int(status), word, text


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
