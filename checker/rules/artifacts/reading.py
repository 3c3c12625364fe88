"""What all rules over artifacts ask of one, and say of it."""

from __future__ import annotations

from pathlib import PurePath

from ...model import Advice, Artifact, Basis, Case, Failure, Finding, Observation, Severity
from ..evidence import quote


def file_name(artifact: Artifact) -> str:
    """The file's or folder's own name, under which its steps are told."""
    return PurePath(artifact.path).name


def count(number: int, what: str) -> str:
    """`1 tensor`, `3 tensors`."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def in_consumer(case: Case[Artifact]) -> Case[Observation]:
    """The same case, about the environment that is to use the artifact; an empty one where none is named."""
    return Case(case.subject.consumer or Observation("", "", "", {}), case.script, case.knowledge)


def seen_failing(
    failure: Failure,
    message: str,
    culprits: tuple[str, ...],
    *advice: Advice,
    severity: Severity = Severity.BLOCKER,
) -> Finding:
    """A finding about a step that failed in the consumer."""
    return Finding(
        severity=severity,
        stage=failure.stage,
        basis=Basis.SEEN,
        subject=failure.subject,
        message=message,
        culprits=culprits,
        evidence=quote(failure),
        advice=advice,
        explains=(failure.step,),
    )
