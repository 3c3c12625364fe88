"""Runs of fields that nobody asks for: values of attributes that stand one by one are passed over by the thousand.

A forest of 100 MB has tens of millions of such fields.
"""

from __future__ import annotations

import re
import sys
from functools import cache

from ...world.foreign.opening import Content, forget

#: wire types
VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
#: fields that are compared at once, and passed over by one match
AT_ONCE, A_MATCH = 65536, 1000
#: numbers, of two bytes at most first, that one step matches: a step takes longer than a number itself
TOGETHER = 32
#: texts that are passed over so are shorter
SHORT = 64
#: a quantifier that gives nothing back, which Python 3.11 has learnt
ALL_OF_IT = b"+" if sys.version_info >= (3, 11) else b""
#: bytes after which what was passed over is given back
A_PART = 1 << 23


def pass_over(content: Content, key: int, at: int, end: int) -> int:
    """The end of the run of fields with this key, of one byte, that begins at a place; the place itself without one.

    Fields that are not whole, or texts that are long, end a run.
    """
    wire, start = key & 7, at
    while at < end and content[at] == key:
        before = at
        if wire in (FIXED32, FIXED64):
            at = _fixed(content, bytes([key]), at, end, 9 if wire == FIXED64 else 5)
        elif wire == BYTES and at + 1 < end and content[at + 1] < SHORT:  # texts of one length first: names of modes
            at = _fixed(content, bytes([key, content[at + 1]]), at, end, 2 + content[at + 1])
        if at == before:
            at = _match(content, key, at, end)
        if at == before:
            break
        if at - start > A_PART:
            forget(content, start, at)
            start = at
    if at - start > A_PART >> 5:
        forget(content, start, at)
    return at


def _fixed(content: Content, head: bytes, at: int, end: int, step: int) -> int:
    """Where a run of fields of one size ends, which begin with the same bytes."""
    run = min((end - at) // step, AT_ONCE)
    for place, byte in enumerate(head):
        run = _alike(content[at + place : at + place + step * run : step], byte)
    return at + step * run


def _alike(values: bytes, byte: int) -> int:
    """How many values at the beginning are this byte."""
    return len(values) - len(values.lstrip(bytes([byte])))


def _match(content: Content, key: int, at: int, end: int) -> int:
    """Where a part of a run of numbers or short texts ends."""
    found = _pattern(key).match(content, at, end)
    return found.end() if found else at


@cache
def _pattern(key: int) -> re.Pattern[bytes]:
    tag = re.escape(bytes([key]))
    if key & 7 == VARINT:
        short, one = (rb"%s[\x80-\xff]%s%s[\x00-\x7f]" % (tag, some, ALL_OF_IT) for some in (b"?", b"{0,9}"))
        many = b"|".join(b"(?:%s){1,%d}%s" % (part * TOGETHER, A_MATCH, ALL_OF_IT) for part in (short, one))
        return re.compile(b"%s|(?:%s){1,%d}%s" % (many, one, TOGETHER, ALL_OF_IT))
    texts = b"|".join(re.escape(bytes([size])) + b"[\\s\\S]{%d}" % size for size in range(SHORT))
    return re.compile(rb"(?:%s(?:%s)){1,%d}" % (tag, texts, A_MATCH))
