"""`--repair`: a changed file written, and proven beside the one that it was made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from ..artifact import read
from ..errors import CannotLook, UsageError
from ..knowledge import Knowledge, Target, load
from ..model import Artifact, Patient
from ..request import Remedies, Request
from ..rules.onnxfiles.needs import as_stamped, lowest_runtime
from ..world.files import absolute
from ..world.foreign.opening import Content, opened
from ..world.foreign.writing import removed_unless_whole, write_parts
from ..world.terminal import Progress
from .conversion import as_converted, converted, opset_asked
from .edits import Edit, apply_all
from .offering import columns_of
from .plan import for_runtime, for_target, limits_of
from .prove import NotTheSame, compared, loaded
from .runtimes import newest_for, runtime

#: why nothing is tried, and what is said of a conversion that goes a part of the way
OFFLINE = "--offline makes no environment"
NOT_ENOUGH = "not converted: onnx has no way that leads far enough"


@dataclass(frozen=True)
class Repaired:
    """The file that was written, None where nothing had to be changed; what was done and seen, as rows for a card."""

    path: Path | None
    told: tuple[tuple[str, str], ...]


def repair(
    artifact: Artifact, request: Request, targets: Sequence[Target], version: str, progress: Progress
) -> Repaired:
    """Write what the places ask for, which have a release of onnxruntime ("" = none is named), and prove it.

    Raises UsageError where no place is named, CannotLook where the file cannot be changed or written.
    """
    assert request.repair
    if not (targets or version):
        raise UsageError("--repair changes a file for a place, and none is named", "add --target NAME or --python PY")
    if artifact.form != "onnx" or artifact.faults or artifact.model is None:
        raise CannotLook(
            f"{artifact.path} is no whole ONNX file: nothing in it is changed", "see what inspect says of it"
        )
    if absolute(request.repair.parent) != absolute(Path(artifact.path).parent) and artifact.model.external:
        raise CannotLook("the file has values beside it, which are found from its own folder", "write into that folder")
    knowledge = load()
    limits = [knowledge.limits(version) if version else None, *(limits_of(target, knowledge) for target in targets)]
    with ExitStack() as stack:
        source, done = artifact, list[tuple[str, str]]()
        opset = opset_asked(artifact, limits, knowledge)
        if opset and request.remedies is Remedies.OFFLINE:
            done.append(("Converted", f"not converted to opset {opset}: {OFFLINE}"))
        elif opset:
            progress("repair", f"converting to opset {opset}")
            made = stack.enter_context(converted(artifact, opset, knowledge, request.pythons))
            source = as_converted(artifact, made, limits, knowledge)
            done.append(("Converted", made.told if source is not artifact or not made.path else NOT_ENOUGH))
        content = stack.enter_context(opened(Path(source.path)))
        edits = changes(source, content, targets, version, knowledge)
        if not edits and source is artifact:
            said = "nothing in the file has to be changed, or can be, for that place: nothing was written"
            return Repaired(None, (*done, ("Repaired", said)))
        progress("repair", request.repair.name)
        write_parts(request.repair, apply_all(edits, content))
    with removed_unless_whole(request.repair):
        return Repaired(request.repair, (*done, *_tell(artifact, edits, request, targets, version, knowledge)))


def changes(
    artifact: Artifact, content: Content, targets: Sequence[Target], version: str, knowledge: Knowledge
) -> tuple[Edit, ...]:
    """What the places ask for, and a release of onnxruntime ("" = none); each change once."""
    edits = {edit.text: edit for edit in (for_runtime(artifact, version, knowledge) if version else ())}
    for target in targets:
        for edit in for_target(artifact, target, content, knowledge, columns_of(artifact)):
            edits.setdefault(edit.text, edit)
    return tuple(edits.values())


def _tell(
    artifact: Artifact,
    edits: Sequence[Edit],
    request: Request,
    targets: Sequence[Target],
    version: str,
    knowledge: Knowledge,
) -> Iterator[tuple[str, str]]:
    """What was changed, and what was seen of it."""
    assert request.repair
    yield from [("Repaired", "; ".join(edit.text for edit in edits))] if edits else []
    yield "Compared", _compare(artifact, request, knowledge)
    new = read(request.repair)
    if not version and not any(target.onnxruntime for target in targets):  # else the report tells of these
        lowest = lowest_runtime(as_stamped(new), knowledge.releases("onnxruntime"))
        yield "Loaded", _load(new, lowest, request, knowledge) if lowest else "no release is known that takes it"


def _compare(artifact: Artifact, request: Request, knowledge: Knowledge) -> str:
    """Whether both files answer the same, in a release that takes both."""
    assert request.repair
    first = lowest_runtime(as_stamped(artifact), knowledge.releases("onnxruntime"))
    version = newest_for(first, knowledge) if first else ""
    if not version:
        return "not compared with the original: no release of onnxruntime is known that takes it"

    def ask(patient: Patient) -> str:
        return compared(patient, Path(absolute(Path(artifact.path))), Path(absolute(request.repair or Path())))

    return _in(version, ask, request, knowledge)


def _load(new: Artifact, version: str, request: Request, knowledge: Knowledge) -> str:
    return _in(version, lambda patient: loaded(patient, new), request, knowledge)


def _in(version: str, ask: Callable[[Patient], str], request: Request, knowledge: Knowledge) -> str:
    """What is seen in a release of onnxruntime, in a sentence; or why nothing is."""
    if request.remedies is Remedies.OFFLINE:
        return f"not proven in onnxruntime {version}: {OFFLINE}"
    try:
        with runtime(version, knowledge, request.pythons) as patient:
            return f"proven in onnxruntime {version}: {ask(patient)}"
    except NotTheSame as error:
        hint = "it was removed again; convert the model again for that place"
        raise CannotLook(f"the changed file does not answer as the original does: {error.message}", hint) from error
    except CannotLook as error:
        return f"not proven in onnxruntime {version}: {error.message}"
