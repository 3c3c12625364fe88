"""The stage of an exception that left a script, by the calls below the script's own line."""

from __future__ import annotations

import pytest

from checker.probe.inside.rehearse.leaving.stages import stage_of


@pytest.mark.parametrize(
    ("calls", "stage"),
    [
        ([], "fit"),
        ([("sklearn.base", "fit")], "fit"),
        ([("skl2onnx.convert", "to_onnx")], "convert"),
        ([("onnx.checker", "check_model")], "check"),
        ([("onnx.reference.reference_evaluator", "__init__")], "run"),
        ([("onnx.referenced", "x")], "check"),
        ([("mlflow.tracking.fluent", "set_tag")], "register"),
        ([("mlflow.pyfunc", "predict"), ("mlflow.models.utils", "_enforce_schema")], "run"),
        ([("mlflow.tracing.fluent", "wrapper"), ("mlflow.pyfunc", "predict")], "run"),
        ([("mlflow.pyfunc", "load_model"), ("mlflow.onnx", "_load_pyfunc")], "load"),
        # what is logged with an example is scored on the way
        ([("mlflow.onnx", "log_model"), ("mlflow.models.model", "log"), ("mlflow.pyfunc", "predict")], "register"),
        ([("sklearn.linear_model._base", "predict")], "fit"),
    ],
)
def test_the_outermost_call_that_tells_names_the_stage(calls: list[tuple[str, str]], stage: str) -> None:
    assert stage_of(calls) == stage
