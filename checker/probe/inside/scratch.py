"""The folder in which everything is tried: made, locked for as long as somebody works there, and removed."""

import os
from typing import Any

#: how often, and after how many seconds, a folder is removed again that has not gone
TIMES, PAUSE = 20, 0.05


def make_scratch() -> tuple:
    """The folder, and its lock, to be closed in the end."""
    import tempfile  # here, since a static look is to start fast

    # whoever started this finds what it leaves by the mark
    prefix = "checker-probe-%s-" % os.environ.get("CHECKER_RUN", "here")
    folder = os.path.realpath(tempfile.mkdtemp(prefix=prefix))
    return folder, hold(folder)


def remove_scratch(folder: str, lock: Any) -> None:
    """Remove it with what was left elsewhere and noted there."""
    import shutil
    import time

    forget_shared(folder)
    for _ in range(TIMES):  # what is being ended may still write
        shutil.rmtree(folder, ignore_errors=True)
        if not os.path.exists(folder):
            break
        time.sleep(PAUSE)
    lock.close()


def hold(folder: str) -> Any:
    """A locked file in a folder, by which another run knows that this one lives; it has its name once it is locked."""
    file = open(os.path.join(folder, "lock"), "wb")
    try:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.rename(file.name, os.path.join(folder, "busy.lock"))
    except (ImportError, OSError):  # then only time tells
        pass
    return file


def forget_shared(scratch: str) -> None:
    """Remove the memory and the semaphores of the whole machine that scripts have named and left."""
    try:
        with open(os.path.join(scratch, "shared")) as file:
            names = file.read().split("\n")
    except (OSError, ValueError):
        return
    for name in names:
        place = os.path.join("/dev/shm", name)
        if name and os.path.dirname(place) == "/dev/shm" and os.path.isfile(place):
            os.unlink(place)
