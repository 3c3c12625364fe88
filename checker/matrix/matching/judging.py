"""The verdict on a model of a script, by what was measured of the canaries that speak for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ...model import Basis, Stage
from ..measured import Question, Signature, Verdict

#: the measured model that tells of the imports that all models need
IMPORTS = "LogisticRegression-binary"


#: the stages at which a model fails by what it is, more than by its numbers
BY_KIND = frozenset(Stage) - {Stage.RUN, Stage.PARITY}


@dataclass(frozen=True)
class Hint:
    """Canaries that share something with a model: where all that were measured fail, it probably does so too."""

    canaries: tuple[str, ...]
    #: failures of these stages tell; of others they differ too often
    stages: frozenset[Stage] = BY_KIND
    #: how many must have been measured
    least: int = 1


@dataclass(frozen=True)
class Match:
    """The canaries that speak for a model, and how far."""

    #: all of them must work for it to work
    rows: tuple[str, ...] = ()
    #: whether one of them is just such a model; else what follows is at most inferred
    same: bool = False
    #: the last stage of which they speak
    until: Stage = Stage.PARITY
    #: why nothing, or no more, speaks for it
    why: str = ""
    #: where no more is known: what shares an estimator with it, the nearest first
    hints: tuple[Hint, ...] = ()
    #: canaries that speak for it too, but only up to the fit: it is not converted
    fitted: tuple[str, ...] = ()


def judge(question: Question, found: Match, name: str) -> Verdict:
    """The verdict on a model of a script: what its rows say together, and no more."""
    fits = (_fits(question.verdict(row)) for row in found.fitted)
    verdicts = [*fits, *(question.verdict(row) for row in found.rows)]
    failed = [v for v in verdicts if v.stage and v.stage.order <= found.until.order]
    if failed:
        told = min(failed, key=lambda v: v.stage.order if v.stage else 0)
    elif not verdicts or found.until is not Stage.PARITY:
        return _probably(question, found, name)
    else:
        told = next((v for v in sorted(verdicts, key=lambda v: not v.likely) if not v.works), verdicts[-1])
        told = next((v for v in verdicts if v.basis is Basis.INFERRED), told) if told.works else told
    if told.basis and not found.same and told.stage is not Stage.IMPORT:  # which no model makes a difference to
        told = replace(told, basis=Basis.INFERRED)
    return replace(told, canary=name)


def _fits(told: Verdict) -> Verdict:
    """A verdict as far as the fit: what fails after it fits."""
    later = told.failure and told.failure.stage.order > Stage.FIT.order
    return replace(told, works=told.works is False or None, signature=None, likely=None) if later else told


def _probably(question: Question, found: Match, name: str) -> Verdict:
    """What the imports that all models need come to; else unknown, with how it probably fails where hints say so."""
    told = imports(question)
    if told.failure:
        return replace(told, canary=name)
    for hint in found.hints:
        verdicts = [v for row in hint.canaries if (v := question.verdict(row)).works or v.failure]
        failed = [signature for v in verdicts if (signature := v.failure)]
        if len(failed) == len(verdicts) >= hint.least and _speaks(failed, hint, found):
            return Verdict(name, cells=verdicts[0].cells, why=found.why, likely=failed[0])
    return Verdict(name, why=found.why)


def imports(question: Question) -> Verdict:
    """How the imports that all models need fail, or probably fail; else unknown."""
    told = question.verdict(IMPORTS)
    fails = told.failure and told.failure.stage is Stage.IMPORT
    return told if fails else Verdict(IMPORTS, why=told.why)


def _speaks(failed: Sequence[Signature], hint: Hint, found: Match) -> bool:
    """Whether failures of these canaries are to be expected of a model that only shares something with them."""
    stages = {signature.stage for signature in failed}
    if stages == {Stage.LOAD} and found.until is not Stage.PARITY:
        return False  # an opset may be chosen for the runtime
    return len(stages) == 1 and stages <= hint.stages
