"""Models that are converted before they are fitted, and predictions that are taken for arrays."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker.model import Case, Logging, Observation, Stage
from checker.rules import diagnose
from checker.script import read

from .cases import BLOCKER, MODEL, Fires, at, canary, case, failed, script, works

HEAD = """import mlflow, numpy as np
from sklearn.metrics import accuracy_score
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from skl2onnx import to_onnx
X = np.ones((60, 3), np.float32)
y = np.arange(60) % 2
m = SVC()
"""
UNFITTED = [
    ("to_onnx(m, X)", True),
    ("cross_val_score(m, X, y)\nto_onnx(m, X)", True),
    ("GridSearchCV(m, {'C': [1, 2]}).fit(X, y)\nto_onnx(m, X)", True),
    ("g = GridSearchCV(m, {'C': [1, 2]}).fit(X, y)\nto_onnx(g.best_estimator_, X)", False),
    ("cross_val_score(m, X, y)\nm.fit(X, y)\nto_onnx(m, X)", False),
    ("make_pipeline(StandardScaler(), m).fit(X, y)\nto_onnx(m, X)", False),
    ("def go(q):\n    q.fit(X, y)\ngo(m)\nto_onnx(m, X)", False),
    ("import trainer\ntrainer.go(m)\nto_onnx(m, X)", False),
    ("from things import Thing\nThing(m).fit(X, y)\nto_onnx(m, X)", False),
    ("getattr(m, 'fit')(X, y)\nto_onnx(m, X)", False),
    ("m.load_model('m.bin')\nto_onnx(m, X)", False),
]


@pytest.mark.parametrize(("text", "unfitted"), UNFITTED, ids=range(len(UNFITTED)))
def test_what_nothing_can_have_fitted_is_unfitted(tmp_path: Path, text: str, unfitted: bool) -> None:
    (tmp_path / "train.py").write_text(HEAD + text + "\n", encoding="utf-8")
    assert [c.unfitted for c in read([tmp_path / "train.py"]).canaries if c.converted] == [unfitted]


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("accuracy_score(y, p)", "column"),
        ("p.ravel()", "array"),
        ("p[:, 0]", "array"),
        ("np.allclose(p, y)", "array"),
        ("p['label']", ""),
        ("try:\n    p.ravel()\nexcept TypeError:\n    pass", ""),
    ],
)
def test_what_a_prediction_is_taken_for(tmp_path: Path, text: str, taken: str) -> None:
    served = "mlflow.onnx.save_model(to_onnx(m.fit(X, y), X), 'm')\np = mlflow.pyfunc.load_model('m').predict(X)\n"
    (tmp_path / "train.py").write_text(HEAD + served + text + "\n", encoding="utf-8")
    (found,) = read([tmp_path / "train.py"]).canaries
    assert found.logging
    assert [one.taken for one in found.logging.scored] == [taken]


RAISED = failed(Stage.CONVERT, MODEL, "RuntimeError", "No known ways to retrieve", at("skl2onnx/_parse.py", 9))
NO_ARRAY = "the prediction is no array: it has label, probabilities"
TAKEN = failed(Stage.RUN, MODEL, "TypeError", NO_ARRAY)
SERVED = script(canary(logging=Logging()), imports="sklearn skl2onnx mlflow")
FIRES: dict[str, tuple[Fires, ...]] = {
    "converted-unfitted": (
        Fires(
            case(RAISED, uses=script(canary(unfitted=True))),
            BLOCKER,
            Stage.CONVERT,
            ("scikit-learn",),
            "is converted before it is fitted",
        ),
    )
}
STAYS: dict[str, tuple[Case[Observation], ...]] = {
    "converted-unfitted": (
        case(RAISED, uses=script(canary())),
        case(*works(Stage.CONVERT, MODEL), uses=script(canary(unfitted=True))),
    )
}


def test_a_prediction_that_is_no_array_is_told_with_the_name_to_take() -> None:
    first = diagnose(case(TAKEN, uses=SERVED))[0]
    assert (first.rule, first.severity) == ("prediction-names", BLOCKER)
    assert first.message.endswith("for an array: it has label, probabilities.")
    assert first.advice[0].lines == ('predict(x)["label"]',)
