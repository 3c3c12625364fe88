"""The graphs of a model, one within another, counted without recursion."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from ...world.foreign.opening import Content
from .messages import ATTRIBUTE, FUNCTION, GRAPH, NODE, SPARSE, TENSOR, Message, named, read_entry, text
from .wire import BYTES, Field, Malformed, fields
from .wires import Wire

#: graphs within graphs that a parser of protocol buffers takes (its limit of 100 messages, three a graph)
DEEPEST = 32

#: bytes of an attribute whose values are counted; fields of an attribute: its text, its whole numbers, its texts
FEW, _VALUES = 4096, (4, 8, 9)

#: fields of a file that are looked at at most; a model of 100 000 operators has about a million
MOST_PARTS = 5_000_000


@dataclass
class Counted:
    """What the graphs of a model hold, as it is counted."""

    operators: Counter[tuple[str, str]] = field(default_factory=Counter)
    #: fields that were looked at
    parts: int = 0
    #: operator -> the fewest class labels of one whose scores are given as they are
    labels: dict[str, int] = field(default_factory=dict)
    initializers: int = 0
    initializer_bytes: int = 0
    #: names of those of the outermost graphs
    names: set[str] = field(default_factory=set)
    #: what the nodes of these read and write
    wires: list[Wire] = field(default_factory=list)
    #: location -> how many tensors lie in it, and the bytes up to which they reach
    external: dict[str, tuple[int, int | None]] = field(default_factory=dict)

    def named(self, message: Message, content: Content, place: Field) -> Iterator[tuple[str, Field]]:
        """The fields of a message that have a name, counted. Raises Malformed where a file has too many."""
        for found in named(message, content, place.value, place.end):
            self.parts += 1
            if self.parts > MOST_PARTS:
                raise Malformed(
                    f"it has more than {MOST_PARTS:,} parts, and was not read to its end", found[1].value, "parts"
                )
            yield found

    def add(self, content: Content, place: Field, message: Message = GRAPH) -> None:
        """Count a graph and all within it. Raises Malformed."""
        waiting = [(place, message, 0)]
        while waiting:
            part, kind, depth = waiting.pop()
            if depth > DEEPEST:
                told = f"it has more than {DEEPEST} graphs within each other, and no parser takes so many"
                raise Malformed(told, part.value, "deep")
            outermost = not depth and kind is GRAPH
            waiting += [(inner, GRAPH, depth + 1) for inner in self._add_one(content, part, kind, outermost)]

    def _add_one(self, content: Content, place: Field, message: Message, outermost: bool) -> list[Field]:
        """Count one graph; the graphs within it are returned."""
        inner: list[Field] = []
        for name, part in self.named(message, content, place):
            if name == "node":
                inner += self._add_node(content, part, outermost)
            elif name == "tensor":
                self.initializers += 1
                called = self._add_tensor(content, part)
                if outermost:
                    self.names.add(called)
            elif name == "sparse":
                self.initializers += 1
                self.names.add(self._add_sparse(content, part))
        return inner

    def _add_node(self, content: Content, place: Field, outermost: bool) -> list[Field]:
        operator, domain, called, attributes = "", "", "", []
        reads: list[str] = []
        writes: list[str] = []
        for name, part in self.named(NODE, content, place):
            if name == "operator":
                operator = text(content, part)
            elif name == "domain":
                domain = text(content, part)
            elif name == "attribute":
                attributes.append(part)
            elif name == "name":
                called = text(content, part)
            elif outermost:
                (reads if name == "input" else writes).append(text(content, part))
        if outermost:
            self.wires.append(Wire(operator, tuple(reads), tuple(writes), called))
        self.operators[domain or "ai.onnx", operator] += 1
        if operator.endswith("Classifier"):
            self._add_labels(content, operator, attributes)
        return [graph for attribute in attributes for graph in self._add_attribute(content, attribute)]

    def _add_labels(self, content: Content, operator: str, attributes: list[Field]) -> None:
        """Count the class labels of a classifier, where there are few and its scores are given as they are added up."""
        number, transform = 0, ""
        for place in attributes:
            if place.end - place.value > FEW:
                continue
            parts = [part for part in fields(content, place.value, place.end) if part.number in (1, *_VALUES)]
            texts = [text(content, part) for part in parts if part.wire == BYTES]
            if texts[:1] == ["post_transform"]:
                transform = texts[-1]
            elif texts and texts[0].startswith("classlabels_"):
                number += len(parts) - 1
        if number and transform in ("", "NONE", "post_transform"):
            self.labels[operator] = min(number, self.labels.get(operator, number))

    def _add_attribute(self, content: Content, place: Field) -> list[Field]:
        graphs = []
        for name, part in self.named(ATTRIBUTE, content, place):
            if name == "graph":
                graphs.append(part)
            elif name == "tensor":
                self._add_tensor(content, part)
            elif name == "sparse":
                self._add_sparse(content, part)
        return graphs

    def _add_sparse(self, content: Content, place: Field) -> str:
        """Count a sparse tensor; its own name is that of its values."""
        names = [self._add_tensor(content, part) for _, part in self.named(SPARSE, content, place)]
        return next(iter(names), "")

    def _add_tensor(self, content: Content, place: Field) -> str:
        """Count the values of a tensor, which are not looked at; those in another file by its name. Its own name."""
        told: dict[str, str] = {}
        called = ""
        for name, part in self.named(TENSOR, content, place):
            if name == "external":
                key, value = read_entry(content, part)
                told[key] = value
            elif name == "name":
                called = text(content, part)
        self.initializer_bytes += place.end - place.value
        if "location" in told:
            tensors, reaches = self.external.get(told["location"], (0, 0))
            end = _number(told.get("offset", "0")), _number(told.get("length", ""))
            known = None if end[0] is None or end[1] is None or reaches is None else max(reaches, end[0] + end[1])
            self.external[told["location"]] = tensors + 1, known
        return called


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 19 else None


def read_function(content: Content, place: Field, counted: Counted) -> tuple[str, str]:
    """An operator that the model defines, by domain and name; what it is made of is counted. Raises Malformed."""
    told = {"domain": "", "name": ""}
    for name, part in counted.named(FUNCTION, content, place):
        if name in told:
            told[name] = text(content, part)
    counted.add(content, place, FUNCTION)
    return told["domain"] or "ai.onnx", told["name"]
