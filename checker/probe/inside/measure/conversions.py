"""Fit a catalogue once, and convert it by many converters, each in a process that knows the fitted models."""

import importlib
import os
from typing import Any

from ..apart import refuse_network
from ..canary.converting import step_check, step_convert
from ..canary.flow import make_and_fit
from ..canary.forks import in_fork, said_of_end
from ..errors import describe, is_ours
from ..frames import Channel, open_channel
from ..worker import bound_memory
from .batches import LONGER, Store, add_folders, attempt, copied, fault_of, importable, in_batches
from .expected import answers, packed

#: longest text of one failure, in characters
KEPT = 1500


def measure_conversions(plan: dict) -> None:
    """Fit what can be fitted in a process of its own, again without what kills it; all frames go to the one channel."""
    channel, skipped = open_channel(plan["token"]), []  # type: Channel, list
    bound_memory(plan["memory"])
    while True:
        end = in_fork(
            lambda own: fit_and_convert(plan, skipped, own), plan["seconds"] * LONGER * LONGER, channel, anew=True
        )
        step = end["step"]
        if step is None or step["stage"] != "fit" or step["subject"] in skipped:
            break
        skipped.append(step["subject"])
        channel.send("failure", set="", **said_of_end("fit", step["subject"], end))
    if step is not None:
        channel.send("failure", set="", **said_of_end(step["stage"], step["subject"], end))
    channel.send("end")


def fit_and_convert(plan: dict, skipped: list, channel: Channel) -> None:
    """Import, fit, and let every set of converters do its work."""
    refuse_network()
    os.chdir(plan["scratch"])
    add_folders(plan["folders"])
    if not all([import_package(module, "", channel) for module in plan["imports"]]):
        return
    states = {}  # type: dict
    for canary in plan["canaries"]:
        tops = {m.partition(".")[0] for m in canary["imports"]}
        if canary["name"] not in skipped and all(map(importable, tops | set(canary["needs"]) & {"pandas"})):
            channel.send("step", stage="fit", subject=canary["name"])
            fit_one(canary, states, channel)
            channel.send("done", subject=canary["name"])
    channel.send("fitted", count=len(states))
    for one in plan["sets"]:
        convert_with(one, plan, states, channel)


def import_package(module: str, which: str, channel: Channel) -> bool:
    """Import a package; whether it could be."""
    channel.send("step", stage="import", subject=module)
    try:
        importlib.import_module(module)
    except Exception as error:
        channel.send("failure", set=which, stage="import", subject=module, **bounded(describe(error)))
        return False
    channel.send("done", subject=module)
    return True


def bounded(said: dict) -> dict:
    """What is kept of an exception: its type, its text, the innermost frame of its first cause."""
    first = said["chain"][0]
    return {
        "type": said["type"],
        "text": said["text"][:KEPT],
        "cause": [first[0], first[1][:KEPT]],
        "frames": said["frames"][-1:],
    }


def tell(error: Exception, about: dict, channel: Any) -> None:
    """A failure, or a remark where the fault is the checker's own."""
    if is_ours(error):
        channel.send("remark", text=fault_of(error), **about)
    else:
        channel.send("failure", **dict(bounded(describe(error)), **about))


def fit_one(canary: dict, states: dict, channel: Channel) -> None:
    """Fit a canary and ask it for its answers; that it gives none is told by whoever would compare them."""
    state = {"folder": os.getcwd()}  # type: dict
    try:
        make_and_fit(canary, state)
    except Exception as error:
        tell(error, {"set": "", "stage": "fit", "subject": canary["name"]}, channel)
        return
    try:
        state["answers"] = answers(canary, state)
    except Exception as error:
        state["refused"] = bounded(describe(error))
    states[canary["name"]] = state


def convert_with(one: dict, plan: dict, states: dict, channel: Channel) -> None:
    """Convert all that was fitted by one set of converters, in a process of its own, and tell when it is done."""

    def job(own: Channel) -> None:
        add_folders(one["folders"])
        good = {m for m in one["imports"] if importable(m) and import_package(m, one["id"], own)}
        items = [
            {"subject": c["name"], "stage": "convert", "canary": c}
            for c in plan["canaries"]
            if c["name"] in states and set(c["needs"]) & set(one["imports"]) <= good
        ]
        store = Store(plan["store"])
        convert = lambda item, o: convert_one(item, one["id"], states, store, o)  # noqa: E731
        if not in_batches(convert, items, plan["seconds"], Tagged(own, one["id"])):
            raise RuntimeError("it ended between two models")

    end = in_fork(job, plan["seconds"] * LONGER, channel, anew=True)
    whole, step = not (end["late"] or end["status"]), end["step"]
    if step is not None:  # an import has ended it: that is how every model fails here
        said, whole = said_of_end(step["stage"], step["subject"], end), step["stage"] == "import"
        channel.send("failure", **dict(bounded(said), set=one["id"], stage=said["stage"], subject=said["subject"]))
    channel.send("converted", set=one["id"], whole=whole)


class Tagged:
    """A channel whose frames name the set of converters, and of failures what is kept of them."""

    def __init__(self, channel: Channel, which: str) -> None:
        self.channel, self.which, self.token = channel, which, channel.token

    def send(self, frame: str, **fields: Any) -> None:
        """Pass a frame on."""
        if frame == "failure":
            fields = dict(bounded(fields), stage=fields["stage"], subject=fields["subject"])
        self.channel.send(frame, **dict(fields, set=self.which))


def convert_one(item: dict, which: str, states: dict, store: Store, channel: Any) -> None:
    """Convert one model, keep it with its data, and ask the ONNX checker, whose complaint stops nothing."""
    canary, state = copied(item["canary"]), states[item["subject"]]
    step_convert(canary, state)
    if "refused" in state:
        channel.send("failure", **dict(unbounded(state["refused"]), stage="fit", subject=item["subject"]))
        return
    onx = state["onnx"]
    model, data = canonical(onx), packed(canary, state, onx)
    channel.send("made", subject=item["subject"], model=store.add(model), data=store.add(data))
    channel.send("step", stage="check", subject=item["subject"])
    attempt(lambda one, own: step_check(canary, state), dict(item, stage="check"), channel)


def unbounded(said: dict) -> dict:
    """What was kept of an exception, in the form of a whole one."""
    return dict(said, chain=[said["cause"]])


def canonical(onx: Any) -> bytes:
    """A model's bytes without what says who made it, when, and how it is called.

    Converters name the sets of operators in an order that is another one at every run.
    """
    onx.producer_name = onx.producer_version = onx.doc_string = onx.graph.doc_string = ""
    onx.graph.name = "g"
    domains = sorted((one.domain, one.version) for one in onx.opset_import)
    del onx.opset_import[:]
    for domain, version in domains:
        onx.opset_import.add(domain=domain, version=version)
    return bytes(onx.SerializeToString())
