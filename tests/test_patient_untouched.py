"""Looking changes nothing in the patient: its files are the same before and after, to the byte and the time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from checker.pipeline import preflight
from checker.request import Request


def snapshot(folder: Path) -> dict[str, tuple[int, int, int]]:
    """Path -> mode, size and modification time of everything in a folder."""
    found = {}
    for path in sorted(folder.rglob("*")):
        status = path.lstat()
        found[str(path.relative_to(folder))] = (status.st_mode, status.st_size, status.st_mtime_ns)
    return found


@pytest.fixture
def patient(tmp_path: Path) -> Path:
    """A bare environment with a few fake packages of the path, and a folder to work in."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "env")], check=True)
    site = next((tmp_path / "env").glob("lib/python*/site-packages"), None) or tmp_path / "env/Lib/site-packages"
    for module, name in (("sklearn", "scikit_learn"), ("onnx", "onnx"), ("skl2onnx", "skl2onnx"), ("mlflow", "mlflow")):
        (site / module).mkdir()
        (site / module / "__init__.py").write_text("__version__ = '1.0'\n")
        folder = site / f"{name}-1.0.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (folder / "RECORD").write_text(f"{module}/__init__.py,,21\n")
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "train.py").write_text("import sklearn\nimport onnx\n")
    return tmp_path


@pytest.mark.skipif(os.name != "posix", reason="the layout of a POSIX environment")
@pytest.mark.parametrize("static", [True, False])
def test_looking_changes_nothing(patient: Path, static: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(patient / "work")
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    before = snapshot(patient)
    report = preflight(Request((patient / "work" / "train.py",), python=str(patient / "env"), static=static))
    assert report.observation.version("scikit-learn") == "1.0"
    assert snapshot(patient) == before


@pytest.mark.live
@pytest.mark.smoke
def test_a_real_environment_stays_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from .live.stacks import EXAMPLES, build

    python = build(tmp_path / "env", "3.11", "requirements-silent.txt")
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    before = snapshot(tmp_path)
    preflight(Request((EXAMPLES / "train.py",), python=python, canaries="all"))
    assert snapshot(tmp_path) == before
