"""The folder that is ours alone, and what was found out before, as long as no file that it rests on has changed.

What is told of files is kept with the paths that it rests on, with their times and sizes: the next time costs a few
thousand `stat` calls of our own. This file is read before anything else is imported, and imports next to nothing.
"""

from __future__ import annotations

import os
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


def cache_folder() -> str:
    """Where symbol tables, bytecode, answers and sandboxes are kept; "" where no such folder can be made."""
    try:
        folder = user_cache_dir("sklearn-onnx-checker", appauthor=False)
        os.makedirs(folder, exist_ok=True)
    except (OSError, RuntimeError):
        return ""
    return folder if os.access(folder, os.W_OK) else ""


def recall(kind: str, asked: object) -> str | None:
    """The text that was kept of the same question; None where there is none, or a file has changed."""
    try:
        with open(_place(kind, asked), encoding="utf-8", errors="surrogateescape", newline="") as file:
            states, text = file.read(MOST).split("\0")
    except (OSError, ValueError):
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
            file.write(whole)
        os.replace(file.name, place)
        for _, old in sorted((entry.stat().st_mtime_ns, entry.path) for entry in os.scandir(folder))[:-most]:
            os.remove(old)
    except OSError:
        return


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


# --- whole answers -----------------------------------------------------------------------------------------------


def recall_answer(arguments: list[str]) -> tuple[int, str] | None:
    """Exit status and text of the same command on the same terminal, None where they are not known any more.

    Nor where a run that was killed may have left something: then whoever comes next puts it right.
    """
    with suppress(OSError):
        if os.listdir(os.path.join(cache_folder(), SANDBOXES)):
            return None
    status, _, text = (recall("answers", _command(arguments)) or "").partition("\n")
    return (int(status), text) if status else None


def keep_answer(arguments: list[str], status: int, text: str, rests_on: Iterable[str]) -> None:
    """Keep the answer of a command; it rests on the checker's own files too, and on where interpreters are searched."""
    ours = (file for module in [*sys.modules.values()] if (file := getattr(module, "__file__", None)))
    here = os.getcwd().split(os.sep)
    projects = (os.sep.join([*here[:n], ".venv"]) for n in range(1, len(here) + 1))
    searched = filter(None, [*os.environ.get("PATH", "").split(os.pathsep), os.getcwd(), *projects])
    keep("answers", _command(arguments), f"{status}\n{text}", [*rests_on, *ours, *searched])


def _command(arguments: list[str]) -> list[object]:
    terminal = sys.stdout is not None and sys.stdout.isatty() and os.get_terminal_size(sys.stdout.fileno())
    return [sys.executable, arguments, terminal, *surroundings()]
