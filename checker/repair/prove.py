"""Whether a changed file works: loaded and run where it is to be used."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ..ask import ProbeRequest
from ..errors import CannotLook
from ..model import Artifact, Canary, Passed, Patient, Proven, Remedy, Stage, Unproven
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
