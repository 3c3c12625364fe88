"""The columns of a table that is to be scored."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class TableColumn:
    """One column."""

    name: str
    #: its type as the table tells it, in small letters: nvarchar, bigint, double; of a CSV file what its values are
    type: str
    #: the type with its length, as it is written: nvarchar(30)
    told: str = ""
    #: whether values are missing, or cannot be; None: nobody says
    missing: bool | None = None


@dataclass(frozen=True)
class Table:
    """The columns of a file."""

    path: str
    columns: tuple[TableColumn, ...]
    #: the name that a CREATE TABLE gives it, else the file's
    name: str = ""
    #: whether its types are those of a database; of a CSV file they are only what the first rows look like
    declared: bool = True
