"""What an ONNX file needs of a runtime: by its stamps, and by its operators alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ...knowledge import Knowledge, Limits
from ...knowledge.facts import Release
from ...model import Artifact, OnnxModel

#: domains with limits of their own
OPSETS = ("ai.onnx", "ai.onnx.ml")
#: first IR version with opsets, with constants that are no inputs, with functions of the model's own
#: (https://github.com/onnx/onnx/blob/main/docs/Versioning.md)
WITH_OPSETS, WITH_CONSTANTS, WITH_FUNCTIONS = 3, 4, 8


@dataclass(frozen=True)
class Needs:
    """Stamps that a runtime has to take; None where a file does not tell."""

    ir: int | None
    opsets: Mapping[str, int]


@dataclass(frozen=True)
class Beyond:
    """A stamp of a file that a runtime does not take."""

    #: "IR version", or the domain of operators
    what: str
    has: int
    most: int


def as_stamped(artifact: Artifact) -> Needs:
    """What stands in the file."""
    return Needs(artifact.ir, artifact.opsets)


def as_used(model: OnnxModel, knowledge: Knowledge, *, widened: bool = False) -> Needs | None:
    """What its operators alone need: lower stamps would change nothing; None where one of them is not known.

    An operator needs the opset at which it took the form that it has under the stamp of the file. `widened`: where
    it only came to take more types then, the form before it is meant; whether the types of the file are among those
    that it took before has to be tried.
    """
    lowest: dict[str, int] = {}
    for operator in model.operators:
        stamp = model.opsets.get(operator.domain)
        versions = knowledge.operators.get(operator.domain, {}).get(operator.name)
        form = [v for v in versions or () if stamp and v <= stamp]
        wider = knowledge.widened.get(operator.domain, {}).get(operator.name, ()) if widened else ()
        while form[1:] and form[-1] in wider:
            form.pop()
        if operator.domain in OPSETS and not form:
            return None
        if form:
            lowest[operator.domain] = max(form[-1], lowest.get(operator.domain, 1))
    others = {d: v for d, v in model.opsets.items() if d not in OPSETS}
    return Needs(_lowest_ir(model), {**lowest, **others})


def _lowest_ir(model: OnnxModel) -> int:
    if model.functions:
        return WITH_FUNCTIONS
    return WITH_CONSTANTS if model.bare_constants else WITH_OPSETS


def beyond(needs: Needs, limits: Limits | None) -> list[Beyond]:
    """The stamps that are above what a runtime takes; none where nothing is known of it."""
    if limits is None:
        return []
    stamps = [("IR version", needs.ir, limits.ir)]
    stamps += [(d, needs.opsets.get(d), most) for d, most in zip(OPSETS, (limits.opset, limits.ml_opset), strict=True)]
    return [
        Beyond(what, has, most) for what, has, most in stamps if has is not None and most is not None and has > most
    ]


def takes(needs: Needs, release: Release) -> bool:
    """Whether a release of onnxruntime takes all these stamps, as far as it is known."""
    if not release.checks_stamps:
        return True
    limits = Limits(release.max_opset, release.max_ml_opset, release.max_ir, release.version, True)
    return release.max_ir is not None and not beyond(needs, limits)


def lowest_runtime(needs: Needs | None, releases: Iterable[Release]) -> str:
    """The oldest release of onnxruntime that takes them and checks them, "" where none is known to."""
    checked = (r for r in releases if r.checks_stamps and r.max_ir is not None)
    return next((r.version for r in checked if needs and takes(needs, r)), "")


def told_needs(artifact: Artifact, knowledge: Knowledge) -> tuple[tuple[str, str], ...]:
    """A row for the card: which onnxruntime takes the file, and which would if its stamps were lower."""
    if artifact.model is None or artifact.faults or not artifact.ir:
        return ()
    releases = knowledge.releases("onnxruntime")
    stamped, used = as_stamped(artifact), as_used(artifact.model, knowledge)
    first, could = lowest_runtime(stamped, releases), lowest_runtime(used, releases)
    said = f"onnxruntime {first} or later" if first else "an onnxruntime newer than all that are known"
    if used and could and could != first:
        opsets = ", ".join(f"{domain} {opset}" for domain, opset in used.opsets.items())
        said += f"; with lower stamps (IR version {used.ir}, {opsets}) {could}"
    return (("Needs", said),)
