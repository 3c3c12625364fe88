"""Lock files of the real tools: what each tool builds of its own, beside what the checker builds of it.

    python benchmarks/lock_inputs.py --tools FOLDER [--only uv,poetry] [--projects pins,forks] [--keep FOLDER]

FOLDER has one environment a tool, called poetry, pipenv and pip (`uv venv FOLDER/poetry && uv pip install --python
FOLDER/poetry poetry`); uv is the checker's own. Ten projects a form are written, locked and built by the tool, in a
folder that is removed at the end unless --keep names it; then the checker builds an environment of the lock file alone
with the Python that it chooses. Printed is each project with "same", or the releases that differ: `-` is the tool's.
pylock.toml is made by `uv export` and `pip lock` in turn, and installed by `uv pip sync`.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from checker.errors import CheckerError
from checker.pipeline import with_needs
from checker.request import Request
from checker.requirements.building import environment
from checker.world.pythons import candidates, find, of_version
from checker.world.uv import find_uv

SIX = "https://files.pythonhosted.org/packages/d9/5a/e7c31adbe875f2abbb91bd84cf2dc52d792b5a01506781dbcf25c91daf11/six-1.16.0-py2.py3-none-any.whl"


@dataclass(frozen=True)
class Project:
    """What a project depends on, and what of it is wanted."""

    name: str
    requires: tuple[str, ...]
    #: the Pythons that it is for, and the one that it is installed with
    pythons: str = ">=3.10"
    python: str = "3.11"
    extras: dict[str, tuple[str, ...]] = field(default_factory=dict)
    groups: dict[str, tuple[str, ...]] = field(default_factory=dict)
    wanted_extras: tuple[str, ...] = ()
    wanted_groups: tuple[str, ...] = ()


PROJECTS = (
    Project("pins", ("six==1.16.0", "click==8.1.7", "packaging==24.0")),
    Project("ranges", ("requests>=2.28,<3", "jinja2", "docopt")),
    Project(
        "markers", ("tomli==2.0.1; python_version < '3.11'", "colorama==0.4.6; sys_platform == 'win32'", "redis==5.0.1")
    ),
    Project("old-python", ("redis==5.0.1", "importlib-metadata; python_version < '3.10'"), ">=3.9", "3.9"),
    Project("extras-of-packages", ("requests[socks]>=2.31", "uvicorn[standard]==0.30.0")),
    Project("extra", ("click",), extras={"table": ("tabulate",), "color": ("colorama",)}, wanted_extras=("table",)),
    Project("groups", ("click",), groups={"dev": ("iniconfig",), "docs": ("markdown",)}, wanted_groups=("docs",)),
    Project("forks", ("numpy<2; python_version < '3.12'", "numpy>=2.1; python_version >= '3.12'"), python="3.12"),
    Project("stack", ("scikit-learn==1.4.2", "skl2onnx==1.16.0", "onnx==1.15.0", "numpy<2")),
    Project("address", (f"six @ {SIX}", "python-dateutil")),
)


def run(command: Sequence[str], folder: Path, **more: str) -> None:
    """Run a tool; its words are shown where it fails."""
    environ = {k: v for k, v in os.environ.items() if k not in ("VIRTUAL_ENV", "PIP_FIND_LINKS")}
    done = subprocess.run(command, cwd=folder, env={**environ, **more}, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed in {folder}:\n{done.stdout[-1500:]}\n{done.stderr[-1500:]}")


def installed(python: Path) -> dict[str, str]:
    """Name -> release of everything in an environment, installers left out."""
    done = subprocess.run(
        [find_uv(), "pip", "list", "--format", "json", "--python", str(python)],
        capture_output=True,
        text=True,
        check=True,
    )
    told = {row["name"]: row["version"] for row in json.loads(done.stdout)}
    return {name: version for name, version in told.items() if name not in ("pip", "setuptools", "wheel")}


def written(project: Project, folder: Path) -> None:
    """A pyproject.toml by the standard tables."""
    rows = ["[project]", f'name = "{project.name}"', 'version = "0.1"', f'requires-python = "{project.pythons}"']
    rows += [f"dependencies = {json.dumps(project.requires)}", "[project.optional-dependencies]"]
    rows += [f"{name} = {json.dumps(told)}" for name, told in project.extras.items()]
    rows += ["[dependency-groups]", *(f"{name} = {json.dumps(told)}" for name, told in project.groups.items())]
    folder.mkdir(parents=True)
    (folder / "pyproject.toml").write_text("\n".join([*rows, ""]))


def chosen(project: Project) -> list[str]:
    """The extras and groups that are wanted, as uv's options."""
    return [
        *(word for extra in project.wanted_extras for word in ("--extra", extra)),
        *(word for group in project.wanted_groups for word in ("--group", group)),
    ]


def by_uv(project: Project, folder: Path, tools: Path) -> tuple[Path, Path]:
    """(lock file, interpreter of what uv makes of it)."""
    written(project, folder)
    python = ["--python", str(of_version(project.python))]
    run([find_uv(), "lock", "-q", *python], folder)
    run([find_uv(), "sync", "-q", "--frozen", "--no-install-project", *python, *chosen(project)], folder)
    return folder / "uv.lock", folder / ".venv/bin/python"


def by_poetry(project: Project, folder: Path, tools: Path) -> tuple[Path, Path]:
    """The same by Poetry, which installs every group."""
    written(project, folder)
    poetry = str(tools / "poetry/bin/poetry")
    more = {"POETRY_CACHE_DIR": str(folder.parent / "cache"), "POETRY_VIRTUALENVS_IN_PROJECT": "true"}
    with (folder / "pyproject.toml").open("a") as file:
        # Poetry asks PyPI by an interface of its own, which mirrors do not have
        index = '[[tool.poetry.source]]\nname = "index"\nurl = "https://pypi.org/simple/"\npriority = "primary"\n'
        file.write(f"[tool.poetry]\npackage-mode = false\n{index}")
    run([find_uv(), "venv", "-q", "--python", str(of_version(project.python)), ".venv"], folder)
    run([poetry, "lock", "-q", "-n"], folder, **more)
    wanted = [word for extra in project.wanted_extras for word in ("--extras", extra)]
    run([poetry, "install", "-q", "-n", "--no-root", *wanted], folder, **more)
    return folder / "poetry.lock", folder / ".venv/bin/python"


def by_pipenv(project: Project, folder: Path, tools: Path) -> tuple[Path, Path]:
    """The same by Pipenv, whose groups are categories; it has no extras, and is for Python 3.10 and later."""
    python = "3.10" if project.python == "3.9" else project.python
    rows = ["[[source]]", 'url = "https://pypi.org/simple"', "verify_ssl = true", 'name = "pypi"', "[packages]"]
    told = {_entry(one).partition(" ")[0]: _entry(one) for one in project.requires}  # it knows each name once
    rows += told.values()
    groups = {**project.groups, **project.extras}
    for name, told in groups.items():
        rows += [f"[{'dev-packages' if name == 'dev' else name}]", *map(_entry, told)]
    folder.mkdir(parents=True)
    (folder / "Pipfile").write_text("\n".join([*rows, "[requires]", f'python_version = "{python}"', ""]))
    pipenv = str(tools / "pipenv/bin/pipenv")
    more = {"PIPENV_VENV_IN_PROJECT": "1", "PIPENV_CACHE_DIR": str(folder.parent / "cache"), "PIPENV_NOSPIN": "1"}
    run([str(of_version(python)), "-m", "venv", ".venv"], folder)
    names = ["dev-packages" if name == "dev" else name for name in groups]
    run([pipenv, "lock", *(["--categories", " ".join(["packages", *names])] if names else [])], folder, **more)
    wanted = ["packages", *project.wanted_groups, *project.wanted_extras]
    run([pipenv, "sync", *(["--categories", " ".join(wanted)] if len(wanted) > 1 else [])], folder, **more)
    return folder / "Pipfile.lock", folder / ".venv/bin/python"


def _entry(requirement: str) -> str:
    """A requirement as Pipfile has it."""
    from packaging.requirements import Requirement

    one = Requirement(requirement)
    told = {"file": one.url} if one.url else {"version": str(one.specifier) or "*"}
    inside = [f"{key} = {json.dumps(value)}" for key, value in told.items()]
    inside += [f"extras = {json.dumps(sorted(one.extras))}"] if one.extras else []
    inside += [f'markers = "{str(one.marker).replace(chr(34), chr(39))}"'] if one.marker else []
    return f"{one.name} = {{{', '.join(inside)}}}"


def by_standard(project: Project, folder: Path, tools: Path) -> tuple[Path, Path]:
    """The same in the standard form: uv exports the first of two projects, pip locks the second."""
    written(project, folder)
    python = str(of_version(project.python))
    lock, place = folder / "pylock.toml", folder / ".venv/bin/python"
    run([find_uv(), "venv", "-q", "--python", python, ".venv"], folder)
    pip_locks = PROJECTS.index(project) % 2 and not (chosen(project) or project.python == "3.9")  # pip is for no older
    if pip_locks:
        run([str(tools / "pip/bin/pip"), "-q", "--python", str(place), "lock", *project.requires], folder)
    else:
        words = ["--no-emit-project", *chosen(project), "--format", "pylock.toml", "-o", lock.name]
        run([find_uv(), "export", "-q", "--python", python, *words], folder)
    run([find_uv(), "pip", "sync", "-q", "--python", str(place), lock.name], folder)
    return lock, place


#: form -> what locks and builds
TOOLS: dict[str, Callable[[Project, Path, Path], tuple[Path, Path]]] = {
    "uv": by_uv,
    "poetry": by_poetry,
    "pipenv": by_pipenv,
    "pylock": by_standard,
}


def by_checker(form: str, project: Project, lock: Path) -> dict[str, str]:
    """What the checker builds of the lock file."""
    groups, extras = project.wanted_groups, project.wanted_extras
    if form == "pipenv":
        groups, extras = (*groups, *extras), ()
    elif form == "pylock":  # what was exported has no choice left
        groups, extras = (), ()
    usual = str(next(candidates()).python)
    python = None if form == "pipenv" or project.python in usual else project.python
    request = with_needs(Request(requirements=(lock,), python=python, groups=groups, extras=extras))
    base = find(request.python) if request.python else next(candidates()).python
    with environment(base, request.needs, build=True) as built:
        if not built.python:
            return {"(nothing)": "; ".join(fault.text[:200] for fault in built.faults)}
        return installed(built.python)


def compared(form: str, project: Project, folder: Path, tools: Path) -> str:
    """ "same", or what differs."""
    lock, python = TOOLS[form](project, folder, tools)
    theirs = {*installed(python).items()}
    shutil.rmtree(folder / ".venv", ignore_errors=True)
    try:
        ours = {*by_checker(form, project, lock).items()}
    except CheckerError as error:
        return f"checker: {error}"
    told = [f"-{n} {v}" for n, v in sorted(theirs - ours)] + [f"+{n} {v}" for n, v in sorted(ours - theirs)]
    return ", ".join(told) or f"same ({len(theirs)} packages)"


def main() -> int:
    """Compare, print, and fail where anything differs."""
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--tools", type=Path, required=True)
    ap.add_argument("--only", default=",".join(TOOLS))
    ap.add_argument("--projects", default=",".join(project.name for project in PROJECTS))
    ap.add_argument("--keep", type=Path, help="keep the lock files there")
    options = ap.parse_args()
    wrong = 0
    with tempfile.TemporaryDirectory() as scratch:
        top = (options.keep or Path(scratch)).absolute()
        for form in options.only.split(","):
            for project in (one for one in PROJECTS if one.name in options.projects.split(",")):
                said = compared(form, project, top / form / project.name, options.tools.absolute())
                wrong += not said.startswith("same")
                print(f"{form:8} {project.name:20} {said}", flush=True)
            shutil.rmtree(top / form / "cache", ignore_errors=True)
    print(f"{wrong} differ")
    return wrong > 0


if __name__ == "__main__":
    raise SystemExit(main())
