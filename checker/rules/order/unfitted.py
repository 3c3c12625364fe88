"""What is converted before it is fitted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ...model import Advice, Canary, Case, Finding, Observation, Stage, rule
from ..evidence import canary_of, each
from ..models.canary_findings import canary_finding, last_words, subject_phrase


@rule("A model is converted before it is fitted", Stage.CONVERT)
def converted_unfitted(case: Case[Observation]) -> Iterator[Finding]:
    """The script converts a model that it fits nowhere before.

    What happens: "No known ways to retrieve the number of classes", "no attribute 'coef_'", NotFittedError.
    Why: the converter reads what the fit has learned. Cross-validation and searches fit copies, and leave the model
    that they are given as it was.
    Remedy: fit the model, or convert the best one of the search.
    Not this rule: models that something else may have fitted; transformers that learn nothing.
    """
    for cause in each(case, Stage.CONVERT):
        own = canary_of(case, cause.first.subject)
        if own is None or not own.unfitted:
            continue
        text = f"{subject_phrase(case, cause)} is converted before it is fitted: {last_words(cause.first)}"
        fits = Advice("code", "Fit it before.", lines=("model.fit(X, y)",), edit=_fitted)
        best = Advice("code", "Or convert what a search has fitted.", lines=("search.best_estimator_",))
        yield canary_finding(case, cause, text, ("scikit-learn",), fits, best)


def _fitted(canary: Canary) -> Canary:
    """Fit the model before."""
    return replace(canary, unfitted=False)
