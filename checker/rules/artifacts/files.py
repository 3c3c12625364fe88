"""What is wrong with a file or folder itself, wherever it is used."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from ...model import Advice, Artifact, Basis, Case, Fault, Finding, Severity, Stage, rule


@rule("The file is not what it should be", Stage.LOAD)
def broken_file(case: Case[Artifact]) -> Iterator[Finding]:
    """What lies there is no whole model, so that nothing can load it.

    What happens: a runtime says "Protobuf parsing failed", "invalid load key" or the like, which names no cause.
    Why: the file was cut, it is empty, a pointer of git-lfs, a web page or an archive, or it was changed on its way.
    Remedy: fetch or copy the file itself; save the model again where that does not help.
    Not this rule: a whole model that a certain place does not take.
    """
    for fault in case.subject.faults:
        yield Finding(
            severity=Severity.BLOCKER,
            stage=Stage.LOAD,
            basis=Basis.SEEN,
            subject=PurePath(case.subject.path).name,
            message=fault.text,
            advice=tuple(_advice(fault)),
        )


def _advice(fault: Fault) -> Iterator[Advice]:
    for number, text in enumerate(fault.advice):
        yield Advice("action", text, lines=fault.lines if not number else ())
