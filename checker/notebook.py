"""The live kernel as the patient: `%load_ext checker`, `%preflight`, `checker.preflight()`.

Modules that are already loaded are compared with the files on disk in this very process; everything else is tried in
processes of the kernel's own interpreter, so that the kernel stays as it is.
"""

from __future__ import annotations

import shlex
import sys
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from .ask import asked, prepare
from .errors import CheckerError
from .model import Loaded, Observation, Report
from .pipeline import conclude
from .probe.inside.files.static import look_closely
from .probe.inside.frames import Channel
from .request import Clock, Request
from .world.terminal import show, silent


class Shown(Report):
    """A report that a notebook shows as text."""

    def __repr__(self) -> str:
        from .reporters.text import render

        return render(self)


def preflight(*scripts: str | Path, canaries: str = "quick", static: bool = False) -> Shown:
    """Look at the running kernel; the report is shown where it is a cell's last value.

    `scripts` are training scripts or notebooks whose models are tried besides; they are read, never run.
    """
    clock, wanted = Clock(), prepare([Path(s) for s in scripts], canaries, static)
    with asked(Request(python=sys.executable), wanted, clock, silent) as found:
        patient = replace(found.patient, why="it is this kernel's own interpreter")
        report = conclude(patient, with_loaded(found.observation), wanted.script, clock)
    return Shown(**{f.name: getattr(report, f.name) for f in fields(report)})


def with_loaded(observation: Observation) -> Observation:
    """The observation, with what this process has in memory in another release than lies on disk."""
    found: list[Loaded] = []

    class Collector(Channel):
        """A channel that keeps what is loaded."""

        def send(self, frame: str, **fields: Any) -> None:
            """Keep one frame."""
            if frame == "loaded":
                found.append(Loaded(**fields))

    roots = sorted({name.partition(".")[0] for name in sys.modules})
    look_closely(Collector("", -1), {"roots": roots, "live": True}, [p or "." for p in sys.path])
    return replace(observation, loaded=tuple(found))


def preflight_magic(line: str) -> None:
    """`%preflight [SCRIPT ...] [--static] [--canaries SET]`: look at this kernel and print the report."""
    from .reporters.text import render

    words = shlex.split(line)
    canaries = words[words.index("--canaries") + 1] if "--canaries" in words[:-1] else "quick"
    scripts = [w for i, w in enumerate(words) if not w.startswith("--") and words[i - 1 : i] != ["--canaries"]]
    try:
        show(render(preflight(*scripts, canaries=canaries, static="--static" in words)))
    except CheckerError as error:
        show(f"checker: {error}")


def load_ipython_extension(shell: Any) -> None:
    """What `%load_ext checker` calls."""
    shell.register_magic_function(preflight_magic, magic_name="preflight")
