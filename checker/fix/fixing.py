"""What follows a report: applying the proven pins to the patient, or writing them down."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ..model import Proven, Remedy, Report
from ..pipeline import preflight
from ..remedy.wording import installers
from ..request import Remedies, Request
from ..world.files import write
from ..world.terminal import Progress
from . import pin_files
from .apply import Fix, apply, obstacle
from .proven_pins import left_out, pins_of, pylock, remedy_of, without_remedy


@dataclass(frozen=True)
class Talk:
    """How the user is spoken to."""

    #: says one line
    say: Callable[[str], None]
    #: asks one question; None where nobody can be asked
    agree: Callable[[str], bool | None]
    progress: Progress


def fix(request: Request, report: Report, talk: Talk) -> Report | None:
    """Apply the first proven pins and look again: the report of what is there now, None where nothing was applied.

    Raises CannotLook where applying failed; the environment is then as it was, or the message says what to type.
    """
    remedy = remedy_of(report)
    if report.verdict != "blocked":
        talk.say("checker: nothing to fix: nothing blocks")
    elif remedy is None:
        talk.say(f"checker: nothing was applied: {without_remedy(report)}")
    elif _applied(_planned(report, remedy), remedy, talk):
        return preflight(replace(request, remedies=Remedies.ADVISED, fix=False, yes=False, save=None), talk.progress)
    return None


def _planned(report: Report, remedy: Remedy) -> Fix:
    back = Path(time.strftime("checker-before-%Y%m%d-%H%M%S.txt"))
    return Fix(report.patient, report.observation, remedy.changes, back, time.strftime("%Y-%m-%d %H:%M:%S"))


def _applied(planned: Fix, remedy: Remedy, talk: Talk) -> bool:
    why = _conda(planned, remedy) if planned.installer == "conda" else obstacle(planned)
    if not why:
        agreed = talk.agree(f"Apply to {planned.patient.label} with {planned.installer}: {_short(remedy)}?")
        why = "" if agreed else "nobody can be asked here; --yes applies it" if agreed is None else "as you said"
    if why:
        talk.say(f"checker: nothing was applied: {why}")
        return False
    assert isinstance(remedy.proof, Proven)
    talk.say(f"checker: {planned.installer} applies {_short(remedy)}")
    apply(planned, remedy.proof.lock, talk.progress, talk.say)
    return True


def _short(remedy: Remedy) -> str:
    """The changes in a line; what only comes along is counted."""
    asked = {requirement.partition("==")[0] for requirement in remedy.requirements}
    told = [f"{c.name} {c.was or 'none'} -> {c.to or 'none'}" for c in remedy.changes if c.was or c.name in asked]
    along = len(remedy.changes) - len(told)
    return ", ".join([*told, *([f"{along} more that come along"] if along else [])])


def _conda(planned: Fix, remedy: Remedy) -> str:
    """What to type in an environment that conda keeps track of."""
    lines = installers(remedy.requirements, planned.observation, dry=False)
    told = "".join(f"\n  {name}: {line}" for name, line in lines.items())
    return f"conda keeps track of this environment; type one of{told}"


def write_pins(report: Report, paths: Sequence[Path], say: Callable[[str], None]) -> None:
    """Write the proven set into each file, in the form that its name tells; all texts are made before any is written.

    Raises CannotLook where a text cannot be made or a file not be written.
    """
    pins = pins_of(report)
    if not pins:
        say(f"checker: nothing was written: {_nothing_proven(report)}")
        return
    texts = {path: _text(path, pins, report) for path in paths}
    for path, text in texts.items():
        write(path, text)
        say(f"checker: wrote {path}: {len(pins)} pins")
    if absent := left_out(report, pins):
        say(f"checker: left out, because no package index has them: {', '.join(absent)}")


def _nothing_proven(report: Report) -> str:
    if report.verdict == "blocked":
        return without_remedy(report)
    return "nothing was tried (--static)" if not report.observation.imported else "nothing is installed"


def _text(path: Path, pins: tuple[str, ...], report: Report) -> str:
    form = pin_files.form_of(path.name)
    if form == "pylock":
        return pylock(pins, report.observation)
    if form == "conda":
        return pin_files.conda(pins, report.observation.python)
    return pin_files.requirements(pins) if form == "requirements" else pin_files.constraints(pins)
