"""An ONNX model as it is written in its file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

#: a dimension: a number, a name, or nothing that is known
Dimension = int | str | None


@dataclass(frozen=True)
class Tensor:
    """An input or output: what it is called, and what it holds."""

    name: str
    #: float, double, int64, string, ...; of a map or sequence what is in it; "" where it is not told
    element: str = ""
    #: None: not told at all
    shape: tuple[Dimension, ...] | None = None
    #: what stands around the tensor, from the outside: ("sequence", "map of int64")
    around: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """Its type in words, without the shape: "float", "sequence of map of int64 to float"."""
        words = "".join(f"{word} to " if word.startswith("map") else f"{word} of " for word in self.around)
        return words + (self.element or "unknown")


@dataclass(frozen=True)
class Operator:
    """How often an operator stands in a model, its subgraphs and functions included."""

    domain: str
    name: str
    count: int


@dataclass(frozen=True)
class ExternalData:
    """A file beside the model that holds values of its tensors."""

    location: str
    #: tensors that lie in it, and the bytes up to which they reach; None where a tensor tells no length
    tensors: int
    reaches: int | None
    #: inside, missing, short, outside (the folder), link (a symbolic link), special (no ordinary file)
    state: str = "inside"
    #: bytes of the file, where it lies inside
    size: int = 0


@dataclass(frozen=True)
class OnnxModel:
    """What an ONNX file tells; operator domains are written out, "ai.onnx" for ""."""

    ir: int | None = None
    opsets: Mapping[str, int] = field(default_factory=dict)
    producer: str = ""
    domain: str = ""
    version: int | None = None
    graph: str = ""
    inputs: tuple[Tensor, ...] = ()
    outputs: tuple[Tensor, ...] = ()
    operators: tuple[Operator, ...] = ()
    #: classifier -> how many class labels it has, the fewest where it stands there several times; only those that give
    #: their scores as they are added up (post_transform NONE)
    labels: Mapping[str, int] = field(default_factory=dict)
    #: constants: how many, and their bytes in the file
    initializers: int = 0
    #: whether some of them are no inputs at the same time, as IR versions before 4 want it
    bare_constants: bool = False
    initializer_bytes: int = 0
    external: tuple[ExternalData, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    #: operators that the model itself defines: (domain, name)
    functions: tuple[tuple[str, str], ...] = ()

    @property
    def nodes(self) -> int:
        """How many operators there are."""
        return sum(operator.count for operator in self.operators)

    def has(self, operator: str) -> bool:
        """Whether an operator of that name is in it, of whatever domain."""
        return any(o.name == operator for o in self.operators)
