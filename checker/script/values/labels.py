"""Names of columns, and short columns with labels, with what pandas can do with them."""

from __future__ import annotations

from typing import Any

from .proxies import texts


class Labels(list[str]):
    """The names of a table's columns, with what pandas' index can do."""

    def drop(self, labels: Any) -> Labels:
        gone = texts(labels) or ()
        return Labels(n for n in self if n not in gone)

    difference = drop

    def get_loc(self, key: str) -> int:
        return self.index(key)

    def tolist(self) -> list[str]:
        return list(self)

    to_list = tolist

    def astype(self, *_: Any) -> Labels:
        return self

    @property
    def values(self) -> Labels:
        return self


class Series(dict[str, Any]):
    """A few values with labels; a loop meets the values."""

    def __iter__(self) -> Any:
        return iter(self.values())

    def to_dict(self) -> dict[str, Any]:
        return dict(self.items())

    def tolist(self) -> list[Any]:
        return list(self.values())

    iteritems = dict.items


def columns_of_rows(data: Any, names: list[str] | None) -> dict[str, list[Any]]:
    """The columns of a list of rows, each of which has a kind of its own; empty for anything else."""
    if not isinstance(data, list) or not data:
        return {}
    if all(isinstance(row, dict) for row in data):
        return {str(name): [row.get(name) for row in data] for name in data[0]}
    if not all(isinstance(row, (list, tuple)) and len(row) == len(data[0]) for row in data):
        return {}
    labels = names or [str(i) for i in range(len(data[0]))]
    return {name: [row[i] for row in data] for i, name in enumerate(labels)} if len(labels) == len(data[0]) else {}
