"""The verdict on a model of a script, by what was measured of the canaries that speak for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ...model import Basis, Stage
from ..measured import Question, Signature, Verdict

#: the measured model that stands for the imports that all models need
IMPORTS = "LogisticRegression-binary"


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
    #: where no more is known: a canary that shares an estimator, or several that share only its kind; where it fails,
    #: or all of them do, the model probably does so too
    hints: tuple[tuple[str, ...], ...] = ()


def judge(question: Question, found: Match, name: str) -> Verdict:
    """The verdict on a model of a script: what its rows say together, and no more."""
    verdicts = [question.verdict(row) for row in found.rows]
    failed = [v for v in verdicts if v.stage and v.stage.order <= found.until.order]
    if failed:
        told = min(failed, key=lambda v: v.stage.order if v.stage else 0)
    elif not found.rows or found.until is not Stage.PARITY:
        return _probably(question, found, name)
    else:
        told = next((v for v in sorted(verdicts, key=lambda v: not v.likely) if not v.works), verdicts[-1])
        told = next((v for v in verdicts if v.basis is Basis.INFERRED), told) if told.works else told
    weaker = Basis.INFERRED if told.basis and not found.same else told.basis
    return replace(told, canary=name, basis=weaker)


def _probably(question: Question, found: Match, name: str) -> Verdict:
    """Unknown; with how it probably fails, where hints or the imports that all models need say so."""
    for hint in (*found.hints, (IMPORTS,)):
        verdicts = [question.verdict(row) for row in hint]
        failed = [signature for v in verdicts if (signature := v.signature or v.likely)]
        if failed and len(failed) == len(verdicts) and _speaks(failed, found, hint):
            return Verdict(name, cells=verdicts[0].cells, why=found.why, likely=failed[0])
    return Verdict(name, why=found.why)


def _speaks(failed: Sequence[Signature], found: Match, hint: Sequence[str]) -> bool:
    """Whether failures of these canaries are to be expected of a model that only shares something with them."""
    stages = {signature.stage for signature in failed}
    if stages == {Stage.IMPORT}:
        return True
    if len(stages) > 1 or hint == (IMPORTS,):
        return False
    if len(hint) > 1:  # by parameters and inputs what comes after it differs too often
        return stages <= {Stage.FIT, Stage.CONVERT}
    return found.until is Stage.PARITY or stages != {Stage.LOAD}  # an opset may be chosen for the runtime
