"""A changed ONNX file beside the one that it was made of: the same rows, the same answers."""

import importlib
from typing import Any

from .onnxfile import open_onnx_file
from .rows import ELEMENT_DTYPES, MADE_ROWS, NotMade, input_sizes

#: numbers that models stumble over, and numbers around them
HARD_NUMBERS = (0.0, -0.0, 1.0, -1.0, 0.5, 1e-7, -1e-7, 1e-30, 3.0, 100.0, -1000.0, 65504.0, 16777217.0, 1e30, -1e30)
#: texts of which no training has seen some
HARD_TEXTS = ("", "a", "b", "A", "1", "0", "unseen", "\u00e4\u00df", " a ")
#: batches that are fed
BATCHES = 24


class RepairDisagreement(Exception):
    """The changed file answers otherwise than the one that it was made of."""


def hard_rows(node: Any, shape: list, number: int, edges: tuple) -> Any:
    """Values for one input: ordinary ones at first, then hard ones, missing and infinite ones at the end.

    `edges` are numbers at which something changes: they and their next neighbours are hard ones.
    """
    np, dtype = importlib.import_module("numpy"), ELEMENT_DTYPES.get(node.type)
    if dtype is None:
        raise NotMade("the input %s is a %s, of which no rows are made up" % (node.name, node.type))
    random = np.random.RandomState(number)
    if dtype == "object":
        return random.choice(np.array(HARD_TEXTS, dtype=object), size=shape)
    if not dtype.startswith("float"):
        return random.randint(0, 2 if dtype == "bool" else 5, size=shape).astype(dtype)
    values = random.normal(size=shape) * (1, 10, 1000)[number % 3]
    if number % 4 == 3:
        values = random.choice(
            HARD_NUMBERS + ((float("nan"), float("inf")) if number > BATCHES - 4 else ()), size=shape
        )
    if number % 4 == 2:  # as far as a float tells apart, and no farther
        values = np.nextafter(np.round(values).astype("float32"), np.float32(number))
    return values.astype(dtype)


def fed_to_repaired(inputs: list, fed: dict) -> dict:
    """The same rows for the inputs of the changed file: by name, in columns, or as one array."""
    np = importlib.import_module("numpy")
    names = [node.name for node in inputs]
    if set(names) == set(fed):
        return {node.name: fed[node.name].astype(ELEMENT_DTYPES[node.type]) for node in inputs}
    whole = np.concatenate(list(fed.values()), axis=1)
    if len(names) == 1:
        return {names[0]: whole.astype(ELEMENT_DTYPES[inputs[0].type])}
    return {node.name: whole[:, n : n + 1].astype(ELEMENT_DTYPES[node.type]) for n, node in enumerate(inputs)}


def as_table(answer: Any) -> Any:
    """An answer as an array; of maps a row with a column a key, in their order."""
    np = importlib.import_module("numpy")
    if isinstance(answer, list) and answer and isinstance(answer[0], dict):
        return np.array([list(row.values()) for row in answer], dtype="float32")
    return np.asarray(answer)


def scored(session: Any, fed: dict) -> Any:
    """The answers, or None where it refuses the rows."""
    try:
        return [as_table(answer) for answer in session.run(None, fed)]
    except Exception:
        return None


def compare_repaired(canary: dict, state: dict) -> dict:
    """Feed hard rows to both files; any difference that is not nothing is a failure."""
    original = open_onnx_file(canary["original"])
    edges = tuple(canary["details"].get("numbers", ()))
    names, batches, rows = [node.name for node in original.get_inputs()], 0, 0
    for number in range(BATCHES):
        shapes = input_sizes(original.get_inputs(), MADE_ROWS, 1)
        fed = {node.name: hard_rows(node, shape, number, edges) for node, shape in zip(original.get_inputs(), shapes)}
        want = scored(original, fed)
        got = scored(state["session"], fed_to_repaired(state["session"].get_inputs(), {n: fed[n] for n in names}))
        if want is None and got is None:
            continue
        check_same(want, got)
        batches, rows = batches + 1, rows + (shapes[0][0] if shapes and shapes[0] else 1)
    if not batches:
        raise RepairDisagreement("none of the rows is scored by either of the files")
    return {"rows": rows, "batches": batches}


def check_same(want: Any, got: Any) -> None:
    """Raises RepairDisagreement where two answers are not the same, bit for bit."""
    np = importlib.import_module("numpy")
    if want is None or got is None or len(want) != len(got):
        raise RepairDisagreement("only one of the two files takes the rows, or their answers are not as many")
    for number, (a, b) in enumerate(zip(want, got)):
        if a.shape != b.shape or (a.dtype.kind in "fc") != (b.dtype.kind in "fc"):
            raise RepairDisagreement("answer %d has the form %s, and had %s" % (number, b.shape, a.shape))
        same = np.array_equal(a, b) if a.dtype.kind not in "fc" else ((a == b) | ((a != a) & (b != b))).all()
        if not same:
            far = abs(a.astype("float64") - b.astype("float64")).max() if a.dtype.kind in "fiu" else "a text"
            raise RepairDisagreement("answer %d differs: %s at most" % (number, far))
