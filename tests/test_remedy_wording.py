"""What is to be typed for a remedy: only what exists when the run is over."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from checker.model import Advice, Change, Observation, Patient, Plan, Proven, Report, Unproven
from checker.probe.inside.supervisor import hello
from checker.remedy.wording import make_install_commands, make_plan_remedy, make_remedies

from .cases import dist, seen, sound
from .remedies import blocker, pins

PROOF = Proven("it was tried", 1.0)
PLAN = Plan((Change("onnx", "1.16.2", "1.15.0"), Change("setuptools", "", "75.3.4")), (), ("onnx<1.16", "setuptools"))
PIP = (*sound(), dist("pip", "24.0"))


def observed(stack: tuple[Any, ...] = PIP, **system: Any) -> Observation:
    found = seen(stack=stack)
    return replace(found, system={**found.system, **system})


def report(observation: Observation, lasts: bool) -> Report:
    return Report(observation, None, Patient(("python",), "python", "", lasts=lasts), (), (), {}, "")


@pytest.mark.parametrize(
    ("observation", "dry", "commands"),
    [
        (
            observed(),
            False,
            {
                "uv": "uv pip install --python /env/bin/python 'onnx<2'",
                "pip": "/env/bin/python -m pip install 'onnx<2'",
            },
        ),
        # one that has no pip gets it first; uv needs none
        (
            observed(sound()),
            False,
            {
                "uv": "uv pip install --python /env/bin/python 'onnx<2'",
                "pip": "/env/bin/python -m ensurepip\n/env/bin/python -m pip install 'onnx<2'",
            },
        ),
        # an old pip cannot say what it would do
        (
            observed((*sound(), dist("pip", "18.1"))),
            True,
            {"uv": "uv pip install --dry-run --python /env/bin/python 'onnx<2'"},
        ),
        (
            observed(conda=True),
            False,
            {
                "conda": "conda install --prefix /env 'onnx<2'",
                "pip": "/env/bin/python -m pip install 'onnx<2'",
            },
        ),
        # nothing is installed into a system's own interpreter: beside it, with all that it has
        (
            observed(managed=True),
            False,
            {
                "uv": "uv venv --system-site-packages --python /env/bin/python .venv\n"
                "uv pip install --python .venv 'onnx<2'",
                "pip": "/env/bin/python -m venv --system-site-packages .venv\n.venv/bin/python -m pip install 'onnx<2'",
            },
        ),
    ],
)
def test_commands_are_for_what_is_there(observation: Observation, dry: bool, commands: Mapping[str, str]) -> None:
    assert make_install_commands(["onnx<2"], observation, dry) == commands


@pytest.mark.parametrize("lasts", [True, False])
def test_no_command_names_an_interpreter_that_is_gone(lasts: bool) -> None:
    """Of requirement files the lines are to be changed; an environment that stays is named."""
    again = Advice("action", "Reinstall it.", lines=("uv pip install --python /env/bin/python --reinstall onnx",))
    rename = Advice("action", "Rename it.", lines=("mv onnx.py my_onnx.py",))
    found = blocker("onnx", "onnx", advice=(pins(("onnx", "<1.15")), again, rename))
    remedies = make_remedies([found], observed(), lasts)
    remedies += (make_plan_remedy(PLAN, [found], report(observed(), lasts), PROOF),)
    typed = [command for remedy in remedies for command in remedy.commands.values()]
    assert any("/env/bin/python" in command for command in typed) is lasts
    assert "mv onnx.py my_onnx.py" in typed
    assert remedies[0].requirements == ("onnx<1.15",)


def test_a_line_says_where_it_belongs() -> None:
    made = make_plan_remedy(PLAN, [], report(observed(), lasts=False), PROOF, places={"onnx": "requirements.txt:4"})
    assert made.commands == {"requirements": "onnx==1.15.0  # requirements.txt:4\nsetuptools==75.3.4  # a new line"}


@pytest.mark.parametrize(
    ("file", "command"), [("uv.lock", "uv add"), ("poetry.lock", "poetry add"), ("Pipfile.lock", "pipenv install")]
)
def test_a_lock_file_is_changed_by_its_own_tool(file: str, command: str) -> None:
    made = make_plan_remedy(PLAN, [blocker()], report(observed(), False), PROOF, places={"onnx": f"{file}:4"})
    assert made.commands == {"shell": f"{command} 'onnx==1.15.0' 'setuptools==75.3.4'"}
    assert made.requirements == ("onnx==1.15.0", "setuptools==75.3.4")


@pytest.mark.parametrize(
    ("marked", "virtual", "managed"), [(True, False, True), (True, True, False), (False, False, False)]
)
def test_a_system_s_own_interpreter_says_so(
    marked: bool, virtual: bool, managed: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PEP 668: the mark lies beside the standard library, and counts for no virtual environment of it."""
    monkeypatch.setattr(os, "__file__", str(tmp_path / "os.py"))
    monkeypatch.setattr(sys, "base_prefix", "/usr" if virtual else sys.prefix)
    if marked:
        (tmp_path / "EXTERNALLY-MANAGED").write_text("[externally-managed]\n")
    told: dict[str, Any] = {}
    channel: Any = SimpleNamespace(send=lambda kind, **fields: told.update(fields))
    hello(channel, False)
    assert told["system"]["managed"] is managed


def test_what_is_asked_for_on_another_system_goes_from_here() -> None:
    elsewhere = 'pywin32==306 ; sys_platform == "win32"'
    plan = Plan((Change("pywin32", "306", ""),), (), (elsewhere,))
    remedy = make_plan_remedy(plan, [blocker("pywin32", "pywin32")], report(observed(), False), PROOF, places={})
    assert remedy.text.startswith('Ask for pywin32 only where sys_platform == "win32".')
    assert remedy.requirements == (elsewhere,)
    assert remedy.commands == {"requirements": elsewhere}


# --- parts of what moves, which nothing requires any more -------------------------------------------------

PARTED = Plan((Change("whole", "3.1", "2.9"), Change("whole-part", "3.1", "")), ("whole==2.9",), ("whole<3",))
WHOLE = (dist("pip", "24.0"), dist("whole", "3.1"), replace(dist("whole-part", "3.1", "whole"), shares=("whole",)))
GOES = "Remove whole-part 3.1: nothing requires it after this change, and its files lie over those of whole."


def test_a_part_is_removed_before_the_rest_is_installed() -> None:
    """Whoever removes it afterwards takes away files of the rest."""
    made = make_plan_remedy(PARTED, [], report(observed(WHOLE), lasts=True), PROOF)
    assert made.text == f"Move whole from 3.1 to 2.9; {GOES}"
    assert made.requirements == ("whole==2.9",)
    assert made.commands == {
        "uv": "uv pip uninstall --python /env/bin/python whole-part\nuv pip install --python /env/bin/python 'whole==2.9'",
        "pip": "/env/bin/python -m pip uninstall --yes whole-part\n/env/bin/python -m pip install 'whole==2.9'",
    }


def test_nothing_is_removed_in_a_dry_run() -> None:
    made = make_plan_remedy(PARTED, [], report(observed(WHOLE), lasts=True), Unproven("no"))
    assert not any("uninstall" in command for command in made.commands.values())


@pytest.mark.parametrize(("installer", "lines"), [("pip", 2), ("conda", 1)])
def test_conda_removes_what_it_has_brought_itself(installer: str, lines: int) -> None:
    stack = (*WHOLE[:2], replace(WHOLE[2], installer=installer))
    made = make_plan_remedy(PARTED, [], report(observed(stack, conda=True), lasts=True), PROOF)
    assert made.commands["conda"].count("\n") + 1 == lines


@pytest.mark.parametrize(
    ("places", "told", "lines"),
    [
        ({"whole": "req.txt:1"}, False, "whole==2.9  # req.txt:1"),
        (
            {"whole": "req.txt:1", "whole-part": "req.txt:2"},
            True,
            "whole==2.9  # req.txt:1\n# without whole-part  # req.txt:2",
        ),
    ],
)
def test_requirements_lose_the_line_of_a_part_where_they_have_one(
    places: Mapping[str, str], told: bool, lines: str
) -> None:
    made = make_plan_remedy(PARTED, [], report(observed(WHOLE), lasts=False), PROOF, places=places)
    assert (GOES in made.text) is told
    assert made.commands == {"requirements": lines}
