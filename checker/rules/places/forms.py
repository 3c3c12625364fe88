"""Whether a place takes a model of such a form at all: its kind, its operators, its size; and what is not known."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...knowledge import Limit
from ...knowledge.labels import LABELS, word
from ...model import Advice, Artifact, Basis, Case, Finding, Place, Severity, Stage, rule
from ..artifacts.reading import file_name
from ..evidence import subjects_text, unique
from .findings import Against, source_of, told
from .models import Made

#: forms in words
FORMS = {
    "onnx": "ONNX files",
    "ort": "files of the ORT format",
    "mlflow": "models of MLflow",
    "sklearn": "models of scikit-learn",
    "rx": "models of RevoScale",
    "none": "no models",
}
#: domains of operators that every build of onnxruntime has
OWN_DOMAINS = ("ai.onnx", "ai.onnx.ml", "com.microsoft", "com.microsoft.nchwc", "ai.onnx.training", "")
_SAVED = 'onnx.save_model(model, "model.onnx", save_as_external_data=False)'


@rule("A target does not take models of this form", Stage.TARGET)
def form_not_taken(case: Case[Any]) -> Iterator[Finding]:
    """The place takes models of other forms than this one.

    What happens: the place refuses the file, or has no call for it.
    Why: a place has its own ways: SQL Server's PREDICT takes models of RevoScale, Fabric's takes models of MLflow.
    Remedy: save the model in a form that the place takes, or use it elsewhere.
    Not this rule: an ONNX file that the place takes in principle.
    """
    subject = case.subject
    for place in case.places:
        limit = place.target.limit("forms")
        if isinstance(subject, Artifact) and limit and limit.known and not subject.faults:
            if not {*limit.values} & forms_of(subject):
                yield _other_form(place, limit, file_name(subject), FORMS.get(subject.form, f"{subject.form} files"))
        elif limit and limit.known and not place.where and not {*limit.values} & {"onnx", "mlflow", "sklearn"}:
            yield _other_form(place, limit, place.target.name, "what the script makes: ONNX")


def forms_of(artifact: Artifact) -> set[str]:
    """What an artifact can be used as: a folder of MLflow's holds the ONNX file itself."""
    inner = {"onnx"} if artifact.form == "mlflow" and artifact.model else set()
    pickled = {"sklearn"} if artifact.form in ("pickle", "joblib", "skops", "cloudpickle") else set()
    return {artifact.form} | inner | pickled


def _other_form(place: Place, limit: Limit, subject: str, form: str) -> Finding:
    takes = " and ".join(FORMS.get(value, value) for value in limit.values)
    advice: tuple[Advice, ...] = ()
    if limit.values == ("mlflow",):
        said = "Save it as a model of MLflow, with its signature."
        advice = (Advice("code", said, lines=("mlflow.onnx.save_model(model, folder, signature=signature)",)),)
    return Finding(
        severity=Severity.BLOCKER,
        stage=Stage.TARGET,
        basis=Basis.DECLARED if limit.provenance.basis != "inferred" else Basis.INFERRED,
        subject=subject,
        message=f"{place.target.title} takes {takes}, and not {form}.",
        evidence=source_of(limit),
        advice=advice,
    )


@rule("A target lacks operators of the model", Stage.TARGET)
def operators_not_taken(case: Case[Any]) -> Iterator[Finding]:
    """The model has operators, or whole domains of them, that the place does not have.

    What happens: the place refuses the model: "No Op registered", "is not a registered function/op".
    Why: some places run the operators of neural networks only, none of ai.onnx.ml, of which trees, linear models and
    encoders of scikit-learn are made; and no place has operators that somebody registers beside the runtime.
    Remedy: use the model where its operators are, or convert it with other ones.
    Not this rule: an opset that is too new.
    """
    return told(case, _operators)


def _operators(place: Place, made: Made) -> Iterator[Against]:
    limit = place.target.limit("domains")
    known = limit.values if limit and limit.known else ()
    if not known and place.target.onnxruntime:
        limit, known = place.target.limit("onnxruntime") or Limit("onnxruntime", place.target.provenance), OWN_DOMAINS
    own = {domain for domain, _ in made.onnx.functions}
    lost = [o for o in made.onnx.operators if known and o.domain not in known and o.domain not in own]
    if limit and lost:
        names = subjects_text([f"{o.name} of {o.domain}" for o in lost])
        severity = Severity.BLOCKER if known is OWN_DOMAINS else None
        text = f"has {names}: {place.target.title} has no such operators."
        yield Against(made, limit, text, severity=severity)


@rule("The model is too large for a target, or lies in several files", Stage.TARGET)
def file_not_taken(case: Case[Any]) -> Iterator[Finding]:
    """The place takes one file, or so many bytes at most.

    What happens: the upload or the import fails, or the model is loaded without its values.
    Why: a database keeps a model as one value of a column; services set a limit.
    Remedy: save the model as one file; make it smaller (fewer trees, less depth).
    Not this rule: external data that are missing.
    """
    return told(case, _size)


def _size(place: Place, made: Made) -> Iterator[Against]:
    size, beside = place.target.limit("size"), place.target.limit("external_data")
    if size and made.size and made.size > int(size.value or size.assume or made.size):
        most = int(size.value or size.assume)
        smaller = Advice("code", "Make the model smaller: fewer trees, less depth.", lines=("max_depth=...",))
        text = (
            f"has {made.size:,} bytes: {place.target.title} takes {'' if size.known else 'as far as is safe '}{most:,}."
        )
        yield Against(made, size, text, (smaller,))
    if beside and made.onnx.external and "no" in (beside.value, beside.assume):
        files = subjects_text([one.location for one in made.onnx.external])
        advice = Advice("code", "Save the model as one file, with its values in it.", lines=(_SAVED,))
        yield Against(made, beside, f"keeps values in {files}: {place.target.title} takes one file.", (advice,))


@rule("A target that was named is no more", Stage.TARGET)
def target_retired(case: Case[Any]) -> Iterator[Finding]:
    """The place was switched off.

    What happens: nothing can be used there any more; what is known of it stays for what still runs.
    Why: services end.
    Remedy: another place.
    Not this rule: facts that are old.
    """
    for place in case.places:
        if place.target.retired:
            text = f"{place.target.title} was switched off on {place.target.retired}."
            yield _about(place, Severity.WARNING, text, (place.target.provenance.source,))


@rule("What a target takes is not all known", Stage.TARGET)
def target_unknown(case: Case[Any]) -> Iterator[Finding]:
    """Nobody has said what the place takes of something, or its runtime could not be tried here.

    What happens: nothing by itself; the verdict rests on the rest.
    Why: services do not publish the release of their runtime, or limits of it. What is assumed then is what is known
    to work there.
    Remedy: keep to what is safe, and try the model in the place itself.
    Not this rule: a model that is beyond what is safe: that is a warning of its own.
    """
    for place in case.places:
        unknown = [limit for limit in place.target.limits if not limit.known]
        if unknown:
            yield _about(
                place, Severity.NOTE, _unknown(place, unknown), unique(s for u in unknown for s in source_of(u))
            )
        for pin, other in place.target.standins.items():
            text = f"{pin} of {place.target.title} is on no index: {other} stands in for it"
            yield _about(place, Severity.NOTE, f"{text}.", ())
        if place.untried:
            name = f"onnxruntime {place.target.onnxruntime}"
            yield _about(place, Severity.NOTE, f"{name} of {place.target.title} was not tried: {place.untried}.", ())


def _unknown(place: Place, unknown: list[Limit]) -> str:
    """What is not known, and what is safe."""
    named = [
        LABELS[limit.what] + (f" (safe is {word(limit.what, limit.assume)})" if limit.assume else "")
        for limit in unknown
    ]
    return f"No public text says of {place.target.title}: {'; '.join(named)}."


def _about(place: Place, severity: Severity, text: str, evidence: tuple[str, ...]) -> Finding:
    return Finding(
        severity=severity,
        stage=Stage.TARGET,
        basis=Basis.DECLARED,
        subject=place.target.name,
        message=text,
        evidence=evidence,
    )
