"""Lock files: held for as long as a process, or one that has inherited the descriptor, lives.

By hand, and not by `filelock`: installers that outlive a killed run must go on holding the lock, so they inherit its
descriptor, which that library keeps to itself; and a lock file that was removed before it was locked must not count.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

#: the file in a scratch folder that is locked for as long as a process works there, orphans of a killed run included
BUSY = "busy.lock"


@contextmanager
def hold_lock(path: Path) -> Iterator[IO[bytes] | None]:
    """The lock file, held inside; None while another process holds it. Raises OSError where there can be no file."""
    handle = take(path)
    try:
        yield handle
    finally:
        if handle:
            handle.close()


def await_free(path: Path, seconds: float) -> bool:
    """Wait until nobody holds a lock file; False when somebody still does after that many seconds."""
    deadline = time.monotonic() + seconds
    while path.exists():
        with hold_lock(path) as handle:
            if handle:
                return True
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def take(path: Path) -> IO[bytes] | None:
    """The lock file, held until it is closed or this process ends; None while another process holds it."""
    handle = path.open("ab")
    try:
        _lock(handle)
        if os.fstat(handle.fileno()).st_ino == path.stat().st_ino:  # else it was removed before it was locked
            return handle
    except OSError:
        pass
    handle.close()
    return None


@contextmanager
def hold_folder(folder: Path, seconds: float = 0.0) -> Iterator[int | None]:
    """A folder's own lock, for which no file is made, by whichever user: its descriptor, None while another holds it.

    It is waited for so many seconds. Where a system locks no folder the descriptor is -1.
    """
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:  # Windows opens no folder
        yield -1
        return
    deadline = time.monotonic() + seconds
    try:
        while (held := _lock_folder(descriptor)) is None and time.monotonic() < deadline:
            time.sleep(0.1)
        yield held
    finally:
        os.close(descriptor)


def _lock_folder(descriptor: int) -> int | None:
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return None
    except OSError:
        return -1
    return descriptor


def _lock(handle: IO[bytes]) -> None:
    if os.name == "nt":
        import msvcrt

        msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
