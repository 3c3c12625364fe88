"""The database of an MLflow server or of a folder: which of MLflow's schemas it has, told without opening it with SQL.

A database is migrated by whoever opens it with a newer MLflow, and older ones then refuse it.
"""

from __future__ import annotations

import re
from pathlib import Path

from ..model import Artifact
from ..world.foreign.opening import Content

#: how a database of SQLite begins
SQLITE = b"SQLite format 3\x00"
#: bytes that are looked through for the schema's name
MOST_LOOKED = 64 << 20
_REVISION = re.compile(rb"CREATE TABLE \"?alembic_version\"?", re.IGNORECASE)
#: a page's row with one text of twelve letters: how SQLite keeps the only row of alembic's table
_ROW = re.compile(rb"\x01\x02\x25([0-9a-f]{12})(?![0-9a-f])")


def read_store(path: Path, content: Content) -> Artifact | None:
    """A database of MLflow's, None for any other."""
    head = bytes(content[: min(len(content), MOST_LOOKED)])
    if not _REVISION.search(head):
        return None
    revisions = {match[1].decode("ascii") for match in _ROW.finditer(head)}
    revision = revisions.pop() if len(revisions) == 1 else ""
    told = (("Schema", revision or "not told"),)
    details = {"revision": revision}
    return Artifact(str(path), "mlflow-store", size=len(content), told=told, modules=("mlflow",), details=details)
