"""The numbers at which the trees of a model part: rows beside them are the hard ones."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from ...world.foreign.opening import Content
from .editing import nodes_of
from .messages import NODE, named, text
from .wire import BYTES, FIXED32, Field, fields

#: numbers that are read at most, of one attribute
MOST = 300
#: fields of an attribute: its name, and its numbers
_NAME, _FLOATS = 1, 7


def thresholds(content: Content) -> list[float]:
    """The first numbers of each ensemble of trees, without repetition."""
    found: dict[float, None] = {}
    for node in nodes_of(content):
        if node.operator.startswith("TreeEnsemble"):
            for name, part in named(NODE, content, node.place.value, node.place.end):
                if name == "attribute":
                    found |= dict.fromkeys(_values(content, part))
    return [number for number in found if number == number]


def _values(content: Content, attribute: Field) -> Iterator[float]:
    """The first numbers of an attribute that is called nodes_values."""
    left, called = MOST, ""
    for part in fields(content, attribute.value, attribute.end):
        if part.number == _NAME and part.wire == BYTES:
            called = text(content, part)
        elif part.number == _FLOATS and called == "nodes_values" and left > 0:
            size = (part.end - part.value) // 4 if part.wire == BYTES else int(part.wire == FIXED32)
            yield from struct.unpack_from(f"<{min(size, left)}f", content, part.value)
            left -= size
        elif called not in ("", "nodes_values") or left <= 0:
            return
