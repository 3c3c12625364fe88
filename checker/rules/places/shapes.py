"""Whether a place takes the inputs and outputs of a model: how many, of which form and type."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ...knowledge import Limit
from ...model import Advice, Case, Finding, OnnxModel, Place, Stage, Tensor, rule
from ..evidence import subjects_text
from ..models import edits
from .findings import Against, told
from .models import Made

_COLUMNS = Advice(
    "code",
    "Declare one input a column: fit on a table, and give the converter each of its columns.",
    lines=("initial_types=[(name, FloatTensorType([None, 1])) for name in table.columns]",),
)
_MATRIX = Advice(
    "code",
    "Declare one input for all columns, and fit on an array.",
    lines=('initial_types=[("X", FloatTensorType([None, X.shape[1]]))]',),
)
_NO_MAPS = Advice(
    "code",
    "Convert with zipmap=False: the scores are then an array.",
    lines=("options={id(model): {'zipmap': False}}",),
    edit=edits.with_option("zipmap", False),
)


@rule("The inputs of the model have a form that a target does not take", Stage.TARGET)
def inputs_not_taken(case: Case[Any]) -> Iterator[Finding]:
    """The place feeds inputs of another form than the model declares.

    What happens: the model loads, and scoring fails, or no column can be mapped to an input.
    Why: a database feeds one value a column, so it wants one input a column; MLflow's scoring of ONNX and some other
    places feed one array with all columns, and of several inputs each without its second dimension. One file cannot be
    both, so what is right in the one place is wrong in the other.
    Remedy: declare the inputs as the place where the model is to be used wants them.
    Not this rule: types, and names of inputs that no column has.
    """
    return told(case, _inputs)


def _inputs(place: Place, made: Made) -> Iterator[Against]:
    limit = place.target.limit("inputs")
    wrong = misfit(limit.value, made.onnx, int(place.target.value("width") or 1)) if limit else ""
    if limit and wrong:
        advice = {"columns": _COLUMNS, "matrix": _MATRIX, "one": _MATRIX, "flat": _MATRIX}[limit.value]
        yield Against(made, limit, f"{wrong}: {_wants(limit, place)}.", (advice,))


def _wants(limit: Limit, place: Place) -> str:
    wants = {
        "columns": "takes one input a column, each with one value of a row",
        "matrix": "takes one input of two dimensions, with all columns",
        "one": "takes one input",
        "flat": "feeds several inputs without their second dimension",
    }
    return f"{place.target.title} {wants[limit.value]}"


def misfit(wanted: str, model: OnnxModel, width: int = 1) -> str:
    """What inputs have against the form that is wanted: "has the input X of float [None, 4]"; "" for nothing."""
    inputs = model.inputs
    if wanted == "columns":
        wide = [one for one in inputs if len(one.shape or ()) > 2 or _width(one) > width]
        return f"has {_named(wide)}" if wide else ""
    several = len(inputs) > 1 and (wanted != "flat" or any(len(one.shape or ()) > 1 for one in inputs))
    if several:
        shaped = [one for one in inputs if wanted != "flat" or len(one.shape or ()) > 1]
        return f"has {len(inputs)} inputs, among them {_named(shaped[:1])}"
    flat = [one for one in inputs if wanted == "matrix" and one.shape is not None and len(one.shape) != 2]
    return f"has {_named(flat)}" if flat else ""


def _width(one: Tensor) -> int:
    """Values of a row in an input; 1 where that is not told."""
    last = one.shape[-1] if one.shape and len(one.shape) == 2 else 1
    return last if isinstance(last, int) else 1


def _named(tensors: Iterable[Tensor]) -> str:
    few = [f"{one.name} of {one.kind}{_shape(one)}" for one in tensors]
    return f"the input{'s' if few[1:] else ''} {subjects_text(few)}"


def _shape(one: Tensor) -> str:
    shape = ["None" if size is None else str(size) for size in one.shape or ()]
    return "" if one.shape is None else f" [{', '.join(shape)}]"


@rule("An input or output has a type that a target does not take", Stage.TARGET)
def type_not_taken(case: Case[Any]) -> Iterator[Finding]:
    """The place has no type of its own for an input or output of the model, as far as its types are known.

    What happens: the place refuses the model, or cannot map a column to the input.
    Why: a database has a list of types that it feeds, and others are no part of it.
    Remedy: declare inputs of types that the place has, such as float for double.
    Not this rule: outputs that are maps or sequences.
    """
    return told(case, _types)


def _types(place: Place, made: Made) -> Iterator[Against]:
    for what, tensors in (("input_types", made.onnx.inputs), ("output_types", made.onnx.outputs)):
        limit, word = place.target.limit(what), what.partition("_")[0]
        found = [one for one in tensors if one.element and not one.around]
        wrong = [one for one in found if limit and limit.known and one.element not in limit.values]
        if limit and wrong:
            few = subjects_text([f"{one.name} of {one.element}" for one in wrong])
            takes = f"{place.target.title} takes {', '.join(limit.values)}"
            advice = _declared({one.element for one in wrong}, limit) if word == "input" else ()
            yield Against(made, limit, f"has the {word}{'s' if wrong[1:] else ''} {few}: {takes}.", advice)


def _declared(elements: set[str], limit: Limit) -> tuple[Advice, ...]:
    """As what inputs are to be declared in the place of these types; nothing where that changes what they hold."""
    if elements == {"double"} and "float" in limit.values:
        said = "Declare the inputs as FloatTensorType."
        return (Advice("code", said, lines=("FloatTensorType",), edit=edits.floats),)
    if elements == {"bool"} and "int64" in limit.values:
        said = "Declare the inputs as Int64TensorType, and feed 0 and 1: fit on the column as whole numbers."
        return (Advice("code", said, lines=('table[name].astype("int64")', "Int64TensorType([None, 1])")),)
    return ()


@rule("An output of the model is a map, which a target does not take", Stage.TARGET)
def maps_not_taken(case: Case[Any]) -> Iterator[Finding]:
    """A classifier's scores come as a sequence of maps (ZipMap), for which the place has no type.

    What happens: "unsupported ONNX type: ONNX_TYPE_SEQUENCE", or scores that no column can hold.
    Why: skl2onnx puts a ZipMap behind the scores of a classifier unless it is told not to.
    Remedy: convert with zipmap=False.
    Not this rule: a script that takes maps for an array.
    """
    return told(case, _maps)


def _maps(place: Place, made: Made) -> Iterator[Against]:
    limit = place.target.limit("maps")
    maps = [one.name for one in made.onnx.outputs if one.around]
    if limit and maps and "no" in (limit.value, limit.assume):
        takes = "has no type for that" if limit.known else "is not known to have a type for that"
        yield Against(
            made,
            limit,
            f"answers {subjects_text(maps)} as a sequence of maps: {place.target.title} {takes}.",
            (_NO_MAPS,),
        )
