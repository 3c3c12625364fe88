"""The recipes for the places where things run: each says what the checker has, and its steps do what they should."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

import checker
from checker.cli import configured
from checker.commands.parsing import parse
from checker.requirements.choosing import markers_of
from checker.requirements.forms import read_needs
from checker.requirements.needs import Choice, Source
from checker.world.project.configuration import parsed_toml

ROOT = Path(__file__).parents[1]
PROJECT = parsed_toml((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

needs_bash = pytest.mark.skipif(not shutil.which("bash"), reason="no bash here")


def read(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a recorded environment, and the folders that a server gives to a job."""
    recorded = ROOT / "reports" / "frames" / "4-silent.jsonl.gz"
    (tmp_path / "frames.jsonl").write_bytes(gzip.decompress(recorded.read_bytes()))
    (tmp_path / "train.py").write_bytes((ROOT / "examples" / "train.py").read_bytes())
    (tmp_path / "checker.toml").write_text('scripts = ["train.py"]\noffline = true\n')
    (tmp_path / "temp").mkdir()
    command = tmp_path / "installed checker" / "bin" / "checker"
    command.parent.mkdir(parents=True)
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m checker "$@"\n')
    command.chmod(0o755)
    return tmp_path


def played(project: Path, step: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """One step in the project, as the runner of a server runs it."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100", **variables}
    words = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step]
    return subprocess.run(words, cwd=project, env=environment, capture_output=True, text=True, check=False)


# --- GitHub ---------------------------------------------------------------------------------------------------------


def looked(project: Path, arguments: str) -> subprocess.CompletedProcess[str]:
    """The step of the action that looks."""
    (step,) = [one for one in read("action.yml")["runs"]["steps"] if one.get("id") == "look"]
    variables = {"RUNNER_TEMP": "temp", "GITHUB_OUTPUT": "output", "GITHUB_STEP_SUMMARY": "summary.md"}
    variables |= {"CHECKER": str(project / "installed checker" / "bin" / "checker"), "ARGUMENTS": arguments}
    return played(project, step["run"], **variables)


@needs_bash
def test_the_action_annotates_the_line_and_fails(project: Path) -> None:
    done = looked(project, "--from frames.jsonl")
    assert done.returncode == 1, done.stderr
    assert "::error file=train.py,line=50," in done.stdout
    assert (project / "output").read_text() == "verdict=blocked\nsarif=temp/checker.sarif\n"
    assert "Blocked at parity" in (project / "summary.md").read_text()
    assert json.loads((project / "temp" / "checker.sarif").read_text())["version"] == "2.1.0"


@needs_bash
def test_words_of_the_action_are_split_and_never_run(project: Path) -> None:
    done = looked(project, "--from frames.jsonl --canaries 'SVC, KMeans' --keep $(touch${IFS}made)")
    assert "--keep $(touch" in done.stderr
    assert not (project / "made").exists()
    shutil.copy(project / "frames.jsonl", project / "two words.jsonl")
    assert looked(project, '--from "two words.jsonl"').returncode == 1
    assert "cannot read no.jsonl" in looked(project, "--from no.jsonl").stderr


@needs_bash
def test_a_job_that_could_not_look_has_the_status_of_that(project: Path) -> None:
    (project / "checker.toml").write_text("strickt = true\n")
    assert looked(project, "").returncode == 2
    assert not (project / "output").exists()


def test_inputs_of_the_action_are_its_own() -> None:
    text, action = (ROOT / "action.yml").read_text(encoding="utf-8"), read("action.yml")
    assert {*re.findall(r"inputs\.([\w-]+)", text)} == {*action["inputs"]}
    named = {step["id"] for step in action["runs"]["steps"] if "id" in step}
    assert {*re.findall(r"steps\.(\w+)\.", text)} <= named
    assert all("shell" in step for step in action["runs"]["steps"] if "run" in step)
    # what somebody else may have written reaches a shell only as a variable
    assert not [step for step in action["runs"]["steps"] if "${{" in step.get("run", "")]


# --- GitLab, pre-commit ---------------------------------------------------------------------------------------------


@needs_bash
def test_the_template_for_gitlab_leaves_what_it_promises(project: Path) -> None:
    job = read("integrations/gitlab.yml")["checker"]
    step = job["script"][-1].replace("$CI_BUILDS_DIR/checker/bin", "installed checker/bin")
    done = played(project, step, CHECKER_ARGUMENTS="--from frames.jsonl")
    assert done.returncode == 1, done.stderr
    reports = job["artifacts"]["reports"]
    (first, *_) = json.loads((project / reports["codequality"]).read_text())
    assert first["location"] == {"path": "train.py", "lines": {"begin": 50}}
    assert 'file="train.py"' in (project / reports["junit"]).read_text()


@pytest.mark.parametrize("hook", read(".pre-commit-hooks.yaml"), ids=lambda hook: hook["id"])
def test_hooks_run_what_parses_on_what_may_change_the_answer(hook: dict[str, Any]) -> None:
    assert parse(hook["entry"].split()[1:]).quiet
    names = ("train.py", "a/score.ipynb", "pyproject.toml", "uv.lock", "requirements-dev.txt", "environment.yml")
    assert [name for name in names if not re.search(hook["files"], name)] == []
    assert not re.search(hook["files"], "README.md")


# --- recipes --------------------------------------------------------------------------------------------------------


def test_the_recipe_for_conda_is_what_pyproject_says() -> None:
    recipe = read("integrations/conda/recipe.yaml")
    assert recipe["context"]["version"] == checker.__version__
    assert recipe["package"]["name"] == PROJECT["name"]
    assert recipe["about"]["license"] == PROJECT["license"]
    assert recipe["about"]["summary"] == PROJECT["description"]
    asked = [re.sub(r"\s*;.*", "", text) for text in PROJECT["dependencies"]]
    told = [text.replace(" ", "") for text in recipe["requirements"]["run"]]
    assert told == [f"python{PROJECT['requires-python']}", *asked]
    scripts = [f"{name} = {place}" for name, place in PROJECT["scripts"].items()]
    assert recipe["build"]["python"]["entry_points"] == scripts


def test_the_container_file_installs_what_the_project_asks_for(tmp_path: Path) -> None:
    text = (ROOT / "integrations" / "Dockerfile").read_text(encoding="utf-8")
    (tmp_path / "requirements.txt").write_text("scikit-learn==1.5.2\n")
    found = read_needs([Source(text, "Dockerfile", tmp_path, tmp_path / "Dockerfile")], Choice(), markers_of("3.11.7"))
    assert [line.text for line in found.lines] == ["scikit-learn==1.5.2"]
    assert found.python == "==3.11.*"


@pytest.mark.parametrize("name", ["gitlab.yml", "tox.ini", "noxfile.py", "Dockerfile"])
def test_every_recipe_runs_what_parses(name: str) -> None:
    text = (ROOT / "integrations" / name).read_text(encoding="utf-8")
    found = re.findall(r"\bchecker (preflight(?: --[\w-]+)*)", text) or re.findall(r'checker" (preflight)', text)
    assert found or '"checker", "preflight"' in text or name == "noxfile.py"
    for words in found:
        assert parse([word for word in words.split() if word not in ("--python", "--via", "--report")]).command


def test_the_configuration_to_copy_has_no_mistake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(ROOT / "integrations" / "checker.toml", tmp_path)
    monkeypatch.chdir(tmp_path)
    found = configured([])
    assert (found.scripts, found.requirements, found.python) == ([Path("train.py")], [Path("requirements.txt")], "3.11")


def test_the_workflow_to_copy_uses_the_action() -> None:
    (job,) = read("integrations/github.yml")["jobs"].values()
    (step,) = [one for one in job["steps"] if "sklearn-onnx-checker" in one["uses"]]
    assert {*step["with"]} <= {*read("action.yml")["inputs"]}
    assert step["uses"].endswith(f"@v{checker.__version__}")
    assert parse(["preflight", *step["with"]["arguments"].split()]).no_prove
    assert all(word in read("action.yml")["outputs"] for word in re.findall(r"outputs\.(\w+)", str(job["steps"])))


def test_every_recipe_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    places = ["action.yml", ".pre-commit-hooks.yaml", "integrations/conda/recipe.yaml"]
    places += [f"integrations/{p.name}" for p in (ROOT / "integrations").iterdir() if p.is_file()]
    assert [place for place in places if place not in readme] == []
