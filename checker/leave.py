"""The script for places where the checker cannot be installed: it leaves a frames file for `--from`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from .model import Patient
from .probe import make_plan, program
from .probe.inside.program import wrap
from .request import choose, completed, own_first

#: the file that the script leaves in its working folder
FRAMES = "checker-frames.jsonl"


def standalone_script(scripts: Sequence[Path], canaries: str, static: bool) -> str:
    """One self-contained program that writes its frames beside itself, in a notebook cell or by any Python from 3.6.

    Modules that are already loaded there are compared with the files on disk.
    """
    script = completed(scripts)
    here = Patient((), "here", "", local=False)
    plan = make_plan(here, script, own_first(script, choose(canaries)), static=static)
    plan.update(role="leave", live=True, leave=FRAMES)
    return wrap(program(), plan)
