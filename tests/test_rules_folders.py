"""Rules over MLflow's folders and databases: what they fire on, and near ones that they leave alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from checker.model import Artifact, Case, Distribution, Failure, Observation, OnnxModel, Passed, Stage, Tensor
from checker.model.forms.mlmodel import MlModel, ModelSignature, SignatureColumn
from checker.rules import diagnose
from checker.rules.artifacts.contract import contradictions

from .cases import BLOCKER, NOTE, WARNING, Fires, knowledge


def consumer(**versions: str) -> Observation:
    """An environment of those releases."""
    found = tuple(Distribution(n, v, "/site", modules=(n,)) for n, v in versions.items())
    return Observation("3.10.13", "/env/bin/python", "Linux-x86_64", {"machine": "x86_64"}, distributions=found)


def signature(*columns: tuple[str, str], shape: tuple[int, ...] | None = None) -> ModelSignature:
    return ModelSignature(tuple(SignatureColumn(name, kind, shape) for name, kind in columns))


def inputs(*found: tuple[str, str, tuple[Any, ...]]) -> OnnxModel:
    return OnnxModel(inputs=tuple(Tensor(*one) for one in found))


MATRIX = inputs(("X", "float", (None, 2)))
COLUMNS = inputs(("a", "float", (None, 1)), ("b", "string", (None, 1)))

ONNX = {"onnx": {"data": "model.onnx"}, "python_function": {"loader_module": "mlflow.onnx"}}
MADE = MlModel(flavors=ONNX, loader="mlflow.onnx", signature=signature(("a", "double")), requirements=("onnx==1.15.0",))
TWO = replace(MADE, signature=signature(("a", "float"), ("b", "string")))
XGB = replace(MADE, flavors={"xgboost": {}, "python_function": {}}, requirements=("xgboost==1.7.6",))
ALL_THERE = consumer(mlflow="2.9.2", onnx="1.15.0", onnxruntime="1.16.3")


def case(told: MlModel = MADE, *outcomes: Any, seen: Observation | None = ALL_THERE, **more: Any) -> Case[Any]:
    """A folder, and what came out where it is to be loaded and scored."""
    return Case(Artifact("runs/m", "mlflow", mlmodel=told, consumer=seen, outcomes=outcomes, **more), None, knowledge())


def store(outcome: Failure | Passed) -> Case[Any]:
    """A database, and what came out where it is to be opened."""
    return Case(Artifact("m.db", "mlflow-store", consumer=ALL_THERE, outcomes=(outcome,)), None, knowledge())


def fails(stage: Stage, kind: str, text: str = "x", facts: Mapping[str, Any] | None = None) -> Failure:
    """A step with the folder that did not work."""
    return Failure(stage, "m", 0.1, kind, text, facts=facts or {})


RANK = fails(Stage.RUN, "InvalidArgument", "Invalid rank for input: a Got: 1 Expected: 2", {"fed": "example"})
LENGTH = fails(Stage.RUN, "ValueError", "All arrays must be of the same length", {"fed": "example"})
REFUSED, UNKNOWN = fails(Stage.RUN, "ExampleRefused"), fails(Stage.LOAD, "FormatUnknown")
NOT_LOADED = fails(Stage.LOAD, "ValueError")
WORKED = (Passed(Stage.LOAD, "m", 0.1), Passed(Stage.RUN, "m", 0.1))
NATIVE, OWN, CODED = replace(MADE, flavors={"onnx": {}}), replace(MADE, loader="evil"), replace(MADE, code=("code",))
OBJECT = replace(MADE, flavors={"python_function": {"python_model": "python_model.pkl"}})
NEWER = Failure(Stage.LOAD, "m.db", 0.1, "StoreNewer", "x")
OLDER = Passed(Stage.LOAD, "m.db", 0.1, {"migrates": True})
EXAMPLE = replace(MADE, example="e.json")

FIRES = {
    "no-python-function": (
        Fires(case(NATIVE), BLOCKER, Stage.LOAD, (), "onnx and no python_function"),
        Fires(case(NATIVE, seen=None), WARNING, Stage.LOAD, (), "onnx and no python_function"),
    ),
    "loading-runs-code": (
        Fires(case(OWN, seen=None), WARNING, Stage.LOAD, (), "imports evil"),
        Fires(case(CODED), WARNING, Stage.LOAD, (), "runs code from code"),
        Fires(case(OBJECT), WARNING, Stage.LOAD, (), "python_model"),
    ),
    "flavor-library-missing": (
        Fires(
            case(seen=consumer(mlflow="2.9.2", onnx="1.15.0")),
            BLOCKER, Stage.LOAD, ("onnxruntime",), "onnxruntime is not installed there",
        ),
    ),
    "onnx-package-missing": (
        Fires(
            case(seen=consumer(mlflow="2.9.2", onnxruntime="1.16.3")),
            WARNING, Stage.LOAD, ("onnx",), "where onnx is not installed; mlflow.pyfunc does",
        ),
    ),
    "other-library-release": (
        Fires(
            case(XGB, seen=consumer(mlflow="2.9.2", xgboost="2.1.1")),
            WARNING, Stage.LOAD, ("xgboost",), "made with xgboost 1.7.6, and is to be loaded by 2.1.1",
        ),
    ),
    "written-by-newer-mlflow": (
        Fires(case(MADE, UNKNOWN, producer="mlflow 3.4.0"), BLOCKER, Stage.LOAD, ("mlflow",), "written by mlflow 3.4.0"),
    ),
    "folder-not-loaded": (Fires(case(MADE, NOT_LOADED), BLOCKER, Stage.LOAD, (), "not loaded by MLflow 2.9.2"),),
    "example-refused": (
        Fires(case(MADE, WORKED[0], REFUSED), BLOCKER, Stage.RUN, ("mlflow",), "does not fit its signature"),
    ),
    "example-not-read": (
        Fires(
            case(MADE, WORKED[0], Passed(Stage.RUN, "m", 0.1, {"unread": "KeyError: 'inputs'"})),
            NOTE, Stage.RUN, ("mlflow",), "does not read the input example of m: KeyError",
        ),
    ),
    "columns-fed-flat": (
        Fires(case(TWO, WORKED[0], RANK, model=COLUMNS), BLOCKER, Stage.RUN, (), "2 inputs of two dimensions"),
    ),
    "signature-against-inputs": (
        Fires(case(MADE, WORKED[0], LENGTH, model=MATRIX), BLOCKER, Stage.RUN, (), "the input X takes 2"),
        Fires(case(MADE, seen=None, model=MATRIX), WARNING, Stage.RUN, (), "the input X takes 2"),
    ),
    "folder-not-scored": (
        Fires(case(MADE, WORKED[0], LENGTH), BLOCKER, Stage.RUN, (), "predict fails at its own input example"),
        Fires(
            case(MADE, WORKED[0], replace(LENGTH, facts={"otherwise": "array"})),
            WARNING, Stage.RUN, (), "as a plain array the same rows are taken",
        ),
    ),
    "no-signature": (
        Fires(case(replace(MADE, signature=None), seen=None), NOTE, Stage.REGISTER, (), "has no signature"),
    ),
    "example-not-there": (
        Fires(case(EXAMPLE, seen=None), WARNING, Stage.REGISTER, (), "e.json as its input example, which is not there"),
    ),
    "store-newer-than-client": (Fires(store(NEWER), BLOCKER, Stage.LOAD, ("mlflow",), "unknown to mlflow 2.9.2"),),
    "store-would-be-migrated": (
        Fires(store(OLDER), WARNING, Stage.REGISTER, ("mlflow",), "no older MLflow opens it afterwards"),
    ),
}  # fmt: skip

STAYS: dict[str, tuple[Case[Any], ...]] = {
    "no-python-function": (case(), case(replace(MADE, flavors={}))),
    "loading-runs-code": (case(), case(replace(MADE, loader="mlflow.sklearn"), seen=None)),
    "flavor-library-missing": (case(seen=consumer(mlflow="2.9.2", onnxruntime="1.16.3")), case(seen=None)),
    "onnx-package-missing": (case(), case(XGB, seen=consumer(mlflow="2.9.2", xgboost="1.7.6")), case(seen=None)),
    "other-library-release": (
        case(XGB, seen=consumer(mlflow="2.9.2", xgboost="1.7.1")),
        case(replace(XGB, requirements=("xgboost",)), seen=consumer(mlflow="2.9.2", xgboost="2.1.1")),
        case(seen=consumer(mlflow="2.9.2", onnx="1.16.0", onnxruntime="1.19.2")),
    ),
    "written-by-newer-mlflow": (case(MADE, NOT_LOADED),),
    "folder-not-loaded": (case(MADE, *WORKED), case(MADE, UNKNOWN, producer="mlflow 3.4.0")),
    "example-refused": (case(MADE, *WORKED), case(MADE, WORKED[0], LENGTH)),
    "example-not-read": (case(MADE, *WORKED), case(MADE, WORKED[0], Passed(Stage.RUN, "m", 0.1, {"unread": ""}))),
    "columns-fed-flat": (case(TWO, WORKED[0], LENGTH, model=COLUMNS), case(MADE, WORKED[0], RANK, model=MATRIX)),
    "signature-against-inputs": (
        case(MADE, *WORKED, model=MATRIX),
        case(TWO, seen=None, model=COLUMNS),
        case(replace(MADE, signature=None), seen=None, model=MATRIX),
    ),
    "folder-not-scored": (
        case(MADE, *WORKED),
        case(TWO, WORKED[0], RANK, model=COLUMNS),
        case(MADE, WORKED[0], LENGTH, model=MATRIX),
        case(MADE, WORKED[0], REFUSED),
    ),
    "no-signature": (case(seen=None), case(MADE, seen=None, model=MATRIX)),
    "example-not-there": (case(replace(EXAMPLE, has_example=True), seen=None), case(seen=None)),
    "store-newer-than-client": (store(OLDER), store(Passed(Stage.LOAD, "m.db", 0.1))),
    "store-would-be-migrated": (store(NEWER), store(Passed(Stage.LOAD, "m.db", 0.1))),
}


@pytest.mark.parametrize(
    "sound", [case(), case(seen=None), case(MADE, *WORKED), store(Passed(Stage.LOAD, "m.db", 0.1))]
)
def test_what_is_sound_is_left_alone(sound: Case[Any]) -> None:
    assert diagnose(sound) == ()


@pytest.mark.parametrize(
    "expected", [pytest.param(f, id=f"{k}-{i}") for k, v in FIRES.items() for i, f in enumerate(v)]
)
def test_each_finding_tells_what_to_do(expected: Fires) -> None:
    assert diagnose(expected.case)[0].advice


# --- against the model's inputs ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "model", "said"),
    [
        (signature(("a", "double")), MATRIX, "it tells 1 columns, and the input X takes 2"),
        (signature(("a", "double"), ("b", "string")), MATRIX, "the input X holds float, which b does not"),
        (signature(("a", "double")), COLUMNS, "it does not name the input b"),
        (signature(("a", "double"), ("b", "string"), ("c", "long")), COLUMNS, "the model has no input c"),
        (signature(("a", "long"), ("b", "string")), COLUMNS, "a is long there, and float in the model"),
        (signature(("", "int64"), shape=(-1, 2)), MATRIX, "X is int64 there, and float in the model"),
    ],
)
def test_what_contradicts(told: ModelSignature, model: OnnxModel, said: str) -> None:
    assert said in [*contradictions(told, model)]


@pytest.mark.parametrize(
    ("told", "model"),
    [
        (signature(("a", "double"), ("b", "double")), MATRIX),
        (signature(("a", "float"), ("b", "string")), COLUMNS),
        (signature(("", "float32"), shape=(-1, 2)), MATRIX),
        (signature(("X", "float64"), shape=(-1, 2)), MATRIX),
        (signature(("a", "double"), ("b", "double"), ("c", "double")), inputs(("X", "float", (None, None)))),
        (signature(), MATRIX),
    ],
)
def test_what_does_not(told: ModelSignature, model: OnnxModel) -> None:
    assert [*contradictions(told, model)] == []
