"""A model without a script as what is rehearsed, and what the rehearsal of it says of what was asked for."""

from __future__ import annotations

from dataclasses import replace

from ..errors import CannotLook, UsageError
from ..model import Import, Observation, Rehearsal, Script
from .asked import Standin
from .text import program_of


def rehearsed(standin: Standin, how: Rehearsal) -> Rehearsal:
    """How it is rehearsed: its script is one cell that lies in no file."""
    cells = {standin.path: standin.cells or ((standin.label, program_of(standin)),)}
    name = "" if standin.cells else standin.label
    return replace(how, scripts=(standin.path,), folder=standin.folder, cells=cells, standin=name)


def script_of(standin: Standin) -> Script:
    """What it asks for, without a line being read."""
    modules = ("sklearn", "skl2onnx", "onnx", "onnxruntime")
    imports = tuple(Import(module, "", standin.label) for module in modules)
    made_up = (f"No rows were given: {standin.label} is compared on made-up numbers",)
    return Script((standin.label,), imports, notes=made_up * (not (standin.kind or standin.cells)), saved=standin.saved)


def check_rehearsed(standin: Standin, seen: Observation) -> None:
    """Raises UsageError and CannotLook where the model or its rows are not what they were named as."""
    for failure in () if standin.cells else seen.failures():
        if failure.facts.get("where") != standin.label:
            continue
        if failure.type == "Exit" and any(f.function == "leave" and f.module == "__main__" for f in failure.frames):
            what, _, hint = failure.text.partition("\n")
            raise (UsageError if what.startswith("--target-column") else CannotLook)(what, hint)
        if failure.type == "ModuleNotFoundError" and is_or_holds(failure.subject, standin.model):
            said = f"--model {standin.model}: there is no module {failure.subject}"
            raise CannotLook(said, f"it is looked for in {standin.folder}, in src below it, and in the environment")


def is_or_holds(module: str, model: str) -> bool:
    """Whether a module is the one that has the model, or a package around it."""
    return bool(module) and f"{model.partition(':')[0]}.".startswith(f"{module}.")
