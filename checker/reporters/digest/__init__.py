"""What every format asks of a report: the cause, the versions that matter, how far each model came."""

from __future__ import annotations

from collections.abc import Iterable

from ...language import say
from ...model import (
    Artifact,
    Basis,
    Distribution,
    Failure,
    Finding,
    Frame,
    Outcome,
    Passed,
    Rehearsed,
    Report,
    Severity,
    Stage,
)
from ...names import CORE
from ...texts import without_secrets
from ..printable import count, line, sentence, stage

#: distributions of the path, in the order in which they build on each other
PATH = ("numpy", "scipy", "pandas", "scikit-learn", "protobuf", "onnx", "onnxruntime", "skl2onnx", "mlflow")
#: what else brings the same modules
VARIANTS = {"onnxruntime": "onnxruntime-", "mlflow": "mlflow-skinny"}


def headline(report: Report) -> str:
    """The verdict in a few words: "Blocked at convert"."""
    finding = cause(report)
    if finding is not None and finding.severity is Severity.BLOCKER:
        return say("Blocked at {stage}", stage=stage(finding.stage))
    if _unbuilt(report):
        return say("Needs building, not tried")
    ready, script = say("Ready"), report.script
    whole = ready
    if script and not script.all_read:
        number = count(script.conversions, "conversion")
        ready = say("Not all read ({read} of {number})", read=script.converted, number=number)
    elif unknown := unmeasured(report):
        models = count(len({*unknown, *(o.subject for o in report.observation.outcomes)}), "model")
        ready = say("Not all known ({unknown} of {number} not measured)", unknown=len(unknown), number=models)
    warnings, ignored = len([f for f in of(report, Severity.WARNING) if not f.out_of_scope]), len(report.ignored)
    told = [count(warnings, "warning")] * bool(warnings)
    told += [say("{number} ignored", number=count(ignored, "finding"))] * bool(ignored)
    but = [say("with {number}", number=say(" and ").join(told))] * bool(told)
    but += [say("but not all was looked at")] * bool(ready == whole and unseen(report))
    return say(", ").join([ready, *but])


def unseen(report: Report) -> list[str]:
    """What was not looked at, in sentences: models without a package that needs building, parts of the scripts."""
    building = "Not tried: {name} was not built from its sources; see --build"
    told = [say(building, name=line(name)) for name in _unbuilt(report)]
    told += [say("Not known: {name}: {why}", name=line(name), why=why) for name, why in unmeasured(report).items()]
    return [sentence(line(note, 1000)) for note in (*told, *(report.script.unseen if report.script else ()))]


def unmeasured(report: Report) -> dict[str, str]:
    """The models of the scripts of which nothing is known, and why; of those that nobody asked for, none."""
    return dict(report.observation.unmeasured) if report.script and static(report) else {}


def _unbuilt(report: Report) -> list[str]:
    """Packages that need building, and without which nothing could be tried to its end."""
    return [f.subject for f in report.findings if f.rule == "needs-building" and f.subject in CORE]


def judged(report: Report) -> list[tuple[str, str]]:
    """The models of which nothing was run, with what was measured of them elsewhere, in words."""
    if artifact(report) or not static(report):
        return []
    told = {
        o.subject: say("works, {measured}", measured=o.facts["measured"]) if isinstance(o, Passed) else _fails(o)
        for o in report.observation.outcomes
        if "measured" in o.facts
    }
    told |= {name: say("unknown: {why}", why=why) for name, why in report.observation.unmeasured}
    return [(line(name), line(what, 1000)) for name, what in told.items()]


def _fails(expected: Failure) -> str:
    probably = expected.facts["basis"] == Basis.INFERRED.value
    return say("probably fails at {stage}" if probably else "fails at {stage}", stage=stage(expected.stage))


def artifact(report: Report) -> Artifact | None:
    """What a training made, where the report is about that and not about an environment."""
    return report.subject if isinstance(report.subject, Artifact) else None


def told(made: Artifact) -> list[tuple[str, str]]:
    """What an artifact tells of itself: name and text; what it does not tell is left out."""
    opsets = ", ".join(f"{domain} {opset}" for domain, opset in made.opsets.items())
    size = f"{made.form}, {count(made.size, 'byte')}" if made.size is not None else made.form
    rows = {"Path": made.path, "Form": size, "Producer": made.producer, "IR version": made.ir, "Opsets": opsets}
    return [(say(name), line(text, 400)) for name, text in (*rows.items(), *made.told) if text]


def static(report: Report) -> bool:
    """Whether an environment was looked at without importing anything."""
    return report.environment is not None and not report.environment.imported


def place_read(report: Report) -> str:
    """What was read where nothing was run."""
    return say("the installed files" if report.observation.executable else "the releases that are pinned")


def distributions(report: Report) -> list[Distribution]:
    """What is installed: the path's distributions first, then the others in search order; nothing for an artifact."""
    seen = report.environment
    return sorted(seen.distributions, key=lambda d: rank(d.name)) if seen else []


def about(report: Report) -> str:
    """What the verdict is about: the artifact, the script's names, or the path itself; and where it is to be used."""
    made, scripts = artifact(report), report.script.paths if report.script else ()
    paths = (without_secrets(path).replace("\\", "/").rstrip("/") for path in ((made.path,) if made else scripts))
    named = line(", ".join(path.rpartition("/")[2] for path in paths), 200) or say("scikit-learn to ONNX to MLflow")
    places = line(say(" and ").join(place.target.name for place in report.places if not place.where), 200)
    return say("{named} for {places}", named=named, places=places) if places else named


def of(report: Report, severity: Severity) -> list[Finding]:
    """The findings of one severity, in the report's order."""
    return [f for f in report.findings if f.severity is severity]


def cause(report: Report) -> Finding | None:
    """The first finding of the worst severity about what is asked for; None when there is none."""
    return min((f for f in report.findings if not f.out_of_scope), key=lambda f: f.severity.order, default=None)


def out_of_scope(report: Report) -> list[str]:
    """What fails here although nobody asks for it."""
    return list(
        dict.fromkeys(line(f.subject) for f in report.findings if f.out_of_scope and f.severity is not Severity.NOTE)
    )


def others(report: Report) -> list[Finding]:
    """The findings besides the cause, worst first, otherwise in the report's order."""
    first = cause(report)
    return sorted((f for f in report.findings if f is not first), key=lambda f: f.severity.order)


def rank(name: str) -> int:
    """Place of a distribution on the path; beyond its end for all others."""
    places = (i for i, n in enumerate(PATH) if name == n or (n in VARIANTS and name.startswith(VARIANTS[n])))
    return next(places, len(PATH))


def versions(report: Report) -> list[tuple[str, str]]:
    """Name and version of what matters: the path, then the culprits; a hidden second copy is named with the first."""
    culprits = {c for f in report.findings for c in f.culprits}
    found: dict[str, list[str]] = {}
    for d in distributions(report):
        if rank(d.name) < len(PATH) or d.name in culprits:
            found.setdefault(line(d.name, 60), []).append(line(d.version, 60) or say("no version"))
    return [(name, _copies(*those)) for name, those in found.items()]


def _copies(first: str, *hidden: str) -> str:
    words = "{first} (also {hidden}, hidden by the first)"
    return say(words, first=first, hidden=", ".join(hidden)) if hidden else first


def absent(report: Report) -> list[str]:
    """Distributions of the path that are not there in any variant; none for an artifact, and where nothing is there."""
    present = {rank(d.name) for d in distributions(report)}
    return [name for i, name in enumerate(PATH) if present and i not in present and not artifact(report)]


def culprits(report: Report, finding: Finding) -> list[str]:
    """The culprits with their versions, where there is an environment: "skl2onnx 1.4.9", or "(not installed)"."""
    seen = report.environment
    if seen is None or artifact(report):  # what made an artifact need not be where it is used
        return [line(f"{c} {(seen and seen.version(c)) or ''}".strip(), 60) for c in finding.culprits]
    return [f"{line(c, 60)} {line(seen.version(c) or say('(not installed)'), 60)}" for c in finding.culprits]


def tally(report: Report) -> str:
    """How much was tried: "9 imports and 26 models: 120 steps passed"."""
    outcomes = report.subject.outcomes
    if not outcomes:
        return say("nothing")
    imports = len({o.subject for o in outcomes if o.stage is Stage.IMPORT and not o.facts.get("where")})
    models = len({o.subject for o in outcomes if o.stage.order > Stage.IMPORT.order})
    what = [count(imports, "import")] * bool(imports) + [count(models, "model")] * bool(models)
    failed = sum(isinstance(o, Failure) and not is_edge(o) for o in outcomes)
    steps = count(sum(not is_edge(o) for o in outcomes), "step")
    words = "{what}: {failed} of {steps} failed" if failed else "{what}: {steps} passed"
    return say(words, what=say(" and ").join(what) or say("an installation"), failed=failed, steps=steps)


def is_edge(outcome: Outcome | None) -> bool:
    """Whether only values on a tree's threshold differ, which is no failure."""
    return isinstance(outcome, Failure) and outcome.type == "EdgeDisagreement"


def looked_at(report: Report) -> str:
    """The interpreter and its release, a long path cut in front: "Python 3.6.15 in .../taxi/.venv/bin/python"."""
    label = line(report.patient.label)
    shown = label if len(label) < 45 else "..." + label[-42:]
    return f"Python {line(report.observation.python, 20)}, {shown}"


def stack(report: Report) -> str:
    """The packages of the path that converters, runtimes and registries are, with their versions."""
    found = {rank(name): f"{name} {version[:16]}" for name, version in reversed(versions(report))}
    return ", ".join(text for place, text in sorted(found.items()) if place == 3 or 5 <= place < len(PATH))


def stages(report: Report) -> list[Stage]:
    """The stages that some model reached, in order; importing is no stage of a model."""
    reached = {o.stage for o in report.subject.outcomes}
    return [s for s in Stage if s in reached and s.order > Stage.IMPORT.order]


def steps_by_model(outcomes: Iterable[Outcome]) -> dict[str, dict[Stage, Outcome]]:
    """Model -> stage -> what came out, in order of appearance; of two outcomes of one step the failure counts."""
    rows: dict[str, dict[Stage, Outcome]] = {}
    for outcome in outcomes:
        if outcome.stage.order > Stage.IMPORT.order:
            row = rows.setdefault(outcome.subject, {})
            if not isinstance(row.get(outcome.stage), Failure):
                row[outcome.stage] = outcome
    return rows


def mark(outcome: Outcome | None) -> str:
    """One cell of the table of models."""
    if is_edge(outcome):
        return "edge"
    return "-" if outcome is None else "FAILED" if isinstance(outcome, Failure) else "ok"


def said(failure: Failure, limit: int) -> str:
    """Type and text of a failure, cut."""
    summary = line(failure.text, limit)
    return line(failure.type, 100) + (f": {summary}" if summary else "")


def place(frames: tuple[Frame, ...]) -> str:
    """The innermost frame: "skl2onnx.helpers.investigate:42 in _parse"; "" without frames."""
    if not frames:
        return ""
    last = frames[-1]
    return line(f"{last.module or last.file}:{last.line} in {last.function}", 400)


def rehearsals(report: Report) -> list[str]:
    """How far the scripts came that were run small, in sentences."""
    return [_rehearsal(one) for one in (() if artifact(report) else report.observation.rehearsed)]


def _rehearsal(one: Rehearsed) -> str:
    script = line(one.script, 200)
    if not one.rows:
        return say("{script} was not run.", script=script)
    where = line(one.where, 200) or say("its first line")
    parts = [say("to its end") if one.whole else say("as far as {where}", where=where)]
    if one.of > one.rows:
        rows, every = (f"{number:,}".replace(",", " ") for number in (one.rows, one.of))
        parts.append(say("no fit saw more than {rows} of {every} rows", rows=rows, every=every))
    if one.parts:
        parts.append(say("read in part: {parts}", parts=line(", ".join(one.parts), 400)))
    return say("{script} was run, small and without a trace, {far}.", script=script, far=say("; ").join(parts))


def notes(report: Report) -> list[str]:
    """How far scripts were run, what the project has decided, and what could not be looked at, in sentences."""
    read = report.script.notes if report.script else ()
    return [*rehearsals(report), *(line(n, 1000) for n in (*report.decisions, *report.subject.remarks, *read))]
