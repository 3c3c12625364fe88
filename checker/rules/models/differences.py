"""Results that differ for a reason that names the line of code which mends them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...knowledge.facts import within
from ...model import Advice, Basis, Canary, Case, Failure, Finding, Observation, Passed, Severity, Stage, rule
from ..advice import move
from ..evidence import Cause, canary_of, converter_of, each, library_of, says, subjects_text
from . import edits
from .canary_findings import canary_finding, subject_phrase, with_versions

# Where no release of a package differs, the advice names none: a search for versions would be in vain.

#: an encoder that takes rare categories together
_GROUPING = rf"\b(?:{'|'.join(edits.GROUPING)})=(?!None\b)"
#: letters, digits and underscores of every script, as the runtime's regular expressions name them
_TOKENS = r"[\p{L}\p{N}_]+"


def _wrong(case: Case[Observation], cause: Cause, because: str) -> str:
    """The message: what converts and runs, why its results are wrong, and what was seen."""
    runs = f"{subject_phrase(case, cause)} converts and runs with {with_versions(case, *_pair(case, cause.first))}"
    return f"{runs}, but its results are wrong: {because}; {cause.first.text}."


def _pair(case: Case[Observation], failure: Failure) -> tuple[str, str]:
    """The converter and the estimator's library."""
    return converter_of(case, failure.subject), library_of(case, failure.subject)


def _big(case: Case[Observation], cause: Cause) -> tuple[str, ...]:
    """Columns of whole numbers that a float32 cannot tell from what lies between them."""
    canary = canary_of(case, cause.first.subject)
    return tuple(c.name for c in canary.columns if edits.is_large(c)) if canary else ()


@rule("Whole numbers too large for a float", Stage.PARITY)
def numbers_too_large(case: Case[Observation]) -> Iterator[Finding]:
    """The model is trained on large whole numbers, such as ids or times, and takes other branches in ONNX.

    What happens: nothing is raised; rows get the answers of other branches of the trees.
    Why: a float32 holds every whole number up to 16 777 216 only; a threshold between two larger ones is rounded to one
    of them.
    Remedy: subtract a constant before the training, so that the numbers are small, or leave such columns out.
    Not this rule: disagreement over small numbers.
    """
    for cause in each(case, Stage.PARITY):
        if cause.first.type == "EdgeDisagreement" or not (names := _big(case, cause)):
            continue
        shown = subjects_text(names)
        pair = _pair(case, cause.first)
        text = _wrong(case, cause, f"{shown} hold whole numbers too large for a float")
        said = f"Subtract a constant from {shown} before the training, so that the numbers are small."
        advice = Advice("code", said, lines=("X = X - X.min(axis=0)",), edit=edits.near_zero)
        yield canary_finding(case, cause, text, pair, advice, move(case, pair))


@rule("Inputs declared in another order than the columns", Stage.PARITY)
def inputs_out_of_order(case: Case[Observation]) -> Iterator[Finding]:
    """The columns of a table are declared as inputs in another order than the model was fitted on.

    What happens: nothing is raised; every row is scored with its values exchanged.
    Why: a step that takes the whole table is converted over all inputs side by side, in the order of their
    declaration; the names are not compared with those of the table.
    Remedy: declare the inputs in the order of the columns.
    Not this rule: a model that chooses its columns by name.
    """
    for cause in each(case, Stage.PARITY):
        canary = canary_of(case, cause.first.subject)
        if not canary or not edits.in_another_order(canary) or _by_name(canary):
            continue
        fitted = subjects_text([c.name for c in canary.columns])
        declared = subjects_text([name for name, _, _ in canary.inputs])
        text = _wrong(case, cause, f"it was fitted on {fitted}, and its inputs are declared as {declared}")
        said = f"Declare the inputs in the order of the columns that the model was fitted on: {fitted}."
        line = "[(name, FloatTensorType([None, 1])) for name in X.columns]"
        advice = Advice("code", said, lines=(line,), edit=edits.in_order)
        yield canary_finding(case, cause, text, _pair(case, cause.first), advice)


@rule("Missing values in an input of whole numbers", Stage.PARITY)
def missing_whole_numbers(case: Case[Observation]) -> Iterator[Finding]:
    """A column with missing values is declared as an input of whole numbers.

    What happens: nothing is raised; where the value is missing, the row is scored with a very large negative number,
    which no imputer fills.
    Why: NaN is a float; an int64 has nothing like it, and numpy turns it into some number when it is cast.
    Remedy: declare the input as FloatTensorType, and feed floats.
    Not this rule: whole numbers of which none is missing.
    """
    for cause in each(case, Stage.PARITY):
        canary = canary_of(case, cause.first.subject)
        lost = edits.missing_whole_numbers(canary) if canary else ()
        if not lost:
            continue
        shown = subjects_text(lost)
        text = _wrong(case, cause, f"{shown} may be missing, and an input of whole numbers holds no missing value")
        said = f"Declare {shown} as FloatTensorType, and feed floats."
        advice = Advice("code", said, lines=("FloatTensorType([None, 1])",), edit=edits.floats_for_missing)
        yield canary_finding(case, cause, text, _pair(case, cause.first), advice)


def _by_name(canary: Canary) -> bool:
    """Whether the model itself names the columns that it takes: all of them, or those that it does not drop."""
    named = [repr(column.name) in canary.make for column in canary.columns]
    return all(named) or (any(named) and "remainder=" not in canary.make)


def _other_letters(canary: Canary) -> str:
    """A word with a letter beyond ASCII among the texts of a script's model, "" where it splits them in its own way."""
    own = any(f"{name}=" in canary.make for name in ("token_pattern", "analyzer", "tokenizer"))
    words = (word for column in canary.columns for text in column.words for word in text.split())
    return next((w for w in words if not w.isascii() and not own), "")


@rule("Words with letters that the converted tokenizer does not know", Stage.PARITY)
def letters_beyond_ascii(case: Case[Observation]) -> Iterator[Finding]:
    """The texts of the script hold letters beyond a to z, and the converted tokenizer splits words at them.

    What happens: nothing is raised; words with such letters are not counted.
    Why: skl2onnx writes [a-zA-Z0-9_]+ for the default token pattern of scikit-learn, which knows the letters of all
    languages.
    Remedy: the option tokenexp with an expression that covers the letters.
    Not this rule: texts in ASCII, and a token pattern of the script's own.
    """
    for cause in each(case, Stage.PARITY):
        canary = canary_of(case, cause.first.subject)
        vectorizer, word = edits.vectorizer_of(canary.make if canary else ""), canary and _other_letters(canary)
        if not (vectorizer and word):
            continue
        text = _wrong(case, cause, f"words such as {word} are split at letters that the converted tokenizer lacks")
        said = f"Convert with the option tokenexp, so that words such as {word} are kept whole."
        line = f"options={{{vectorizer.rpartition('.')[2]}: {{'tokenexp': r'{_TOKENS}'}}}}"
        advice = Advice("code", said, lines=(line,), edit=edits.with_option_of(vectorizer, "tokenexp", _TOKENS))
        yield canary_finding(case, cause, text, _pair(case, cause.first), advice)


def _sparse_for_xgboost(canary: Canary) -> bool:
    """Whether a model of XGBoost may be handed the sparse matrix of an encoder."""
    dense = "sparse_output=False" in canary.make or "sparse=False" in canary.make
    return "OneHotEncoder(" in canary.make and "xgboost." in canary.make and not dense


@rule("Zeros that are missing values in training only", Stage.PARITY)
def absent_or_zero(case: Case[Observation]) -> Iterator[Finding]:
    """XGBoost is trained on a sparse matrix, whose absent entries it takes for missing values.

    What happens: nothing is raised; rows get the answers of other branches of the trees.
    Why: a OneHotEncoder makes a sparse matrix, and XGBoost learns a branch for what is not in it; the converted
    pipeline is dense, and its zeros are zeros.
    Remedy: let the encoder make a dense matrix, so that the training sees zeros too.
    Not this rule: an encoder that already makes a dense matrix.
    """
    old = within(case.subject.version("scikit-learn") or "", "<1.2")
    name = "sparse" if old else "sparse_output"
    for cause in each(case, Stage.PARITY):
        canary = canary_of(case, cause.first.subject)
        if not canary or not _sparse_for_xgboost(canary):
            continue
        text = _wrong(case, cause, "XGBoost takes the zeros of the sparse one-hot matrix for missing values")
        line = f"OneHotEncoder(..., {name}=False)"
        advice = Advice(
            "code",
            f"Train on a dense matrix: {line}.",
            lines=(line,),
            edit=edits.with_argument("OneHotEncoder", name, False),
        )
        yield canary_finding(case, cause, text, (_pair(case, cause.first)[0], "xgboost"), advice)


@rule("Labels that are taken from equal probabilities", Stage.PARITY)
def label_from_ties(case: Case[Observation]) -> Iterator[Finding]:
    """Several classes have the same probability, and the converted model takes the first of them.

    What happens: nothing is raised; probabilities agree, and labels do not.
    Why: scikit-learn takes the class with the highest score; clipped probabilities, as those of the loss
    modified_huber, can be equal where the scores are not, and the converted model takes the class from them.
    Remedy: a loss whose probabilities are not clipped, such as log_loss.
    Not this rule: labels that differ where the scores are equal too.
    """
    for cause in each(case, Stage.PARITY):
        canary = canary_of(case, cause.first.subject)
        if not canary or not cause.first.facts.get("tied_flips"):
            continue
        text = _wrong(case, cause, "it takes the label from probabilities, where several classes have the same")
        old = within(case.subject.version("scikit-learn") or "", "<1.1")
        advice = Advice("code", "Use a loss whose probabilities are not clipped.")
        if "loss='modified_huber'" in canary.make:
            line = f"loss={'log' if old else 'log_loss'!r}"
            edit = edits.with_argument("SGDClassifier", "loss", "log" if old else "log_loss")
            advice = Advice(
                "code", f"Use a loss whose probabilities are not clipped: {line}.", lines=(line,), edit=edit
            )
        yield canary_finding(case, cause, text, _pair(case, cause.first), advice)


@rule("Rare categories that are not taken together", Stage.PARITY)
def rare_categories(case: Case[Observation]) -> Iterator[Finding]:
    """An encoder takes rare categories together, and the converted one does not.

    What happens: columns or codes differ from scikit-learn's, or "Unknown Category and zeros = 0" when it is run.
    Why: the converter reads the encoder's categories, and not which of them min_frequency or max_categories group.
    Remedy: a newer converter, or one category for all rare ones before the encoder.
    Not this rule: an encoder that groups nothing.
    """
    for cause in each(case, Stage.RUN, Stage.PARITY):
        canary = canary_of(case, cause.first.subject)
        if not canary or not re.search(_GROUPING, canary.make):
            continue
        if cause.first.stage is Stage.RUN and not says(cause.first, "Unknown Category"):
            continue
        pair = _pair(case, cause.first)
        why = "the rare categories of the encoder are not taken together"
        text = _wrong(case, cause, why) if cause.first.stage is Stage.PARITY else ""
        text = text or f"{with_versions(case, *pair)} convert {subject_phrase(case, cause)}, but {why}."
        said = "Make one category of all rare ones before the encoder, and let the encoder group nothing."
        lines = ("OneHotEncoder(handle_unknown='ignore')",) if "OneHotEncoder(" in canary.make else ()
        advice = Advice("code", said, lines=lines, edit=edits.ungrouped)
        yield canary_finding(case, cause, text, pair, move(case, pair), advice)


@rule("Raw scores asked of a pipeline as a whole", Stage.PARITY)
def scores_of_pipeline(case: Case[Observation]) -> Iterator[Finding]:
    """The option raw_scores is given for the whole pipeline, and the model answers with probabilities.

    What happens: nothing is raised; where scores are expected, there are probabilities.
    Why: raw scores are an option of the classifier, which is a step of the pipeline; an option of the pipeline itself
    does not reach it.
    Remedy: give the option to the classifier, by its id, or by the name of its step.
    Not this rule: the option of a classifier that is converted alone, or of the step.
    """
    for outcome in case.subject.outcomes:
        canary = canary_of(case, outcome.subject) if isinstance(outcome, Passed) else None
        if canary is None or outcome.facts.get("ignored") != "raw_scores":
            continue
        said = "Give the option to the step that is the classifier, with the name of that step in front."
        yield Finding(
            Severity.WARNING,
            Stage.PARITY,
            Basis.SEEN,
            outcome.subject,
            f"{outcome.subject} is converted with raw_scores for the whole pipeline, and answers with probabilities.",
            culprits=(converter_of(case, outcome.subject),),
            evidence=(canary.where,) if canary.where else (),
            advice=(Advice("code", said, lines=("options={'clf__raw_scores': True}",)),),
        )
