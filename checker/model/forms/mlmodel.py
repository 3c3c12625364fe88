"""What the folder of an MLflow model tells without being loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class SignatureColumn:
    """An input or output as a signature tells it."""

    #: "" where it has none
    name: str
    #: of a column: double, float, long, integer, string, boolean, ...; of a tensor its numpy type
    kind: str
    #: of a tensor, -1 for any size; None: it is a column of a table
    shape: tuple[int, ...] | None = None
    required: bool = True


@dataclass(frozen=True)
class ModelSignature:
    """What a model takes and gives."""

    inputs: tuple[SignatureColumn, ...] = ()
    outputs: tuple[SignatureColumn, ...] = ()

    @property
    def tensors(self) -> bool:
        """Whether the inputs are tensors and not columns of a table."""
        return any(c.shape is not None for c in self.inputs)


@dataclass(frozen=True)
class MlModel:
    """The MLmodel file of a folder, and what lies beside it; what it does not tell is "", None or empty."""

    #: flavour -> what it says, as plain data
    flavors: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    #: release of MLflow that wrote it
    mlflow: str = ""
    #: Python that made it
    python: str = ""
    #: module that MLflow imports to load it as python_function
    loader: str = ""
    #: folder or folders with code that are put on the search path to load it
    code: tuple[str, ...] = ()
    signature: ModelSignature | None = None
    #: file of the input example, and whether it lies there
    example: str = ""
    has_example: bool = False
    #: requirements that stand in requirements.txt and conda.yaml
    requirements: tuple[str, ...] = ()
    conda: tuple[str, ...] = ()
    #: the Python that conda.yaml or python_env.yaml ask for
    wanted_python: str = ""
    #: files that flavours name
    files: tuple[str, ...] = ()
    #: modules that lie in its code, and need not be there otherwise
    brings: tuple[str, ...] = ()

    def pinned(self, package: str) -> str:
        """The requirement for a package, "" where there is none."""
        from ...names import required_name

        return next((r for r in (*self.requirements, *self.conda) if required_name(r) == package), "")
