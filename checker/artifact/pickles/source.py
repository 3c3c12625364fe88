"""Bytes in order: what a pickle is read from, never more than is there and never more than is asked for."""

from __future__ import annotations

import mmap
from typing import Protocol

from .values import Broken

#: bytes, or a file that is mapped
Content = bytes | mmap.mmap

#: bytes that are read at once where they are thrown away
PIECE = 1 << 16
#: bytes of one line of the oldest protocol
MOST_LINE = 16 << 20


class Stream(Protocol):
    """A file, or what decompresses one."""

    def read(self, size: int, /) -> bytes:
        """At most so many bytes; fewer only at the end, or where it is a pipe."""

    def readline(self, size: int, /) -> bytes:
        """A line, or the first so many bytes of it."""

    def skip(self, size: int, /) -> int:
        """Go past bytes; how many there were."""


class Source:
    """The bytes of a stream, one instruction after the other."""

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        #: bytes that were read
        self.place = 0

    def read(self, size: int) -> bytes:
        """Exactly so many bytes; raises Broken where there are fewer."""
        data = self.stream.read(size)
        self.place += len(data)
        if len(data) < size:
            raise Broken(f"it ends after {self.place:,} bytes, in the middle of an object")
        return data

    def number(self, size: int) -> int:
        """An unsigned number of so many bytes."""
        return int.from_bytes(self.read(size), "little")

    def line(self) -> bytes:
        """The rest of a line, without its end."""
        data = self.stream.readline(MOST_LINE)
        self.place += len(data)
        if not data.endswith(b"\n"):
            raise Broken("a line in it does not end")
        return data[:-1]

    def skip(self, size: int) -> None:
        """Go past so many bytes; raises Broken where there are fewer."""
        gone = self.stream.skip(size)
        self.place += gone
        if gone < size:
            raise Broken(f"it ends after {self.place:,} bytes, where {size:,} bytes of data should be")


class Mapped:
    """Bytes that are at hand, read from their beginning on, or at any place."""

    def __init__(self, content: Content) -> None:
        self._content, self._place = content, 0

    @property
    def size(self) -> int:
        """How many there are."""
        return len(self._content)

    def at(self, place: int, size: int, /) -> bytes:
        """At most so many bytes from a place on."""
        return self._content[place : place + size]

    def read(self, size: int, /) -> bytes:
        """At most so many bytes."""
        place = self._place
        data = self._content[place : place + size]
        self._place = place + len(data)
        return data

    def readline(self, size: int, /) -> bytes:
        """A line, or the first so many bytes of it."""
        end = self._content.find(b"\n", self._place, self._place + size)
        return self.read(size if end < 0 else end + 1 - self._place)

    def skip(self, size: int, /) -> int:
        """Go past bytes, which are not looked at; how many there were."""
        gone = max(0, min(size, self.size - self._place))
        self._place += gone
        return gone
