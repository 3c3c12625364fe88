"""ONNX files for tests, written byte by byte as protocol buffers."""

from __future__ import annotations


def varint(value: int) -> bytes:
    """A number of variable length."""
    value &= 0xFFFF_FFFF_FFFF_FFFF
    parts = bytearray()
    while value > 127:
        parts.append(value & 127 | 128)
        value >>= 7
    return bytes([*parts, value])


def number(field: int, value: int) -> bytes:
    """A field that is a number."""
    return varint(field << 3) + varint(value)


def bytes_field(field: int, content: bytes) -> bytes:
    """A field that is a text or a message."""
    return varint(field << 3 | 2) + varint(len(content)) + content


def value(field: int, name: str, kind: bytes) -> bytes:
    """An input (field 11 of a graph) or output (12)."""
    return bytes_field(field, bytes_field(1, name.encode()) + bytes_field(2, kind))


def floats(*shape: int | None) -> bytes:
    """The type of a tensor of floats."""
    dimensions = b"".join(bytes_field(1, b"" if d is None else number(1, d)) for d in shape)
    return bytes_field(1, number(1, 1) + bytes_field(2, dimensions))


def node(operator: str, *names: str, domain: str = "", more: bytes = b"") -> bytes:
    """A node of a graph; the last name is its output."""
    told = b"".join(bytes_field(1, name.encode()) for name in names[:-1]) + bytes_field(2, names[-1].encode())
    return bytes_field(
        1, told + bytes_field(4, operator.encode()) + more + (bytes_field(7, domain.encode()) if domain else b"")
    )


def tensor(name: str, values: bytes) -> bytes:
    """A constant of a graph."""
    return bytes_field(5, number(1, 4) + number(1, 4) + number(2, 1) + bytes_field(8, name.encode()) + values)


def external(location: str, **entries: int) -> bytes:
    """Values in another file."""
    told = {"location": location, **{key: str(number) for key, number in entries.items()}}
    rows = (bytes_field(13, bytes_field(1, k.encode()) + bytes_field(2, v.encode())) for k, v in told.items())
    return b"".join(rows) + number(14, 1)


def graph(nodes: bytes = b"", inputs: bytes = b"", outputs: bytes = b"", initializers: bytes = b"") -> bytes:
    """A graph."""
    return nodes + bytes_field(2, b"g") + initializers + inputs + outputs


def model(
    *,
    ir: int | None = 8,
    opset: int | None = 17,
    nodes: bytes = node("Relu", "X", "Y"),
    inputs: bytes = value(11, "X", floats(None, 4)),
    outputs: bytes = value(12, "Y", floats(None, 4)),
    initializers: bytes = b"",
    producer: str = "tests",
    producer_version: str = "",
    more: bytes = b"",
) -> bytes:
    """A model; what is None is left out."""
    told = b"" if ir is None else number(1, ir)
    told += bytes_field(2, producer.encode()) + bytes_field(3, producer_version.encode())
    told += bytes_field(7, graph(nodes, inputs, outputs, initializers))
    return told + (b"" if opset is None else bytes_field(8, number(2, opset))) + more
