"""One preflight, from the request to the report."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Thread

from .errors import CannotLook, UsageError
from .model import FORMS, Canary, Case, Finding, Observation, Patient, Report, Script
from .patient import check_files, of_command, of_python
from .probe import make_plan, observe, parse, program
from .probe.asking import Progress


@dataclass(frozen=True)
class Request:
    """What a user asks of a preflight."""

    scripts: tuple[Path, ...] = ()
    python: str | None = None
    pythons: tuple[Path, ...] = ()
    requirements: tuple[Path, ...] = ()
    via: str | None = None
    recorded: Path | None = None
    save: Path | None = None
    #: quick, all, or names separated by commas
    canaries: str = "quick"
    static: bool = False

    def check(self) -> None:
        """Raises UsageError for options that contradict each other."""
        ways = [
            o
            for o, given in (
                ("--python", self.python and not self.requirements),
                ("--requirements", self.requirements),
                ("--via", self.via is not None),
                ("--from", self.recorded),
            )
            if given
        ]
        if len(ways) > 1:
            raise UsageError(f"{' and '.join(ways)} contradict each other", "name one environment")
        if self.recorded and self.save:
            raise UsageError("--from and --save contradict each other", "a recorded observation is saved already")


@dataclass
class Clock:
    """Seconds a phase."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Measure what runs inside."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - start


def preflight(request: Request, progress: Progress | None = None) -> Report:
    """Look at the environment that the request names, and conclude.

    Raises UsageError for contradictory options and CannotLook when a file or the patient cannot be reached.
    """
    request.check()
    canaries = () if request.static and request.canaries == "quick" else choose(request.canaries)
    check_files([*request.scripts, *request.requirements])
    clock = Clock()
    Thread(target=_prepare, daemon=True).start()
    with clock.phase("script"):
        script = completed(request.scripts)
    patient, observation = _observed(request, script, canaries, clock, progress)
    return conclude(patient, observation, script, clock)


def observed_here(request: Request, patient: Patient, clock: Clock) -> tuple[Script | None, Observation]:
    """The script and the observation of a patient that is already known."""
    check_files(request.scripts)
    script = completed(request.scripts)
    return script, _ask(request, patient, script, choose(request.canaries), clock, None)


def _prepare() -> None:
    """Import what concludes while the patient is still busy."""
    from . import matrix, remedies, rules

    matrix.load()
    del remedies, rules


def conclude(patient: Patient, observation: Observation, script: Script | None, clock: Clock) -> Report:
    """Findings and remedies of what was seen."""
    from . import matrix
    from .remedies import remedies
    from .rules import diagnose

    with clock.phase("rules"):
        knowledge = matrix.load()
        findings = diagnose(Case(observation, script, knowledge))
    return Report(
        observation, script, patient, findings, remedies(findings, observation), dict(clock.seconds), knowledge.date
    )


def choose(asked: str) -> tuple[Canary, ...]:
    """The canaries that `--canaries` names; raises UsageError for an unknown one."""
    from .probe.canaries import every, named, quick

    if asked in ("quick", "all"):
        return quick() if asked == "quick" else every()
    return named([n.strip() for n in asked.split(",") if n.strip()])


def completed(paths: Sequence[Path]) -> Script | None:
    """The scripts, read; a classifier whose number of classes they do not tell is tried with two and with three."""
    if not paths:
        return None
    from .probe.canaries import named
    from .script import read

    script = read(paths)
    canaries: list[Canary] = []
    for canary in script.canaries:
        if canary.target:
            canaries.append(canary)
        else:
            canaries += [replace(canary, target=form, name=canary.name + end) for form, end in FORMS.items()]
    if not canaries and script.uses("mlflow.start_run"):
        canaries += named(["mlflow-tracking"])
    return replace(script, canaries=tuple(canaries))


def own_first(script: Script | None, chosen: Sequence[Canary]) -> tuple[Canary, ...]:
    """The script's canaries, then the chosen ones, without those that log with MLflow where the script's own do."""
    own = script.canaries if script else ()
    names, logs = {c.name for c in own}, any(c.logging for c in own)
    return (*own, *(c for c in chosen if c.name not in names and not (logs and c.logging)))


def _observed(
    request: Request, script: Script | None, canaries: tuple[Canary, ...], clock: Clock, progress: Progress | None
) -> tuple[Patient, Observation]:
    if request.recorded:
        return _from_record(request.recorded)
    if request.requirements:
        return _from_requirements(request, script, canaries, clock, progress)
    patient = of_command(request.via) if request.via is not None else of_python(request.python, request.pythons)
    return patient, _ask(request, patient, script, canaries, clock, progress)


def _ask(
    request: Request,
    patient: Patient,
    script: Script | None,
    canaries: tuple[Canary, ...],
    clock: Clock,
    progress: Progress | None,
    own_bytecode: bool = False,
) -> Observation:
    folder = str(request.scripts[0].parent.resolve()) if request.scripts else ""
    plan = make_plan(
        patient, script, own_first(script, canaries), folder=folder, static=request.static, own_bytecode=own_bytecode
    )
    with clock.phase("probe"):
        observation, frames = observe(patient, plan, program(), progress)
    if request.save:
        write(request.save, frames)
    return observation


def write(path: Path, text: str) -> None:
    """Write a file in one step, so that nothing half-written stays behind; raises CannotLook when that fails.

    What is no ordinary file (a device, a pipe) is written to as it is.
    """
    goal = path.resolve()
    partial = goal if goal.exists() and not goal.is_file() else goal.with_name(goal.name + ".partial")
    try:
        partial.write_text(text, encoding="utf-8", errors="backslashreplace")
        if partial != goal:
            partial.replace(goal)
    except OSError as error:
        if partial != goal:
            partial.unlink(missing_ok=True)
        raise CannotLook(f"cannot write {path}: {error.strerror}", "name another file") from error


def recorded(path: Path) -> Observation:
    """The observation of a file of frames, one JSON object a line; raises CannotLook when it holds none."""
    try:
        frames = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        static = any(f.get("frame") == "hello" and f.get("static") for f in frames)
        return parse(frames, imported=not static)
    except OSError as error:
        raise CannotLook(f"cannot read {path}: {error.strerror}", "record it with --save") from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:  # JSON of another kind, or frames cut short
        raise CannotLook(
            f"{path} holds no frames", "record it with --save, or with the script that `checker probe` prints"
        ) from error


def _from_record(path: Path) -> tuple[Patient, Observation]:
    observation = recorded(path)
    return Patient((), observation.executable, f"it was recorded in {path.name}", local=False), observation


def _from_requirements(
    request: Request, script: Script | None, canaries: tuple[Canary, ...], clock: Clock, progress: Progress | None
) -> tuple[Patient, Observation]:
    """Look at a throwaway environment of what the files ask for; a refusal to build it is an observation too."""
    from .remedy.sandbox import Refused, environment

    base = of_python(request.python, request.pythons)
    label = ", ".join(p.name for p in request.requirements)
    why = f"it was built from {label} with {base.label}"
    if progress:
        progress("install", label)
    with ExitStack() as stack:
        with clock.phase("install"):
            python = stack.enter_context(environment(Path(base.command[0]), request.requirements))
        if isinstance(python, Refused):
            return replace(base, why=why), _refused(request, base, label, python.text)
        patient = Patient((str(python), "-"), label, why)
        return patient, _ask(request, patient, script, canaries, clock, progress, own_bytecode=True)


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
    return any(f.severity.order <= (1 if strict else 0) and not f.beside for f in findings)
