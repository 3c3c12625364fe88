"""Real environments for the live tests, built by uv."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from checker.world.uv import find_uv, run_uv

from ..interpreters import interpreter

EXAMPLES = Path(__file__).parents[2] / "examples"


def build(folder: Path, minor: str, *requirements: str) -> str:
    """The interpreter of a fresh environment with what the requirements ask for; skips where the Python is missing."""
    python = interpreter(minor)
    if python is None:
        pytest.skip(f"no Python {minor} here")
    made = run_uv(["venv", "-q", "--python", python, str(folder)])
    assert made.returncode == 0, made.stderr
    install(folder, *requirements)
    return str(folder / "bin" / "python")


def install(folder: Path, *requirements: str) -> None:
    """Install into an environment that exists; a name that ends in .txt is a requirements file of the examples."""
    words = [part for r in requirements for part in (["-r", str(EXAMPLES / r)] if r.endswith(".txt") else [r])]
    done = subprocess.run(
        [find_uv(), "pip", "install", "-q", "--no-build", "--python", str(folder / "bin" / "python"), *words],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
