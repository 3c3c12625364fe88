"""Rehearsals in another place: a Python behind any command that finds the script's files itself."""

from __future__ import annotations

import hashlib
import json
import shlex
import sys
from pathlib import Path
from typing import Any

import pytest

from checker.probe.inside.rehearsing import as_there

from .test_cli import run

TEXT = "import os, sys\nprint(open('data.csv').read())\nopen('out.txt', 'w').write('x')\nassert sys.argv[1:] == ['-v'], sys.argv\n"


def rehearsed(capsys: pytest.CaptureFixture[str], via: str, *scripts: Path) -> dict[str, Any]:
    """The report of a rehearsal behind a command."""
    words = ("preflight", "--via", via, *map(str, scripts), "--rehearse", "--no-prove", "--format", "json", "--", "-v")
    status, out, said = run(*words, capsys=capsys)
    assert status in (0, 1), said
    return dict(json.loads(out))


def python_in(folder: Path) -> str:
    """A command that starts a Python in a folder, with nothing of this environment."""
    shell = f"cd {shlex.quote(str(folder))} && exec env -i PATH=/usr/bin:/bin {sys.executable} -"
    return f"sh -c {shlex.quote(shell)}"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (folder := tmp_path / "here").mkdir()
    (folder / "train.py").write_text(TEXT)
    (folder / "data.csv").write_text("1,2\n")
    monkeypatch.chdir(folder)
    return folder


def ended(report: dict[str, Any]) -> list[str]:
    """What is said of the script itself."""
    return [f["message"] for f in report["findings"] if "train.py" in f["subject"]]


def test_a_script_at_the_same_path(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = rehearsed(capsys, python_in(project.parent), project / "train.py")
    assert ended(report) == [] == report["not_looked_at"]
    assert not (project / "out.txt").exists()


def wanted(script: Path, text: str = TEXT) -> dict[str, Any]:
    """What is rehearsed of a script on the machine of its user, who has that text in it."""
    path, digest = str(script), hashlib.sha256(text.encode()).hexdigest()
    return {"folder": str(script.parent), "scripts": [path], "cells": {path: ["cell"]}, "digests": {path: digest}}


def test_a_script_below_the_folder_of_the_command(project: Path) -> None:
    """A container has the project in a folder of its own."""
    found, why = as_there(wanted(Path("/home/me/train.py")), str(project))
    there = str(project / "train.py")
    assert (found["folder"], found["scripts"], found["cells"], why) == (str(project), [there], {there: ["cell"]}, ())


def test_the_same_script_at_its_own_path_comes_first(project: Path) -> None:
    script = project / "train.py"
    found, why = as_there(wanted(script), str(project.parent))
    assert (found["folder"], found["scripts"], why) == (str(project), [str(script)], ())


@pytest.mark.parametrize(
    ("script", "text", "says"),
    [("none.py", TEXT, "is not in this place (neither /home/me/none.py nor"), ("train.py", "pass", "is another file")],
)
def test_a_script_that_is_not_there_is_told(script: str, text: str, says: str, project: Path) -> None:
    _, (named, why) = as_there(wanted(Path("/home/me") / script, text), str(project))
    assert named == f"/home/me/{script}"
    assert why.startswith(says)


def test_what_is_not_there_is_read_only(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("checker.probe.plan.read_bytes", lambda path, most: b"as it was in another place")
    report = rehearsed(capsys, python_in(project), project / "train.py")
    assert "train.py was not run." in report["notes"]
    (said,) = report["not_looked_at"]
    assert said.startswith("Not all rehearsed: train.py is another file in this place")
    assert said.endswith("than here; what follows was read.")
