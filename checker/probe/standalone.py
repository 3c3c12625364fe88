"""The script for places where the checker cannot be installed: it leaves a frames file for `--from`."""

from __future__ import annotations

from collections.abc import Iterable

from ..model import Canary, Patient, Script
from .assemble import program
from .inside.program import wrap
from .plan import make_plan

#: the file that the script leaves in its working folder
FRAMES = "checker-frames.jsonl"


def standalone_script(script: Script | None, canaries: Iterable[Canary], static: bool) -> str:
    """One self-contained program that writes its frames beside itself, in a notebook cell or by any Python from 3.6.

    Modules that are already loaded there are compared with the files on disk.
    """
    plan = make_plan(Patient((), "here", "", local=False), script, canaries, static=static)
    plan.update(role="standalone", live=True, leave=FRAMES)
    return wrap(program(), plan)
