"""Made-up rows for a model of which only the declared inputs are known."""

import importlib
from typing import Any

#: what a session says of an input -> the dtype that it wants
ELEMENT_DTYPES = {
    "tensor(float)": "float32",
    "tensor(double)": "float64",
    "tensor(float16)": "float16",
    "tensor(int64)": "int64",
    "tensor(int32)": "int32",
    "tensor(int16)": "int16",
    "tensor(int8)": "int8",
    "tensor(uint64)": "uint64",
    "tensor(uint32)": "uint32",
    "tensor(uint16)": "uint16",
    "tensor(uint8)": "uint8",
    "tensor(bool)": "bool",
    "tensor(string)": "object",
}
#: rows of a batch, and values of an input at most
MADE_ROWS, MOST_MADE = 5, 10000000


class NotMade(Exception):
    """Rows for an input cannot be made up: of another type, or too many values."""


def input_sizes(inputs: list, rows: int, other: int) -> list:
    """A shape for each input: open dimensions that share a name are one, the first is the batch, others are `other`."""
    named = {}  # type: dict
    shapes = []
    for node in inputs:
        shape = []
        for place, size in enumerate(node.shape or []):
            if isinstance(size, int) and size >= 0:
                shape.append(size)
            elif isinstance(size, str) and size:
                shape.append(named.setdefault(size, other if place else rows))
            else:
                shape.append(other if place else rows)
        shapes.append(shape)
    return shapes


def size_guessed(inputs: list) -> bool:
    """Whether a size had to be guessed that is not the number of rows."""
    return any(not isinstance(size, int) for node in inputs for size in (node.shape or [])[1:])


def made_values(dtype: str, shape: list, kind: Any, texts: list, place: int) -> Any:
    """An array of such values: ones, zeros, or small ones that differ; texts of the model's own for a number."""
    np = importlib.import_module("numpy")
    size = 1
    for part in shape:
        size *= part
    if size > MOST_MADE:
        raise NotMade("an input of %d values is too large to be made up" % size)
    if dtype == "object" and isinstance(kind, int):
        return np.random.RandomState(kind * 97 + place).choice(np.array(texts, dtype=object), size=shape)
    plain = np.zeros(shape) if kind == "zeros" else np.ones(shape)
    if kind == "mixed":
        plain = np.random.RandomState(7).randint(0, 4, size=shape)
        if dtype.startswith("float"):
            plain = np.random.RandomState(7).normal(size=shape)
    if dtype == "object":
        return np.array([str(int(one)) for one in plain.ravel()], dtype=object).reshape(shape)
    return plain.astype(dtype)


def made_up_rows(inputs: list, kind: Any, rows: int, other: int, texts: Any = ()) -> dict:
    """What to feed."""
    fed = {}
    for place, (node, shape) in enumerate(zip(inputs, input_sizes(inputs, rows, other))):
        if node.type not in ELEMENT_DTYPES:
            raise NotMade("the input %s is a %s, of which no rows are made up" % (node.name, node.type))
        fed[node.name] = made_values(ELEMENT_DTYPES[node.type], shape, kind, list(texts), place)
    return fed
