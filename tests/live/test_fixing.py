"""Real environments are mended, and taken back by the file that was written before."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from checker.cli import main
from checker.world.uv import run_uv

from .stacks import build, frozen, go_back

pytestmark = pytest.mark.live

#: scikit-learn was built for another numpy
BROKEN = ("scikit-learn==1.2.2", "numpy==2.2.6", "scipy==1.15.3")


@pytest.mark.smoke
def test_an_environment_of_uv_is_fixed_and_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    python = build(tmp_path / "env", "3.11", *BROKEN)
    before = frozen(python)
    (tmp_path / "train.py").write_text("from sklearn.linear_model import LogisticRegression\n")
    monkeypatch.chdir(tmp_path)
    command = ["preflight", "--python", python, "train.py", "--fix", "--yes", "--write", "pylock.toml"]
    assert main([*command, "--write", "requirements.txt"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("Blocked at import")
    assert "\nReady: train.py\n" in out
    assert "applied with uv" in err
    assert frozen(python) != before
    assert (tmp_path / "requirements.txt").read_text() == frozen(python)
    built_from_the_lock(tmp_path, frozen(python))
    (back,) = tmp_path.glob("checker-before-*.txt")
    go_back(back, "uv")
    assert frozen(python) == before


def built_from_the_lock(folder: Path, expected: str) -> None:
    """The lock file, installed as it is, makes exactly the proven environment."""
    fresh = build(folder / "fresh", "3.11", "packaging")
    synced = run_uv(["pip", "sync", "-q", "--python", fresh, str(folder / "pylock.toml")])
    assert synced.returncode == 0, synced.stderr
    assert frozen(fresh) == expected


def test_an_environment_of_pip_is_fixed_and_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    base = build(tmp_path / "base", "3.11", "packaging")
    subprocess.run([base, "-m", "venv", str(tmp_path / "env")], check=True)
    python = str(tmp_path / "env" / ("Scripts" if sys.platform == "win32" else "bin") / "python")
    pip = [python, "-m", "pip", "install", "-q", "--only-binary", ":all:"]
    subprocess.run([*pip, *BROKEN], check=True, capture_output=True)
    before = frozen(python)
    (tmp_path / "train.py").write_text("from sklearn.linear_model import LogisticRegression\n")
    monkeypatch.chdir(tmp_path)
    assert main(["preflight", "--python", python, "train.py", "--fix", "--yes"]) == 0
    assert "applied with pip" in capsys.readouterr().err
    (back,) = tmp_path.glob("checker-before-*.txt")
    go_back(back, "pip")
    assert frozen(python) == before
