"""`pytest --checker` in another project: each model of its scripts is a test with its own outcome."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
#: in the place of this interpreter, which has nothing of the path, a recorded one is looked at
RECORDED = """
from dataclasses import replace
from pathlib import Path
from checker import pipeline

real = pipeline.preflight
pipeline.preflight = lambda request: real(replace(request, python=None, recorded=Path("frames.jsonl")))
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Another project: a script, a test of its own, and a recorded environment that blocks the script."""
    recorded = ROOT / "reports" / "frames" / "4-silent.jsonl.gz"
    (tmp_path / "frames.jsonl").write_bytes(gzip.decompress(recorded.read_bytes()))
    (tmp_path / "train.py").write_bytes((ROOT / "examples" / "train.py").read_bytes())
    (tmp_path / "conftest.py").write_text(RECORDED)
    (tmp_path / "test_own.py").write_text("def test_own():\n    pass\n")
    (tmp_path / "checker.toml").write_text('scripts = ["train.py"]\n')
    return tmp_path


def outcome(project: Path, *words: str) -> tuple[int, str]:
    """Status and output of pytest there; the plugin is named, since these tests need not be installed."""
    installed = any(e.value == "checker.pytester" for e in entry_points(group="pytest11"))
    named = [] if installed else ["-p", "checker.pytester"]
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *named, *words]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200"}
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_without_the_option_nothing_is_added(project: Path) -> None:
    status, said = outcome(project, "-v")
    assert (status, "1 passed" in said, "checker::" in said) == (0, True, False)


def test_each_model_is_a_test(project: Path) -> None:
    status, said = outcome(project, "--checker", "-v")
    assert status == 1
    assert "test_own.py::test_own PASSED" in said
    assert "checker::environment PASSED" in said
    assert "checker::train.py:50 Pipeline FAILED" in said
    assert "its results are wrong" in said
    assert "[silent-disagreement]" in said
    assert "What to do: Move skl2onnx from 1.16.0 to " in said
    assert "Traceback" not in said


def test_tests_are_chosen_as_others_are(project: Path) -> None:
    status, said = outcome(project, "--checker", "-v", "-k", "environment")
    assert (status, "collected 4 items / 3 deselected / 1 selected" in said) == (0, True), said


def test_what_the_project_ignores_is_skipped_with_its_reason(project: Path) -> None:
    entry = '[[ignore]]\nrule = "silent-disagreement"\nsubject = "train.py *"\nreason = "known for long"\n'
    (project / "checker.toml").write_text(f'scripts = ["train.py"]\n{entry}')
    status, said = outcome(project, "--checker", "-rs")
    assert status == 0
    assert "ignored: known for long" in said


def test_junit_names_the_script_and_the_line(project: Path) -> None:
    outcome(project, "--checker", "--junit-xml", "junit.xml", "-o", "junit_family=xunit1")
    assert 'name="train.py:50 Pipeline" file="train.py" line="49"' in (project / "junit.xml").read_text()


@pytest.mark.parametrize(
    ("configured", "words", "said"),
    [
        ("", (), "--checker: there are no scripts to look at"),
        ("strickt = true\n", (), "--checker: checker.toml: strickt: there is no such key; did you mean strict?"),
        ("", ("--checker-script", "trian.py"), "trian.py: not found (did you mean train.py?)"),
    ],
)
def test_a_mistake_is_one_line(configured: str, words: tuple[str, ...], said: str, project: Path) -> None:
    (project / "checker.toml").write_text(configured)
    status, told = outcome(project, "--checker", *words)
    assert status == 4
    assert f"ERROR: {said}" in told or said in told
    assert "Traceback" not in told


def test_the_import_costs_nothing() -> None:
    code = "import sys, __future__; before = {*sys.modules}; import checker.pytester; print(sorted({*sys.modules} - before))"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-S", "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "['checker', 'checker.pytester']"
