"""A folder's signature against the inputs of the ONNX model in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Advice, Artifact, Basis, Case, Finding, OnnxModel, Severity, Stage, rule
from ..evidence import passed, subjects_text
from .pickled_findings import pickled_finding
from .reading import file_name

if TYPE_CHECKING:
    from ...model.forms.mlmodel import MlModel, ModelSignature

#: type of a column or tensor -> the elements of an ONNX input that it can be fed to, as MLflow casts
FITS = {
    "double": ("double", "float"), "float64": ("double", "float"), "float": ("float",), "float32": ("float",),
    "long": ("int64",), "int64": ("int64",), "integer": ("int32", "int64"), "int32": ("int32",),
    "boolean": ("bool",), "bool": ("bool",), "string": ("string",), "str": ("string",), "object": ("string",),
}  # fmt: skip
_LINE = "mlflow.onnx.log_model(model, name=..., signature=infer_signature(rows), input_example=rows)"


@rule("Signature and ONNX inputs contradict each other", Stage.RUN)
def signature_against_inputs(case: Case[Artifact]) -> Iterator[Finding]:
    """The names, types, number or shapes in the folder's signature are not those of the model's inputs.

    What happens: MLflow lets rows of the signature through, and the runtime refuses them; or a wizard maps wrongly.
    Why: the signature was written by hand, or inferred from other rows than those that the model was converted for.
    Remedy: infer the signature from rows as the model is fed.
    Not this rule: what was scored with rows of the signature and works.
    """
    artifact = case.subject
    if not (artifact.mlmodel and artifact.model and artifact.mlmodel.signature):
        return
    works = artifact.consumer is not None and passed(case, Stage.RUN, file_name(artifact))
    wrong = () if works else tuple(contradictions(artifact.mlmodel.signature, artifact.model))
    if wrong:
        said = (
            f"The signature of {file_name(artifact)} and its ONNX inputs contradict each other: {'; '.join(wrong[:3])}."
        )
        again = Advice("code", "Log it again with a signature of rows as the model is fed.", lines=(_LINE,))
        fails = any(f.subject == file_name(artifact) for f in artifact.failures(Stage.RUN))
        severity = Severity.BLOCKER if fails else Severity.WARNING
        yield pickled_finding(
            case, said, (), again, stage=Stage.RUN, severity=severity, evidence=wrong[:6], explains=fails
        )


def contradictions(signature: ModelSignature, model: OnnxModel) -> Iterator[str]:
    """What does not fit, a clause each, with both sides."""
    inputs, columns = model.inputs, signature.inputs
    if not columns or not inputs:
        return
    if len(inputs) == 1 and not signature.tensors:
        size = inputs[0].shape[1] if inputs[0].shape and len(inputs[0].shape) > 1 else None
        if isinstance(size, int) and size > 0 and size != len(columns):
            yield f"it tells {len(columns)} columns, and the input {inputs[0].name} takes {size}"
        odd = [c.name for c in columns if (c.kind == "string") != (inputs[0].element == "string")]
        if odd and inputs[0].element:
            yield f"the input {inputs[0].name} holds {inputs[0].element}, which {subjects_text(odd)} does not"
        return
    known = {i.name: i for i in inputs}
    lost = [i.name for i in inputs if i.name not in {c.name for c in columns}]
    if lost and not (len(inputs) == 1 and len(columns) == 1 and not columns[0].name):
        yield f"it does not name the input {subjects_text(lost)}"
    more = [c.name for c in columns if c.name and c.name not in known]
    if more:
        yield f"the model has no input {subjects_text(more)}"
    for column in columns:
        found = known.get(column.name) or (inputs[0] if len(inputs) == 1 and not column.name else None)
        if found and found.element and column.kind in FITS and found.element not in FITS[column.kind]:
            yield f"{column.name or found.name} is {column.kind} there, and {found.element} in the model"


@rule("The model has no signature", Stage.REGISTER)
def no_signature(case: Case[Artifact]) -> Iterator[Finding]:
    """The folder tells nothing about what the model takes.

    What happens: MLflow checks nothing and lets everything through; wizards and registries map columns by hand.
    Why: log_model was called without signature= and without an input example.
    Remedy: log it with signature=infer_signature(rows).
    Not this rule: a signature that contradicts the model.
    """
    artifact = case.subject
    if artifact.mlmodel and artifact.mlmodel.flavors and not artifact.mlmodel.signature and not artifact.faults:
        yield _note(case, f"{file_name(artifact)} has no signature: nothing is checked before it scores.")


@rule("The input example is not there", Stage.REGISTER)
def example_not_there(case: Case[Artifact]) -> Iterator[Finding]:
    """The MLmodel file names an input example that does not lie in the folder.

    What happens: FileNotFoundError when it is read; serving pages show none.
    Why: the folder was copied in part.
    Remedy: copy the whole folder.
    Not this rule: a model that was logged without one.
    """
    model: MlModel | None = case.subject.mlmodel
    if model and model.example and not model.has_example:
        said = f"{file_name(case.subject)} names {model.example} as its input example, which is not there."
        yield _note(case, said, Severity.WARNING)


def _note(case: Case[Artifact], said: str, severity: Severity = Severity.NOTE) -> Finding:
    return pickled_finding(
        case,
        said,
        (),
        Advice("code", "Log it again with signature and example.", lines=(_LINE,)),
        stage=Stage.REGISTER,
        severity=severity,
        basis=Basis.SEEN,
        explains=False,
    )
