"""The user's own code is never imported, however it is laid out and however it was made importable."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from checker.model import Canary, Column, Import, Patient, Registered, Script
from checker.probe import make_plan, observe, program
from checker.probe.inside.choices import at_home

pytestmark = pytest.mark.skipif(os.name != "posix", reason="folders of POSIX")

TELL = "open({mark!r}, 'a').write(__name__ + ' ')\nclass Scaler: pass\ndef convert(*a): pass\n"
#: where the module lies below the project, how the script names it, and which folder of the project is made importable
LAYOUTS = {
    "a file": ("util.py", "util", ""),
    "a package": ("helpers/__init__.py", "helpers", ""),
    "a namespace": ("helpers/util.py", "helpers.util", ""),
    "a namespace within one": ("helpers/deep/util.py", "helpers.deep.util", ""),
    "a package below a namespace": ("helpers/deep/__init__.py", "helpers.deep", ""),
    "a source folder": ("../src/helpers/util.py", "helpers.util", "src"),
    "beside the script's folder": ("../helpers/util.py", "helpers.util", "."),
}
#: how `folder` of the project is made importable in an environment: a file of its site-packages
HOOK = """
import sys
from importlib.machinery import PathFinder
class Finder:
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        return PathFinder.find_spec(name, [{folder!r}]) if path is None else None
sys.meta_path.append(Finder)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with a folder of scripts."""
    root = tmp_path / "project"
    (root / ".git").mkdir(parents=True)
    (root / "jobs").mkdir()
    return root


def environment(tmp_path: Path, files: dict[str, str]) -> str:
    """The interpreter of a fresh environment with these files in its site-packages."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "env"], check=True)
    site = next((tmp_path / "env").glob("lib/python*/site-packages"))
    for name, text in files.items():
        (site / name).write_text(text)
    return str(tmp_path / "env" / "bin" / "python")


def look(python: str, script: Script, folder: Path, canaries: tuple[Canary, ...] = ()) -> str:
    """The frames of a look with that script."""
    plan = make_plan(Patient((python, "-"), python, ""), script, canaries, folder=str(folder))
    return observe(Patient((python, "-"), python, ""), {**plan, "looks": False, "cache": ""}, program())[1]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("how", ["pth", "hook"])
def test_the_users_own_code_is_not_imported(layout: str, how: str, project: Path, tmp_path: Path) -> None:
    place, module, folder = LAYOUTS[layout]
    mark, file = tmp_path / "mark", project / "jobs" / place
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(TELL.format(mark=str(mark)))
    made = str(project / folder) if folder else str(project / "jobs")
    files = (
        {"own.pth": made + "\n"} if how == "pth" else {"own.pth": "import hook\n", "hook.py": HOOK.format(folder=made)}
    )
    python = environment(tmp_path, files)
    subprocess.run([python, "-c", f"import {module}"], check=True, cwd=tmp_path)
    assert mark.read_text()  # it can be imported there
    mark.unlink()
    imports = tuple(Import(m, n, "train.py:1") for m, n in ((module, ""), (module, "Scaler"), (".limits", "X")))
    told = look(python, Script(("train.py",), imports), project / "jobs")
    assert not mark.exists()
    assert f'"subject": "{module}"' not in told
    assert ".limits" not in told


def test_a_converter_of_the_users_own_is_not_imported(project: Path, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    (project / "jobs" / "mine.py").write_text(TELL.format(mark=str(mark)))
    one = Registered("json.JSONDecoder", "Mine", "mine.convert", "mine.convert")
    canary = Canary("c", "json.JSONDecoder()", ("json",), (Column("x", "float32"),), registered=(one,))
    script = Script(("train.py",), (), (canary,))
    told = look(environment(tmp_path, {}), script, project / "jobs", (canary,))
    assert not mark.exists()
    assert any("not tried" in json.loads(line).get("text", "") for line in told.splitlines())


def test_what_is_installed_is_not_the_users_own(project: Path, tmp_path: Path) -> None:
    site = project / ".venv" / "lib" / "site-packages"
    (site / "shared" / "part").mkdir(parents=True)
    (site / "shared" / "part" / "code.py").write_text("")
    (site / "lone.py").write_text("")
    for module in ("lone", "shared.part.code", "json", "json.decoder", "sys", "nowhere", "nowhere.at.all"):
        assert not at_home(module, [str(site), *sys.path], str(project)), module


def test_a_namespace_that_the_project_shares_is_asked_part_by_part(project: Path, tmp_path: Path) -> None:
    site = tmp_path / "site-packages"
    for folder, name in ((site, "theirs"), (project, "mine")):
        (folder / "shared").mkdir(parents=True)
        (folder / "shared" / f"{name}.py").write_text("")
    path = [str(project), str(site)]
    assert at_home("shared.mine", path, str(project))
    assert not at_home("shared.theirs", path, str(project))
