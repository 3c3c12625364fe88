"""Models of the script's own classes (`mlflow.pyfunc.PythonModel`): their code is read as MLflow would call it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..plain import stripped
from ..reading.state import State
from ..values.frames import Frame
from ..values.proxies import Bound, Call, Function, Instance, Unknown
from . import calls


class Artifacts(dict[str, Any]):
    """`context.artifacts`: the paths by their names; a name that is not there is a step of the story that fails."""

    def __init__(self, reader: State, known: dict[str, Any], where: str) -> None:
        super().__init__(known)
        self.reader, self.where = reader, where

    def __missing__(self, key: Any) -> Any:
        if isinstance(key, str):
            calls.lacks_artifact(self.reader, key, list(self), self.where)
        raise KeyError(key)


@dataclass(eq=False)
class Wrapped:
    """Such a model, loaded."""

    model: Instance
    context: Instance
    #: what it is handed has passed a signature first
    signed: bool
    loaded: int | None = None


def log(reader: State, call: Call) -> None:
    """`mlflow.pyfunc.log_model(python_model=, artifacts=)`."""
    model, artifacts = stripped(call.get(-1, "python_model")), stripped(call.get(-1, "artifacts"))
    own = isinstance(model, Instance) and model.of is not None and reader.sure and call.complete
    signed = any(call.get(-1, name) is not None for name in ("signature", "input_example"))
    reader.uses.wrapped = (model, artifacts, signed) if own else None


def load(reader: State, call: Call) -> Wrapped | None:
    """`mlflow.pyfunc.load_model` of the model that was logged last, where that is one of these."""
    if reader.uses.wrapped is None or not reader.sure:
        return None
    model, artifacts, signed = reader.uses.wrapped
    model = Instance(dict(model.attributes), model.of, model.where)  # what is loaded is a copy
    known = all(isinstance(key, str) for key in artifacts) if isinstance(artifacts, dict) else artifacts is None
    found = Artifacts(reader, dict(artifacts or {}), call.where) if known else Unknown()
    made = Wrapped(model, Instance({"artifacts": found, "model_config": Unknown()}), signed)
    if model.of and isinstance(model.of.find("load_context"), Function):
        reader.call(Bound(model, "load_context"), Call((made.context,), {}, call.where))
    return made


def predict(reader: State, served: Wrapped, call: Call) -> Any:
    """Its `predict`, with or without a context; a signature may have made something else of all but a table."""
    calls.score(reader, served.loaded, call.get(0, "data"), call.get(1, "params"), call.where)
    function = served.model.of.find("predict") if served.model.of else None
    if not isinstance(function, Function):
        return Unknown()
    data = call.get(0, "data")
    data = data if isinstance(data, Frame) or not served.signed else Unknown()
    names = [a.arg for a in function.node.args.args][1:]
    args = (data,) if len(names) == 1 else (served.context, data)
    params = call.get(1, "params")
    more = {"params": Unknown() if params is None else params} if "params" in names else {}
    return reader.call(Bound(served.model, "predict"), Call(args, more, call.where))
