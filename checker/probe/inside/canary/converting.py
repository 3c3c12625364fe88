"""Fit, convert, check: the first half of the flow."""

import importlib
import re
from typing import Any

from .data import make_data

#: ONNX input type names and the numpy dtype that feeds them
DTYPES = {
    "FloatTensorType": "float32",
    "DoubleTensorType": "float64",
    "Int64TensorType": "int64",
    "Int32TensorType": "int32",
    "StringTensorType": "object",
    "BooleanTensorType": "bool",
}
#: column kinds and the input type that skl2onnx would be given for them
TYPES = {
    "float64": "DoubleTensorType",
    "int64": "Int64TensorType",
    "label": "Int64TensorType",
    "string": "StringTensorType",
    "text": "StringTensorType",
    "bool": "BooleanTensorType",
}
#: what a model says that wants other numbers than the made-up ones: a logarithm has made NaN of them, for one
ONLY_POSITIVE = re.compile(r"(?i)\b(nan|infinity|negative|positive|must be > ?=? ?0|non-negative)\b")
#: whole numbers between these are taken then, in columns of these kinds
POSITIVE, NUMERIC = (1, 20), ("float32", "float64", "int64")


def derived_inputs(canary: dict) -> list:
    """Inputs that the canary does not declare: one tensor for a matrix, one [None, 1] input a column for a frame."""
    columns = canary["columns"]
    if canary["layout"] == "frame":
        return [[c["name"], TYPES.get(c["kind"], "FloatTensorType"), [None, 1]] for c in columns]
    shape = [None, len(columns)] if canary["layout"] == "matrix" else [None]
    return [["X", TYPES.get(columns[0]["kind"], "FloatTensorType"), shape]]


def typed(converter: str, inputs: list) -> list:
    """Declared inputs as the converter wants them: (name, instance of a tensor type)."""
    module = (
        "onnxmltools.convert.common.data_types" if converter.startswith("onnxmltools") else "skl2onnx.common.data_types"
    )
    kinds = importlib.import_module(module)
    return [
        (name, getattr(kinds, kind)(shape) if shape is not None else getattr(kinds, kind)())
        for name, kind, shape in inputs
    ]


def kinds_of(x: Any) -> list:
    """The dtypes of an array (one), or of the columns of a table."""
    return list(x.dtypes) if hasattr(x, "dtypes") else [x.dtype]


def rounded(canary: dict, test: Any) -> Any:
    """Held-out data as the model's declared inputs can hold them, so that both sides see the same numbers."""
    inputs = canary["inputs"]
    if len(inputs) == 1 and all(kind.kind in "fiu" for kind in kinds_of(test)):
        held = DTYPES.get(inputs[0][1], "object")
        return test.astype(held) if held.startswith("float") or hasattr(test, "dtype") and held != "object" else test
    if canary["layout"] == "frame":
        for name, kind, _ in inputs if len(inputs) == len(test.columns) else []:
            if (
                name in test.columns
                and DTYPES.get(kind, "object") in ("float32", "float64")
                and test[name].dtype.kind in "fiu"
            ):
                test[name] = test[name].astype(DTYPES[kind])
    return test


def check_methods(canary: dict, model: Any) -> None:
    """Look for the methods that the script calls of the fitted model: some depend on its parameters."""
    for name in canary["methods"]:
        if not hasattr(model, name):
            raise AttributeError("'%s' object has no attribute '%s'" % (type(model).__name__, name))


def fit_model(state: dict) -> None:
    """Fit the model on its training data, with a target where it has one."""
    model, x, y = state["model"], state["x"], state["y"]
    model.fit(x) if y is None else model.fit(x, y)


def fit_on(np: Any, canary: dict, state: dict, columns: list) -> None:
    """Make data in these columns, and fit the model."""
    np.random.seed(0)
    model = state["model"]
    classifies = hasattr(model, "predict_proba") or getattr(model, "_estimator_type", "") == "classifier"
    state["x"], state["y"], test, state["ordinary"] = make_data(np, dict(canary, columns=columns), classifies)
    state["test"] = rounded(canary, test)
    fit_model(state)


def positive(columns: list) -> list:
    """The columns with positive numbers, where they have no bounds of their own."""
    bounds = {"low": POSITIVE[0], "high": POSITIVE[1]}
    return [dict(c, **bounds) if c["low"] is None and c["kind"] in NUMERIC else c for c in columns]


def step_fit(canary: dict, state: dict) -> dict:
    """Make data and fit the model; one without `random_state` draws the same numbers at every run."""
    np = state["np"] = importlib.import_module("numpy")
    try:
        fit_on(np, canary, state, canary["columns"])
    except ValueError as error:
        if not (canary["where"] and ONLY_POSITIVE.search(str(error))):
            raise
        fit_on(np, canary, state, positive(canary["columns"]))
    check_methods(canary, state["model"])
    return {}


def named_object(name: str) -> Any:
    """What a dotted name means; its module is imported."""
    module, _, last = name.rpartition(".")
    return getattr(importlib.import_module(module), last)


def register_converters(canary: dict) -> None:
    """Register the converters that the script registers."""
    for one in canary["registered"]:
        more = {"parser": named_object(one["parser"])} if one["parser"] else {}
        if one["options"] is not None:
            more["options"] = one["options"]
        named_object("skl2onnx.update_registered_converter")(
            named_object(one["model"]), one["alias"], named_object(one["shape"]), named_object(one["convert"]), **more
        )


def resolve_options(model: Any, options: dict) -> dict:
    """Options as the converter wants them.

    Keyed by the model, by the class that a dotted name means, or by the names of steps (`clf__zipmap`) as they are.
    """
    steps = {key: value for key, value in options.items() if "__" in key}
    others = {key: value for key, value in options.items() if key not in steps}
    if any("." in key for key in others):
        found = {named_object(key): value for key, value in others.items()}
    else:
        found = {id(model): others} if others or not steps else {}
    found.update(steps)
    return found


def described_model(onx: Any) -> dict:
    """What is told of a converted model."""
    return {"ir": onx.ir_version, "opset": {o.domain or "ai.onnx": o.version for o in onx.opset_import}}


def step_convert(canary: dict, state: dict) -> dict:
    """Convert, the way the canary says."""
    function, convert = canary["converter"].rpartition(".")[2], named_object(canary["converter"])
    register_converters(canary)
    declared = bool(canary["inputs"])
    canary["inputs"] = canary["inputs"] or derived_inputs(canary)
    extra = {}  # type: dict
    if canary["options"] is not None:
        extra["options"] = resolve_options(state["model"], canary["options"])
    extra.update((name, set(operators)) for name, operators in canary["operators"].items())
    if canary["target_opset"] is not None:
        extra["target_opset"] = canary["target_opset"]
    if canary["output_names"]:
        extra["final_types"] = [(name, None) for name in canary["output_names"]]
    if not canary["typed"]:
        onx = convert(state["model"], **extra)
    elif function == "to_onnx" and canary["layout"] != "vector" and not declared:
        onx = convert(state["model"], state["x"][:1], **extra)
    elif function == "convert_sklearn":
        onx = convert(state["model"], "canary", typed(canary["converter"], canary["inputs"]), **extra)
    else:
        onx = convert(state["model"], initial_types=typed(canary["converter"], canary["inputs"]), **extra)
    state["onnx"] = onx
    return described_model(onx)


def step_check(canary: dict, state: dict) -> dict:
    """Ask the ONNX checker.

    Old converters write the domain "ai.onnx", which means the same as "" and which only later checkers know.
    """
    onnx = importlib.import_module("onnx")
    model = onnx.ModelProto()
    model.CopyFrom(state["onnx"])
    for part in list(model.opset_import) + list(model.graph.node):
        part.domain = "" if part.domain == "ai.onnx" else part.domain
    onnx.checker.check_model(model)
    return {}
