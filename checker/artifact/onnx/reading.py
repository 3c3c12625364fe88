"""An ONNX file: what it tells of itself, what it needs, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from ...model import Artifact, Fault, OnnxModel, Operator, Tensor
from ...world.foreign.opening import Content
from .beside import look_beside
from .graphs import Counted, read_function
from .messages import GRAPH, MODEL, read_entry, read_opset, read_tensor_info, signed, text
from .wire import BYTES, Field, Malformed
from .wires import MENDS, find_twice, find_wrong
from .writing import whole

#: bytes of a message that protocol buffers take
MOST_BYTES = 2**31 - 1
#: what is done about a file that does not hold what it should
_AGAIN = "Save the model again, or copy the file again: what lies there is not what was written."


@dataclass
class _Told:
    """What a model tells, as it is read."""

    numbers: dict[str, int] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    opsets: dict[str, int] = field(default_factory=dict)
    metadata: dict[str, str] = field(default_factory=dict)
    functions: list[tuple[str, str]] = field(default_factory=list)
    inputs: list[Tensor] = field(default_factory=list)
    outputs: list[Tensor] = field(default_factory=list)
    graphs: int = 0
    counted: Counted = field(default_factory=Counted)

    def read(self, content: Content) -> None:
        """Take in the whole file. Raises Malformed at the first thing that is wrong."""
        for name, part in self.counted.named(MODEL, content, whole(content)):
            if name == "graph":
                self.graphs += 1
                self._read_graph(content, part)
            elif name == "opset":
                domain, version = read_opset(content, part)
                self.opsets[domain] = version
            elif name == "metadata":
                key, value = read_entry(content, part)
                self.metadata[key] = value
            elif name == "function":
                self.functions.append(read_function(content, part, self.counted))
            elif part.wire == BYTES:
                self.texts[name] = text(content, part)
            else:
                self.numbers[name] = signed(part.value)

    def _read_graph(self, content: Content, place: Field) -> None:
        for name, part in self.counted.named(GRAPH, content, place):
            if name in ("input", "output"):
                known = self.inputs if name == "input" else self.outputs
                known.append(read_tensor_info(content, part))
            elif name == "name":
                self.texts["graph"] = text(content, part)
        self.counted.add(content, place)

    def model(self, folder: Path) -> OnnxModel:
        """The same as a value; files beside the model are looked for in its folder."""
        counted = self.counted
        producer = f"{self.texts.get('producer', '')} {self.texts.get('producer_version', '')}".strip()
        operators = sorted(counted.operators.items(), key=lambda entry: (-entry[1], entry[0]))
        return OnnxModel(
            self.numbers.get("ir"),
            self.opsets,
            producer,
            self.texts.get("domain", ""),
            self.numbers.get("version"),
            self.texts.get("graph", ""),
            tuple(self.inputs),
            tuple(self.outputs),
            tuple(Operator(domain, name, count) for (domain, name), count in operators),
            counted.labels,
            counted.initializers,
            not counted.names <= {tensor.name for tensor in self.inputs},
            counted.initializer_bytes,
            look_beside(folder, counted.external),
            self.metadata,
            tuple(self.functions),
        )


def read_onnx(path: Path, content: Content) -> Artifact:
    """What an ONNX file tells; of a broken one what stands before the fault."""
    told, faults = _Told(), []
    size = len(content)
    try:
        if size > MOST_BYTES:
            raise Malformed(f"it has {size:,} bytes, and no message may have more than {MOST_BYTES:,}", 0, "too-large")
        told.read(content)
        faults += _lacks(told, path.name)
    except Malformed as wrong:
        faults.append(
            Fault(wrong.kind, f"{path.name} is no whole ONNX model: {wrong.text} (at byte {wrong.at:,}).", (_AGAIN,))
        )
    model = told.model(path.parent)
    size += sum(e.size for e in model.external)
    return Artifact(
        str(path), "onnx", model.producer, model.ir, model.opsets, size=size, faults=tuple(faults), model=model,
        modules=("onnxruntime",),
    )  # fmt: skip


def _lacks(told: _Told, name: str) -> list[Fault]:
    """What a file lacks that every model has."""
    if not told.graphs and not told.numbers.get("ir"):
        return [Fault("no-model", f"{name} holds no ONNX model: it has neither an IR version nor a graph.", (_AGAIN,))]
    if not told.graphs:
        return [Fault("no-graph", f"{name} has no graph: there is nothing to run.", (_AGAIN,))]
    if not told.numbers.get("ir"):
        return [Fault("no-ir", f"{name} tells no IR version, which every runtime asks for.", (_AGAIN,))]
    if not told.opsets and told.numbers["ir"] >= 3:
        return [Fault("no-opset", f"{name} tells no opset, which every model of its IR version has to.", (_AGAIN,))]
    wrong = _wrong(told)
    return [Fault(wrong[0], f"The graph of {name} cannot be run: {wrong[1]}.", mends=MENDS[wrong[0]])] if wrong else []


def _wrong(told: _Told) -> tuple[str, str] | None:
    """A kind and a sentence for the first thing that no runtime takes of a graph."""
    if not told.outputs:
        return "no-output", "it has no output"
    if again := find_twice(tensor.name for tensor in told.inputs):
        return "given-twice", f"two of its inputs are called {again}"
    given = {*told.counted.names, *(tensor.name for tensor in told.inputs)}
    return find_wrong(given, told.counted.wires, [tensor.name for tensor in told.outputs])
