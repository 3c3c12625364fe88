"""The recipes for the places where things run, each run by the very tool that it is for."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

import checker
from checker.world.uv import find_uv

from ..interpreters import interpreter
from .stacks import EXAMPLES, build, install

pytestmark = [pytest.mark.live, pytest.mark.skipif(os.name != "posix", reason="shells of POSIX")]

ROOT = Path(__file__).parents[2]
#: pins that are measured to give wrong answers, and a configuration that builds nothing
PINS = ("scikit-learn==1.5.2", "skl2onnx==1.16.0", "onnx==1.16.2", "onnxruntime==1.19.2", "mlflow==2.16.2")
STATIC = 'scripts = ["train.py"]\nrequirements = "requirements.txt"\npython = "3.11"\nstrict = true\n'
#: what names the environment of these tests
OWN = ("VIRTUAL_ENV", "PYTHONPATH", "TOX_", "NOX", "PYTEST_", "GIT_")


def run(folder: Path, *words: object, **variables: str) -> subprocess.CompletedProcess[str]:
    """A command in a folder, with uv and every Python of these tests on the PATH."""
    pythons = [Path(found).parent for minor in ("3.11", "3.12") if (found := interpreter(minor))]
    path = os.pathsep.join(map(str, [Path(find_uv()).parent, *pythons, os.environ["PATH"]]))
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OWN)}
    environment = {**kept, "PATH": path, "COLUMNS": "100", **variables}
    command = [str(word) for word in words]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def succeed(folder: Path, *words: object, **variables: str) -> str:
    done = run(folder, *words, **variables)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This repository as others see it, with one commit."""
    copy = tmp_path_factory.mktemp("source") / "checkout"
    skip = shutil.ignore_patterns(
        ".git", ".venv", ".*_cache", ".ci-local", "__pycache__", "tests", "benchmarks", "reports"
    )
    shutil.copytree(ROOT, copy, ignore=skip)
    committed(copy)
    return copy


@pytest.fixture(scope="module")
def wheel(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that others install."""
    out = tmp_path_factory.mktemp("wheel")
    succeed(checkout, find_uv(), "build", "-q", "--wheel", "--out-dir", out)
    (built,) = out.glob("*.whl")
    return built


def committed(folder: Path) -> str:
    """Make a repository of a folder, or one more commit; its name."""
    who = ("-c", "user.name=ana", "-c", "user.email=ana@example.org")
    if not (folder / ".git").exists():
        succeed(folder, "git", "init", "-q")
    succeed(folder, "git", "add", "--all")
    succeed(folder, "git", *who, "commit", "-q", "-m", "state")
    return succeed(folder, "git", "rev-parse", "HEAD").strip()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose pins give wrong answers."""
    folder = tmp_path / "taxi"
    folder.mkdir()
    shutil.copy(EXAMPLES / "train.py", folder)
    (folder / "requirements.txt").write_text("\n".join(PINS) + "\n")
    (folder / "checker.toml").write_text(STATIC)
    return folder


def test_a_commit_is_stopped_by_the_hook(checkout: Path, project: Path, tmp_path: Path) -> None:
    """pre-commit installs it from a repository, as from any other."""
    revision = succeed(checkout, "git", "rev-parse", "HEAD").strip()
    hooks = [{"repo": checkout.as_uri(), "rev": revision, "hooks": [{"id": "checker-static"}]}]
    (project / ".pre-commit-config.yaml").write_text(yaml.safe_dump({"repos": hooks}))
    committed(project)
    words = (find_uv(), "tool", "run", "-q", "pre-commit", "run", "--all-files")
    done = run(project, *words, PRE_COMMIT_HOME=str(tmp_path / "hooks"))
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Failed" in done.stdout
    assert "its results are wrong" in " ".join(done.stdout.split())
    ignored = '[[ignore]]\nrule = "silent-disagreement"\nreason = "only ranked"\nexpires = 2999-01-01\n'
    (project / "checker.toml").write_text(STATIC.replace("strict = true\n", "") + ignored)
    committed(project)
    done = run(project, *words, PRE_COMMIT_HOME=str(tmp_path / "hooks"))
    assert (done.returncode, "Passed" in done.stdout) == (0, True), done.stdout + done.stderr


def test_the_steps_of_the_action_as_a_runner_runs_them(checkout: Path, project: Path, tmp_path: Path) -> None:
    steps = [step for step in yaml.safe_load((checkout / "action.yml").read_text())["runs"]["steps"] if "run" in step]
    python = interpreter("3.12")
    if not python:
        pytest.skip("no Python 3.12 here")
    given = {"RUNNER_TEMP": tmp_path, "GITHUB_ACTION_PATH": checkout, "PYTHON": python, "ARGUMENTS": "--static"}
    files = {name: tmp_path / name for name in ("GITHUB_ENV", "GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    variables = {name: str(value) for name, value in {**given, **files}.items()}
    said = ""
    for step in steps:
        done = run(project, "bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"], **variables)
        said += done.stdout
        if files["GITHUB_ENV"].exists():
            variables |= dict(row.split("=", 1) for row in files["GITHUB_ENV"].read_text().splitlines())
    assert done.returncode == 1, done.stdout + done.stderr
    assert "::warning file=train.py,line=50,title=silent-disagreement::" in said
    assert "verdict=warnings" in files["GITHUB_OUTPUT"].read_text()
    assert "silent-disagreement" in files["GITHUB_STEP_SUMMARY"].read_text()


@pytest.mark.parametrize(
    ("schema", "name"), [("vendor.github-actions", "action.yml"), ("vendor.gitlab-ci", "integrations/gitlab.yml")]
)
def test_the_servers_own_schemas_take_it(schema: str, name: str) -> None:
    succeed(ROOT, find_uv(), "tool", "run", "-q", "check-jsonschema", "--builtin-schema", schema, name)


@pytest.mark.parametrize("tool", ["tox", "nox"])
def test_a_recipe_is_run_by_its_tool(tool: str, wheel: Path, project: Path) -> None:
    """The environment that the tool makes is the one that is looked at."""
    (project / "checker.toml").write_text('scripts = ["train.py"]\noffline = true\nformat = "json"\n')
    (project / "requirements.txt").write_text(
        "scikit-learn==1.5.2\nskl2onnx==1.18.0\nonnx==1.17.0\nonnxruntime==1.19.2\n"
    )
    name = "tox.ini" if tool == "tox" else "noxfile.py"
    shutil.copy(ROOT / "integrations" / name, project)
    words = ["tox", "run", "-e", "checker"] if tool == "tox" else ["nox", "--session", "checker-3.12"]
    done = run(project, find_uv(), "tool", "run", "-q", *words, CHECKER=str(wheel))
    # MLflow is missing there, which the script asks for
    assert done.returncode == 1, done.stdout + done.stderr
    assert '"rule": "missing-package"' in done.stdout
    assert f"{project.name}/.{tool}/checker" in done.stdout
    assert '"name": "skl2onnx",\n        "version": "1.18.0"' in done.stdout


def test_the_wheel_is_enough_for_who_installs_nothing(wheel: Path, tmp_path: Path) -> None:
    """As `uvx sklearn-onnx-checker` finds it on an index; completions need one package more."""
    words = (find_uv(), "tool", "run", "-q", "--from", wheel)
    assert succeed(tmp_path, *words, "sklearn-onnx-checker", "--version").startswith(f"checker {checker.__version__}, ")
    done = run(tmp_path, *words, "sklearn-onnx-checker", "completions", "bash")
    assert (done.returncode, "sklearn-onnx-checker[completions]" in done.stderr) == (3, True)
    pipx = (find_uv(), "tool", "run", "-q", "pipx", "run", "--spec", wheel, "sklearn-onnx-checker", "--version")
    assert succeed(tmp_path, *pipx, PIPX_HOME=str(tmp_path / "pipx")).startswith("checker ")


def test_models_are_tests_in_another_project(wheel: Path, project: Path, tmp_path: Path) -> None:
    """The plugin in the environment of the tests, with what the script needs beside it."""
    python = build(tmp_path / "env", "3.11", "requirements-silent.txt", "pytest")
    install(tmp_path / "env", str(wheel))
    (project / "checker.toml").write_text('scripts = ["train.py"]\n')
    done = run(project, python, "-m", "pytest", "--checker", "-v")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "checker::environment PASSED" in done.stdout
    assert "checker::train.py:50 Pipeline FAILED" in done.stdout
    assert "the runtime disagrees with scikit-learn on " in done.stdout
    assert run(project, python, "-m", "pytest").returncode == 5  # no tests, and none of ours
