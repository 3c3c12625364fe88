"""Load and run: the model in its runtime, fed as the script feeds it."""

import importlib
from typing import Any

from .compare import expected_answers

#: what a session says of its inputs, and the numpy dtype that it wants
WANTED = {
    "tensor(float)": "float32",
    "tensor(double)": "float64",
    "tensor(int64)": "int64",
    "tensor(int32)": "int32",
    "tensor(string)": "object",
    "tensor(bool)": "bool",
}


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


def answer(canary: dict, state: dict, x: Any) -> list:
    """The runtime's answers for `x`, row by row where the script does not insist on running a fixed batch whole."""
    session, names = state["session"], list(canary["outputs"]) or None
    shape = session.get_inputs()[0].shape or [None]
    batch = shape[0] if isinstance(shape[0], int) else 0  # the size that the model insists on, 0 for any
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


def by_reference(state: dict) -> list:
    """The answers of the reference evaluator of the onnx package."""
    evaluator = importlib.import_module("onnx.reference").ReferenceEvaluator(state["onnx"])
    fed = feeds({"feed": ""}, state, state["test"])
    return evaluator.run(None, fed)


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
