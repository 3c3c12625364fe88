"""Values like those that a script hands to models, signatures and sessions, made of the model's own rows."""

import importlib
from typing import Any

#: rows of what has any number of them, and rows at most
GIVEN_ROWS, MOST_GIVEN = 3, 200


def make_given(given: dict, state: dict, name: str = "", place: int = 0) -> Any:
    """The value; `name` and `place` are those of what it is a part of."""
    return MAKE_GIVEN[given["form"]](given, state, name, place)


def told_by_values(error: Exception, given: dict, state: dict) -> bool:
    """Whether it is the values that an operator refuses: these are not the script's own, and say nothing of it.

    A width that is not the model's says something.
    """
    widths = [part["dims"][1] for _, part in given["parts"] or [("", given)] if len(part["dims"]) == 2]
    same = len(widths) != 1 or widths[0] in (None, (getattr(state["x"], "shape", ())[1:] or (None,))[0])
    return same and "while running" in str(error)


def with_first_missing(np: Any, values: Any, given: dict) -> Any:
    """The first value missing, where one may be and the dtype has such a value."""
    if given["missing"] and values.size and values.dtype.kind == "f":
        values.reshape(-1)[0] = np.nan
    return values


def given_rows(given: dict) -> int:
    """How many rows it has."""
    known = given["dims"][0] if given["dims"] else None
    return GIVEN_ROWS if known is None else min(known, MOST_GIVEN)


def training_values(state: dict, name: str, place: int) -> Any:
    """The training values of a column, by its name or its place; None where there is no such column."""
    x = state["x"]
    if hasattr(x, "columns"):
        if name in x.columns:
            return x[name].values
        return None
    if x.ndim == 1:
        return x
    return x[:, place] if place < x.shape[1] else None


def values_as(state: dict, values: Any, given: dict, rows: int) -> Any:
    """So many values as that dtype: the script's own texts, within its bounds, the given ones, else made-up ones.

    What MLflow takes may hang on the values: 0 and 1 are not like 2.
    """
    np, dtype, told = state["np"], given["dtype"], given["value"]
    if told and isinstance(told[0], str):
        values = np.array(told, dtype=object)
    elif told and rows:
        values = told[0] + np.arange(rows) % (told[1] - told[0])
    text, numeric = dtype in ("object", "category", "str", "string"), values is not None and values.dtype.kind in "fiub"
    if values is None or (not numeric and not text):
        values, numeric = np.arange(max(rows, 1)), True
    values = np.resize(values, rows)
    if text:
        return np.array([str(v) for v in values], dtype=str if dtype == "str" else object)
    plain = {"boolean": "bool"}.get(dtype.lower(), dtype.lower())
    if plain.startswith("datetime"):
        return np.datetime64("2024-01-01", "ns") + np.arange(rows).astype("timedelta64[D]")
    if "int" in plain or plain == "bool":
        values = np.nan_to_num(values.astype(float))
    return (np.abs(values).round() if "int" in plain else values).astype(plain)


def given_column(given: dict, state: dict, name: str, place: int) -> Any:
    """A column of a table; where a value may be missing, the first one is."""
    pandas, dtype = importlib.import_module("pandas"), given["dtype"]
    values = values_as(state, training_values(state, name, place), given, given_rows(given))
    missing = given["missing"] and len(values) > 0
    if missing and dtype == "int64":  # numpy has no missing whole number
        dtype = "float64"
    column = pandas.Series(values, name=name or None).astype(dtype)
    return column.mask(column.index == 0) if missing and dtype != "bool" else column


def given_frame(given: dict, state: dict, name: str, place: int) -> Any:
    """A table."""
    pandas, rows, columns = importlib.import_module("pandas"), given_rows(given), {}
    for at, (key, part) in enumerate(given["parts"]):
        columns[key] = given_column(dict(part, dims=(rows,)), state, key, at)
    return pandas.DataFrame(columns, columns=list(columns))


def given_array(given: dict, state: dict, name: str, place: int) -> Any:
    """An array: the columns of the model's own data side by side, or one of them."""
    np, dims, rows = state["np"], given["dims"], given_rows(given)
    if len(dims) < 2:
        values = values_as(state, training_values(state, name, place), given, rows if dims else 1)
        return with_first_missing(np, values, given) if dims else values[:1].tolist()[0]  # as pandas' records are
    own = list(getattr(state["x"], "columns", []))
    width = dims[1] if dims[1] is not None else 1 if name else len(own) or (state["x"].shape[1:] or (1,))[0]
    names = [name] if name and width == 1 else own
    columns = []
    for at in range(width):
        values = training_values(state, (names + [""] * width)[at], place if width == 1 else at)
        columns.append(values_as(state, values, given, rows))
    made = np.column_stack(columns) if columns else np.empty((rows, 0))
    made = made.reshape((rows, width) + (1,) * len(dims[2:]))
    return with_first_missing(np, made, given)


def given_list(given: dict, state: dict, name: str, place: int) -> Any:
    """A list: of what it holds, or of an array's elements."""
    if not given["dtype"]:
        return [make_given(part, state) for _, part in given["parts"]]
    made = given_array(given, state, name, place)
    return made.tolist()


def given_dict(given: dict, state: dict, name: str, place: int) -> dict:
    """A dict; a key that is not told is the name that the session gives at that place."""
    made = {}
    for at, (key, part) in enumerate(given["parts"]):
        inputs = state["session"].get_inputs() if not key else []
        real = key or inputs[at].name if key or at < len(inputs) else ""
        several = len(given["parts"]) > 1
        made[real] = make_given(part, state, key or real if several else "", at)
    return made


def given_answers(given: dict, state: dict, name: str, place: int) -> Any:
    """What the session has answered."""
    got = state["got"]
    return got if given["value"] < 0 else got[given["value"]]


def given_predictions(given: dict, state: dict, name: str, place: int) -> Any:
    """What the fitted model predicts."""
    return getattr(state["model"], given["value"])(state["x"][:GIVEN_ROWS])


def given_schema(given: dict, state: dict, name: str, place: int) -> Any:
    """A schema of MLflow's."""
    types = importlib.import_module("mlflow.types.schema")
    parts = [part for _, part in given["parts"]]
    return types.Schema([make_given(part, state) for part in parts])


def given_spec(given: dict, state: dict, name: str, place: int) -> Any:
    """One column, or one tensor, of a schema."""
    types = importlib.import_module("mlflow.types.schema")
    more = {} if given["value"] is None else {"name": given["value"]}
    if given["form"] == "columnspec":
        return types.ColSpec(given["dtype"], **more)
    return types.TensorSpec(state["np"].dtype(given["dtype"]), tuple(given["dims"]), **more)


def given_sparse(given: dict, state: dict, name: str, place: int) -> Any:
    """A sparse matrix."""
    return importlib.import_module("scipy.sparse").csr_matrix(given_array(given, state, name, place))


def given_serving(given: dict, state: dict, name: str, place: int) -> Any:
    """What a server is sent for these rows."""
    models = importlib.import_module("mlflow.models")
    return models.convert_input_example_to_serving_input(make_given(given["parts"][0][1], state))


def given_json(given: dict, state: dict, name: str, place: int) -> str:
    """A text of JSON."""
    return str(importlib.import_module("json").dumps(make_given(given["parts"][0][1], state)))


MAKE_GIVEN = {
    "json": given_json,
    "sparse": given_sparse,
    "serving": given_serving,
    "frame": given_frame,
    "column": given_column,
    "array": given_array,
    "list": given_list,
    "dict": given_dict,
    "literal": lambda given, *_: given["value"],
    "answers": given_answers,
    "predicted": given_predictions,
    "schema": given_schema,
    "columnspec": given_spec,
    "tensorspec": given_spec,
}
