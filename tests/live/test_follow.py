"""Bisection and reproduction on small real environments."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from checker.cli import main
from checker.probe.assemble import _plain
from checker.probe.canaries import every
from checker.probe.plan import canary_fields
from checker.repro.script_data import data, helpers

from .stacks import build

pytestmark = pytest.mark.live

#: onnx 1.9 asks numpy for a name that numpy 1.24 no longer has
ONNX = ("onnx==1.9.0", "protobuf==3.20.3", "numpy==1.24.4")

COMPARE = """
import json, sys
import numpy as np, pandas
Any = object
cases = json.load(sys.stdin)
exec(cases["probe"])
for case in cases["rows"]:
    names = {"np": np, "pandas": pandas}
    exec(case["script"], names)
    x, y, test, _ = make_data(np, case["row"])
    for want, got in ((x, names["x"]), (y, names.get("y")), (test, names["test"])):
        if want is not None:
            pandas.testing.assert_frame_equal(pandas.DataFrame(want), pandas.DataFrame(got))
"""


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
    python = build(tmp_path / "env", "3.9", *ONNX)
    for option, status in (("--python", 1), ("--fixed", 0)):
        made = tmp_path / f"repro{option}.py"
        fixed = ["--fixed"] * (option == "--fixed")
        assert main(["repro", "onnx", str(script), "--python", python, *fixed, "--output", str(made)]) == 0
        assert made.read_text().startswith("# /// script\n")
        assert ("numpy==1.24" in made.read_text()) == (status == 1)


def test_a_script_has_the_data_of_the_probe(tmp_path: Path) -> None:
    python = build(tmp_path / "env", "3.11", "numpy<2", "pandas<3")
    rows = [
        {"row": canary_fields(c), "script": "\n".join([*helpers(c), *data(c)])} for c in every() if c.make and c.columns
    ]
    cases = json.dumps({"probe": _plain("data"), "rows": rows})
    done = subprocess.run([python, "-c", COMPARE], input=cases, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
