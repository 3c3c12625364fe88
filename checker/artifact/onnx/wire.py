"""Protocol buffers as they lie in a file: fields one after another, nothing copied that is not asked for."""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import NamedTuple

from ...world.foreign.opening import Content
from .runs import BYTES as BYTES
from .runs import FIXED32 as FIXED32
from .runs import FIXED64 as FIXED64
from .runs import VARINT as VARINT
from .runs import pass_over

#: bytes of a varint at most
LONGEST = 10


class Malformed(Exception):
    """Bytes that are no protocol buffer: what is wrong, and where."""

    def __init__(self, text: str, at: int, kind: str = "malformed") -> None:
        super().__init__(text)
        self.text = text
        self.at = at
        self.kind = kind


class Field(NamedTuple):
    """One field: of BYTES the place of its content, of a number its value."""

    number: int
    wire: int
    #: value of a varint; of any other the place where its content starts
    value: int
    end: int


def varint(content: Content, at: int, end: int) -> tuple[int, int]:
    """A number of variable length, and where it ends. Raises Malformed."""
    value = shift = 0
    for place in range(at, min(end, at + LONGEST)):
        byte = content[place]
        value |= (byte & 127) << shift
        if byte < 128:
            return value & 0xFFFF_FFFF_FFFF_FFFF, place + 1
        shift += 7
    if end - at >= LONGEST:
        raise Malformed("a number has more than ten bytes", at)
    raise Malformed("it ends within a number", at, "truncated")


def fields(content: Content, at: int, end: int, wanted: Container[int] | None = None) -> Iterator[Field]:
    """The fields between two places, in the order in which they lie there; only the wanted ones, or all.

    Raises Malformed.
    """
    while at < end:
        start = at
        key = content[at]
        if key < 128:
            if wanted is not None and key >> 3 not in wanted and key & 7 in (VARINT, FIXED64, BYTES, FIXED32):
                at = pass_over(content, key, at, end)
                if at != start and key >> 3:
                    continue
            at = start + 1
        else:
            key, at = varint(content, at, end)
        number, wire = key >> 3, key & 7
        if not number:
            raise Malformed("a field has the number 0", start)
        if wire == VARINT:
            value, at = varint(content, at, end)
            yield Field(number, wire, value, at)
            continue
        size = 8 if wire == FIXED64 else 4
        if wire == BYTES:
            size, at = varint(content, at, end)
        elif wire not in (FIXED64, FIXED32):
            raise Malformed(f"a field has the wire type {wire}, which no message of ONNX has", start)
        if at + size > end:
            raise Malformed(
                f"a field of {size:,} bytes reaches {at + size - end:,} bytes beyond its end", start, "truncated"
            )
        yield Field(number, wire, at, at + size)
        at += size
