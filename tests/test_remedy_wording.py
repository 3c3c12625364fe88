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

from checker.model import Advice, Change, Observation, Patient, Plan, Proven, Report
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
