"""The set of pins that was seen to work, and its standard lock file."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from ..errors import CannotLook
from ..model import Observation, Proven, Remedy, Report
from ..remedy.solve.uv_solver import installed
from ..world.sandbox import scratch_folder
from ..world.uv import blame, compile_pins
from .pin_files import pins_in_pylock, proper, without_credentials


def remedy_of(report: Report) -> Remedy | None:
    """The first proven change of versions, None when there is none."""
    return next((r for r in report.remedies if r.kind == "pins" and r.proven and r.changes), None)


def without_remedy(report: Report) -> str:
    """Why there is nothing that could be installed."""
    other = next((r for r in report.remedies if r.proven and r.kind != "pins"), None)
    more = " (what was proven is a change of code)" if other and other.kind == "code" else ""
    more = more or (" (what was proven is an action of yours)" if other else "")
    return f"no change of versions was proven{more}"


def pins_of(report: Report) -> tuple[str, ...]:
    """What was seen to work: the environment itself where nothing blocks, else what the first proven remedy locks.

    Empty where nothing was seen to work.
    """
    if report.verdict != "blocked":
        seen = installed(report.observation).pins if report.observation.imported else {}
        return proper(f"{name}=={version}" for name, version in seen.items())
    remedy = remedy_of(report)
    return proper(remedy.proof.lock) if remedy and isinstance(remedy.proof, Proven) else ()


def left_out(report: Report, pins: Sequence[str]) -> tuple[str, ...]:
    """Names that are installed and in no set of pins, because no package index has them."""
    remedy = remedy_of(report)
    gone = {c.name for c in remedy.changes if not c.to} if remedy else set()
    known = {pin.partition("==")[0] for pin in pins} | gone | {"pip"}
    return tuple(dict.fromkeys(d.name for d in report.observation.distributions if d.name not in known))


def pylock(pins: Sequence[str], observation: Observation) -> str:
    """The standard lock file (PEP 751) of exactly these pins for that Python; raises CannotLook when uv makes none."""
    words = ("--no-deps", "--format", "pylock.toml", "--python", sys.executable, "--python-version", observation.python)
    with scratch_folder() as folder:
        done = compile_pins(pins, words, folder, answer="pylock.toml")
    if done.returncode:
        blame(done.stderr, "no lock file could be made", "write constraints.txt instead")
    text = without_credentials(done.stdout)
    if set(pins_in_pylock(text)) != set(pins):
        raise CannotLook("uv locked another set of pins than the proven one", "write constraints.txt instead")
    return text
