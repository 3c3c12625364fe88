"""Real environments for the live tests, built by uv."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from checker.world.uv import find_uv, run_uv

from ..interpreters import interpreter

#: the program that names code files which are listed and not there
LOST = """
import importlib.metadata, os
for one in importlib.metadata.distributions():
    print(*(f for f in one.files or () if f.suffix == ".py" and not os.path.exists(one.locate_file(f))), sep="\\n", end="")
"""
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


def frozen(python: str) -> str:
    """What is installed, one pin a line."""
    return run_uv(["pip", "freeze", "-q", "--python", python]).stdout


def lost_files(python: str) -> list[str]:
    """Files of installed distributions that are not there."""
    done = subprocess.run([python, "-c", LOST], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def go_back(file: Path, installer: str) -> None:
    """Type the commands that the file itself names."""
    told = file.read_text().split(f"# To go back with {installer}:\n")[1].splitlines()
    lines = [line.removeprefix("#   ") for line in told]
    commands = lines[: next(i for i, line in enumerate(told) if not line.startswith("#   "))]
    assert commands
    typed("\n".join(commands))


def typed(commands: str) -> None:
    """Type commands, a line each."""
    for command in commands.splitlines():
        subprocess.run(command.replace("uv pip", f"{find_uv()} pip", 1), shell=True, check=True, capture_output=True)
