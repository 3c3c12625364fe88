"""One preflight, from the request to the report."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Thread

from .ask import ProbeRequest
from .model import Case, Finding, Observation, Patient, Report, Script
from .patient import check_files, of_command, of_python
from .probe import ProbeOptions, make_plan, observe, parse, program
from .probe.asking import Progress
from .request import Clock, Request, choose, completed, own_first
from .world.files import recorded, write


@dataclass(frozen=True)
class Looked:
    """A patient and what was seen of it."""

    patient: Patient
    observation: Observation
    #: an interpreter of this machine that can make environments like it; None: one has to be found
    base: Path | None = None


def preflight(request: Request, progress: Progress | None = None) -> Report:
    """Look at the environment that the request names, and conclude; with `prove`, try what would mend it.

    Raises UsageError for contradictory options and CannotLook when a file or the patient cannot be reached.
    """
    request.check()
    if request.remedies != "words":
        tidy(progress)
    canaries = () if request.static and request.canaries == "quick" else choose(request.canaries)
    check_files([*request.scripts, *request.requirements])
    clock = Clock()
    Thread(target=_prepare, daemon=True).start()
    with clock.phase("script"):
        script = completed(request.scripts)
    folder = str(request.scripts[0].parent.resolve()) if request.scripts else ""
    look = ProbeRequest(script, own_first(script, canaries), folder, request.static)
    with _observed(request, look, clock, progress) as looked:
        return _mended(request, conclude(looked.patient, looked.observation, script, clock), look, looked, progress)


def tidy(progress: Progress | None) -> None:
    """Put right what killed runs have left, before anything is seen: sandboxes, and environments half changed."""
    from .world.sandbox import collect

    collect(lambda text: progress("restore", text) if progress else None)


def observed_here(request: Request, patient: Patient, clock: Clock) -> tuple[Script | None, Observation]:
    """The script and the observation of a patient that is already known."""
    check_files(request.scripts)
    script = completed(request.scripts)
    folder = str(request.scripts[0].parent.resolve()) if request.scripts else ""
    look = ProbeRequest(script, own_first(script, choose(request.canaries)), folder, request.static)
    return script, _ask(request, look, patient, clock, None)


def _prepare() -> None:
    """Import what concludes while the patient is still busy."""
    from . import rules
    from .knowledge import load

    load()
    del rules


def conclude(patient: Patient, observation: Observation, script: Script | None, clock: Clock) -> Report:
    """Findings and remedies of what was seen."""
    from .knowledge import load
    from .remedy.wording import remedies
    from .rules import diagnose

    with clock.phase("rules"):
        knowledge = load()
        findings = diagnose(Case(observation, script, knowledge))
    return Report(
        observation, script, patient, findings, remedies(findings, observation), dict(clock.seconds), knowledge.date
    )


def _mended(request: Request, report: Report, look: ProbeRequest, looked: Looked, progress: Progress | None) -> Report:
    """The report with its remedies tried, where something blocks and trying was asked for."""
    if request.remedies == "words" or request.static or not serious(report.findings, strict=False):
        return report
    from .remedy.plan_and_prove import RemedyOptions, plan_and_prove

    terms = RemedyOptions(request.remedies, frozenset(request.keep), request.pythons, request.requirements)
    return plan_and_prove(report, look, looked.base, terms, progress or (lambda stage, subject: None))


@contextmanager
def _observed(request: Request, look: ProbeRequest, clock: Clock, progress: Progress | None) -> Iterator[Looked]:
    """The patient that the request names; an environment that was built for it lives as long as it is looked at."""
    if request.recorded:
        observation = recorded(request.recorded)
        why = f"it was recorded in {request.recorded.name}"
        yield Looked(Patient((), observation.executable, why, local=False), observation)
    elif request.requirements:
        with _from_requirements(request, look, clock, progress) as looked:
            yield looked
    elif request.via is not None:
        patient = of_command(request.via)
        yield Looked(patient, _ask(request, look, patient, clock, progress))
    else:
        patient = of_python(request.python, request.pythons)
        yield Looked(patient, _ask(request, look, patient, clock, progress), Path(patient.command[0]))


def _ask(
    request: Request, look: ProbeRequest, patient: Patient, clock: Clock, progress: Progress | None, bytecode: str = ""
) -> Observation:
    with clock.phase("probe"):
        observation, frames = look.at(patient, ProbeOptions(progress), bytecode=bytecode)
    if request.save:
        write(request.save, frames)
    return observation


@contextmanager
def _from_requirements(
    request: Request, look: ProbeRequest, clock: Clock, progress: Progress | None
) -> Iterator[Looked]:
    """Look at a throwaway environment of what the files ask for; a refusal to build it is an observation too."""
    from .world.sandbox import Refused, environment

    base = of_python(request.python, request.pythons)
    label = ", ".join(p.name for p in request.requirements)
    why = f"it was built from {label} with {base.label}"
    if progress:
        progress("install", label)
    interpreter = Path(base.command[0])
    with ExitStack() as stack:
        with clock.phase("install"):
            python = stack.enter_context(environment(interpreter, request.requirements, request.remedies == "shelf"))
        if isinstance(python, Refused):
            yield Looked(replace(base, why=why), _refused(request, base, label, python.text), interpreter)
            return
        patient = Patient((str(python), "-"), label, why)
        yield Looked(patient, _ask(request, look, patient, clock, progress, "own"), interpreter)


def _refused(request: Request, base: Patient, label: str, text: str) -> Observation:
    """The observation of requirements that cannot be installed: the interpreter, and the resolver's words."""
    _, told = observe(base, {**make_plan(base, None, (), static=True), "roots": [], "path": []}, program())
    hello = next(line for line in told.splitlines() if '"frame": "hello"' in line)
    words = {"stage": "resolve", "subject": label, "seconds": 0.0, "type": "Refused", "text": text}
    failure = {"frame": "failure", **words, "chain": [["Refused", text]], "frames": [], "output": "", "facts": {}}
    frames = [{**json.loads(hello), "static": False}, failure, {"frame": "end"}]
    if request.save:
        write(request.save, "".join(json.dumps(f, sort_keys=True) + "\n" for f in frames))
    return parse(frames)


def serious(findings: Iterable[Finding], strict: bool) -> bool:
    """Whether the exit status is 1: a blocker, or with --strict a warning."""
    return any(f.severity.order <= (1 if strict else 0) and not f.out_of_scope for f in findings)
