"""Nodes that read another value than they did."""

from __future__ import annotations

from ...world.foreign.opening import Content
from .editing import NodeInfo
from .messages import NODE, text
from .wire import Field
from .writing import changed, field_of

_READS = next(n for n, (name, _) in NODE.items() if name == "input")


def reading_other(content: Content, node: NodeInfo, name: str, other: str) -> bytes:
    """The message of a node, in which one value that it reads has another name."""

    def change(part: Field) -> bytes | None:
        return field_of(_READS, other) if part.number == _READS and text(content, part) == name else None

    return b"".join(changed(memoryview(content), content, node.place, change))
