"""What a training made, as something to look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .forms.onnx import OnnxModel
from .seen import Observation, Outcome, Taken

if TYPE_CHECKING:
    from .forms.mlmodel import MlModel
    from .forms.pickled import Pickled
    from .tables import Table


@dataclass(frozen=True)
class Fault:
    """Something wrong with a file or folder itself, wherever it is used."""

    #: empty, pointer, web-page, archive, truncated, malformed, too-large, ...: one word a kind
    kind: str
    #: one sentence, with where in the file
    text: str
    #: what to do about it, as sentences; the first is tried first
    advice: tuple[str, ...] = ()
    #: shell lines for the first advice
    lines: tuple[str, ...] = ()
    #: what to change where it is made, a sentence
    mends: str = ""


@dataclass(frozen=True)
class Artifact(Taken):
    """A file or folder that a training made; what it does not tell is "", None or empty."""

    path: str
    #: onnx, ort, mlflow (a folder), mlflow-store (a database), pickle, joblib, cloudpickle, skops; unknown where no
    #: reader knows it
    form: str
    #: what wrote it, with its release: "skl2onnx 1.17.0"
    producer: str = ""
    #: IR version of the ONNX model
    ir: int | None = None
    #: operator domain ("ai.onnx", "ai.onnx.ml", ...) -> opset
    opsets: Mapping[str, int] = field(default_factory=dict)
    #: the steps that were taken with it in the consumer
    outcomes: tuple[Outcome, ...] = ()
    #: what could not be looked at, in sentences
    remarks: tuple[str, ...] = ()
    #: bytes, those of files that belong to it included
    size: int | None = None
    #: what is wrong with it as it lies there
    faults: tuple[Fault, ...] = ()
    #: further rows of its card: name and text
    told: tuple[tuple[str, str], ...] = ()
    #: the graph of an ONNX model
    model: OnnxModel | None = None
    #: what a file of pickled objects tells
    pickled: Pickled | None = None
    #: what the folder of an MLflow model tells
    mlmodel: MlModel | None = None
    #: what a reader of another form found, as plain data by its own names
    details: Mapping[str, Any] = field(default_factory=dict)
    #: modules that a consumer imports to use it, in this order
    modules: tuple[str, ...] = ()
    #: the table that is to be scored with it
    table: Table | None = None
    #: the environment that is to use it
    consumer: Observation | None = None
