"""Logging a converted model with MLflow, to a store that is thrown away, and loading it back."""

import importlib
import importlib.util
from typing import Any

from .converting import fit_model
from .stages import AtStage


def open_store(mlflow: Any, canary: dict, state: dict) -> str:
    """Point MLflow at a fresh store in the scratch folder, or leave it its own default there; returns its kind."""
    store, folder = canary["logging"]["store"], state["folder"]
    if store == "default":
        return store
    if not canary["where"] and importlib.util.find_spec("sqlalchemy") is None:
        store = "file"  # the skinny distribution comes without a database
    mlflow.set_tracking_uri("file:" + folder + "/mlruns" if store == "file" else "sqlite:///" + folder + "/mlflow.db")
    return store


def sample(state: dict, form: str, rows: int = 3) -> Any:
    """A few training rows as "frame", "frame64", "array" or "array64"."""
    np, x = state["np"], state["x"][:rows]
    if form.startswith("frame") and not hasattr(x, "columns"):
        pandas = importlib.import_module("pandas")
        x = (
            pandas.DataFrame(x, columns=["x%d" % i for i in range(x.shape[1])])
            if getattr(x, "ndim", 1) > 1
            else pandas.DataFrame({"x": x})
        )
    if form.startswith("array") and hasattr(x, "columns"):
        x = x.values
    if form.endswith("64"):
        return (
            x.astype({c: "float64" for c in x.columns if x[c].dtype.kind == "f"})
            if hasattr(x, "columns")
            else x.astype(np.float64)
        )
    return x


def with_columns(frame: Any, columns: list) -> Any:
    """The rows of a table with these columns: the first value is missing where one may be.

    Whole numbers with missing values are pandas' own; columns that the table does not have are made up.
    """
    pandas, made = importlib.import_module("pandas"), {}
    for name, kind, missing in columns:
        values = frame[name] if name in frame.columns else pandas.Series(range(len(frame)))
        plain = {"int64": "Int64" if missing else "int64", "string": "object"}.get(kind, kind)
        values = values.astype("float64").fillna(0).round() if kind == "int64" else values
        column = (values.astype(str) if kind == "string" else values).astype(plain).reset_index(drop=True)
        made[name] = column.mask(column.index == 0) if missing else column
    return pandas.DataFrame(made)


def score(loaded: Any, state: dict, asked: dict) -> None:
    """Score a few rows; on columns of the script's own only what MLflow itself refuses is a failure."""
    rows = sample(state, asked["predict"])
    if not asked["predict_columns"]:
        loaded.predict(rows)
        return
    try:
        loaded.predict(with_columns(rows, asked["predict_columns"]))
    except Exception as error:
        if type(error).__name__ == "MlflowException":
            raise


def log_arguments(mlflow: Any, call: Any, asked: dict, state: dict) -> dict:
    """Keyword arguments of the logging call: the script's own, a signature and an example where it gives them.

    `pip_requirements` is given where the release knows it: MLflow would else import everything again in a process of
    its own to find them out, which takes longer than all the rest.
    """
    known = importlib.import_module("inspect").signature(call).parameters
    arguments = dict(asked["arguments"])
    if "pip_requirements" in known and "conda_env" not in arguments:
        arguments.setdefault("pip_requirements", ["onnx" if asked["flavor"] == "onnx" else "scikit-learn"])
    if asked["signature"] and "signature" in known:
        models = importlib.import_module("mlflow.models.signature")
        seen = sample(state, asked["signature_of"])
        seen = with_columns(seen, asked["signature_columns"]) if asked["predict_columns"] else seen
        arguments["signature"] = models.infer_signature(seen)
    if asked["example"] and "input_example" in known:
        arguments["input_example"] = sample(state, "frame", 1)
    return arguments


def log_model(mlflow: Any, asked: dict, state: dict) -> str:
    """Log or save the converted model, or the fitted one; returns the address to load it from."""
    flavor = importlib.import_module("mlflow." + asked["flavor"])
    model = state["onnx"] if asked["flavor"] == "onnx" else state["model"]
    call = getattr(flavor, asked["call"])
    arguments = log_arguments(mlflow, call, asked, state)
    if asked["call"] == "save_model":
        path = state["folder"] + "/saved"
        arguments.pop("path", None)
        call(model, path, **arguments)
        return path
    if "name" not in arguments and "artifact_path" not in arguments:
        known = importlib.import_module("inspect").signature(call).parameters
        arguments["name" if "name" in known else "artifact_path"] = "model"
    with mlflow.start_run() as run:
        logged = call(model, **arguments)
        place = arguments.get("artifact_path") or arguments.get("name")
        return getattr(logged, "model_uri", None) or "runs:/%s/%s" % (getattr(run.info, "run_id", ""), place)


def track(mlflow: Any, calls: list) -> None:
    """A run with a metric, and what else is called of tracking and registry, with made-up values."""
    client = importlib.import_module("mlflow.tracking").MlflowClient()
    if "create_experiment" in calls:
        client.create_experiment("canary")
    if "set_experiment" in calls:
        mlflow.set_experiment("canary")
    with mlflow.start_run() as run:
        mlflow.log_metric("canary", 1.0)
        place = getattr(run.info, "experiment_id", "0")
        for name, values in (("log_param", ("canary", 1)), ("set_tag", ("canary", "1"))):
            if name in calls:
                getattr(mlflow, name)(*values)
        if "set_experiment_tag" in calls:
            client.set_experiment_tag(place, "canary", "1")
    more = {"search_runs": ([place],), "create_registered_model": ("canary",)}
    for name in ("search_runs", "search_experiments", "create_registered_model", "search_registered_models"):
        if name in calls:
            getattr(client, name)(*more.get(name, ()))


def switch_on(autologs: list) -> None:
    """Switch autologging on, with the script's own arguments.

    Models are not logged where the release lets one choose: a release that does swallows whatever fails there, and it
    takes longer than all the rest.
    """
    for name, given in autologs:
        module, _, function = name.rpartition(".")
        call = getattr(importlib.import_module(module), function)
        known = importlib.import_module("inspect").signature(call).parameters
        call(**dict(given, **({"log_models": False} if "log_models" in known else {})))


def step_autolog(canary: dict, state: dict) -> dict:
    """Switch autologging on, and fit the model again under it, in a run; what MLflow swallows is no failure."""
    mlflow = importlib.import_module("mlflow")
    store = open_store(mlflow, canary, state)
    switch_on(canary["logging"]["autologs"])
    if canary["make"]:
        with mlflow.start_run():
            fit_model(state)
    return {"store": store}


def step_track(canary: dict, state: dict) -> dict:
    """No model: open a store, start a run, log a metric, and whatever else of the tracking is called."""
    mlflow = importlib.import_module("mlflow")
    store = open_store(mlflow, canary, state)
    track(mlflow, canary["logging"]["calls"])
    return {"store": store}


def step_register(canary: dict, state: dict) -> dict:
    """Log the model as the canary asks, load it as pyfunc, score it."""
    mlflow, asked = importlib.import_module("mlflow"), canary["logging"]
    store = open_store(mlflow, canary, state)
    address = log_model(mlflow, asked, state)
    if asked["load"]:
        with AtStage("load"):
            loaded = importlib.import_module("mlflow.pyfunc").load_model(address)
        if asked["predict"]:
            with AtStage("run"):
                score(loaded, state, asked)
    return {"store": store, "within": ["load", "run"][: bool(asked["load"]) + bool(asked["load"] and asked["predict"])]}
