"""Changing messages of the wire format: what stays is a slice of what lies there, what changes is written anew."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ...world.foreign.opening import Content
from .wire import BYTES, Field, fields

#: a message in parts, which are written one after another
Parts = list[bytes | memoryview]
#: what becomes of a field: None: it stays; else what stands in its place, nothing for ""
Change = Callable[[Field], bytes | Parts | None]


def number(value: int) -> bytes:
    """A number of variable length."""
    value &= 0xFFFF_FFFF_FFFF_FFFF
    parts = bytearray()
    while value > 127:
        parts.append(value & 127 | 128)
        value >>= 7
    return bytes([*parts, value])


def field_of(key: int, value: int | bytes | str) -> bytes:
    """A field: a number, or a text or message."""
    if isinstance(value, int):
        return number(key << 3) + number(value)
    content = value.encode() if isinstance(value, str) else value
    return number(key << 3 | BYTES) + number(len(content)) + content


def nested(key: int, parts: Parts) -> Parts:
    """A message within another, of parts."""
    return [number(key << 3 | BYTES) + number(sum(map(len, parts))), *parts]


def changed(view: memoryview, content: Content, place: Field, change: Change, more: Iterable[bytes] = ()) -> Parts:
    """A message with its fields changed, and others behind them."""
    parts: Parts = []
    start = kept = place.value
    for field in fields(content, place.value, place.end):
        new = change(field)
        if new is not None:
            parts += [view[kept:start], *([new] if isinstance(new, bytes) else new)]
            kept = field.end
        start = field.end
    return [part for part in (*parts, view[kept:start], *more) if len(part)]


def whole(content: Content) -> Field:
    """A file as a message."""
    return Field(0, BYTES, 0, len(content))
