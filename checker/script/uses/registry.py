"""MLflow: where models are logged, with which signature, and what is handed to them afterwards."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from ..plain import stripped
from ..reading.state import State
from ..values.arrays import Array, array_of
from ..values.frames import Frame
from ..values.proxies import Call, Unknown
from .conversion import Model, NotPlain, plain, which
from .estimators import Estimator
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
Columns = tuple[tuple[str, str, bool], ...]


@dataclass(eq=False)
class Served:
    """A model loaded through `mlflow.pyfunc`."""

    of: Conversion | None


@dataclass(frozen=True)
class Signature:
    """A signature inferred from a frame or an array, "" when written by hand or unknown."""

    form: str = ""
    #: name, kind and whether values are missing of the frame's columns, as far as all of them are known
    columns: Columns = ()


def set_store(reader: State, call: Call) -> None:
    """`mlflow.set_tracking_uri(uri)`."""
    uri = call.get(0, "uri")
    reader.uses.store = _kind_of_store(uri) if isinstance(uri, str) else "other"


def _kind_of_store(uri: str) -> str:
    """What lies behind an address of MLflow's: sqlite, file, database, or other for a server."""
    kind, colon, _ = uri.partition(":")
    if kind in ("sqlite", "file") or not colon:
        return "other" if kind == "databricks" else kind if colon else "file"
    return "database" if kind.partition("+")[0] in ("postgresql", "mysql", "mssql") else "other"


def form_of(value: Any) -> str:
    """frame, array, or "" when unknown."""
    return "frame" if isinstance(value, Frame) else "array" if isinstance(value, (Array, list, tuple)) else ""


def columns_of(value: Any) -> Columns:
    """Name, kind and whether values are missing of a frame's columns; none where not all of them are known."""
    if not isinstance(value, Frame) or not value.all_known():
        return ()
    return tuple((name, c.kind, c.missing) for name, c in value.known.items())


def handed(logging: dict[str, Any], data: Any) -> None:
    """Keep the columns that are scored where a signature over those of its own may refuse them.

    It asks for every column of its own, and takes no fraction or missing value for a whole number.
    """
    signed, fed = logging.get("signature_columns", ()), {name: more for name, *more in columns_of(data)}
    if fed and any(name not in fed or (kind == "int64" and fed[name] != [kind, False]) for name, kind, _ in signed):
        logging["predict_columns"] = columns_of(data)


def infer_signature(reader: State, call: Call) -> Signature:
    """`infer_signature(data)`."""
    data = call.get(0, "model_input")
    return Signature(form_of(data), columns_of(data))


def logging_of(does: str, call: Call) -> dict[str, Any]:
    """The arguments of `model.Logging` for a call of `log_model` or `save_model`."""
    signature = call.get(-1, "signature")
    known = signature if isinstance(signature, Signature) else Signature()
    return {
        "call": does,
        "arguments": literal_arguments(does, call),
        "signature": signature is not None,
        "signature_of": known.form,
        "signature_columns": known.columns,
        "example": call.get(-1, "input_example") is not None,
        "load": False,
        "predict": "",
    }


def log(does: str, reader: State, call: Call) -> Any:
    """`mlflow.onnx.log_model` and `save_model`."""
    found = which(reader, call.get(0, "onnx_model"))
    if found:
        found.logging = logging_of(does, call)
    return Unknown("mlflow.onnx.log_model")


def log_fitted(does: str, reader: State, call: Call) -> Any:
    """`mlflow.sklearn.log_model` and `save_model`: the fitted model is logged as it is."""
    model = call.get(0, "sk_model")
    if isinstance(model, Estimator):
        logging = {"flavor": "sklearn", **logging_of(does, call)}
        reader.uses.logged.append((as_it_is(model), call.where, logging))
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


def last_logged(reader: State) -> Conversion | None:
    """The conversion that was logged last, None when none was."""
    return next((c for c in reversed(reader.uses.conversions) if c.logging is not None and c.open), None)


def serve(reader: State, call: Call) -> Served:
    """`mlflow.pyfunc.load_model(uri)`; a fitted model that was logged last is the one that is meant."""
    found = last_logged(reader)
    logging = found.logging if found else reader.uses.logged[-1][2] if reader.uses.logged else None
    if logging is not None:
        logging["load"] = True
    return Served(found)


def predict(reader: State, served: Served, call: Call) -> Any:
    """`pyfunc.predict(data)`: a frame or an array, with doubles where the model wants floats."""
    data, found = call.get(0, "data"), served.of
    form = form_of(data)
    if found is None:
        for _, _, logging in reader.uses.logged[-1:]:
            logging["predict"] = form if logging["load"] else ""
            handed(logging, data)
        return Unknown()
    found.sessions += 1
    if found.logging is not None and form:
        wide = array_of(data).kind == "float64" and not wants_double(reader, found)
        found.logging["predict"] = form + ("64" if wide else "")
        handed(found.logging, data)
    return Unknown()


def wants_double(reader: State, found: Conversion) -> bool:
    """Whether the converted model takes doubles (or nobody knows)."""
    if found.inputs:
        return any("Double" in kind for _, kind, _ in found.inputs)
    fit = reader.uses.fits.get(found.model.key) if isinstance(found.model, Estimator) else None
    sample = fit.data if found.sample is None and fit else found.sample
    return sample is None or array_of(sample).kind != "float32"


def function(name: str) -> Callable[[State, Call], Any] | None:
    """What a call of mlflow does, None where it does nothing that is followed."""
    if name in AUTOLOGS:
        return partial(autolog, name)
    return _CALLS.get(name)


_CALLS: dict[str, Callable[[State, Call], Any]] = {
    "mlflow.set_tracking_uri": set_store,
    "mlflow.models.infer_signature": infer_signature,
    **dict.fromkeys(("mlflow.models.ModelSignature", "mlflow.models.signature.ModelSignature"), lambda *_: Signature()),
    **{f"mlflow.onnx.{does}": partial(log, does) for does in ("log_model", "save_model")},
    **{f"mlflow.sklearn.{does}": partial(log_fitted, does) for does in ("log_model", "save_model")},
    "mlflow.onnx.load_model": lambda reader, _: Model(last_logged(reader)),
    "mlflow.pyfunc.load_model": serve,
}
