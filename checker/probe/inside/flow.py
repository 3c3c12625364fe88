"""The one flow of every canary: fit, convert, check, load, run, parity, register."""

import importlib
import os
import time
from typing import Any

from .compare import TOLERANCE, Disagreement, EdgeDisagreement, expected_answers, judge, plain
from .data import edge_rows, make_data
from .errors import describe
from .frames import Channel
from .register import register_model

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


def evaluate(expression: str, modules: list) -> Any:
    """A constructor expression, with the modules that it names imported."""
    names = {}
    for module in modules:
        importlib.import_module(module)
        top = module.partition(".")[0]
        names[top] = importlib.import_module(top)
    return eval(expression, names)


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


def step_fit(canary: dict, state: dict) -> dict:
    """Make data and fit."""
    model = state["model"] = evaluate(canary["make"], canary["imports"])
    np = state["np"] = importlib.import_module("numpy")
    state["x"], y, test, state["ordinary"] = make_data(np, canary)
    state["test"] = rounded(canary, test)
    model.fit(state["x"]) if y is None else model.fit(state["x"], y)
    return {}


def rounded(canary: dict, test: Any) -> Any:
    """Held-out data as the model's declared inputs can hold them, so that both sides see the same numbers."""
    inputs = canary["inputs"]
    if canary["layout"] == "frame":
        for name, kind, _ in inputs if len(inputs) == len(test.columns) else []:
            if (
                name in test.columns
                and DTYPES.get(kind, "object") in ("float32", "float64")
                and test[name].dtype.kind in "fiu"
            ):
                test[name] = test[name].astype(DTYPES[kind])
    elif test.dtype.kind in "fiu" and len(inputs) == 1 and DTYPES.get(inputs[0][1], "object") != "object":
        test = test.astype(DTYPES[inputs[0][1]])
    return test


def resolve_options(model: Any, options: dict) -> dict:
    """Options as the converter wants them: keyed by the model, or by the class that a dotted name means."""
    if not any("." in key for key in options):
        return {id(model): options}
    return {
        getattr(importlib.import_module(key.rpartition(".")[0]), key.rpartition(".")[2]): value
        for key, value in options.items()
    }


def step_convert(canary: dict, state: dict) -> dict:
    """Convert, the way the canary says."""
    module, _, function = canary["converter"].rpartition(".")
    convert = getattr(importlib.import_module(module), function)
    canary["inputs"] = canary["inputs"] or derived_inputs(canary)
    extra = {}
    if canary["options"] is not None:
        extra["options"] = resolve_options(state["model"], canary["options"])
    if canary["target_opset"] is not None:
        extra["target_opset"] = canary["target_opset"]
    if function == "to_onnx" and canary["layout"] != "vector" and not canary["declared"]:
        onx = convert(state["model"], state["x"][:1], **extra)
    elif function == "convert_sklearn":
        onx = convert(state["model"], "canary", typed(canary["converter"], canary["inputs"]), **extra)
    else:
        onx = convert(state["model"], initial_types=typed(canary["converter"], canary["inputs"]), **extra)
    state["onnx"] = onx
    return {"ir": onx.ir_version, "opset": {o.domain or "ai.onnx": o.version for o in onx.opset_import}}


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


def step_load(canary: dict, state: dict) -> dict:
    """Make a session, in the CPU provider unless the script names none."""
    runtime = importlib.import_module("onnxruntime")
    text = state["onnx"].SerializeToString()
    options = runtime.SessionOptions()
    options.log_severity_level = 3
    try:
        state["session"] = (
            runtime.InferenceSession(text, options, providers=["CPUExecutionProvider"])
            if canary["providers"]
            else runtime.InferenceSession(text)
        )
    except TypeError:  # onnxruntime before 1.3 knows no providers
        state["session"] = runtime.InferenceSession(text, options)
    return {"version": runtime.__version__}


#: what a session says of its inputs, and the numpy dtype that it wants
WANTED = {
    "tensor(float)": "float32",
    "tensor(double)": "float64",
    "tensor(int64)": "int64",
    "tensor(int32)": "int32",
    "tensor(string)": "object",
    "tensor(bool)": "bool",
}


def feeds(canary: dict, state: dict, x: Any) -> dict:
    """What the session is fed: as its inputs ask, changed in the way in which the script's own feed differs."""
    np, wanted = state["np"], state["session"].get_inputs()
    fed = {}
    for place, node in enumerate(wanted):
        values = x.iloc[:, place].values if len(wanted) > 1 else getattr(x, "values", x)
        if len(wanted) > 1 and node.name in x.columns:
            values = x[node.name].values
        values = values.astype(WANTED.get(node.type, "float32"))
        if canary["feed"].endswith("64") and values.dtype == np.float32:
            values = values.astype(np.float64)
        rank = len(node.shape) if node.shape is not None else 2
        fed[node.name] = values.reshape(-1, 1) if values.ndim < rank else values.reshape(-1) if rank == 1 else values
        if canary["feed"] == "flat":
            fed[node.name] = fed[node.name][0] if fed[node.name].shape[-1] > 1 else fed[node.name].reshape(-1)
    return fed


def fixed_batch(state: dict) -> int:
    """The batch size that the model insists on; 0 when it takes any."""
    shape = state["session"].get_inputs()[0].shape or [None]
    return shape[0] if isinstance(shape[0], int) else 0


def answer(canary: dict, state: dict, x: Any) -> list:
    """The runtime's answers for `x`, row by row where the script does not insist on running a fixed batch whole."""
    session, names = state["session"], list(canary["outputs"]) or None
    batch = fixed_batch(state)
    if not batch or canary["runs"] or canary["feed"]:
        return session.run(names, feeds(canary, state, x))
    parts = [session.run(names, feeds(canary, state, x[i : i + batch])) for i in range(0, len(x) - batch + 1, batch)]
    return [
        sum(outputs, []) if isinstance(outputs[0], list) else state["np"].concatenate(outputs)
        for outputs in zip(*parts)
    ]


def raw_scores(canary: dict) -> bool:
    """Whether the converter was asked for scores instead of probabilities, for the model or for a class."""
    options = canary["options"] or {}
    return any(o.get("raw_scores") for o in [options] + [v for v in options.values() if isinstance(v, dict)])


def step_run(canary: dict, state: dict) -> dict:
    """Score the held-out rows; where scikit-learn itself refuses the hard ones, the ordinary ones only."""
    try:
        state["want"] = expected_answers(state["model"], state["test"], raw_scores(canary))
    except Exception:
        state["test"] = state["test"][: state["ordinary"]]
        state["want"] = expected_answers(state["model"], state["test"], raw_scores(canary))
    state["got"] = answer(canary, state, state["test"])
    if canary["reference"]:
        by_reference(state)
    return {}


def by_reference(state: dict) -> list:
    """The answers of the reference evaluator of the onnx package."""
    evaluator = importlib.import_module("onnx.reference").ReferenceEvaluator(state["onnx"])
    fed = feeds({"feed": ""}, state, state["test"])
    return evaluator.run(None, fed)


def step_parity(canary: dict, state: dict) -> dict:
    """Compare; a disagreement is put to a third opinion, where the onnx package has one."""
    np = state["np"]
    if canary["outputs"] or canary["feed"]:
        return {}
    double = any(kind == "DoubleTensorType" for _, kind, _ in canary["inputs"])
    tolerance = TOLERANCE["float64" if double else "float32"]
    try:
        facts = judge(np, state["model"], state["want"], state["got"], tolerance, state["ordinary"])
    except Disagreement as error:
        error.facts["third_opinion"] = third_opinion(np, state, tolerance)
        raise
    if canary["layout"] == "matrix" and state["x"].dtype.kind == "f" and not np.isnan(state["x"]).any():
        compare_edges(np, canary, state, tolerance)
    return facts


def compare_edges(np: Any, canary: dict, state: dict, tolerance: float) -> None:
    """Compare on the thresholds of the model's trees, where it has any."""
    edges = np.array(edge_rows(np, state["model"], state["x"]))
    if not len(edges):
        return
    try:
        judge(
            np,
            state["model"],
            expected_answers(state["model"], edges, raw_scores(canary)),
            answer(canary, state, edges),
            tolerance,
            0,
        )
    except Disagreement as error:
        raise EdgeDisagreement("on values next to the thresholds of its trees, " + str(error), error.facts)


def third_opinion(np: Any, state: dict, tolerance: float) -> str:
    """Whom the reference evaluator agrees with: scikit-learn, runtime, neither, or "" when it cannot say."""
    try:
        third = by_reference(state)
    except Exception:
        return ""
    try:
        judge(np, state["model"], state["want"], third, tolerance, state["ordinary"])
        return "scikit-learn"
    except Disagreement:
        pass
    same = all(
        a.shape == b.shape and np.allclose(a, b, tolerance, tolerance, equal_nan=True)
        for a, b in zip(map(lambda v: plain(np, v), third), map(lambda v: plain(np, v), state["got"]))
        if a.dtype.kind in "fiu"
    )
    return "runtime" if same else "neither"


STEPS = [
    ("fit", step_fit),
    ("convert", step_convert),
    ("check", step_check),
    ("load", step_load),
    ("run", step_run),
    ("parity", step_parity),
    ("register", register_model),
]
#: what a stage needs to have been imported
NEEDS = {
    "convert": "onnx",
    "check": "onnx",
    "load": "onnxruntime",
    "run": "onnxruntime",
    "parity": "onnxruntime",
    "register": "mlflow",
}


def applies(stage: str, canary: dict, absent: list) -> bool:
    """Whether this canary takes that step here."""
    if stage == "register":
        return bool(canary["logging"]) and "mlflow" not in absent
    if stage != "fit" and canary["converter"].partition(".")[0] in absent:
        return False
    return bool(canary["make"]) and NEEDS.get(stage, "") not in absent


def try_canary(canary: dict, absent: list, channel: Channel) -> None:
    """Take the canary through its steps up to the first that fails; the ONNX checker's complaint stops nothing."""
    canary["declared"] = bool(canary["inputs"])
    canary["converter"] = canary["converter"] or "skl2onnx.convert_sklearn"
    state = {"folder": os.getcwd()}  # type: dict
    for stage, step in STEPS:
        if not applies(stage, canary, absent):
            continue
        channel.send("step", stage=stage, subject=canary["name"])
        start = time.perf_counter()
        try:
            facts = step(canary, state)
        except BaseException as error:
            channel.send(
                "failure",
                stage=getattr(error, "stage", stage),
                subject=canary["name"],
                seconds=time.perf_counter() - start,
                **describe(error),
            )
            if stage != "check":
                return
        else:
            channel.send(
                "passed", stage=stage, subject=canary["name"], seconds=time.perf_counter() - start, facts=facts
            )
