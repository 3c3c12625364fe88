"""Load and run: the model in its runtime, fed as the script feeds it."""

import importlib
from typing import Any

from .compare import expected_answers
from .given import make_given, told_by_values
from .stages import AtStage

#: what a session says of its inputs, and the numpy dtype that it wants
WANTED = {
    "tensor(float)": "float32",
    "tensor(double)": "float64",
    "tensor(int64)": "int64",
    "tensor(int32)": "int32",
    "tensor(string)": "object",
    "tensor(bool)": "bool",
}
#: kinds of numbers that a script may feed in place of them
NUMBERS = ("float32", "float64", "int64")


def step_load(canary: dict, state: dict) -> dict:
    """Make a session, in the CPU provider unless the script names none."""
    runtime = importlib.import_module("onnxruntime")
    text = state["onnx"] if canary["proto"] else state["onnx"].SerializeToString()
    options = runtime.SessionOptions()
    if hasattr(options, "log_severity_level"):  # onnxruntime before 1.0 has none
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


def plain_name(name: str) -> str:
    """A name as a converter may write it: only letters and digits of ASCII, all else an underscore."""
    return "".join(c if c.isalnum() and ord(c) < 128 else "_" for c in name).strip("_")


def parts_of(x: Any, wanted: list) -> list:
    """The values for each input: all for a single one, else the column of its name, else as many as it takes."""
    if len(wanted) == 1:
        return [getattr(x, "values", x)]
    own = {plain_name(str(c)): c for c in getattr(x, "columns", [])}
    parts, place = [], 0
    for node in wanted:
        width = node.shape[1] if len(node.shape or []) == 2 and isinstance(node.shape[1], int) else 1
        if plain_name(node.name) in own:
            parts.append(x[own[plain_name(node.name)]].values)
        else:
            parts.append(x.iloc[:, place : place + width].values if own else x[:, place : place + width])
        place += width
    return parts


def feeds(canary: dict, state: dict, x: Any) -> dict:
    """What the session is fed: as its inputs ask, changed in the way in which the script's own feed differs."""
    wanted = state["session"].get_inputs()
    old = {plain_name(name): name for name in canary["fed"]}  # an input that was renamed keeps the script's name
    fed = {}
    for node, values in zip(wanted, parts_of(x, wanted)):
        values = values.astype(WANTED.get(node.type, "float32"))
        if canary["feed"] in NUMBERS and values.dtype.kind in "fiu" and (len(wanted) == 1 or values.dtype.kind == "f"):
            values = values.astype(canary["feed"])
        rank = len(node.shape) if node.shape is not None else 2
        values = values.reshape(-1, 1) if values.ndim < rank else values.reshape(-1) if rank == 1 else values
        if canary["feed"] == "flat":
            values = values[0] if values.shape[-1] > 1 else values.reshape(-1)
        fed[old.get(plain_name(node.name), node.name)] = values
    return fed


def answer(canary: dict, state: dict, x: Any) -> list:
    """The runtime's answers for `x`, row by row where it is not the script that runs a fixed batch whole."""
    session, names = state["session"], list(canary["outputs"]) or None
    shape = session.get_inputs()[0].shape or [None]
    batch = shape[0] if isinstance(shape[0], int) else 0  # the size that the model insists on, 0 for any
    whole = canary["runs"] and not canary["feeds"] and canary["feed"] != "one"
    if not batch or whole or canary["feed"] not in ("", "one"):
        return session.run(names, feeds(canary, state, x))
    parts = [session.run(names, feeds(canary, state, x[i : i + batch])) for i in range(0, len(x) - batch + 1, batch)]
    return [
        sum(outputs, []) if isinstance(outputs[0], list) else state["np"].concatenate(outputs)
        for outputs in zip(*parts)
    ]


def asked_options(canary: dict) -> dict:
    """The converter's options, those of single classes among them."""
    options = {key.rpartition("__")[2]: value for key, value in (canary["options"] or {}).items()}
    for value in list(options.values()):
        options.update(value if isinstance(value, dict) else {})
    return options


def by_reference(canary: dict, state: dict) -> list:
    """The answers of the reference evaluator of the onnx package."""
    evaluator = importlib.import_module("onnx.reference").ReferenceEvaluator(state["onnx"])
    return evaluator.run(None, feeds(dict(canary, feed="", fed=()), state, state["test"]))


def settled_rows(model: Any, x: Any) -> Any:
    """Mask of the rows whose neighbours are no matter of order; None for a model that asks no neighbours.

    Where the last neighbour is as far away as the first that is left out, either may be taken.
    """
    count = getattr(model, "n_neighbors", None)
    if not (isinstance(count, int) and hasattr(model, "kneighbors")):
        return None
    try:
        far = model.kneighbors(x, count + 1)[0]
    except Exception:  # there are no more neighbours than it takes, or it refuses the rows: others will tell
        return None
    return far[:, count - 1] < far[:, count] * (1 - 1e-6)


def leave_ties_out(state: dict) -> None:
    """Take the held-out rows away that have neighbours by chance, unless nothing is left."""
    settled = settled_rows(state["model"], state["test"])
    if settled is None or not settled.any():
        return
    state["test"] = state["test"][settled]
    state["ordinary"] = int(settled[: state["ordinary"]].sum())


def scikit_answers(canary: dict, state: dict) -> dict:
    """What scikit-learn answers for the held-out rows, without those whose neighbours are a matter of order.

    Where it refuses them in the type that the model takes, they come in that of the training data; where it refuses
    the hard ones, only the ordinary ones are scored.
    """
    leave_ties_out(state)
    model, options, test = state["model"], asked_options(canary), state["test"]
    wide = test.astype(state["x"].dtype if hasattr(state["x"], "dtype") else dict(state["x"].dtypes))
    for x, rows in ((test, len(test)), (wide, len(test)), (test[: state["ordinary"]], state["ordinary"])):
        try:
            state["want"] = expected_answers(model, x, options)
        except Exception:
            continue
        state["test"] = test[:rows]
        return state["want"]
    state["test"] = test[: state["ordinary"]]
    with AtStage("fit"):  # the model itself refuses them: the runtime has no part in it
        return expected_answers(model, wide[: state["ordinary"]], options)


def check_taken(canary: dict, state: dict) -> None:
    """Take the answers by number as the script does, as arrays where it treats them so."""
    there = [o.name for o in state["session"].get_outputs()]
    if canary["listed"] > len(there):
        raise ValueError("output %d is asked for: the session gives %s" % (canary["listed"] - 1, ", ".join(there)))
    names = list(canary["outputs"]) or there
    for place, as_array in canary["takes"]:
        if place >= len(names):
            raise ValueError("answer %d is asked for: the session gives %s" % (place, ", ".join(names)))
        if as_array and isinstance(state["got"][place], list):
            raise TypeError("answer %d (%s) is a list with one map a row, no array" % (place, names[place]))


def feed_as_scripted(canary: dict, state: dict) -> None:
    """Run the session with values of the names, types and shapes that the script feeds."""
    for one in canary["feeds"]:
        try:
            state["session"].run(list(one["asks"]) or None, make_given(one["data"], state))
        except Exception as error:
            if not told_by_values(error, one["data"], state):
                raise


def step_run(canary: dict, state: dict) -> dict:
    """Score the held-out rows."""
    state["want"] = scikit_answers(canary, state)
    state["got"] = answer(canary, state, state["test"])
    if canary["unpacks"] and canary["unpacks"] != len(state["got"]):
        names = ", ".join(canary["outputs"] or [o.name for o in state["session"].get_outputs()])
        said = "%s values to unpack (expected %d, got %d): the session gives %s"
        many = "too many" if len(state["got"]) > canary["unpacks"] else "not enough"
        raise ValueError(said % (many, canary["unpacks"], len(state["got"]), names))
    check_taken(canary, state)
    feed_as_scripted(canary, state)
    if canary["reference"]:
        by_reference(canary, state)
    return {}
