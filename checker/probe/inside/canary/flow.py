"""The one flow of every canary: fit, convert, check, load, run, parity, register."""

import importlib
import os
import time
from typing import Any

from ..artifact.keeping import kept_model
from ..artifact.steps import steps_of_artifact
from ..errors import attribute, describe, is_ours, name_of, own_lines, said_by
from ..frames import Channel
from ..story.graphs import steps_of_graph
from ..story.telling import step_files, step_tell
from .converting import step_check, step_convert, step_fit
from .parity import step_parity
from .register import step_autolog, step_register, step_track
from .running import step_load, step_run


def evaluate(expression: str, modules: list) -> Any:
    """A constructor expression, with the modules that it names imported."""
    names = {}
    for module in modules:
        importlib.import_module(module)
        top = module.partition(".")[0]
        names[top] = importlib.import_module(top)
    return eval(expression, names)


def make_and_fit(canary: dict, state: dict) -> dict:
    """Construct the model and fit it."""
    state["model"] = evaluate(canary["make"], canary["imports"])
    facts = step_fit(canary, state)
    if canary.get("unfitted"):  # the data are made all the same
        state["model"] = evaluate(canary["make"], canary["imports"])
    return facts


def convert(canary: dict, state: dict) -> dict:
    """Convert the model, and keep it where it is asked for."""
    facts = step_convert(canary, state)
    if canary.get("keeps"):
        facts.update(kept_model(state["onnx"]))
    return facts


def use_mlflow(canary: dict, state: dict) -> dict:
    """Register the model, let it be logged by itself, or only track where there is none."""
    if canary["logging"]["autologs"]:
        return step_autolog(canary, state)
    if canary["make"]:
        return step_register(canary, state)
    return step_tell(canary, state) if canary["logging"]["story"] else step_track(canary, state)


STEPS = [
    ("fit", make_and_fit),
    ("convert", convert),
    ("check", step_check),
    ("load", step_load),
    ("run", step_run),
    ("parity", step_parity),
    ("register", use_mlflow),
]
#: what a stage needs to have been imported; a model that is run has been converted
NEEDS = {
    "fit": (),
    "convert": ("onnx",),
    "check": ("onnx",),
    "load": ("onnx", "onnxruntime"),
    "run": ("onnx", "onnxruntime"),
    "parity": ("onnx", "onnxruntime"),
    "register": ("mlflow",),
}  # type: dict


def applies(stage: str, canary: dict, absent: list) -> bool:
    """Whether this canary takes that step here."""
    if any(package in absent for package in NEEDS[stage]):
        return False
    logging = canary["logging"] or {}
    if stage == "register" and not (canary["make"] and logging.get("flavor") == "onnx" and not logging["logs"]):
        return bool(canary["logging"])
    if stage == "register" and "onnx" in absent:
        return False
    if stage != "fit" and (not canary["converter"] or canary["converter"].partition(".")[0] in absent):
        return False
    return bool(canary["make"])


def steps_of(canary: dict, absent: list) -> list:
    """The steps of this canary that can be taken here."""
    if canary.get("artifact"):
        return steps_of_artifact(canary, absent)
    if canary["form"] == "files":
        return [("register", step_files)]
    if canary["form"] == "graph":
        return steps_of_graph(canary)
    return [(stage, step) for stage, step in STEPS if applies(stage, canary, absent)]


def try_canary(canary: dict, absent: list, channel: Channel) -> None:
    """Take the canary through its steps up to the first that fails; the ONNX checker's complaint stops nothing."""
    state = {"folder": os.getcwd()}  # type: dict
    for stage, step in steps_of(canary, absent):
        channel.send("step", stage=stage, subject=canary["name"])
        start = time.perf_counter()
        try:
            facts = step(canary, state)
        except BaseException as error:
            seconds, stage_of = time.perf_counter() - start, attribute(error, "stage", stage)
            stage_of = stage_of if stage_of in NEEDS else stage
            if is_ours(error):
                said = (
                    canary["name"],
                    stage_of,
                    name_of(type(error)),
                    said_by(error),
                    "; ".join(own_lines(error)[-2:]),
                )
                text = "a fault of the checker's own, please report it: %s was tried up to %s only (%s: %s, %s)" % said
                channel.send("remark", stage=stage_of, subject=canary["name"], text=text)
                return
            channel.send("failure", stage=stage_of, subject=canary["name"], seconds=seconds, **describe(error))
            if stage != "check" or canary["form"] == "graph":
                return
        else:
            for within in facts.pop("within", ()):  # a failure would have been one of that stage
                if not applies(within, canary, absent):
                    channel.send("passed", stage=within, subject=canary["name"], seconds=0.0, facts={})
            channel.send(
                "passed", stage=stage, subject=canary["name"], seconds=time.perf_counter() - start, facts=facts
            )
