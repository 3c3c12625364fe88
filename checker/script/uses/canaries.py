"""From what a script was seen to do to the canary rows that try the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ...model import Canary, Column, Logging
from ..values.arrays import array_of, target_of
from ..values.bounds import of_column
from ..values.machine import Conversion, Fit, Uses
from ..values.values import UNKNOWN, Array, Frame, Items, Made, Shape, Unknown, Value
from .models import surely_called
from .own import unconverted
from .recipes import NUMERIC, Recipe, named_columns, needs, predicts_classes, recipe
from .tracking import tracked

Inputs = tuple[tuple[str, str, "Shape | None"], ...]

#: kind of a column -> the ONNX type that stands for it, and back
TYPES = {
    "float32": "FloatTensorType",
    "float64": "DoubleTensorType",
    "int64": "Int64TensorType",
    "bool": "BooleanTensorType",
    "string": "StringTensorType",
}
KINDS = {t: k for k, t in TYPES.items()} | {"Int32TensorType": "int64", "DoubleTensor": "float64"}
#: kinds that say more than their dtype
STORED = {"positive": "float32", "counts": "float32", "category": "float32", "label": "int64"}
#: more columns than this are not declared one by one
WIDEST = 2000


def build(uses: Uses) -> tuple[Canary, ...]:
    """A row for every model that is converted; if none is (or none can be read), for every one that is fitted."""
    rows = [*(list(converted(uses)) or list(fitted(uses))), *unconverted(uses), *logged(uses)]
    rows += tracked(uses, rows)
    named: dict[str, int] = {}
    unique: list[Canary] = []
    for row in rows:
        named[row.name] = named.get(row.name, 0) + 1
        unique.append(row if named[row.name] == 1 else replace(row, name=f"{row.name} ({named[row.name]})"))
    return tuple(unique)


def converted(uses: Uses) -> Iterator[Canary]:
    """The rows of the conversions."""
    for conversion in uses.conversions:
        made = conversion.model
        short = conversion.converter.rpartition(".")[2]
        if not isinstance(made, Made):
            uses.miss(f"Not all tried: {conversion.where} the model that {short} converts cannot be read")
        elif made.problem:
            uses.miss(f"Not all tried: {made.problem}, so {made.name.rpartition('.')[2] or 'it'} is left out")
        elif own := next((why for name, why in uses.own_converters.items() if f"{name}(" in made.make), ""):
            uses.miss(f"Not all tried: {own}, so {made.name.rpartition('.')[2]} is left out")
        else:
            yield converted_row(uses, made, conversion)


def fitted(uses: Uses) -> Iterator[Canary]:
    """The rows of a script that converts nothing; an empty converter says that."""
    as_they_are = {made.key for made, _, _ in uses.logged}
    for key, fit in uses.fits.items():
        made = uses.made[key]
        if key in as_they_are:
            continue
        if made.problem:
            uses.miss(f"Not all tried: {made.problem}, so {made.name.rpartition('.')[2] or 'it'} is left out")
            continue
        columns, layout, target = fitted_data(made, fit, ())
        yield row(uses, made, columns, layout, target, converter="", runs=False)


def logged(uses: Uses) -> Iterator[Canary]:
    """The rows of fitted models that are logged with MLflow as they are: nothing of them is converted."""
    for made, where, found in uses.logged:
        if made.problem:
            uses.miss(f"Not all tried: {made.problem}, so {made.name.rpartition('.')[2] or 'it'} is left out")
            continue
        columns, layout, target = fitted_data(made, uses.fits.get(made.key) or Fit(UNKNOWN, UNKNOWN, where), ())
        of = found["signature_of"] or ("frame" if layout == "frame" else "array")
        logging = Logging(**{**found, "signature_of": of, "store": uses.store})
        one = row(uses, made, columns, layout, target, converter="", runs=False, logging=logging)
        yield replace(one, name=f"{where} {made.name.rpartition('.')[2]}", where=where)


def row(uses: Uses, made: Made, columns: tuple[Column, ...], layout: str, target: str, **more: object) -> Canary:
    """A canary of one estimator."""
    name = f"{made.where} {made.name.rpartition('.')[2]}"
    imports = tuple(dict.fromkeys([*uses.experimental, *made.imports]))
    fit = uses.fits.get(made.key)
    shape = array_of(fit.target).shape if fit and isinstance(fit.target, (Array, Frame)) else None
    more["methods"] = surely_called(uses, fit) if fit else ()
    more["target_2d"] = shape is not None and shape[1:] == (1,) and target not in ("targets", "none")
    return Canary(name, made.make, imports, columns, layout, target, where=made.where, **more)  # type: ignore[arg-type]


def converted_row(uses: Uses, made: Made, conversion: Conversion) -> Canary:
    """A canary of one conversion."""
    fit = uses.fits.get(made.key) or Fit(conversion.sample or UNKNOWN, UNKNOWN, conversion.where)
    columns, layout, target = fitted_data(made, fit, declared := conversion.inputs or (), conversion.sample)
    inputs = declared or from_sample(conversion.sample, columns, layout)
    return row(
        uses,
        made,
        columns,
        layout,
        target,
        inputs=inputs,
        converter=conversion.converter,
        options=conversion.options,
        target_opset=conversion.target_opset,
        operators=conversion.operators,
        caught=conversion.caught,
        catches=conversion.catches,
        unread=(*conversion.unread, *("arguments" for _ in range(made.unread))),
        registered=tuple(r for r in uses.registered.values() if f"{r.model}(" in made.make),
        output_names=conversion.output_names,
        providers=conversion.providers,
        outputs=conversion.outputs,
        feed=feed_of(conversion, inputs, columns, layout),
        fed=fed_names(conversion),
        unpacks=conversion.unpacks,
        takes=tuple(sorted(conversion.takes.items())),
        runs=conversion.sessions > 0,
        reference=conversion.reference,
        logging=logging_of(uses, conversion, "matrix" if one_matrix(declared, columns) else layout),
        converted=conversion.where,
    )


def logging_of(uses: Uses, conversion: Conversion, layout: str) -> Logging | None:
    """What the script does with MLflow; a signature written by hand is replaced by an inferred one, with a note."""
    found = conversion.logging
    if found is None:
        return None
    of = found["signature_of"] or ("frame" if layout == "frame" else "array")
    if found["signature"] and not found["signature_of"]:
        uses.note(f"{conversion.where} the signature of the logged model cannot be read: one is inferred from the data")
    return Logging(**{**found, "signature_of": of, "store": uses.store})


def fitted_data(
    made: Made, fit: Fit, declared: Inputs, sample: Value | None = None
) -> tuple[tuple[Column, ...], str, str]:
    """Columns, layout and target of the training data: what is known, then declared, then the recipe."""
    ready = recipe(made.make)
    known, layout = known_columns(fit.data)
    if known is None and sample is not None:
        known, layout = known_columns(sample)
    columns = known or declared_columns(declared) or ready.columns
    if known is not None and layout == "frame":
        absent = named_columns(made.make) - {c.name for c in columns}
        columns = (*columns, *(c for c in ready.columns if c.name in absent))
    columns = tuple(filled(c, i, declared, ready, len(columns)) for i, c in enumerate(columns))
    wanted = needs(made.make)
    columns = tuple(needed(c, wanted.get(i, wanted.get(c.name, wanted.get("*", "")))) for i, c in enumerate(columns))
    layout = layout or (declared_layout(declared, ready) if known is None else ready.layout)
    if columns[0].kind == "text":
        columns, layout = columns[:1], "vector"
    as_table = isinstance(fit.data, Frame) or named_columns(made.make)
    layout = "matrix" if layout == "frame" and one_matrix(declared, columns) and not as_table else layout
    layout = "frame" if layout == "matrix" and len({family(c) for c in columns}) > 1 else layout
    return columns, layout, fitted_target(made, fit, ready)


def one_matrix(declared: Inputs, columns: Sequence[Column]) -> bool:
    """Whether a single input takes all columns together."""
    return len(declared) == 1 < len(columns) and len({family(c) for c in columns}) == 1


def family(column: Column) -> str:
    """Numbers can share an array; strings among numbers need a frame."""
    return "string" if column.kind in ("string", "text") else "number"


def known_columns(data: Value) -> tuple[tuple[Column, ...] | None, str]:
    """The columns and layout of a value, None and "" as far as they are not known."""
    if isinstance(data, Frame):
        complete = data.complete and bool(data.columns)
        return tuple(column(n, c) for n, c in data.columns) if complete else None, "frame"
    if not isinstance(data, (Array, Items)):
        return None, ""
    known = array_of(data)
    if known.rank == 1:
        return (column("X", known),), "vector"
    if known.width is None or not 0 < known.width <= WIDEST:
        return None, "matrix" if known.rank == 2 else ""
    return tuple(column(f"x{i}", known, i) for i in range(known.width)), "matrix"


def column(name: str, known: Array, place: int = 0) -> Column:
    """A column as far as its array is known; `place` is its place in it."""
    low, high = (of_column(known.bounds, place) or (None,))[0] or (None, None)
    return Column(name, known.kind, known.missing, low, high, known.words)


def declared_columns(declared: Inputs) -> tuple[Column, ...] | None:
    """The columns that the declared inputs stand for; None when there are none or their width is free."""
    if not declared:
        return None
    columns: list[Column] = []
    for name, kind, shape in declared:
        width = 1 if shape is not None and len(shape) == 1 else shape[1] if shape and len(shape) == 2 else None
        if width is None or width > WIDEST:
            return None
        names = [name] if width == 1 else [f"{name}{i}" if len(declared) > 1 else f"x{i}" for i in range(width)]
        columns += [Column(n, KINDS.get(kind, "")) for n in names]
    return tuple(columns) or None


def declared_layout(declared: Inputs, ready: Recipe) -> str:
    """One input is a matrix (or what the recipe says), several are the columns of a frame."""
    return "frame" if len(declared) > 1 else "matrix" if declared and ready.layout != "vector" else ready.layout


def filled(column: Column, place: int, declared: Inputs, ready: Recipe, width: int) -> Column:
    """A column whose kind is not known gets that of its input, else that of the recipe."""
    if column.kind:
        return column
    types = {name: kind for name, kind, _ in declared}
    kind = types.get(column.name) or (declared[0][1] if len(declared) == 1 else "")
    if kind in KINDS:
        return replace(column, kind=KINDS[kind])
    own = next((c for c in ready.columns if c.name == column.name), None)
    if own is None and len(ready.columns) == width:
        own = ready.columns[place]
    elif own is None and len({c.kind for c in ready.columns}) == 1:
        own = ready.columns[0]
    own = own or Column("", "float32")
    return replace(column, kind=own.kind, missing=column.missing or own.missing)


def needed(column: Column, kind: str) -> Column:
    """The kind that the estimator insists on, where the column's own cannot be used."""
    usable = {
        "text": column.kind == "string",
        "encoded": False,
        "category": column.kind in NUMERIC,
        "label": column.kind in NUMERIC,
        "counts": column.kind in NUMERIC,
    }
    if kind == "encoded" and column.kind in ("float32", "float64"):
        return replace(column, kind="category")
    return replace(column, kind=kind) if usable.get(kind) else column


def fitted_target(made: Made, fit: Fit, ready: Recipe) -> str:
    """The target: none without one, what is known of it, else what the estimator needs; "" for unknown classes."""
    if fit.target is None:
        return "none"
    classes = predicts_classes(made.make)
    known = "" if isinstance(fit.target, Unknown) else target_of(array_of(fit.target))
    if classes:
        return known if known in ("binary", "three", "strings", "targets") else ""
    if ready.target in ("positive", "targets"):
        return ready.target
    if ready.target == "none":
        return "none" if isinstance(fit.target, Unknown) else known or "binary"
    return known if known in ("positive", "targets", "continuous") else "continuous"


def from_sample(sample: Value | None, columns: Sequence[Column], layout: str) -> Inputs:
    """Inputs derived from a sample that is not like the training data, declared so that they stay so.

    An array has another kind, or is one input where the model was fitted on a table.
    """
    kinds = {STORED.get(c.kind, c.kind) for c in columns}
    if not isinstance(sample, Array) or sample.rank != 2 or len(kinds) != 1:
        return ()
    kind = sample.kind or next(iter(kinds))
    if kind not in TYPES or (kinds == {kind} and layout != "frame"):
        return ()
    return (("X", TYPES[kind], (None, len(columns))),)


def fed_names(conversion: Conversion) -> tuple[str, ...]:
    """The input names that the script writes out where it feeds the session, empty when one is not written out."""
    names = tuple(dict.fromkeys(name for feed in conversion.feeds for name in feed.arrays))
    return () if "" in names else names


def feed_of(conversion: Conversion, inputs: Inputs, columns: Sequence[Column], layout: str) -> str:
    """How the sessions are fed, where that differs from what the model takes."""
    arrays = [a for feed in conversion.feeds for a in feed.arrays.items()]
    types = {name: (KINDS.get(kind, ""), shape) for name, kind, shape in inputs}
    rows: list[int | None] = []
    for name, (kind, shape) in arrays:
        default = (columns[0].kind if layout != "frame" else "", None)
        wanted, declared = types.get(name) or (next(iter(types.values())) if len(types) == 1 else default)
        rank = len(declared) if declared is not None else 1 if layout == "vector" else 2
        if kind != wanted and {kind, wanted} <= {"float32", "float64", "int64"}:
            return kind
        if shape is not None and 0 < len(shape) < rank:
            return "flat"
        rows.append(shape[0] if shape else None)
    fixed = bool(inputs) and all(shape and shape[0] == 1 for _, _, shape in inputs)
    return "one" if fixed and rows and all(n == 1 for n in rows) else ""
