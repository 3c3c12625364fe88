"""What fails when a model is fitted and converted."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from ...knowledge.facts import Release
from ...model import Advice, Case, Failure, Finding, Observation, Severity, Stage, rule
from ..advice import fit_name, move, newer_with, older_major, older_without
from ..evidence import canary_of, converter_of, each, involved, library_of, missing_reference, passed, says, unique
from ..stated import as_stated, stated_bounds
from . import edits
from .canary_findings import canary_finding, last_words, matching, parties, severity, subject_phrase, with_versions

_NO_CONVERTER = (
    r"Unable to find (?:a )?(?:shape calculator|converter)|Unable to convert __call__"
    r"|is not supported yet|NotImplemented"
)
_OPSET = r"target_opset.*(?:higher than|greater than|not supported)|is higher than the version of the installed onnx"
_CONVERTER_OPSET = r"converter support \((\d+)\)"
_DOMAIN = (
    r"using version (?P<has>\d+) of domain '(?P<domain>[\w.]*)' not supported yet"
    r"(?:[\s\S]*target_opset=\{.*: (?P<top>\d+)\})?"
)
_PRIVATE = r"'(?P<kind>\w+)' object has no attribute '(?P<name>\w+)'"
_SIGNATURE = r"\b\w+\(\) (?:missing \d+ required|got an unexpected keyword|takes \d+ positional)"
_TYPES = (
    r"iterable attribute but I cannot figure out|Expected an int, got a boolean"
    r"|has type .{1,80} but expected one of|Value out of range|cannot infer .{0,40}attribute"
)
_ONE_INPUT = r"at most 1 input\(s\) is\(are\) supported but we got"
_SCALAR = r"Unexpected type <class 'numpy\.float64'> for input"
_AS_ARRAY = Advice(
    "code",
    "Convert with one row of the table as an array, and feed arrays.",
    lines=("to_onnx(model, table[:1].to_numpy())",),
    edit=edits.as_matrix,
)
_TWO_DIMENSIONS = Advice(
    "code",
    "Fit on a target of two dimensions.",
    lines=("model.fit(X, y.reshape(-1, 1))",),
    edit=edits.changed(target_2d=True),
)
#: words of a constructor that does not know what the script hands it
_UNKNOWN_HERE = (
    r"unexpected keyword argument|has no attribute|No module named|cannot import name"
    r"|invalid index to scalar variable|is not subscriptable|takes \d+ positional argument"
    r"|The '[^']+' parameter of|Invalid parameter|not supported for|was removed|must be a str among"
)


@rule("An estimator cannot be fitted", Stage.FIT)
def fit_failed(case: Case[Observation]) -> Iterator[Finding]:
    """An estimator cannot be made or fitted here.

    What happens: the model fails before anything is converted.
    Why: this scikit-learn does not know the estimator or a parameter, or it clashes with the installed numpy or
    scipy, as the error may say itself.
    Remedy: a scikit-learn release that knows what the script asks for, or a script that asks for what is here.
    Not this rule: a script's model that refuses the canary's made-up data; that is only noted.
    """
    for cause in each(case, Stage.FIT):
        own = canary_of(case, cause.first.subject)
        blamed, stated = as_stated(stated_bounds(case.subject, cause.first))
        ended = cause.first.type in ("Crash", "Exit", "Killed")
        known = not own or ended or blamed or says(cause.first, _UNKNOWN_HERE)
        worth = None if known else Severity.NOTE
        library = library_of(case, cause.first.subject)
        phrase, words = subject_phrase(case, cause), last_words(cause.first)
        text = f"{phrase} cannot be fitted with {with_versions(case, *unique((*blamed, library)))}: {words}"
        if not known:
            text = f"{phrase} could not be tried: it refuses the canary's data ({words})"
        names = (*blamed, library, *involved(case.subject, cause.first))
        yield canary_finding(case, cause, text, names, *stated, move(case, (library,)), worth=worth)


@rule("No types of inputs", Stage.CONVERT)
def types_missing(case: Case[Observation]) -> Iterator[Finding]:
    """A model is converted without a word on what its inputs are.

    What happens: ValueError: Initial types are required.
    Why: a fitted model does not remember the types of its columns, and each input of a graph has one.
    Remedy: give `initial_types`, or rows of the training data to `to_onnx`.
    Not this rule: types that do not fit.
    """
    for cause in matching(case, Stage.CONVERT, r"[Ii]nitial[ _]types (?:are|is) required|initial_types"):
        canary = canary_of(case, cause.first.subject)
        if not canary or canary.typed:
            continue
        text = f"{subject_phrase(case, cause)} is converted without types of its inputs: {last_words(cause.first)}"
        lines = ('initial_types=[("X", FloatTensorType([None, X.shape[1]]))]',)
        advice = Advice("code", "Say what the inputs are.", lines=lines, edit=edits.changed(typed=True))
        yield canary_finding(case, cause, text, (), advice)


@rule("No converter for an estimator or option", Stage.CONVERT)
def converter_missing(case: Case[Observation]) -> Iterator[Finding]:
    """The converter does not know the estimator, or not this option of it.

    What happens: MissingShapeCalculator, MissingConverter, or NotImplementedError.
    Why: the estimator or option is newer than the converter, or no release converts it.
    Remedy: a newer converter, a registered converter of your own, or another estimator.
    Not this rule: an estimator that is known, whose attributes have changed.
    """
    for cause in each(case, Stage.CONVERT):
        if cause.first.type in ("MissingShapeCalculator", "MissingConverter", "NotImplementedError") or says(
            cause.first, _NO_CONVERTER
        ):
            converter, library = converter_of(case, cause.first.subject), library_of(case, cause.first.subject)
            cannot = f"{with_versions(case, converter)} cannot convert {subject_phrase(case, cause)}"
            newer = f"Try a newer {converter}; where none converts it, use another estimator or option."
            other = f"Use another estimator or option, or register a converter of your own with {converter}."
            advice = (Advice("pins", newer, changes=((converter, ""),)), Advice("code", other))
            yield canary_finding(case, cause, f"{cannot}: {last_words(cause.first)}", (converter, library), *advice)


@rule("A target_opset that onnx or the converter does not have", Stage.CONVERT)
def opset_beyond_onnx(case: Case[Observation]) -> Iterator[Finding]:
    """The conversion comes to a target_opset that the installed onnx, or a part of the converter, does not have.

    What happens: RuntimeError: target_opset is higher than the version of the installed onnx package.
    Why: the opset a converter can write is limited by the onnx package beside it, and by what it is built on.
    Remedy: a lower target_opset, or a newer release of what does not have it.
    Not this rule: an opset that converts and that the runtime then refuses.
    """
    for cause in matching(case, Stage.CONVERT, _OPSET):
        told = says(cause.first, r"target_opset (\d+)")
        asked = told[1] if told else "a target_opset"
        known = case.knowledge.release("onnx", case.subject.version("onnx") or "0")
        onnx_has_it = told and known and known.opset and known.opset >= int(asked)
        raising = involved(case.subject, cause.first) if onnx_has_it and says(cause.first, _CONVERTER_OPSET) else ()
        limit = raising[0] if raising else "onnx"
        lacks = f"which {with_versions(case, limit)} does not have"
        text = f"{subject_phrase(case, cause)} comes to target_opset {asked}, {lacks}."
        newer = newer_with(case, limit, partial(_defines, "", int(told[1]) if told else 999), f"opset {asked}")
        names = (limit, converter_of(case, cause.first.subject))
        yield canary_finding(case, cause, text, names, newer, _lower_opset(case, cause.first))


def _lower_opset(case: Case[Observation], failure: Failure) -> Advice:
    """Advice to ask for what the converter or the installed onnx has, where that is told or known."""
    if told := says(failure, _CONVERTER_OPSET):
        said = f"Ask for target_opset={told[1]}, the highest that is supported."
        return Advice("code", said, lines=(f"target_opset={told[1]}",), edit=edits.changed(target_opset=int(told[1])))
    known = case.knowledge.release("onnx", case.subject.version("onnx") or "0")
    if known is None or known.opset is None:
        return Advice("code", "Ask for a lower target_opset.")
    text = f"Ask for target_opset={known.opset}, the highest that onnx {known.version} has."
    return Advice("code", text, lines=(f"target_opset={known.opset}",), edit=edits.changed(target_opset=known.opset))


@rule("A domain's opset that the converter does not have", Stage.CONVERT)
def opset_beyond_converter(case: Case[Observation]) -> Iterator[Finding]:
    """The installed onnx has a newer version of a domain than the converter, and the conversion comes to it.

    What happens: RuntimeError: the model is using version 4 of domain 'ai.onnx.ml' not supported yet by this library.
    Why: onnx brings new versions of operators with a new opset of their domain; the converter takes what it finds.
    Remedy: an older onnx, a newer converter, or a target_opset that names the domain.
    Not this rule: a target_opset that the installed onnx does not have.
    """
    for cause in matching(case, Stage.CONVERT, _DOMAIN):
        found = says(cause.first, _DOMAIN)
        assert found
        domain, has, top = found["domain"], int(found["has"]), int(found["top"] or int(found["has"]) - 1)
        converter = converter_of(case, cause.first.subject)
        comes = f"comes to version {has} of {domain or 'ai.onnx'}, and {with_versions(case, converter)} ends at {top}"
        older = older_without(case, "onnx", partial(_defines, domain, top + 1), f"version {top + 1} of it")
        line = f"target_opset={{..., {domain!r}: {top}}}"
        lower = Advice("code", f"Ask for {domain or 'ai.onnx'} {top} at most.", lines=(line,))
        text = f"The conversion of {subject_phrase(case, cause)} {comes}; the installed onnx decides."
        yield canary_finding(case, cause, text, (converter, "onnx"), older, lower)


def _defines(domain: str, version: int, release: Release) -> bool:
    """Whether an onnx release is known to define a version of a domain."""
    return ((release.ml_opset if domain == "ai.onnx.ml" else release.opset) or 0) >= version


@rule("The converter was made for another scikit-learn", Stage.CONVERT)
def converter_and_estimator(case: Case[Observation]) -> Iterator[Finding]:
    """The converter reads attributes of the estimator, or calls functions of it, that this scikit-learn does not have.

    What happens: AttributeError on a fitted estimator, or a TypeError from a private function's changed signature.
    Why: converters read private attributes of fitted estimators; scikit-learn renames attributes with a deprecation of
    two releases, private ones without.
    Remedy: a converter made for this scikit-learn, or a scikit-learn that this converter was made for.
    Not this rule: a name missing from a module, and an estimator without any converter.
    """
    for cause in each(case, Stage.CONVERT):
        found, wrong_call = says(cause.first, _PRIVATE), says(cause.first, _SIGNATURE)
        if (cause.first.type == "AttributeError" and found) or (cause.first.type == "TypeError" and wrong_call):
            subject = cause.first.subject
            converter, library = converter_of(case, subject), library_of(case, subject, found["kind"] if found else "")
            pair, release = (converter, library), with_versions(case, library)
            what = f"calls a function of {release} with arguments that it does not accept ({last_words(cause.first)})"
            if found:
                what = f"reads {found['kind']}.{found['name']}, which {release} does not have"
            text = f"{with_versions(case, converter)} {what}: {subject_phrase(case, cause)} does not convert."
            yield canary_finding(case, cause, text, pair, move(case, pair))


@rule("A converter uses a removed name", Stage.CONVERT)
def removed_in_converter(case: Case[Observation]) -> Iterator[Finding]:
    """A converter uses a name that another package no longer has.

    What happens: AttributeError or ImportError in the middle of a conversion, although everything imports.
    Why: the name is used inside one estimator's converter only, so that an import check cannot see it.
    Remedy: a converter made for the library, or a library that still has the name.
    Not this rule: names that are missing at import.
    """
    for cause in each(case, Stage.CONVERT):
        missing = missing_reference(case.subject, cause.first)
        if missing and not says(cause.first, _PRIVATE):
            converter = missing.consumer or converter_of(case, cause.first.subject)
            name = f"{missing.module}.{missing.name}" if missing.name else missing.module
            pair, lacks = (missing.provider, converter), f"which {with_versions(case, missing.provider)} does not have"
            uses = f"{with_versions(case, converter)} uses {name}, {lacks}"
            text = f"{uses}: {subject_phrase(case, cause)} does not convert."
            yield canary_finding(case, cause, text, pair, fit_name(case, *pair, missing.module, missing.name))


@rule("A value that onnx cannot store", Stage.CONVERT)
def attribute_type(case: Case[Observation]) -> Iterator[Finding]:
    """The converter hands onnx a value whose type it cannot store.

    What happens: "iterable attribute but I cannot figure out its applicable type", or a complaint of protobuf under
    pages of attributes.
    Why: fitted attributes change their numpy type between scikit-learn releases, and onnx and protobuf became
    stricter (protobuf 7 refuses a boolean where an integer is declared). protobuf becomes so with a major release.
    Remedy: a protobuf of an earlier major release, a converter that casts, or an onnx that accepts the type.
    Not this rule: attributes that do not exist.
    """
    for cause in matching(case, Stage.CONVERT, _TYPES):
        by_protobuf = says(cause.first, r"Expected an int, got a boolean|but expected one of|Value out of range")
        names = ("skl2onnx", "protobuf", "onnx") if by_protobuf else parties(case, cause.first)
        giver, taker = with_versions(case, *names[:1]), with_versions(case, *names[1:2])
        said = f"{giver} gives {taker} a value of a type that it cannot store"
        text = f"{subject_phrase(case, cause)} does not convert: {said}."
        earlier = older_major(case, "protobuf") if by_protobuf else ()
        yield canary_finding(case, cause, text, names, *earlier, move(case, names))


@rule("The converter wants the data in another form", Stage.CONVERT)
def form_of_data(case: Case[Observation]) -> Iterator[Finding]:
    """The estimator is converted, but not with data of this form.

    What happens: "at most 1 input(s) is(are) supported but we got 12", or a number where it expects an array.
    Why: a table makes one input a column, and some models take one input only; a target of one dimension leaves a
    number where the converter expects an array.
    Remedy: convert with a row of the table as an array; fit on a target of two dimensions.
    Not this rule: an estimator or option that is not converted at all.
    """
    forms = (
        (_ONE_INPUT, "takes one input, and a table gives one a column", _AS_ARRAY),
        (_SCALAR, "expects an array, where a target of one dimension leaves a number", _TWO_DIMENSIONS),
    )
    for pattern, why, advice in forms:
        for cause in matching(case, Stage.CONVERT, pattern):
            converter = converter_of(case, cause.first.subject)
            does = f"{with_versions(case, converter)} does not convert {subject_phrase(case, cause)} in this form"
            yield canary_finding(case, cause, f"{does}: it {why}.", (converter,), advice, move(case, (converter,)))


@rule("A conversion fails", Stage.CONVERT, generic=True)
def conversion_failed(case: Case[Observation]) -> Iterator[Finding]:
    """A conversion fails in a way that no other rule knows.

    What happens: an exception or a crash inside the converter.
    Why: the traceback names the packages that took part.
    Remedy: move the converter or the estimator's library.
    Not this rule: every mechanism that has its own.
    """
    for cause in each(case, Stage.CONVERT):
        names = parties(case, cause.first)
        fails = f"{subject_phrase(case, cause)} does not convert with {with_versions(case, *names[:1])}"
        yield canary_finding(case, cause, f"{fails}: {last_words(cause.first)}", names, move(case, names))


@rule("The ONNX checker complains", Stage.CHECK)
def checker_complains(case: Case[Observation]) -> Iterator[Finding]:
    """The ONNX checker refuses a converted model.

    What happens: onnx.checker.check_model raises, while runtimes may still take the file.
    Why: the converter writes an operator or an opset that the installed onnx describes differently.
    Remedy: none while the runtime loads and agrees; else move the converter or onnx.
    Not this rule: a model that the runtime refuses too.
    """
    for cause in each(case, Stage.CHECK):
        agrees = all(passed(case, Stage.PARITY, subject) for subject in cause.subjects)
        runs = agrees or "onnxruntime" not in {d.name for d in case.subject.distributions}
        text = f"The ONNX checker complains of {subject_phrase(case, cause)}: {last_words(cause.first)}"
        worth = Severity.NOTE if runs or severity(case, cause) is not Severity.BLOCKER else Severity.WARNING
        names = ("onnx", converter_of(case, cause.first.subject))
        yield canary_finding(case, cause, text, names, move(case, ("skl2onnx", "onnx")), worth=worth)
