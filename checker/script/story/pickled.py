"""What an object of a class of the script's holds when MLflow pickles it, where that is something that may not be."""

from __future__ import annotations

from typing import Any

from ..plain import stripped
from ..reading.state import State
from ..values.proxies import Call, Instance, Opened
from .values import step_of

#: what lives with its process; the program makes one of each, and pickles it
ALIVE = {
    *(f"threading.{n}" for n in ("Lock", "RLock", "Condition", "Event", "Semaphore", "Thread", "local")),
    *("queue.Queue", "sqlite3.connect", "socket.socket", "concurrent.futures.ThreadPoolExecutor"),
    *("onnxruntime.InferenceSession", "onnxruntime.SessionOptions"),
}
#: methods with which a class says itself how it is pickled
OWN_WAY = ("__getstate__", "__reduce__", "__reduce_ex__")
#: objects within objects that are looked into
DEEPEST = 4


def unpicklable(reader: State, call: Call) -> list[dict[str, Any]]:
    """The step in which MLflow pickles the model, where it holds something of these."""
    model = stripped(call.kwargs.get("python_model"))
    names = sorted(set(_alive(model))) if isinstance(model, Instance) and reader.sure else []
    return [step_of("pickle", [names], where=call.where, tried=reader.guarded > 0)] if names else []


def _alive(value: Any, depth: int = 0) -> list[str]:
    """The names of what is within a value and lives with its process."""
    value = stripped(value)
    if isinstance(value, Opened):
        return ["open"]
    origin = getattr(value, "origin", "")
    if origin in ALIVE:
        return [origin]
    own = isinstance(value, Instance) and value.of is not None and any(map(value.of.find, OWN_WAY))
    if depth >= DEEPEST or own:
        return []
    inner = value.attributes if isinstance(value, Instance) else value
    parts = dict.values(inner) if isinstance(inner, dict) else inner if isinstance(inner, (list, tuple)) else ()
    return [name for part in parts for name in _alive(part, depth + 1)]
