"""What a training made, as something to look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .seen import Outcome, Taken


@dataclass(frozen=True)
class Artifact(Taken):
    """A file or folder that a training made; what it does not tell is "", None or empty."""

    path: str
    #: onnx (a file) or mlflow (a model's folder)
    form: str
    #: what wrote it, with its release: "skl2onnx 1.17.0"
    producer: str = ""
    #: IR version of the ONNX model
    ir: int | None = None
    #: operator domain ("ai.onnx", "ai.onnx.ml", ...) -> opset
    opsets: Mapping[str, int] = field(default_factory=dict)
    outcomes: tuple[Outcome, ...] = ()
    #: what could not be looked at, in sentences
    remarks: tuple[str, ...] = ()
