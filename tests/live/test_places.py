"""A place's runtime is made here, and refuses or takes a model as the place does."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker.fix.fix import Console, fix
from checker.inspection import inspect
from checker.model import Basis, Proven, Severity
from checker.pipeline import preflight
from checker.request import Remedies, Request

from ..onnxfiles import model, node
from .stacks import build, frozen, go_back, lost_files, typed

pytestmark = pytest.mark.live


@pytest.mark.smoke
@pytest.mark.parametrize(("ir", "rules"), [(8, []), (10, ["stamp-beyond-target"])])
def test_a_release_of_the_runtime_is_tried(tmp_path: Path, ir: int, rules: list[str]) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(model(nodes=node("Relu", "X", "Y"), ir=ir, opset=15))
    report = inspect(str(path), Request(targets=("onnxruntime==1.10",), remedies=Remedies.PROVEN))
    assert report.places[0].tried.startswith("onnxruntime 1.10.0 with numpy 1."), report.places[0].untried
    assert [(f.rule, f.basis) for f in report.findings] == [(rule, Basis.SEEN) for rule in rules]


def test_a_release_that_no_index_has_is_told(tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(model(nodes=node("Relu", "X", "Y"), ir=7, opset=12))
    report = inspect(str(path), Request(targets=("azure-sql-edge-1.0.7",), remedies=Remedies.PROVEN))
    assert "no index has onnxruntime 1.5.3" in report.places[0].untried
    assert "target-unknown" in {f.rule for f in report.findings}


TRAIN = """\
import numpy as np
from sklearn.ensemble import RandomForestClassifier
from skl2onnx import to_onnx

X = np.random.rand(100, 4).astype(np.float32)
model = RandomForestClassifier(n_estimators=5).fit(X, (X[:, 0] > 0.5).astype(int))
onx = to_onnx(model, X[:1])
"""
STACK = (
    "scikit-learn==1.5.2",
    "skl2onnx==1.17.0",
    "onnx==1.16.2",
    "onnxruntime==1.19.2",
    "numpy==1.26.4",
    "protobuf==5.29.6",
)


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> str:
    return build(tmp_path_factory.mktemp("patient") / "env", "3.11", *STACK)


@pytest.mark.parametrize(
    ("targets", "lines"),
    [
        (("onnxruntime==1.10",), "target_opset=15"),
        (("bigquery-ml", "onnxruntime==1.16.3"), "target_opset=17\noptions={id(model): {'zipmap': False}}"),
    ],
)
def test_what_a_place_will_refuse_blocks_before_training(
    tmp_path: Path, python: str, targets: tuple[str, ...], lines: str
) -> None:
    script = tmp_path / "train.py"
    script.write_text(TRAIN)
    report = preflight(Request((script,), python=python, targets=targets, remedies=Remedies.PROVEN))
    assert report.verdict == "blocked"
    assert report.findings[0].rule == "stamp-beyond-target"
    assert isinstance(report.remedies[0].proof, Proven), report.remedies[0]
    assert report.remedies[0].commands == {"code": lines}
    assert all(place.tried in report.remedies[0].proof.how for place in report.places)


def test_what_a_place_takes_blocks_nothing(tmp_path: Path, python: str) -> None:
    script = tmp_path / "train.py"
    script.write_text(TRAIN.replace("X[:1]", "X[:1], target_opset=15"))
    report = preflight(Request((script,), python=python, targets=("onnxruntime==1.10",), remedies=Remedies.PROVEN))
    assert report.verdict == "ready"


def test_the_built_in_packages_of_a_place_are_the_environment(tmp_path: Path) -> None:
    more = tmp_path / "more.txt"
    more.write_text("skl2onnx\nonnxruntime\n")
    script = tmp_path / "train.py"
    script.write_text(TRAIN)
    report = preflight(Request((script,), requirements=(more,), targets=("synapse-spark-3.4",)))
    seen = report.observation
    assert (seen.minor, seen.version("scikit-learn"), seen.version("onnx")) == ("3.10", "1.3.2", "1.15.0")
    assert seen.version("skl2onnx")
    assert report.verdict == "ready"


LOGS = """\
import numpy as np, mlflow, mlflow.sklearn
from sklearn.linear_model import LogisticRegression

mlflow.set_tracking_uri("http://tracking.example.org:5000")
X = np.random.rand(100, 4)
model = LogisticRegression().fit(X, (X[:, 0] > 0.5).astype(int))
with mlflow.start_run():
    mlflow.sklearn.log_model(model, "model")
"""


@pytest.mark.parametrize(
    ("client", "server", "rules"), [("3.4.0", "2.9.2", ["tracking-server"]), ("2.22.0", "3.4.0", [])]
)
def test_a_script_logs_to_a_server_of_another_release(
    tmp_path: Path, client: str, server: str, rules: list[str]
) -> None:
    python = build(tmp_path / "env", "3.11", f"mlflow=={client}", "skl2onnx", "onnxruntime", "setuptools<80")
    script = tmp_path / "train.py"
    script.write_text(LOGS)
    request = Request((script,), python=python, targets=(f"mlflow=={server}",), remedies=Remedies.PROVEN, budget=1)
    report = preflight(request)
    assert report.places[0].tried.startswith(f"a server of mlflow {server} with Python 3."), report.places[0].untried
    assert [f.rule for f in report.findings if f.severity is Severity.BLOCKER] == rules


LOGS_ONNX = """\
import numpy as np, mlflow, mlflow.onnx
from sklearn.linear_model import LogisticRegression
from skl2onnx import to_onnx
from mlflow.models import infer_signature

mlflow.set_tracking_uri("http://tracking.example.org:5000")
mlflow.set_experiment("taxi")
X = np.random.rand(60, 4).astype(np.float32)
model = LogisticRegression().fit(X, (X[:, 0] > 0.5).astype(int))
onx = to_onnx(model, X[:1], options={"zipmap": False})
with mlflow.start_run():
    mlflow.onnx.log_model(onx, artifact_path="model", signature=infer_signature(X, model.predict(X)))
"""


def test_a_client_that_is_too_new_for_its_server_is_mended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A part of the newer release goes with it: else its files would lie over those of the older one.

    What is printed does it as well as what is applied, and the way back is one.
    """
    python = build(tmp_path / "env", "3.11", "mlflow==3.4.0", "skl2onnx", "onnxruntime", "setuptools<80")
    script = tmp_path / "train.py"
    script.write_text(LOGS_ONNX)
    monkeypatch.chdir(tmp_path)
    before = frozen(python)
    request = Request((script,), python=python, targets=("mlflow==2.9.2",), remedies=Remedies.PROVEN)
    report = preflight(request)
    assert [f.rule for f in report.findings if f.severity is Severity.BLOCKER] == ["tracking-server"]
    remedy = report.remedies[0]
    assert isinstance(remedy.proof, Proven), (remedy, report.refuted)
    assert "mlflow-tracing" in {c.name for c in remedy.changes if c.was and not c.to}
    assert "Remove mlflow-tracing 3.4.0: nothing requires it after this change, and its files lie over" in remedy.text

    after = fix(request, report, Console(print, lambda question: True, lambda *step: None))
    assert after
    assert after.verdict == "ready", after.findings
    assert lost_files(python) == []
    there = frozen(python)
    (back,) = tmp_path.glob("checker-before-*.txt")
    go_back(back, "uv")
    assert (frozen(python), lost_files(python)) == (before, [])

    typed(remedy.commands["uv"])
    assert (frozen(python), lost_files(python)) == (there, [])
    again = preflight(request)
    assert again.verdict == "ready", again.findings
    assert again.places[0].tried.startswith("a server of mlflow 2.9.2")
