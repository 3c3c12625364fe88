"""Ways in which a script scores a logged model, beside handing rows to `predict`."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from checker.model import Case, Logging, Observation, Scored, Stage
from checker.probe.inside.canary.given import make_given
from checker.probe.inside.canary.register import answer_to, rows_to_evaluate
from checker.rules import diagnose
from checker.script import read

from .cases import at, canary, case, failed, script

START = """import json
import mlflow
import numpy as np
import pandas as pd
from mlflow.models import convert_input_example_to_serving_input, infer_signature, validate_serving_input
from scipy.sparse import csr_matrix
from sklearn.linear_model import Ridge

trips = pd.DataFrame({"km": np.random.rand(100), "fare": np.random.rand(100)})
X = trips[["km"]]
with mlflow.start_run():
    info = mlflow.sklearn.log_model(Ridge().fit(X, trips["fare"]), artifact_path="m", signature=infer_signature(X%s))
"""


def logged(tmp_path: Path, text: str, signed: str = "") -> Logging:
    (tmp_path / "train.py").write_text(START % signed + text + "\n", encoding="utf-8")
    found = [c.logging for c in read([tmp_path / "train.py"]).canaries if c.logging and c.make]
    assert found
    return found[0]


def scored(tmp_path: Path, text: str, signed: str = "") -> tuple[Scored, ...]:
    return logged(tmp_path, text, signed).scored


WAYS: list[tuple[str, tuple[str, str, dict[str, Any]]]] = [
    (
        "mlflow.evaluate(info.model_uri, trips, targets='fare', model_type='regressor')",
        ("mlflow.evaluate", "frame", {"targets": "fare", "model_type": "regressor"}),
    ),
    (
        "mlflow.evaluate(info.model_uri, trips, 'fare', 'regressor', extra_metrics=[mine()])",
        ("mlflow.evaluate", "frame", {"targets": "fare", "model_type": "regressor"}),
    ),
    (
        "mlflow.models.predict(info.model_uri, input_data=X, env_manager='uv')",
        ("mlflow.models.predict", "frame", {}),
    ),
    (
        "validate_serving_input(info.model_uri, convert_input_example_to_serving_input(X))",
        ("mlflow.models.validate_serving_input", "serving", {}),
    ),
    (
        "validate_serving_input(info.model_uri, json.dumps({'inputs': {'km': [1.5]}}))",
        ("mlflow.models.validate_serving_input", "json", {}),
    ),
    ("mlflow.pyfunc.load_model(info.model_uri).predict(csr_matrix(X))", ("", "sparse", {})),
    ("mlflow.pyfunc.load_model(info.model_uri).predict(csr_matrix(X).toarray())", ("", "array", {})),
]


@pytest.mark.parametrize(("text", "way"), WAYS, ids=range(len(WAYS)))
def test_ways_of_scoring(tmp_path: Path, text: str, way: tuple[str, str, dict[str, Any]]) -> None:
    assert [(one.by, one.data.form, dict(one.more)) for one in scored(tmp_path, text)] == [way]


@pytest.mark.parametrize(
    "text",
    [
        "mlflow.evaluate(lambda x: x, trips, targets='fare')",
        "mlflow.evaluate(info.model_uri, load(), targets='fare')",
        "mlflow.evaluate(data=trips, targets='fare', predictions='km')",
        "if unknown():\n    mlflow.evaluate(info.model_uri, trips, targets='fare')",
        "try:\n    mlflow.models.predict(info.model_uri, X)\nexcept Exception:\n    pass\nprint()",
        "validate_serving_input(info.model_uri, json.dumps(read()))",
        "mlflow.pyfunc.load_model(info.model_uri).predict(X, params=settings())",
    ],
)
def test_what_cannot_be_read_or_may_fail_is_not_scored(tmp_path: Path, text: str) -> None:
    assert scored(tmp_path, text) == ()


def test_parameters_are_read_on_both_sides(tmp_path: Path) -> None:
    text = "mlflow.pyfunc.load_model(info.model_uri).predict(X, params={'k': 'two'})"
    found = logged(tmp_path, text, ", params={'k': 2}")
    assert (found.params, [one.params for one in found.scored]) == ({"k": 2}, [{"k": "two"}])
    assert logged(tmp_path, text, ", params=settings()").signed is None


def test_what_a_release_does_not_have_scores_nothing() -> None:
    one = {"by": "mlflow.models.no_such_function", "params": None, "data": {"form": "literal", "value": 1}, "more": {}}
    pytest.importorskip("mlflow")
    assert answer_to(SimpleNamespace(), "m", {}, one) == {}


def test_the_rows_of_an_evaluation_have_the_targets_of_the_model() -> None:
    numpy, pandas = pytest.importorskip("numpy"), pytest.importorskip("pandas")
    column = {"form": "column", "dtype": "int64", "dims": [None], "missing": False, "parts": [], "value": None}
    data = {**column, "form": "frame", "dtype": "", "parts": [["a", column], ["y", column]]}
    state = {"np": numpy, "x": pandas.DataFrame({"a": range(5)}), "y": numpy.array([1, 0, 1, 1, 0])}
    assert rows_to_evaluate({"data": data, "more": {"targets": "y"}}, state)["y"].tolist() == [1, 0, 1, 1, 0]
    assert list(rows_to_evaluate({"data": data, "more": {"targets": "z"}}, state).columns) == ["a", "y"]


def test_json_is_made_of_the_values_in_it() -> None:
    numpy = pytest.importorskip("numpy")
    number = {"form": "literal", "dtype": "", "dims": [], "missing": False, "parts": [], "value": 1.5}
    made = {**number, "form": "dict", "parts": [["km", number]]}
    assert make_given({**number, "form": "json", "parts": [["", made]]}, {"np": numpy}) == '{"km": 1.5}'


# --- the advice --------------------------------------------------------------------------------------------------

NAME = "train.py:9 Ridge"


def refused(by: str, text: str) -> Case[Observation]:
    own = canary(NAME, logging=Logging(flavor="sklearn", scored=(Scored(make_frame(), by=by),)), converter="")
    place = at("mlflow/pyfunc/__init__.py", 7, "predict")
    return case(failed(Stage.RUN, NAME, "MlflowException", text, place), uses=script(own, imports="mlflow"))


def make_frame() -> Any:
    from checker.model import Given

    return Given("frame", dims=(3,), parts=(("km", Given("column", "float64", (3,))),))


@pytest.mark.parametrize(
    ("by", "text", "rule", "says"),
    [
        ("mlflow.evaluate", "does not contain the specified targets column 'y'.", "mlflow-scoring", 'targets="label"'),
        ("mlflow.evaluate", "Output column name is not specified for it", "mlflow-scoring", 'predictions="output_label"'),
        ("mlflow.evaluate", "evaluator_config must be a dict", "mlflow-scoring", 'evaluator_config={"default"'),
        ("mlflow.evaluate", "Something else", "mlflow-scoring", "data.assign("),
        ("", "Invalid parameters found: {('k', 'str')}", "signature-refuses", "predict(x, params=params)"),
        ("", "models that have a single input: ONNX models that have a single input", "mlflow-scoring", "predict(columns)"),
        ("", "Something that MLflow refuses itself", "mlflow-scoring", "predict(x.astype('float32'))"),
    ],
)  # fmt: skip
def test_the_first_advice_is_a_line_to_write(by: str, text: str, rule: str, says: str) -> None:
    (finding,) = diagnose(refused(by, text))
    assert (finding.rule, finding.advice[0].kind) == (rule, "code")
    assert says in "\n".join(finding.advice[0].lines)
