"""What an object of a class of the script's holds when MLflow pickles it, where that is something that may not be."""

from __future__ import annotations

import ast
from typing import Any

from ..plain import stripped
from ..reading.state import State
from ..uses.estimators import Estimator
from ..values.proxies import Call, Function, Instance, Opened
from .values import MOST, step_of

#: what lives with its process; the program makes one of each, and pickles it
ALIVE = {
    *(f"threading.{n}" for n in ("Lock", "RLock", "Condition", "Event", "Semaphore", "Thread", "local")),
    *("queue.Queue", "sqlite3.connect", "socket.socket", "concurrent.futures.ThreadPoolExecutor"),
    *("onnxruntime.InferenceSession", "onnxruntime.SessionOptions"),
}
#: methods with which a class says itself how it is pickled
OWN_WAY = ("__getstate__", "__reduce__", "__reduce_ex__")
#: objects within objects that are looked into
DEEPEST = 8


def unpicklable(reader: State, call: Call) -> list[dict[str, Any]]:
    """The step in which MLflow pickles the model, where it holds something of these."""
    model = stripped(call.kwargs.get("python_model"))
    names = sorted(set(_alive(model))) if isinstance(model, Instance) and reader.sure else []
    return [step_of("pickle", [names, "cloudpickle"], where=call.where, tried=reader.guarded > 0)] if names else []


def pickled(reader: State, value: Any, by: str, where: str) -> None:
    """`joblib.dump(model, path)` and `pickle.dump(model, file)`, of a model that holds a lambda."""
    story, value = reader.uses.story, stripped(value)
    if story.over or not reader.sure or len(story.steps) >= MOST or by not in ("joblib", "pickle"):
        return
    names = sorted(set(_alive(value, lambdas=True))) if isinstance(value, (Estimator, dict, list, tuple)) else []
    if names:
        story.steps.append(step_of("pickle", [names, "pickle"], where=where, tried=reader.guarded > 0))


def _alive(value: Any, depth: int = 0, lambdas: bool = False) -> list[str]:
    """The names of what is within a value and lives with its process; `lambdas` have no name to be found by."""
    value = stripped(value)
    if isinstance(value, Opened):
        return ["open"]
    if lambdas and isinstance(value, Function) and isinstance(value.node, ast.Lambda):
        return ["lambda"]
    origin = getattr(value, "origin", "")
    if origin in ALIVE:
        return [origin]
    own = isinstance(value, Instance) and value.of is not None and any(map(value.of.find, OWN_WAY))
    if depth >= DEEPEST or own:
        return []
    inner = value.attributes if isinstance(value, Instance) else value
    parts = dict.values(inner) if isinstance(inner, dict) else inner if isinstance(inner, (list, tuple)) else ()
    parts = value.values() if isinstance(value, Estimator) else parts
    return [name for part in parts for name in _alive(part, depth + 1, lambdas)]
