"""Names of columns, short columns with labels, and the parts of times, with what pandas can do with them."""

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


class Dates:
    """`column.dt`: the parts of its times."""

    def __init__(self, of: Any) -> None:
        self.of = of

    @property
    def hour(self) -> Any:
        return self.of.but(kind="int64", stored="int32", target="", words=(), bounds=())

    year = month = day = minute = second = quarter = dayofweek = weekday = day_of_week = dayofyear = day_of_year = hour

    @property
    def days(self) -> Any:
        return self.of.but(kind="int64", stored="", target="", words=(), bounds=())

    def total_seconds(self) -> Any:
        return self.of.but(kind="float64", stored="", target="continuous", words=(), bounds=())

    def day_name(self, *_: Any) -> Any:
        return self.of.but(kind="string", stored="", target="", words=(), bounds=())

    strftime = month_name = day_name

    def normalize(self, *_: Any, **__: Any) -> Any:
        return self.of.but()

    floor = ceil = round = normalize


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
