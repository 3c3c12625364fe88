"""Models and their data, by their content, in one file outside the repository: made again by command."""

from __future__ import annotations

import sqlite3
import zlib
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from ...errors import CannotLook

#: characters of a name: 48 bits, so that among a million models two of one name are not to be expected
LENGTH = 8
TABLE = "create table if not exists models (name text primary key, model blob, data blob) without rowid"
#: seconds to wait for another process that writes
PATIENCE = 120.0


def name_of(model: bytes, data: bytes) -> str:
    """The name of a model with its data: what they hold says it."""
    digest = sha256(len(model).to_bytes(8, "big") + model + data).digest()
    return urlsafe_b64encode(digest)[:LENGTH].decode("ascii")


@dataclass(frozen=True)
class Models:
    """The file, and what is done with it."""

    path: Path

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """The file, made where it is not there. Raises CannotLook where it cannot be used, as when the disk is full."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self.path, timeout=PATIENCE)) as base:
                base.execute(TABLE)
                yield base
        except (sqlite3.Error, OSError) as error:
            hint = "make room, or name another folder with --store: what was measured is kept"
            raise CannotLook(f"{self.path} cannot be used: {error}", hint) from error

    def add(self, models: Iterable[tuple[bytes, bytes]]) -> list[str]:
        """Keep models with their data; their names."""
        rows = [(name_of(model, data), zlib.compress(model, 3), zlib.compress(data, 3)) for model, data in models]
        with self._open() as base, base:
            base.executemany("insert or ignore into models values (?, ?, ?)", rows)
        return [row[0] for row in rows]

    def take(self, names: Iterable[str]) -> Iterator[tuple[str, bytes, bytes]]:
        """The models of these names that are there: name, model, data."""
        with self._open() as base:
            for name in names:
                found = base.execute("select model, data from models where name = ?", (name,)).fetchone()
                if found:
                    yield name, zlib.decompress(found[0]), zlib.decompress(found[1])

    def names(self) -> set[str]:
        """The names of all that are there."""
        with self._open() as base:
            return {name for (name,) in base.execute("select name from models")}
