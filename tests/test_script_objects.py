"""What Python does with lists, dicts, objects and modules, read as it does it; and what is only assumed of a script."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from checker.errors import CannotLook
from checker.model import Canary, Script, Severity, Stage
from checker.rules.evidence import Cause
from checker.rules.models.canary_findings import assumed, severity
from checker.script import read

from .cases import MODEL, canary, case, failed
from .cases import script as asks

START = """
import argparse, json, os, numpy as np, pandas as pd
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from skl2onnx import to_onnx
X = np.random.rand(60, 4).astype(np.float32)
y = np.arange(60) % 2
"""
ENDS = "to_onnx(model.fit(X, y), X[:1])\n"


def script(tmp_path: Path, text: str, **files: str) -> Script:
    for name, content in files.items():
        (tmp_path / name.replace("__", "/").replace("_dot_", ".")).write_text(content, encoding="utf-8")
    path = tmp_path / "train.py"
    path.write_text(START + text, encoding="utf-8")
    return read([path])


def only(found: Script) -> Canary:
    assert len(found.canaries) == 1, (found.canaries, found.notes)
    return found.canaries[0]


PIPE = "sklearn.pipeline.Pipeline([('s', sklearn.preprocessing.StandardScaler()), ('m', sklearn.linear_model.Ridge())])"
STEPS = [
    # the same list under two names, and one that is changed after it was handed on
    "steps = [('s', StandardScaler())]\nsame = steps\nsame.append(('m', Ridge()))\nmodel = Pipeline(steps)\n",
    "steps = [('s', StandardScaler())]\nmodel = Pipeline(steps)\nsteps += [('m', Ridge())]\n",
    "d = {'steps': []}\nd['steps'].append(('s', StandardScaler()))\nd['steps'].extend([('m', Ridge())])\nmodel = Pipeline(**d)\n",
    "def fill(to):\n    to.append(('s', StandardScaler()))\n    to.append(('m', Ridge()))\nsteps = []\nfill(steps)\nmodel = Pipeline(steps)\n",
    "model = Pipeline([(n, c()) for n, c in dict(s=StandardScaler, m=Ridge).items()])\n",
    "all_ = [('m', Ridge()), ('x', MinMaxScaler()), ('s', StandardScaler())]\nmodel = Pipeline(all_[::-2])\n",
    "model = Pipeline(sorted([('s', StandardScaler()), ('m', Ridge())], key=lambda s: -ord(s[0][0])))\n",
    "d = dict(m=Ridge())\nd.update(s=StandardScaler())\nmodel = Pipeline([('s', d['s']), ('m', d.get('m'))])\n",
    "first, *rest = ('s', StandardScaler()), ('m', Ridge())\nmodel = Pipeline([first, *rest])\n",
    # objects of the script's own classes
    "class Maker:\n    def __init__(self): self.steps = [('s', StandardScaler())]\n"
    "    def add(self, *more):\n        self.steps.extend(more)\n        return self\n"
    "    def build(self): return Pipeline(self.steps)\nmodel = Maker().add(('m', Ridge())).build()\n",
    "class Base:\n    last = Ridge\nclass Maker(Base):\n    @staticmethod\n    def first(): return StandardScaler()\n"
    "    @property\n    def pipe(self): return Pipeline([('s', self.first()), ('m', self.last())])\nmodel = Maker().pipe\n",
]  # fmt: skip


@pytest.mark.parametrize("text", STEPS, ids=range(len(STEPS)))
def test_a_pipeline_is_what_python_makes_of_it(tmp_path: Path, text: str) -> None:
    found = script(tmp_path, text + ENDS)
    assert only(found).make.replace("steps=", "") == PIPE
    assert (only(found).guesses, found.unseen, found.all_read) == ((), (), True)


MADE = [
    ("model = Ridge()\nmodel.set_params(alpha=3)\n", "sklearn.linear_model.Ridge(alpha=3)"),
    (
        "model = Pipeline([('m', Ridge())])\nmodel.set_params(m__alpha=3)\n",
        "sklearn.pipeline.Pipeline([('m', sklearn.linear_model.Ridge(alpha=3))])",
    ),
    (
        "model = Pipeline([('s', StandardScaler()), ('m', Ridge(alpha=4))])['m']\n",
        "sklearn.linear_model.Ridge(alpha=4)",
    ),
    ("model = Ridge(**json.load(open('c.json'))['ridge'])\n", "sklearn.linear_model.Ridge(alpha=0.25)"),
    ("import conf\nmodel = Ridge(alpha=conf.ALPHA)\n", "sklearn.linear_model.Ridge(alpha=0.75)"),
    ("from conf import make\nmodel = make(2)\n", "sklearn.linear_model.Ridge(alpha=2)"),
    ("from pkg.deep import ALPHA as a\nmodel = Ridge(alpha=a)\n", "sklearn.linear_model.Ridge(alpha=7)"),
]  # fmt: skip
CONF = "from sklearn.linear_model import Ridge\nALPHA = 0.75\ndef make(alpha): return Ridge(alpha=alpha)\n"


@pytest.mark.parametrize(("text", "make"), MADE, ids=range(len(MADE)))
def test_a_model_of_settings_modules_and_changes(tmp_path: Path, text: str, make: str) -> None:
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg" / "deep.py").write_text("from .base import VALUE\nALPHA = VALUE + 1\n")
    (tmp_path / "pkg" / "base.py").write_text("VALUE = 6\n")
    found = script(tmp_path, text + ENDS, c_dot_json=json.dumps({"ridge": {"alpha": 0.25}}), conf_dot_py=CONF)
    assert (only(found).make, only(found).guesses) == (make, ())


PLACES = [
    "os.path.join(os.path.dirname(__file__), 'sub', 'c.json')",
    "os.path.join(os.path.dirname(os.path.abspath(__file__)), 'sub/c.json')",
    "os.path.dirname(os.path.realpath(__file__)) + '/sub/c.json'",
    "os.path.join(os.getcwd(), 'sub', 'c.json')",
    "pathlib.Path.cwd() / 'sub' / 'c.json'",
    "pathlib.Path(__file__).resolve().parents[0] / 'sub' / 'c.json'",
    "pathlib.Path(__file__).parent / 'sub' / 'c.json'",
    "pathlib.Path('sub/other.json').parent / 'c.json'",
]


@pytest.mark.parametrize("place", PLACES)
def test_settings_are_found_however_their_folder_is_named(tmp_path: Path, place: str) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "c.json").write_text('{"alpha": 0.25}')
    found = script(tmp_path, f"import json, os, pathlib\nmodel = Ridge(**json.load(open({place})))\n" + ENDS)
    assert (only(found).make, only(found).guesses) == ("sklearn.linear_model.Ridge(alpha=0.25)", ())


def test_columns_of_a_file_that_is_there(tmp_path: Path) -> None:
    text = "df = pd.read_csv('people.csv')\nX = df.drop(columns='y')\nnumbers = X.select_dtypes('number').columns\n"
    text += "model = Ridge().fit(X[numbers], df['y'])\nto_onnx(model, X[numbers][:1])\n"
    found = script(tmp_path, text, people_dot_csv="age,town,height,y\n3,oslo,1.5,1\n4,rome,,0\n")
    assert [(c.name, c.kind, c.missing) for c in only(found).columns] == [
        ("age", "int64", False),
        ("height", "float64", True),
    ]
    lost = script(tmp_path, text.replace("people", "nobody"))
    assert [kind for kind, _ in only(lost).guesses] == ["data"]


ASSUMED = [
    # what the model is -> what is assumed, and of what
    ("model = Ridge(alpha=float(os.environ.get('A', '2')))\n", "alpha=2.0", "branch", "variable A is read with its default"),
    ("p = argparse.ArgumentParser()\np.add_argument('--a', type=float, default=2.0)\nmodel = Ridge(alpha=p.parse_args().a)\n",
     "alpha=2.0", "branch", "argument --a is read with its default"),
    ("if mine():\n    model = Ridge(alpha=3)\nelse:\n    model = Ridge(alpha=2.0)\n", "alpha=2.0", "branch", "a condition cannot be read"),
    ("steps = [2.0]\nif mine():\n    steps.append(1)\nmodel = Ridge(alpha=steps[0])\nmodel.set_params(tol=steps)\n", "alpha=2.0", "branch", "a condition"),
    ("model = Ridge(alpha=mine())\n", "Ridge()", "parameters", "alpha of Ridge is not a literal"),
    ("model = {'r': Ridge, 'l': Ridge}[mine()](alpha=2.0)\n", "alpha=2.0", "branch", "which one of several is taken"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "part", "kind", "said"), ASSUMED, ids=range(len(ASSUMED)))
def test_what_is_assumed_is_told_with_the_model(tmp_path: Path, text: str, part: str, kind: str, said: str) -> None:
    found = script(tmp_path, text + ENDS)
    assert part in found.canaries[-1].make
    assert any(k == kind and said in sentence for k, sentence in found.canaries[-1].guesses), found.canaries[-1].guesses


def test_each_model_that_it_may_be_is_tried(tmp_path: Path) -> None:
    text = "MODELS = {'rf': RandomForestClassifier(), 'gb': GradientBoostingClassifier()}\nmodel = MODELS[mine()]\n"
    makes = [c.make.rpartition(".")[2] for c in script(tmp_path, text + ENDS).canaries]
    assert makes == ["RandomForestClassifier()", "GradientBoostingClassifier()"]


REFUSED = failed(Stage.CONVERT, MODEL, "ValueError", "this loss is not supported")
NO_CLASS = failed(Stage.CONVERT, MODEL, "MissingShapeCalculator", "Unable to find a shape calculator for type 'X'")
OF_DATA = failed(Stage.FIT, MODEL, "ValueError", "n_components=100 must be at most 4")
WORTH = [
    (REFUSED, "branch", Severity.WARNING),
    (REFUSED, "parameters", Severity.WARNING),
    (REFUSED, "data", Severity.BLOCKER),
    (NO_CLASS, "branch", Severity.WARNING),
    (NO_CLASS, "parameters", Severity.BLOCKER),
    (OF_DATA, "data", Severity.WARNING),
]


@pytest.mark.parametrize(("failure", "kind", "worth"), WORTH)
def test_what_hangs_on_an_assumption_warns(failure: object, kind: str, worth: Severity) -> None:
    made = canary(guesses=((kind, "train.py:3 something is assumed"),))
    seen = case(failure, uses=asks(made))  # type: ignore[arg-type]
    assert severity(seen, Cause((failure,))) is worth  # type: ignore[arg-type]
    assert bool(assumed(made, failure)) == (worth is Severity.WARNING)  # type: ignore[arg-type]


LEFT = [
    ("import joblib\nmodel = joblib.load('m.pkl')\nto_onnx(model, X[:1])\n", (1, 0), "the model that to_onnx converts cannot be read"),
    (f"model = Ridge()\n{ENDS}to_onnx(mine(), X)\n", (2, 1), "cannot be read"),
    ("from mine import run\nrun(to_onnx)\n", (1, 0), "a converter is handed to a function"),
    ("mine(RandomForestClassifier())\n", (0, 0), "RandomForestClassifier is made, and not seen to be fitted"),
    ("KINDS = {'rf': RandomForestClassifier}\nmine(KINDS)\n", (0, 0), "RandomForestClassifier is named in KINDS"),
    (f"model = Ridge()\n{ENDS}model.save_model('m.onnx', format='onnx')\n", (2, 1), "its library's own"),
    # its near twins: all is looked at
    (f"model = make_pipeline(StandardScaler(), Ridge())\n{ENDS}", (1, 1), ""),
    (f"KINDS = [Ridge]\nmodel = KINDS[0]()\n{ENDS}", (1, 1), ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "counts", "said"), LEFT, ids=range(len(LEFT)))
def test_what_is_left_untried_is_named(tmp_path: Path, text: str, counts: tuple[int, int], said: str) -> None:
    found = script(tmp_path, text)
    assert (found.conversions, found.converted) == counts
    assert (not found.unseen) if not said else any(said in note for note in found.unseen), found.unseen


GROWING = [
    "a = [1]\nfor i in range(60):\n    a = [a, a]\nb = a == [a]\nmodel = Ridge(alpha=a)\n",
    "a = 'ab' * 10 ** 9\nmodel = Ridge(alpha=a)\n",
    "a = [1]\nfor i in range(90):\n    a += a\nmodel = Ridge(alpha=a)\n",
    "a = []\na.append(a)\nmodel = Ridge(alpha=a)\n",
    "d = {}\nd['d'] = d\nmodel = Ridge(**{'alpha': d})\n",
    "t = (1,)\nfor i in range(70):\n    t = (t, t)\nd = {t: 1}\nmodel = Ridge(alpha=d)\n",
    "a = 10 ** 10 ** 10 + (1 << 10 ** 12)\nmodel = Ridge(alpha=a)\n",
    "a = list(range(10 ** 12)) + sorted(range(10 ** 11))\nmodel = Ridge(alpha=sum(range(10 ** 12)))\n",
    "def f(n): return f(n - 1) + f(n - 2)\nmodel = Ridge(alpha=f(90))\n",
    "a = '%0999999999d' % 3 + '{:>99999999}'.format(3) + ','.join(['x' * 9999] * 9999)\nmodel = Ridge(alpha=a)\n",
]


@pytest.mark.parametrize("text", GROWING, ids=range(len(GROWING)))
def test_nothing_grows_without_end(tmp_path: Path, text: str) -> None:
    assert script(tmp_path, text + ENDS).conversions == 1


CALLED = [
    ("from functools import partial\nmodel = partial(Ridge, alpha=2)(tol=0.5)\n", "Ridge(alpha=2, tol=0.5)"),
    ("import importlib\nmodel = getattr(importlib.import_module('sklearn.linear_model'), 'Ridge')(alpha=4)\n", "Ridge(alpha=4)"),
    ("from dataclasses import dataclass, field\n@dataclass\nclass C:\n    alpha: float = 3\n    more: dict = field(default_factory=lambda: {'tol': 1})\n"
     "c = C()\nmodel = Ridge(alpha=c.alpha, **c.more)\n", "Ridge(alpha=3, tol=1)"),
    ("import yaml\nmodel = Ridge(**yaml.safe_load(open('c.yaml'))['ridge'])\n", "Ridge(alpha=0.5)"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "make"), CALLED, ids=range(len(CALLED)))
def test_ways_of_calling(tmp_path: Path, text: str, make: str) -> None:
    found = script(tmp_path, text + ENDS, c_dot_yaml="ridge:\n  alpha: 0.5\n")
    assert only(found).make == f"sklearn.linear_model.{make}"
    assert found.unseen == ()


def test_a_class_that_is_made_of_an_estimator_has_no_converter(tmp_path: Path) -> None:
    own = "class Own(Ridge):\n    def predict(self, X):\n        return super().predict(X)\n"
    (found,) = script(tmp_path, f"{own}model = Own()\n{ENDS}").canaries
    assert (found.make, found.target) == ("type('Own', (sklearn.linear_model.Ridge,), {})()", "continuous")
    registered = "from skl2onnx import update_registered_converter\nupdate_registered_converter(Own, 'Own', a, b)\n"
    assert script(tmp_path, f"{own}{registered}model = Own()\n{ENDS}").canaries == ()
    composed = "class Own(Pipeline):\n    pass\nmodel = Own([('m', Ridge())])\n"
    assert script(tmp_path, f"{composed}{ENDS}").canaries == ()


def test_a_model_that_another_script_has_kept(tmp_path: Path) -> None:
    train, convert = tmp_path / "train.py", tmp_path / "convert.py"
    train.write_text(
        f"{START}import joblib\nmodel = Ridge(alpha=4).fit(X.astype('float64'), y)\njoblib.dump(model, 'm.pkl')\n"
    )
    convert.write_text("import joblib\nfrom skl2onnx import to_onnx\nm = joblib.load('./m.pkl')\nto_onnx(m, None)\n")
    found = read([train, convert])
    assert [(c.make, c.converter[:8], c.columns[0].kind) for c in found.canaries][-1:] == [
        ("sklearn.linear_model.Ridge(alpha=4)", "skl2onnx", "float64")
    ]
    assert (found.unseen, found.conversions, found.converted) == ((), 1, 1)
    assert read([convert]).converted == 0


def test_a_graph_that_another_script_runs(tmp_path: Path) -> None:
    train, score = tmp_path / "train.py", tmp_path / "score.py"
    train.write_text(
        f"{START}onx = to_onnx(Ridge().fit(X, y), X[:1])\nopen('m.onnx', 'wb').write(onx.SerializeToString())\n"
    )
    score.write_text(
        "import numpy as np, onnxruntime as rt\ns = rt.InferenceSession('m.onnx')\ns.run(None, {'X': np.zeros((2, 4))})\n"
    )
    (found,) = read([train, score]).canaries
    assert (found.runs, found.providers, found.feed) == (True, False, "float64")


def test_modules_that_import_each_other(tmp_path: Path) -> None:
    text = f"import helper\n{START}model = helper.make()\n{ENDS}"
    (tmp_path / "helper.py").write_text(
        "import train\nfrom sklearn.linear_model import Ridge\ndef make(): return Ridge(alpha=2)\n"
    )
    (tmp_path / "train.py").write_text(text)
    found = read([tmp_path / "train.py"])
    assert [c.make for c in found.canaries] == ["sklearn.linear_model.Ridge(alpha=2)"]
    assert (found.followed, [i.where for i in found.imports if i.module == "train"]) == (("helper",), ["helper.py:1"])


def test_syntax_of_another_python_is_for_the_one_that_runs_it(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("import onnx\nprint 'old'\n")
    with pytest.raises(CannotLook, match=r"train\.py:2 could not be parsed"):
        read([tmp_path / "train.py"])
    found = read([tmp_path / "train.py"], forgiving=True)
    assert (found.modules, len(found.unseen)) == (("onnx",), 1)
