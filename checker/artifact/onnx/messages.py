"""The messages of ONNX: their fields by name, and the small ones read whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ...model import Dimension, Tensor
from ...world.foreign.opening import Content
from .wire import BYTES, FIXED32, FIXED64, VARINT, Field, Malformed, fields

#: a message's fields: number -> name and wire type (onnx.proto of onnx 1.23)
Message = Mapping[int, tuple[str, int]]

MODEL: Message = {
    1: ("ir", VARINT),
    2: ("producer", BYTES),
    3: ("producer_version", BYTES),
    4: ("domain", BYTES),
    5: ("version", VARINT),
    7: ("graph", BYTES),
    8: ("opset", BYTES),
    14: ("metadata", BYTES),
    25: ("function", BYTES),
}
OPSET: Message = {1: ("domain", BYTES), 2: ("version", VARINT)}
ENTRY: Message = {1: ("key", BYTES), 2: ("value", BYTES)}
GRAPH: Message = {
    1: ("node", BYTES),
    2: ("name", BYTES),
    5: ("tensor", BYTES),
    11: ("input", BYTES),
    12: ("output", BYTES),
    15: ("sparse", BYTES),
}
FUNCTION: Message = {
    1: ("name", BYTES),
    4: ("input", BYTES),
    5: ("output", BYTES),
    7: ("node", BYTES),
    9: ("opset", BYTES),
    10: ("domain", BYTES),
}
NODE: Message = {
    1: ("input", BYTES),
    2: ("output", BYTES),
    3: ("name", BYTES),
    4: ("operator", BYTES),
    5: ("attribute", BYTES),
    7: ("domain", BYTES),
}
ATTRIBUTE: Message = {
    1: ("name", BYTES),
    5: ("tensor", BYTES),
    6: ("graph", BYTES),
    10: ("tensor", BYTES),
    11: ("graph", BYTES),
    22: ("sparse", BYTES),
    23: ("sparse", BYTES),
}
TENSOR: Message = {
    1: ("dims", VARINT),
    2: ("type", VARINT),
    8: ("name", BYTES),
    9: ("raw", BYTES),
    13: ("external", BYTES),
    14: ("location", VARINT),
}
SPARSE: Message = {1: ("tensor", BYTES), 2: ("tensor", BYTES)}
VALUE: Message = {1: ("name", BYTES), 2: ("type", BYTES)}
TYPE: Message = {
    1: ("tensor", BYTES),
    4: ("sequence", BYTES),
    5: ("map", BYTES),
    8: ("sparse", BYTES),
    9: ("optional", BYTES),
}
TENSOR_TYPE: Message = {1: ("element", VARINT), 2: ("shape", BYTES)}
WITHIN: Message = {1: ("inner", BYTES)}
MAP: Message = {1: ("key", VARINT), 2: ("inner", BYTES)}
SHAPE: Message = {1: ("dimension", BYTES)}
DIMENSION: Message = {1: ("value", VARINT), 2: ("name", BYTES)}

#: TensorProto.DataType -> what ONNX calls it
ELEMENTS = (
    "", "float", "uint8", "int8", "uint16", "int16", "int32", "int64", "string", "bool", "float16", "double", "uint32",
    "uint64", "complex64", "complex128", "bfloat16", "float8e4m3fn", "float8e4m3fnuz", "float8e5m2", "float8e5m2fnuz",
    "uint4", "int4", "float4e2m1", "float8e8m0", "uint2", "int2",
)  # fmt: skip
_WIRES = {VARINT: "a number", FIXED64: "8 bytes", BYTES: "a text or message", FIXED32: "4 bytes"}
#: characters that are kept of a name
LONGEST_NAME = 1000
#: types within types at most
DEEPEST_TYPE = 32


def named(message: Message, content: Content, at: int, end: int) -> Iterator[tuple[str, Field]]:
    """The fields of a message that have a name here. Raises Malformed, for one of another wire type too."""
    for field in fields(content, at, end, message):
        if known := message.get(field.number):
            name, wire = known
            if field.wire != wire:
                told = f"the field {name} is {_WIRES[field.wire]}, where {_WIRES[wire]} belongs"
                raise Malformed(told, at, "wrong-type")
            yield name, field


def text(content: Content, field: Field, most: int = LONGEST_NAME) -> str:
    """A text, cut; what is no UTF-8 is marked in it."""
    return bytes(content[field.value : min(field.end, field.value + most)]).decode("utf-8", "replace")


def signed(value: int) -> int:
    """A number as int64."""
    return value - (1 << 64) if value >> 63 else value


def read_opset(content: Content, field: Field) -> tuple[str, int]:
    """An operator domain, written out, and its version."""
    domain, version = "", 0
    for name, part in named(OPSET, content, field.value, field.end):
        if name == "domain":
            domain = text(content, part)
        else:
            version = signed(part.value)
    return domain or "ai.onnx", version


def read_entry(content: Content, field: Field) -> tuple[str, str]:
    """A key and its text."""
    told = {"key": "", "value": ""}
    for name, part in named(ENTRY, content, field.value, field.end):
        told[name] = text(content, part)
    return told["key"], told["value"]


def read_tensor_info(content: Content, field: Field) -> Tensor:
    """An input or output: its name, and its type as far as it is told. Raises Malformed."""
    called, place = "", None
    for name, part in named(VALUE, content, field.value, field.end):
        if name == "name":
            called = text(content, part)
        else:
            place = part
    around: list[str] = []
    for _ in range(DEEPEST_TYPE):
        if place is None:
            return Tensor(called, around=tuple(around))
        kind, inner = _type(content, place)
        if kind in ("tensor", "sparse"):
            element, shape = _tensor_type(content, inner)
            return Tensor(called, element, shape, (*around, *(["sparse tensor"] if kind == "sparse" else [])))
        word, place = _within(content, kind, inner)
        around += [word] * bool(word)
    raise Malformed(f"the type of {called} has more than {DEEPEST_TYPE} types within each other", field.value, "deep")


def _type(content: Content, place: Field) -> tuple[str, Field]:
    """Which of the types a type is; an empty one is a tensor of which nothing is told."""
    found = "tensor", Field(0, BYTES, place.end, place.end)
    for name, part in named(TYPE, content, place.value, place.end):
        found = name, part
    return found


def _within(content: Content, kind: str, place: Field) -> tuple[str, Field | None]:
    """A sequence, map or optional in words, and the type of what is in it."""
    key, inner = "", None
    for name, part in named(MAP if kind == "map" else WITHIN, content, place.value, place.end):
        if name == "key":
            key = element_of(part.value)
        else:
            inner = part
    return f"map of {key or 'unknown'}" if kind == "map" else kind, inner


def _tensor_type(content: Content, place: Field) -> tuple[str, tuple[Dimension, ...] | None]:
    element, shape = "", None
    for name, part in named(TENSOR_TYPE, content, place.value, place.end):
        if name == "element":
            element = element_of(part.value)
        else:
            shape = tuple(_dimension(content, d) for _, d in named(SHAPE, content, part.value, part.end))
    return element, shape


def _dimension(content: Content, place: Field) -> Dimension:
    found: Dimension = None
    for name, part in named(DIMENSION, content, place.value, place.end):
        found = signed(part.value) if name == "value" else text(content, part)
    return found


def element_of(number: int) -> str:
    """The name of a type of elements; of one that is not known its number."""
    return ELEMENTS[number] if number < len(ELEMENTS) else f"type {number}"
