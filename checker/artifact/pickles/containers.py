"""What pickles are compressed with, and how they are read through it: never more than a bound."""

from __future__ import annotations

import bz2
import lzma
import zlib
from typing import Any

from .source import PIECE, Stream
from .values import Broken, Enough

#: first bytes of a file -> what it is compressed with; joblib's oldest form begins with ZF and the length
_MAGIC = {
    b"\x1f\x8b": "gzip",
    b"BZh": "bz2",
    b"\xfd7zXZ": "xz",
    b"\x5d\x00": "lzma",
    b"\x04\x22\x4d\x18": "lz4",
    b"ZF0x": "zlib of an old joblib",
    b"\x78": "zlib",
}
#: bytes of the header of joblib's oldest form
_OLD_HEADER = 21
#: bytes that are unpacked of one file at most, and of one that is slow to unpack; bytes that unpacking may take itself
MOST_UNPACKED, MOST_SLOWLY, MEMORY = 192 << 20, 16 << 20, 96 << 20


def container_of(head: bytes) -> str:
    """What the first bytes of a file say that it is compressed with, "" for nothing."""
    return next((name for magic, name in _MAGIC.items() if head.startswith(magic)), "")


def unpacked(stream: Stream, container: str) -> Stream:
    """What lies in a compressed stream; raises Enough for what cannot be unpacked here."""
    if container == "lz4":
        raise Enough("it is compressed with lz4, which is not read here")
    if container == "zlib of an old joblib":
        stream.read(_OLD_HEADER)
    return Unpacked(stream, *_unpacker(container))


def _unpacker(container: str) -> tuple[Any, int]:
    if container == "bz2":
        return bz2.BZ2Decompressor(), MOST_SLOWLY
    if container in ("xz", "lzma"):
        kind = lzma.FORMAT_XZ if container == "xz" else lzma.FORMAT_ALONE
        return lzma.LZMADecompressor(kind, memlimit=MEMORY), MOST_SLOWLY
    return _Zlib(31 if container == "gzip" else 15), MOST_UNPACKED


class _Zlib:
    """zlib's own object with the manners of the others."""

    def __init__(self, bits: int) -> None:
        self._inner = zlib.decompressobj(bits)

    @property
    def needs_input(self) -> bool:
        return not self._inner.unconsumed_tail

    @property
    def eof(self) -> bool:
        return self._inner.eof

    def decompress(self, data: bytes, most: int) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail + data, most)


class Unpacked:
    """A stream that is decompressed as it is read."""

    def __init__(self, stream: Stream, unpacker: Any, most: int) -> None:
        self._stream, self._unpacker, self._left = stream, unpacker, most
        self._ready, self._place = b"", 0

    def _more(self) -> bool:
        """Unpack a piece; False at the end. Raises Broken and Enough."""
        while not self._unpacker.eof:
            data = self._stream.read(PIECE) if self._unpacker.needs_input else b""
            if not data and self._unpacker.needs_input:
                return False
            try:
                piece = self._unpacker.decompress(data, PIECE)
            except (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError, MemoryError) as error:
                raise Broken(f"it cannot be unpacked: {error}") from None
            if piece:
                self._left -= len(piece)
                if self._left < 0:
                    raise Enough("it is too large to be unpacked here")
                self._ready, self._place = self._ready[self._place :] + piece, 0
                return True
        return False

    def read(self, size: int, /) -> bytes:
        """At most so many bytes."""
        while len(self._ready) - self._place < size and self._more():
            pass
        data = self._ready[self._place : self._place + size]
        self._place += len(data)
        return data

    def readline(self, size: int, /) -> bytes:
        """A line, or the first so many bytes of it."""
        while (end := self._ready.find(b"\n", self._place, self._place + size)) < 0:
            if len(self._ready) - self._place >= size or not self._more():
                return self.read(size)
        return self.read(end + 1 - self._place)

    def skip(self, size: int, /) -> int:
        """Go past bytes, a piece at a time; how many there were."""
        gone = 0
        while gone < size and (piece := self.read(min(PIECE, size - gone))):
            gone += len(piece)
        return gone
