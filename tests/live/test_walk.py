"""A stranger's walk: from an empty repository to a failing check with an annotation on the right line, by the README alone."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from ..interpreters import interpreter
from .test_integrations import ROOT, checkout, run, succeed

pytestmark = pytest.mark.live
__all__ = ["checkout"]

#: commands that the walk may take
MOST = 10


def typed() -> list[str]:
    """What the README says to type."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    block = re.search(r"<!-- tests/live/test_walk.py types these -->\n```sh\n(.*?)```", text, re.DOTALL)
    assert block, "the README has lost the walk"
    return block[1].splitlines()


def test_the_walk_is_short() -> None:
    assert 5 <= len(typed()) <= MOST


def test_a_stranger_gets_an_annotation_on_the_right_line(checkout: Path, tmp_path: Path) -> None:
    python = interpreter("3.12")
    if not (python and interpreter("3.11")):
        pytest.skip("no Python 3.11 and 3.12 here")
    remote = tmp_path / "server" / "taxi.git"
    succeed(tmp_path, "git", "init", "-q", "--bare", remote)
    who = {f"GIT_{part}_{what}": "ana@example.org" for part in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    places = {"https://example.org/sklearn-onnx-checker": str(checkout), "https://example.org/taxi": str(remote)}
    lines = "\n".join(typed())
    for address, place in places.items():
        lines = lines.replace(address, place)
    (tmp_path / "home").mkdir()
    succeed(
        tmp_path / "home",
        "bash",
        "-e",
        "-c",
        lines.replace(f"{checkout}\n", f"{checkout} sklearn-onnx-checker\n"),
        **who,
    )
    done, said, summary = checked(remote, checkout, tmp_path, python)
    assert done.returncode == 1, done.stdout + done.stderr
    source = (ROOT / "examples" / "train.py").read_text(encoding="utf-8").splitlines()
    assert "::error file=train.py,line=50,title=silent-disagreement::" in said
    assert "Pipeline(" in source[49]
    assert summary.startswith("## Blocked at parity: train.py")


def checked(
    remote: Path, checkout: Path, folder: Path, python: str
) -> tuple[subprocess.CompletedProcess[str], str, str]:
    """What the server does with a pull request: the workflow that was pushed, step by step, as a runner runs them.

    The last step that ran, all that was said, and the summary of the job.
    """
    work = folder / "runner" / "taxi"
    succeed(folder, "git", "clone", "-q", "--branch", "tips", remote, work)
    (job,) = yaml.safe_load((work / ".github" / "workflows" / "checker.yml").read_text(encoding="utf-8"))[
        "jobs"
    ].values()
    (asked,) = [step["with"]["arguments"] for step in job["steps"] if "sklearn-onnx-checker" in step["uses"]]
    files = {name: str(folder / name) for name in ("GITHUB_ENV", "GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    variables = {
        **files,
        "RUNNER_TEMP": str(folder),
        "GITHUB_ACTION_PATH": str(checkout),
        "PYTHON": python,
        "ARGUMENTS": asked,
    }
    said = ""
    for step in yaml.safe_load((checkout / "action.yml").read_text(encoding="utf-8"))["runs"]["steps"]:
        if "run" in step:
            done = run(work, "bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"], **variables)
            said += done.stdout
            if Path(files["GITHUB_ENV"]).exists():
                variables |= dict(row.split("=", 1) for row in Path(files["GITHUB_ENV"]).read_text().splitlines())
    return done, said, Path(files["GITHUB_STEP_SUMMARY"]).read_text(encoding="utf-8")
