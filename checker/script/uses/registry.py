"""MLflow: where models are logged, with which signature, and what is handed to them afterwards."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from ...model import Given, Scored
from ...world.files import absolute
from ..plain import stripped
from ..reading.state import State
from ..story import calls as story
from ..story import scoring, wrappers
from ..story.scoring import last_logged, last_logging
from ..values.arrays import Array, array_of
from ..values.frames import Frame
from ..values.proxies import Call, File, Unknown
from . import given as handed
from .conversion import Model, NotPlain, plain, which
from .estimators import Estimator
from .given import UNREAD, Signature, given, literals
from .models import as_it_is
from .record import Conversion

#: what a logging call is handed that a canary has of its own, or that leads to the user's runs, code and files
THEIR_OWN = {
    "onnx_model",
    "sk_model",
    "signature",
    "input_example",
    "run_id",
    "model_id",
    "code_paths",
    "code_path",
    "artifacts",
}
#: what switches autologging on; that of Spark needs a session, and other flavors are not on the path
AUTOLOGS = {"mlflow.autolog", *(f"mlflow.{n}.autolog" for n in ("sklearn", "xgboost", "lightgbm", "statsmodels"))}
#: what may be the name of a file
PERHAPS_FILES = {"conda_env", "pip_requirements", "extra_pip_requirements"}


@dataclass(eq=False)
class Served:
    """A model loaded through `mlflow.pyfunc`."""

    of: Conversion | None
    #: the step of the story that has loaded it
    loaded: int | None = None


def set_store(reader: State, call: Call) -> None:
    """`mlflow.set_tracking_uri(uri)`."""
    use_store(reader, call.get(0, "uri"))


def make_client(reader: State, call: Call) -> Unknown:
    """`MlflowClient(tracking_uri)`: what is called of it is kept by its name."""
    uri = call.get(0, "tracking_uri")
    if uri is not None:
        use_store(reader, uri)
    return Unknown("mlflow.MlflowClient")


def use_store(reader: State, uri: Any) -> None:
    """Remember the kind of a store, and the file of a database that is there."""
    address = "file:" + uri.path if isinstance(uri, File) else uri
    reader.uses.store = _kind_of_store(address) if isinstance(address, str) else "other"
    found = re.fullmatch(r"sqlite(?:\+\w+)?:///([^?]+)", address) if isinstance(address, str) else None
    file = reader.file(found[1]) if found else None
    reader.uses.database = absolute(file) if file else ""


def _kind_of_store(uri: str) -> str:
    """What lies behind an address of MLflow's: sqlite, file, database, server; other for what is not known."""
    kind, colon, _ = uri.partition(":")
    kind = kind.partition("+")[0]
    if kind in ("sqlite", "file") or not colon:
        return "other" if kind == "databricks" else kind if colon else "file"
    if kind in ("http", "https"):
        return "server"
    return "database" if kind in ("postgresql", "mysql", "mssql") else "other"


def form_of(value: Any) -> str:
    """frame, array, or "" when unknown."""
    return "frame" if isinstance(value, Frame) else "array" if isinstance(value, (Array, list, tuple)) else ""


def known_or_none(value: Given | None) -> Given | None:
    """A value that can be made again."""
    return value if value and value.known else None


def logging_of(does: str, call: Call) -> dict[str, Any]:
    """The arguments of `model.Logging` for a call of `log_model` or `save_model`."""
    example = call.get(-1, "input_example")
    return {
        "call": does,
        "arguments": literal_arguments(does, call),
        **signed(call.get(-1, "signature")),
        "example": example is not None,
        "shown": None if example is None else known_or_none(given(example)),
        "load": False,
        "predict": "",
        "scored": (),
    }


def signed(signature: Any) -> dict[str, Any]:
    """What a signature is made of; one that is not known is inferred from the model's own data."""
    known = signature if isinstance(signature, Signature) else Signature()
    form = {"frame": "frame", "array": "array", "list": "array"}.get(known.inputs.form, "")
    inputs, outputs = known_or_none(known.inputs), known.outputs
    answered = known_or_none(outputs) if inputs else None
    params = known.params if inputs else None
    return {
        "signature": signature is not None,
        "signature_of": form,
        "signed": inputs,
        "answered": answered,
        "params": params,
    }


def set_signature(reader: State, call: Call) -> None:
    """`mlflow.models.set_signature(uri, signature)`: as if the model were logged with it."""
    if logging := last_logging(reader):
        logging |= signed(call.get(1, "signature"))


def log(does: str, reader: State, call: Call) -> Any:
    """`mlflow.onnx.log_model` and `save_model`."""
    model, reader.uses.wrapped = call.get(0, "onnx_model"), None
    if isinstance(model, Estimator):
        reader.uses.logged.append((as_it_is(model), call.where, {"logs": "fitted", **logging_of(does, call)}))
    elif found := which(reader, model):
        found.logging = logging_of(does, call)
    return Unknown("mlflow.onnx.log_model")


def log_fitted(does: str, reader: State, call: Call) -> Any:
    """`mlflow.sklearn.log_model` and `save_model`: the fitted model is logged as it is."""
    model, reader.uses.wrapped = call.get(0, "sk_model"), None
    if isinstance(model, Estimator):
        logging = {"flavor": "sklearn", **logging_of(does, call)}
        reader.uses.logged.append((as_it_is(model), call.where, logging))
    elif isinstance(model, Model) and model.proto and model.of:
        model.of.logging = {"flavor": "sklearn", "logs": "converted", **logging_of(does, call)}
    return Unknown("mlflow.sklearn.log_model")


def autolog(name: str, reader: State, call: Call) -> None:
    """`mlflow.autolog(...)`, or that of one flavor; one that switches it off is none."""
    given: dict[str, Any] = {}
    for argument, value in call.kwargs.items():
        with suppress(NotPlain):
            given[argument] = plain(value)
    perhaps = bool(reader.doubts or reader.guarded or reader.caught)
    off = given.get("disable", "disable" in call.kwargs or bool(call.args) or not call.complete)
    if not off:
        reader.uses.autologs.setdefault(name, (call.where, given, perhaps))


def literal_arguments(does: str, call: Call) -> dict[str, Any]:
    """The literal arguments of a logging call, by name."""
    given = dict(call.kwargs)
    if len(call.args) > 1:
        given["artifact_path" if does == "log_model" else "path"] = call.args[1]
    found: dict[str, Any] = {}
    for name, value in given.items():
        if name not in THEIR_OWN and not (name in PERHAPS_FILES and isinstance(stripped(value), str)):
            with suppress(NotPlain):
                found[name] = plain(value)
    return found


def serve(reader: State, call: Call) -> Served | wrappers.Wrapped:
    """`mlflow.pyfunc.load_model(uri)`; a fitted model that was logged last is the one that is meant."""
    if own := wrappers.load(reader, call):
        return own
    if logging := last_logging(reader):
        logging["load"] = True
    return Served(last_logged(reader))


def predict(reader: State, served: Served, call: Call) -> Any:
    """`pyfunc.predict(data)`: a frame or an array, with doubles where the model wants floats."""
    data, found = call.get(0, "data"), served.of
    logging = found.logging if found else reader.uses.logged[-1][2] if reader.uses.logged else None
    form = form_of(data)
    if found is not None:
        found.sessions += 1
        form += "64" if form and array_of(data).kind == "float64" and not wants_double(reader, found) else ""
    if logging is None or not logging["load"] or (found is not None and not form and not given(data).known):
        return Unknown()
    logging["predict"] = form or logging["predict"] or "frame"
    params = literals(call.get(1, "params"))
    if params is UNREAD:
        return Unknown()
    return scoring.score(reader, logging, Scored(given(data), params=params), bool(found and found.caught))


def wants_double(reader: State, found: Conversion) -> bool:
    """Whether the converted model takes doubles (or nobody knows)."""
    if found.inputs:
        return any("Double" in kind for _, kind, _ in found.inputs)
    fit = reader.uses.fits.get(found.model.key) if isinstance(found.model, Estimator) else None
    sample = fit.data if found.sample is None and fit else found.sample
    return sample is None or array_of(sample).kind != "float32"


def function(name: str) -> Callable[[State, Call], Any] | None:
    """What a call of mlflow does, None where it does nothing that is followed."""
    does = partial(autolog, name) if name in AUTOLOGS else _CALLS.get(name)
    return partial(told, name, does) if name.startswith("mlflow.") else None


def told(name: str, does: Callable[[State, Call], Any] | None, reader: State, call: Call) -> Any:
    """What a call of mlflow gives; it is a step of the script's story too."""
    return story.tell(reader, name, call, does(reader, call) if does else None)


_CALLS: dict[str, Callable[[State, Call], Any]] = {
    "mlflow.set_tracking_uri": set_store,
    **dict.fromkeys(
        (f"mlflow.{at}MlflowClient" for at in ("", "tracking.", "client.", "tracking.client.")), make_client
    ),
    "mlflow.models.set_signature": set_signature,
    **handed.CALLS,
    **scoring.CALLS,
    **{f"mlflow.onnx.{does}": partial(log, does) for does in ("log_model", "save_model")},
    **{f"mlflow.sklearn.{does}": partial(log_fitted, does) for does in ("log_model", "save_model")},
    **{f"mlflow.pyfunc.{does}": wrappers.log for does in ("log_model", "save_model")},
    "mlflow.onnx.load_model": lambda reader, _: Model(last_logged(reader)),
    "mlflow.pyfunc.load_model": serve,
}
