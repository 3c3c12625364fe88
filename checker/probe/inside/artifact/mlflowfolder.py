"""The folder of an MLflow model where it is to be used: read by its MLflow, loaded where that runs nobody's code."""

import importlib
from typing import Any

from ..errors import name_of, said_by
from .pickledfile import ask_twins, link_pickled

#: rows that are made up, and the numpy type of a column's type
FOLDER_ROWS = 5
COLUMN_DTYPES = {
    "double": "float64", "float": "float32", "long": "int64", "integer": "int32", "boolean": "bool", "string": "object",
}  # fmt: skip


class NoRows(Exception):
    """Rows cannot be made up."""


class ExampleRefused(Exception):
    """The input example does not fit the signature, as this MLflow enforces it."""


def load_folder(canary: dict, state: dict) -> dict:
    """Look for what its pickles need; let MLflow read the MLmodel file, and load what is no pickle."""
    held, facts = canary["details"], {}  # type: dict, dict
    if held.get("format"):
        check_format(held["format"])
    if held["needs"]:
        link_pickled(canary, state)
    models = importlib.import_module("mlflow.models")
    state["told"] = models.Model.load(canary["artifact"])
    state["signature"] = getattr(state["told"], "signature", None)
    if held["loads"]:
        state["loaded"] = importlib.import_module("mlflow.pyfunc").load_model(canary["artifact"])
        facts["loaded"] = True
        if held["native"]:
            facts["native"] = why_not_native(canary["artifact"])
    return facts


class FormatUnknown(Exception):
    """This MLflow does not know how the model was written."""


def check_format(wanted: str) -> None:
    """Raise where MLflow's own list of formats for models of scikit-learn has no such."""
    flavor = importlib.import_module("mlflow.sklearn")
    known = {getattr(flavor, name) for name in dir(flavor) if name.startswith("SERIALIZATION_FORMAT_")}
    if known and wanted not in known:
        raise FormatUnknown("%s is none of %s" % (wanted, ", ".join(sorted(map(str, known)))))


def why_not_native(folder: str) -> str:
    """What `mlflow.onnx.load_model` says where it fails, "" where it works."""
    try:
        importlib.import_module("mlflow.onnx").load_model(folder)
    except Exception as error:
        return "%s: %s" % (name_of(type(error)), said_by(error)[:300])
    return ""


def ask_folder(canary: dict, state: dict) -> dict:
    """Score the example, or made-up rows of the signature; of what is not loaded, only whether the example fits."""
    held = canary["details"]
    if held["kinds"]:
        ask_twins(canary, state)
    example, unread = example_or_why(canary, state) if held["example"] else (None, "")
    if "loaded" not in state:
        if example is not None and state["signature"] is not None:
            enforce(example, state["signature"])
        return {"fed": "", "example": example is not None, "unread": unread}
    fed, rows = "example", example
    if rows is None:
        fed = "signature"
        try:
            rows = rows_of(held["columns"])
        except NoRows as why:
            return {"fed": "", "skipped": str(why), "unread": unread}
    try:
        state["loaded"].predict(rows)
    except Exception as error:
        first = error  # type: Any
        try:
            first.facts = {"fed": fed, "otherwise": works_otherwise(state["loaded"], rows)}
        except Exception:  # an exception that takes no attribute
            pass
        raise
    return {"fed": fed, "unread": unread}


def works_otherwise(loaded: Any, rows: Any) -> str:
    """How rows that are refused as a table are taken: as an "array", or as a "dictionary" of them; "" for neither."""
    np = importlib.import_module("numpy")
    if not hasattr(rows, "to_numpy"):
        return ""
    plain = rows.to_numpy()
    plain = plain.astype("float32") if plain.dtype.kind in "fiu" else plain
    shaped = {str(name): np.asarray(rows[name]).reshape(-1, 1) for name in rows}
    for how, fed in (("array", plain), ("dictionary", shaped)):
        try:
            loaded.predict(fed)
        except Exception:
            continue
        return how
    return ""


def example_or_why(canary: dict, state: dict) -> tuple:
    """The input example, and why it cannot be read: who scores a model needs none."""
    try:
        return read_example(canary, state), ""
    except Exception as error:
        return None, "%s: %s" % (name_of(type(error)), said_by(error)[:300])


def read_example(canary: dict, state: dict) -> Any:
    """The input example as this MLflow reads it, None where it has no way to."""
    told = state["told"]
    if hasattr(told, "load_input_example"):
        return told.load_input_example(canary["artifact"])
    utils = importlib.import_module("mlflow.models.utils")
    return utils._read_example(told, canary["artifact"]) if hasattr(utils, "_read_example") else None


def enforce(example: Any, signature: Any) -> None:
    """What MLflow does with rows before a model sees them."""
    if getattr(signature, "inputs", None) is None:
        return
    for module in ("mlflow.models.utils", "mlflow.pyfunc"):
        check = getattr(importlib.import_module(module), "_enforce_schema", None)
        if check is not None:
            try:
                check(example, signature.inputs)
            except Exception as error:
                raise ExampleRefused("%s: %s" % (name_of(type(error)), said_by(error)[:600]))
            return


def rows_of(columns: list) -> Any:
    """Rows of a signature: a table for columns, an array or a dictionary of them for tensors."""
    np = importlib.import_module("numpy")
    if not columns:
        raise NoRows("neither an example nor a signature tells what it takes")
    if columns[0][2] is not None:
        made = {name: tensor_of(kind, shape) for name, kind, shape in columns}
        return made if columns[0][0] else made[""]
    table = {}
    for number, (name, kind, _) in enumerate(columns):
        if kind not in COLUMN_DTYPES:
            raise NoRows("no values are made up for a column of type %s" % kind)
        plain = np.arange(FOLDER_ROWS) % 3
        values = plain.astype(str).astype(object) if kind == "string" else plain.astype(COLUMN_DTYPES[kind])
        table[name or number] = values
    return importlib.import_module("pandas").DataFrame(table)


def tensor_of(kind: str, shape: list) -> Any:
    """An array of a tensor's type and shape."""
    np = importlib.import_module("numpy")
    sizes = [FOLDER_ROWS if size < 0 else size for size in shape]
    total = 1
    for size in sizes:
        total *= size
    if total > 10000000:
        raise NoRows("a tensor of %d values is too large to be made up" % total)
    plain = (np.arange(total) % 3).reshape(sizes)
    return plain.astype(str).astype(object) if kind in ("str", "object") else plain.astype(kind)


MLFLOW_STEPS = [("load", load_folder), ("run", ask_folder)]
