"""What a change of code does to a model of the script, so that the change can be tried before it is advised."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ...model import Canary, Column, Registered

Edit = Callable[[Canary], Canary]
#: parameters of encoders that take rare categories together
GROUPING = ("min_frequency", "max_categories")


def changed(**fields: Any) -> Edit:
    """Another value for some fields of the canary."""
    return lambda canary: replace(canary, **fields)


def both(first: Edit, second: Edit) -> Edit:
    """One change after the other."""
    return lambda canary: second(first(canary))


def floats(canary: Canary) -> Canary:
    """Declare, and fit on, floats where there were doubles."""
    inputs = tuple((n, "FloatTensorType" if k == "DoubleTensorType" else k, shape) for n, k, shape in canary.inputs)
    columns = tuple(replace(c, kind="float32") if c.kind == "float64" else c for c in canary.columns)
    return replace(canary, inputs=inputs, columns=columns)


def whole_as_floats(canary: Canary) -> Canary:
    """Declare, and fit on, floats where there were whole numbers."""
    inputs = tuple((n, "FloatTensorType" if k.startswith("Int") else k, shape) for n, k, shape in canary.inputs)
    columns = tuple(replace(c, kind="float32") if c.kind == "int64" else c for c in canary.columns)
    return replace(canary, inputs=inputs, columns=columns, feed="", feeds=())


def missing_whole_numbers(canary: Canary) -> tuple[str, ...]:
    """The inputs of whole numbers whose columns have missing values."""
    missing = {c.name for c in canary.columns if c.missing}
    return tuple(name for name, kind, _ in canary.inputs if kind.startswith("Int") and name in missing)


def floats_for_missing(canary: Canary) -> Canary:
    """Declare floats where whole numbers may be missing."""
    lost = missing_whole_numbers(canary)
    inputs = tuple((n, "FloatTensorType" if n in lost else kind, shape) for n, kind, shape in canary.inputs)
    return replace(canary, inputs=inputs, feed="", feeds=())


def in_another_order(canary: Canary) -> bool:
    """Whether the columns of a table are declared one by one, in another order than the model was fitted on."""
    declared, fitted = [name for name, _, _ in canary.inputs], [c.name for c in canary.columns]
    return canary.layout == "frame" and declared != fitted and sorted(declared) == sorted(fitted)


def in_order(canary: Canary) -> Canary:
    """Declare the inputs in the order of the columns that the model was fitted on."""
    place = {column.name: i for i, column in enumerate(canary.columns)}
    return replace(canary, inputs=tuple(sorted(canary.inputs, key=lambda one: place.get(one[0], len(place)))))


def is_large(column: Column) -> bool:
    """Whether a column holds whole numbers that a float32 cannot tell from the halves between them."""
    return column.low is not None and column.high is not None and max(-column.low, column.high) > 1 << 23


def near_zero(canary: Canary) -> Canary:
    """Subtract a constant from large whole numbers."""
    columns = (
        replace(c, low=0, high=c.high - c.low) if is_large(c) and c.low is not None and c.high is not None else c
        for c in canary.columns
    )
    return replace(canary, columns=tuple(columns))


def registering(one: Registered, opset: Mapping[str, int]) -> Edit:
    """Register a converter first, and convert with this target_opset where the script names none for each domain."""

    def edit(canary: Canary) -> Canary:
        asked = canary.target_opset if isinstance(canary.target_opset, Mapping) else opset
        return replace(canary, registered=(*canary.registered, one), target_opset=asked)

    return edit


def as_declared(canary: Canary) -> Canary:
    """Feed what is declared, and declare any number of rows."""
    inputs = tuple((n, kind, shape and (None, *shape[1:])) for n, kind, shape in canary.inputs)
    return replace(canary, feed="", feeds=(), inputs=inputs)


def fed_as_named(canary: Canary) -> Canary:
    """Feed by the names that the session gives."""
    return replace(canary, fed=(), feeds=())


def asking_all(canary: Canary) -> Canary:
    """Ask for all outputs, whatever their names."""
    return replace(canary, outputs=(), feeds=tuple(replace(one, asks=()) for one in canary.feeds))


def as_matrix(canary: Canary) -> Canary:
    """Fit on the table, and convert with one row of it as an array: one input takes all columns."""
    kinds = {c.kind for c in canary.columns}
    kind = (
        "DoubleTensorType" if kinds == {"float64"} else "Int64TensorType" if kinds == {"int64"} else "FloatTensorType"
    )
    return replace(canary, layout="matrix", inputs=(("X", kind, (None, len(canary.columns))),), fed=(), feeds=())


def with_widths(canary: Canary) -> Canary:
    """Declare the number of columns of a single input."""
    inputs = tuple((n, kind, (None, len(canary.columns))) for n, kind, _ in canary.inputs)
    return replace(canary, inputs=inputs) if len(inputs) == 1 else canary


def logged_with(**arguments: Any) -> Edit:
    """Hand the logging call these arguments too."""

    def edit(canary: Canary) -> Canary:
        if not canary.logging:
            return canary
        return replace(canary, logging=replace(canary.logging, arguments={**canary.logging.arguments, **arguments}))

    return edit


def with_option(name: str, value: Any) -> Edit:
    """Convert with an option, or without it where its value is None; an option of a class stays with its class."""

    def edit(canary: Canary) -> Canary:
        old = canary.options or {}
        nested = {k: dict(v) for k, v in old.items() if isinstance(v, Mapping)}
        plain = {k: v for k, v in old.items() if k not in nested}
        for one in (plain, *nested.values()):
            one.pop(name, None)
        if value is not None and nested:
            nested.setdefault(last_class(canary.make) or canary.make.partition("(")[0], {})[name] = value
        elif value is not None:
            plain[name] = value
        return replace(canary, options={**plain, **{k: v for k, v in nested.items() if v}} or None)

    return edit


def with_option_of(kind: str, name: str, value: str) -> Edit:
    """Convert with an option for one class, a dotted name, beside the options of other classes."""

    def edit(canary: Canary) -> Canary:
        old: Mapping[str, Any] = canary.options or {}
        model = canary.make.partition("(")[0]
        by_class = old if any("." in key for key in old) else {last_class(canary.make) or model: old} if old else {}
        return replace(canary, options={**by_class, kind: {**by_class.get(kind, {}), name: value}})

    return edit


def given_lists(tree: ast.AST) -> Iterator[ast.keyword]:
    """The arguments by name that are lists of numbers."""
    for node in ast.walk(tree):
        for keyword in node.keywords if isinstance(node, ast.Call) else []:
            items = keyword.value.elts if isinstance(keyword.value, ast.List) else []
            if items and all(isinstance(i, ast.Constant) and isinstance(i.value, (int, float)) for i in items):
                yield keyword


def lists_of_numbers(expression: str) -> list[str]:
    """Names of the arguments that are lists of numbers."""
    return list(dict.fromkeys(k.arg or "" for k in given_lists(ast.parse(expression, mode="eval"))))


def lists_as_arrays(canary: Canary) -> Canary:
    """Give lists of numbers as arrays."""
    tree = ast.parse(canary.make, mode="eval")
    for keyword in given_lists(tree):
        keyword.value = ast.parse(f"numpy.array({ast.unparse(keyword.value)})", mode="eval").body
    imports = tuple(dict.fromkeys((*canary.imports, "numpy")))
    return replace(canary, make=ast.unparse(tree), imports=imports)


def with_argument(kind: str, name: str, value: Any) -> Edit:
    """Make every estimator of that class, a name without dots, with this argument."""

    def edit(canary: Canary) -> Canary:
        tree = ast.parse(canary.make, mode="eval")
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == kind:
                kept = [k for k in node.keywords if k.arg != name]
                node.keywords = [*kept, ast.keyword(name, ast.Constant(value))]
        return replace(canary, make=ast.unparse(tree))

    return edit


def ungrouped(canary: Canary) -> Canary:
    """Encode every category by itself: what would be taken together is one category before."""
    tree = ast.parse(canary.make, mode="eval")
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            node.keywords = [k for k in node.keywords if k.arg not in GROUPING]
            for keyword in node.keywords:
                if isinstance(keyword.value, ast.Constant) and keyword.value.value == "infrequent_if_exist":
                    keyword.value.value = "ignore"
    return replace(canary, make=ast.unparse(tree))


def without_step(name: str) -> Edit:
    """Make the pipeline without the steps of one class, by scikit-learn's own Pipeline."""

    def is_step(node: ast.expr) -> bool:
        step = node.elts[-1] if isinstance(node, ast.Tuple) and node.elts else node
        return isinstance(step, ast.Call) and ast.unparse(step.func).rpartition(".")[2] == name

    def edit(canary: Canary) -> Canary:
        tree = ast.parse(canary.make, mode="eval")
        for node in ast.walk(tree):
            if isinstance(node, ast.List):
                node.elts = [e for e in node.elts if not is_step(e)]
            if isinstance(node, ast.Call):
                node.args = [a for a in node.args if not is_step(a)]
        make = ast.unparse(tree).replace("imblearn.pipeline.", "sklearn.pipeline.")
        return replace(canary, make=make, imports=tuple(dict.fromkeys((*canary.imports, "sklearn.pipeline"))))

    return edit


def last_class(expression: str) -> str:
    """Dotted name of the last estimator that a constructor expression makes: the final step of a pipeline."""
    found = re.findall(r"((?:\w+\.)+[A-Z]\w*)\(", expression)
    return found[-1] if found else ""


def vectorizer_of(expression: str) -> str:
    """Dotted name of the text vectorizer in a constructor expression, "" where there is none."""
    found = re.search(r"((?:\w+\.)+(?:Tfidf|Count)Vectorizer)\(", expression)
    return found[1] if found else ""


def logged(**fields: Any) -> Edit:
    """Log with other settings: fields of `Logging`."""
    return lambda canary: replace(canary, logging=replace(canary.logging, **fields)) if canary.logging else canary


def argument_renamed(old: str, new: str) -> Edit:
    """Hand the logging call an argument by another name."""

    def edit(canary: Canary) -> Canary:
        if not canary.logging:
            return canary
        arguments = {new if k == old else k: v for k, v in canary.logging.arguments.items()}
        return replace(canary, logging=replace(canary.logging, arguments=arguments))

    return edit


def plain_names(canary: Canary) -> Canary:
    """Log under a name without slashes."""
    if not canary.logging:
        return canary
    arguments = {k: v.replace("/", "-") if isinstance(v, str) else v for k, v in canary.logging.arguments.items()}
    return replace(canary, logging=replace(canary.logging, arguments=arguments))


def medians_of_whole_numbers(model: Canary) -> tuple[str, ...]:
    """Columns of whole numbers whose missing values a model fills by the median, as far as its expression tells."""
    try:
        filled = _filled(ast.parse(model.make, mode="eval").body, tuple(c.name for c in model.columns))
    except (SyntaxError, ValueError, RecursionError):
        return ()
    return tuple(c.name for c in model.columns if c.kind == "int64" and c.name in filled)


def _filled(node: ast.AST, names: Sequence[str]) -> set[str]:
    """The columns among `names` that reach an imputer by the median below this expression."""
    called = ast.unparse(node.func).rpartition(".")[2] if isinstance(node, ast.Call) else ""
    if isinstance(node, ast.Call) and called == "SimpleImputer":
        asked = {k.arg: ast.unparse(k.value) for k in node.keywords}
        return {*names} if asked.get("strategy") == "'median'" else set()
    if called == "ColumnTransformer":
        parts = [part.elts for part in ast.walk(node) if isinstance(part, ast.Tuple) and len(part.elts) == 3]
        return set().union(*(_filled(step, _chosen(columns, names)) for _, step, columns in parts))
    return set().union(*(_filled(child, names) for child in ast.iter_child_nodes(node)))


def _chosen(columns: ast.expr, names: Sequence[str]) -> list[str]:
    """The names of a transformer's columns, given by name or by place; none where they are chosen otherwise."""
    try:
        wanted = ast.literal_eval(columns)
    except ValueError:
        return []
    wanted = wanted if isinstance(wanted, (list, tuple)) else [wanted]
    named = [names[w] if isinstance(w, int) and 0 <= w < len(names) else w for w in wanted]
    return [name for name in named if isinstance(name, str)]
