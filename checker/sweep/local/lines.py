"""Files of lines that are only ever added to: each line is whole, and stands there once, whoever is killed when."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The lines of a file, none where there is none; a last one that was torn is left out."""
    if not path.is_file():
        return
    with path.open("rb") as file:
        for line in file:
            if line.endswith(b"\n"):
                yield json.loads(line)


def encode(line: Mapping[str, Any]) -> bytes:
    """One line of the file; half of a pair of characters, which a package may have printed, is a question mark."""
    text = json.dumps(line, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode("utf-8", "replace") + b"\n"


@contextmanager
def held(path: Path) -> Iterator[IO[bytes]]:
    """The file, held by this process alone; a last line that was torn is taken away first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        end = file.seek(0, os.SEEK_END)
        file.seek(max(0, end - 1))
        if end and file.read(1) != b"\n":
            file.seek(0)
            file.truncate(file.read().rfind(b"\n") + 1)
        yield file


def append(path: Path, line: Mapping[str, Any], key: str) -> bool:
    """Add a line, unless one with the same value of `key` is there; whether it was added."""
    return append_all(path, [line], lambda one: one[key]) == 1


def append_all(path: Path, lines: list[Mapping[str, Any]], key: Callable[[Mapping[str, Any]], object]) -> int:
    """Add the lines whose key is not there yet; how many were added."""
    with held(path) as file:
        file.seek(0)
        there = {key(json.loads(line)) for line in file}
        new = list({key(line): line for line in lines if key(line) not in there}.values())
        data = b"".join(map(encode, new))
        if data:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    return len(new)


def take_back(path: Path, false: Callable[[Mapping[str, Any]], bool]) -> list[dict[str, Any]]:
    """Take lines away that turned out to be false; they are returned. Nobody else adds a line meanwhile."""
    if not path.is_file():
        return []
    with held(path) as file:
        file.seek(0)
        lines = [(line, json.loads(line)) for line in file]
        kept = b"".join(line for line, told in lines if not false(told))
        file.truncate(0)
        file.write(kept)
        file.flush()
        os.fsync(file.fileno())
    return [told for _, told in lines if false(told)]
