"""What fails when a served model is scored: its signature, what reaches the runtime, what is asked of the answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from ...model import Advice, Canary, Case, Failure, Finding, Given, Observation, Scored, Stage, rule
from ..advice import move
from ..evidence import Cause, canary_of, each, first_words, involved, says, unique
from .canary_findings import canary_finding, last_words, matching, subject_phrase, with_versions
from .edits import Edit, asking_all, logged

_SCHEMA = (
    r"Failed to enforce schema|Incompatible input types|[Cc]an ?not safely convert|does not match expected dtype"
    r"|Model is missing inputs|Model input is missing|Expected input to be|This model contains a (?:column|tensor)"
    r"|signature.{0,80}(?:expect|requires)|Shape of input \(|not compatible with (?:expected|schema)"
)
_TYPE = r"Unexpected input data type"
_RANK = r"Invalid rank for input|Input must be a list of dictionaries"
_NO_NAME = r"the prediction has no (?P<name>'[^']*'|\"[^\"]*\"): it has (?P<has>.+)"
_NO_ARRAY = r"the prediction is no (?P<what>array|column): it has (?P<has>[^,]+.*)"
_LENGTHS = r"[Aa]rrays must (?:all )?be (?:of the )?same length"
#: what holds the values of an input type, and of a kind of columns that is no dtype
_DTYPES = {
    "FloatTensorType": "float32",
    "DoubleTensorType": "float64",
    "Int64TensorType": "int64",
    "label": "int64",
    **dict.fromkeys(("StringTensorType", "string", "text"), "object"),
    **dict.fromkeys(("positive", "counts", "category"), "float32"),
}
#: the sentence in MLflow's long message that says what is wrong
_TELLING = (
    r"(?P<said>(?:Incompatible|Can ?not|Model is missing|Model input|dtype of|Shape of|Expected|Failed to convert"
    r"|This model)[^\n]{0,200})"
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
        advice = _by_columns(case, cause) if says(cause.first, _RANK) else (_floats("float32"), _as_own_rows())
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
            "code", f"Take {first} of the prediction.", lines=(f'predict(x)["{first}"]',), edit=_asking_nothing
        )
        yield canary_finding(case, cause, text, ("mlflow",), advice)
    for cause in matching(case, Stage.RUN, _NO_NAME):
        found = says(cause.first, _NO_NAME)
        name, has = (found["name"], found["has"]) if found else ("", "")
        text = f"The script asks the prediction of {subject_phrase(case, cause)} for {name}: it has {has}."
        advice = Advice("code", f"Use the names that the prediction has: {has}.", edit=_asking_nothing)
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
            yield canary_finding(case, cause, text, ("mlflow",), _one_array())


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
            moved = () if _unlike_a_table(case, cause) else (move(case, unique(("mlflow", *found))),)
            yield canary_finding(case, cause, text, names, _as_own_rows(), *moved)


def by_mlflow(case: Case[Observation], failure: Failure) -> bool:
    """Whether a served model failed: MLflow is on the traceback."""
    return any(name.startswith("mlflow") for name in involved(case.subject, failure))


def _unlike_a_table(case: Case[Observation], cause: Cause) -> bool:
    """Whether the script hands over something that is neither a table nor an array: no release is to blame then."""
    own = canary_of(case, cause.first.subject)
    scored = own.logging.scored if own and own.logging else ()
    return any(one.data.form not in ("frame", "array") for one in scored)


# --- advice ------------------------------------------------------------------------------------------------------


def other_signature(cause: Cause) -> tuple[Advice, ...]:
    """Advice to infer the signature from what is scored, or to score what the signature says."""
    if says(cause.first, r"Invalid parameters found"):
        return _other_parameters()
    line = "signature=infer_signature(x)"
    if says(cause.first, r"Model is missing inputs|Model input is missing"):
        text = "Infer the signature from the columns that are scored."
    elif says(cause.first, r"to (?:type )?int|integer|Int\d|int\d+"):
        return (
            _floats("float64"),
            _signed_as_scored("Or infer the signature from what is scored.", line),
            _one_array("Or"),
        )
    else:
        text = "Infer the signature from data of the form and type that will be scored."
    lines = ("predict(x[names].astype(types))",)
    other = Advice("code", "Or score what the signature says.", lines=lines, edit=_scored_as_signed)
    return _signed_as_scored(text, line), other, _one_array("Or")


def _other_parameters() -> tuple[Advice, ...]:
    """Advice on parameters of another type than the defaults in the signature have."""
    text = "Hand over parameters of the types that their defaults in the signature have."
    line = "signature=infer_signature(x, params=params)"
    return (
        Advice("code", text, lines=("predict(x, params=params)",)),
        _signed_as_scored("Or infer the signature with parameters like those that are handed over.", line),
    )


def _signed_as_scored(text: str, line: str) -> Advice:
    return Advice("code", text, lines=(line,), edit=signed_as_scored)


def _one_array(also: str = "") -> Advice:
    """Advice to score arrays in place of tables."""
    lines = ("signature=infer_signature(x.to_numpy())", "predict(x.to_numpy())")
    said = f"{also} hand over an array, and infer the signature from one.".strip()
    return Advice("code", said[:1].upper() + said[1:], lines=lines, edit=as_one_array)


def _floats(to: str) -> Advice:
    """Advice to make floats of whole numbers, on both sides of the signature."""
    text = "Make floats of whole numbers before the signature is inferred, and before scoring."
    lines = (f"signature=infer_signature(x.astype({to!r}))", f"predict(rows.astype({to!r}))")
    return Advice("code", text, lines=lines, edit=whole_as(to))


def _as_own_rows() -> Advice:
    """Advice to score rows as the model was fitted on them."""
    text = "Hand over the rows in the form and with the types with which the model was converted."
    return Advice(
        "code", text, lines=("predict(x.astype('float32'))",), edit=logged(scored=(), signed=None, shown=None)
    )


def _by_columns(case: Case[Observation], cause: Cause) -> tuple[Advice, ...]:
    """Advice for a model with one input a column: a dict of columns, or one input for all of them."""
    why = "mlflow's pyfunc feeds the columns of a DataFrame one-dimensional"
    lines = ("columns = {c: x[[c]].to_numpy() for c in x}", "signature=infer_signature(columns)", "predict(columns)")
    by_dict = Advice("code", f"Hand over a dict of columns with two dimensions: {why}.", lines=lines, edit=by_columns)
    one = Advice("code", "Or declare one input tensor for all columns.", lines=('[("X", FloatTensorType([None, n]))]',))
    return by_dict, one


# --- what the advice does to a model of the script ---------------------------------------------------------------


def signed_as_scored(canary: Canary) -> Canary:
    """Infer the signature from what is scored."""
    if not canary.logging:
        return canary
    data = canary.logging.scored[0].data if canary.logging.scored else None
    of = canary.logging.predict or canary.logging.signature_of
    return logged(signature_of=of, signed=data, answered=None, shown=None)(canary)


def _scored_as_signed(canary: Canary) -> Canary:
    """Score what the signature was inferred from; the model's own rows where that is not known."""
    signed = canary.logging.signed if canary.logging else None
    known = signed is not None and signed.form != "schema"
    return logged(scored=(Scored(signed),) if signed and known else ())(canary)


def whole_as(to: str) -> Edit:
    """Floats for whole numbers in what is signed, shown and scored."""

    def edit(canary: Canary) -> Canary:
        if not canary.logging:
            return canary
        known = {n: v and with_floats(v, to) for n in ("signed", "shown") if (v := getattr(canary.logging, n)) or True}
        scored = tuple(replace(one, data=with_floats(one.data, to)) for one in canary.logging.scored)
        return logged(scored=scored, **known)(canary)

    return edit


def with_floats(given: Given, to: str) -> Given:
    """A value with floats for whole numbers."""
    dtype = to if re.match(r"u?int|bool", given.dtype, re.IGNORECASE) else given.dtype
    return replace(given, dtype=dtype, parts=tuple((name, with_floats(part, to)) for name, part in given.parts))


def by_columns(canary: Canary) -> Canary:
    """Score a dict of columns with two dimensions, under a signature over the same."""
    types = {name: kind for name, kind, _ in canary.inputs}
    dtypes = {c.name: _DTYPES.get(types.get(c.name, ""), _DTYPES.get(c.kind, c.kind)) for c in canary.columns}
    parts = tuple((name, Given("array", dtype, (None, 1))) for name, dtype in dtypes.items())
    columns = Given("dict", parts=parts)
    return logged(signed=columns, shown=None, example=False, scored=(Scored(columns),))(canary)


def as_one_array(canary: Canary) -> Canary:
    """Score an array of the type that the model takes, under a signature over the same."""
    kind = canary.inputs[0][1] if canary.inputs else ""
    kinds = {c.kind for c in canary.columns}
    dtype = _DTYPES.get(kind, "float32" if "float32" in kinds or len(kinds) > 1 else min(kinds))
    array = Given("array", dtype, (None, len(canary.columns)))
    scored = tuple(Scored(array) for _ in (canary.logging.scored if canary.logging else ()))
    return logged(signed=array, shown=array, scored=scored)(canary)


def _asking_nothing(canary: Canary) -> Canary:
    """Ask the predictions for nothing by name."""
    if not canary.logging:
        return canary
    return logged(scored=tuple(replace(one, asks=(), taken="") for one in canary.logging.scored))(asking_all(canary))
