"""What was measured elsewhere of the runtime that is to score a file."""

from __future__ import annotations

from collections.abc import Iterator

from ...knowledge import KnownBad
from ...model import Artifact, Basis, Case, Finding, OnnxModel, Severity, Stage, rule
from ..advice import move
from ..artifacts.reading import file_name, in_consumer


@rule("A runtime that was measured to misbehave with such a file", Stage.PARITY)
def runtime_known_bad(case: Case[Artifact]) -> Iterator[Finding]:
    """The runtime is of a release that was measured to answer wrongly, or to crash, with an operator of the file.

    What happens: what the knowledge says of the release; often no error at all, and wrong numbers.
    Why: faults of single releases; a file alone has no right answers with which its scores could be compared.
    Remedy: another release of the runtime.
    Not this rule: what is seen to fail here, and operators with which that release was measured to be right.
    """
    seen, model = case.subject.consumer, case.subject.model
    version = seen.version("onnxruntime") if seen else None
    if not (seen and model and version):
        return
    installed = {d.name: d.version for d in reversed(seen.distributions)}
    for known in case.knowledge.known_bad("onnxruntime", version):
        if known.operators and known.applies(installed) and _has(model, known):
            yield Finding(
                severity=Severity.BLOCKER if known.stage == Stage.PARITY.value else Severity.WARNING,
                stage=Stage(known.stage),
                basis=Basis.MEASURED,
                subject=file_name(case.subject),
                message=f"onnxruntime {version}, which is to score {file_name(case.subject)}: {known.what}",
                culprits=("onnxruntime",),
                evidence=(known.provenance.source,),
                references=known.references,
                advice=(move(in_consumer(case), ("onnxruntime",)),),
            )


def _has(model: OnnxModel, known: KnownBad) -> bool:
    """Whether the trouble concerns an operator of the model, with as few class labels."""
    return any(
        model.has(name) and (known.classes is None or 0 < model.labels.get(name, 0) <= known.classes)
        for name in known.operators
    )
