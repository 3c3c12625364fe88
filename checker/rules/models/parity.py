"""Models that run and answer something else than scikit-learn."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from ...model import Advice, Basis, Case, Failure, Finding, Observation, Passed, Severity, Stage, rule
from ..advice import move
from ..evidence import beside_of, canary_of, converter_of, each, library_of, unique, versions
from .canary_findings import canary_finding, severity, subject_phrase


def _blame(case: Case[Observation], failure: Failure) -> tuple[str, ...]:
    """Who is likely wrong: the runtime where the third opinion sides with scikit-learn, else the converter."""
    converter, library = converter_of(case, failure.subject), library_of(case, failure.subject)
    if failure.facts.get("third_opinion") == "scikit-learn" or _known(case, failure):
        return ("onnxruntime", converter)
    pair = unique((converter, *beside_of(case, failure.subject), library))
    return pair if failure.facts.get("third_opinion") else (*pair, "onnxruntime")


def _known(case: Case[Observation], failure: Failure) -> tuple[str, ...]:
    """References to what is known of this onnxruntime at parity, for the estimators concerned."""
    version = case.subject.version("onnxruntime")
    known = case.knowledge.known_bad("onnxruntime", version) if version else ()
    canary = canary_of(case, failure.subject)
    text = f"{failure.subject} {canary.make if canary else ''}"
    return tuple(
        r
        for b in known
        if b.stage == "parity" and any(re.search(rf"\b{s}", text) for s in b.subjects)
        for r in b.references
    )


@rule("The ONNX model gives wrong results", Stage.PARITY)
def silent_disagreement(case: Case[Observation]) -> Iterator[Finding]:
    """The model converts and runs, and answers something else than scikit-learn.

    What happens: nothing is raised; probabilities, values or labels are wrong.
    Why: the converter implements another release's formula or leaves an option out, or the runtime's kernel is
    faulty.
    Remedy: a converter that knows this scikit-learn, another runtime, or another option; never train on trust.
    Not this rule: differences within the precision of the inputs, and values one unit in the last place from a tree's
    threshold.
    """
    for cause in each(case, Stage.PARITY):
        if cause.first.type == "EdgeDisagreement":
            continue
        first = next((f for f in cause.failures if canary_of(case, f.subject)), cause.first)
        opinions = {
            "scikit-learn": " onnx's reference evaluator agrees with scikit-learn.",
            "runtime": " onnx's reference evaluator agrees with the runtime.",
        }
        names = _blame(case, first)
        runs = f"{subject_phrase(case, cause)} converts and runs with {versions(case.subject, names[:2])}"
        text = (
            f"{runs}, but its results are wrong: {first.text}.{opinions.get(str(first.facts.get('third_opinion')), '')}"
        )
        other = Advice("code", "Use another estimator or option: this one is not converted correctly.")
        finding = canary_finding(case, cause, text, names, move(case, names), other)
        yield replace(finding, references=unique(finding.references + _known(case, first)))


@rule("Values exactly on a tree's threshold can differ", Stage.PARITY)
def edge_disagreement(case: Case[Observation]) -> Iterator[Finding]:
    """The model and scikit-learn disagree only on values within one unit in the last place of a tree's threshold.

    What happens: rows that sit exactly on a split take the other branch.
    Why: thresholds are doubles in scikit-learn and floats in the model.
    Remedy: none is needed for measured data; train on float32 data to keep both the same.
    Not this rule: any disagreement on ordinary rows.
    """
    for cause in each(case, Stage.PARITY):
        if cause.first.type == "EdgeDisagreement":
            worth = Severity.WARNING if severity(case, cause) is Severity.BLOCKER and case.script else Severity.NOTE
            text, names = (
                f"{subject_phrase(case, cause)}: {cause.first.text}",
                (converter_of(case, cause.first.subject),),
            )
            advice = Advice("code", "Train on float32 data.", lines=("x.astype(np.float32)",))
            yield canary_finding(case, cause, text, names, advice, worth=worth)


@rule("Rows unlike those of the script get other answers", Stage.PARITY)
def beyond_the_rows(case: Case[Observation]) -> Iterator[Finding]:
    """The ONNX model agrees on the script's own rows, and differs on rows with what none of them has.

    What happens: nothing is raised; a row with a missing value or an empty text, where the training had none, gets
    another answer.
    Why: many estimators take missing values by themselves, and their converters do not always write how.
    Remedy: keep such rows away from the model, or fill their gaps in a first step of the pipeline.
    Not this rule: missing values, categories and texts that the script's own data or encoders allow for.
    """
    for outcome in case.subject.outcomes:
        beyond = outcome.facts.get("beyond") if isinstance(outcome, Passed) and outcome.stage is Stage.PARITY else ""
        if not beyond:
            continue
        text = f"{outcome.subject} agrees on the rows of the script, and not on others: {beyond}."
        advice = Advice("code", "Fill such values in a first step of the pipeline, or let none come to the model.")
        names = (converter_of(case, outcome.subject),)
        yield Finding(Severity.NOTE, Stage.PARITY, Basis.SEEN, outcome.subject, text, culprits=names, advice=(advice,))
