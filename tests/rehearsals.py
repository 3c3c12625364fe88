"""Rehearsing small scripts with this interpreter, without any of the packages that they would be written for."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from checker.model import Observation, Patient, Rehearsal
from checker.probe import make_plan, observe, program


def rehearse(folder: Path, *names: str, **how: Any) -> Observation:
    """What is seen of these scripts of a folder, run small from there."""
    return observed(
        folder, Rehearsal(tuple(str(folder / name) for name in names), str(folder), **{"seconds": 30, **how})
    )


def observed(folder: Path, rehearsal: Rehearsal) -> Observation:
    """What is seen in a rehearsal."""
    patient = Patient((sys.executable, "-"), sys.executable, "")
    plan = make_plan(patient, None, [], folder=str(folder), rehearsal=rehearsal)
    plan.update(roots=[], imports=[], names=[], cache="", bytecode="")
    return observe(patient, plan, program())[0]


def write(folder: Path, files: dict[str, str]) -> Path:
    """These files, by their paths in the folder."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder
