"""What a place wants of an MLflow model beside the file: its signature, and an input example."""

from __future__ import annotations

from collections.abc import Iterator

from ...knowledge import Limit
from ...model import Advice, Artifact, Case, Finding, Place, Severity, Stage, rule
from ..artifacts.reading import file_name
from .findings import basis_of, source_of

_LOGGED = Advice(
    "code",
    "Log the model with MLflow, with a signature and an input example.",
    lines=(
        "signature = infer_signature(table.head(1), answers)",
        "mlflow.onnx.log_model(onnx_model, name, signature=signature, input_example=table.head(1))",
    ),
)


@rule("The model has no signature, which a target asks for", Stage.TARGET)
def signature_for_target(case: Case[Artifact]) -> Iterator[Finding]:
    """The place reads the signature, or the input example, of an MLflow model, and this one has none.

    What happens: the place refuses the model, or somebody has to map each column to an input by hand.
    Why: signature and example are options of log_model; without them a model logs, registers and loads.
    Remedy: log the model again with both.
    Not this rule: a signature that contradicts the inputs.
    """
    made, told = case.subject, case.subject.mlmodel
    for place in case.places:
        for what, has in (("signature", told and told.signature), ("example", told and told.has_example)):
            limit = place.target.limit(what)
            if limit and (limit.value or limit.assume) and not has and not made.faults and made.model:
                yield _lacks(case, place, limit, what)


def _lacks(case: Case[Artifact], place: Place, limit: Limit, what: str) -> Finding:
    """How much it matters: what is needed blocks, what is only wanted is a warning, what is assumed a note.

    A file that is no MLflow model is used in another way; there it is a note.
    """
    folder = case.subject.mlmodel is not None
    worth = {"needed": Severity.BLOCKER, "wanted": Severity.WARNING}.get(limit.value if folder else "", Severity.NOTE)
    name, uses = file_name(case.subject), "needs" if limit.value == "needed" else "uses"
    because = "" if folder else ", since it is no MLflow model"
    why = f" ({limit.note})" if limit.note else ""
    return Finding(
        severity=worth,
        stage=Stage.TARGET,
        basis=basis_of(limit),
        subject=name,
        message=f"{name} has no {what}{because}: {place.target.title} {uses} it{why}.",
        evidence=source_of(limit),
        advice=(_LOGGED,),
    )
