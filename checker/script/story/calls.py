"""The calls of a story in their order, as far as all of them can be read; behind the first that cannot it is over."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from ..plain import stripped
from ..reading.state import State
from ..uses.conversion import Model, NotPlain, plain
from ..uses.estimators import Estimator
from ..uses.given import Signature
from ..uses.given import given as value_of
from ..uses.record import Story
from ..values.holders import TooLarge
from ..values.proxies import Call, File, path_of
from .files import absent, artifacts, is_absent
from .pickled import unpicklable
from .values import MOST, Made, step_of

#: what a client and the module itself are asked; all of their arguments are told
CLIENT = "mlflow.MlflowClient."
ASKED = {
    *("mlflow.set_experiment", "mlflow.create_experiment", "mlflow.register_model", "mlflow.models.get_model_info"),
    *("mlflow.start_run", "mlflow.end_run", "mlflow.active_run", "mlflow.last_active_run", "mlflow.log_param"),
    *("mlflow.log_params", "mlflow.get_artifact_uri", "mlflow.get_run"),
    *(f"{CLIENT}{does}_registered_model" for does in ("create", "get", "rename", "update", "delete")),
    *(f"{CLIENT}{does}_model_version" for does in ("create", "get", "update", "delete")),
    *(f"{CLIENT}{does}_registered_model_alias" for does in ("set", "delete")),
    *(f"{CLIENT}{does}" for does in ("get_model_version_by_alias", "transition_model_version_stage", "get_run")),
    *(f"{CLIENT}{does}" for does in ("get_latest_versions", "get_experiment_by_name", "set_model_version_tag")),
    *(f"{CLIENT}{does}" for does in ("set_registered_model_tag", "create_experiment", "create_run", "set_terminated")),
}
#: what only looks, and changes nothing of what the story goes on with
LOOKS = re.compile(
    r"mlflow\.(MlflowClient\.(log_|set_tag|set_experiment_tag|(get|search|list)_(?!latest|model|registered|run$)\w+)"
    r"|search_|list_|get_tracking_uri|get_registry_uri)"
)
#: what opens a run where none is active
TOUCHES = re.compile(r"mlflow\.(log_|set_tag)")
#: modules of MLflow whose calls open no run, switch nothing and hold no models
QUIET = re.compile(
    r"mlflow\.((client\.)?MlflowClient$|(tracking|models|types|exceptions|entities|utils|artifacts|data)\."
    r"|(en|dis)able_system|\w+\.get_default_|evaluate$)"
)
#: what chooses the store
STORES = re.compile(r"mlflow\.(.*\.)?(set_tracking_uri|MlflowClient)$")
LOGS = re.compile(r"mlflow\.(\w+)\.(log_model|save_model)$")
#: flavors of other libraries, whose modules load a model only after they have looked for the flavor
FLAVORS = ("xgboost", "lightgbm", "catboost", "statsmodels")
LOADS = re.compile(r"mlflow\.(\w+)\.load_model$")
#: addresses that lead to what the script itself has made
OWN_ADDRESS = re.compile(r"(?:runs:/|models:/|<<)")
#: a run that the script has not begun itself
OTHER_RUN = re.compile(r"runs:/(?!<<)|'run_id': '(?!<<)")
#: where a logged model lies
PLACES = ("artifact_path", "name", "path")
#: arguments of logging calls that may name files
NAMING = ("pip_requirements", "extra_pip_requirements", "conda_env", "code_paths", "code_path")
#: arguments that decide nothing
IDLE = {"description", "tags", "run_name", "artifact_location", "dst_path"} | {
    f"await_{what}_for" for what in ("registration", "creation")
}


class Unreadable(Exception):
    """An argument that decides what comes next, and cannot be read."""


def tell(reader: State, name: str, call: Call, given: Any) -> Any:
    """Keep a call of MLflow's as a step; what it gave, or what stands for that."""
    story = reader.uses.story
    if story.over or LOOKS.match(name):
        return given
    if STORES.match(name):
        _choose(story, path_of(stripped(call.get(0, "uri", "tracking_uri"))))
        return given
    if reader.doubts or len(story.steps) >= MOST or not call.complete:
        story.over = not QUIET.match(name) or story.over
        return given
    try:
        step = _step(reader, name, call)
        if step and OTHER_RUN.search(str([step["args"], step["kwargs"]])):
            raise Unreadable
    except (Unreadable, NotPlain):
        story.over = True
        return given
    if step is None:
        return given
    story.steps += [*artifacts(reader, call), *unpicklable(reader, call)] if LOGS.match(name) else []
    story.steps.append({"where": call.where, "tried": reader.guarded > 0, **step})
    made = Made(len(story.steps) - 1)
    if LOADS.match(name):
        _remember(given, made.place)
        return given
    return made.told() if name.endswith(("get_artifact_uri", "create_experiment")) else made


def _choose(story: Story, address: Any) -> None:
    """A store is chosen: one story is told in one."""
    if address is not None and address != story.address:
        story.over = bool(story.steps) or story.address is not None
        story.address = address


def _remember(given: Any, place: int) -> None:
    """Keep with a served model which step has loaded it."""
    if hasattr(given, "loaded"):
        given.loaded = place


def ask(reader: State, loaded: int | None, name: str, where: str) -> None:
    """A loaded model is asked for an attribute."""
    story = reader.uses.story
    if loaded is None or story.over or reader.doubts or len(story.steps) >= MOST:
        return
    story.steps.append(step_of("attribute", [str(Made(loaded).told()), name], where=where, tried=reader.guarded > 0))


def lacks_artifact(reader: State, name: str, known: list[str], where: str) -> None:
    """An artifact of a model is asked for by a name that it does not have."""
    story = reader.uses.story
    if not story.over and reader.sure and len(story.steps) < MOST:
        story.steps.append(step_of("artifact", [name, known], where=where, tried=reader.guarded > 0))


def score(reader: State, loaded: int | None, data: Any, params: Any, where: str) -> None:
    """A loaded model of a class of the script's own is handed data: its signature may refuse them."""
    story, rows = reader.uses.story, value_of(data)
    if loaded is None or story.over or not reader.sure or len(story.steps) >= MOST or not rows.known:
        return
    with suppress(NotPlain, TooLarge):
        more = {} if params is None else {"params": plain(params)}
        one = step_of("predict", [str(Made(loaded).told()), asdict(rows)], more, where=where, tried=reader.guarded > 0)
        story.steps.append(one)


def leave(reader: State, value: Any) -> None:
    """The end of a `with` over a run."""
    story = reader.uses.story
    if isinstance(value, Made) and not value.path and not story.over:
        step = story.steps[value.place]
        if step["call"] == "mlflow.start_run":
            story.steps.append(step_of("mlflow.end_run", [], where=step["where"], tried=False))


def _step(reader: State, name: str, call: Call) -> dict[str, Any] | None:
    """The step that a call is; None for one that does nothing to the story."""
    if LOGS.match(name):
        return _logging(reader, name, call)
    if found := LOADS.match(name):
        address = _address(call.get(0, "model_uri"))
        logged = {step.get("flavor") for step in reader.uses.story.steps}
        strict = found[1] in ("onnx", "sklearn") or (found[1] in FLAVORS and found[1] not in logged)
        flavor = found[1] if strict else "pyfunc"
        return step_of(f"mlflow.{flavor}.load_model", [address], of_others=_of_others(reader, address))
    if name in ASKED:
        kwargs = {key: v for key, value in call.kwargs.items() if (v := _known(key, value)) is not Unreadable}
        if name == "mlflow.start_run":
            return step_of(name, [], {k: v for k, v in kwargs.items() if k in ("run_id", "nested")} | _first_run(call))
        if name.startswith(("mlflow.log_param", "mlflow.register_model")):
            return _parameters(name, call, kwargs)
        return step_of(name, [_readable(a) for a in call.args], kwargs)
    if TOUCHES.match(name):
        return step_of("touch", [])
    if QUIET.match(name):
        return None
    raise Unreadable


def _first_run(call: Call) -> dict[str, Any]:
    """`start_run(run_id)`, by its place."""
    return {"run_id": _readable(call.args[0])} if call.args else {}


def _parameters(name: str, call: Call, kwargs: dict[str, Any]) -> dict[str, Any]:
    """Parameters whose names or values cannot be read only open a run; a name of the registry decides."""
    try:
        return step_of(name, [_readable(a) for a in call.args], kwargs)
    except (Unreadable, NotPlain):
        if name.startswith("mlflow.log_param"):
            return step_of("touch", [])
        raise


def _known(name: str, value: Any) -> Any:
    """A keyword argument, `Unreadable` for one that decides nothing and is left out."""
    if name in IDLE:
        return Unreadable
    return _readable(value)


def _readable(value: Any) -> Any:
    """An argument as JSON holds it. Raises NotPlain or Unreadable."""
    value = stripped(value)
    if isinstance(value, Made):
        return str(value.told())
    found = plain(path_of(value))
    if isinstance(found, (set, bytes)) or (isinstance(found, str) and len(found) > 500):
        raise Unreadable
    return found


def _address(value: Any) -> str:
    """The address of what is loaded: of a run, a registered model, or the place of a saved one."""
    value = path_of(stripped(value))
    if isinstance(value, str) and (OWN_ADDRESS.match(value) or ":" not in value):
        return str(value)
    raise Unreadable


def _of_others(reader: State, address: str) -> bool:
    """Whether an address is a folder that others may have made: the script saves none, or it may lie there."""
    if OWN_ADDRESS.match(address):
        return False
    saves = [s for s in reader.uses.story.steps if s["call"].endswith(".save_model")]
    saved = {str(s["kwargs"].get("path", (s["args"] or [""])[0])) for s in saves}
    return address not in saved and not (saves and is_absent(reader, address))


def _logging(reader: State, name: str, call: Call) -> dict[str, Any]:
    """A model that is logged or saved: where, under which registered name, with which files that are not there."""
    flavor, does = name.split(".")[1:]
    model = stripped(call.get(0, "onnx_model", "sk_model", "python_model"))
    kwargs = {key: _readable(call.kwargs[key]) for key in (*PLACES, "registered_model_name") if key in call.kwargs}
    if call.kwargs.get("run_id") is not None or call.kwargs.get("loader_module") is not None:
        raise Unreadable
    args = [_readable(call.args[1])] if len(call.args) > 1 and flavor in ("onnx", "sklearn") else []
    if does == "log_model" and not args and not set(kwargs) & {"artifact_path", "name"}:
        args = [_readable(call.args[0])] if flavor == "pyfunc" and call.args else ["model"]
    elif does == "save_model" and not args and "path" not in kwargs:
        args = [_readable(call.args[0])] if flavor == "pyfunc" and call.args else []
    text = str(path_of(model)) if isinstance(model, (str, File)) and flavor == "onnx" else ""
    if flavor == "onnx" and not text and not isinstance(model, (Model, Estimator)):
        raise Unreadable  # it may be anything
    gone = {key: value for key in NAMING if (value := absent(reader, call.kwargs.get(key)))}
    if any(isinstance(value, str) and "://" in value for value in [*args, *kwargs.values()]):
        raise Unreadable
    if flavor == "onnx" and isinstance(model, Estimator):
        flavor = "fitted"  # that it is no model of ONNX is told elsewhere
    own = flavor if flavor in ("onnx", "sklearn") else "pyfunc"
    more = _signed(call) if own == "pyfunc" else {}
    return step_of(f"mlflow.{own}.{does}", args, {**kwargs, **gone}, model=text, flavor=flavor, **more)


def _signed(call: Call) -> dict[str, Any]:
    """The signature, or the example, of a model of a class of the script's own, as far as they are known."""
    signature, example = stripped(call.kwargs.get("signature")), call.kwargs.get("input_example")
    if isinstance(signature, Signature):
        return {"signed": asdict(signature.inputs), "params": signature.params} if signature.inputs.known else {}
    shown = value_of(example)
    return {"shown": asdict(shown)} if signature is None and example is not None and shown.known else {}
