"""A script's calls of MLflow in their order, in a store that is thrown away, with a small model for each of its own."""

import importlib
import os
import re
import shutil
from typing import Any

from ..canary.given import make_given
from ..canary.register import signature_as_asked, track
from ..canary.tracking import open_store

#: what stands in a text for an attribute of what an earlier call gave
STANDS = re.compile(r"<<(\d+)((?:\.\w+|\[-?\d+\])*)>>")


def attribute_followed(value: Any, path: str) -> Any:
    """An attribute of an attribute, or one of several."""
    for name, place in re.findall(r"\.(\w+)|\[(-?\d+)\]", path):
        value = getattr(value, name) if name else value[int(place)]
    return value


def with_what_was_given(value: Any, made: list) -> Any:
    """An argument with what earlier calls gave."""
    if isinstance(value, (list, tuple)):
        return [with_what_was_given(one, made) for one in value]
    if isinstance(value, dict):
        return {key: with_what_was_given(one, made) for key, one in value.items()}
    if not isinstance(value, str):
        return value
    whole = STANDS.match(value)
    if whole and whole.end() == len(value):
        return attribute_followed(made[int(whole.group(1))], whole.group(2))
    return STANDS.sub(lambda found: str(attribute_followed(made[int(found.group(1))], found.group(2))), value)


def small_onnx() -> Any:
    """A model that answers what it is given, as old as any runtime takes it."""
    onnx = importlib.import_module("onnx")
    helper, kind = importlib.import_module("onnx.helper"), onnx.TensorProto.FLOAT
    ends = [helper.make_tensor_value_info(name, kind, [None, 2]) for name in ("X", "Y")]
    graph = helper.make_graph([helper.make_node("Identity", ["X"], ["Y"])], "story", ends[:1], ends[1:])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 9)])
    model.ir_version = 4
    return model


def small_fitted() -> Any:
    """A fitted model of scikit-learn's."""
    linear = importlib.import_module("sklearn.linear_model")
    return linear.LinearRegression().fit([[0.0, 1.0], [1.0, 0.0]], [0.0, 1.0])


def answers_what_it_is_given(self: Any, context: Any, model_input: Any, params: Any = None) -> Any:
    """The `predict` of a model that stands for one of a class of the script's."""
    return model_input


def small_own() -> Any:
    """A model of a class of one's own."""
    model = importlib.import_module("mlflow.pyfunc").PythonModel
    return type("StandIn", (model,), {"predict": answers_what_it_is_given})()


def own_rows() -> dict:
    """What values are made of where no model has any: numbers and texts that are made up."""
    np = importlib.import_module("numpy")
    return {"np": np, "x": np.zeros((3, 0))}


def signed_as_told(step: dict) -> dict:
    """The signature or the example that such a model is logged with."""
    if step.get("shown"):
        return {"input_example": make_given(step["shown"], own_rows())}
    if not step.get("signed"):
        return {}
    asked = {"signed": step["signed"], "answered": None, "params": step.get("params")}
    return {"signature": signature_as_asked(own_rows(), asked)}


def one_alive(name: str) -> Any:
    """An object that lives with its process."""
    if name == "open":
        return open(os.devnull, "w")
    if name == "lambda":
        return eval("lambda value: value", {"__name__": "__main__"})
    module, _, short = name.rpartition(".")
    arguments = {"sqlite3.connect": (":memory:",), "onnxruntime.InferenceSession": (small_onnx().SerializeToString(),)}  # type: dict
    return getattr(importlib.import_module(module), short)(*arguments.get(name, ()))


def pickled(names: list, by: str) -> None:
    """One of each of these, pickled by that module."""
    importlib.import_module(by).dumps([one_alive(name) for name in names])


def place_inside(path: Any, folder: str) -> Any:
    """A path of the script's, in the scratch folder; an address stays what it is."""
    if not isinstance(path, str) or re.match(r"\w+:/", path) or path.startswith(folder):
        return path
    return os.path.join(folder, "story", *[p for p in re.split(r"[/\\]", path) if p not in ("", ".", "..", "~")])


def log_small(step: dict, args: list, kwargs: dict, folder: str) -> Any:
    """Log or save a small model as the script logs its own."""
    _, flavor, does = step["call"].split(".")
    model = step["model"] or {"onnx": small_onnx, "sklearn": small_fitted}.get(flavor, small_own)()
    call = getattr(importlib.import_module("mlflow." + flavor), does)
    kwargs = dict(kwargs, **signed_as_told(step))
    if not set(kwargs) & {"pip_requirements", "extra_pip_requirements", "conda_env"}:
        kwargs = dict(kwargs, pip_requirements=["mlflow"])
    if does == "save_model":
        path = place_inside(kwargs.pop("path") if "path" in kwargs else args[0], folder)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        return call(path, python_model=model, **kwargs) if flavor == "pyfunc" else call(model, path, **kwargs)
    return call(*args, python_model=model, **kwargs) if flavor == "pyfunc" else call(model, *args, **kwargs)


def take_step(step: dict, made: list, client: Any, folder: str) -> Any:
    """Take one step; what it gives."""
    args, kwargs, name = (
        with_what_was_given(step["args"], made),
        with_what_was_given(step["kwargs"], made),
        step["call"],
    )
    if name == "touch":
        return importlib.import_module("mlflow").set_tag("canary", "1")
    if name == "open":
        return open(args[0], "rb").close()
    if name == "write":
        return open(place_inside(args[0], folder), "wb").close()
    if name == "pickle":
        return pickled(*args)
    if name == "predict":
        return args[0].predict(make_given(args[1], own_rows()), **kwargs)
    if name == "remove":
        return shutil.rmtree(place_inside(args[0], folder), ignore_errors=True)
    if name == "artifact":
        return dict.fromkeys(args[1])[args[0]]
    if name == "attribute":
        return getattr(args[0], args[1])
    if name.endswith((".log_model", ".save_model")):
        return log_small(step, args, kwargs, folder)
    if name.endswith(".load_model"):
        return importlib.import_module(name.rpartition(".")[0]).load_model(place_inside(args[0], folder))
    if name.startswith("mlflow.MlflowClient."):
        return getattr(client, name.rpartition(".")[2])(*args, **kwargs)
    owner, _, function = name.rpartition(".")
    return getattr(importlib.import_module(owner), function)(*args, **kwargs)


def what_it_needs(step: dict, made: list) -> list:
    """What earlier calls gave of that which a step needs; None for one that gave nothing."""
    return [made[int(place)] for place, _ in STANDS.findall(str([step["args"], step["kwargs"]]))]


def tell_steps(story: list, client: Any, folder: str) -> None:
    """Tell a story up to its end, or to a step that fails where the script tries it; none that cannot be judged."""
    made = []  # type: list
    for step in story:
        try:
            made.append(None if step["skip"] else take_step(step, made, client, folder))
        except Exception as error:
            if step["tried"] or any(part is None for part in what_it_needs(step, made)):
                break
            error.facts = {"called": step["where"], "call": step["call"]}  # type: ignore[attr-defined]
            raise


def step_files(canary: dict, state: dict) -> dict:
    """A story of files alone, which needs no MLflow."""
    tell_steps(canary["logging"]["story"], None, state["folder"])
    return {}


def tell_story(mlflow: Any, story: list, folder: str) -> None:
    """Tell it in a store."""
    client = importlib.import_module("mlflow.tracking").MlflowClient()
    client.get_experiment_by_name("canary")  # a store that does not open is told as it is
    tell_steps(story, client, folder)
    while mlflow.active_run():
        mlflow.end_run()


def step_tell(canary: dict, state: dict) -> dict:
    """No model: what of the tracking is called by itself, and the story, where the store is known."""
    mlflow, asked = importlib.import_module("mlflow"), canary["logging"]
    store = open_store(mlflow, canary, state)
    if asked["calls"]:
        track(mlflow, asked["calls"])
    if not (store == "default" and os.environ.get("MLFLOW_TRACKING_URI")):  # who knows what lies there
        tell_story(mlflow, asked["story"], state["folder"])
    return {"store": store}
