"""Which changes a place asks for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..knowledge import Knowledge, Limits, Target
from ..model import Artifact, OnnxModel, Tensor
from ..rules.onnxfiles.needs import as_stamped, as_used, beyond
from ..world.foreign.opening import Content
from .edits import (
    Edit,
    cast_input,
    flatten_input,
    join_inputs,
    lower_stamps,
    rename_inputs,
    split_input,
    without_maps,
)


def stamps_for(artifact: Artifact, limits: Limits | None, knowledge: Knowledge) -> Edit | None:
    """Stamps that a runtime takes, None where the file needs none, or its operators need higher ones.

    Functions of the model's own have opsets of their own, which are not lowered.
    """
    found = beyond(as_stamped(artifact), limits)
    used = as_used(artifact.model, knowledge, widened=True) if artifact.model else None
    if not found or used is None or beyond(used, limits):
        return None
    if artifact.model and artifact.model.functions and any(one.what != "IR version" for one in found):
        return None
    return lower_stamps({one.what: one.has for one in found}, {one.what: one.most for one in found})


def for_runtime(artifact: Artifact, version: str, knowledge: Knowledge) -> tuple[Edit, ...]:
    """What a release of onnxruntime asks for."""
    edit = stamps_for(artifact, knowledge.limits(version), knowledge)
    return (edit,) if edit else ()


def for_target(
    artifact: Artifact, target: Target, content: Content, knowledge: Knowledge, names: Sequence[str] = ()
) -> tuple[Edit, ...]:
    """What a place asks for: known limits, and where nothing is known the safe ones; `names` are those of columns."""
    stamps = stamps_for(artifact, limits_of(target, knowledge), knowledge)
    edits = [stamps] if stamps else []
    if artifact.model:
        edits += _shaped(artifact.model, target, content, names)
    return tuple(edits)


def limits_of(target: Target, knowledge: Knowledge) -> Limits | None:
    """The newest stamps that a place takes; None where nobody says, and nothing safe is known."""
    told = {what: _number(target, what) for what in ("opset", "ml_opset", "ir")}
    known = knowledge.limits(target.onnxruntime) if target.onnxruntime else None
    if known:
        return Limits(
            told["opset"] or known.opset,
            told["ml_opset"] or known.ml_opset,
            told["ir"] or known.ir,
            known.measured,
            True,
        )
    return Limits(told["opset"], told["ml_opset"], told["ir"], "", True) if any(told.values()) else None


def _number(target: Target, what: str) -> int | None:
    limit = target.limit(what)
    text = (limit.value or limit.assume) if limit else ""
    return int(text) if text.isdecimal() else None


def _said(target: Target, what: str) -> str:
    limit = target.limit(what)
    return (limit.value or limit.assume) if limit else ""


def _shaped(model: OnnxModel, target: Target, content: Content, names: Sequence[str]) -> Iterator[Edit]:
    """Maps, the form of the inputs, and their types."""
    maps = without_maps(model, content) if _said(target, "maps") == "no" else None
    wants = _said(target, "inputs")
    form = (
        split_input(model, names) if wants == "columns" else join_inputs(model) if wants in ("matrix", "one") else None
    )
    yield from (edit for edit in (maps, form) if edit)
    if wants == "flat" and len(model.inputs) > 1:
        yield from (edit for one in model.inputs if (edit := flatten_input(model, one.name)))
    if _said(target, "names") == "columns" and not form and (named := rename_inputs(model, _as_columns(model, names))):
        yield named
        return
    limit = target.limit("input_types")
    for one in model.inputs if limit and limit.values and not form else ():
        if wider := _other_type(one, limit.values if limit else ()):
            edit = cast_input(model, one.name, wider)
            yield from [edit] if edit else []


def _as_columns(model: OnnxModel, names: Sequence[str]) -> dict[str, str]:
    """Input -> the column that is meant by it, in its own letters: of one spelling but for signs and capitals."""
    columns = {_plain(name): name for name in names}
    return {t.name: columns[_plain(t.name)] for t in model.inputs if t.name not in names and _plain(t.name) in columns}


def _plain(name: str) -> str:
    return "".join(c for c in name.lower() if c.isalnum())


def _other_type(one: Tensor, taken: Sequence[str]) -> str:
    """A type that a place takes and that holds every value of the input's own; "" where there is none, or no need."""
    holds = {"float": ("double",), "int32": ("int64",), "float16": ("float", "double"), "bool": ("int64",)}
    return "" if one.element in taken else next((t for t in holds.get(one.element, ()) if t in taken), "")
