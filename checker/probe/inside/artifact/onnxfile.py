"""An ONNX file in the runtime that is to score it: loaded, run on made-up rows, compared with the reference."""

import importlib
from typing import Any

from ..errors import said_by
from .rows import MADE_ROWS, NotMade, made_up_rows, size_guessed

#: kinds of values, rows, and the size of what else is open, in the order in which they are tried
WAYS_TO_FEED = (
    ("mixed", MADE_ROWS, 1),
    ("ones", MADE_ROWS, 1),
    ("zeros", MADE_ROWS, 1),
    ("mixed", 1, 1),
    ("mixed", MADE_ROWS, 4),
    ("ones", 1, 8),
)
#: combinations of texts that the model knows, which are tried one row each
KNOWN_TEXTS = 40
#: what a model says that takes only the categories that it knows: no fault of the runtime
UNKNOWN_CATEGORY = "Unknown Category"
#: how far a runtime may be from the reference: absolute and relative
NEAR_REFERENCE = 1e-3


def open_onnx_file(path: str) -> Any:
    """A session of a file, in the CPU provider."""
    runtime = importlib.import_module("onnxruntime")
    options = runtime.SessionOptions()
    if hasattr(options, "log_severity_level"):  # onnxruntime before 1.0 has none
        options.log_severity_level = 3
    try:
        return runtime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    except TypeError:  # onnxruntime before 1.3 knows no providers
        return runtime.InferenceSession(path, options)


def check_onnx_file(canary: dict, state: dict) -> dict:
    """What the checker of onnx says of the file, by its path: it may be large."""
    checker = importlib.import_module("onnx").checker
    try:
        checker.check_model(canary["artifact"])
    except AttributeError:  # onnx before 1.8 takes no path
        checker.check_model(importlib.import_module("onnx").load(canary["artifact"]))
    return {}


def load_onnx_file(canary: dict, state: dict) -> dict:
    """Make a session of the file."""
    state["session"] = open_onnx_file(canary["artifact"])
    return {"version": importlib.import_module("onnxruntime").__version__}


def run_onnx_file(canary: dict, state: dict) -> dict:
    """Score made-up rows, twice; one way of making them up that works is enough."""
    inputs, first = state["session"].get_inputs(), None  # type: list, Any
    texts = canary["details"].get("texts", [])
    combined = [(number, 1, 1) for number in range(KNOWN_TEXTS)] if texts else []
    for kind, rows, other in [*combined[:1], *WAYS_TO_FEED, *combined[1:]]:
        try:
            state["fed"] = made_up_rows(inputs, kind, rows, other, texts)
        except NotMade as why:
            return {"skipped": str(why)}
        try:
            state["got"] = state["session"].run(None, state["fed"])
        except Exception as error:
            first = first or error
            continue
        again = state["session"].run(None, state["fed"])
        return {"rows": rows, "varies": [o.name for o, a, b in both_answers(state, again) if answers_differ(a, b)]}
    if UNKNOWN_CATEGORY in said_by(first):
        return {"skipped": "it takes only texts that it knows, and none that were made up"}
    try:
        first.facts = {"guessed": size_guessed(inputs)}
    except Exception:  # an exception that takes no attribute
        pass
    raise first


def both_answers(state: dict, others: list) -> list:
    """Each output with its two answers."""
    return list(zip(state["session"].get_outputs(), state["got"], others))


def answers_differ(one: Any, other: Any, near: float = 0.0) -> bool:
    """Whether two answers are not the same; of numbers by more than `near`, absolute and relative."""
    np = importlib.import_module("numpy")
    if isinstance(one, (list, tuple)):
        return len(one) != len(other) or any(answers_differ(a, b, near) for a, b in zip(one, other))
    if isinstance(one, dict):
        return sorted(one) != sorted(other) or any(answers_differ(one[key], other[key], near) for key in one)
    a, b = np.asarray(one), np.asarray(other)
    if a.size == b.size and a.ndim != b.ndim:  # a column and a vector say the same
        a, b = a.ravel(), b.ravel()
    if a.shape != b.shape:
        return True
    if a.dtype.kind not in "fc" or b.dtype.kind not in "fc":
        return not (a == b).all()
    return not np.allclose(a, b, rtol=near, atol=near, equal_nan=True)


def compare_onnx_file(canary: dict, state: dict) -> dict:
    """Ask the reference evaluator of onnx for the same rows; what it cannot run is no failure of the runtime."""
    if "got" not in state:
        return {"skipped": "nothing was run"}
    try:
        evaluator = importlib.import_module("onnx.reference").ReferenceEvaluator(canary["artifact"])
        want = evaluator.run(None, state["fed"])
    except Exception as error:
        return {"skipped": "the reference evaluator of onnx does not run it: %s" % type(error).__name__}
    wrong = [o.name for o, a, b in both_answers(state, want) if answers_differ(a, b, NEAR_REFERENCE)]
    if wrong:
        raise ReferenceDisagreement("onnxruntime and the reference evaluator of onnx differ in %s" % ", ".join(wrong))
    return {"agrees": len(want)}


class ReferenceDisagreement(Exception):
    """The runtime answers otherwise than the reference."""


ONNX_FILE_STEPS = [
    ("check", check_onnx_file),
    ("load", load_onnx_file),
    ("run", run_onnx_file),
    ("parity", compare_onnx_file),
]
#: what a step needs to have been imported
ONNX_FILE_NEEDS = {
    "check": ("onnx",),
    "load": ("onnxruntime",),
    "run": ("onnxruntime",),
    "parity": ("onnx", "onnxruntime"),
}  # type: dict
