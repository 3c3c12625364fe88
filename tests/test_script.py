"""Scripts and notebooks in, canary rows out: tables of literal sources."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker.model import Canary, Script
from checker.probe.plan import canary_fields
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


def test_an_array_made_of_a_table_is_one_input(tmp_path: Path) -> None:
    fit = (
        "from sklearn.linear_model import Ridge\ndf = pd.DataFrame(X, columns=list('abcd'))\nm = Ridge().fit(df, yr)\n"
    )
    for sample in ("df[:1].to_numpy()", "df.values[:1]", "np.asarray(df)", "df[['a', 'b', 'c', 'd']].values"):
        (found,) = script(tmp_path, f"{START}{fit}to_onnx(m, {sample})\n").canaries
        assert found.inputs == (("X", "FloatTensorType", (None, 4)),), sample
    (table,) = script(tmp_path, f"{START}{fit}to_onnx(m, df[:1])\n").canaries
    assert table.inputs == ()


def test_what_is_fitted_on_a_table_is_tried_on_a_table(tmp_path: Path) -> None:
    start = f"{START}from sklearn.linear_model import Ridge\ndf = pd.DataFrame(X, columns=list('abcd'))\n"
    ends = "convert_sklearn(m, initial_types=[('x', FloatTensorType([None, 4]))])\n"
    for data, layout in (("df", "frame"), ("df[['a', 'b', 'c', 'd']]", "frame"), ("df.to_numpy()", "matrix")):
        found = only(script(tmp_path, f"{start}m = Ridge().fit({data}, yr)\n{ends}"))
        assert (found.layout, found.inputs) == (layout, (("x", "FloatTensorType", (None, 4)),)), data
    named = only(script(tmp_path, f"{start}m = Ridge().fit(df, yr)\n{ends}"))
    assert [c.name for c in named.columns] == list("abcd")


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


FITS = [
    # fitted, expression, columns, layout, target
    (
        "from sklearn.ensemble import RandomForestClassifier as RF\nm = RF(10, random_state=0).fit(X, y3)",
        "sklearn.ensemble.RandomForestClassifier(10, random_state=0)",
        "float32 float32 float32 float32",
        "matrix",
        "three",
    ),
    (
        "from sklearn import linear_model as lm\nm = lm.Ridge(alpha=10 ** -2)\nm.fit(X[:, :2].astype('float64'), yr)",
        "sklearn.linear_model.Ridge(alpha=0.01)",
        "float64 float64",
        "matrix",
        "continuous",
    ),
    (
        "from sklearn.impute import SimpleImputer\nX[rng.rand(*X.shape) < .2] = np.nan\nm = SimpleImputer().fit(X)",
        "sklearn.impute.SimpleImputer()",
        "float32? float32? float32? float32?",
        "matrix",
        "none",
    ),
    (
        "from sklearn.preprocessing import OneHotEncoder\nXs = np.array([['a', 'x'], ['b', 'y']] * 5, dtype=object)\n"
        "m = OneHotEncoder(drop='if_binary').fit(Xs)",
        "sklearn.preprocessing.OneHotEncoder(drop='if_binary')",
        "string string",
        "matrix",
        "none",
    ),
    (
        "from sklearn.preprocessing import LabelBinarizer\nm = LabelBinarizer().fit(y3)",
        "sklearn.preprocessing.LabelBinarizer()",
        "label",
        "vector",
        "none",
    ),
    (
        "from sklearn.cross_decomposition import PLSRegression\nm = PLSRegression(2).fit(X, np.c_[yr, -yr ** 2])",
        "sklearn.cross_decomposition.PLSRegression(2)",
        "float32 float32 float32 float32",
        "matrix",
        "targets",
    ),
    (
        "from sklearn.ensemble import HistGradientBoostingRegressor as H\n"
        "m = H(loss='poisson', categorical_features=[1]).fit(X, np.exp(yr))",
        "sklearn.ensemble.HistGradientBoostingRegressor(loss='poisson', categorical_features=[1])",
        "float32 category float32 float32",
        "matrix",
        "positive",
    ),
    (
        "from sklearn.gaussian_process import GaussianProcessRegressor as G\n"
        "from sklearn.gaussian_process.kernels import RBF, ConstantKernel as C, WhiteKernel\n"
        "m = G(C() * RBF() + WhiteKernel()).fit(X[:60, :2], X[:60, 0])",
        "sklearn.gaussian_process.GaussianProcessRegressor(((sklearn.gaussian_process.kernels.ConstantKernel() * "
        "sklearn.gaussian_process.kernels.RBF()) + sklearn.gaussian_process.kernels.WhiteKernel()))",
        "float32 float32",
        "matrix",
        "continuous",
    ),
    (
        "from sklearn.pipeline import make_pipeline\nfrom sklearn.feature_extraction.text import TfidfVectorizer\n"
        "from sklearn.svm import LinearSVC\nt = ['a cat', 'a dog'] * 5\n"
        "m = make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), LinearSVC()).fit(t, ['no', 'yes'] * 5)",
        "sklearn.pipeline.make_pipeline(sklearn.feature_extraction.text.TfidfVectorizer(ngram_range=(1, 2)), "
        "sklearn.svm.LinearSVC())",
        "text",
        "vector",
        "strings",
    ),
    (
        "from sklearn.naive_bayes import MultinomialNB\n"
        "m = MultinomialNB().fit(rng.randint(0, 9, (50, 3)), rng.randint(0, 2, 50))",
        "sklearn.naive_bayes.MultinomialNB()",
        "counts counts counts",
        "matrix",
        "binary",
    ),
    (
        "from sklearn.datasets import load_wine\nfrom sklearn.model_selection import train_test_split, GridSearchCV\n"
        "from sklearn.svm import SVC\na, b = load_wine(return_X_y=True)\na, _, b, _ = train_test_split(a, b)\n"
        "m = GridSearchCV(SVC(), {'C': np.logspace(-2, 2, 5)}).fit(a, b)",
        "sklearn.model_selection.GridSearchCV(sklearn.svm.SVC(), {'C': numpy.logspace(-2, 2, 5)})",
        " ".join(["float64"] * 13),
        "matrix",
        "three",
    ),
    (
        "from sklearn.ensemble import StackingClassifier\nfrom sklearn.linear_model import LogisticRegression\n"
        "def base(c): return LogisticRegression(C=c)\n"
        "m = StackingClassifier([(f'm{i}', base(c)) for i, c in enumerate([1., 2.])], final_estimator=base(3.))\n"
        "m.fit(X, yb)",
        "sklearn.ensemble.StackingClassifier([('m0', sklearn.linear_model.LogisticRegression(C=1.0)), ('m1', "
        "sklearn.linear_model.LogisticRegression(C=2.0))], "
        "final_estimator=sklearn.linear_model.LogisticRegression(C=3.0))",
        "float32 float32 float32 float32",
        "matrix",
        "binary",
    ),
    (
        "import xgboost as xgb\nm = xgb.XGBClassifier(n_estimators=10); m.fit(X, (X[:, 0] > .9) * 1)",
        "xgboost.XGBClassifier(n_estimators=10)",
        "float32 float32 float32 float32",
        "matrix",
        "binary",
    ),
]


@pytest.mark.parametrize(("text", "make", "columns", "layout", "target"), FITS, ids=[f[1][:40] for f in FITS])
def test_what_is_fitted(tmp_path: Path, text: str, make: str, columns: str, layout: str, target: str) -> None:
    canary = only(script(tmp_path, START + text + "\nonx = to_onnx(m, X[:1])\n"))
    assert (canary.make, kinds(canary), canary.layout, canary.target) == (make, columns, layout, target)


def test_a_script_that_converts_nothing_is_only_fitted(tmp_path: Path) -> None:
    text = "from sklearn.tree import DecisionTreeClassifier as T\nT(max_depth=2).fit([[0], [1]], [0, 1])\n"
    canary = only(script(tmp_path, text))
    assert (canary.converter, canary.runs, canary.where) == ("", False, "train.py:2")
    assert canary.name == "train.py:2 DecisionTreeClassifier"


MIXED = """
import numpy as np, pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler, OneHotEncoder
from sklearn.linear_model import LogisticRegression
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import *
r = np.random.RandomState(1); n = 300; FT = 'float32'
x = pd.DataFrame(dict(fare=(r.randint(1, 300, n) / 8.).astype(FT), persons=r.randint(1, 6, n)))
x['slot'] = np.array(r.choice(list('MTWRFS'), n), dtype=object)
y = (x.fare > 12).astype('int64')
num = lambda: Pipeline([('scale', StandardScaler())])
clf = Pipeline([('p', ColumnTransformer([('f', num(), ['fare', 'persons']), ('c', OneHotEncoder(), ['slot'])])),
                ('m', LogisticRegression())]).fit(x, y)
"""
INPUTS = [
    "[('fare', FloatTensorType([1, 1])), ('persons', Int64TensorType([1, 1])), ('slot', StringTensorType([1, 1]))]",
    "[(k, {'float32': FloatTensorType, 'int64': Int64TensorType}"
    ".get(str(t), StringTensorType)([1, 1])) for k, t in x.dtypes.items()]",
    "[(c, dict(float32=FloatTensorType, int64=Int64TensorType)"
    ".get(str(x[c].dtype), StringTensorType)([1, 1])) for c in x]",
    "schema(x)",
    "schema(x, ['nothing'])",
]
SCHEMA = """
def schema(df, drop=None, batch_axis=False):
    inputs = []
    nrows = None if batch_axis else 1
    for k, v in zip(df.columns, df.dtypes):
        if drop is not None and k in drop:
            continue
        if v == 'int64':
            t = Int64TensorType([nrows, 1])
        elif v == 'float32':
            t = FloatTensorType([nrows, 1])
        elif v == 'float64':
            t = DoubleTensorType([nrows, 1])
        else:
            t = StringTensorType([nrows, 1])
        inputs.append((k, t))
    return inputs
"""


@pytest.mark.parametrize("inputs", INPUTS)
def test_declared_inputs(tmp_path: Path, inputs: str) -> None:
    names = (
        "from skl2onnx.common.data_types import FloatTensorType, Int64TensorType, DoubleTensorType, StringTensorType\n"
    )
    canary = only(script(tmp_path, MIXED + names + SCHEMA + f"onx = convert_sklearn(clf, 'tips', {inputs})\n"))
    assert canary.inputs == (
        ("fare", "FloatTensorType", (1, 1)),
        ("persons", "Int64TensorType", (1, 1)),
        ("slot", "StringTensorType", (1, 1)),
    )
    assert (kinds(canary), canary.layout, canary.target, canary.runs) == (
        "float32 int64 string",
        "frame",
        "binary",
        False,
    )


def test_inputs_that_cannot_be_read_are_noted(tmp_path: Path) -> None:
    found = script(tmp_path, MIXED + "import conf\nconvert_sklearn(clf, 'tips', conf.types)\n")
    assert only(found).inputs == ()
    assert found.notes == (
        "train.py:17 the input types of convert_sklearn cannot be read: they are derived from the data",
    )


def test_unknown_data_fall_back_on_inputs_then_on_the_columns_named(tmp_path: Path) -> None:
    text = MIXED.replace("x = pd.DataFrame", "x = pd.read_csv('a.csv')\nz = pd.DataFrame").replace(
        "x['slot']", "z['slot']"
    )
    text = text.replace("y = (x.fare > 12).astype('int64')", "y = x['tipped']")
    canary = only(script(tmp_path, text + "convert_sklearn(clf, 'tips')\n"))
    assert [(c.name, c.kind) for c in canary.columns] == [
        ("fare", "float32"),
        ("persons", "float32"),
        ("slot", "string"),
    ]
    assert (canary.layout, canary.target) == ("frame", "")


def test_tracking_without_a_model_is_seen_in_the_calls(tmp_path: Path) -> None:
    found = script(
        tmp_path,
        "import mlflow as ml\nml.set_tracking_uri('sqlite:///m.db')\nwith ml.start_run(): ml.log_metric('a', 1)\n",
    )
    assert found.calls == {
        "mlflow.set_tracking_uri": "train.py:2",
        "mlflow.start_run": "train.py:3",
        "mlflow.log_metric": "train.py:3",
    }
    assert [c.name for c in found.canaries] == ["train.py:3 tracking"]
    assert found.uses("mlflow")
    assert not found.uses("skl2onnx")


def test_a_parameter_that_cannot_be_read_is_dropped_and_named(tmp_path: Path) -> None:
    text = "from sklearn.tree import DecisionTreeRegressor\nfrom conf import best\n"
    text += "DecisionTreeRegressor(max_depth=best, ccp_alpha=.1).fit(X, yr)\n"
    found = script(tmp_path, START + text)
    assert only(found).make == "sklearn.tree.DecisionTreeRegressor(ccp_alpha=0.1)"
    assert found.notes == ("train.py:13 max_depth of DecisionTreeRegressor is not a literal: the default is tried",)


def test_a_function_of_the_script_has_one_that_stands_in(tmp_path: Path) -> None:
    text = "from sklearn.pipeline import make_pipeline\nfrom sklearn.preprocessing import FunctionTransformer\n"
    text += "from sklearn.linear_model import Ridge\n"
    text += "to_onnx(make_pipeline(FunctionTransformer(lambda v: v + 1), Ridge()).fit(X, yr), X)\n"
    canary = only(script(tmp_path, START + text))
    assert "FunctionTransformer(copy.copy)" in canary.make
    assert "copy" in canary.imports
    said = "train.py:14 FunctionTransformer is given a function of the script: copy.copy stands in for it"
    assert ("parameters", said) in canary.guesses


def test_a_model_with_another_function_of_the_script_is_not_tried(tmp_path: Path) -> None:
    text = "from sklearn.gaussian_process import GaussianProcessRegressor\n"
    text += "to_onnx(GaussianProcessRegressor(lambda v: v + 1).fit(X, yr), X)\n"
    found = script(tmp_path, START + text)
    assert found.canaries == ()
    assert found.notes == (
        "Not all tried: train.py:12 an argument of GaussianProcessRegressor is not a literal "
        "(it uses a function of the script), so GaussianProcessRegressor is left out",
    )
    assert found.unseen == found.notes


def test_a_model_whose_converter_is_of_the_script_is_not_converted_without_it(tmp_path: Path) -> None:
    text = "from sklearn.preprocessing import FunctionTransformer\nfrom skl2onnx import update_registered_converter\n"
    text += "def shape(operator): pass\ndef convert(scope, operator, container): pass\n"
    text += "update_registered_converter(FunctionTransformer, 'mine', shape, convert)\n"
    found = script(tmp_path, START + text + "to_onnx(FunctionTransformer(lambda v: v).fit(X), X)\n")
    assert canary_fields(only(found))["converter"] == ""
    assert "its converter is a function of the script" in " ".join(found.unseen)


def test_what_is_handed_to_the_other_flavor(tmp_path: Path) -> None:
    text = "import mlflow\nfrom sklearn.linear_model import Ridge\nm = Ridge().fit(X, yr)\no = to_onnx(m, X[:1])\n"
    found = {
        c.logging.flavor: c.logging
        for c in script(tmp_path, f"{START}{text}mlflow.sklearn.log_model(o, 'm')\n").canaries
        if c.logging
    }
    assert [(name, one.logs) for name, one in found.items()] == [("sklearn", "converted")]
    rows = script(tmp_path, f"{START}{text}mlflow.onnx.log_model(m, 'm')\n").canaries
    (wrong,) = [c for c in rows if c.logging]
    assert (wrong.logging.flavor, wrong.logging.logs) == ("onnx", "fitted") if wrong.logging else False
    assert canary_fields(wrong)["converter"] == "", "it is logged as it is"
    for call in ("mlflow.sklearn.log_model(m, 'm')", "mlflow.onnx.log_model(o, 'm')"):
        assert [c.logging.logs for c in script(tmp_path, f"{START}{text}{call}\n").canaries if c.logging] == [""]


def test_a_conversion_without_types(tmp_path: Path) -> None:
    text = "from sklearn.linear_model import Ridge\nfrom skl2onnx import convert_sklearn\nm = Ridge().fit(X, yr)\n"
    assert not only(script(tmp_path, START + text + "convert_sklearn(m, 'm')\n")).typed
    assert only(script(tmp_path, START + text + "to_onnx(m, X[:1])\n")).typed
    assert only(script(tmp_path, START + text + "convert_sklearn(m, 'm', unknown())\n")).typed


def test_the_session_is_handed_the_model_itself(tmp_path: Path) -> None:
    text = "from sklearn.linear_model import Ridge\nimport onnxruntime as rt\no = to_onnx(Ridge().fit(X, yr), X[:1])\n"
    assert only(script(tmp_path, START + text + "rt.InferenceSession(o)\n")).proto
    assert not only(script(tmp_path, START + text + "rt.InferenceSession(o.SerializeToString())\n")).proto


def test_the_outputs_that_a_session_is_taken_to_have(tmp_path: Path) -> None:
    text = "from sklearn.linear_model import Ridge\nimport onnxruntime as rt\no = to_onnx(Ridge().fit(X, yr), X[:1])\n"
    text += "s = rt.InferenceSession(o.SerializeToString())\n"
    assert only(script(tmp_path, START + text + "s.run([s.get_outputs()[1].name], {'X': X})\n")).listed == 2
    assert only(script(tmp_path, START + text + "s.run(None, {'X': X})\n")).listed == 0
    tried = "try:\n    s.get_outputs()[1]\nexcept IndexError:\n    pass\n"
    assert only(script(tmp_path, START + text + tried)).listed == 0


def test_a_model_from_a_file_is_not_tried(tmp_path: Path) -> None:
    found = script(tmp_path, "import joblib\nfrom skl2onnx import to_onnx\nto_onnx(joblib.load('m.pkl'), None)\n")
    assert found.notes == ("Not all tried: train.py:3 the model that to_onnx converts cannot be read",)


def test_main_functions_and_loops_are_followed(tmp_path: Path) -> None:
    text = (
        START + "from sklearn.linear_model import Ridge, Lasso\ndef main(alpha=2.0):\n    for kind in (Ridge, Lasso):\n"
    )
    text += "        to_onnx(kind(alpha=alpha).fit(X, yr), X[:1])\nif __name__ == '__main__':\n    main()\n"
    found = script(tmp_path, text)
    assert [c.make for c in found.canaries] == [
        "sklearn.linear_model.Ridge(alpha=2.0)",
        "sklearn.linear_model.Lasso(alpha=2.0)",
    ]
    assert [c.name for c in found.canaries] == ["train.py:14 Ridge", "train.py:14 Lasso"]


def test_experimental_imports_travel_with_the_canary(tmp_path: Path) -> None:
    text = "from sklearn.experimental import enable_iterative_imputer\nfrom sklearn.impute import IterativeImputer\n"
    canary = only(script(tmp_path, START + text + "to_onnx(IterativeImputer().fit(X), X)\n"))
    assert canary.imports == ("sklearn.experimental.enable_iterative_imputer", "sklearn.impute")


def test_several_paths_are_merged(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import numpy\n")
    (tmp_path / "b.py").write_text("import onnx\nonnx.load('x')\n")
    found = read([tmp_path / "a.py", tmp_path / "b.py"])
    assert found.modules == ("numpy", "onnx")
    assert found.calls == {"onnx.load": "b.py:2"}
