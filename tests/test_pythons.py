"""Which interpreter is meant where nobody names one; nothing is run but where a test says so."""

from __future__ import annotations

import os
import sys
from base64 import urlsafe_b64encode
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from checker.ask import check_meant
from checker.errors import CannotLook
from checker.model import Distribution, Observation, Patient
from checker.world import pythons
from checker.world.pythons import candidates, holds_any


def make(place: Path, *lines: str) -> Path:
    """A folder that looks like a virtual environment: its interpreter."""
    (place / "bin").mkdir(parents=True)
    python = place / "bin" / "python"
    python.write_text("#!/bin/sh\n")
    python.chmod(0o755)
    (place / "pyvenv.cfg").write_text("\n".join(["home = /usr/bin", *lines]))
    return python


def first(env: dict[str, str], folder: Path) -> Path:
    """The likeliest one."""
    return next(candidates(env, folder)).python


def hashed(project: Path) -> str:
    """The hash by which poetry and hatch know a project."""
    return urlsafe_b64encode(sha256(os.path.realpath(project).encode()).digest()).decode()[:8]


def test_a_project_s_environment_comes_before_path(tmp_path: Path) -> None:
    wanted, other = make(tmp_path / "work" / ".venv"), make(tmp_path / "other")
    below = tmp_path / "work" / "jobs" / "daily"
    below.mkdir(parents=True)
    assert first({"PATH": str(other.parent)}, below) == wanted
    assert first({"PATH": str(other.parent)}, tmp_path) == other


def test_an_active_environment_comes_before_the_project_s(tmp_path: Path) -> None:
    make(tmp_path / ".venv")
    active = make(tmp_path / "active")
    assert first({"VIRTUAL_ENV": str(tmp_path / "active")}, tmp_path) == active
    assert first({"CONDA_PREFIX": str(tmp_path / "active")}, tmp_path) == active


def test_conda_s_base_is_active_by_habit(tmp_path: Path) -> None:
    project, base = make(tmp_path / ".venv"), make(tmp_path / "base")
    env = {"CONDA_PREFIX": str(tmp_path / "base"), "CONDA_DEFAULT_ENV": "base"}
    assert [c.python for c in candidates(env, tmp_path)][:2] == [project, base]


def test_an_overlay_stands_for_what_it_lies_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`uv run --with`: an overlay is active, and on PATH come it, the folder of what is lent, and the project's own."""
    parent = make(tmp_path / "project" / ".venv")
    overlay = make(tmp_path / "uv" / "overlay", f"extends-environment = {parent.parents[1]}")
    lent = make(tmp_path / "uv" / "lent")
    env = {"VIRTUAL_ENV": str(overlay.parents[1]), "PATH": f"{overlay.parent}:{lent.parent}:{parent.parent}"}
    monkeypatch.setattr(sys, "executable", str(overlay))
    monkeypatch.setattr(sys, "prefix", str(overlay.parents[1]))
    monkeypatch.setattr(sys, "path", [str(p.parents[1] / "lib" / "site-packages") for p in (overlay, lent, parent)])
    assert [c.python for c in candidates(env, tmp_path)] == [parent, overlay]


def test_the_checker_s_own_is_meant_where_it_is_shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own, other = make(tmp_path / "own"), make(tmp_path / "other")
    env = {"VIRTUAL_ENV": str(own.parents[1]), "PATH": str(other.parent)}
    monkeypatch.setattr(sys, "executable", str(own))
    monkeypatch.setattr(sys, "prefix", str(own.parents[1]))
    assert first(env, tmp_path) == other
    (tmp_path / "onnx.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    assert first(env, tmp_path) == own


@pytest.mark.parametrize(
    ("keep", "env"),
    [
        (lambda p, home: home / ".cache/pypoetry/virtualenvs" / f"job-{hashed(p)}-py3.11", {}),
        (lambda p, home: home / "poems" / f"job-{hashed(p)}-py3.11", {"POETRY_VIRTUALENVS_PATH": "{home}/poems"}),
        (lambda p, home: home / ".local/share/hatch/env/virtual/job" / hashed(p) / "job", {}),
        (lambda p, home: home / ".local/share/virtualenvs/job-abcdefgh", {}),
        (lambda p, home: home / "envs/job-abcdefgh", {"WORKON_HOME": "{home}/envs"}),
        (lambda p, home: p / "made-by-uv", {"UV_PROJECT_ENVIRONMENT": "made-by-uv"}),
    ],
)  # fmt: skip
def test_environments_that_are_kept_for_a_project(
    tmp_path: Path, keep: Callable[[Path, Path], Path], env: dict[str, str]
) -> None:
    project, home = tmp_path / "job", tmp_path / "home"
    project.mkdir()
    (project / "pyproject.toml").touch()
    place = keep(project, home)
    wanted = make(place)
    (place / ".project").write_text(f"{project}\n")
    told = {"HOME": str(home), **{name: value.format(home=home) for name, value in env.items()}}
    assert first(told, project) == wanted


def test_a_file_may_name_the_environment(tmp_path: Path) -> None:
    kept = make(tmp_path / "kept")
    for name, text in ((".venv", "../kept"), (".pdm-python", str(kept))):
        project = tmp_path / f"project{name}"
        project.mkdir()
        (project / name).write_text(text)
        assert first({}, project).resolve() == kept


def test_an_environment_that_came_with_a_clone_is_not_run(tmp_path: Path) -> None:
    make(tmp_path / ".venv")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "index").write_bytes(b"DIRC\0\0.venv/bin/python\0train.py\0")
    assert tmp_path / ".venv" / "bin" / "python" not in [c.python for c in candidates({}, tmp_path)]
    (tmp_path / ".git" / "index").write_bytes(b"DIRC\0\0train.py\0")
    assert first({}, tmp_path) == tmp_path / ".venv" / "bin" / "python"


@pytest.mark.skipif(os.name == "nt", reason="owners are those of POSIX")
def test_an_environment_of_somebody_else_is_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path / ".venv")
    monkeypatch.setattr(pythons, "_is_ours", lambda owner: False)
    assert tmp_path / ".venv" / "bin" / "python" not in [c.python for c in candidates({}, tmp_path)]


def test_what_an_interpreter_finds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is started, and neither a file of the working folder nor an empty folder counts."""
    (tmp_path / "nowhere_found.py").write_text("raise SystemExit(1)")
    (tmp_path / "importlib.py").write_text("raise SystemExit(1)")
    monkeypatch.chdir(tmp_path)
    assert holds_any(Path(sys.executable), ("nowhere_found", "pytest"))
    assert not holds_any(Path(sys.executable), ("nowhere_found",))
    assert not holds_any(tmp_path / "none", ("pytest",))


def test_an_empty_environment_beside_a_full_one_is_a_question(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    empty, full = make(tmp_path / ".venv"), make(tmp_path / "full")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(full.parent))
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    monkeypatch.setattr("checker.ask.holds_any", lambda python, modules: python == full)
    seen = Observation("3.11.7", str(empty), "Linux", {})
    patient = Patient((str(empty), "-"), str(empty), "it is the environment of the project")
    with pytest.raises(CannotLook, match=f"--python {full} or --python {empty}") as told:
        check_meant(patient, seen)
    assert "\n" not in str(told.value)
    held = Distribution("onnx", "1.16.2", str(tmp_path))
    check_meant(patient, Observation("3.11.7", str(empty), "Linux", {}, (held,)))
