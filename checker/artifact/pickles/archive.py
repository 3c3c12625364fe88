"""The members of a zip file, read by hand: no more of it than is asked for, and no name of it is ever a path."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import Protocol

from .values import Broken

#: bytes from the end in which the list of members is announced; members of one file
MOST_COMMENT, MOST_MEMBERS = 66_000, 20_000
#: bytes of the list of members, and of one member, that are read
MOST_LIST, MOST_MEMBER = 8 << 20, 32 << 20
_END, _ENTRY, _LOCAL = b"PK\x05\x06", b"PK\x01\x02", b"PK\x03\x04"


class Reach(Protocol):
    """A file that can be read at any place."""

    @property
    def size(self) -> int:
        """Its bytes."""

    def at(self, place: int, size: int, /) -> bytes:
        """At most so many bytes from a place on."""


@dataclass(frozen=True)
class Member:
    """A file in the archive."""

    name: str
    place: int
    packed: int
    method: int


def members(file: Reach) -> dict[str, Member]:
    """Name -> member; raises Broken where the list cannot be read."""
    start = max(0, file.size - MOST_COMMENT)
    tail = file.at(start, MOST_COMMENT)
    end = tail.rfind(_END)
    if end < 0 or len(tail) < end + 22:
        raise Broken("it is a zip file without its end")
    count, size, place = struct.unpack("<HII", tail[end + 10 : end + 20])
    listed = file.at(place, min(size, MOST_LIST))
    found: dict[str, Member] = {}
    at = 0
    for _ in range(min(count, MOST_MEMBERS)):
        row = listed[at : at + 46]
        if len(row) < 46 or not row.startswith(_ENTRY):
            raise Broken("its list of members is damaged")
        (method,), (packed,) = struct.unpack("<H", row[10:12]), struct.unpack("<I", row[20:24])
        name, extra, comment = struct.unpack("<HHH", row[28:34])
        (local,) = struct.unpack("<I", row[42:46])
        told = listed[at + 46 : at + 46 + name].decode("utf-8", "replace")
        found[told] = Member(told, local, packed, method)
        at += 46 + name + extra + comment
    return found


def content(file: Reach, member: Member, most: int = MOST_MEMBER) -> bytes:
    """The first bytes of a member, unpacked; raises Broken."""
    head = file.at(member.place, 30)
    if len(head) < 30 or not head.startswith(_LOCAL):
        raise Broken(f"its member {member.name[:80]} is not where it should be")
    name, extra = struct.unpack("<HH", head[26:30])
    data = file.at(member.place + 30 + name + extra, min(member.packed, most))
    if member.method == 0:
        return data
    if member.method != 8:
        raise Broken(f"its member {member.name[:80]} is packed in a way that is not read here")
    try:
        return zlib.decompressobj(-15).decompress(data, most)
    except zlib.error as error:
        raise Broken(f"its member {member.name[:80]} cannot be unpacked: {error}") from None
