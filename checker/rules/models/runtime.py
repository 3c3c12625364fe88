"""What fails when a converted model is loaded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from ...knowledge.facts import Release
from ...model import Advice, Case, Failure, Finding, Observation, Severity, Stage, rule
from ..advice import move, newer_with
from ..evidence import Cause, canary_of, converter_of, each, involved, library_of, says
from . import edits
from .canary_findings import canary_finding, last_words, matching, subject_phrase, with_versions

IR = r"Unsupported model IR version: (?P<ir>\d+), max supported IR version: (?P<top>\d+)"
_OPSET = (
    r"Opset (?P<opset>\d+) is under development(?:[\s\S]*domain (?P<domain>[\w.]+) is till)?"
    r"|only \*guarantees\* support for models stamped"
)
_KERNEL = r"(?:NOT_IMPLEMENTED.*)?Could not find an implementation for (?:the node )?(?P<node>\S+)|NOT_IMPLEMENTED"
_LOCALE = r"Failed to construct locale with name:(?P<locale>[\w.\-]+)"
_PROVIDERS = r"required to explicitly set the providers"
_NODE_TYPE = (
    r"Type \(tensor\((?P<got>\w+)\)\) of output arg .* does not match expected type \(tensor\((?P<want>\w+)\)\)"
)
_ZIPMAP = r"ZipMap[\s\S]*(?:ShapeInferenceError|input shape)"
_AS_FLOATS = Advice("code", "Declare the inputs as FloatTensorType.", lines=("FloatTensorType",), edit=edits.floats)


def _about(case: Case[Observation], cause: Cause) -> Severity | None:
    """Loading and running are only a warning where the script does nothing but convert."""
    canary = canary_of(case, cause.first.subject)
    return Severity.WARNING if canary and not canary.runs and not canary.logging else None


def no_zipmap(named: bool) -> Advice:
    """Advice to leave out the maps; where the script asks for outputs by name, those names go with them."""
    line, edit = "options={id(model): {'zipmap': False}}", edits.with_option("zipmap", False)
    if not named:
        return Advice("code", "Convert with zipmap=False: the scores are then an array.", lines=(line,), edit=edit)
    said = "Convert with zipmap=False, and ask for all outputs: their names are then others."
    lines = (f"{line}; session.run(None, feeds)",)
    return Advice("code", said, lines=lines, edit=edits.both(edit, edits.asking_all))


def _by_mlflow(failure: Failure, case: Case[Observation]) -> bool:
    return any(n.startswith("mlflow") for n in involved(case.subject, failure))


@rule("The model's opset or IR version is too new for the runtime", Stage.LOAD)
def opset_or_ir_beyond_runtime(case: Case[Observation]) -> Iterator[Finding]:
    """The installed onnxruntime is older than the opset or IR version that the conversion writes.

    What happens: "Unsupported model IR version", or "Opset N is under development", when the model is loaded.
    Why: the converter writes an opset (its newest, limited by the onnx package) and an IR version that follows it;
    older runtimes refuse both.
    Remedy: pass a target_opset that the runtime has, or install a newer onnxruntime.
    Not this rule: an operator that the runtime knows and has no kernel for.
    """
    for cause in each(case, Stage.LOAD):
        found = says(cause.first, IR) or says(cause.first, _OPSET)
        if not found:
            continue
        limits = case.knowledge.limits(case.subject.version("onnxruntime") or "0")
        opset = limits.opset if limits else None
        known = found.groupdict()
        too_new = f"IR version {known['ir']}, it takes {known['top']}" if known.get("ir") else "an opset too new for it"
        text = f"{with_versions(case, 'onnxruntime')} refuses {subject_phrase(case, cause)}: the model has {too_new}."
        lower = Advice("code", "Convert with target_opset set to what the runtime has.")
        if opset:
            said, line = f"Convert with target_opset set to what the runtime has ({opset}).", f"target_opset={opset}"
            lower = Advice("code", said, lines=(line,), edit=edits.changed(target_opset=opset))
        newer = newer_with(case, "onnxruntime", partial(_takes, known), "this version")
        names = ("onnxruntime", converter_of(case, cause.first.subject), "onnx")
        yield canary_finding(case, cause, text, names, lower, newer, worth=_about(case, cause))


def _takes(stamp: Mapping[str, str | None], release: Release) -> bool:
    """Whether a runtime loads a model of that IR version, or of that opset of a domain."""
    ir, opset = stamp.get("ir"), stamp.get("opset")
    limit = release.max_ml_opset if stamp.get("domain") == "ai.onnx.ml" else release.max_opset
    known = (release.max_ir or 0) >= int(ir) if ir else bool(opset) and (limit or 0) >= int(opset or 0)
    return known or not release.checks_stamps


@rule("The runtime has no kernel for an operator", Stage.LOAD)
def operator_without_kernel(case: Case[Observation]) -> Iterator[Finding]:
    """The model is valid, and the runtime has no implementation of one of its operators for this type.

    What happens: NOT_IMPLEMENTED: Could not find an implementation for the node.
    Why: the specification allows more types than the runtime implements.
    Remedy: declare float inputs, another opset, or a newer runtime.
    Not this rule: an opset or IR that is too new.
    """
    for cause in matching(case, Stage.LOAD, _KERNEL):
        found = says(cause.first, _KERNEL)
        node = found["node"] if found and found["node"] else "an operator"
        lacks = f"{with_versions(case, 'onnxruntime')} has no implementation for {node}"
        text = f"{lacks} with the types of {subject_phrase(case, cause)}."
        names = ("onnxruntime", converter_of(case, cause.first.subject))
        yield canary_finding(case, cause, text, names, _AS_FLOATS, worth=_about(case, cause))


@rule("The system lacks a locale", Stage.LOAD)
def system_locale(case: Case[Observation]) -> Iterator[Finding]:
    """A text model asks for a locale that this system does not have.

    What happens: "Failed to construct locale" when the session is made.
    Why: StringNormalizer is written without a locale, onnxruntime then takes en_US.UTF-8, and slim images do not have
    it.
    Remedy: pass the converter option locale='C', or install the locale.
    Not this rule: any package version; none helps.
    """
    for cause in matching(case, Stage.LOAD, _LOCALE):
        found = says(cause.first, _LOCALE)
        locale = found["locale"] if found else "the locale"
        own = canary_of(case, cause.first.subject)
        vectorizer = edits.vectorizer_of(own.make if own else "") or "sklearn.feature_extraction.text.TfidfVectorizer"
        text = f"{subject_phrase(case, cause)} needs the system locale {locale}, which this system does not have."
        advice = (
            Advice(
                "code",
                "Convert with the option locale='C' for the vectorizer.",
                lines=(f"options={{{vectorizer.rpartition('.')[2]}: {{'locale': 'C'}}}}",),
                edit=edits.with_option_of(vectorizer, "locale", "C"),
            ),
            Advice(
                "action",
                f"Or install the locale {locale}.",
                lines=(f"localedef -i {locale.partition('.')[0]} -f UTF-8 {locale}",),
            ),
        )
        yield canary_finding(case, cause, text, ("system locale",), *advice, worth=_about(case, cause))


@rule("onnxruntime needs its providers named", Stage.LOAD)
def providers_required(case: Case[Observation]) -> Iterator[Finding]:
    """This onnxruntime insists on `providers=` when a session is made.

    What happens: ValueError: you are required to explicitly set the providers parameter.
    Why: builds with more than one provider ask for a choice; some CPU wheels count a second one.
    Remedy: pass providers=["CPUExecutionProvider"], or take another onnxruntime release.
    Not this rule: a provider that is named and not there.
    """
    for cause in matching(case, Stage.LOAD, _PROVIDERS):
        runtime = with_versions(case, "onnxruntime")
        text = f"{runtime} opens no model without providers=, which {subject_phrase(case, cause)} does not pass."
        line = 'InferenceSession(model, providers=["CPUExecutionProvider"])'
        named = Advice("code", "Name the provider.", lines=(line,), edit=edits.changed(providers=True))
        other = Advice("pins", "Or move onnxruntime.", changes=(("onnxruntime", ""),))
        yield canary_finding(case, cause, text, ("onnxruntime",), named, other)


@rule("A declared output type that the operator does not return", Stage.LOAD)
def output_type(case: Case[Observation]) -> Iterator[Finding]:
    """The converter declares an output type that the operator does not give.

    What happens: "Type Error: Type (tensor(double)) of output arg ... does not match expected type (tensor(float))".
    Why: operators of ai.onnx.ml such as tree ensembles answer in float at every opset that the converter writes.
    Remedy: declare the inputs as FloatTensorType.
    Not this rule: data fed in the wrong type.
    """
    for cause in matching(case, Stage.LOAD, _NODE_TYPE):
        converter = with_versions(case, converter_of(case, cause.first.subject))
        model = subject_phrase(case, cause)
        text = f"{converter} declares an output of type double for {model}, but the operator returns float."
        names = (converter_of(case, cause.first.subject), "onnxruntime")
        yield canary_finding(case, cause, text, names, _AS_FLOATS, worth=_about(case, cause))


@rule("A ZipMap behind scores that it does not take", Stage.LOAD)
def zipmap_shape(case: Case[Observation]) -> Iterator[Finding]:
    """The converter puts a ZipMap behind scores of more than two dimensions, and the runtime refuses it.

    What happens: "ZipMap input shape should be 1D or 2D" when the session is made.
    Why: a classifier with several label columns has scores of three dimensions, and zipmap is on unless told otherwise.
    Remedy: convert with zipmap=False.
    Not this rule: a script that takes maps for an array.
    """
    for cause in matching(case, Stage.LOAD, _ZIPMAP):
        converter, model = converter_of(case, cause.first.subject), subject_phrase(case, cause)
        text = f"{with_versions(case, converter)} puts a ZipMap behind {model}, which the runtime does not take there."
        yield canary_finding(case, cause, text, (converter,), no_zipmap(False), worth=_about(case, cause))


@rule("The runtime refuses the model", Stage.LOAD, generic=True)
def load_failed(case: Case[Observation]) -> Iterator[Finding]:
    """The runtime refuses a converted model in a way that no other rule knows.

    What happens: an exception or a crash when the session is made.
    Why: the graph is wrong (a converter of another scikit-learn), or the runtime and its own packages do not fit.
    Remedy: move the converter or the runtime.
    Not this rule: every mechanism that has its own.
    """
    for cause in each(case, Stage.LOAD):
        if not _by_mlflow(cause.first, case):
            names = (converter_of(case, cause.first.subject), library_of(case, cause.first.subject), "onnxruntime")
            fails = f"{with_versions(case, 'onnxruntime')} does not load {subject_phrase(case, cause)}"
            text, worth = f"{fails}: {last_words(cause.first)}", _about(case, cause)
            yield canary_finding(case, cause, text, names, move(case, names), worth=worth)
