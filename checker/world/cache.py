"""The folder that is ours alone, and answers given before, which hold as long as no file that they rest on has changed.

A static look is a function of files. Each answer is kept with the paths that it rests on and with their times and
sizes, so that the next one costs a few thousand `stat` calls of our own and starts no interpreter. This file is read
before anything else is imported, and imports next to nothing.
"""

from __future__ import annotations

import os
import sys
import time
from hashlib import sha256

from platformdirs import user_cache_dir

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

#: when this process began, in nanoseconds: what changed later was perhaps not seen as it is now
BEGAN = time.time_ns()
#: answers that are kept; bytes that an answer may have
KEPT, MOST = 40, 8 << 20


def cache_folder() -> str:
    """Where symbol tables, bytecode, answers and sandboxes are kept; "" where no such folder can be made."""
    try:
        folder = user_cache_dir("sklearn-onnx-checker", appauthor=False)
        os.makedirs(folder, exist_ok=True)
    except (OSError, RuntimeError):
        return ""
    return folder if os.access(folder, os.W_OK) else ""


def recall_answer(arguments: Sequence[str]) -> tuple[str, int] | None:
    """The text and the exit status of the same command, None where it was never given or a file has changed."""
    try:
        with open(_place(arguments), encoding="utf-8", errors="surrogateescape", newline="") as file:
            status, states, text = file.read(MOST).split("\0")
        rows = [row.partition(" ") for row in states.split("\n")]
        return None if any(_state(path) != state for state, _, path in rows) else (text, int(status))
    except (OSError, ValueError):
        return None


def keep_answer(arguments: Sequence[str], text: str, status: int, rests_on: Iterable[str]) -> None:
    """Keep an answer; nothing is kept where a file has just changed, or where there is no cache."""
    ours = [file for module in [*sys.modules.values()] if (file := getattr(module, "__file__", None))]
    searched = filter(None, os.environ.get("PATH", "").split(os.pathsep))  # for the user's own interpreter
    states = {path: _state(path) for path in sorted({*rests_on, *ours, *searched})}
    just_now = any(int(state.partition("-")[0] or 0) >= BEGAN for state in states.values())
    parts = (str(status), "\n".join(f"{state} {path}" for path, state in states.items()), text)
    whole, place = "\0".join(parts), _place(arguments)
    if just_now or not place or whole.count("\0") != 2 or any("\n" in path for path in states):
        return
    try:
        folder = os.path.dirname(place)
        os.makedirs(folder, exist_ok=True)
        with open(f"{place}.{os.getpid()}", "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
            file.write(whole)
        os.replace(file.name, place)
        for _, old in sorted((entry.stat().st_mtime_ns, entry.path) for entry in os.scandir(folder))[:-KEPT]:
            os.remove(old)
    except OSError:
        return


def _place(arguments: Sequence[str]) -> str:
    """The file of an answer, "" without a cache. Its name holds all that the answer depends on beside files:

    the command, who runs it, where, with which variables, on what terminal.
    """
    folder = cache_folder()
    terminal = [os.get_terminal_size(1)] if sys.stdout is not None and sys.stdout.isatty() else []
    asked = ascii([sys.version, sys.executable, list(arguments), os.getcwd(), sorted(os.environ.items()), terminal])
    return os.path.join(folder, "answers", sha256(asked.encode()).hexdigest()) if folder else ""


def _state(path: str) -> str:
    """Time, size and number of a file, time and number of a folder; "" where there is nothing."""
    try:
        found = os.stat(path)
    except OSError:
        return ""
    return f"{found.st_mtime_ns}-{found.st_size if found.st_mode & 0o100000 else 0}-{found.st_ino}"
