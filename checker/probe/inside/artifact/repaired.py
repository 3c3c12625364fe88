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


def hard_rows(node: Any, shape: list, number: int, known: dict) -> Any:
    """Values for one input: ordinary ones at first, then hard ones, missing and infinite ones at the end.

    `known` are the numbers at which something changes in the model, which are hard ones with their next neighbours,
    and the texts that it knows: a model may refuse all others.
    """
    np, dtype = importlib.import_module("numpy"), ELEMENT_DTYPES.get(node.type)
    if dtype is None:
        raise NotMade("the input %s is a %s, of which no rows are made up" % (node.name, node.type))
    random = np.random.RandomState(number)
    if dtype == "object":
        texts = tuple(known.get("texts", ()))
        return random.choice(np.array(texts if texts and number % 3 else texts + HARD_TEXTS, dtype=object), size=shape)
    if not dtype.startswith("float"):
        return random.randint(0, 2 if dtype == "bool" else 5, size=shape).astype(dtype)
    values = random.normal(size=shape) * (1, 10, 1000)[number % 3]
    if number % 4 == 3:
        values = random.choice(
            HARD_NUMBERS + ((float("nan"), float("inf")) if number > BATCHES - 4 else ()), size=shape
        )
    if number % 4 == 1 and known.get("numbers"):
        edges = random.choice(np.array(known["numbers"], dtype="float32"), size=shape)
        values = np.nextafter(edges, edges + random.randint(-1, 2, size=shape).astype("float32"))
    if number % 4 == 2:  # as far as a float tells apart, and no farther
        values = np.nextafter(np.round(values).astype("float32"), np.float32(number))
    return values.astype(dtype)


def fed_to_repaired(inputs: list, fed: dict) -> dict:
    """The same rows for the inputs of the changed file: by name, in columns, or as one array."""
    np = importlib.import_module("numpy")
    names = [node.name for node in inputs]
    if len(names) == len(fed):  # an input that was renamed is at its place
        same = set(names) == set(fed)
        given = [fed[name] if same else values for name, values in zip(names, fed.values())]
        given = [v.reshape(-1) if len(node.shape) == 1 else v for v, node in zip(given, inputs)]
        return {node.name: v.astype(ELEMENT_DTYPES[node.type]) for node, v in zip(inputs, given)}
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
    nodes, rows = original.get_inputs(), 0
    for number in range(BATCHES):
        shapes = input_sizes(nodes, MADE_ROWS, 1)
        fed = {node.name: hard_rows(node, shape, number, canary["details"]) for node, shape in zip(nodes, shapes)}
        whole = both_answer(original, state["session"], fed)
        if not whole and all(shape and shape[0] == MADE_ROWS for shape in shapes):  # one of them is refused, perhaps
            parts = [{name: values[n : n + 1] for name, values in fed.items()} for n in range(MADE_ROWS)]
            rows += sum(both_answer(original, state["session"], part) for part in parts)
        rows += whole * (shapes[0][0] if shapes and shapes[0] else 1)
    if not rows:
        raise RepairDisagreement("none of the rows is scored by either of the files")
    return {"rows": rows}


def both_answer(original: Any, changed: Any, fed: dict) -> bool:
    """Whether rows are scored, by both and the same; False where both refuse them. Raises RepairDisagreement."""
    want, got = scored(original, fed), scored(changed, fed_to_repaired(changed.get_inputs(), fed))
    if want is None and got is None:
        return False
    check_same(want, got)
    return True


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
