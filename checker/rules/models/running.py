"""What fails when a loaded model is run."""

from __future__ import annotations

from collections.abc import Iterator

from ...model import Advice, Case, Finding, Observation, Stage, rule
from ..advice import move
from ..evidence import canary_of, converter_of, each, says
from . import edits
from .canary_findings import canary_finding, last_words, matching, subject_phrase, with_versions
from .runtime import _about, _by_mlflow, no_zipmap

_INPUT = (
    r"Unexpected input data type|Invalid rank for input|Got invalid dimensions for input"
    r"|Input must be a list of dictionaries"
)
_OUTPUT = r"Invalid (?i:output name)"
_MISSING_INPUT = (
    r"Required inputs \((?P<names>\[.*?\])\) are missing from input feed"
    r"|Invalid (?i:(?:feed )?input name): ?(?P<name>\S+)"
)
_UNPACKED = r"values to unpack \(expected (?P<wanted>\d+), got \d+\): the session gives (?P<names>.+)"
_TAKEN = r"answer (?P<wanted>\d+) is asked for: the session gives (?P<names>.+)"
_MAPS = r"is a list with one map a row, no array"
_NO_SHAPE = r"Subgraph must have the shape set"
_CUSTOM = r"Node type '(?P<op>\w+)' from domain '(?P<domain>[\w.]+)' is unknown"


@rule("Fed another type or shape than declared", Stage.RUN)
def input_type_or_rank(case: Case[Observation]) -> Iterator[Finding]:
    """The model is fed another type, rank or batch than it declares.

    What happens: "Unexpected input data type", "Invalid rank for input", or "Got invalid dimensions".
    Why: onnxruntime never casts; numpy and pandas give float64; a model declared with [1, 1] takes one row at a time.
    Remedy: cast and reshape what is fed, or declare the inputs as they come ([None, n], DoubleTensorType).
    Not this rule: names of outputs; a model that MLflow feeds.
    """
    for cause in matching(case, Stage.RUN, _INPUT):
        if _by_mlflow(cause.first, case):
            continue
        found = says(cause.first, rf"(?:{_INPUT}).{{0,120}}")
        advice = Advice(
            "code",
            "Feed what the model declares, or declare what you feed.",
            lines=("x.astype(np.float32).reshape(-1, n)", "FloatTensorType([None, n])"),
            edit=edits.as_declared,
        )
        said = found[0] if found else ""
        text = f"The data given to {subject_phrase(case, cause)} do not fit its declared inputs: {said}"
        yield canary_finding(case, cause, text, ("onnxruntime",), advice)


@rule("Outputs by names that the model does not have", Stage.RUN)
def zipmap(case: Case[Observation]) -> Iterator[Finding]:
    """The script asks for outputs by names that the model does not have.

    What happens: "Invalid output name".
    Why: with zipmap a classifier's outputs are output_label and output_probability, without it label and
    probabilities.
    Remedy: use the names of the session's get_outputs(), or convert with the zipmap setting that the names belong to.
    Not this rule: the number or type of outputs.
    """
    for cause in matching(case, Stage.RUN, _OUTPUT):
        lacks = f"{subject_phrase(case, cause)} has no output of the name that the script asks for"
        text, names = f"{lacks}: {last_words(cause.first)}", (converter_of(case, cause.first.subject),)
        said, line = "Ask for the outputs by the names that the session gives.", "session.run(None, feeds)"
        yield canary_finding(case, cause, text, names, Advice("code", said, lines=(line,), edit=edits.asking_all))


@rule("An input that the converter has renamed", Stage.RUN)
def input_renamed(case: Case[Observation]) -> Iterator[Finding]:
    """The script feeds an input by the name that it declared, and the converted model has it under another name.

    What happens: "Required inputs (['home_dest']) are missing from input feed", or "Invalid input name".
    Why: skl2onnx writes an underscore for every character of an input's name that is no letter or digit; or a table
    is fed with columns that the model was not fitted on.
    Remedy: feed by the names that the session gives, or rename the column before the training.
    Not this rule: outputs, and inputs of another type or shape.
    """
    for cause in matching(case, Stage.RUN, _MISSING_INPUT):
        found = says(cause.first, _MISSING_INPUT)
        names = (found["names"] or found["name"] or "").strip("[]'") if found else ""
        converter = converter_of(case, cause.first.subject)
        text = f"{subject_phrase(case, cause)} is fed by another name than the model has: {names}."
        said = f"Feed by the names that the session gives ({names}), or rename the column before the training."
        if found and found["name"]:
            text = f"{subject_phrase(case, cause)} is fed an input that the model does not have: {names}."
            said = "Feed the inputs that the session names, and no others."
        line = "session.run(None, {i.name: table[[c]].to_numpy() for i, c in zip(session.get_inputs(), columns)})"
        advice = Advice("code", said, lines=(line,), edit=edits.fed_as_named)
        yield canary_finding(case, cause, text, (converter,), advice)


@rule("Another number of answers than the script unpacks", Stage.RUN)
def answers_unpacked(case: Case[Observation]) -> Iterator[Finding]:
    """The session gives another number of answers than the script unpacks.

    What happens: ValueError: not enough values to unpack, or too many; IndexError where one is taken by its number.
    Why: an option of the converter (zipmap, return_std, score_samples) decides how many outputs a model has.
    Remedy: unpack what the session gives, or ask for single outputs by name.
    Not this rule: outputs by a wrong name.
    """
    for cause in each(case, Stage.RUN):
        unpacked = says(cause.first, _UNPACKED)
        found = unpacked or says(cause.first, _TAKEN)
        if not found:
            continue
        gives, wanted = found["names"], found["wanted"]
        does = f"unpacks {wanted} answers" if unpacked else f"takes answer {wanted}, counted from 0"
        text = f"{subject_phrase(case, cause)} gives {gives}, and the script {does}."
        advice = Advice("code", f"Take what the session gives: {gives}.", edit=edits.changed(unpacks=0, takes=()))
        yield canary_finding(case, cause, text, (converter_of(case, cause.first.subject),), advice)


@rule("Scores that come as maps are taken for an array", Stage.RUN)
def scores_as_maps(case: Case[Observation]) -> Iterator[Finding]:
    """The script treats the scores of a classifier as an array, and they come as a list with one map a row.

    What happens: "list indices must be integers or slices, not tuple", or "'list' object has no attribute 'shape'".
    Why: skl2onnx adds a ZipMap to classifiers, which makes a map from class to score of every row.
    Remedy: convert with zipmap=False.
    Not this rule: outputs by a wrong name, and a wrong number of answers.
    """
    for cause in matching(case, Stage.RUN, _MAPS):
        canary = canary_of(case, cause.first.subject)
        text = (
            f"The scores of {subject_phrase(case, cause)} are a list with one map a row, and the script takes an array."
        )
        advice = no_zipmap(bool(canary and canary.outputs))
        yield canary_finding(case, cause, text, (converter_of(case, cause.first.subject),), advice)


@rule("An input without a declared width", Stage.RUN)
def width_not_declared(case: Case[Observation]) -> Iterator[Finding]:
    """An input is declared without its number of columns, and an operator needs it.

    What happens: "Subgraph must have the shape set for all outputs" in the first run.
    Why: FloatTensorType([]) leaves the shape open, and a Scan or Loop of the model cannot work without it.
    Remedy: declare the number of columns.
    Not this rule: a width that is declared and wrong.
    """
    for cause in matching(case, Stage.RUN, _NO_SHAPE):
        canary = canary_of(case, cause.first.subject)
        width = len(canary.columns) if canary else "n"
        text = (
            f"{subject_phrase(case, cause)} declares its input without a width, which an operator of the model needs."
        )
        line = f"FloatTensorType([None, {width}])"
        advice = Advice("code", f"Declare the number of columns: {line}.", lines=(line,), edit=edits.with_widths)
        yield canary_finding(case, cause, text, (converter_of(case, cause.first.subject), "onnxruntime"), advice)


@rule("An operator that only one runtime has", Stage.RUN)
def custom_operator(case: Case[Observation]) -> Iterator[Finding]:
    """The model uses an operator that only one runtime has.

    What happens: other runtimes, and the reference evaluator, do not know the node.
    Why: a converter option (such as optim='cdist') writes an operator of the com.microsoft domain.
    Remedy: convert without the option.
    Not this rule: standard operators without a kernel.
    """
    for cause in matching(case, Stage.RUN, _CUSTOM):
        found = says(cause.first, _CUSTOM)
        name = f"{found['domain']}.{found['op']}" if found else "a custom operator"
        text = f"{subject_phrase(case, cause)} uses {name}, which only onnxruntime has."
        said = "Leave out the option that writes it: optim."
        advice = Advice("code", said, edit=edits.with_option("optim", None))
        yield canary_finding(case, cause, text, ("skl2onnx",), advice)


@rule("The model cannot be run", Stage.RUN, generic=True)
def run_failed(case: Case[Observation]) -> Iterator[Finding]:
    """A model that was loaded fails, or kills the process, when it is run.

    What happens: an exception, a crash (SIGSEGV, SIGFPE) or a hang in the first run.
    Why: a runtime built for another numpy can import and load and still die in its first run; some operators have
    faulty kernels.
    Remedy: a runtime built for the installed numpy, or a numpy that fits it.
    Not this rule: feeding the wrong type or shape.
    """
    for cause in each(case, Stage.RUN):
        if _by_mlflow(cause.first, case):
            continue
        built = [i.distribution for i in case.subject.interfaces if i.kind == "numpy"]
        names = ("onnxruntime", converter_of(case, cause.first.subject))
        if "onnxruntime" in built or says(cause.first, r"_ARRAY_API|numpy\.core\.multiarray"):
            names = ("numpy", "onnxruntime")
        fails = f"{subject_phrase(case, cause)} cannot be run with {with_versions(case, *names)}"
        text, worth = f"{fails}: {last_words(cause.first)}", _about(case, cause)
        yield canary_finding(case, cause, text, names, move(case, names), worth=worth)
