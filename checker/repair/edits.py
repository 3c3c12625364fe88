"""The single changes of an ONNX file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from ..artifact.onnx.editing import GraphChange, node_of, nodes_of, reading_other, whole_numbers, with_graph
from ..artifact.onnx.messages import ELEMENTS
from ..artifact.onnx.stamps import with_stamps
from ..artifact.onnx.writing import Parts
from ..errors import CannotLook
from ..model import OnnxModel, Tensor
from ..world.foreign.opening import Content

#: what stands in the name of a value that a change brings
MARK = "repaired_"


@dataclass(frozen=True)
class Edit:
    """One change: in words, as what it makes of a file, and how what is fed to it changes."""

    #: "lower the IR version from 10 to 8"
    text: str
    apply: Callable[[Content], Parts]
    #: split, join, cast, flat, names, maps: what it does to inputs or outputs; "" = nothing
    kind: str = ""
    #: names of the inputs afterwards, where they are others
    names: tuple[str, ...] = ()


def lower_stamps(was: Mapping[str, int], now: Mapping[str, int]) -> Edit:
    """Another IR version ("IR version") and other opsets, by domain."""
    ir, opsets = now.get("IR version"), {d: v for d, v in now.items() if d != "IR version"}
    told = [f"the {'' if d == 'IR version' else 'opset of '}{d} from {was[d]} to {v}" for d, v in now.items()]
    return Edit(f"lower {' and '.join(told)}", lambda content: with_stamps(content, ir, opsets))


def split_input(model: OnnxModel, names: Sequence[str] = ()) -> Edit | None:
    """One input a column in the place of one with all columns; None where there is no such input."""
    one = next(iter(model.inputs), None)
    if one is None or len(model.inputs) != 1 or one.around or len(one.shape or ()) != 2:
        return None
    batch, width = one.shape or (None, None)
    if not isinstance(width, int) or width < 2 or (names and len(names) != width):
        return None
    columns = tuple(names) or tuple(f"{one.name}_{number}" for number in range(width))
    new = [Tensor(name, one.element, (batch, 1)) for name in columns]
    change = GraphChange(inputs={one.name: new}, first=(node_of("Concat", columns, one.name, axis=1),))
    text = f"split the input {one.name} into {width} inputs, one a column, which are joined again (Concat)"
    return Edit(text, lambda content: with_graph(content, change), "split", columns)


def join_inputs(model: OnnxModel, name: str = "X") -> Edit | None:
    """One input with all columns in the place of one a column; None where they are not of one type and form."""
    inputs = model.inputs
    kinds = {(t.element, t.around, (t.shape or (None, None))[0]) for t in inputs}
    if len(inputs) < 2 or len(kinds) != 1 or inputs[0].around or any(len(t.shape or ()) != 2 for t in inputs):
        return None
    if any((t.shape or (0, 0))[1] != 1 for t in inputs):
        return None
    name = name if name not in {t.name for t in inputs} else f"{MARK}{name}"
    first = [node_of("Gather", (name, f"{MARK}{n}"), t.name, axis=1) for n, t in enumerate(inputs)]
    constants = tuple(whole_numbers(f"{MARK}{n}", n) for n in range(len(inputs)))
    whole = Tensor(name, inputs[0].element, ((inputs[0].shape or (None,))[0], len(inputs)))
    declared = {t.name: [whole] if not n else [] for n, t in enumerate(inputs)}
    change = GraphChange(inputs=declared, first=tuple(first), constants=constants)
    text = f"join the {len(inputs)} inputs to one, {name}, of which each takes its column (Gather)"
    return Edit(text, lambda content: with_graph(content, change), "join", (name,))


def flatten_input(model: OnnxModel, name: str) -> Edit | None:
    """An input of one dimension, [None], in the place of one of one column, [None, 1]; None where it is no such."""
    one = next((t for t in model.inputs if t.name == name), None)
    if one is None or one.around or one.shape is None or one.shape[1:] != (1,):
        return None
    flat, inner, form = replace(one, shape=one.shape[:1]), f"{MARK}{name}", f"{MARK}{name}_form"

    def apply(content: Content) -> Parts:
        return _within(
            model, content, flat, node_of("Reshape", (name, form), inner), inner, (whole_numbers(form, -1, 1),)
        )

    text = f"declare the input {name} without its second dimension, which comes back within (Reshape)"
    return Edit(text, apply, "flat", tuple(t.name for t in model.inputs))


def rename_inputs(model: OnnxModel, names: Mapping[str, str]) -> Edit | None:
    """Other names of inputs; None where nothing is renamed, or two would have one name."""
    renamed = {t.name: names[t.name] for t in model.inputs if names.get(t.name, t.name) != t.name and not t.around}
    after = tuple(renamed.get(t.name, t.name) for t in model.inputs)
    if not renamed or len(set(after)) < len(after):
        return None
    change = GraphChange(
        inputs={t.name: [replace(t, name=renamed[t.name])] for t in model.inputs if t.name in renamed},
        first=tuple(node_of("Identity", (new,), old) for old, new in renamed.items()),
    )
    text = f"rename the inputs {', '.join(f'{old} to {new}' for old, new in renamed.items())}"
    return Edit(text, lambda content: with_graph(content, change), "names", after)


def cast_input(model: OnnxModel, name: str, element: str) -> Edit | None:
    """An input declared with another type, and cast to its own within."""
    one = next((t for t in model.inputs if t.name == name), None)
    if one is None or one.around or one.element not in ELEMENTS or element not in ELEMENTS:
        return None
    inner = f"{MARK}{name}"
    if one.element == element:
        return None
    text = f"declare the input {name} as {element}, and cast it to {one.element} within (Cast)"

    def apply(content: Content) -> Parts:
        cast = node_of("Cast", (name,), inner, to=ELEMENTS.index(one.element))
        return _within(model, content, replace(one, element=element), cast, inner)

    return Edit(text, apply, "cast", tuple(t.name for t in model.inputs))


def without_maps(model: OnnxModel, content: Content) -> Edit | None:
    """The scores as an array in the place of a map a row; None where there is no such output."""
    maps = {t.name: t for t in model.outputs if any(word.startswith("map") for word in t.around)}
    zipped = [n for n in nodes_of(content) if n.operator == "ZipMap" and n.outputs[:1] and n.outputs[0] in maps]
    if not zipped or "ai.onnx" not in model.opsets:
        return None
    nodes = {n.outputs[0]: node_of("Identity", n.inputs[:1], n.outputs[0]) for n in zipped}
    outputs = {name: [Tensor(name, maps[name].element or "float", (None, None))] for name in nodes}
    change = GraphChange(outputs=outputs, nodes=nodes)
    text = f"give {', '.join(nodes)} as an array, a column a class, in the place of a map a row (ZipMap)"
    return Edit(text, lambda content: with_graph(content, change), "maps")


def _within(
    model: OnnxModel, content: Content, now: Tensor, first: bytes, inner: str, constants: tuple[bytes, ...] = ()
) -> Parts:
    """An input declared anew, and a node that makes of it what all others read from now on. Raises CannotLook."""
    if model.nodes > len(nodes_of(content)):
        raise CannotLook("a model with graphs within graphs is not changed so", "convert it again")
    nodes = _reading(content, now.name, inner)
    return with_graph(content, GraphChange({now.name: [now]}, first=(first,), constants=constants, nodes=nodes))


def _reading(content: Content, name: str, other: str) -> dict[str, bytes]:
    """The nodes that read a value, each reading another one instead."""
    return {n.outputs[0]: reading_other(content, n, name, other) for n in nodes_of(content) if name in n.inputs}


def apply_all(edits: Sequence[Edit], content: Content) -> Parts:
    """All changes, one after another."""
    parts: Parts = [memoryview(content)]
    for number, edit in enumerate(edits):
        parts = edit.apply(b"".join(parts) if number else content)
    return parts
