"""From model to ONNX to MLflow: conversions, sessions, what they are fed, and how the model is logged."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ...model import Registered
from ..values.arrays import array_of
from ..values.kinds import NotPlain, plain
from ..values.machine import Conversion, Feed, Machine
from ..values.values import (
    UNKNOWN,
    Answers,
    Arguments,
    File,
    Identity,
    Items,
    Literal,
    Made,
    Model,
    Ref,
    Served,
    Session,
    Shape,
    Table,
    Tensor,
    Value,
    strings,
    whole,
)
from . import own, registry

TENSOR = re.compile(r"(^|\.)([A-Z]\w*(?:Tensor|Sequence|Dictionary)?Type)$")
#: converter -> position of model, input types, target opset
CONVERTERS = {
    "skl2onnx.convert_sklearn": (0, 2, 4),
    "onnxmltools.convert_sklearn": (0, 2, 4),
    "onnxmltools.convert_xgboost": (0, 2, 4),
    "onnxmltools.convert_lightgbm": (0, 2, 4),
    "onnxmltools.convert_catboost": (0, 2, 4),
}
#: functions that hand a converted model back, perhaps changed
THROUGH = (
    "skl2onnx.helpers.onnx_helper.select_model_inputs_outputs",
    "skl2onnx.helpers.onnx_helper.load_onnx_model",
    "onnx.shape_inference.infer_shapes",
    "onnx.version_converter.convert_version",
    "onnxoptimizer.optimize",
)
SAVERS = (
    "onnx.save",
    "onnx.save_model",
    "onnxmltools.utils.save_model",
    "onnxmltools.save_model",
    "skl2onnx.helpers.onnx_helper.save_onnx_model",
)


def outside(machine: Machine, name: str, arguments: Arguments, where: str) -> Value | None:
    """The value of a call of skl2onnx, onnxmltools, onnx, onnxruntime or mlflow; None for any other."""
    tensor = TENSOR.search(name)
    if tensor and name.startswith(("skl2onnx.", "onnxmltools.", "onnxconverter_common.")):
        return Tensor(tensor[2], tensor_shape(arguments.get(0, "shape")))
    if name in CONVERTERS or name == "skl2onnx.to_onnx":
        return convert(machine, name, arguments, where)
    if name in THROUGH or name in ("onnx.load", "onnx.load_model", "onnx.load_model_from_string"):
        return loaded(machine, arguments)
    if name.startswith("onnx.compose."):
        return merged(machine, where)
    if name in SAVERS:
        return saved(machine, arguments)
    if name.endswith(".update_registered_converter") and name.startswith("skl2onnx."):
        return register_converter(machine, arguments, where)
    if name.startswith("mlflow.sklearn.") and name.rpartition(".")[2] in ("log_model", "save_model"):
        return registry.log_fitted(machine, name.rpartition(".")[2], arguments, where)
    if name in registry.AUTOLOGS:
        return registry.autolog(machine, name, arguments, where)
    function = CALLS.get(name)
    return function(machine, arguments) if function else None


def tensor_shape(value: Value | None) -> Shape | None:
    """The declared shape: None for a free dimension, or for one that cannot be read."""
    if not isinstance(value, Items):
        return None
    return tuple(whole(e) for e in value.elements)


def convert(machine: Machine, name: str, arguments: Arguments, where: str) -> Value:
    """Record a conversion."""
    short = name.rpartition(".")[2]
    model = arguments.get(0, "model") or UNKNOWN
    made = Conversion(name, model, where, caught=machine.caught > 0, catches=tuple(sorted(machine.catches)))
    if short == "to_onnx":
        given, sample = arguments.get(3, "initial_types"), arguments.get(1, "X")
        made.sample = None if sample == Literal(None) else sample
        opset = arguments.get(4, "target_opset")
    else:
        given, opset = arguments.get(CONVERTERS[name][1], "initial_types"), arguments.get(4, "target_opset")
    if not arguments.complete or any(key.startswith("custom_") for key in arguments.named):
        made.unread += ("converters",)
    made.options = options_of(machine, arguments.get(-1, "options"), made)
    made.target_opset = opset_of(machine, opset, made)
    for name in ("black_op", "white_op"):
        operators = strings(arguments.get(-1, name))
        made.operators |= {name: tuple(sorted(operators))} if operators else {}
    made.output_names = final_names(arguments.get(-1, "final_types"))
    if given is not None and given != Literal(None):
        made.inputs = declared(given)
    elif isinstance(made.sample, Items):
        made.inputs, made.sample = declared(made.sample), None
    if made.inputs is None:
        machine.uses.miss(f"{where} the input types of {short} cannot be read: they are derived from the data")
    machine.uses.conversions.append(made)
    return Model(len(machine.uses.conversions) - 1)


def register_converter(machine: Machine, arguments: Arguments, where: str) -> Value:
    """`update_registered_converter(model, alias, shape_fct, convert_fct, overwrite, parser, options)`."""
    model, alias = arguments.get(0, "model"), strings(arguments.get(1, "alias"))
    if not isinstance(model, Ref):
        machine.uses.handed.add(own.UNREAD)
        return UNKNOWN
    functions = [arguments.get(2, "shape_fct"), arguments.get(3, "convert_fct"), arguments.get(5, "parser")]
    shape, convert, parser = (f.name if isinstance(f, Ref) and "__main__" not in f.name else "" for f in functions)
    if not (shape and convert and alias) or (functions[2] not in (None, Literal(None)) and not parser):
        machine.uses.own_converters[model.name] = f"{where} its converter is a function of the script"
        return UNKNOWN
    try:
        options = plain(arguments.get(6, "options") or Literal(None))
    except NotPlain:
        options = None
    made = Registered(model.name, alias[0], shape, convert, parser, options)
    machine.uses.registered[model.name] = made
    return UNKNOWN


def final_names(value: Value | None) -> tuple[str, ...]:
    """The names in `final_types`, a list of (name, type); empty when a part of it cannot be read."""
    pairs = value.elements if isinstance(value, Items) else ()
    names = [p.elements[0] for p in pairs if isinstance(p, Items) and len(p.elements) == 2]
    known = [n.value for n in names if isinstance(n, Literal) and isinstance(n.value, str)]
    return tuple(known) if len(known) == len(pairs) else ()


def declared(value: Value) -> tuple[tuple[str, str, Shape | None], ...] | None:
    """A list of (name, type) pairs, None when a part of it cannot be read."""
    if not isinstance(value, Items):
        return None
    found: list[tuple[str, str, Shape | None]] = []
    for pair in value.elements:
        parts = pair.elements if isinstance(pair, Items) else ()
        name, tensor = parts if len(parts) == 2 else (UNKNOWN, UNKNOWN)
        if not isinstance(tensor, Tensor) or not isinstance(name, Literal):
            return None
        found.append((str(name.value), tensor.name, tensor.shape))
    return tuple(found)


def options_of(machine: Machine, value: Value | None, made: Conversion) -> Any:
    """Converter options as literals: those of the converted model bare, those of another one under its class."""
    if value is None or value == Literal(None):
        return None
    if isinstance(value, Table):
        found: dict[str, Any] = {}
        try:
            for key, option in value.entries:
                found |= one_option(key, plain(option), made.model)
            return found
        except NotPlain:
            pass
    made.unread += ("options",)
    machine.uses.miss(f"{made.where} the converter options cannot be read: the model is tried without them")
    return None


def one_option(key: Value, option: Any, model: Value) -> dict[str, Any]:
    """One entry of the options. Raises NotPlain when its key is not understood."""
    if isinstance(key, Literal):
        return {str(key.value): option}
    if isinstance(key, Identity):
        inner = key.of
        if inner == model or not isinstance(inner, Made):
            return dict(option) if isinstance(option, dict) else {}
        return {inner.name: option}
    if isinstance(key, Ref):
        same = isinstance(model, Made) and model.name == key.name
        return dict(option) if same and isinstance(option, dict) else {key.name: option}
    raise NotPlain


def opset_of(machine: Machine, value: Value | None, made: Conversion) -> Any:
    """The target opset, a number or a dict; None when it is not given or cannot be read, of a dict what can be read."""
    if value is None or value == Literal(None):
        return None
    try:
        return plain(value)
    except NotPlain:
        made.unread += ("target_opset",)
        machine.uses.miss(f"{made.where} target_opset is not a literal: the default is tried")
    entries = value.entries if isinstance(value, Table) else ()
    known = {k.value: whole(v) for k, v in entries if isinstance(k, Literal) and whole(v) is not None}
    return known or None


def merged(machine: Machine, where: str) -> Value:
    """`onnx.compose` makes another model of converted ones, whose parts alone are tried."""
    machine.uses.note(f"Not all read: {where} makes another model of converted ones; only its parts are tried")
    return Model(-1)


def loaded(machine: Machine, arguments: Arguments) -> Value:
    """`onnx.load(path)` and what hands a model on."""
    return Model(registry.which(machine, arguments.get(0)))


def saved(machine: Machine, arguments: Arguments) -> Value:
    """`onnx.save(model, path)`, in either order of arguments."""
    model = next((a for a in arguments.positional if isinstance(a, Model)), None)
    path = next((t for t in map(strings, arguments.positional) if t), None)
    if model is not None and path:
        machine.uses.files[path[0]] = model.conversion
    return UNKNOWN


def session(machine: Machine, arguments: Arguments) -> Value:
    """`onnxruntime.InferenceSession(...)`."""
    at = registry.which(machine, arguments.get(0, "path_or_bytes"))
    if at >= 0:
        found = machine.uses.conversions[at]
        found.sessions += 1
        found.providers = found.providers and (arguments.get(2, "providers") is not None or not arguments.complete)
    return Session(at)


def reference(machine: Machine, arguments: Arguments) -> Value:
    """`onnx.reference.ReferenceEvaluator(...)`."""
    at = registry.which(machine, arguments.get(0, "proto"))
    if at >= 0:
        machine.uses.conversions[at].reference = True
    return Session(at, True)


def run(machine: Machine, opened: Session, arguments: Arguments) -> Value:
    """`session.run(outputs, feed)`: the outputs' names and what is fed."""
    if opened.reference or opened.conversion < 0:
        return UNKNOWN
    found = machine.uses.conversions[opened.conversion]
    if machine.caught and not found.caught:  # the script only tries it, and goes on
        return UNKNOWN
    found.runs, found.unpacks = found.runs + 1, 0
    found.outputs = strings(arguments.get(0, "output_names")) or found.outputs
    feed = arguments.get(1, "input_feed")
    if isinstance(feed, Table):
        arrays = [(k.value if isinstance(k, Literal) else "", array_of(v)) for k, v in feed.entries]
        found.feeds.append(Feed({str(k): (a.kind, a.shape) for k, a in arrays}))
    return Answers(opened.conversion) if found.runs == 1 else UNKNOWN


CALLS: dict[str, Callable[[Machine, Arguments], Value]] = {
    "onnxruntime.InferenceSession": session,
    "onnx.reference.ReferenceEvaluator": reference,
    **registry.CALLS,
}


def method(machine: Machine, receiver: Value, name: str, arguments: Arguments) -> Value:
    """A method of a converted model, a session, a served model or an open file."""
    if isinstance(receiver, Session) and name == "run":
        return run(machine, receiver, arguments)
    if isinstance(receiver, Served) and name == "predict":
        return registry.predict(machine, receiver, arguments)
    if isinstance(receiver, Model) and name == "SerializeToString":
        return receiver
    if isinstance(receiver, File):
        if name == "read":
            return Model(machine.uses.files[receiver.path]) if receiver.path in machine.uses.files else UNKNOWN
        if name == "write" and isinstance(arguments.get(0), Model):
            machine.uses.files[receiver.path] = registry.which(machine, arguments.get(0))
    return UNKNOWN
