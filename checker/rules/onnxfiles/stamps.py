"""Whether a runtime takes the IR version and the opsets that stand in an ONNX file."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from ...model import Advice, Artifact, Basis, Case, Failure, Finding, Severity, Stage, rule
from ..advice import newer_with
from ..artifacts.reading import file_name, in_consumer
from ..evidence import passed, quote, says
from .needs import OPSETS, Beyond, as_stamped, beyond, takes

_REFUSED = r"Unsupported model IR version|is under development|only \*guarantees\* support for models stamped"


@rule("The file's IR version or opset is too new for the runtime", Stage.LOAD)
def stamps_beyond_runtime(case: Case[Artifact]) -> Iterator[Finding]:
    """The onnxruntime that is to score the file is older than the IR version or an opset that stands in it.

    What happens: "Unsupported model IR version", or "Opset N is under development", when the file is loaded.
    Why: a converter writes its newest opset, and the IR version of the installed onnx; onnx.helper.make_model and
    onnx.compose write the newest IR version whatever the operators need. Older runtimes read the stamp and refuse.
    Remedy: convert with the target_opset that the runtime has, or keep the IR version; or install a newer runtime.
    Not this rule: an operator that the runtime does not have.
    """
    artifact, seen = case.subject, case.subject.consumer
    version = (seen.version("onnxruntime") if seen else None) or ""
    if not version or passed(case, Stage.LOAD, file_name(artifact)):
        return
    failure = next((f for f in artifact.failures(Stage.LOAD) if says(f, _REFUSED)), None)
    found = beyond(as_stamped(artifact), case.knowledge.limits(version))
    if not (found or failure):
        return
    yield Finding(
        severity=Severity.BLOCKER,
        stage=Stage.LOAD,
        basis=Basis.SEEN if failure else Basis.MEASURED,
        subject=file_name(artifact),
        message=f"{file_name(artifact)} is stamped {_stamps(artifact, found)}.",
        culprits=("onnxruntime", "onnx", *_converter(artifact)),
        evidence=quote(failure) if failure else (),
        advice=(
            *_lower(case, found),
            newer_with(in_consumer(case), "onnxruntime", partial(takes, as_stamped(artifact)), "these"),
        ),
        explains=tuple(f.step for f in _refusals(artifact)),
        measured="" if failure else "the releases of onnxruntime",
    )


def _refusals(artifact: Artifact) -> Iterator[Failure]:
    return (f for f in artifact.failures(Stage.LOAD) if f.subject == file_name(artifact))


def _stamps(artifact: Artifact, found: list[Beyond]) -> str:
    version = artifact.consumer.version("onnxruntime") if artifact.consumer else ""
    told = " and ".join(f"{_named(one.what)} {one.has}" for one in found) or "with what it does not know"
    most = " and ".join(f"{one.most}" for one in found)
    return f"{told}: onnxruntime {version} takes {f'at most {most}' if most else 'no such file'}"


def _named(what: str) -> str:
    return what if what == "IR version" else f"opset of {what}"


def _converter(artifact: Artifact) -> tuple[str, ...]:
    return tuple(name for name in ("skl2onnx", "onnxmltools") if artifact.producer.lower().startswith(name))


def _lower(case: Case[Artifact], found: list[Beyond]) -> Iterator[Advice]:
    """How whoever makes the file writes one that the runtime takes."""
    most = {one.what: one.most for one in found}
    opsets = {domain: most[domain] for domain in OPSETS if domain in most}
    limits = case.knowledge.limits((case.subject.consumer and case.subject.consumer.version("onnxruntime")) or "0")
    if opsets or not limits or limits.opset is None:
        wanted = opsets.get("ai.onnx", limits.opset if limits else None)
        if "ai.onnx.ml" in opsets:
            lines = (f'target_opset={{"": {wanted}, "ai.onnx.ml": {opsets["ai.onnx.ml"]}}}',)
        else:
            lines = (f"target_opset={wanted}",)
        yield Advice("code", f"Convert again with an opset that the runtime has ({wanted}).", lines=lines)
    elif "IR version" in most:
        ir = most["IR version"]
        said = f"Where the file is made, write IR version {ir}: its opsets need no newer one."
        yield Advice("code", said, lines=(f"model.ir_version = {ir}", 'onnx.save(model, "model.onnx")'))
