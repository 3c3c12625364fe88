"""Whether a changed file works: loaded and run where it is to be used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..artifact.onnx.thresholds import categories, known_texts, thresholds
from ..ask import ProbeRequest
from ..errors import CannotLook
from ..model import Artifact, Canary, Import, Passed, Patient, Proven, Remedy, Script, Stage, Unproven
from ..texts import shell_word
from ..world.files import absolute
from ..world.foreign.opening import opened
from ..world.foreign.writing import copy_beside, write_parts
from ..world.sandbox import scratch_folder
from .edits import Edit, apply_all


def try_in_consumer(
    artifact: Artifact, edits: tuple[Edit, ...], trial: Canary, wanted: ProbeRequest, patient: Patient
) -> Proven | Unproven:
    """Change a copy of the file, and load and run it in the environment that is to use it."""
    path = Path(artifact.path)
    external = [one.location for one in (artifact.model.external if artifact.model else ())]
    try:
        with scratch_folder() as folder, opened(path) as content:
            if not copy_beside(path.parent, external, folder):
                return Unproven("the files beside it are too large to be copied for a trial")
            write_parts(folder / path.name, apply_all(edits, content))
            changed = replace(trial, artifact=absolute(folder / path.name))
            seen, _ = wanted.ask(patient, canaries=(changed,))
    except CannotLook as error:
        return Unproven(error.message)
    outcomes = tuple(o for o in seen.outcomes if o.subject == trial.name)
    failed = next((f for f in seen.failures() if f.subject == trial.name), None)
    if failed:
        return Unproven(
            f"it was tried, and {failed.type} came at {failed.stage.value}: {failed.text[:160]}", mends=False
        )
    if not any(isinstance(o, Passed) and o.stage is Stage.RUN for o in outcomes):
        return Unproven("it was tried, and the step that failed was not reached")
    how = "a copy was changed so, loaded and run in that environment; its operators mean the same under both"
    return Proven(how, round(sum(o.seconds for o in outcomes), 1), (), outcomes)


def as_remedy(
    artifact: Artifact, edits: tuple[Edit, ...], rules: tuple[str, ...], proof: Proven | Unproven, where: str
) -> Remedy:
    """The changes as a remedy, with the command that makes them."""
    name = Path(artifact.path)
    said = "; ".join(edit.text for edit in edits)
    text = f"Change the file: {said}. No operator in it needs more."
    new = name.with_name(f"{name.stem}-repaired{name.suffix}")
    command = f"checker inspect {shell_word(str(name))} {where} --repair {shell_word(str(new))}"
    return Remedy("action", text, (), (), {"shell": command}, rules, proof)


class NotTheSame(CannotLook):
    """A changed file answers otherwise than the one that it was made of."""


def compared(patient: Patient, original: Path, new: Path) -> str:
    """That both files give the same answers for hard rows, and for how many. Raises CannotLook where they do not."""
    with opened(original) as content:
        details = {"numbers": thresholds(content), "texts": categories(content)}
    trial = Canary(new.name, "", (), (), converter="", artifact=str(new), form="onnx", details=details)
    canary = replace(trial, original=str(original))
    facts = _passed(patient, canary, Stage.PARITY)
    return f"both files answer the same on {facts.get('rows')} hard rows, bit for bit"


def loaded(patient: Patient, new: Artifact) -> str:
    """That a file is loaded and run. Raises CannotLook where it is not."""
    path = Path(new.path)
    details, where = known_texts(path), absolute(path)
    facts = _passed(
        patient, Canary(path.name, "", (), (), converter="", artifact=where, form="ort", details=details), Stage.RUN
    )
    return (
        "it is loaded there, and run" if "rows" in facts else f"it is loaded there; {facts.get('skipped', 'not run')}"
    )


def _passed(patient: Patient, canary: Canary, stage: Stage) -> Mapping[str, Any]:
    """What is told of a step that worked. Raises CannotLook where it did not."""
    asked = ProbeRequest(Script((), (Import("onnxruntime", "", ""),), (canary,)), (canary,))
    seen, _ = asked.ask(patient)
    failed = next((f for f in seen.failures() if f.subject == canary.name), None)
    if failed:
        wrong = NotTheSame if failed.type == "RepairDisagreement" else CannotLook
        raise wrong(f"{failed.type} at {failed.stage.value}: {failed.text[:200]}")
    found = (o for o in seen.outcomes if isinstance(o, Passed) and o.subject == canary.name and o.stage is stage)
    facts = next((o.facts for o in found), None)
    if facts is None:
        raise CannotLook("it was not reached")
    return facts
