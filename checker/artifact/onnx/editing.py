"""Changing the graph of a model: its inputs, its outputs, and nodes; all else stays the bytes that they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ...model import Dimension, Tensor
from ...world.foreign.opening import Content
from .messages import ELEMENTS, GRAPH, MODEL, NODE, named, read_tensor_info, text
from .wire import Field
from .writing import Parts, changed, field_of, nested, whole

_GRAPH = next(n for n, (name, _) in MODEL.items() if name == "graph")
_NODE, _TENSOR, _INPUT, _OUTPUT = (
    next(n for n, (name, _) in GRAPH.items() if name == wanted) for wanted in ("node", "tensor", "input", "output")
)
_READS = next(n for n, (name, _) in NODE.items() if name == "input")


@dataclass(frozen=True)
class NodeInfo:
    """A node of the graph: its operator, and what it reads and writes."""

    place: Field
    operator: str
    domain: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


@dataclass(frozen=True)
class GraphChange:
    """What becomes of a graph."""

    #: name of an input or output -> what is declared in its place
    inputs: Mapping[str, Sequence[Tensor]] = field(default_factory=dict)
    outputs: Mapping[str, Sequence[Tensor]] = field(default_factory=dict)
    #: nodes before all others, and constants beside the others, as their messages
    first: tuple[bytes, ...] = ()
    constants: tuple[bytes, ...] = ()
    #: name of an output of a node -> the node in its place, as its message; "" takes it away
    nodes: Mapping[str, bytes] = field(default_factory=dict)


def with_graph(content: Content, change: GraphChange) -> Parts:
    """A file with its graph changed. Raises Malformed."""
    view = memoryview(content)
    waiting = list(change.first)

    def in_graph(part: Field) -> bytes | None:
        new: bytes | None = None
        if part.number in (_INPUT, _OUTPUT):
            declared = change.inputs if part.number == _INPUT else change.outputs
            others = declared.get(read_tensor_info(content, part).name) if declared else None
            new = None if others is None else b"".join(field_of(part.number, info_of(one)) for one in others)
        elif part.number == _NODE:
            own = (
                next((n for n in read_node(content, part).outputs if n in change.nodes), None) if change.nodes else None
            )
            new = None if own is None else change.nodes[own] and field_of(_NODE, change.nodes[own])
            if waiting:
                before = b"".join(field_of(_NODE, one) for one in waiting)
                waiting.clear()
                new = before + (field_of(_NODE, bytes(content[part.value : part.end])) if new is None else new)
        return new

    def in_model(part: Field) -> Parts | None:
        if part.number != _GRAPH:
            return None
        more = [field_of(_TENSOR, one) for one in change.constants]
        return nested(_GRAPH, changed(view, content, part, in_graph, more))

    return changed(view, content, whole(content), in_model)


def read_node(content: Content, place: Field) -> NodeInfo:
    """A node, without its attributes."""
    texts: dict[str, list[str]] = {"input": [], "output": [], "operator": [], "domain": [], "name": []}
    for name, part in named(NODE, content, place.value, place.end):
        if name in texts:
            texts[name].append(text(content, part))
    operator, domain = (next(iter(texts[name]), "") for name in ("operator", "domain"))
    return NodeInfo(place, operator, domain, tuple(texts["input"]), tuple(texts["output"]))


def nodes_of(content: Content) -> list[NodeInfo]:
    """The nodes of the graph, not those within others."""
    found = []
    for name, graph in named(MODEL, content, 0, len(content)):
        if name == "graph":
            found += [
                read_node(content, part)
                for kind, part in named(GRAPH, content, graph.value, graph.end)
                if kind == "node"
            ]
    return found


def reading_other(content: Content, node: NodeInfo, name: str, other: str) -> bytes:
    """The message of a node, in which one value that it reads has another name."""

    def change(part: Field) -> bytes | None:
        return field_of(_READS, other) if part.number == _READS and text(content, part) == name else None

    return b"".join(changed(memoryview(content), content, node.place, change))


# --- messages ----------------------------------------------------------------------------------------------------


def info_of(one: Tensor) -> bytes:
    """An input or output, as its message."""
    shape = b"" if one.shape is None else field_of(2, b"".join(field_of(1, _dimension(d)) for d in one.shape))
    return field_of(1, one.name) + field_of(2, field_of(1, field_of(1, ELEMENTS.index(one.element)) + shape))


def _dimension(size: Dimension) -> bytes:
    return b"" if size is None else field_of(1, size) if isinstance(size, int) else field_of(2, size)


def node_of(operator: str, inputs: Sequence[str], output: str, **numbers: int) -> bytes:
    """A node with numbers as its attributes."""
    told = b"".join(field_of(1, name) for name in inputs) + field_of(2, output)
    told += field_of(3, f"repaired_{output}") + field_of(4, operator)
    return told + b"".join(field_of(5, field_of(1, k) + field_of(3, v) + field_of(20, 2)) for k, v in numbers.items())


def whole_numbers(name: str, *values: int) -> bytes:
    """A constant of whole numbers, in one dimension."""
    raw = b"".join(value.to_bytes(8, "little", signed=True) for value in values)
    return field_of(1, len(values)) + field_of(2, ELEMENTS.index("int64")) + field_of(8, name) + field_of(9, raw)
