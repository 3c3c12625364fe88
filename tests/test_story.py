"""The calls of MLflow in their order: what is read of them, which are worth telling again, and what of it fails."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from checker.model import Case, Logging, Observation, Stage
from checker.probe.inside.canary.flow import steps_of
from checker.probe.plan import canary_fields
from checker.rules import diagnose
from checker.script import read

from .cases import BLOCKER, Fires, at, canary, case, failed, script, works

HEAD = "import mlflow\nfrom mlflow import MlflowClient\nfrom skl2onnx import to_onnx\nimport numpy as np\n\
from sklearn.linear_model import Ridge\nx = np.ones((9, 2), np.float32)\nonx = to_onnx(Ridge().fit(x, x[:, 0]), x)\n\
mlflow.set_tracking_uri('sqlite:///own.db')\n"
LOGS = "with mlflow.start_run() as run:\n    info = mlflow.onnx.log_model(onx, artifact_path='ridge'%s)\n"
NAMED = LOGS % ", registered_model_name='fares'"

OWN = """import threading, onnxruntime
class Own(mlflow.pyfunc.PythonModel):
    %s
    def __init__(self):
        %s
    def predict(self, context, model_input, params=None):
        return model_input
"""
OPTION = (
    "import argparse\np = argparse.ArgumentParser()\np.add_argument('--out', default='built')\na = p.parse_args()\n"
)
DUMPED = """import joblib, cloudpickle
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
%s.dump(make_pipeline(FunctionTransformer(%s), Ridge()).fit(x, x[:, 0]), 'm.pkl')
"""
KEPT = "mlflow.pyfunc.save_model('own', python_model=Own())\n"
KEPT_CALL = ("mlflow.pyfunc.save_model", ["own"])
ROWS = {"form": "array", "dtype": "float32", "dims": (9, 2), "missing": False, "parts": (), "value": None}
SCORED = ("predict", ["<<1>>", ROWS])
SIGNED = (
    OWN % ("", "self.a = 1")
    + "from mlflow.models import infer_signature\n"
    + "mlflow.pyfunc.save_model('own', python_model=Own(), signature=infer_signature(x, %s))\n"
    + "mlflow.pyfunc.load_model('own').predict(x%s)"
)

#: what a script does after its conversion, and what its last steps are
TOLD = [
    (
        LOGS % "" + "mlflow.sklearn.load_model('runs:/{}/ridge'.format(run.info.run_id))",
        [("mlflow.sklearn.load_model", ["runs:/<<0.info.run_id>>/ridge"])],
    ),
    (LOGS % "" + "mlflow.onnx.load_model(f'runs:/{run.info.run_id}/model')", None),
    (NAMED + "mlflow.pyfunc.load_model('models:/fares/Production')", None),
    (
        NAMED
        + "mv = MlflowClient().get_model_version('fares', 1)\nMlflowClient().delete_model_version('fares', mv.version)",
        [("mlflow.MlflowClient.delete_model_version", ["fares", "<<3.version>>"])],
    ),
    ("mlflow.onnx.save_model(onx, 'm')\nmlflow.onnx.save_model(onx, 'm')", None),
    (
        "import shutil\nfor n in (1, 2):\n    shutil.rmtree('m')\n    mlflow.onnx.save_model(onx, 'm')",
        [("remove", ["m"]), ("mlflow.onnx.save_model", ["m"])],
    ),
    ("mlflow.log_metric('a', 1.0)\nwith mlflow.start_run():\n    mlflow.log_metric('a', 2.0)", None),
    ("mlflow.onnx.log_model('ridge.onnx', 'ridge')", [("mlflow.onnx.log_model", ["ridge"])]),
    (LOGS % ", code_paths=['helpers/rows']", None),
    ("open('a.onnx', 'wb').write(onx.SerializeToString())\nimport onnx\nonnx.load('b.onnx')", [("open", ["b.onnx"])]),
    (
        LOGS % "" + "mlflow.pyfunc.load_model(info.model_uri).predict_proba(x)",
        [("attribute", ["<<3>>", "predict_proba"])],
    ),
    ("open('built/a.onnx', 'wb').write(onx.SerializeToString())", [("write", ["built/a.onnx"])]),
    ("import onnx, os\nonnx.save(onx, os.path.join('built', 'a.onnx'))", [("write", ["built/a.onnx"])]),
    ("import joblib\nfrom pathlib import Path\njoblib.dump(x, Path('built') / 'x')", [("write", ["built/x"])]),
    ("from pathlib import Path\n(Path('built') / 'x').open('w')", [("write", ["built/x"])]),
    ("from pathlib import Path\nPath('built/x').write_bytes(b'')", [("write", ["built/x"])]),
    ("import pandas as pd\npd.DataFrame(x).to_csv('built/x.csv')", [("write", ["built/x.csv"])]),
    (
        "import pandas as pd\nfrom pathlib import Path\npd.DataFrame(x).to_csv(Path('built') / 'x')",
        [("write", ["built/x"])],
    ),
    (OWN % ("", "self.lock = threading.Lock()") + KEPT, [("pickle", [["threading.Lock"], "cloudpickle"]), KEPT_CALL]),
    (OWN % ("", "self.log = [open('a', 'w')]") + KEPT, [("pickle", [["open"], "cloudpickle"]), KEPT_CALL]),
    (
        OWN % ("", "self.made = onnxruntime.InferenceSession(onx.SerializeToString())") + KEPT,
        [("pickle", [["onnxruntime.InferenceSession"], "cloudpickle"]), KEPT_CALL],
    ),
    (SIGNED % ("params={'k': 2}", ", params={'k': 'two'}"), [("mlflow.pyfunc.load_model", ["own"]), SCORED]),
    (DUMPED % ("joblib", "lambda v: v"), [("pickle", [["lambda"], "pickle"])]),
    (LOGS % "" + "mlflow.xgboost.load_model(info.model_uri)", [("mlflow.xgboost.load_model", ["<<1.model_uri>>"])]),
    (SIGNED % ("", ""), [("mlflow.pyfunc.load_model", ["own"]), SCORED]),
]
#: what contradicts nothing, or cannot be judged by the script alone
QUIET = [
    "mlflow.pyfunc.load_model('elsewhere').predict(x)",
    "mlflow.sklearn.load_model('runs:/4f1e/model')",
    "mlflow.start_run(run_id='4f1e')\nmlflow.start_run()",
    "mlflow.pyfunc.load_model('models:/others/Production')",
    "mlflow.onnx.save_model(onx, 'm')\nprint('models/ours')\nmlflow.pyfunc.load_model('models/ours')",
    LOGS % "",
    LOGS % "" + "mlflow.pyfunc.load_model(info.model_uri).predict(x)",
    LOGS % "" + "mlflow.onnx.load_model(f'runs:/{run.info.run_id}/ridge')",
    "with mlflow.start_run():\n    with mlflow.start_run(nested=True):\n        mlflow.log_param('a', 1)",
    "for n in (1, 2):\n    with mlflow.start_run():\n        mlflow.log_param('a', n)",
    "mlflow.onnx.save_model(onx, 'm')\nmlflow.pyfunc.load_model('m').predict(x)",
    "mlflow.autolog()\nmlflow.start_run()\nmlflow.start_run()",
    "import sys\nif len(sys.argv) > 1:\n    mlflow.start_run()\nmlflow.start_run()",
    "mlflow.start_run(run_id=sys.argv[1])\nmlflow.start_run()",
    LOGS % ", pip_requirements='pins.txt'",
    "open('pins.txt', 'w').write('onnx')\n" + LOGS % ", pip_requirements='pins.txt'",
    "open('a.onnx', 'wb').write(onx.SerializeToString())\nimport onnx\nonnx.load('a.onnx')",
    "import os\nos.makedirs('built')\nopen('built/a.onnx', 'wb').write(onx.SerializeToString())",
    "from pathlib import Path\nout = Path('built')\nout.mkdir()\n(out / 'x').write_bytes(b'')",
    "from elsewhere import prepare\nprepare('built')\nopen('built/a.onnx', 'wb')",
    "import sys\nif len(sys.argv) > 1:\n    open('built/a.onnx', 'wb')",
    OPTION + "import os\nos.makedirs(a.out)\nopen(os.path.join(a.out, 'a.onnx'), 'wb')",
    OPTION + "import joblib\njoblib.dump(x, a.out + '/x')",
    "import tarfile\ntarfile.open('x.tgz').extractall()\nopen('built/a.csv', 'w')",
    "def export():\n    open('built/a.onnx', 'wb')",
    "mlflow.onnx.save_model(onx, 'built/m')\nopen('built/a.onnx', 'wb')",
    "open('a.onnx', 'wb')\nopen('../built/a.onnx', 'wb')\nopen('built/a.csv')",
    OWN % ("", "self.lock = None") + KEPT,
    OWN % ("", "self.lock = threading.Lock()") + "own = Own()\ndel own.lock\n" + KEPT.replace("Own()", "own"),
    OWN % ("def __getstate__(self): return {}", "self.lock = threading.Lock()") + KEPT,
    OWN % ("def load_context(self, context): self.lock = threading.Lock()", "pass")
    + KEPT
    + "mlflow.pyfunc.load_model('own').predict(x)\n"
    + KEPT.replace("'own'", "'again'"),
    LOGS % "" + "import threading\nlock = threading.Lock()",
    DUMPED % ("joblib", "np.log1p"),
    DUMPED % ("cloudpickle", "lambda v: v"),
    "def own(v):\n    return v\n" + DUMPED % ("joblib", "own"),
    "with mlflow.start_run():\n    i = mlflow.xgboost.log_model(x, artifact_path='m')\n"
    "mlflow.xgboost.load_model(i.model_uri)",
]


def told(folder: Path, text: str) -> tuple[Any, ...]:
    (folder / "pins.txt").touch() if "open('pins.txt'" not in text else None
    (folder / "train.py").write_text(HEAD + text + "\n", encoding="utf-8")
    return next((c.logging.story for c in read([folder / "train.py"]).canaries if c.logging and c.logging.story), ())


@pytest.mark.parametrize(("text", "last"), TOLD, ids=range(len(TOLD)))
def test_calls_that_may_contradict_each_other_are_told(tmp_path: Path, text: str, last: Any) -> None:
    story = told(tmp_path, text)
    assert story
    assert last is None or [(s["call"], s["args"]) for s in story][-len(last) :] == last


@pytest.mark.parametrize("text", QUIET, ids=range(len(QUIET)))
def test_what_contradicts_nothing_is_not_told(tmp_path: Path, text: str) -> None:
    assert told(tmp_path, text) == ()


def test_a_store_that_is_there_may_hold_what_others_have_put_into_it(tmp_path: Path) -> None:
    (tmp_path / "own.db").touch()
    assert told(tmp_path, NAMED + "mlflow.pyfunc.load_model('models:/fares/Production')") == ()


def test_behind_a_branch_nothing_is_told(tmp_path: Path) -> None:
    branch = "import sys\nif len(sys.argv) > 1:\n    mlflow.end_run()\n"
    story = told(tmp_path, "mlflow.start_run()\nmlflow.start_run()\n" + branch + "mlflow.start_run()")
    assert [s["call"] for s in story] == ["mlflow.start_run"] * 2


# --- the rule ----------------------------------------------------------------------------------------------------

NAME = "train.py:9 calls of MLflow"
STEPS = (
    {"call": "mlflow.start_run", "args": [], "kwargs": {}, "where": "train.py:9"},
    {
        "call": "mlflow.onnx.log_model",
        "args": [],
        "kwargs": {"artifact_path": "ridge", "registered_model_name": "fares"},
        "where": "train.py:10",
    },
    {"call": "mlflow.end_run", "args": [], "kwargs": {}, "where": "train.py:9"},
)


def contradicted(call: str, kind: str, text: str, *args: str) -> Case[Observation]:
    """A last call that MLflow refuses."""
    last = {
        "call": call,
        "args": [*args, ["ridge"]]
        if call == "artifact"
        else [list(args), "cloudpickle"]
        if call == "pickle"
        else list(args),
        "kwargs": {},
        "where": "train.py:12",
    }
    own = canary(NAME, "", logging=Logging(story=(*STEPS, last)))
    facts = {"called": "train.py:12", "call": call}
    return case(
        failed(Stage.REGISTER, NAME, kind, text, at("mlflow/store/store.py", 7, "get"), facts=facts),
        uses=script(own, imports="mlflow"),
    )


#: what is called, with which address, what MLflow says, and the first line or words of the first advice
CASES = [
    (
        "mlflow.pyfunc.load_model",
        "models:/fares@best",
        "Registered model alias best not found.",
        'alias("fares", "best"',
    ),
    ("mlflow.pyfunc.load_model", "models:/fares/Production", "No versions of model with name", '"models:/fares/1"'),
    (
        "mlflow.pyfunc.load_model",
        "models:/fare/1",
        "Model Version (name=fare, version=1) not found",
        '"models:/fares/1"',
    ),
    ("mlflow.onnx.load_model", "runs:/a/model", "Failed to download artifacts from path 'model'", "run_id}/ridge"),
    (
        "mlflow.sklearn.load_model",
        "runs:/a/ridge",
        'Model does not have the "sklearn" flavor',
        "mlflow.onnx.load_model",
    ),
    ("mlflow.start_run", "", "Run with UUID a is already active.", "start_run(nested=True)"),
    ("mlflow.log_param", "alpha", "Changing param values is not allowed.", "start_run(nested=True)"),
    (
        "mlflow.onnx.save_model",
        "m",
        "Path '/tmp/checker-probe-1-a/2-1/story/m' already exists and is not empty",
        "folder of its own",
    ),
    ("mlflow.MlflowClient.create_registered_model", "fares", "Registered Model (name=fares) already exists.", "Leave"),
    ("attribute", "<<3>>", "'PyFuncModel' object has no attribute 'predict_proba'", "predict(x)"),
    ("artifact", "model", "'model'", "Use the names"),
    ("open", "b.onnx", "No such file or directory: 'b.onnx'", "Name a file"),
    ("write", "built/b.onnx", "No such file or directory: 'built/b.onnx'", "os.makedirs('built', exist_ok=True)"),
    ("pickle", "threading.Lock", "cannot pickle '_thread.lock' object", "def load_context"),
    (
        "predict",
        "<<3>>",
        "Invalid parameters found: {('k', \"Can not safely convert str\")}",
        "predict(x, params=params)",
    ),
    ("predict", "<<3>>", "Can not safely convert float64 to int64", "infer_signature(x.astype('float64'))"),
]


FIRES: dict[str, tuple[Fires, ...]] = {
    "calls-contradict": tuple(
        Fires(
            contradicted(call, "MlflowException", text, *[address] * bool(address)),
            BLOCKER,
            Stage.REGISTER,
            () if call in ("open", "write") else ("mlflow",),
            "train.py:12",
        )
        for call, address, text, _ in CASES
    )
}
STAYS: dict[str, tuple[Case[Observation], ...]] = {
    "calls-contradict": (
        case(*works(Stage.REGISTER, NAME), uses=script(canary(NAME, ""))),
        case(
            failed(Stage.REGISTER, NAME, "OperationalError", "no such table", at("sqlalchemy/engine.py", 7)),
            uses=script(canary(NAME, "", logging=Logging(story=STEPS))),
        ),
    )
}


@pytest.mark.parametrize(
    ("found", "says"), [(fires.case, case[3]) for fires, case in zip(FIRES["calls-contradict"], CASES, strict=True)]
)
def test_the_first_advice_fits(found: Case[Observation], says: str) -> None:
    finding = diagnose(found)[0]
    assert finding.evidence[0] == "train.py:12"
    assert says in "\n".join([finding.advice[0].text, *finding.advice[0].lines])


def test_files_alone_need_no_mlflow(tmp_path: Path) -> None:
    told(tmp_path, "open('built/a.onnx', 'wb').write(onx.SerializeToString())")
    (found,) = [c for c in read([tmp_path / "train.py"]).canaries if c.logging]
    fields = canary_fields(found)
    assert (found.name, found.form, fields["needs"]) == ("train.py:9 files", "files", [])
    ((_, step),) = steps_of(fields, ["mlflow", "onnx"])
    with pytest.raises(FileNotFoundError) as failed:
        step(fields, {"folder": str(tmp_path)})
    assert failed.value.facts == {"called": "train.py:9", "call": "write"}  # type: ignore[attr-defined]
    (tmp_path / "story" / "built").mkdir(parents=True)
    assert step(fields, {"folder": str(tmp_path)}) == {}


WRAPPER = """import onnxruntime
import pandas as pd
open('ridge.onnx', 'wb').write(onx.SerializeToString())
class Scorer(mlflow.pyfunc.PythonModel):
    def load_context(self, context):
        self.session = onnxruntime.InferenceSession(context.artifacts['%s'])
    def predict(self, context, model_input, params=None):
        return self.session.run(None, {'X': model_input%s})[0]
mlflow.pyfunc.save_model('m', python_model=Scorer(), artifacts={'ridge': '%s'})
mlflow.pyfunc.load_model('m').predict(pd.DataFrame({'a': [1.5], 'b': [2.5]}))
"""


@pytest.mark.parametrize(
    ("key", "more", "file", "fed", "last"),
    [
        ("ridge", ".to_numpy()", "ridge.onnx", "float64", None),
        ("ridge", ".values.astype('float32')", "ridge.onnx", "float32", None),
        ("model", ".to_numpy()", "ridge.onnx", "float64", ("artifact", ["model", ["ridge"]])),
        ("ridge", ".to_numpy()", "models/r.onnx", "float64", ("open", ["models/r.onnx"])),
    ],
)
def test_a_model_of_a_class_of_the_script_is_read_as_mlflow_calls_it(
    tmp_path: Path, key: str, more: str, file: str, fed: str, last: Any
) -> None:
    story = told(tmp_path, WRAPPER % (key, more, file))
    assert last is None if not story else last in [(s["call"], s["args"]) for s in story]
    feeds = [c.feeds for c in read([tmp_path / "train.py"]).canaries if c.feeds]
    assert [one.data.parts[0][1].dtype for one in feeds[0]] == [fed]


def test_a_message_names_no_folder_of_the_telling() -> None:
    found = [diagnose(fires.case)[0].message for fires in FIRES["calls-contradict"]]
    assert [m for m in found if "checker-probe" in m] == []
    assert any("Path 'm' already exists" in m for m in found)
