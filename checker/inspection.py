"""One inspection of what a training made, from the request to the report.

A file alone is read in a moment: what it takes to ask an environment or a place is imported only where one is named.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from .artifact import read
from .artifact.mlmodel.addresses import is_address
from .errors import UsageError
from .model import Artifact, Canary, Case, Import, Observation, Patient, Place, Remedy, Report, Script, Severity, Source
from .policy import UNDECIDED, Policy, apply, serious
from .request import Clock, Remedies, Request
from .world.files import absolute
from .world.project.naming import names_of
from .world.terminal import Progress, silent

if TYPE_CHECKING:
    from .pipeline import Looked


def inspect(path: str, request: Request, progress: Progress = silent) -> Report:
    """Read what lies at a path, look at the environment that is to use it where one is named, and conclude.

    Raises UsageError for contradictory options and CannotLook when the file or the consumer cannot be reached.
    """
    if request.repair:
        return inspect_repaired(path, request, progress)
    request.check()
    if is_address(path):
        return inspect_address(path, request, progress)
    clock = Clock()
    with clock.phase("file"):
        places = places_named(request)
        artifact = with_table(read(Path(path)), request)
    artifact, places = with_places(artifact, places, request, clock, progress)
    if request.python is None and request.recorded is None:
        return conclude(artifact, None, None, clock, places, request.policy)
    return inspect_in_consumer(artifact, request, places, clock, progress)


def inspect_address(address: str, request: Request, progress: Progress) -> Report:
    """The same of a model in a registry or run of MLflow's, as long as it is there."""
    from .artifact.mlmodel.addresses import brought
    from .ask import of_python

    python = Path(of_python(request.python, request.pythons).command[0]) if request.python else None
    with brought(address, python) as place:
        return inspect(str(place), request, progress)


def inspect_in_consumer(
    artifact: Artifact, request: Request, places: tuple[Place, ...], clock: Clock, progress: Progress
) -> Report:
    """Look at the environment that is to use what was read, and conclude on both."""
    from .ask import ProbeRequest, asked
    from .pipeline import Looked, check_keep

    uses = uses_of(artifact)
    wanted = ProbeRequest(uses, uses.canaries)
    with asked(request, wanted, clock, progress, lambda: None) as found:
        check_keep(request.keep, found.observation)
        artifact = with_consumer(artifact, found.observation)
        script = as_used_there(wanted.script, found.observation)
        report = conclude(artifact, found.patient, script, clock, places, request.policy)
        return with_remedies(Looked(report, wanted, found.base, request), request, progress)


def places_named(request: Request) -> tuple[Place, ...]:
    """The places in which it is to be used. Raises UsageError for one that nobody knows."""
    if not request.targets:
        return ()
    from .pipeline import places_of

    places = places_of(request)
    if servers := [place.target for place in places if place.target.kind == "tracks"]:
        told = f"--target {servers[0].name}: it is a server that scripts log to, and is asked nothing of a model"
        raise UsageError(told, "ask with `checker preflight SCRIPT`, or name the place that scores")
    return places


def with_table(artifact: Artifact, request: Request) -> Artifact:
    """The artifact with the columns of the table that is to be scored with it, where one is named."""
    if not request.columns:
        return artifact
    from .tables import read_table

    return replace(artifact, table=read_table(request.columns))


def with_places(
    artifact: Artifact, places: tuple[Place, ...], request: Request, clock: Clock, progress: Progress
) -> tuple[Artifact, tuple[Place, ...]]:
    """The artifact with what the runtimes of places do with it, and the places with whether these were tried."""
    if not places:
        return artifact, places
    from .knowledge import load
    from .places import open_places

    path = model_file(artifact) if artifact.model else None
    may = request.remedies is Remedies.PROVEN and may_load(artifact)
    with clock.phase("targets"), open_places(places, load(), progress, request.pythons, may) as opened:
        files = {Path(artifact.path).name: absolute(path)} if path else {}
        outcomes = opened.try_files(files)
        return replace(artifact, outcomes=(*artifact.outcomes, *outcomes)), opened.told


def inspect_repaired(path: str, request: Request, progress: Progress) -> Report:
    """Write a changed file, and look at that; where nothing is to be changed, at the file itself."""
    from .repair.repairing import repair
    from .world.foreign.writing import removed_unless_whole

    plain = replace(request, repair=None)
    first = inspect(path, replace(plain, remedies=Remedies.ADVISED), progress)
    version = (first.environment.version("onnxruntime") if first.environment else None) or ""
    assert isinstance(first.subject, Artifact)
    done = repair(first.subject, request, [place.target for place in first.places], version, progress)
    with removed_unless_whole(done.path):
        last = inspect(str(done.path), plain, progress) if done.path else first
    assert isinstance(last.subject, Artifact)
    return replace(last, subject=replace(last.subject, told=(*done.told, *last.subject.told)))


def with_remedies(looked: Looked, request: Request, progress: Progress) -> Report:
    """The report with its remedies tried, where something blocks and they are to be tried.

    What a change of the file mends asks for no other releases.
    """
    if request.remedies is Remedies.ADVISED or not serious(looked.report.findings, strict=False):
        return looked.report
    from .remedy.plan_and_prove import plan_and_prove

    repaired = repair_of(looked, request, progress)
    blocking = {f.rule for f in looked.report.findings if f.severity is Severity.BLOCKER}
    if repaired and repaired.proven and blocking <= {*repaired.settles}:
        return replace(looked.report, remedies=(repaired, *looked.report.remedies))
    report = plan_and_prove(looked.report, looked.asked, looked.base, request, progress=progress)
    cause = next((f.rule for f in report.findings if not f.out_of_scope), "")
    return replace(report, remedies=tuple(sorted(report.remedies, key=lambda remedy: place_of(remedy, cause))))


def place_of(remedy: Remedy, cause: str) -> tuple[bool, bool, int]:
    """Where a remedy stands: what settles the first finding; of these what changes the artifact before the place."""
    order = ("action", "code", "pins").index(remedy.kind)
    return cause not in remedy.settles, not remedy.proven and remedy.kind == "pins", order


def repair_of(looked: Looked, request: Request, progress: Progress) -> Remedy | None:
    """The stamps lowered to what the consumer takes, tried there; None where that is not what blocks."""
    from .knowledge import load
    from .repair.plan import stamps_for
    from .repair.prove import as_remedy, try_in_consumer

    artifact = looked.report.subject
    rule = next((f.rule for f in looked.report.findings if f.rule == "stamps-beyond-runtime"), "")
    if not (rule and isinstance(artifact, Artifact) and artifact.consumer and request.remedies is Remedies.PROVEN):
        return None
    knowledge = load()
    edit = stamps_for(artifact, knowledge.limits(artifact.consumer.version("onnxruntime") or "0"), knowledge)
    if edit is None:
        return None
    progress("repair", edit.text)
    proof = try_in_consumer(artifact, (edit,), trial_of(artifact), looked.asked, looked.report.patient)
    return as_remedy(artifact, (edit,), (rule,), proof, f"--python {request.python}")


def uses_of(artifact: Artifact) -> Script:
    """What a consumer has to do with it, as a script that does so."""
    imports = tuple(Import(module, "", "") for module in artifact.modules)
    return Script((), imports, (trial_of(artifact),) if may_load(artifact) else ())


def as_used_there(script: Script | None, seen: Observation) -> Script | None:
    """The same, where onnx is there and no runtime: whoever has made it so looks at models, and runs none."""
    names = {d.name for d in seen.distributions}
    if script is None or "onnx" not in names or any(name.startswith("onnxruntime") for name in names):
        return script
    return replace(script, imports=tuple(i for i in script.imports if i.module != "onnxruntime"))


def may_load(artifact: Artifact) -> bool:
    """Whether a consumer may be asked to load it: a whole file that reads nothing beyond its folder."""
    far = [e for e in (artifact.model.external if artifact.model else ()) if e.state in ("outside", "link", "special")]
    return not artifact.faults and not far


def trial_of(artifact: Artifact) -> Canary:
    """The artifact as what is loaded and run."""
    from .artifact.mlmodel.asking import details_of_folder
    from .artifact.onnx.thresholds import known_texts
    from .artifact.pickled import details_of

    path = Path(artifact.path)
    details = details_of_folder(artifact) if artifact.mlmodel else dict(artifact.details)
    if artifact.form == "onnx" and not artifact.faults:
        details |= known_texts(path)
    if artifact.pickled and not artifact.mlmodel:
        details = details_of(artifact.pickled)
    where = absolute(path)
    return Canary(path.name, "", (), (), converter="", artifact=where, form=artifact.form, details=details)


def with_consumer(artifact: Artifact, seen: Observation) -> Artifact:
    """The artifact beside the environment that is to use it."""
    outcomes = (*artifact.outcomes, *seen.outcomes)
    if artifact.form == "onnx" and not any(d.name.startswith("onnxruntime") for d in seen.distributions):
        said = "Not run: no onnxruntime is installed there"
        artifact = replace(artifact, remarks=(*artifact.remarks, said))
    return replace(artifact, consumer=seen, outcomes=outcomes, remarks=(*artifact.remarks, *seen.remarks))


def conclude(
    artifact: Artifact,
    patient: Patient | None,
    script: Script | None,
    clock: Clock,
    places: tuple[Place, ...] = (),
    policy: Policy = UNDECIDED,
) -> Report:
    """Findings and remedies of what was read, and of what was seen where it is to be used."""
    from .knowledge import load
    from .remedy.wording import make_remedies
    from .rules import diagnose_artifact
    from .rules.onnxfiles.needs import told_needs

    with clock.phase("rules"):
        knowledge = load()
        artifact = replace(artifact, told=(*artifact.told, *told_needs(artifact, knowledge)))
        judged = apply(diagnose_artifact(Case(artifact, script, knowledge, places)), policy, script)
    patient = patient or Patient((), "", "no environment was named with --python")
    findings = judged.findings
    remedies = make_remedies(findings, artifact.consumer or NOBODY, patient.lasts)
    if places:
        from .repair.offering import offer, offer_conversion

        offered, last = (make(artifact, places, findings) for make in (offer, offer_conversion))
        remedies = (*filter(None, [offered]), *remedies, *filter(None, [last]))
    made = Report(artifact, script, patient, findings, remedies, dict(clock.seconds), knowledge.date, places=places)
    typed = statements_of(artifact, places)
    sources = (Source(*names_of(Path(artifact.path))),)
    return replace(made, statements=typed, sources=sources, ignored=judged.ignored, decided=judged.told)


def statements_of(artifact: Artifact, places: tuple[Place, ...]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What is typed in each place that has statements for it."""
    path = model_file(artifact)
    if not (artifact.model and path) or artifact.faults or not any(place.target.statement for place in places):
        return ()
    from .targets.sql import INLINE, statements
    from .world.foreign.opening import opened

    name = path.parent.name if artifact.form == "mlflow" else path.stem
    with opened(path) as content:
        start = bytes(content[: INLINE + 1])
    typed = ((p.target.title, statements(p.target, name, artifact.model, start, artifact.table)) for p in places)
    return tuple(one for one in typed if one[1])


def model_file(artifact: Artifact) -> Path | None:
    """The ONNX file itself; of a folder of MLflow's that which its flavour names, None where it lies elsewhere."""
    path = Path(artifact.path)
    if artifact.form != "mlflow":
        return path
    flavor = artifact.mlmodel.flavors.get("onnx", {}) if artifact.mlmodel else {}
    inner = PurePosixPath(str(flavor.get("data") or ""))
    return path / inner if inner.parts and ".." not in inner.parts and not inner.is_absolute() else None


#: the environment of which nothing is known
NOBODY = Observation("", "", "", {})
