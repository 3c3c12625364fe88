"""What fails when a served model is scored: its signature, what reaches the runtime, what is asked of the answer."""

from __future__ import annotations

from collections.abc import Iterator

from ...model import Advice, Case, Failure, Finding, Observation, Stage, rule
from ..advice import move
from ..evidence import Cause, canary_of, each, first_words, involved, says, unique
from ..models.canary_findings import canary_finding, last_words, matching, subject_phrase, with_versions
from .advice import (
    as_own_rows,
    asking_nothing,
    by_columns_advice,
    evaluated,
    floats,
    numbers_alone,
    one_array,
    other_signature,
)

_SCHEMA = (
    r"Failed to enforce schema|Incompatible input types|[Cc]an ?not safely convert|does not match expected dtype"
    r"|Model is missing inputs|Model input is missing|Expected input to be|This model contains a (?:column|tensor)"
    r"|signature.{0,80}(?:expect|requires)|Shape of input \(|not compatible with (?:expected|schema)"
    r"|Invalid parameters found"
)
_TYPE = r"Unexpected input data type"
_RANK = r"Invalid rank for input|Input must be a list of dictionaries"
_NO_NAME = r"the prediction has no (?P<name>'[^']*'|\"[^\"]*\"): it has (?P<has>.+)"
_NO_ARRAY = r"the prediction is no (?P<what>array|column): it has (?P<has>[^,]+.*)"
_LENGTHS = r"[Aa]rrays must (?:all )?be (?:of the )?same length"
#: the sentence in MLflow's long message that says what is wrong
_TELLING = (
    r"(?P<said>(?:Invalid parameters|Incompatible|Can ?not|Model is missing|Model input|dtype of|Shape of|Expected"
    r"|Failed to convert|This model)[^\n]{0,200})"
)


@rule("The signature refuses what is scored", Stage.RUN)
def signature_refuses(case: Case[Observation]) -> Iterator[Finding]:
    """The signature that the model is logged with does not take the data that the script scores.

    What happens: "Failed to enforce schema", "Can not safely convert float64 to int64", "Model is missing inputs".
    Why: MLflow converts nothing that could lose anything. Whole numbers become doubles where one is missing; a
    signature over float32 takes no double; one over an array wants an array of the same dtype, and one over a table
    the names of its columns.
    Remedy: infer the signature from what will be scored, with floats for whole numbers that may be missing; or score
    what the signature says.
    Not this rule: what the runtime itself refuses behind the signature.
    """
    for cause in each(case, Stage.RUN):
        if not by_mlflow(case, cause.first) or not says(cause.first, _SCHEMA):
            continue
        said = says(cause.first, _TELLING)
        words = first_words(said["said"], 160) if said else last_words(cause.first)
        text = f"The signature of {subject_phrase(case, cause)} refuses what the script scores: {words}"
        yield canary_finding(case, cause, text, ("mlflow",), *other_signature(cause))


@rule("A served model is fed another type or rank than it declares", Stage.RUN)
def served_type_or_rank(case: Case[Observation]) -> Iterator[Finding]:
    """MLflow hands the runtime values of a type or rank that the model does not declare.

    What happens: "Unexpected input data type", or "Invalid rank for input", in the predict of a served model.
    Why: MLflow makes float32 of doubles and of nothing else, so that whole numbers reach a model of floats as they
    are; and it feeds each column of a table one-dimensional to a model with several inputs.
    Remedy: make floats of whole numbers; hand over a dict with a column of two dimensions for each input, or declare
    one input for all columns.
    Not this rule: a session that the script feeds itself; a signature that refuses the data.
    """
    for cause in matching(case, Stage.RUN, rf"{_TYPE}|{_RANK}|Got invalid dimensions"):
        if not by_mlflow(case, cause.first):
            continue
        found = says(cause.first, rf"(?:{_TYPE}|{_RANK}|Got invalid dimensions).{{0,120}}")
        said = found[0] if found else ""
        text = f"What MLflow feeds to {subject_phrase(case, cause)} does not fit its declared inputs: {said}"
        advice = by_columns_advice(case, cause) if says(cause.first, _RANK) else (floats("float32"), as_own_rows())
        if says(cause.first, r"Actual: \(tensor\(string\)\)"):
            advice = (numbers_alone(),)
        yield canary_finding(case, cause, text, ("mlflow",), *advice)


@rule("A prediction is asked for a name that it does not have", Stage.RUN)
def prediction_names(case: Case[Observation]) -> Iterator[Finding]:
    """The script asks the prediction of a served model for a name that it does not have.

    What happens: KeyError: 'output_probability'.
    Why: a prediction has the names of the model's outputs, and an option of the converter (zipmap) decides them.
    Remedy: use the names that the prediction has, or convert with the setting that the names belong to.
    So it is with a prediction that is taken for an array, and is a dict with one array an output.
    Not this rule: names that a session is asked for.
    """
    for cause in matching(case, Stage.RUN, _NO_ARRAY):
        found = says(cause.first, _NO_ARRAY)
        what, has = (found["what"], found["has"]) if found else ("", "")
        taken = "an array" if what == "array" else "one column of predictions"
        text = f"The script takes the prediction of {subject_phrase(case, cause)} for {taken}: it has {has}."
        first = has.split(", ")[0]
        advice = Advice(
            "code", f"Take {first} of the prediction.", lines=(f'predict(x)["{first}"]',), edit=asking_nothing
        )
        yield canary_finding(case, cause, text, ("mlflow",), advice)
    for cause in matching(case, Stage.RUN, _NO_NAME):
        found = says(cause.first, _NO_NAME)
        name, has = (found["name"], found["has"]) if found else ("", "")
        text = f"The script asks the prediction of {subject_phrase(case, cause)} for {name}: it has {has}."
        lines = (f"predict(x)[{has.split(', ')[0]!r}]",)
        advice = Advice("code", f"Use the names that the prediction has: {has}.", lines=lines, edit=asking_nothing)
        yield canary_finding(case, cause, text, ("mlflow",), advice)


@rule("Answers that make no table", Stage.RUN)
def answers_in_one_table(case: Case[Observation]) -> Iterator[Finding]:
    """MLflow puts the answers to a table into a table, and they have different lengths.

    What happens: "All arrays must be of the same length" in the predict of a served model.
    Why: a classifier without zipmap answers one label a row and one probability a row and class; MLflow flattens both
    where it is handed a DataFrame.
    Remedy: hand over an array, which is answered with one array an output.
    Not this rule: a model with one output, or with a map a row.
    """
    for cause in matching(case, Stage.RUN, _LENGTHS):
        if by_mlflow(case, cause.first):
            puts = f"{with_versions(case, 'mlflow')} puts answers of different lengths in one table"
            text = f"{puts} where {subject_phrase(case, cause)} is handed a DataFrame."
            yield canary_finding(case, cause, text, ("mlflow",), one_array())


@rule("MLflow does not score the model", Stage.RUN, generic=True)
def mlflow_scoring(case: Case[Observation]) -> Iterator[Finding]:
    """MLflow loads the model and does not score what the script hands it, in a way that no other rule knows.

    What happens: an exception in the predict of a served model.
    Why: what is handed over is neither a table nor an array, or a column that the model needs is not in it.
    Remedy: hand over the rows as the model was fitted on them.
    Not this rule: signatures, types and ranks, which have rules of their own.
    """
    for cause in each(case, Stage.RUN):
        found = involved(case.subject, cause.first)
        if by_mlflow(case, cause.first):
            fails = f"{with_versions(case, 'mlflow')} does not score {subject_phrase(case, cause)}"
            text, names = f"{fails}: {last_words(cause.first)}", ("mlflow", *found[:2])
            yield canary_finding(case, cause, text, names, *_advice(case, cause, (*found,)))


def by_mlflow(case: Case[Observation], failure: Failure) -> bool:
    """Whether a served model failed: MLflow is on the traceback."""
    return any(name.startswith("mlflow") for name in involved(case.subject, failure))


def _advice(case: Case[Observation], cause: Cause, found: tuple[str, ...]) -> tuple[Advice, ...]:
    """What to hand over instead; another release only where it is not MLflow itself that refuses what it is handed."""
    own = canary_of(case, cause.first.subject)
    if own and own.logging and any(one.by.endswith("evaluate") for one in own.logging.scored):
        return evaluated(cause)
    if says(cause.first, r"ONNX models that have a single input|models with (?:a )?single input"):
        return by_columns_advice(case, cause)
    refused = cause.first.type == "MlflowException" or _unlike_a_table(case, cause)
    return (as_own_rows(), *(() if refused else (move(case, unique(("mlflow", *found))),)))


def _unlike_a_table(case: Case[Observation], cause: Cause) -> bool:
    """Whether the script hands over something that is neither a table nor an array: no release is to blame then."""
    own = canary_of(case, cause.first.subject)
    scored = own.logging.scored if own and own.logging else ()
    return any(one.data.form not in ("frame", "array") for one in scored)
