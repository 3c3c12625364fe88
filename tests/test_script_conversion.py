"""How a script converts, runs and logs its models."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker.model import Canary, Script
from checker.script import read

START = """
import numpy as np, pandas as pd, onnxruntime as rt
from skl2onnx import convert_sklearn, to_onnx
from skl2onnx.common.data_types import FloatTensorType, Int64TensorType, DoubleTensorType, StringTensorType
def session(onx): return rt.InferenceSession(onx.SerializeToString(), providers=["CPUExecutionProvider"])
rng = np.random.RandomState(0)
X = rng.randn(200, 4).astype(np.float32)
yb = (X[:, 0] + X[:, 1] + rng.randn(200) * .5 > 0).astype(int)
y3 = np.digitize(X[:, 0] - X[:, 1] + rng.randn(200) * .5, [-.7, .7])
yr = X[:, 0] * 2 - X[:, 1] + 1.
"""


def script(tmp_path: Path, text: str, name: str = "train.py") -> Script:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return read([path])


def only(found: Script) -> Canary:
    assert len(found.canaries) == 1, (found.canaries, found.notes)
    return found.canaries[0]


def kinds(canary: Canary) -> str:
    """The columns in one word: kinds with a question mark where values are missing."""
    return " ".join(c.kind + "?" * c.missing for c in canary.columns)


SESSIONS = [
    ("s = session(onx); s.run(['label', 'probabilities'], {'X': X})", {"outputs": ("label", "probabilities")}),
    ("s = rt.InferenceSession(onx.SerializeToString())", {"providers": False}),
    ("open('m.onnx', 'wb').write(onx.SerializeToString())\ns = rt.InferenceSession('m.onnx')", {"providers": False}),
    ("session(onx).run(None, {'X': np.random.rand(3, 4)})", {"feed": "float64"}),
    ("s = session(onx)\ns.run(None, {s.get_inputs()[0].name: np.random.rand(4).astype('float32')})", {"feed": "flat"}),
    ("session(onx).run(None, {'X': X[:3]})", {"feed": "", "runs": True}),
    (
        "from onnx.reference import ReferenceEvaluator as R\nR(onx).run(None, {'X': X})",
        {"reference": True, "runs": False},
    ),
    ("", {"runs": False, "providers": True}),
]


@pytest.mark.parametrize(("text", "expected"), SESSIONS)
def test_sessions(tmp_path: Path, text: str, expected: dict[str, object]) -> None:
    fit = "from sklearn.linear_model import LogisticRegression\nm = LogisticRegression().fit(X, yb)\n"
    fit += "onx = to_onnx(m, X[:1])\n"
    canary = only(script(tmp_path, START + fit + text + "\n"))
    assert {name: getattr(canary, name) for name in expected} == expected


OPTIONS = [
    ("options={id(m): {'zipmap': False}}", {"zipmap": False}, None),
    ("options={'zipmap': 'columns'}, target_opset=12", {"zipmap": "columns"}, 12),
    (
        "options={type(m): {'nocl': True}}, target_opset={'': 15, 'ai.onnx.ml': 3}",
        {"nocl": True},
        {"": 15, "ai.onnx.ml": 3},
    ),
    ("options={StandardScaler: {'div': 'div'}}", {"sklearn.preprocessing.StandardScaler": {"div": "div"}}, None),
]


@pytest.mark.parametrize(("text", "options", "opset"), OPTIONS)
def test_converter_options(tmp_path: Path, text: str, options: object, opset: object) -> None:
    fit = "from sklearn.linear_model import LogisticRegression\nfrom sklearn.preprocessing import StandardScaler\n"
    fit += (
        f"m = LogisticRegression().fit(X, yb)\nconvert_sklearn(m, 'm', [('X', FloatTensorType([None, 4]))], {text})\n"
    )
    canary = only(script(tmp_path, START + fit))
    assert (canary.options, canary.target_opset) == (options, opset)
    assert canary.inputs == (("X", "FloatTensorType", (None, 4)),)


def test_doubles_converted_as_floats_are_declared(tmp_path: Path) -> None:
    text = "from sklearn.datasets import load_iris\nfrom sklearn.linear_model import LogisticRegression\n"
    text += "d = load_iris()\nm = LogisticRegression(max_iter=200).fit(d.data, d.target)\n"
    text += "to_onnx(m, d.data[:1].astype(np.float32))\n"
    canary = only(script(tmp_path, START + text))
    assert (kinds(canary), canary.inputs) == (" ".join(["float64"] * 4), (("X", "FloatTensorType", (None, 4)),))


LOGGED = [
    (
        "mlflow.set_tracking_uri('sqlite:///a.db')\n"
        "mlflow.onnx.log_model(om, 'model', registered_model_name='tip', "
        "signature=infer_signature(X), input_example=X[:2])",
        (
            "log_model",
            {"artifact_path": "model", "registered_model_name": "tip"},
            True,
            "array",
            True,
            "sqlite",
            False,
            "",
        ),
    ),
    (
        "mlflow.onnx.save_model(om, 'm', signature=infer_signature(pd.DataFrame(X, columns=list('abcd'))))\n"
        "mlflow.pyfunc.load_model('m').predict(pd.DataFrame(X[:3].astype(float), columns=list('abcd')))",
        ("save_model", {"path": "m"}, True, "frame", False, "default", True, "frame64"),
    ),
    (
        "mlflow.onnx.save_model(om, 'm'); mlflow.pyfunc.load_model('m').predict(X[:3])",
        ("save_model", {"path": "m"}, False, "array", False, "default", True, "array"),
    ),
]


@pytest.mark.parametrize(("text", "expected"), LOGGED)
def test_logging(tmp_path: Path, text: str, expected: tuple[object, ...]) -> None:
    fit = "import mlflow\nfrom mlflow.models import infer_signature\n"
    fit += "from sklearn.linear_model import LogisticRegression\n"
    canary = only(
        script(tmp_path, START + fit + "om = to_onnx(LogisticRegression().fit(X, yb), X[:1])\n" + text + "\n")
    )
    found = canary.logging
    assert found is not None
    assert (found.call, found.arguments, found.signature, found.signature_of) == expected[:4]
    assert (found.example, found.store, found.load, found.predict) == expected[4:]


CLIENT = "from mlflow import MlflowClient\nc = MlflowClient()\nc.create_experiment('a')\nc.search_runs(['0'])\n"
RUN = "with mlflow.start_run():\n    mlflow.log_params({'a': 1}); mlflow.log_metric('b', 1)\n"
SQLITE = "mlflow.set_tracking_uri('sqlite:///runs.db')\n"
TRACKED = [
    (SQLITE + RUN, "sqlite", "log_metric log_params start_run"),
    (RUN, "default", "log_metric log_params start_run"),
    ("mlflow.set_tracking_uri('./runs')\nmlflow.set_experiment('a')\n", "file", "set_experiment"),
    ("mlflow.set_tracking_uri('postgresql+psycopg2://me@host/db')\n" + RUN, "database", "log_metric log_params start_run"),
    (SQLITE + CLIENT, "sqlite", "create_experiment search_runs"),
]  # fmt: skip
UNTRACKED = [
    "mlflow.set_tracking_uri('databricks')\n" + RUN,  # it has a store of its own
    "mlflow.set_tracking_uri('databricks')\n" + RUN,
    "mlflow.set_tracking_uri(os.environ['STORE'])\n" + RUN,
    SQLITE,  # opens nothing
    RUN + "    mlflow.onnx.log_model(om, 'model')\n",  # the model does the same
]
CONVERTED = "import mlflow, os\nfrom sklearn.linear_model import Ridge\nom = to_onnx(Ridge().fit(X, yr), X[:1])\n"


@pytest.mark.parametrize(("text", "store", "calls"), TRACKED)
@pytest.mark.parametrize("model", [CONVERTED, "import mlflow\n"])
def test_tracking_is_tried_beside_every_model(tmp_path: Path, model: str, text: str, store: str, calls: str) -> None:
    """A model that converts says nothing of the store into which the script writes its runs."""
    found = script(tmp_path, START + model + text).canaries
    tracking = found[-1]
    assert len(found) == 1 + (model == CONVERTED)
    assert (tracking.make, tracking.target, tracking.name) == ("", "none", f"{tracking.where} tracking")
    assert tracking.logging
    assert (tracking.logging.store, " ".join(tracking.logging.calls)) == (store, calls)


AUTOLOG = [
    ("mlflow.autolog()\n" + RUN, "default", {"mlflow.autolog": {}}, False),
    (SQLITE + "mlflow.autolog(silent=True, tags=given)\n", "sqlite", {"mlflow.autolog": {"silent": True}}, False),
    ("mlflow.sklearn.autolog(log_models=False)\n", "default", {"mlflow.sklearn.autolog": {"log_models": False}}, False),
    ("mlflow.set_tracking_uri('databricks')\nmlflow.autolog()\n", "default", {"mlflow.autolog": {}}, False),
    ("if given:\n    mlflow.autolog()\n", "default", {"mlflow.autolog": {}}, True),
    ("try:\n    mlflow.autolog()\nexcept ImportError:\n    pass\n", "default", {"mlflow.autolog": {}}, True),
]
NO_AUTOLOG = ["mlflow.autolog(disable=True)\n", "mlflow.autolog(disable=given)\n", "mlflow.spark.autolog()\n"]
TWO = "import mlflow\nfrom sklearn.linear_model import Ridge\nfrom xgboost import XGBRegressor\n"
TWO += "Ridge().fit(X, yr)\nXGBRegressor(max_depth=2).fit(X, yr)\n"


@pytest.mark.parametrize(("text", "store", "autologs", "perhaps"), AUTOLOG)
@pytest.mark.parametrize("model", [CONVERTED, "import mlflow\n"])
def test_a_model_is_fitted_under_autologging(
    tmp_path: Path, model: str, text: str, store: str, autologs: dict[str, object], perhaps: bool
) -> None:
    """Or autologging is switched on alone, where no model can be read; a server is none that could be asked."""
    found = script(tmp_path, START + model + text).canaries
    automatic = found[-1]
    assert len(found) == 1 + (model == CONVERTED)
    assert automatic.make == ("sklearn.linear_model.Ridge()" if model == CONVERTED else "")
    assert (automatic.converter, automatic.caught, automatic.name) == ("", perhaps, f"{automatic.where} autologging")
    assert automatic.logging
    assert (automatic.logging.store, dict(automatic.logging.autologs)) == (store, autologs)


@pytest.mark.parametrize("text", NO_AUTOLOG)
def test_autologging_that_is_not_switched_on(tmp_path: Path, text: str) -> None:
    assert [c.logging for c in script(tmp_path, START + CONVERTED + text).canaries] == [None]


@pytest.mark.parametrize(("flavor", "made"), [("xgboost", "xgboost.XGBRegressor"), ("sklearn", "sklearn.linear_model")])
def test_a_model_of_the_library_that_is_logged_comes_first(tmp_path: Path, flavor: str, made: str) -> None:
    *_, automatic = script(tmp_path, START + TWO + f"mlflow.{flavor}.autolog()\n").canaries
    assert automatic.make.startswith(made)


@pytest.mark.parametrize("text", UNTRACKED)
def test_nothing_is_tracked(tmp_path: Path, text: str) -> None:
    found = script(tmp_path, START + CONVERTED + text)
    assert [c.make for c in found.canaries] == ["sklearn.linear_model.Ridge()"]


def test_more_than_a_model_that_is_logged(tmp_path: Path) -> None:
    found = script(tmp_path, START + CONVERTED + "mlflow.set_experiment('a')\nmlflow.onnx.log_model(om, 'model')\n")
    assert [c.logging.calls for c in found.canaries if c.logging] == [(), ("set_experiment",)]


def test_a_registered_converter_is_registered_for_the_canary_too(tmp_path: Path) -> None:
    text = (
        "from sklearn.linear_model import Ridge\n"
        "from skl2onnx import update_registered_converter\n"
        "from onnxmltools.convert.common.shapes import shape_of\n"
        "from onnxmltools.convert.common.converters import convert_it\n"
        "update_registered_converter(Ridge, 'OwnRidge', shape_of, convert_it, options={'split': None})\n"
        "om = to_onnx(Ridge().fit(X, yb.reshape(-1, 1)), X[:1], final_types=[('tip', None)])\n"
    )
    canary = only(script(tmp_path, START + text))
    (found,) = canary.registered
    assert (found.model, found.alias, found.options) == ("sklearn.linear_model.Ridge", "OwnRidge", {"split": None})
    assert canary.target_2d
    assert canary.output_names == ("tip",)


def test_what_a_converter_of_the_script_itself_converts_is_only_fitted(tmp_path: Path) -> None:
    text = (
        "from sklearn.linear_model import Ridge\n"
        "from skl2onnx import update_registered_converter\n"
        "def shape(operator): ...\n"
        "def converted(scope, operator, container): ...\n"
        "update_registered_converter(Ridge, 'OwnRidge', shape, converted)\n"
        "om = to_onnx(Ridge().fit(X, yb), X[:1])\n"
    )
    found = script(tmp_path, START + text)
    assert [c.converter for c in found.canaries] == [""], "it is fitted, and not converted"
    assert any("is a function of the script" in note for note in found.notes)
