"""What `checker matrix tox` prints is run by tox itself, with uv, one row for real."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from checker.cli import main

from ..interpreters import interpreter
from .stacks import build

pytestmark = pytest.mark.live
TRAIN = """
from skl2onnx import to_onnx
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

X, y = load_iris(return_X_y=True)
to_onnx(LogisticRegression().fit(X, y), X[:1].astype("float32"))
"""
#: settings of tox that whoever runs the tests with it has set
OWN = ("TOX_", "VIRTUAL_ENV", "PYTHONPATH")


def tox(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run it in a folder, with the checker of these tests and every Python that they use on the PATH."""
    tools = folder / "tools"
    python = tools / "bin" / "python"
    if not python.exists():
        build(tools, "3.12", "tox>=4.22", "tox-uv>=1.20")
    pythons = [Path(found).parent for minor in ("3.11", "3.12") if (found := interpreter(minor))]
    path = os.pathsep.join(map(str, [python.parent, Path(sys.executable).parent, *pythons, os.environ["PATH"]]))
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OWN)}
    return subprocess.run(
        [str(python.with_name("tox")), *words],
        cwd=folder,
        env={**kept, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_row_that_is_printed_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("train.py").write_text(TRAIN)
    asked = ["--requires", "scikit-learn>=1.5", "--requires", "onnx<1.17", "--python", "3.11-3.12", "train.py"]
    assert main(["matrix", "tox", *asked, "--output", "tox.ini"]) == 0
    done = tox(tmp_path, "run", "-e", "row-py312-oldest")
    reports = tmp_path / ".tox" / "reports"
    found = json.loads((reports / "row-py312-oldest.json").read_text(encoding="utf-8"))
    versions = {d["name"]: d["version"] for d in found["environment"]["distributions"]}
    assert (versions["scikit-learn"], versions["onnx"]) == ("1.5.0", "1.16.0"), done.stdout
    assert found["environment"]["python"].startswith("3.12.")
    assert (done.returncode == 0) is (found["verdict"] != "blocked"), done.stdout
    suites = ET.parse(reports / "row-py312-oldest.xml").getroot()
    assert bool(int(suites.attrib["failures"])) is (found["verdict"] == "blocked")
    together = tox(tmp_path, "run", "-e", "rows")
    assert "of 4 rows, " in together.stdout
    assert "No report: row-py311-oldest, row-py311-newest, row-py312-newest." in together.stdout
    assert together.returncode != 0


def test_tox_knows_every_row_that_is_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert (
        main(["matrix", "tox", "--requires", "scikit-learn>=1.2", "--python", "3.9-3.13", "--output", "tox.ini"]) == 0
    )
    done = tox(tmp_path, "config", "-k", "base_python", "deps", "commands")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("[testenv:row-") >= 10
    assert "Exception" not in done.stdout


def test_a_workflow_is_one_to_github(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the schema of workflows that this tool ships."""
    monkeypatch.chdir(tmp_path)
    python = Path(build(tmp_path / "tools", "3.12", "check-jsonschema>=0.28"))
    asked = ["--requires", "scikit-learn>=1.4", "--requires", "onnx<1.19", "--python", "3.10-3.13", "--github"]
    assert main(["matrix", "tox", *asked, "--source", "git+https://example.org/checker", "--output", "rows.yml"]) == 0
    words = [str(python.with_name("check-jsonschema")), "--builtin-schema", "vendor.github-workflows", "rows.yml"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
