"""Logging a converted model with MLflow, to a store that is thrown away, and loading it back."""

import importlib
from typing import Any

from .converting import fit_model
from .given import make_given, told_by_values
from .stages import AtStage
from .tracking import open_store


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


def check_taken_whole(answer: Any, taken: str) -> None:
    """Take the answer for what the script takes it for: an array, or one column of predictions."""
    if (taken and isinstance(answer, dict)) or (taken == "column" and len(getattr(answer, "columns", ())) > 1):
        has = ", ".join(map(str, answer.keys()))
        raise TypeError("the prediction is no %s: it has %s" % (taken, has))


def rows_to_evaluate(one: dict, state: dict) -> Any:
    """The table that the script evaluates, with the training targets of the model in the column that has them."""
    rows, targets = len(state["x"]), one["more"].get("targets")
    made = make_given(dict(one["data"], dims=(rows,)), state)
    if targets in made.columns and getattr(state["y"], "ndim", 0) == 1:
        made[targets] = state["y"][: len(made)]
    return made


def answer_to(loaded: Any, address: str, state: dict, one: dict) -> Any:
    """The answer to what the script scores, in the way in which it does; what no release here has scores nothing."""
    params = {} if one["params"] is None else {"params": one["params"]}
    if not one["by"]:
        return loaded.predict(make_given(one["data"], state), **params)
    module, _, name = one["by"].rpartition(".")
    function = getattr(importlib.import_module(module), name, None)
    if function is None:
        return {}
    if name == "predict":  # what it answers is written where nobody reads it
        place = state["folder"] + "/answers.json"
        data = make_given(one["data"], state)
        return function(address, data, env_manager="local", output_path=place, **one["more"]) or {}
    if name == "evaluate":
        plain = {"log_model_explainability": False}
        more = dict({"evaluator_config": plain}, **one["more"])
        return function(address, rows_to_evaluate(one, state), **more) and {}
    return function(address, make_given(one["data"], state))


def score(loaded: Any, address: str, state: dict, asked: dict) -> None:
    """Score as the script does, and ask of the answers what it asks; where that is not known, the model's own rows."""
    for one in asked["scored"]:
        try:
            answer = answer_to(loaded, address, state, one)
        except Exception as error:
            if told_by_values(error, one["data"], state):
                continue
            raise
        for key in one["asks"]:
            if not hasattr(answer, "keys") or key not in answer.keys():
                has = ", ".join(map(str, answer.keys())) if hasattr(answer, "keys") else type(answer).__name__
                raise ValueError("the prediction has no %r: it has %s" % (key, has))
        check_taken_whole(answer, one["taken"])
    if not asked["scored"]:
        loaded.predict(sample(state, asked["predict"]))


def signature_as_asked(state: dict, asked: dict) -> Any:
    """The signature: as the script makes it, or inferred from the model's own rows."""
    models = importlib.import_module("mlflow.models.signature")
    seen = make_given(asked["signed"], state) if asked["signed"] else sample(state, asked["signature_of"])
    answered = asked["answered"]
    with_answer = answered and (answered["form"] != "answers" or "got" in state)
    more = [make_given(answered, state)] if with_answer else []
    if asked["signed"] and asked["signed"]["form"] == "schema":
        return models.ModelSignature(seen, *more)
    return models.infer_signature(seen, *more, **({"params": asked["params"]} if asked["params"] else {}))


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
        arguments["signature"] = signature_as_asked(state, asked)
    if asked["example"] and "input_example" in known:
        arguments["input_example"] = make_given(asked["shown"], state) if asked["shown"] else sample(state, "frame", 1)
    return arguments


def log_model(mlflow: Any, asked: dict, state: dict) -> str:
    """Log or save the converted model, or the fitted one; returns the address to load it from."""
    flavor = importlib.import_module("mlflow." + asked["flavor"])
    logs = asked["logs"] or ("converted" if asked["flavor"] == "onnx" else "fitted")
    model = state["onnx"] if logs == "converted" else state["model"]
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
    """No model: open a store, start a run, log a metric, whatever else of the tracking is called."""
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
                score(loaded, address, state, asked)
    return {"store": store, "within": ["load", "run"][: bool(asked["load"]) + bool(asked["load"] and asked["predict"])]}
