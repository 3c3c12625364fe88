"""What is made of a stranger's file: written beside nothing of the user's, or where the user says."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from ...errors import CannotLook

#: bytes of files beside a model that are copied for a trial
MOST_COPIED = 500_000_000


def write_parts(path: Path, parts: Iterable[bytes | memoryview], *, anew: bool = True) -> None:
    """A file of parts, one after another. Raises CannotLook; with `anew` where there is a file already."""
    flags = os.O_WRONLY | os.O_CREAT | getattr(os, "O_BINARY", 0) | (os.O_EXCL if anew else os.O_TRUNC)
    try:
        with open(os.open(path, flags, 0o666), "wb") as file:
            for part in parts:
                file.write(part)
    except OSError as error:
        why = error.strerror or str(error)
        raise CannotLook(f"cannot write {path}: {why}", "name a file that is not there yet") from error


def copy_beside(folder: Path, locations: Iterable[str], place: Path) -> bool:
    """Copy files beside a model to a place of the same form; False where they are too large for that."""
    sources = [(folder / one, place / PurePosixPath(one)) for one in locations]
    if sum(source.stat().st_size for source, _ in sources) > MOST_COPIED:
        return False
    for source, goal in sources:
        goal.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, goal, follow_symlinks=False)
    return True


@contextmanager
def removed_unless_whole(path: Path | None) -> Iterator[None]:
    """Take a file that was written away again where what is done with it fails or is interrupted."""
    try:
        yield
    except BaseException:
        if path:
            path.unlink(missing_ok=True)
        raise
