"""The one place where a subject is asked: a patient, a script and canaries become an observation."""

from __future__ import annotations

import json
import re
import shlex
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from .errors import CannotLook, UsageError
from .model import FORMS, Canary, Failure, Observation, Patient, Rehearsal, Script
from .names import PATH_MODULES, distribution_of
from .probe import DEFAULT_OPTIONS, ProbeOptions, make_plan, observe, parse, program, read_frame
from .request import Clock, Remedies, Request
from .standin import Standin, rehearsed, script_of
from .world.files import check_files, folder_of, read_text, write
from .world.project import find_own
from .world.pythons import candidates, find, holds_any
from .world.terminal import Progress


@dataclass(frozen=True)
class ProbeRequest:
    """What a patient is asked; the same can be asked of an environment in which a remedy is tried."""

    script: Script | None
    canaries: tuple[Canary, ...]
    #: folder of the script, from which it would be run; "" for the working folder
    folder: str = ""
    static: bool = False
    #: how the scripts are run, None where they are only read
    rehearsal: Rehearsal | None = None
    #: adds what the places do with the models, which then come back; None: no place is named
    judge: Callable[[Observation], Observation] | None = None
    #: takes away from what was seen what was not asked about
    sift: Callable[[Observation], Observation] = lambda seen: seen

    def ask(
        self,
        patient: Patient,
        options: ProbeOptions = DEFAULT_OPTIONS,
        *,
        canaries: tuple[Canary, ...] | None = None,
        folder: str = "",
        bytecode: str = "",
    ) -> tuple[Observation, str]:
        """What is seen of a patient, and the frames to save; other canaries or another folder where they are given.

        `bytecode` is for throwaway environments: the folder that keeps it. Raises CannotLook.
        """
        plan = make_plan(
            patient,
            self.script,
            self.canaries if canaries is None else canaries,
            folder=folder or self.folder,
            static=self.static,
            bytecode=bytecode,
            rehearsal=self.rehearsal,
            keeps=self.judge is not None,
        )
        seen, frames = observe(patient, plan, program(), options)
        return self.judge(self.sift(seen)) if self.judge else self.sift(seen), frames


@dataclass(frozen=True)
class Asked:
    """A patient and what was seen of it."""

    patient: Patient
    observation: Observation
    #: an interpreter of this machine that can make environments like it; None: one has to be found
    base: Path | None = None


# --- what is asked -----------------------------------------------------------------------------------------------


def prepare(
    scripts: Sequence[Path],
    canaries: str = "quick",
    static: bool = False,
    rehearsal: Rehearsal | None = None,
    standin: Standin | None = None,
) -> ProbeRequest:
    """The scripts, read, and the canaries that are tried with them; a static look tries none unless they are named.

    Raises UsageError for an unknown canary, CannotLook for a script that cannot be read.
    """
    chosen = () if (static or rehearsal) and canaries == "quick" else choose(canaries)
    check_files(scripts)
    if standin and rehearsal:
        return ProbeRequest(script_of(standin), chosen, standin.folder, static, rehearsed(standin, rehearsal))
    script = completed(scripts, forgiving=rehearsal is not None)
    own = script.canaries if script else ()
    names, logs = {c.name for c in own}, any(c.logging for c in own)
    # the script's own log with MLflow as it does: the quick set's need not
    others = (c for c in chosen if c.name not in names and not (logs and c.logging))
    folder = folder_of(scripts[0]) if scripts else ""
    return ProbeRequest(script, (*own, *others), folder, static, rehearsal and with_cells(rehearsal))


def with_cells(rehearsal: Rehearsal) -> Rehearsal:
    """How scripts are rehearsed, with the cells of those that are notebooks."""
    from .script import runnable

    return replace(rehearsal, cells={path: cells for path in rehearsal.scripts if (cells := runnable(Path(path)))})


def choose(asked: str) -> tuple[Canary, ...]:
    """The canaries that `--canaries` names; raises UsageError for an unknown one."""
    from .probe.canaries import every, named, quick

    if asked in ("quick", "all"):
        return quick() if asked == "quick" else every()
    names = [n.strip() for n in asked.split(",") if n.strip()]
    if not names:
        raise UsageError("--canaries names nothing", "write quick, all, or names separated by commas")
    return named(names)


def completed(paths: Sequence[Path], forgiving: bool = False) -> Script | None:
    """The scripts, read; a classifier whose number of classes they do not tell is tried with two and with three."""
    if not paths:
        return None
    from .script import read

    script = read(paths, forgiving)
    canaries: list[Canary] = []
    for canary in script.canaries:
        if canary.target:
            canaries.append(canary)
        else:
            canaries += [replace(canary, target=form, name=canary.name + end) for form, end in FORMS.items()]
    asked = {i.module.partition(".")[0] for i in script.imports} - {"", *sys.stdlib_module_names}
    own = find_own({m for m in asked if not distribution_of(m)}, paths)
    notes = (*script.notes, *own_modules(script, own))
    return replace(script, canaries=tuple(canaries), own=own, notes=notes)


def own_modules(script: Script, own: Collection[str]) -> Iterator[str]:
    """A sentence for each module of the user's own that a script imports, and that is neither imported nor read."""
    asked = [i for i in script.imports if i.module.partition(".")[0] in ("", *own) and i.module not in script.followed]
    modules = {i.module: i.where for i in reversed(asked)}
    for module, where in reversed(modules.items()):
        yield f"Not all read: {where} {module} is a module of your own, which is neither imported nor read"


# --- who is asked ------------------------------------------------------------------------------------------------


def of_python(asked: str | None, folders: Sequence[Path] = ()) -> Patient:
    """The patient that `--python` names, or the user's own interpreter where nothing is named."""
    if asked is not None and not asked.strip():
        raise UsageError("--python is empty", "name an interpreter, an environment's folder or a version")
    if asked and asked.endswith((".py", ".ipynb")):
        raise UsageError(f"--python {asked} is a script", "name an interpreter there; a script stands by itself")
    if asked:
        python = find(asked, folders)
        return Patient((str(python), "-"), str(python), "it was named with --python")
    python, why = next(candidates())
    return Patient((str(python), "-"), str(python), why)


def check_meant(patient: Patient, seen: Observation) -> None:
    """Raises CannotLook where a patient that nobody named has no package of the path, and another candidate has one."""
    if {distribution_of(m) for m in PATH_MODULES} & {d.name for d in seen.distributions}:
        return
    others = [c for c in candidates() if str(c.python) != patient.label and holds_any(c.python, PATH_MODULES)]
    if others:
        named = "; ".join(f"{c.python} has: {c.why}" for c in others[:3])
        ways = " or ".join(f"--python {p}" for p in (*(c.python for c in others[:3]), patient.label))
        said = f"{patient.label} has none of the packages of the path ({patient.why}), but {named}"
        raise CannotLook(said, f"say which is meant: {ways}")


def of_command(command: str) -> Patient:
    """The patient behind any command that ends in a Python reading its program from standard input."""
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise UsageError(f"--via cannot be split into words: {error}", "quote it as a shell would") from error
    if not words:
        raise UsageError("--via is empty", 'for example: --via "docker run -i IMAGE python -"')
    return Patient(tuple(words), command, "it was named with --via", local=False)


@contextmanager
def asked(
    request: Request, wanted: ProbeRequest, clock: Clock, progress: Progress, meanwhile: Callable[[], None]
) -> Iterator[Asked]:
    """What is seen of the patient that the request names; one that was built for it lives as long as it is looked at.

    `meanwhile` is done while the patient is busy, if it is started at all. Raises CannotLook.
    """

    def ask(patient: Patient, bytecode: str = "", faults: Sequence[Failure] = ()) -> Observation:
        with clock.phase("probe"):
            observation, frames = wanted.ask(patient, ProbeOptions(progress, meanwhile=meanwhile), bytecode=bytecode)
        if request.save:
            write(request.save, "".join((*map(_frame, faults), frames)))
        return replace(observation, outcomes=(*faults, *observation.outcomes))

    if request.recorded:
        observation = (wanted.judge or (lambda seen: seen))(recorded(request.recorded))
        why = f"it was recorded in {request.recorded.name}"
        yield Asked(Patient((), observation.executable, why, local=False), observation)
    elif request.via is not None:
        patient = of_command(request.via)
        yield Asked(patient, ask(patient))
    elif request.static and request.requirements:
        yield pinned(request)
    elif not (request.requirements or request.trained_in):
        patient = of_python(request.python, request.pythons)
        observation = ask(patient)
        if not request.python:
            check_meant(patient, observation)
        yield Asked(patient, observation, Path(patient.command[0]))
    else:
        with _built(request, ask, clock, progress) as found:
            yield found


@contextmanager
def _built(
    request: Request, ask: Callable[[Patient, str, Sequence[Failure]], Observation], clock: Clock, progress: Progress
) -> Iterator[Asked]:
    """What is seen of an environment that is built of requirement files, for as long as it is looked at."""
    from .requirements.building import environment

    base = of_python(request.python, request.pythons)
    interpreter = Path(base.command[0])
    label = request.built_from
    why = f"it was built from {label} with {base.label}"
    progress("install", label)
    with ExitStack() as stack:
        with clock.phase("install"):
            offline = request.remedies is Remedies.OFFLINE
            made = environment(interpreter, request.needs, request.build, offline, request.trained_in)
            built = stack.enter_context(made)
        told = [fault.failure(label) for fault in built.faults]
        if built.python is None:
            patient, seen = replace(base, why=why, lasts=False), _refused(request, base, told)
        else:
            patient = Patient((str(built.python), "-"), label, why, lasts=False)
            seen = ask(patient, "own", told)
        yield Asked(patient, seen.with_remarks(built.remarks), interpreter)


def pinned(request: Request) -> Asked:
    """The releases that requirement files come to, as they would be installed. Raises CannotLook."""
    from .requirements.pinned import pinned_set

    python, base = _version_of(request)
    label = request.built_from
    found = pinned_set(request.needs, python, offline=request.remedies is Remedies.OFFLINE)
    why = f"it is what {label} comes to on Python {python}"
    return Asked(Patient((), label, why, local=False, lasts=False), found.observe(python, label), base)


def _version_of(request: Request) -> tuple[str, Path | None]:
    """The minor version that is meant, and its interpreter where one was asked. Raises CannotLook."""
    if re.fullmatch(r"3\.\d+", request.python or ""):
        return str(request.python), None
    patient = of_python(request.python, request.pythons)
    return _hello(patient)[0].minor, Path(patient.command[0])


def _refused(request: Request, base: Patient, faults: Sequence[Failure]) -> Observation:
    """The observation of requirements that cannot be installed: the interpreter, and what is wrong with them."""
    hello = next(line for line in _hello(base)[1].splitlines() if '"frame": "hello"' in line)
    lines = [json.dumps({**json.loads(hello), "static": False}) + "\n", *map(_frame, faults), '{"frame": "end"}\n']
    if request.save:
        write(request.save, "".join(lines))
    return parse(map(read_frame, lines))


def _hello(patient: Patient) -> tuple[Observation, str]:
    """What an interpreter tells of itself, and its frames. Raises CannotLook."""
    return observe(patient, {**make_plan(patient, None, (), static=True), "looker": "", "looks": False}, program())


def _frame(failure: Failure) -> str:
    """A failure as a line to save."""
    return json.dumps({"frame": "failure", **asdict(failure)}, sort_keys=True) + "\n"


def recorded(path: Path) -> Observation:
    """The observation of a file of frames, one JSON object a line; raises CannotLook when it holds none."""
    check_files((), frames=(path,))
    hint = "record it with --save, or with the script that `checker probe` prints"
    try:
        frames = [read_frame(line) for line in read_text(path, hint).splitlines() if line.strip()]
        return parse(frames, imported=not any(f["frame"] == "hello" and f.get("static") for f in frames))
    except (ValueError, CannotLook) as error:  # no text, JSON of another kind, or frames that were changed
        why = error.message if isinstance(error, CannotLook) else "it is no text"
        raise CannotLook(f"{path} holds no frames that can be used: {why}", hint) from error
