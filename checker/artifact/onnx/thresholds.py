"""What a model compares its inputs with: rows of just these values, and beside them, are the hard ones."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from ...world.foreign.opening import Content, opened
from .editing import nodes_of
from .messages import NODE, named, text
from .wire import BYTES, FIXED32, Field, fields

#: values that are read at most, of one attribute
MOST = 300
#: fields of an attribute: its name, its numbers, and its texts
_NAME, _FLOATS, _TEXTS = 1, 7, 9


def thresholds(content: Content) -> list[float]:
    """The first numbers at which each ensemble of trees parts, without repetition."""
    found: dict[float, None] = {}
    for part in _attributes(content, "TreeEnsemble"):
        found |= dict.fromkeys(_numbers(content, part))
    return [number for number in found if number == number]


def categories(content: Content) -> list[str]:
    """The first texts that each encoder knows, without repetition."""
    found: dict[str, None] = {}
    for operator in ("OneHotEncoder", "LabelEncoder"):
        for part in _attributes(content, operator):
            found |= dict.fromkeys(_texts(content, part))
    return list(found)


def known_texts(path: Path) -> dict[str, list[str]]:
    """The texts that the model in a file knows, as a canary is told of them. Raises CannotLook, Malformed."""
    with opened(path) as content:
        found = categories(content)
    return {"texts": found} if found else {}


def _attributes(content: Content, operator: str) -> Iterator[Field]:
    """The attributes of the nodes whose operators begin so."""
    for node in nodes_of(content):
        if node.operator.startswith(operator):
            for name, part in named(NODE, content, node.place.value, node.place.end):
                if name == "attribute":
                    yield part


def _texts(content: Content, attribute: Field) -> Iterator[str]:
    """The first texts of an attribute that holds what an encoder knows."""
    left, called = MOST, ""
    for part in fields(content, attribute.value, attribute.end):
        if part.number == _NAME and part.wire == BYTES:
            called = text(content, part)
        elif part.number == _TEXTS and called in ("cats_strings", "keys_strings") and left > 0:
            yield text(content, part)
            left -= 1


def _numbers(content: Content, attribute: Field) -> Iterator[float]:
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
