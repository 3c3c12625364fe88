"""Import a runtime beside other packages, and let it do what its compiled code is for: many a one dies only then."""

import base64
import importlib
import os
from typing import Any

from ..apart import refuse_network
from ..canary.running import step_load
from ..canary.stages import AtStage
from ..frames import open_channel
from ..worker import bound_memory
from .batches import add_folders, in_batches
from .conversions import Tagged
from .runtimes import Bytes

#: a model that every release loads, IR 3 and opset 7: y = x w + x
TINY = (
    "CAMSADp+ChEKAXgKAXcSAW0iBk1hdE11bAoOCgFtCgF4EgF5IgNBZGQSAWcqGwgCCAIQASIQAACAPwAAAEAAAEBAAACAQEIBd1oRCgF4EgwKCggB"
    "EgYKAAoCCAJaEwoBdxIOCgwIARIICgIIAgoCCAJiEQoBeRIMCgoIARIGCgAKAggCQgQKABAH"
)


def measure_imports(plan: dict) -> None:
    """Each set of packages in a process of its own."""
    channel = open_channel(plan["token"])
    bound_memory(plan["memory"])
    os.chdir(plan["scratch"])
    items = [dict(item, stage="import", subject=item["id"]) for item in plan["sets"]]
    for item in items:
        in_batches(import_and_run, [item], plan["seconds"], Tagged(channel, item["id"]))
    channel.send("end")


def import_and_run(item: dict, channel: Any) -> None:
    """Import everything; a runtime among it runs a tiny model."""
    refuse_network()
    add_folders(item["folders"])
    for module in item["imports"]:
        with AtStage("import"):
            importlib.import_module(module)
    if "onnxruntime" not in item["imports"]:
        return
    np, state = importlib.import_module("numpy"), {"onnx": Bytes(base64.b64decode(TINY))}  # type: Any, dict
    with AtStage("load"):
        step_load({"providers": True, "proto": False}, state)
    channel.send("step", stage="run", subject=item["subject"])
    with AtStage("run"):
        got = state["session"].run(None, {"x": np.array([[1, 2]], dtype=np.float32)})
        if got[0].tolist() != [[8.0, 12.0]]:
            raise ValueError("it answers %s for [[8.0, 12.0]]" % got[0].tolist())
