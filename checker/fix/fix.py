"""`--fix`: the proven pins applied to the patient, after asking."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from ..model import Proven, Remedy, Report
from ..names import required_name
from ..pipeline import preflight
from ..remedy.wording import make_install_commands
from ..request import Remedies, Request
from ..world.terminal import Progress
from .apply import Fix, apply, find_obstacle
from .proven_pins import explain_no_remedy, find_proven_remedy


@dataclass(frozen=True)
class Console:
    """How the user is spoken to."""

    #: says one line
    say: Callable[[str], None]
    #: asks one question; None where nobody can be asked
    confirm: Callable[[str], bool | None]
    progress: Progress


def fix(request: Request, report: Report, console: Console) -> Report | None:
    """Apply the first proven pins and look again: the report of what is there now, None where nothing was applied.

    Raises CannotLook where applying failed; the environment is then as it was, or the message says what to type.
    """
    if report.verdict != "blocked":
        console.say("checker: nothing to fix: nothing blocks")
        return None
    remedy = find_proven_remedy(report)
    if remedy is None or not isinstance(remedy.proof, Proven):
        console.say(f"checker: nothing was applied: {explain_no_remedy(report)}")
        return None
    back = Path(time.strftime("checker-before-%Y%m%d-%H%M%S.txt"))
    when = time.strftime("%Y-%m-%d %H:%M:%S")
    planned = Fix(report.patient, report.observation, remedy.changes, back, when=when)
    changes = _describe_changes(remedy)
    if planned.installer == "conda":
        lines = make_install_commands(remedy.requirements, planned.observation, dry=False, gone=_find_gone(remedy))
        told = "".join(f"\n  {name}: {line}" for name, line in lines.items())
        why = f"conda keeps track of this environment; type one of{told}"
    elif not (why := find_obstacle(planned)):
        agreed = console.confirm(f"Apply to {planned.patient.label} with {planned.installer}: {changes}?")
        why = "" if agreed else "nobody can be asked here; --yes applies it" if agreed is None else "as you said"
    if why:
        console.say(f"checker: nothing was applied: {why}")
        return None
    console.say(f"checker: {planned.installer} applies {changes}")
    apply(planned, remedy.proof.lock, console.progress, console.say)
    again = replace(request, remedies=Remedies.ADVISED, fix=False, yes=False, fixed=True, save=None)
    return replace(preflight(again, console.progress), before=report)


def _find_gone(remedy: Remedy) -> tuple[str, ...]:
    """Names of what the remedy takes away."""
    return tuple(c.name for c in remedy.changes if not c.to)


def _describe_changes(remedy: Remedy) -> str:
    """The changes in a line; what only comes along is counted."""
    asked = {required_name(requirement) for requirement in remedy.requirements}
    told = [f"{c.name} {c.was or 'none'} -> {c.to or 'none'}" for c in remedy.changes if c.was or c.name in asked]
    along = len(remedy.changes) - len(told)
    return ", ".join([*told, *([f"{along} more that come along"] if along else [])])
