"""pandas on what is known: named columns with their kinds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from .arrays import array_of, cast, sliced
from .bounds import of_column
from .kinds import dtype_argument, is_missing, promoted
from .values import UNKNOWN, Arguments, Array, Dtype, Frame, Indexer, Items, Literal, Table, Value, strings, whole


def column_of(value: Value, rows: int | None) -> Array:
    """One column of a frame made from any value."""
    data = array_of(value)
    if data.shape == ():
        return replace(data, shape=(rows,))
    return replace(data, shape=(data.shape[0] if data.shape else rows,), code="")


def make_frame(arguments: Arguments) -> Value:
    """`pandas.DataFrame(data, columns=...)`."""
    data = arguments.get(0, "data")
    names = column_names(arguments.get(2, "columns"))
    if isinstance(data, Frame):
        return frame_selected(data, Items(tuple(map(Literal, names)))) if names else data
    if isinstance(data, Table):
        made = [(k.value, column_of(v, None)) for k, v in data.entries if isinstance(k, Literal)]
        return Frame(tuple((str(k), v) for k, v in made if names is None or k in names), len(made) == len(data.entries))
    if data is None:
        return Frame((), True)
    known = array_of(data)
    if known.rank == 1 and not isinstance(data, Items):
        known = replace(known, shape=(*(known.shape or (None,))[:1], 1))
    width = len(names) if names is not None else known.width
    if width is None:
        return Frame((), False)
    labels = names or tuple(str(i) for i in range(width))
    column = Array(known.kind, (None,), known.missing, known.target if width == 1 else "")
    columns = tuple((n, replace(column, bounds=of_column(known.bounds, i))) for i, n in enumerate(labels))
    return Frame(columns, True, known.shape[0] if known.shape else None)


def column_names(value: Value | None) -> tuple[str, ...] | None:
    """Column names as text, None when they are not given or not known."""
    if isinstance(value, Items) and all(isinstance(e, Literal) for e in value.elements):
        return tuple(str(e.value) for e in value.elements if isinstance(e, Literal))
    return strings(value) if isinstance(value, Items) else None


def renamed(frame: Frame, names: Value) -> Frame:
    """`frame.columns = names`."""
    known = column_names(names)
    if known is None:
        return Frame((), False, frame.rows)
    if not frame.complete or len(known) != len(frame.columns):
        return Frame(tuple((n, Array("", (None,))) for n in known), True, frame.rows)
    return Frame(tuple((n, c) for n, (_, c) in zip(known, frame.columns, strict=True)), True, frame.rows)


def frame_attribute(frame: Frame, name: str) -> Value | None:
    """An attribute of a frame that is no method: a column where it has one of that name."""
    if name == "columns":
        return Items(tuple(Literal(n) for n, _ in frame.columns)) if frame.complete else UNKNOWN
    if name == "dtypes":
        if not frame.complete or not all(c.kind for _, c in frame.columns):
            return UNKNOWN
        return Table(tuple((Literal(n), Dtype(c.kind)) for n, c in frame.columns), "series")
    if name in ("values", "to_numpy"):
        return array_of(frame) if name == "values" else None
    if name in ("iloc", "loc"):
        return Indexer(frame, name == "loc")
    if name == "shape":
        width = Literal(len(frame.columns)) if frame.complete else UNKNOWN
        return Items((UNKNOWN if frame.rows is None else Literal(frame.rows), width), "tuple")
    return frame.column(name)


def frame_selected(frame: Frame, key: Value) -> Value:
    """`frame[key]`: a column, several columns, or rows."""
    if isinstance(key, Items) and key.form == "slice":
        return replace(frame, rows=sliced(frame.rows, key))
    if isinstance(key, (Array, Items)) and not strings(key):
        return replace(frame, rows=None)
    if isinstance(key, Items):
        names = strings(key) or ()
        return Frame(tuple((n, frame.column(n) or Array("", (None,))) for n in names), True, frame.rows)
    if isinstance(key, Literal):
        return frame.column(str(key.value)) or (UNKNOWN if frame.complete else Array("", (None,)))
    return UNKNOWN


def frame_indexed(indexer: Indexer, key: Value) -> Value:
    """`frame.iloc[rows, columns]` and `frame.loc[rows, columns]`."""
    frame = indexer.frame
    if not isinstance(frame, Frame):
        return UNKNOWN
    if not (isinstance(key, Items) and key.form == "tuple" and len(key.elements) == 2):
        return frame_selected(frame, key) if isinstance(key, Items) else UNKNOWN
    rows, columns = key.elements
    if isinstance(rows, Items):
        frame = replace(frame, rows=len(rows.elements) if rows.form == "list" else None)
    if indexer.by_name:
        return frame if isinstance(columns, Items) and columns.form == "slice" else frame_selected(frame, columns)
    return by_position(frame, columns)


def by_position(frame: Frame, key: Value) -> Value:
    """Columns by number."""
    at = whole(key)
    if not frame.complete:
        return Array("", (None,)) if at is not None else Frame((), False)
    if at is not None:
        return frame.columns[at][1]
    if isinstance(key, Items) and all(isinstance(e, Literal) for e in key.elements):
        numbers = [e.value for e in key.elements if isinstance(e, Literal)]
        picked = frame.columns[slice(*numbers)] if key.form == "slice" else tuple(frame.columns[n] for n in numbers)
        return Frame(picked, True, frame.rows)
    return Frame((), False)


def frame_assigned(frame: Frame, key: Value, value: Value, indexer: str) -> Frame:
    """`frame[key] = value`, or through an indexer: a new column, or missing values in columns."""
    parts = key.elements if indexer and isinstance(key, Items) and key.form == "tuple" else ()
    if not indexer and strings(key):
        column = column_of(value, frame.rows)
        for name in strings(key) or ():
            frame = frame.replaced(name, column)
        return frame
    if indexer and len(parts) == 2 and not is_missing(value):
        new = [name for name in strings(parts[1]) or () if not frame.column(name)]
        return frame.replaced(new[0], column_of(value, None)) if new else frame
    if not is_missing(value):
        return frame
    chosen = chosen_names(frame, parts[1]) if len(parts) == 2 else [n for n, _ in frame.columns]
    return Frame(
        tuple((n, replace(c, missing=True) if n in chosen else c) for n, c in frame.columns), frame.complete, frame.rows
    )


def chosen_names(frame: Frame, key: Value) -> list[str]:
    """The names that the second index of `iloc` or `loc` picks; all when it cannot be read."""
    named = strings(key)
    if named:
        return list(named)
    at = whole(key)
    names = [n for n, _ in frame.columns]
    return names if at is None else [names[at]]


def dropped(frame: Frame, arguments: Arguments) -> Value:
    """`frame.drop(...)` of columns; of rows, the frame stays as it is."""
    by_columns = arguments.named.get("columns")
    axis = arguments.get(1, "axis")
    if by_columns is None and axis not in (Literal(1), Literal("columns")):
        return replace(frame, rows=None)
    names = strings(by_columns if by_columns is not None else arguments.get(0, "labels"))
    if names is None:
        return Frame((), False)
    return Frame(tuple(c for c in frame.columns if c[0] not in names), frame.complete, frame.rows)


def frame_cast(frame: Frame, arguments: Arguments) -> Value:
    """`frame.astype(dtype)` or `frame.astype({name: dtype})`."""
    wanted = arguments.get(0, "dtype")
    if isinstance(wanted, Table):
        for key, dtype in wanted.entries:
            for name in strings(key) or ():
                frame = frame.replaced(name, cast(frame.column(name) or Array("", (None,)), *dtype_argument(dtype)))
        return frame
    kind = dtype_argument(wanted)
    return Frame(tuple((n, cast(c, *kind)) for n, c in frame.columns), frame.complete, frame.rows)


def selected_kinds(frame: Frame, arguments: Arguments) -> Value:
    """`frame.select_dtypes(include, exclude)`."""
    if not frame.complete or not all(c.kind for _, c in frame.columns):
        return Frame((), False)
    columns = frame.columns
    for name, wanted in (("include", True), ("exclude", False)):
        given = arguments.get(0 if wanted else 1, name)
        if given is not None:
            kinds = named_kinds(given)
            columns = tuple(c for c in columns if (c[1].kind in kinds) == wanted)
    return Frame(columns, True, frame.rows)


def named_kinds(value: Value) -> set[str]:
    """The kinds that `select_dtypes` names, "number" being all numeric ones."""
    each = value.elements if isinstance(value, Items) else (value,)
    texts = {getattr(e, "value", getattr(e, "name", "")) for e in each}
    kinds = {dtype_argument(e)[0] for e in each}
    return kinds | {"float32", "float64", "int64"} if texts & {"number", "numpy.number"} else kinds


def frame_sum(frame: Frame, arguments: Arguments) -> Value:
    """`frame.sum(axis=1)` and the like."""
    kind = promoted(c.kind for _, c in frame.columns) if frame.complete else ""
    return Array(kind, (frame.rows,), False, "continuous" if kind.startswith("float") else "")


def frame_assign(frame: Frame, arguments: Arguments) -> Value:
    """`frame.assign(name=value)`."""
    for name, value in arguments.named.items():
        frame = frame.replaced(name, column_of(value, frame.rows))
    return frame


def filled(frame: Frame, arguments: Arguments) -> Value:
    """`fillna`, `dropna`: nothing is missing any more."""
    return Frame(tuple((n, replace(c, missing=False)) for n, c in frame.columns), frame.complete)


def head(frame: Frame, arguments: Arguments) -> Value:
    """`head`, `sample`, `tail`: some rows."""
    given = arguments.get(0, "n")
    return replace(frame, rows=5 if given is None and not arguments.named else whole(given))


def items(frame: Frame, arguments: Arguments) -> Value:
    """`frame.items()`."""
    pairs = tuple(Items((Literal(n), c), "tuple") for n, c in frame.columns)
    return Items(pairs) if frame.complete else UNKNOWN


def same(frame: Frame, arguments: Arguments) -> Value:
    """A method that keeps the columns."""
    return frame


def to_array(frame: Frame, arguments: Arguments) -> Value:
    """`to_numpy`."""
    made = array_of(frame)
    given = arguments.get(0, "dtype")
    return made if given is None else cast(made, *dtype_argument(given))


def renamed_columns(frame: Frame, arguments: Arguments) -> Value:
    """`frame.rename(columns={old: new})`."""
    table = arguments.named.get("columns")
    if not isinstance(table, Table):
        return Frame((), False)
    names = {k.value: v.value for k, v in table.entries if isinstance(k, Literal) and isinstance(v, Literal)}
    return Frame(tuple((str(names.get(n, n)), c) for n, c in frame.columns), frame.complete, frame.rows)


#: methods that keep the columns
KEEPING = ("copy", "reset_index", "sort_values", "sort_index", "drop_duplicates", "query", "infer_objects", "toPandas")

METHODS: dict[str, Callable[[Frame, Arguments], Value]] = {
    "drop": dropped,
    "astype": frame_cast,
    "select_dtypes": selected_kinds,
    "sum": frame_sum,
    "mean": frame_sum,
    "assign": frame_assign,
    "fillna": filled,
    "dropna": filled,
    "head": head,
    "tail": head,
    "sample": head,
    "items": items,
    "iteritems": items,
    "to_numpy": to_array,
    "rename": renamed_columns,
    **dict.fromkeys(KEEPING, same),
}


def frame_method(frame: Frame, name: str, arguments: Arguments) -> Value:
    """What a method of a frame returns."""
    method = METHODS.get(name)
    if name == "keys":
        return frame_attribute(frame, "columns") or UNKNOWN
    return method(frame, arguments) if method else UNKNOWN
