"""Which measured canaries speak for a model of a script; it never claims more than they say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from ...model import Canary, Column, Logging, Stage
from .akin import find_akin, made_alike, of_kind
from .judging import Hint, Match, imports, judge
from .trees import Model, Part, alike, alike_in_kind, read_model

__all__ = ["Hint", "Match", "find_akin", "imports", "judge", "match"]

#: kinds of columns -> what they are to a converter
KINDS = {
    **dict.fromkeys(("float32", "positive", "counts", "category"), "float"),
    **dict.fromkeys(("int64", "label"), "int"),
    "float64": "double",
}
#: types of inputs that a script declares -> the same
DECLARED = {
    "FloatTensorType": "float",
    "DoubleTensorType": "double",
    "Int64TensorType": "int",
    "Int32TensorType": "int",
    "BooleanTensorType": "bool",
    "StringTensorType": "string",
}
#: targets that a model is converted alike for, more or less
CLASSES = frozenset(("", "binary", "three", "strings", "names", "booleans", "numbers"))
NUMBERS = frozenset(("continuous", "positive"))
#: options that only say how the probabilities are given out
OUTER = frozenset(("zipmap",))
CONVERTERS = frozenset(("skl2onnx.convert_sklearn", "skl2onnx.to_onnx"))
#: why a conversion is not the measured one, where only its opset is chosen
OPSET_SET = "target_opset is set"
#: stages at which what fails for all rows fails for a model too, as a rule, where these have its parameters and other
#: inputs, or have other parameters
WITH_OTHER_INPUTS = frozenset((Stage.CONVERT, Stage.LOAD))
WITH_OTHER_PARAMETERS = frozenset((Stage.FIT, Stage.CONVERT))
#: the canary that logs a model with MLflow as most do, and the one that only tracks
LOGGED, TRACKED = "mlflow-model", "mlflow-tracking"


def match(canary: Canary, catalogue: Sequence[Canary], converts: bool = True) -> Match:
    """The rows of the catalogue that speak for a canary of a script, which may convert nothing at all."""
    if not canary.where:
        return Match((canary.name,), True)
    if canary.logging and not canary.make:
        return Match((TRACKED,))
    model = read_model(canary.make)
    if model is None or model.hides:
        return Match(why="its constructor cannot be compared")
    found = _whole(canary, model, catalogue)
    if not found.rows and model.joins:
        found = _pieces(canary, model, catalogue)
    if not found.rows:
        why = found.why or f"no measured model is a {model.name} with these parameters and inputs"
        found = replace(found, hints=(*_hints(canary, model, catalogue),), why=why)
    if not (converts or canary.converter or canary.logging):
        found = replace(found, rows=(), fitted=found.rows, hints=())
    return _limited(canary, found, catalogue)


def _whole(canary: Canary, model: Model, catalogue: Sequence[Canary]) -> Match:
    """Rows of the same model."""
    rows = [row for row, tree in of_kind(model, catalogue) if alike(tree, model) and _same_inputs(canary, row)]
    exact = [row for row in rows if _same_target(canary, row) and _options(row) == _options(canary)]
    if exact:
        return Match(tuple(row.name for row in exact[:1]), not canary.guesses)
    near = [row for row in rows if _near_target(canary, row) and _outer(_options(row)) == _outer(_options(canary))]
    of_target = [row for row in near if _same_target(canary, row)]
    of_options = [row for row in near if _options(row) == _options(canary)]
    nearest = [*of_target[:1], *of_options[:1]] or near[:2]
    return Match(tuple(row.name for row in nearest))


def _pieces(canary: Canary, model: Model, catalogue: Sequence[Canary]) -> Match:
    """Rows of everything that it joins, and one that joins in the same way."""
    rows: list[str] = []
    for leaf in model.leaves():
        named = _of_leaf(canary, leaf, catalogue)
        if not named:
            return Match(why=f"no measured model is a {leaf.model.name} with these parameters and inputs")
        rows += named
    joint = next((row for row in catalogue if _form(row) == _form(canary) and _joins(row, _needed(model))), None)
    if not joint or not rows:
        return Match(why=f"no measured {model.name} takes such inputs")
    if _outer(_options(canary)):
        return Match(why="its options were not measured with such a model")
    return Match(tuple(dict.fromkeys((*rows, joint.name))))


def _hints(canary: Canary, model: Model, catalogue: Sequence[Canary]) -> Iterator[Hint]:
    """What shares an estimator with it: for each a canary that meets such columns, else what has its parameters."""
    for leaf in model.leaves() if model.joins else (Part(model),):
        if exact := _of_leaf(canary, leaf, catalogue):
            yield Hint(exact[:1])
            continue
        if near := _of_leaf(canary, leaf, catalogue, alike_in_kind):
            yield Hint(near[:1])
        if len(of_parameters := _of_parameters(leaf.model, catalogue)) > 1:
            yield Hint(of_parameters, WITH_OTHER_INPUTS, 2)
        if len(akin := made_alike(leaf.model, catalogue)) > 1:
            yield Hint(akin, WITH_OTHER_PARAMETERS, 2)


def _of_parameters(model: Model, catalogue: Sequence[Canary]) -> tuple[str, ...]:
    """Rows of an estimator with the same parameters, whatever their inputs."""
    return tuple(row.name for row, tree in of_kind(model, catalogue) if alike(tree, model))


def _needed(model: Model) -> frozenset[str]:
    return model.joined - {"GridSearchCV", "RandomizedSearchCV", "HalvingGridSearchCV", "HalvingRandomSearchCV"}


def _joins(row: Canary, needed: frozenset[str]) -> bool:
    tree = None if row.logging else read_model(row.make)
    return tree is not None and tree.joined >= needed


def _of_leaf(
    canary: Canary, leaf: Part, catalogue: Sequence[Canary], same_as: Callable[[Model, Model], bool] = alike
) -> tuple[str, ...]:
    """Rows of one estimator of a pipeline, for the kinds of columns that it meets where these are known."""
    same = [
        row for row, tree in of_kind(leaf.model, catalogue) if same_as(tree, leaf.model) and not _outer(_options(row))
    ]
    same = [row for row in same if _near_target(canary, row)]
    kinds = {"float"} if leaf.later else _kinds_of(canary, leaf.columns)
    return tuple(row.name for row in same if not kinds or _meets(row, kinds))[:3]


def _meets(row: Canary, kinds: set[str]) -> bool:
    """Whether a row is fitted on such columns; what is counted or encoded for it is a number there.

    Single floats do not speak for doubles, which runtimes and converters came to take much later.
    """
    return {KINDS.get(column.kind, column.kind) for column in row.columns} == kinds


def _kinds_of(canary: Canary, chosen: Sequence[str | int] | None) -> set[str]:
    """What the columns are to a converter: as they are declared, else as they are; empty where it is not known."""
    columns = [*canary.columns]
    if chosen is not None:
        by_name = {column.name: column for column in columns}
        picked = [by_name.get(key) if isinstance(key, str) else _at(columns, key) for key in chosen]
        columns = [column for column in picked if column]
        if len(columns) < len(chosen) or not columns:
            return set()
    declared = {name: DECLARED.get(type_, type_) for name, type_, _ in canary.inputs}
    if len(declared) == 1 and len(canary.columns) > 1:
        return {*declared.values()}
    return {declared.get(column.name) or KINDS.get(column.kind, column.kind) for column in columns}


def _at(columns: Sequence[Column], place: int) -> Column | None:
    return columns[place] if -len(columns) <= place < len(columns) else None


def _same_inputs(canary: Canary, row: Canary) -> bool:
    gaps = any(column.missing for column in canary.columns)
    there = any(column.missing for column in row.columns)
    return _form(canary) == _form(row) and _meets(row, _kinds_of(canary, None)) and (there or not gaps)


def _form(canary: Canary) -> str:
    """How the columns come: one vector, one matrix, or an input for each column."""
    if canary.inputs:
        return "columns" if len(canary.inputs) > 1 else "vector" if canary.layout == "vector" else "matrix"
    return {"frame": "columns"}.get(canary.layout, canary.layout)


def _same_target(canary: Canary, row: Canary) -> bool:
    return row.target in ("none", canary.target)


def _near_target(canary: Canary, row: Canary) -> bool:
    return _same_target(canary, row) or any({canary.target, row.target} <= alike_ for alike_ in (CLASSES, NUMBERS))


def _options(canary: Canary) -> dict[str, object]:
    return dict(canary.options or {})


def _outer(options: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in options.items() if name not in OUTER}


def _limited(canary: Canary, found: Match, catalogue: Sequence[Canary]) -> Match:
    """What a script does otherwise than the catalogue ends what its rows say."""
    if canary.logging and found.rows:
        logs = _logging(canary.logging, catalogue)
        converted, fitted = (found.rows, ()) if canary.converter else ((), found.rows)
        found = replace(found, rows=(*converted, *logs), fitted=fitted, same=False)
    reasons = [*_otherwise(canary)]
    if reasons:
        why = found.why or f"its conversion is not the measured one: {reasons[0]}"
        of_model = (Hint((row,), frozenset(Stage)) for row in found.rows)  # the same model: its numbers tell too
        hints = (*found.hints, *of_model) if reasons == [OPSET_SET] else ()
        found = replace(found, until=Stage.FIT, hints=hints, why=why)
    return replace(found, same=found.same and not canary.guesses)


def _logging(asked: Logging, catalogue: Sequence[Canary]) -> tuple[str, ...]:
    """The canary that logs in the same way; else those that have one thing each in common with it."""
    ways = {_way(row.logging): row.name for row in reversed(catalogue) if row.logging and row.make}
    flavor, call, named, deep = way = _way(asked)
    if way in ways:
        return (ways[way],)
    each = (flavor, call, False, False), ("onnx", "log_model", named, False), ("onnx", "log_model", False, deep)
    return tuple(dict.fromkeys(ways.get(one, LOGGED) for one in each))


def _way(logging: Logging) -> tuple[str, str, bool, bool]:
    """What of a call of MLflow is another matter in some of its releases."""
    places = [value for name, value in logging.arguments.items() if name in ("name", "artifact_path")]
    return logging.flavor, logging.call, "name" in logging.arguments, any("/" in str(place) for place in places)


def _otherwise(canary: Canary) -> Iterator[str]:
    if canary.target_opset is not None or "target_opset" in canary.unread:
        yield OPSET_SET
    if canary.operators:
        yield "operators are forbidden"
    if canary.registered:
        yield "converters are registered"
    if canary.unread:
        yield f"{canary.unread[0]} could not be read"
    if (
        canary.converter
        and canary.converter not in CONVERTERS
        and not canary.converter.startswith("onnxmltools.convert_")
    ):
        yield f"{canary.converter} converts it"
