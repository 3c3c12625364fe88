"""Folders of MLflow's models, loaded and scored where they are to be used: what was seen to fail."""

from __future__ import annotations

from collections.abc import Iterator

from ...knowledge.facts import within
from ...model import Advice, Artifact, Case, Failure, Finding, Passed, Severity, Stage, rule
from ..evidence import first_words, involved, says, subjects_text
from .mlmodel import folder
from .pickled_findings import here, pickled_finding, pin
from .reading import file_name, seen_failing

#: how rows are taken that are refused as a table
_HOW = {"array": "a plain array", "dictionary": "a dictionary of arrays"}
_SCORES = {
    "array": 'model.predict(table.to_numpy(dtype="float32"))',
    "dictionary": "model.predict({name: table[[name]].to_numpy() for name in table})",
}
_RANK = r"Invalid rank for input|Input must be a list of dictionaries or a single numpy array"


@rule("MLflow does not know how the model was written", Stage.LOAD)
def written_by_newer_mlflow(case: Case[Artifact]) -> Iterator[Finding]:
    """The model's file is in a format that the consumer's MLflow has not learnt yet.

    What happens: UnpicklingError: invalid load key, 'P'; or: Unrecognized serialization format.
    Why: newer releases of MLflow write models of scikit-learn with skops, unless they are told otherwise.
    Remedy: the MLflow that wrote it, or serialization_format="cloudpickle" where it is logged.
    Not this rule: a format whose library is missing.
    """
    for failure in _own(case, Stage.LOAD):
        if failure.type == "FormatUnknown":
            version, by = here(case).version("mlflow"), case.subject.producer
            said = f"{failure.subject} was written by {by} in a format that mlflow {version} does not know"
            line = 'mlflow.sklearn.log_model(model, name=..., serialization_format="cloudpickle")'
            again = Advice("code", "Log it in the format that both know.", lines=(line,))
            newer = pin("mlflow", f">{version}", f"Move mlflow to a release newer than {version}.")
            yield seen_failing(failure, f"{said}: {failure.text}.", ("mlflow",), again, newer)


@rule("The input example is refused", Stage.RUN)
def example_refused(case: Case[Artifact]) -> Iterator[Finding]:
    """The folder's own input example does not fit its own signature, as the consumer's MLflow enforces it.

    What happens: MlflowException: Failed to enforce schema; Incompatible input types.
    Why: the example was converted, or the signature inferred from other rows; JSON has no float32 and no integers
    with missing values; releases of MLflow enforce more or less.
    Remedy: infer the signature from the very rows that are scored, and give these as the example.
    Not this rule: an example that fits and that the model refuses.
    """
    for failure in _own(case, Stage.RUN):
        if failure.type == "ExampleRefused":
            said = (
                f"The input example of {failure.subject} does not fit its signature: {first_words(failure.text, 200)}."
            )
            line = "mlflow.onnx.log_model(model, name=..., signature=infer_signature(rows), input_example=rows)"
            again = Advice("code", "Take signature and example from the same rows.", lines=(line,))
            yield seen_failing(failure, said, ("mlflow",), again)


@rule("The input example cannot be read", Stage.RUN)
def example_not_read(case: Case[Artifact]) -> Iterator[Finding]:
    """The consumer's MLflow does not read the example that lies in the folder; the model itself is scored without it.

    What happens: 'list' object has no attribute 'keys'; KeyError; only where the example is asked for.
    Why: releases of MLflow write examples in other forms, and older ones do not know the newer.
    Remedy: the MLflow that wrote it, where the example is needed.
    Not this rule: an example that is read and does not fit the signature.
    """
    for outcome in case.subject.outcomes if case.subject.mlmodel else ():
        unread = str(outcome.facts.get("unread") or "") if isinstance(outcome, Passed) else ""
        if unread:
            version = here(case).version("mlflow")
            said = f"mlflow {version} does not read the input example of {outcome.subject}: {first_words(unread, 200)}"
            newer = pin("mlflow", "", "Read it with the MLflow that wrote it, or a newer one.")
            yield pickled_finding(
                case, f"{said}.", ("mlflow",), newer, stage=Stage.RUN, severity=Severity.NOTE, explains=False
            )


@rule("MLflow feeds each column with one dimension", Stage.RUN)
def columns_fed_flat(case: Case[Artifact]) -> Iterator[Finding]:
    """The model has an input a column, of two dimensions each, and MLflow feeds a table's columns as they are: flat.

    What happens: Invalid rank for input: X Got: 1 Expected: 2; or: Input must be a list of dictionaries.
    Why: mlflow.pyfunc hands data[name].values to each input where there are several. A SQL pool's PREDICT wants just
    such a model, so that one file cannot serve both.
    Remedy: one input with all columns for pyfunc; or a signature of named tensors, and dictionaries of arrays.
    Not this rule: a model with one input.
    """
    for failure in _own(case, Stage.RUN):
        if says(failure, _RANK) and case.subject.model and len(case.subject.model.inputs) > 1:
            said = (
                f"{failure.subject} has {len(case.subject.model.inputs)} inputs of two dimensions, and mlflow.pyfunc "
            )
            said += "feeds each column of a table as one: it cannot be scored with a table."
            line = 'initial_types=[("X", FloatTensorType([None, n]))]'
            one = Advice("code", "Convert with one input for all columns, where it is scored by pyfunc.", lines=(line,))
            line = "model.predict({name: table[[name]].to_numpy() for name in table})"
            named = Advice("code", "Or sign it with named tensors, and score dictionaries of arrays.", lines=(line,))
            yield seen_failing(failure, said, (), one, named)


@rule("The consumer's MLflow does not load the model", Stage.LOAD, generic=True)
def folder_not_loaded(case: Case[Artifact]) -> Iterator[Finding]:
    """Reading the MLmodel file, or loading a model that runs no one's code, fails in the consumer.

    What happens: an exception of MLflow's or of the flavour's library.
    Why: the folder was written by another release, or something that it needs is missing or does not fit.
    Remedy: the releases that the folder's requirements ask for.
    Not this rule: every mechanism that has its own.
    """
    for failure in _own(case, Stage.LOAD):
        version = here(case).version("mlflow")
        said = f"{failure.subject} is not loaded by MLflow {version}: {first_words(failure.text, 200)}."
        yield seen_failing(failure, said, _blamed(case, failure), *(_as_required(case, failure) or (_APART,)))


@rule("The model does not score what it says it takes", Stage.RUN, generic=True)
def folder_not_scored(case: Case[Artifact]) -> Iterator[Finding]:
    """The model loads, and fails at its own example, or at rows of its own signature.

    What happens: an exception when predict is called.
    Why: signature, example and the model's inputs were not made of the same rows, or runtime and libraries do not fit.
    Remedy: log it again with a signature that tells what the model takes.
    Not this rule: rows that are fed flat; an example that the signature refuses.
    """
    for failure in _own(case, Stage.RUN):
        fed = "its own input example" if failure.facts.get("fed") == "example" else "rows of its own signature"
        how = str(failure.facts.get("otherwise") or "")
        said = f"{failure.subject} loads, and predict fails at {fed}: {first_words(failure.text, 200)}"
        if how:
            said += f"; as {_HOW.get(how, how)} the same rows are taken"
        line = "signature=infer_signature(rows, predictions), input_example=rows"
        again = Advice("code", "Log it again with signature and example of the rows that are scored.", lines=(line,))
        if how:
            again = Advice("code", f"Score it with {_HOW.get(how, how)}.", lines=(_SCORES.get(how, ""),))
        severity = Severity.WARNING if how else Severity.BLOCKER
        advice = (again, *_as_required(case, failure))
        yield seen_failing(failure, f"{said}.", _blamed(case, failure), *advice, severity=severity)


def _own(case: Case[Artifact], stage: Stage) -> Iterator[Failure]:
    found = case.subject.failures(stage) if case.subject.mlmodel else ()
    return (f for f in found if f.subject == file_name(case.subject))


#: what helps where nobody knows better
_APART = Advice("action", "Install what the folder's requirements.txt asks for, in an environment of its own.")


def _blamed(case: Case[Artifact], failure: Failure) -> tuple[str, ...]:
    if says(failure, r"_ARRAY_API|numpy\.core\.multiarray failed"):
        return ("numpy", "onnxruntime")
    return tuple(involved(here(case), failure)[:2])


def _as_required(case: Case[Artifact], failure: Failure) -> tuple[Advice, ...]:
    """What the folder's requirements ask for of those that are blamed, and is not so."""
    for model in folder(case):
        wanted = [(name, model.pinned(name)) for name in _blamed(case, failure)]
        others = [r for name, r in wanted if r and not within(here(case).version(name) or "", r[len(name) :])]
        if others:
            line = f"{here(case).executable or 'python'} -m pip install {' '.join(repr(w) for w in others)}"
            return (Advice("action", f"Install what the folder asks for: {subjects_text(others)}.", lines=(line,)),)
    return ()
