"""A Parquet file: the schema stands at its end, in Thrift's compact protocol. Nothing else is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import CannotLook
from ..model.tables import Table, TableColumn
from ..world.foreign.opening import opened

MAGIC = b"PAR1"
#: bytes of a footer, and values that are read of it
MOST, MOST_VALUES, DEEPEST = 16 << 20, 200_000, 30
#: physical types by their numbers; what is a text by its logical or converted type
PHYSICAL = ("bool", "int32", "int64", "int96", "float", "double", "bytes", "fixed")
CONVERTED = {0: "string", 6: "date", 9: "timestamp", 10: "timestamp", 15: "int8", 16: "int16", 5: "decimal"}
#: fields of a FileMetaData and of a SchemaElement
SCHEMA, TYPE, REPETITION, NAME, CHILDREN, CONVERSION, LOGICAL = 2, 1, 3, 4, 5, 6, 10
#: fields of a LogicalType
LOGICALS = {1: "string", 5: "decimal", 6: "date", 8: "timestamp"}
REQUIRED = 0


@dataclass
class Reader:
    """A place in a footer, and how much was read of it."""

    content: bytes
    at: int = 0
    values: int = 0

    def number(self) -> int:
        """A number of variable length. Raises ValueError beyond the end."""
        value, shift = 0, 0
        while True:
            if self.at >= len(self.content) or shift > 63:
                raise ValueError("a number has no end")
            byte = self.content[self.at]
            self.at += 1
            value |= (byte & 127) << shift
            if byte < 128:
                return value
            shift += 7

    def signed(self) -> int:
        """A number that may be negative."""
        value = self.number()
        return value >> 1 ^ -(value & 1)

    def taken(self, length: int) -> bytes:
        """The next bytes. Raises ValueError beyond the end."""
        if not 0 <= length <= len(self.content) - self.at:
            raise ValueError("a text is longer than the file")
        self.at += length
        return self.content[self.at - length : self.at]

    def struct(self, depth: int = 0) -> dict[int, Any]:
        """Field number -> value."""
        found: dict[int, Any] = {}
        field = 0
        while (head := self.taken(1)[0]) != 0:
            field = field + (head >> 4) if head >> 4 else self.signed()
            found[field] = self.value(head & 15, depth)
        return found

    def value(self, kind: int, depth: int) -> Any:
        """A value of one of Thrift's types."""
        self.values += 1
        if depth > DEEPEST or self.values > MOST_VALUES:
            raise ValueError("it holds too much")
        if kind in (1, 2):
            return kind == 1
        if kind == 3:
            return self.taken(1)[0]
        if kind in (4, 5, 6):
            return self.signed()
        if kind == 7:
            return self.taken(8)
        if kind == 8:
            return self.taken(self.number())
        if kind in (9, 10):
            head = self.taken(1)[0]
            length = self.number() if head >> 4 == 15 else head >> 4
            return [self.item(head & 15, depth + 1) for _ in range(self.checked(length))]
        if kind == 11:
            return self.pairs(depth)
        if kind == 12:
            return self.struct(depth + 1)
        raise ValueError("a value is of no known type")

    def item(self, kind: int, depth: int) -> Any:
        """A value in a list, where a truth has a byte of its own."""
        return self.taken(1)[0] == 1 if kind in (1, 2) else self.value(kind, depth)

    def pairs(self, depth: int) -> dict[Any, Any]:
        """A map."""
        length = self.checked(self.number())
        kinds = self.taken(1)[0] if length else 0
        return {str(self.item(kinds >> 4, depth + 1)): self.item(kinds & 15, depth + 1) for _ in range(length)}

    def checked(self, length: int) -> int:
        """A length that the rest of the footer can hold."""
        if length > len(self.content) - self.at:
            raise ValueError("a list is longer than the file")
        return length


def read_parquet(path: Path) -> Table:
    """The columns that the footer tells. Raises CannotLook for what is no Parquet file."""
    with opened(path) as content:
        size = len(content)
        length = int.from_bytes(content[size - 8 : size - 4], "little") if size > 12 else 0
        whole = content[size - 4 : size] == MAGIC and 0 < length <= min(size - 12, MOST)
        footer = bytes(content[size - 8 - length : size - 8]) if whole else b""
    try:
        columns = tuple(_columns(Reader(footer).struct().get(SCHEMA))) if footer else ()
    except ValueError as error:
        raise CannotLook(f"{path} is no whole Parquet file: {error}", "write it again") from error
    if not columns:
        raise CannotLook(f"{path} is no Parquet file with columns", "check the path")
    return Table(str(path), columns, path.stem)


def _columns(schema: Any) -> Iterator[TableColumn]:
    """The columns at the top; one that holds others is told and passed. Raises ValueError for what is no schema."""
    left = 0
    if not isinstance(schema, list):
        raise ValueError("it has no schema")
    for element in schema[1:]:
        if not isinstance(element, dict) or not isinstance(element.get(NAME), bytes):
            raise ValueError("a column has no name")
        inner, children = left > 0, _number(element, CHILDREN) or 0
        left = max(left - 1, 0) + children
        if not inner:
            kind = "nested" if children else _kind(element)
            # what may be missing seldom is: writers say so of every column
            missing = False if element.get(REPETITION) == REQUIRED else None
            yield TableColumn(element[NAME].decode("utf-8", "replace"), kind, kind, missing)


def _kind(element: Mapping[int, Any]) -> str:
    logical = element.get(LOGICAL)
    told = next((LOGICALS[n] for n in (logical if isinstance(logical, dict) else {}) if n in LOGICALS), "")
    physical = _number(element, TYPE)
    known = PHYSICAL[physical] if physical is not None and physical < len(PHYSICAL) else "other"
    return told or CONVERTED.get(_number(element, CONVERSION) or 0 if CONVERSION in element else -1, known)


def _number(element: Mapping[int, Any], field: int) -> int | None:
    """A number of a column, None where there is none. Raises ValueError for anything else."""
    value = element.get(field)
    if value is not None and not (isinstance(value, int) and 0 <= value <= MOST_VALUES):
        raise ValueError("a number is none")
    return value
