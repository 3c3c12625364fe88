"""A real model, its data and its conversion as the fields of a canary: what rules and reports read."""

import ast
import inspect
import sys
from typing import Any

#: characters of one constructor expression, items of one list in it, and how deep it goes
LONGEST, ITEMS, DEEPEST_PART = 4000, 20, 8
#: whole numbers above this a float32 cannot tell from the halves between them; above this they are no whole numbers
MOST_EXACT, MOST_WHOLE = 1 << 23, 1 << 53
#: ONNX element types, by number -> the name of the input type that skl2onnx gives them
ELEMENTS = {
    1: "FloatTensorType",
    11: "DoubleTensorType",
    7: "Int64TensorType",
    6: "Int32TensorType",
    8: "StringTensorType",
    9: "BooleanTensorType",
}
#: numpy's kinds of numbers -> kind of a column
KINDS = {"f4": "float32", "f2": "float32", "b": "bool", "i": "int64", "u": "int64"}


def public_name(kind: Any) -> str:
    """The dotted name of a class or function, without private modules: where a public one really has it."""
    whole, name = str(kind.__module__).split("."), str(kind.__qualname__)
    parts = [part for part in whole if not part.startswith("_") or part == "__main__"]
    private = next((n for n, part in enumerate(whole) if part.startswith("_")), 0)
    for named in (parts, whole[:private], whole):
        module = sys.modules.get(".".join(named))
        if getattr(module, name, None) is kind:
            return ".".join(named + [name])
    return ".".join(parts + [name])


def modules_named(made: str) -> list:
    """The modules that an expression names."""
    try:
        tree = ast.parse(made, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    found, inner = set(), set()  # type: set, set
    for node in ast.walk(tree):  # from the outside inwards
        if isinstance(node, ast.Attribute) and node not in inner:
            names, value = [], node.value  # type: list, Any
            while isinstance(value, ast.Attribute):
                inner.add(value)
                names, value = [value.attr] + names, value.value
            if isinstance(value, ast.Name):
                found.add(".".join([value.id] + names))
    return sorted(found - {"__main__"})


def target_of(model: Any) -> str:
    """The kind of target that a model was fitted on, as a canary names it."""
    classes = getattr(model, "classes_", None)
    if classes is not None:
        texts = getattr(getattr(classes, "dtype", None), "kind", "") in "OUST"
        return ("strings" if texts else "binary") if len(classes) == 2 else "three"
    try:
        tags = getattr(model, "__sklearn_tags__", None)
        kind = getattr(model, "_estimator_type", None) or (tags().estimator_type if tags else None)
    except Exception:
        return "none"
    several = getattr(model, "n_outputs_", 1) > 1 or len(getattr(getattr(model, "coef_", None), "shape", ())) > 1
    return "none" if kind != "regressor" else "targets" if several else "continuous"


def changed_parameters(model: Any) -> list:
    """The parameters of an estimator that differ from their defaults: (name, value)."""
    try:
        given = model.get_params(deep=False)
        usual = inspect.signature(type(model).__init__).parameters
    except Exception:
        return []
    return [(name, value) for name, value in given.items() if not is_default(usual.get(name), value)]


def is_default(parameter: Any, value: Any) -> bool:
    """Whether a value is the default of a parameter."""
    try:
        return parameter is not None and bool(parameter.default is value or parameter.default == value)
    except Exception:  # arrays have no one truth
        return False


def expression(value: Any, depth: int = 0) -> str:
    """An estimator, or what it is made of, as one would write it; `...` for what cannot be written down."""
    if depth > DEEPEST_PART:
        return "..."
    if hasattr(value, "get_params") and not isinstance(value, type):
        inner = ", ".join("%s=%s" % (n, expression(v, depth + 1)) for n, v in changed_parameters(value))
        return "%s(%s)" % (public_name(type(value)), inner)
    if isinstance(value, (list, tuple)) and type(value) in (list, tuple):
        parts = [expression(v, depth + 1) for v in value[:ITEMS]] + ["..."] * (len(value) > ITEMS)
        return "[%s]" % ", ".join(parts) if type(value) is list else "(%s)" % "".join(p + ", " for p in parts).rstrip()
    if type(value) in (str, bool, int, float, type(None)):
        return repr(value)[:200]
    if isinstance(value, type) or inspect.isfunction(value):
        return public_name(value)
    return "..."


def kind_of(dtype: Any) -> str:
    """The kind of a column of that numpy type."""
    told = getattr(dtype, "kind", "O") + str(getattr(dtype, "itemsize", 8))
    return KINDS.get(told[:2]) or KINDS.get(told[0]) or ("float64" if told[0] == "f" else "string")


def columns_seen(x: Any) -> tuple:
    """(layout, columns) of what a model was fitted on."""
    if hasattr(x, "columns") and hasattr(x, "dtypes"):
        known = zip(x.columns, x.dtypes)
        return "frame", [column_seen(str(name), x.iloc[:, n], kind) for n, (name, kind) in enumerate(known)][:2000]
    shape, dtype = getattr(x, "shape", ()), getattr(x, "dtype", None)  # type: Any, Any
    if len(shape) < 2:
        kind = "text" if dtype is None or dtype.kind in "OUS" else kind_of(dtype)
        return "vector", [{"name": "x0", "kind": kind, "missing": False}]
    dense, places = hasattr(x, "__array__"), range(min(shape[1], 2000))
    return "matrix", [column_seen("x%d" % n, x[:, n] if dense else None, dtype) for n in places]


def column_seen(name: str, values: Any, dtype: Any) -> dict:
    """One column: its kind, whether it has gaps, and the bounds of whole numbers that are large for a float."""
    told = {"name": name, "kind": kind_of(dtype), "missing": False}  # type: dict
    if values is None or getattr(dtype, "kind", "O") not in "fiuO":
        return told
    if hasattr(values, "isna"):
        told["missing"] = bool(values.isna().any())
    elif dtype.kind == "f":
        told["missing"] = bool((values != values).any())
    if dtype.kind != "O" and not told["missing"]:
        told.update(bounds_of(values))
    return told


def bounds_of(values: Any) -> dict:
    """The bounds of whole numbers that are large for a float, nothing for any others."""
    try:
        low, high = float(values.min()), float(values.max())
        if MOST_EXACT < max(-low, high) < MOST_WHOLE and bool((values == values // 1).all()):
            return {"low": int(low), "high": int(high) + 1}
    except (TypeError, ValueError):  # none at all, or of a kind that has no order
        pass
    return {}


def inputs_of_graph(onx: Any) -> list:
    """The inputs that a graph declares, without those that have a value: (name, type, shape)."""
    given = {i.name for i in onx.graph.initializer}
    rows = []
    for one in onx.graph.input:
        if one.name not in given:
            tensor = one.type.tensor_type
            shape = [d.dim_value if d.HasField("dim_value") else -1 for d in tensor.shape.dim]
            rows.append([one.name, ELEMENTS.get(tensor.elem_type, "FloatTensorType"), shape])
    return rows


def inputs_declared(given: dict) -> list:
    """The inputs that a conversion is given, as those of a graph: sizes that are none are below zero."""
    rows = []
    try:
        for name, kind in given.get("initial_types") or ():
            shape = [size if type(size) is int else -1 for size in getattr(kind, "shape", None) or ()]
            rows.append([str(name), type(kind).__name__, shape])
    except (TypeError, ValueError):  # the converter will say what is wrong with them
        return []
    return rows


def options_as_written(model: Any, options: Any) -> dict:
    """Converter options keyed by the model as plain names, by a class or another part under its dotted name."""
    if not isinstance(options, dict):
        return {}
    told = {}  # type: dict
    for key, value in options.items():
        value = {str(k): plain_option(v) for k, v in value.items()} if isinstance(value, dict) else plain_option(value)
        if key == id(model) or key is type(model):
            told.update(value if isinstance(value, dict) else {})
        else:
            told[public_name(key) if isinstance(key, type) else str(key)] = value
    return told


def plain_option(value: Any) -> Any:
    """A value of an option where it can be written down, else its text."""
    return value if type(value) in (bool, int, float, str, type(None)) else str(value)[:200]


def describe_conversion(subject: str, where: str, converter: str, given: dict, seen: Any) -> dict:
    """The fields of a canary for one conversion that a script makes; `given` are the converter's arguments."""
    model = given.get("model")
    layout, columns = columns_seen(seen) if seen is not None else ("matrix", [])
    opset = given.get("target_opset")
    made = expression(model)
    made = made if len(made) <= LONGEST else public_name(type(model)) + "(...)"
    return {
        "name": subject,
        "make": made,
        "imports": [m for m in sys.modules if m.startswith("sklearn.experimental.enable")] + modules_named(made),
        "columns": columns,
        "layout": layout,
        "inputs": inputs_declared(given),
        "target": target_of(model),
        "converter": converter,
        "options": options_as_written(model, given.get("options")),
        "target_opset": {"": opset} if type(opset) is int else dict(opset) if isinstance(opset, dict) else {},
        "operators": {name: sorted(given[name]) for name in ("black_op", "white_op") if given.get(name)},
        "where": where,
    }
