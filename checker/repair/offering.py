"""The change of a file as a remedy: where it would settle what places have against it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..errors import CannotLook
from ..knowledge import load
from ..model import Artifact, Finding, Place, Remedy, Severity, Unproven
from ..texts import shell_word
from ..world.foreign.opening import opened
from .conversion import opset_asked
from .edits import Edit
from .plan import for_target, limits_of

#: the rule of places for which operators may be converted
CONVERTED = "stamp-beyond-target"
#: those that a change of the file may settle
SETTLED = ("inputs-not-taken", "type-not-taken", "maps-not-taken", CONVERTED, "target-refuses")


def offer(artifact: Artifact, places: Sequence[Place], findings: Sequence[Finding]) -> Remedy | None:
    """What `--repair` would change for places that a file is refused by; None where it would change nothing."""
    rules = [f.rule for f in findings if f.severity is Severity.BLOCKER and f.rule in SETTLED]
    if not rules or artifact.form != "onnx" or artifact.faults or artifact.model is None:
        return None
    knowledge, edits = load(), dict[str, Edit]()
    try:
        with opened(Path(artifact.path)) as content:
            for place in places:
                for edit in for_target(artifact, place.target, content, knowledge, columns_of(artifact)):
                    edits.setdefault(edit.text, edit)
    except CannotLook:
        return None
    if not edits:
        return None
    why = "--repair makes it, and compares it with this one on hard rows"
    text = f"Change the file, and no number in it: {'; '.join(edits)}."
    command = {"shell": _command(artifact, places)}
    return Remedy("action", text, (), (), command, tuple(dict.fromkeys(rules)), Unproven(why))


def offer_conversion(artifact: Artifact, places: Sequence[Place], findings: Sequence[Finding]) -> Remedy | None:
    """That `--repair` converts the operators too, where places take no opset in which they have their forms."""
    refused = any(f.severity is Severity.BLOCKER and f.rule == CONVERTED for f in findings)
    if not refused or artifact.form != "onnx" or artifact.faults:
        return None
    knowledge = load()
    opset = opset_asked(artifact, [limits_of(place.target, knowledge) for place in places], knowledge)
    if opset is None:
        return None
    text = f"Change the file: its operators to the forms of opset {opset}, with the version converter of onnx."
    why = "it knows no way for some operators; --repair tries, and compares both files on hard rows"
    return Remedy("action", text, (), (), {"shell": _command(artifact, places)}, (CONVERTED,), Unproven(why))


def _command(artifact: Artifact, places: Sequence[Place]) -> str:
    path = Path(artifact.path)
    told = " ".join(f"--target {shell_word(place.target.name)}" for place in places)
    new = path.with_name(f"{path.stem}-repaired{path.suffix}")
    return f"checker inspect {shell_word(str(path))} {told} --repair {shell_word(str(new))}"


def columns_of(artifact: Artifact) -> tuple[str, ...]:
    """Names of the columns of a table; for one input with all columns only where there are as many."""
    table, model = artifact.table, artifact.model
    names = tuple(column.name for column in table.columns) if table else ()
    if model and len(model.inputs) == 1:
        return names if len(names) == (model.inputs[0].shape or (0, 0))[-1] else ()
    return names
