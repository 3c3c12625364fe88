"""Runs of fields that nobody asks for: values of attributes that stand one by one are passed over by the thousand.

A forest of 100 MB has tens of millions of such fields.
"""

from __future__ import annotations

import re
from functools import cache

from ...world.foreign.opening import Content, forget

#: wire types
VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
#: fields that are compared at once, and passed over by one match
AT_ONCE, A_MATCH = 65536, 1000
#: texts that are passed over so are shorter
SHORT = 64
#: bytes after which what was passed over is given back
A_PART = 1 << 23


def pass_over(content: Content, key: int, at: int, end: int) -> int:
    """The end of the run of fields with this key, of one byte, that begins at a place; the place itself without one.

    Fields that are not whole, or texts that are long, end a run.
    """
    wire, start = key & 7, at
    while at < end and content[at] == key:
        before = at
        at = (
            _fixed(content, key, at, end, 9 if wire == FIXED64 else 5)
            if wire in (FIXED32, FIXED64)
            else _match(content, key, at, end)
        )
        if at == before:
            break
        if at - start > A_PART:
            forget(content, start, at)
            start = at
    if at - start > A_PART >> 5:
        forget(content, start, at)
    return at


def _fixed(content: Content, key: int, at: int, end: int, step: int) -> int:
    """Where a run of fields of one size ends."""
    keys = content[at : at + step * min((end - at) // step, AT_ONCE) : step]
    return at + step * (len(keys) - len(keys.lstrip(bytes([key]))))


def _match(content: Content, key: int, at: int, end: int) -> int:
    """Where a part of a run of numbers or short texts ends."""
    found = _pattern(key).match(content, at, end)
    return found.end() if found else at


@cache
def _pattern(key: int) -> re.Pattern[bytes]:
    tag = re.escape(bytes([key]))
    if key & 7 == VARINT:
        return re.compile(rb"(?:%s[\x80-\xff]{0,9}[\x00-\x7f]){1,%d}" % (tag, A_MATCH))
    texts = b"|".join(re.escape(bytes([size])) + b"[\\s\\S]{%d}" % size for size in range(SHORT))
    return re.compile(rb"(?:%s(?:%s)){1,%d}" % (tag, texts, A_MATCH))
