"""Environments that are built of lock files and lists, beside those that the real tools make."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from checker.requirements.building import environment
from checker.requirements.choosing import choose_needs
from checker.requirements.needs import Choice, Needs
from checker.world.uv import find_uv

from ..interpreters import interpreter

pytestmark = pytest.mark.live
PROJECT = """
[project]
name = "x"
version = "0.1"
requires-python = ">=3.9"
dependencies = ["click==8.1.7", "tomli==2.0.1; python_version < '3.11'", "colorama==0.4.6; sys_platform == 'nothing'"]
[project.optional-dependencies]
table = ["tabulate==0.9.0"]
[dependency-groups]
dev = ["iniconfig==2.0.0"]
docs = ["markdown==3.6"]
"""


@pytest.fixture
def python() -> str:
    """A Python that is older than a marker of the project."""
    found = interpreter("3.10")
    if not found:
        pytest.skip("no Python 3.10 here")
    return str(found)


def uv(folder: Path, *words: str) -> None:
    subprocess.run([find_uv(), *words, "-q"], cwd=folder, check=True)


def listed(python: Path) -> dict[str, str]:
    """Name -> release of everything in an environment."""
    command = [find_uv(), "pip", "list", "--format", "json", "--python", str(python)]
    told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return {row["name"]: row["version"] for row in told}


def built(python: str, needs: Needs) -> tuple[dict[str, str], tuple[str, ...]]:
    """What is in the environment that is built, and what is told of it."""
    with environment(Path(python), needs) as found:
        assert found.python, found.faults
        return listed(found.python), found.remarks


def test_a_lock_file_comes_to_what_its_tool_installs(tmp_path: Path, python: str) -> None:
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    uv(tmp_path, "lock", "--python", python)
    chosen = ("--extra", "table", "--group", "docs")
    uv(tmp_path, "sync", "--frozen", "--no-install-project", "--python", python, *chosen)
    needs = choose_needs([tmp_path / "uv.lock"], Choice(("table",), ("docs",)), python).needs
    ours, remarks = built(python, needs)
    assert ours == listed(tmp_path / ".venv" / "bin" / "python")
    assert {"tomli", "tabulate", "iniconfig", "markdown"} < {*ours}
    assert "x, the project itself" in remarks[0]


def test_a_list_of_conda_is_built_as_it_is(tmp_path: Path, python: str) -> None:
    """A package that nobody has is left out, a release that nobody has is taken nearby, and contradictions stay."""
    (file := tmp_path / "list.txt").write_text(
        "# Name Version Build Channel\n"
        "libzlib 1.2.13 hd590300_5 conda-forge\n"
        "no-such-package-of-conda 1.0 pyhd8ed1ab_0 conda-forge\n"
        "click 8.1.99 pyhd8ed1ab_0 conda-forge\n"
        "requests 2.31.0 pyhd8ed1ab_0 conda-forge\n"
        "urllib3 2.2.1 pyhd8ed1ab_0 conda-forge\n"
        "idna 2.4 pyhd8ed1ab_0 conda-forge\n"  # requests wants 2.5 or later
    )
    ours, remarks = built(python, choose_needs([file], Choice(), python).needs)
    assert (ours["idna"], ours["requests"], ours["urllib3"]) == ("2.4", "2.31.0", "2.2.1")
    assert {"certifi", "charset-normalizer", "click"} < {*ours}
    told = "\n".join(remarks)
    assert "only conda has libzlib" in told
    assert "Left out: no-such-package-of-conda==1.0 is not on the package index" in told
    assert "Taken in the place of click==8.1.99" in told
