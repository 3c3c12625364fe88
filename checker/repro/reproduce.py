"""A script that shows one failure by `uv run`, written only after it was seen to do so, and to pass when mended."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from ..ask import choose, completed
from ..bisect.followed import normalize_message
from ..errors import CannotLook, UsageError
from ..model import Canary, Failure, Finding, Observation, Passed, Proven, Report, Stage
from ..pipeline import look
from ..probe.plan import wanted_imports
from ..remedy.plan_and_prove import plan_and_prove
from ..request import Remedies, Request
from ..rules.evidence import first_words
from ..world.files import check_files
from ..world.sandbox import run_script
from ..world.terminal import Progress
from ..world.uv import check_reachable, ending, plain_words
from .pins import Pins, mended_pins, needed, pins_of
from .script import Shown, body, script

#: seconds that one run of a script may take
PATIENCE = 300
#: failures that are no exception, and how a shell sees them
_DEATHS = {"SIGSEGV": 11, "SIGABRT": 6, "SIGILL": 4, "SIGFPE": 8, "SIGBUS": 7}
#: what uv says of a pin that it cannot install -> the same in a clause
_UNAVAILABLE = (
    (r"([\w.-]+)==(\S+) has no (?:usable )?wheels?\b", "there is no wheel of {0} {1} for this interpreter"),
    (r"istribution `([\w.-]+)==(\S+) @ .* can't be installed", "there is no wheel of {0} {1} for this interpreter"),
    (r"[Tt]here (?:is|are) no versions? of ([\w.-]+)==(\S+)", "the index has no {0} {1}"),
    (r"([\w.-]+) was not found in the (?:package registry|cache|provided)", "the index has no {0}"),
)
#: how it begins to say that it did not come to the script
_REFUSALS = ("error: ", "No solution found")


@dataclass(frozen=True)
class Made:
    """A script, and in one line what was verified."""

    text: str
    said: str


def reproduce(request: Request, name: str, fixed: bool, progress: Progress) -> Made:
    """The script for a canary, a model of the script or a rule.

    Raises UsageError for an unknown name, CannotLook where it shows nothing, or not what was seen.
    """
    check_files(request.scripts)
    with look(_request(request, name), progress) as seen:
        assert seen.base
        rows = {c.name: c for c in (*seen.asked.canaries, *seen.report.observation.crossings)}
        shown = _shown(seen.report, name, rows)
        here = seen.report.observation
        names = needed(body(shown), shown.finding.culprits, here)
        progress("run", "the script that fails")
        failing = _fewest(shown, pins_of(here), names, seen.base)
        proving = replace(request, remedies=Remedies.PROVEN)
        report = plan_and_prove(seen.report, seen.asked, seen.base, proving, progress=progress)
        proven = [r for r in report.remedies if r.kind == "pins" and isinstance(r.proof, Proven) and r.proof.lock]
        remedy = next((r for r in proven if shown.finding.rule in r.settles), None)
        if remedy is None:
            return _alone(failing, fixed)
        progress("run", "the script that passes")
        pins, come = mended_pins(here, remedy), {change.name for change in remedy.changes if not change.was}
        mended = _fewest(shown, pins, names | come, seen.base, remedy.text)
    made = mended if fixed else failing
    return replace(made, said=f"it was seen to fail so, and to pass with the remedy's pins{made.said}")


def _fewest(shown: Shown, pins: Pins, names: Collection[str], python: Path, fixed: str = "") -> Made:
    """The script with the pins of these names where it does what it is to do, else with all; said is which, if all.

    `fixed`: what the remedy changes, for the script that passes. Raises CannotLook where all pins do not do either.
    """
    expected = None if fixed else shown.failure
    with suppress(CannotLook):
        fewer = script(shown, pins.only(names), fixed)
        _verify(fewer, python, expected)
        return Made(fewer, "")
    whole = script(shown, pins, fixed)
    try:
        _verify(whole, python, expected)
    except CannotLook as error:
        hint = "the script has the model as it was seen, and made-up data: it may take your own" * shown.rehearsed
        raise CannotLook(error.message, error.hint or hint) from error
    return Made(whole, "; everything that is installed is pinned, since with fewer packages this was not seen")


def _alone(failing: Made, fixed: bool) -> Made:
    """Only the script that fails; raises CannotLook where the other one was asked for."""
    if fixed:
        raise CannotLook(
            "no change of packages was proven to mend it, so that no script can pass",
            "leave out --fixed for the script that fails",
        )
    words = f"it was seen to fail so, and no change of packages was proven to mend it{failing.said}"
    return replace(failing, said=words)


def _request(request: Request, name: str) -> Request:
    """The preflight that meets this name: a canary of the catalogue is looked at alone, where no script makes it."""
    if request.rehearsal:  # which models the script makes is seen when it runs
        return request
    script = completed(request.scripts)
    own = script.canaries if script else ()
    known = {c.name for c in choose("all")}
    if name in known and not any(_means(c.name, name) for c in own):
        return replace(request, scripts=(), canaries=name)
    return request


def _means(subject: str, name: str) -> bool:
    """Whether a name means a subject: `train.py:18 KernelPCA`, `train.py:18` or `KernelPCA`."""
    return name == subject or name in subject.split(" ") or subject.endswith(" " + name)


def _shown(report: Report, name: str, rows: Mapping[str, Canary]) -> Shown:
    """What is to be shown. Raises UsageError for an unknown name, CannotLook where nothing fails under it."""
    failures = {f.step: f for f in reversed(report.observation.failures()) if f.type != "EdgeDisagreement"}
    found = [(f, failures[k]) for f in report.findings for k in f.explains if k in failures]
    mine = [(f, failure) for f, failure in found if f.rule == name or _means(failure.subject, name)]
    if not mine:
        raise _nothing(report, name, found, rows)
    finding, failure = mine[0]
    if failure.type in ("TimeOut", "Killed", "Exit"):
        raise CannotLook(f"{failure.subject} ends in {failure.type} here, which a script cannot show")
    canary = rows.get(failure.subject) if failure.stage is not Stage.IMPORT else None
    rehearsed = canary in report.observation.crossings
    if canary and rehearsed:
        check_crossing(canary)
    imports = wanted_imports(report.script)
    names = next((tuple(i["names"]) for i in imports if i["module"] == failure.subject), ())
    stages = _stages(report.observation, failure, canary) if canary else frozenset()
    return Shown(finding, failure, canary, names, stages, rehearsed)


def check_crossing(canary: Canary) -> None:
    """Raises CannotLook where what was seen of a script cannot be written down without it."""
    if not canary.make:
        raise CannotLook(
            f"{canary.where} is a line of the script itself: nothing but the script shows what fails there",
            "`checker bisect PACKAGE` with --rehearse finds the release at which it began",
        )
    held = "a part that has no short text" if "..." in canary.make else ""
    own = re.search(r"\b__main__\.(\w+)", canary.make)
    if held or own:
        said = f"{own[1]}, which is the script's own" if own else held
        raise CannotLook(f"{canary.name} is made of {said}: it cannot be written down without the script")


def _nothing(
    report: Report, name: str, found: list[tuple[Finding, Failure]], rows: Mapping[str, Canary]
) -> CannotLook | UsageError:
    finding = next((f for f in report.findings if f.rule == name), None)
    if finding:
        return CannotLook(f"{name} was not seen in a run, so that no script shows it: {finding.message}")
    passed = [o.subject for o in report.observation.outcomes if isinstance(o, Passed) and _means(o.subject, name)]
    if passed:
        return CannotLook(f"{passed[0]} does not fail here: there is nothing to show")
    if any(_means(row, name) for row in rows):
        return CannotLook(f"{name} could not be tried here", "`checker preflight` tells what stands before it")
    known = [f.rule for f, _ in found] + [failure.subject for _, failure in found]
    close = difflib.get_close_matches(name, known, 2, 0.4) or known[:2]
    hint = f"what fails here: {', '.join(dict.fromkeys(close))}" if close else "nothing fails here"
    return UsageError(f"nothing here is called {name!r}", hint)


def _stages(observation: Observation, failure: Failure, canary: Canary) -> frozenset[Stage]:
    """The steps that lead to the failure, and it; the ONNX checker is asked only where it is what complains."""
    done = {o.step for o in observation.outcomes if isinstance(o, Passed)}
    # loading or running failed in MLflow where the runtime itself had done the same
    by_mlflow = canary.logging and failure.stage in (Stage.LOAD, Stage.RUN) and failure.step in done
    if failure.stage is Stage.REGISTER or by_mlflow:
        return frozenset({Stage.FIT, Stage.CONVERT, Stage.REGISTER})
    before = {s for s in Stage if s.order < failure.stage.order} - {Stage.CHECK}
    return frozenset({*before, failure.stage})


def _verify(text: str, python: Path, failure: Failure | None) -> None:
    """Run a script in a clean folder; raises CannotLook unless it fails as that failure, or passes (None)."""
    done = run_script(text, python, PATIENCE)
    if done.returncode and "Traceback" not in done.stderr:
        check_installed(plain_words(done.stderr))
    why = unlike(done.returncode, done.stderr, failure)
    if why:
        raise CannotLook(why)


def check_installed(words: str) -> None:
    """Raises CannotLook where uv's words say that a script never ran: what is not to be had, and why."""
    check_reachable(words)
    why = next((say.format(*found.groups()) for what, say in _UNAVAILABLE if (found := re.search(what, words))), "")
    if not why and not words.startswith(_REFUSALS):
        return
    raise CannotLook(
        f"the script cannot be tried here, and nothing was written: {why or ending(words)}",
        "name an index that has it with UV_INDEX_URL, or a folder of wheels with UV_FIND_LINKS",
    )


def unlike(status: int, printed: str, failure: Failure | None) -> str:
    """Why a run is not what it is to be, in one line: the failure, or a pass (None); "" when it is."""
    words = [line for line in printed.strip().splitlines() if line.strip()]
    last = words[-1].strip()[:200] if words else f"exit status {status}"
    if failure is None:
        return f"with the remedy's pins the script does not pass, and nothing was written: {last}" if status else ""
    if not status:
        return "the failure does not show in a fresh environment of the same releases, and nothing was written"
    if failure.type == "Crash":
        signals = [number for name, number in _DEATHS.items() if name in failure.text]
        return "" if any(status in (-n, 128 + n) for n in signals) else _otherwise(last)
    return "" if _told(printed, failure) else _otherwise(last)


def _otherwise(last: str) -> str:
    return f"the script fails in another way than was seen, and nothing was written: {last}"


def _told(printed: str, failure: Failure) -> bool:
    """Whether the last traceback ends in the same type and the same words."""
    last = re.split(r"^Traceback \(most recent call last\):", printed, flags=re.MULTILINE)[-1]
    found = re.search(rf"^(?:[\w.]+\.)?{re.escape(failure.type)}(?::\s|\s*$)(?P<text>(?s:.*))", last, re.MULTILINE)
    words = normalize_message(first_words(failure.text, 10000))[:200]
    if failure.facts.get("neighbour"):  # made-up rows have such values too, among others
        words = ""
    return found is not None and normalize_message(found["text"]).startswith(words)
