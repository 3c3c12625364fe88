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
