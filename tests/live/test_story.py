"""The story, on real environments: what the tutorial's reader meets."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from checker.ask import prepare
from checker.model import Finding, Report, Severity, Stage
from checker.pipeline import preflight
from checker.probe.standalone import standalone_script
from checker.request import Request

from .stacks import EXAMPLES, build, install

pytestmark = pytest.mark.live


def looked(python: str) -> Report:
    return preflight(Request((EXAMPLES / "train.py",), python=python))


def cause(report: Report) -> Finding:
    assert report.findings[0].severity is Severity.BLOCKER
    return report.findings[0]


@pytest.mark.smoke
def test_the_tutorials_own_pins_are_ready(tmp_path: Path) -> None:
    report = looked(build(tmp_path / "env", "3.6", "requirements-tutorial.txt"))
    assert report.verdict == "ready", [f.message for f in report.findings]


@pytest.mark.smoke
def test_a_newer_scikit_learn_blocks_at_convert(tmp_path: Path) -> None:
    finding = cause(looked(build(tmp_path / "env", "3.6", "requirements-tutorial-newer-sklearn.txt")))
    assert (finding.stage, finding.rule) == (Stage.CONVERT, "attribute-type")
    assert "skl2onnx" in finding.culprits


def test_a_kernel_that_installs_over_itself(tmp_path: Path) -> None:
    """A live kernel: scikit-learn loaded, another release installed in place, the next import mixes both."""
    folder = tmp_path / "env"
    python = build(folder, "3.11", "scikit-learn==1.2.2", "numpy<2", "scipy<1.12")
    program = tmp_path / "look.py"
    program.write_text(standalone_script(None, prepare([]).canaries, static=False))
    cells = "import sklearn.preprocessing, sklearn.utils\nprint('loaded', flush=True)\ninput()\n"
    cells += f"exec(open({str(program)!r}).read())"
    kernel = subprocess.Popen(
        [python, "-c", cells], cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert kernel.stdout
    assert kernel.stdout.readline() == "loaded\n"
    install(folder, "scikit-learn==1.5.2")
    kernel.communicate("\n", timeout=300)
    report = preflight(Request(recorded=tmp_path / "checker-frames.jsonl"))
    finding = next(f for f in report.findings if f.rule == "stale-kernel")
    assert (finding.severity, finding.culprits) == (Severity.BLOCKER, ("scikit-learn",))
    assert finding.advice[0].kind == "action"


@pytest.mark.smoke
def test_every_probability_is_wrong(tmp_path: Path) -> None:
    finding = cause(looked(build(tmp_path / "env", "3.11", "requirements-silent.txt")))
    assert (finding.stage, finding.rule) == (Stage.PARITY, "silent-disagreement")
    assert finding.culprits[:2] == ("skl2onnx", "scikit-learn")


@pytest.mark.smoke
def test_the_tutorial_from_end_to_end(tmp_path: Path) -> None:
    """Asked before, trained, logged to a server, asked after: what is printed keeps the model and scores the table."""
    python = build(tmp_path / "env", "3.11", "requirements-latest.txt")
    words = [sys.executable, str(EXAMPLES / "end_to_end.py"), python]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    asked, _, told = done.stdout.partition("checker inspect")
    assert "Ready" in asked
    assert "input-without-column" not in told
    assert "CREATE TABLE [dbo].[models]" in told
    assert "FROM [dbo].[rides]" in told
    assert [*tmp_path.iterdir()] == [tmp_path / "env"]


def test_the_newest_of_everything(tmp_path: Path) -> None:
    """What today's index gives must at least be looked at without a hitch; whether it is ready is news, not a test."""
    report = looked(build(tmp_path / "env", "3.13", "requirements-latest.txt"))
    assert report.observation.imported
    assert not report.observation.remarks, report.observation.remarks
