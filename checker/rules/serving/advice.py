"""What to write so that a served model takes what is scored, and what that changes in a model of the script."""

from __future__ import annotations

import re
from dataclasses import replace

from ...model import Advice, Canary, Case, Given, Observation, Scored
from ..evidence import Cause, says
from ..models.edits import Edit, asking_all, logged

#: what holds the values of an input type, and of a kind of columns that is no dtype
_DTYPES = {
    "FloatTensorType": "float32",
    "DoubleTensorType": "float64",
    "Int64TensorType": "int64",
    "label": "int64",
    **dict.fromkeys(("StringTensorType", "string", "text"), "object"),
    **dict.fromkeys(("positive", "counts", "category"), "float32"),
}


def other_signature(cause: Cause) -> tuple[Advice, ...]:
    """Advice to infer the signature from what is scored, or to score what the signature says."""
    if says(cause.first, r"Invalid parameters found"):
        return _other_parameters()
    line = "signature=infer_signature(x)"
    if says(cause.first, r"Model is missing inputs|Model input is missing"):
        text = "Infer the signature from the columns that are scored."
    elif says(cause.first, r"to (?:type )?int|integer|Int\d|int\d+"):
        return (
            floats("float64"),
            _signed_as_scored("Or infer the signature from what is scored.", line),
            one_array("Or"),
        )
    else:
        text = "Infer the signature from data of the form and type that will be scored."
    lines = ("predict(x[names].astype(types))",)
    other = Advice("code", "Or score what the signature says.", lines=lines, edit=_scored_as_signed)
    return _signed_as_scored(text, line), other, one_array("Or")


def _other_parameters() -> tuple[Advice, ...]:
    """Advice on parameters of another type than the defaults in the signature have."""
    text = "Hand over parameters of the types that their defaults in the signature have."
    line = "signature=infer_signature(x, params=params)"
    return (
        Advice("code", text, lines=("predict(x, params=params)",), edit=_without_parameters),
        _signed_as_scored("Or infer the signature with parameters like those that are handed over.", line),
    )


def _signed_as_scored(text: str, line: str) -> Advice:
    return Advice("code", text, lines=(line,), edit=signed_as_scored)


def one_array(also: str = "") -> Advice:
    """Advice to score arrays in place of tables."""
    lines = ("signature=infer_signature(x.to_numpy())", "predict(x.to_numpy())")
    said = f"{also} hand over an array, and infer the signature from one.".strip()
    return Advice("code", said[:1].upper() + said[1:], lines=lines, edit=as_one_array)


def floats(to: str) -> Advice:
    """Advice to make floats of whole numbers, on both sides of the signature."""
    text = "Make floats of whole numbers before the signature is inferred, and before scoring."
    lines = (f"signature=infer_signature(x.astype({to!r}))", f"predict(rows.astype({to!r}))")
    return Advice("code", text, lines=lines, edit=whole_as(to))


def as_own_rows() -> Advice:
    """Advice to score rows as the model was fitted on them."""
    text = "Hand over the rows in the form and with the types with which the model was converted."
    return Advice(
        "code", text, lines=("predict(x.astype('float32'))",), edit=logged(scored=(), signed=None, shown=None)
    )


def numbers_alone() -> Advice:
    """Advice to keep texts and times from a model of numbers."""
    text = "Hand over numbers alone: make numbers of times and texts, or leave these columns out."
    return replace(as_own_rows(), text=text, lines=("predict(rows.select_dtypes('number').astype('float32'))",))


def evaluated(cause: Cause) -> tuple[Advice, ...]:
    """Advice on an evaluation that does not fit its data or its model."""
    if says(cause.first, r"specified targets column"):
        text, line = "Name a column of the data.", 'mlflow.evaluate(address, data, targets="label", ...)'
    elif says(cause.first, r"[Oo]utput column name|multi-output|number of dimensions"):
        text = "Evaluate a model with one output, or say which output is the prediction."
        line = 'mlflow.evaluate(address, data, targets="label", predictions="output_label", ...)'
    elif says(cause.first, r"evaluator_config"):
        text, line = "Give each evaluator its own settings.", 'evaluator_config={"default": {...}}'
    else:
        text = "Evaluate predictions that the script makes itself, as a column of the data."
        line = 'mlflow.evaluate(data=data.assign(predicted=labels), predictions="predicted", targets="label", ...)'
    return (Advice("code", text, lines=(line,), edit=_not_evaluated),)


def by_columns_advice(case: Case[Observation], cause: Cause) -> tuple[Advice, ...]:
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


def _without_parameters(canary: Canary) -> Canary:
    """Score without parameters."""
    scored = tuple(replace(one, params=None) for one in canary.logging.scored) if canary.logging else ()
    return logged(scored=scored)(canary)


def _not_evaluated(canary: Canary) -> Canary:
    """Score the rows, and evaluate nothing."""
    scored = tuple(one for one in canary.logging.scored if not one.by) if canary.logging else ()
    return logged(scored=scored)(canary)


def asking_nothing(canary: Canary) -> Canary:
    """Ask the predictions for nothing by name."""
    if not canary.logging:
        return canary
    return logged(scored=tuple(replace(one, asks=(), taken="") for one in canary.logging.scored))(asking_all(canary))
