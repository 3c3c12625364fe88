"""A file that anybody may have made, as bytes that are read only where they are looked at."""

from __future__ import annotations

import mmap
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ...errors import CannotLook
from ..files import meant_file

#: what stands in the place of a file's name for a kind that is no ordinary file
KINDS = {
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFDIR: "a folder",
    stat.S_IFLNK: "a symbolic link",
}
#: how names of models end, for a guess at what was meant
MODELS = (".onnx", ".ort", ".pkl", ".joblib", ".skops")

#: bytes of a file, or the file itself, mapped
Content = bytes | mmap.mmap


def kind_of(path: Path, *, follow: bool = True) -> str:
    """What a path is: "file", "a folder", "a pipe", ...; "" where there is nothing. Nothing is opened."""
    try:
        mode = stat.S_IFMT((path.stat() if follow else path.lstat()).st_mode)
    except (OSError, ValueError):
        return ""
    return "file" if mode == stat.S_IFREG else KINDS.get(mode, "no ordinary file")


def size_of(path: Path) -> int:
    """Bytes of a file, 0 where there is none."""
    try:
        return path.stat().st_size
    except (OSError, ValueError):
        return 0


@contextmanager
def opened(path: Path) -> Iterator[Content]:
    """The content of an ordinary file; what is not looked at is not read. Raises CannotLook."""
    try:
        # a pipe would wait for whoever writes to it
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise CannotLook(f"cannot read {path}: {why}", meant_file(path, MODELS) or "check the path") from error
    with open(descriptor, "rb"):
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            kind = KINDS.get(stat.S_IFMT(found.st_mode), "no ordinary file")
            raise CannotLook(f"cannot read {path}: it is {kind}", "name a file, or the folder of a model")
        if not found.st_size:
            yield b""
            return
        content = mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ)
        try:
            yield content
        finally:
            with suppress(BufferError):  # what failed still holds a part of it, and ends with it
                content.close()


def forget(content: Content, start: int, end: int) -> None:
    """Give the memory of a part back that was looked at; it is read again where somebody asks for it."""
    first = -(-start // mmap.PAGESIZE) * mmap.PAGESIZE
    if isinstance(content, mmap.mmap) and end > first and hasattr(mmap, "MADV_DONTNEED"):
        content.madvise(mmap.MADV_DONTNEED, first, end - first)
