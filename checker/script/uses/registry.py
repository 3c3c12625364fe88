"""MLflow: where models are logged, with which signature, and what is handed to them afterwards."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from ..values.arrays import array_of
from ..values.kinds import NotPlain, plain
from ..values.machine import Conversion, Machine
from ..values.values import (
    UNKNOWN,
    Arguments,
    Array,
    Frame,
    Items,
    Literal,
    Made,
    Model,
    Result,
    Served,
    Session,
    Signature,
    Value,
    strings,
)

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
AUTOLOGS = (
    "mlflow.autolog",
    "mlflow.sklearn.autolog",
    "mlflow.xgboost.autolog",
    "mlflow.lightgbm.autolog",
    "mlflow.statsmodels.autolog",
)
#: what may be the name of a file
PERHAPS_FILES = {"conda_env", "pip_requirements", "extra_pip_requirements"}


def which(machine: Machine, value: Value | None) -> int:
    """The conversion that a value comes from: its own, the one written to that file, else the last; -1 for none."""
    found = len(machine.uses.conversions) - 1
    if isinstance(value, (Model, Session, Served)):
        found = value.conversion
    elif isinstance(value, Literal) and isinstance(value.value, str):
        found = machine.uses.files.get(value.value, found)
    return found if found >= machine.finished else -1


def set_store(machine: Machine, arguments: Arguments) -> Value:
    """`mlflow.set_tracking_uri(uri)`."""
    uri = strings(arguments.get(0, "uri"))
    machine.uses.store = _kind_of_store(uri[0]) if uri else "other"
    return Literal(None)


def _kind_of_store(uri: str) -> str:
    """What lies behind an address of MLflow's: sqlite, file, database, or other for a server."""
    kind, colon, _ = uri.partition(":")
    if kind in ("sqlite", "file") or not colon:
        return "other" if kind == "databricks" else kind if colon else "file"
    return "database" if kind.partition("+")[0] in ("postgresql", "mysql", "mssql") else "other"


def infer_signature(machine: Machine, arguments: Arguments) -> Value:
    """`infer_signature(data)`: of a frame or of an array."""
    data = arguments.get(0, "model_input")
    return Signature(form_of(data), columns_of(data))


def columns_of(value: Value | None) -> tuple[tuple[str, str, bool], ...]:
    """Name, kind and whether values are missing of a frame's columns; none where not all of them are known."""
    if not isinstance(value, Frame) or not value.complete or not all(c.kind for _, c in value.columns):
        return ()
    return tuple((name, c.kind, c.missing) for name, c in value.columns)


def handed(logging: dict[str, Any], data: Value | None) -> None:
    """Keep the columns that are scored where a signature over those of its own may refuse them.

    It asks for every column of its own, and takes no fraction or missing value for a whole number.
    """
    signed, fed = logging.get("signature_columns", ()), {name: more for name, *more in columns_of(data)}
    if fed and any(name not in fed or (kind == "int64" and fed[name] != [kind, False]) for name, kind, _ in signed):
        logging["predict_columns"] = columns_of(data)


def form_of(value: Value | None) -> str:
    """frame, array, or "" when unknown."""
    if isinstance(value, Frame):
        return "frame"
    return "array" if isinstance(value, (Array, Items)) else ""


def signed(machine: Machine, arguments: Arguments) -> Value:
    """`ModelSignature(...)`: written by hand."""
    return Signature("")


def log(call: str) -> Callable[[Machine, Arguments], Value]:
    """`mlflow.onnx.log_model` and `save_model`."""

    def function(machine: Machine, arguments: Arguments) -> Value:
        at = which(machine, arguments.get(0, "onnx_model"))
        if at < 0:
            return UNKNOWN
        signature = arguments.named.get("signature", Literal(None))
        machine.uses.conversions[at].logging = {
            "call": call,
            "arguments": literal_arguments(call, arguments),
            "signature": signature != Literal(None),
            "signature_of": signature.of if isinstance(signature, Signature) else "",
            "signature_columns": signature.columns if isinstance(signature, Signature) else (),
            "example": arguments.named.get("input_example", Literal(None)) != Literal(None),
            "load": False,
            "predict": "",
        }
        return UNKNOWN

    return function


def log_fitted(machine: Machine, call: str, arguments: Arguments, where: str) -> Value:
    """`mlflow.sklearn.log_model` and `save_model`: the fitted model is logged as it is."""
    model = arguments.get(0, "sk_model")
    if not isinstance(model, Made):
        return UNKNOWN
    signature = arguments.named.get("signature", Literal(None))
    logging = {
        "flavor": "sklearn",
        "call": call,
        "arguments": literal_arguments(call, arguments),
        "signature": signature != Literal(None),
        "signature_of": signature.of if isinstance(signature, Signature) else "",
        "signature_columns": signature.columns if isinstance(signature, Signature) else (),
        "example": arguments.named.get("input_example", Literal(None)) != Literal(None),
        "load": False,
        "predict": "",
    }
    machine.uses.logged.append((model, where, logging))
    return Result("mlflow.sklearn.log_model")


def autolog(machine: Machine, name: str, arguments: Arguments, where: str) -> Value:
    """`mlflow.autolog(...)`, or that of one flavor; one that switches it off is none."""
    given: dict[str, Any] = {}
    for argument, value in arguments.named.items():
        with suppress(NotPlain):
            given[argument] = plain(value)
    perhaps = bool(machine.doubt or machine.unsure or machine.guarded or machine.caught)
    off = given.get("disable", "disable" in arguments.named or bool(arguments.positional) or not arguments.complete)
    if not off:
        machine.uses.autologs.setdefault(name, (where, given, perhaps))
    return Literal(None)


def literal_arguments(call: str, arguments: Arguments) -> dict[str, Any]:
    """The literal arguments of a logging call, by name."""
    given: dict[str, Value] = dict(arguments.named)
    if len(arguments.positional) > 1:
        given["artifact_path" if call == "log_model" else "path"] = arguments.positional[1]
    found: dict[str, Any] = {}
    for name, value in given.items():
        if name in THEIR_OWN or (name in PERHAPS_FILES and isinstance(value, Literal) and isinstance(value.value, str)):
            continue
        try:
            found[name] = plain(value)
        except NotPlain:
            continue
    return found


def last_logged(machine: Machine) -> int:
    """The conversion that was logged last, -1 when none was."""
    logged = [i for i, c in enumerate(machine.uses.conversions) if c.logging is not None and i >= machine.finished]
    return logged[-1] if logged else -1


def serve(machine: Machine, arguments: Arguments) -> Value:
    """`mlflow.pyfunc.load_model(uri)`; a fitted model that was logged last is the one that is meant."""
    at = last_logged(machine)
    if at < 0 and machine.uses.logged:
        machine.uses.logged[-1][2]["load"] = True
    if at >= 0:
        (machine.uses.conversions[at].logging or {})["load"] = True
    return Served(at)


def from_registry(machine: Machine, arguments: Arguments) -> Value:
    """`mlflow.onnx.load_model(uri)`."""
    return Model(last_logged(machine))


def predict(machine: Machine, served: Served, arguments: Arguments) -> Value:
    """`pyfunc.predict(data)`: a frame or an array, with doubles where the model wants floats."""
    if served.conversion < 0:
        form = form_of(arguments.get(0, "data"))
        for _, _, logging in machine.uses.logged[-1:]:
            logging["predict"] = form if logging["load"] else ""
            handed(logging, arguments.get(0, "data"))
        return UNKNOWN
    found = machine.uses.conversions[served.conversion]
    found.sessions += 1
    data = arguments.get(0, "data")
    form = form_of(data)
    if found.logging is not None and form and data is not None:
        wide = array_of(data).kind == "float64" and not wants_double(machine, found)
        found.logging["predict"] = form + ("64" if wide else "")
        handed(found.logging, data)
    return UNKNOWN


def wants_double(machine: Machine, found: Conversion) -> bool:
    """Whether the converted model takes doubles (or nobody knows)."""
    if found.inputs:
        return any("Double" in kind for _, kind, _ in found.inputs)
    sample = found.sample
    if sample is None and isinstance(found.model, Made) and found.model.key in machine.uses.fits:
        sample = machine.uses.fits[found.model.key].data
    return sample is None or array_of(sample).kind != "float32"


CALLS: dict[str, Callable[[Machine, Arguments], Value]] = {
    "mlflow.set_tracking_uri": set_store,
    "mlflow.models.infer_signature": infer_signature,
    "mlflow.models.ModelSignature": signed,
    "mlflow.models.signature.ModelSignature": signed,
    "mlflow.onnx.log_model": log("log_model"),
    "mlflow.onnx.save_model": log("save_model"),
    "mlflow.onnx.load_model": from_registry,
    "mlflow.pyfunc.load_model": serve,
}
