"""From model to ONNX: conversions, sessions, what they are fed, and what is done with their answers."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from ...model import Registered
from ..plain import LONGEST, stripped
from ..reading.state import State
from ..story import files
from ..story.pickled import pickled
from ..values.holders import LEAVES, leaves
from ..values.proxies import (
    Call,
    Choice,
    Class,
    File,
    Identity,
    Instance,
    Reference,
    Tensor,
    Unknown,
    path_of,
    texts,
    whole,
)
from . import models
from .estimators import Estimator
from .record import Conversion

_TENSOR = re.compile(r"(^|\.)([A-Z]\w*(?:Tensor|Sequence|Dictionary)?Type)$")
#: functions that convert with the arguments of `convert_sklearn`, and the exporters of libraries' own
CONVERTERS = (
    "skl2onnx.convert_sklearn",
    *(f"onnxmltools.convert_{n}" for n in ("sklearn", "xgboost", "lightgbm", "catboost")),
)
#: other functions and methods that convert a model
_OTHERS = re.compile(
    r"(skl2onnx\.(?!algebra|helpers|common).*to_onnx|onnxmltools\.convert_\w+|hummingbird\..*convert)$"
)
#: functions that hand a converted model back, perhaps changed, or load one
THROUGH = {
    "skl2onnx.helpers.onnx_helper.select_model_inputs_outputs",
    "skl2onnx.helpers.onnx_helper.load_onnx_model",
    "onnx.shape_inference.infer_shapes",
    "onnx.version_converter.convert_version",
    "onnxoptimizer.optimize",
    *("onnx.load", "onnx.load_model", "onnx.load_model_from_string"),
}
SAVERS = {
    *("onnx.save", "onnx.save_model", "onnxmltools.utils.save_model", "onnxmltools.save_model"),
    "skl2onnx.helpers.onnx_helper.save_onnx_model",
}


class NotPlain(Exception):
    """A value is not a literal."""


@dataclass(eq=False)
class Model:
    """A converted model; None: of a conversion that is not known."""

    of: Conversion | None
    #: False: its bytes, or what may be
    proto: bool = False


def plain(value: Any) -> Any:
    """The Python object that a value of literals stands for. Raises NotPlain for anything else, and TooLarge."""
    list(leaves(stripped(value), LONGEST))
    return _plain(value)


def _plain(value: Any) -> Any:
    value = stripped(value)
    if isinstance(value, dict):
        return {_plain(k): _plain(v) for k, v in value.items()}
    if type(value) in (list, tuple, set):
        return type(value)(_plain(e) for e in value)
    if isinstance(value, LEAVES):
        return value
    raise NotPlain


def latest(reader: State) -> Conversion | None:
    """The last conversion to which what is read now can belong."""
    last = reader.uses.conversions[-1] if reader.uses.conversions else None
    return last if last and last.open else None


def which(reader: State, value: Any) -> Conversion | None:
    """The conversion that a value comes from: its own, the one written to that file, else the last."""
    if hasattr(value, "of") and isinstance(value.of, (Conversion, type(None))) and not isinstance(value, Instance):
        return value.of if value.of is None or value.of.open else None
    kept = reader.uses.files.get(path_of(value))
    return kept if isinstance(kept, Conversion) else latest(reader)


def outside(reader: State, name: str, call: Call) -> Any:
    """The value of a call of skl2onnx, onnxmltools, onnx, onnxruntime, mlflow or joblib; None for any other."""
    from . import registry, sessions

    tensor = _TENSOR.search(name)
    if tensor and name.startswith(("skl2onnx.", "onnxmltools.", "onnxconverter_common.")):
        shape = call.get(0, "shape")
        known = isinstance(shape, (list, tuple))
        return Tensor(tensor[2], tuple(whole(stripped(e)) for e in shape) if known else None)
    if name in CONVERTERS or name == "skl2onnx.to_onnx":
        return convert(reader, name, call)
    if name in THROUGH:
        files.reads(reader, call.get(0), call.where)
        return Model(which(reader, call.get(0)))
    if name.startswith("onnx.compose."):
        said = f"Not all read: {call.where} makes another model of converted ones; only its parts are tried"
        reader.uses.miss(said) if name.endswith(("merge_models", "merge_graphs")) else None
        return Model(None)
    if _OTHERS.match(name):
        reader.uses.exported += 1
        reader.uses.miss(f"Not all tried: {call.where} the conversion by {name} is not tried")
        return Model(None)
    if name in SAVERS:
        return saved(reader, call)
    if name.endswith(".update_registered_converter") and name.startswith("skl2onnx."):
        return register_converter(reader, call)
    module, _, does = name.rpartition(".")
    if module.rpartition(".")[2] in ("joblib", "pickle", "cloudpickle", "dill") and does in ("dump", "load"):
        return kept(reader, module.rpartition(".")[2], does, call)
    function = sessions.CALLS.get(name) or registry.function(name)
    return function(reader, call) if function else None


def kept(reader: State, by: str, does: str, call: Call) -> Any:
    """`joblib.dump(model, path)` and `pickle.dump(model, file)`, and what is loaded from there."""
    if does == "dump":
        pickled(reader, call.get(0, "value", "obj"), by, call.where)
    path = path_of(call.get(1 if does == "dump" else 0, "filename", "file"))
    if not isinstance(path, str):
        return Unknown()
    if does == "dump":
        files.writes(reader, path, call.where)
        value = reader.uses.files[path] = call.get(0, "value", "obj")
        if isinstance(value, Estimator) and value.key in reader.uses.fits:
            reader.uses.files.fits[value.key] = reader.uses.fits[value.key]
        return None
    found = reader.uses.files.get(path, Unknown())
    if isinstance(found, Estimator) and (fit := reader.uses.files.fits.get(found.key)):
        reader.uses.fits.setdefault(found.key, replace(fit, earlier=True, methods={}))
    return found


# --- conversions -------------------------------------------------------------------------------------------------


def convert(reader: State, name: str, call: Call) -> Any:
    """Record a conversion; of each model that it may be."""
    model = call.get(0, "model")
    if isinstance(model, Choice):
        with reader.doubting(model.why):
            found = [convert(reader, name, Call((one, *call.args[1:]), call.kwargs, call.where)) for one in model.of]
        return found[-1]
    snapshot = models.as_it_is(model) if isinstance(model, Estimator) else model
    made = Conversion(name, snapshot, call.where, caught=reader.caught > 0, catches=tuple(sorted(reader.catches)))
    made.why = (*reader.why(), *reader.doubts_of(model))
    made.unfitted = isinstance(model, Estimator) and models.is_unfitted(reader, model)
    made.sample = call.get(1, "X") if name.endswith("to_onnx") else None
    given, opset = call.get(3 if name.endswith("to_onnx") else 2, "initial_types"), call.get(4, "target_opset")
    if not call.complete or any(key.startswith("custom_") for key in call.kwargs):
        made.unread += ("converters",)
    made.options = options_of(reader, call.get(-1, "options"), made, model)
    made.target_opset = opset_of(reader, opset, made)
    for key in ("black_op", "white_op"):
        operators = call.get(-1, key)
        known = texts(sorted(operators) if isinstance(operators, set) else operators)
        made.operators |= {key: tuple(sorted(known))} if known else {}
    made.output_names = final_names(call.get(-1, "final_types"))
    if given is None and isinstance(made.sample, (list, tuple)) and made.sample and isinstance(made.sample[0], tuple):
        given, made.sample = made.sample, None
    made.typed = not (call.complete and given is None and made.sample is None)
    if given is not None:
        made.inputs = declared(given)
    if made.inputs is None:
        short = name.rpartition(".")[2]
        reader.uses.miss(f"{call.where} the input types of {short} cannot be read: they are derived from the data")
        made.why = (*made.why, f"{call.where} the input types of {short} cannot be read")
    reader.uses.conversions.append(made)
    return Model(made, proto=True)


def declared(value: Any) -> Any:
    """A list of (name, type) pairs as (name, name of the type, shape), None when a part of it cannot be read."""
    if not isinstance(value, (list, tuple)):
        return None
    found: list[tuple[str, str, Any]] = []
    for pair in value:
        name, tensor = pair if isinstance(pair, (tuple, list)) and len(pair) == 2 else (None, None)
        name, tensor = stripped(name), stripped(tensor)
        if not isinstance(tensor, Tensor) or not isinstance(name, (str, int)):
            return None
        found.append((str(name), tensor.name, tensor.shape))
    return tuple(found)


def final_names(value: Any) -> tuple[str, ...]:
    """The names in `final_types`, a list of (name, type); empty when a part of it cannot be read."""
    given = value if isinstance(value, (list, tuple)) else ()
    known = [p[0] for p in given if isinstance(p, (tuple, list)) and len(p) == 2 and isinstance(p[0], str)]
    return tuple(known) if len(known) == len(given) else ()


def options_of(reader: State, value: Any, made: Conversion, model: Any) -> Any:
    """Converter options as literals: those of the converted model bare, those of another one under its class."""
    if value is None:
        return None
    try:
        found: dict[str, Any] = {}
        for key, option in value.items():
            found |= _one_option(key, plain(option), model)
        return found
    except (NotPlain, AttributeError):
        made.unread += ("options",)
        reader.uses.miss(f"{made.where} the converter options cannot be read: the model is tried without them")
        return None


def _one_option(key: Any, option: Any, model: Any) -> dict[str, Any]:
    """One entry of the options. Raises NotPlain when its key is not understood."""
    if isinstance(key, str):
        return {key: option}
    if isinstance(key, Identity):
        if key.of is model or not isinstance(key.of, Estimator):
            return dict(option) if isinstance(option, dict) else {}
        return {key.of.name: option}
    if isinstance(key, Reference):
        same = isinstance(model, Estimator) and model.name == key.name
        return dict(option) if same and isinstance(option, dict) else {key.name: option}
    raise NotPlain


def opset_of(reader: State, value: Any, made: Conversion) -> Any:
    """The target opset, a number or a dict; None when it is not given or cannot be read, of a dict what can be read."""
    try:
        return plain(value)
    except NotPlain:
        made.unread += ("target_opset",)
        reader.uses.miss(f"{made.where} target_opset is not a literal: the default is tried")
    entries = value.items() if isinstance(value, dict) else ()
    return {k: whole(v) for k, v in entries if isinstance(k, str) and whole(v) is not None} or None


def register_converter(reader: State, call: Call) -> Any:
    """`update_registered_converter(model, alias, shape_fct, convert_fct, overwrite, parser, options)`."""
    model, alias = call.get(0, "model"), call.get(1, "alias")
    if not isinstance(model, (Reference, Class)):
        reader.uses.handed.add(None)  # one that cannot be read, which may be any
        return None
    functions = [call.get(2, "shape_fct"), call.get(3, "convert_fct"), call.get(5, "parser")]
    shape, convert, parser = (f.name if isinstance(f, Reference) else "" for f in functions)
    whole_known = shape and convert and isinstance(alias, str) and (functions[2] is None or parser)
    if not whole_known or isinstance(model, Class):
        reader.uses.own_converters[model.name] = f"{call.where} its converter is a function of the script"
        return None
    try:
        options = plain(call.get(6, "options"))
    except NotPlain:
        options = None
    reader.uses.registered[model.name] = Registered(model.name, str(alias), shape, convert, parser, options)
    return None


def saved(reader: State, call: Call) -> Any:
    """`onnx.save(model, path)`, in either order of arguments."""
    model = next((a for a in call.args if isinstance(a, Model)), None)
    path = next((path_of(a) for a in call.args if isinstance(a, (str, File))), None)
    if path:
        files.writes(reader, path, call.where)
    if model is not None and path and model.of:
        reader.uses.files[path] = model.of
