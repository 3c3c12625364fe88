"""Values of a reading as expressions that make them again."""

from __future__ import annotations

import re
from typing import Any

from ..plain import LONGEST
from ..reading.state import State
from ..values.arrays import Array
from ..values.holders import LEAVES, leaves
from ..values.proxies import Dtype, Reference
from .built import Built

#: names that stand for numbers and types
NAMES = re.compile(r"onnx\.(\w+Proto(\.\w+)*\.[A-Z][A-Z0-9_]*|IR_VERSION)$|numpy\.(float|u?int|bool|str|object)\w*$")
#: functions of numpy that make arrays of literals
ARRAYS = re.compile(r"numpy\.(array|asarray|zeros|ones|full|arange|linspace|reshape|eye)$")
#: values in the place of random ones
FLOATS = ("float16", "float32", "float64")
#: elements of an array that is made up
MOST = 1_000_000


class NotWritten(Exception):
    """A value cannot be made again."""


class Writer:
    """Writes values, and remembers what they need."""

    def __init__(self, reader: State) -> None:
        self.reader = reader
        self.uses: set[int] = set()
        self.imports: set[str] = set()

    def write(self, value: Any) -> str:
        """An expression for a value. Raises NotWritten, and TooLarge."""
        list(leaves(value, LONGEST * 10))
        if self.reader.doubts_of(value):
            raise NotWritten
        return self._write(value)

    def _write(self, value: Any) -> str:
        if isinstance(value, Built):
            self.uses.add(value.number)
            return value.text
        if isinstance(value, Reference) and value.sure and NAMES.match(value.name):
            self.imports.add(value.name.partition(".")[0])
            return value.name
        if isinstance(value, dict):
            return "{" + ", ".join(f"{self._write(k)}: {self._write(v)}" for k, v in dict.items(value)) + "}"
        if type(value) in (list, tuple):
            inner = ", ".join(map(self._write, value))
            return f"[{inner}]" if isinstance(value, list) else f"({inner},)" if len(value) == 1 else f"({inner})"
        if isinstance(value, Array):
            return self._array(value)
        if isinstance(value, Dtype) and value.kind:
            self.imports.add("numpy")
            return f"numpy.dtype({value.kind!r})"
        if isinstance(value, LEAVES) and not isinstance(value, (slice, range, type(...))):
            strange = isinstance(value, float) and (value != value or value in (float("inf"), float("-inf")))
            return f"float({str(value)!r})" if strange else repr(value)
        raise NotWritten

    def _array(self, value: Array) -> str:
        """An array by what made it; of floats that are not known, one of the same shape and type."""
        self.imports.add("numpy")
        if value.code and ARRAYS.match(value.code[0]):
            name, args, kwargs = value.code
            given = [self._write(a) for a in args] + [f"{k}={self._write(v)}" for k, v in kwargs.items()]
            return f"{name}({', '.join(given)})"
        kind, sizes = value.stored or value.kind, value.dims
        if kind not in FLOATS or value.holder == "series" or sizes is None:
            raise NotWritten
        count = 1
        for size in sizes:
            count *= MOST + 1 if size is None else size
        if count > MOST:
            raise NotWritten
        made = f"numpy.ones({tuple(sizes)!r}, dtype=numpy.{kind})"
        return f"{made}.tolist()" if value.holder == "list" else made

    def call(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
        """A call of a function by its dotted name."""
        self.imports.add(name.rpartition(".")[0])
        given = [self.write(a) for a in args] + [f"{k}={self.write(v)}" for k, v in kwargs.items()]
        return f"{name}({', '.join(given)})"
