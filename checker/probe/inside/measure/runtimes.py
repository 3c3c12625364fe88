"""Run kept models in one runtime, and compare what it answers with what scikit-learn has answered."""

import importlib
from typing import Any

from ..canary.compare import Disagreement, judge
from ..canary.parity import on_edges
from ..canary.running import step_load
from ..canary.stages import AtStage
from ..frames import Channel
from .batches import in_batches, in_composed
from .conversions import Tagged, import_package
from .packed import unpack


class Answering:
    """What a comparison asks of a model: its classes, where it has any."""


class Bytes:
    """A model that is bytes already."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def SerializeToString(self) -> bytes:  # noqa: N802
        """Its bytes."""
        return self.content


def measure_runtimes(plan: dict) -> None:
    """Import the runtime, and run every model of the plan; only what fails is told of them."""

    def job(own: Channel) -> None:
        if all([import_package(module, "", own) for module in plan["imports"]]):
            items = [dict(item, stage="load", subject=item["id"], file=plan["store"]) for item in plan["models"]]
            if in_batches(run_one, items, plan["seconds"], Tagged(own, "")):
                own.send("ran", count=len(items))

    in_composed(job, plan)


def run_one(item: dict, channel: Any) -> None:
    """Load one model, run it, compare."""
    np = importlib.import_module("numpy")
    with open(item["file"], "rb") as file:
        model, data = [piece(file, place) for place in (item["model"], item["data"])]
    arrays, facts = unpack(np, data)
    state = {"onnx": Bytes(model)}  # type: dict
    step_load({"providers": True, "proto": False}, state)
    channel.send("step", stage="run", subject=item["subject"])
    with AtStage("run"):
        got = state["session"].run(None, of_kind(arrays, "feed:"))
    channel.send("step", stage="parity", subject=item["subject"])
    with AtStage("parity"):
        compare_kept(np, arrays, facts, got, state["session"])


def piece(file: Any, place: list) -> bytes:
    """A piece of a file, which goes by place and length."""
    file.seek(place[0])
    return bytes(file.read(place[1]))


def of_kind(arrays: dict, kind: str, order: Any = None) -> dict:
    """The arrays of one kind, without its name, in an order that was kept."""
    found = {name[len(kind) :]: value for name, value in arrays.items() if name.startswith(kind)}
    return {name: found[name] for name in order} if order else found


def compare_kept(np: Any, arrays: dict, facts: dict, got: list, session: Any) -> None:
    """Raises Disagreement where the runtime's answers differ from scikit-learn's, at the edges of trees too."""
    model, order = answering(arrays, facts), facts["order"]
    want, tolerance, count = of_kind(arrays, "want:", order["want:"]), facts["tolerance"], facts["scores_count"]
    try:
        judge(np, model, want, got, tolerance, facts["ordinary"], count, arrays.get("decided"))
    except Disagreement:
        if not order["instead:"]:
            raise
        judge(np, model, of_kind(arrays, "instead:", order["instead:"]), got, tolerance, facts["ordinary"])
        return
    if order["edge:"]:
        at_edges = session.run(None, of_kind(arrays, "probe:"))
        try:
            judge(np, model, of_kind(arrays, "edge:", order["edge:"]), at_edges, tolerance, 0, count)
        except Disagreement as error:
            raise on_edges(error)


def answering(arrays: dict, facts: dict) -> Any:
    """What stands for the model in a comparison."""
    model = Answering()
    if facts["classifies"]:
        model.classes_ = arrays.get("classes")  # type: ignore[attr-defined]
    return model
