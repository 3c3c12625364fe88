"""Searches over parameters, and classes of estimator libraries that are no estimators."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker.model import Script
from checker.script import read

HEAD = """
import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, KFold
from sklearn.pipeline import Pipeline
from sklearn.svm import SVC
from skl2onnx import to_onnx
X = np.random.rand(60, 4).astype(np.float32)
y = np.random.randint(0, 2, 60)
"""


def reading(tmp_path: Path, text: str) -> Script:
    path = tmp_path / "train.py"
    path.write_text(HEAD + text, encoding="utf-8")
    return read([path])


GRIDS = [
    ("{'n_estimators': list(range(10, 200, 10)), 'criterion': ['gini', 'entropy']}",
     "{'n_estimators': [10, 190], 'criterion': ['gini', 'entropy']}"),
    ("[{'max_depth': [1, 2, 3]}, {'max_depth': list(range(2, 30))}]", "[{'max_depth': [1, 2, 3]}, {'max_depth': [2, 29]}]"),
    ("{'max_features': ['sqrt', 'log2', None], 'max_depth': (2, 3, 4, 5)}",
     "{'max_features': ['sqrt', None], 'max_depth': [2, 5]}"),
    # a small grid stays, and so do estimators: one of them is what is converted
    ("{'max_depth': [2, 3, 4], 'criterion': ['gini', 'entropy']}", "{'max_depth': [2, 3, 4], 'criterion': ['gini', 'entropy']}"),
]  # fmt: skip


@pytest.mark.parametrize(("grid", "tried"), GRIDS)
def test_a_search_is_tried_with_few_candidates(tmp_path: Path, grid: str, tried: str) -> None:
    found = reading(tmp_path, f"to_onnx(GridSearchCV(RandomForestClassifier(), {grid}, cv=5).fit(X, y), X[:1])\n")
    forest = "sklearn.ensemble.RandomForestClassifier()"
    assert [c.make for c in found.canaries] == [f"sklearn.model_selection.GridSearchCV({forest}, {tried}, cv=5)"]
    assert any("the first and last value of each parameter" in note for note in found.notes) == (grid != tried)
    assert found.unseen == ()


def test_estimators_in_a_grid_all_stay(tmp_path: Path) -> None:
    grid = "{'a': [SVC(), LogisticRegression(), RandomForestClassifier()], 'a__random_state': [1, 2, 3]}"
    text = f"p = Pipeline([('a', SVC())])\nto_onnx(GridSearchCV(estimator=p, param_grid={grid}).fit(X, y), X[:1])\n"
    make = reading(tmp_path, text).canaries[0].make
    assert make.count("SVC()") == 2
    assert "RandomForestClassifier()], 'a__random_state': [1, 3]}" in make


NO_ESTIMATORS = [
    "import xgboost as xgb\nfrom onnxmltools import convert_xgboost as convert\nm = xgb.Booster()\nm.load_model('m.json')",
    "import lightgbm as lgb\nfrom onnxmltools import convert_lightgbm as convert\nm = lgb.Booster(model_file='m.txt')",
]


@pytest.mark.parametrize("text", NO_ESTIMATORS)
def test_what_a_file_gives_is_not_tried(tmp_path: Path, text: str) -> None:
    found = reading(tmp_path, f"{text}\nconvert(m, initial_types=[])\n")
    assert found.canaries == ()
    assert "cannot be read" in found.unseen[0]


def test_operators_of_a_converter_say_nothing(tmp_path: Path) -> None:
    text = "from skl2onnx.algebra.onnx_ops import OnnxAdd\n"
    text += (
        "def convert(scope, op, to):\n    OnnxAdd(op.inputs[0], op.inputs[0], op_version=to.opset).add_to(scope, to)\n"
    )
    assert reading(tmp_path, text).notes == ()


KEPT = [
    "import joblib\njoblib.dump(m, 'm.pkl')\nn = joblib.load('m.pkl')",
    "import joblib\njoblib.dump(m, filename='m.pkl')\nn = joblib.load(filename='m.pkl')",
    "import pickle\nwith open('m.pkl', 'wb') as f:\n    pickle.dump(m, f)\nwith open('m.pkl', 'rb') as f:\n    n = pickle.load(f)",
]


@pytest.mark.parametrize("text", KEPT)
def test_a_model_that_is_kept_and_loaded_is_the_same(tmp_path: Path, text: str) -> None:
    head = "m = SVC(C=2.0).fit(X, y)\n"
    found = reading(tmp_path, f"{head}{text}\nto_onnx(n, X[:1])\n")
    assert [(c.make, c.converter) for c in found.canaries] == [("sklearn.svm.SVC(C=2.0)", "skl2onnx.to_onnx")]
    other = reading(tmp_path, f"{head}{text.replace('m.pkl', 'n.pkl', 1)}\nto_onnx(n, X[:1])\n")
    assert "cannot be read" in other.unseen[0]
