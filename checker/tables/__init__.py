"""The columns of a table that is to be scored, read from a file: names and types, and of its rows only the first."""

from __future__ import annotations

from pathlib import Path

from ..errors import CannotLook, UsageError
from ..model.tables import Table
from ..world.files import check_files, read_head
from .parquet import read_parquet
from .rows import read_csv
from .statements import read_sql

#: bytes of a text that are read
MOST = 4 << 20


def read_table(path: Path) -> Table:
    """What a file says of its columns. Raises CannotLook and UsageError."""
    check_files((), frames=(path,))
    ending = path.suffix.lower()
    if ending == ".parquet":
        return read_parquet(path)
    if ending not in (".csv", ".sql"):
        raise UsageError(f"--columns {path}: not known how to read it", "name a .csv, a .sql or a .parquet file")
    try:
        text = read_head(path, MOST).decode("utf-8-sig", "replace")
    except OSError as error:
        raise CannotLook(f"cannot read {path}: {error.strerror}", "check the path") from error
    table = read_sql(path, text) if ending == ".sql" else read_csv(path, text)
    if not table.columns:
        raise CannotLook(f"{path} names no columns", "it has to hold a CREATE TABLE, or a line with names")
    return table
