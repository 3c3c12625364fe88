"""Bisection and reproduction on small real environments."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from checker.cli import main
from checker.model import Patient, Stage
from checker.probe import make_plan, observe, program
from checker.probe.canaries import named
from checker.repro.reproduce import _stages, unlike
from checker.repro.script import canary_body

from ..cases import failed
from .stacks import build

pytestmark = pytest.mark.live

#: onnx 1.9 asks numpy for a name that numpy 1.24 no longer has
ONNX = ("onnx==1.9.0", "protobuf==3.20.3", "numpy==1.24.4")

#: a release of skl2onnx before its scikit-learn: its converters disagree, are missing, or write what does not load or run
AHEAD = ("scikit-learn==1.5.2", "skl2onnx==1.16.0", "onnx==1.16.2", "onnxruntime==1.19.2", "numpy==1.26.4", "pandas<3")
#: canary -> the step at which it fails there
FAIL = {
    "LogisticRegression-binary": Stage.PARITY,
    "SimpleImputer-indicator": Stage.PARITY,
    "IsotonicRegression": Stage.CONVERT,
    "LogisticRegression-double": Stage.LOAD,
    "OneHotEncoder-rare": Stage.RUN,
}


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    path = tmp_path / "train.py"
    path.write_text("import onnx\n")
    return path


def test_the_release_of_numpy_that_ends_onnx(script: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    python = build(tmp_path / "env", "3.9", *ONNX)
    command = ["bisect", "numpy", str(script), "--python", python, "--between", "1.22..1.26", "--format", "json"]
    for known in (False, True):
        assert main(command) == 1
        told = json.loads(capsys.readouterr().out)
        assert [(s["from"], s["to"], s["exact"]) for s in told["switches"]] == [("1.23.5", "1.24.0", True)]
        assert all(cell["remembered"] is known for cell in told["tried"])


@pytest.mark.smoke
def test_a_script_fails_and_passes_as_promised(script: Path, tmp_path: Path) -> None:
    python = build(tmp_path / "env", "3.9", *ONNX, "click==8.1.7")
    for option, status in (("--python", 1), ("--fixed", 0)):
        made = tmp_path / f"repro{option}.py"
        fixed = ["--fixed"] * (option == "--fixed")
        assert main(["repro", "onnx", str(script), "--python", python, *fixed, "--output", str(made)]) == 0
        assert made.read_text().startswith("# /// script\n")
        kept = [pin for pin in ONNX if f'"{pin}"' in made.read_text()]
        assert (kept == list(ONNX)) == (status == 1), kept
        assert "click" not in made.read_text()


def test_a_script_ends_as_the_probe_saw_it(tmp_path: Path) -> None:
    python = build(tmp_path / "env", "3.11", *AHEAD)
    patient = Patient((python, "-"), python, "")
    rows = named([*FAIL, "Ridge"])
    observation, _ = observe(patient, make_plan(patient, None, rows, folder=str(tmp_path)), program())
    seen = {f.subject: f for f in observation.failures()}
    assert {name: seen[name].stage for name in FAIL} == FAIL
    for canary in rows:
        failure = seen.get(canary.name)
        last = failure or failed(Stage.PARITY, canary.name, "E", "")
        body = canary_body(canary, _stages(observation, last, canary))
        done = subprocess.run([python, "-c", body], capture_output=True, text=True, check=False, cwd=tmp_path)
        assert unlike(done.returncode, done.stderr, failure) == ""
