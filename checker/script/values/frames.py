"""DataFrames as far as they are known: named columns with their kinds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from .arrays import Array, array_of, compared
from .bounds import one_each
from .indexing import sliced
from .kinds import dtype_kind, dtype_text, is_missing, promoted, same
from .labels import Labels, Series
from .proxies import Dtype, Unknown, is_text, texts, whole

NUMBERS = {"float32", "float64", "int64"}
NULLABLE = {"int64": "Int64", "bool": "boolean", "float64": "Float64"}


class Frame:
    """A DataFrame; what is public here and no field is what a script may ask of it."""

    def __init__(self, columns: dict[str, Array] | None = None, complete: bool = True, rows: int | None = None):
        #: False when it may have other columns (a CSV file)
        self.complete, self.rows, self.known = complete, rows, columns if columns is not None else {}
        #: columns that are its index
        self.index: dict[str, Array] = {}

    def but(self, **changes: Any) -> Frame:
        """A copy with some fields changed."""
        found = Frame(dict(self.known), self.complete, self.rows)
        found.index = dict(self.index)
        vars(found).update(changes)
        return found

    def each(self, change: Callable[[Array], Array]) -> Frame:
        """A copy with every column changed."""
        return self.but(known={n: change(c) for n, c in self.known.items()})

    def as_array(self) -> Array:
        """The array of all columns."""
        own = list(self.known.values()) if self.complete else []
        target = own[0].target if len(own) == 1 else ""
        dims = (self.rows, len(own) if self.complete else None)
        more = {"bounds": one_each(c.bounds for c in own), "stored": same(c.stored for c in own)}
        missing = any(c.missing for c in self.known.values())
        return Array(promoted(c.kind for c in own), dims, missing, target, **more)

    def all_known(self) -> bool:
        """Whether all columns and their kinds are known."""
        return self.complete and all(c.kind for c in self.known.values())

    # --- attributes

    @property
    def columns(self) -> Any:
        return Labels(self.known) if self.complete else Unknown()

    @columns.setter
    def columns(self, names: Any) -> None:
        known = [str(n) for n in names] if isinstance(names, (list, tuple)) else None
        alike = known is not None and self.complete and len(known) == len(self.known)
        parts = list(self.known.values()) if alike else [Array("", (None,)) for _ in known or ()]
        self.known, self.complete = dict(zip(known or (), parts, strict=True)), known is not None

    @property
    def dtypes(self) -> Any:
        return Series({n: Dtype(c.kind) for n, c in self.known.items()}) if self.all_known() else Unknown()

    @property
    def values(self) -> Array:
        return self.as_array()

    @property
    def iloc(self) -> Indexer:
        return Indexer(self, False)

    @property
    def loc(self) -> Indexer:
        return Indexer(self, True)

    at, iat = loc, iloc

    @property
    def shape(self) -> Any:
        return (self._count(), len(self.known) if self.complete else Unknown())

    def _count(self) -> Any:
        return Unknown() if self.rows is None else self.rows

    # --- methods

    def drop(self, labels: Any = None, axis: Any = 0, columns: Any = None, **_: Any) -> Frame:
        """Of rows, the columns stay as they are."""
        if columns is None and axis not in (1, "columns"):
            return self.but(rows=None)
        names = texts(columns if columns is not None else labels)
        if names is None:
            return Frame({}, False)
        return self.but(known={n: c for n, c in self.known.items() if n not in names})

    def astype(self, dtype: Any = None, **_: Any) -> Frame:
        if not isinstance(dtype, dict):
            return self.each(lambda column: column.astype(dtype))
        changed = {n: self.known.get(n, Array("", (None,))).astype(d) for n, d in dtype.items() if isinstance(n, str)}
        return self.but(known={**self.known, **changed})

    def select_dtypes(self, include: Any = None, exclude: Any = None) -> Frame:
        if not self.all_known():
            return Frame({}, False)
        chosen = dict(self.known)
        for given, wanted in ((include, True), (exclude, False)):
            kinds = _kinds(given)
            chosen = {n: c for n, c in chosen.items() if given is None or (c.kind in kinds) == wanted}
        return self.but(known=chosen)

    def sum(self, *_: Any, **__: Any) -> Array:
        kind = promoted(c.kind for c in self.known.values()) if self.complete else ""
        return Array(kind, (self.rows,), False, "continuous" if kind.startswith("float") else "")

    mean = sum

    def assign(self, **columns: Any) -> Frame:
        found = self.but()
        for name, value in columns.items():
            found[name] = value
        return found

    def fillna(self, *_: Any, **__: Any) -> Frame:
        return self.each(lambda column: column.but(missing=False)).but(rows=None)

    dropna = fillna

    def convert_dtypes(self, *_: Any, **__: Any) -> Frame:
        return self.each(lambda c: c.but(stored=NULLABLE.get(c.kind, "")))

    def head(self, n: Any = 5, **more: Any) -> Frame:
        return self.but(rows=None if more else whole(n))

    tail = sample = head

    def items(self) -> Any:
        return list(self.known.items()) if self.complete else Unknown()

    iteritems = items

    def keys(self) -> Any:
        return self.columns

    def to_numpy(self, dtype: Any = None, **_: Any) -> Array:
        return self.as_array() if dtype is None else self.as_array().astype(dtype)

    def to_dict(self, orient: str = "dict", **_: Any) -> Any:
        """One record, or a list a column; of other forms nothing is known."""
        if not self.complete or orient not in ("records", "list"):
            return Unknown()
        records = orient == "records"
        row = {n: c.but(dims=()) if records else c.tolist() for n, c in self.known.items()}
        return [row] if records else row

    def rename(self, mapper: Any = None, columns: Any = None, **_: Any) -> Frame:
        if not isinstance(columns, dict):
            return Frame({}, False)
        return self.but(known={str(columns.get(n, n)): c for n, c in self.known.items()})

    def pop(self, item: Any) -> Any:
        found = self[item]
        self.known.pop(item, None)
        return found

    def insert(self, loc: Any, column: Any, value: Any, *_: Any) -> None:
        self[column] = value

    def isna(self, *_: Any, **__: Any) -> Frame:
        return self.each(lambda column: compared(column, 0))

    isnull = notna = isin = isna

    def copy(self, *_: Any, **__: Any) -> Frame:
        return self.but()

    sort_values = sort_index = drop_duplicates = query = infer_objects = toPandas = copy
    to_pandas = collect = to_frame = copy

    def set_index(self, keys: Any, *_: Any, drop: Any = True, **__: Any) -> Frame:
        """The columns that become the index are kept for `reset_index`."""
        names = (texts(keys) or ()) if drop is True else ()
        gone = {n: c for n, c in self.known.items() if n in names}
        return self.but(known={n: c for n, c in self.known.items() if n not in gone}, index=gone)

    def reset_index(self, *_: Any, drop: Any = False, **__: Any) -> Frame:
        return self.but(known={**({} if drop is True else self.index), **self.known}, index={})

    def __iter__(self) -> Iterator[str]:
        if not self.complete:
            raise TypeError
        return iter(self.known)

    def __bool__(self) -> bool:
        return True

    def __len__(self) -> int:
        if self.rows is None:
            raise TypeError
        return self.rows

    def __getitem__(self, key: Any) -> Any:
        """A column, several columns, or rows."""
        if isinstance(key, slice):
            return self.but(rows=sliced(self.rows, key))
        if isinstance(key, (list, tuple)) and key and is_text(key):
            return self.but(known={n: self.known.get(n) or Array("", (None,)) for n in key}, complete=True)
        if isinstance(key, (list, Array, Frame)):
            return self.but(rows=None)
        found = self.known.get(key) if isinstance(key, str) else None
        return found or (Unknown() if self.complete or not isinstance(key, str) else Array("", (None,)))

    def __setitem__(self, key: Any, value: Any) -> None:
        if texts(key):
            column = column_of(value, self.rows)
            self.known.update(dict.fromkeys(texts(key) or (), column))
        elif is_missing(value):
            self.spoil(list(self.known))

    def spoil(self, names: list[str]) -> None:
        """Missing values enter some columns; whole numbers of numpy become doubles."""
        for name in (n for n in names if n in self.known):
            old = self.known[name]
            wide = {"kind": "float64", "stored": ""} if old.kind == "int64" and old.stored[:1] not in ("I", "U") else {}
            self.known[name] = old.but(missing=True, **wide)


class Indexer:
    """`frame.iloc` or `frame.loc`."""

    def __init__(self, frame: Frame, by_name: bool):
        self.frame, self.by_name = frame, by_name

    def __getitem__(self, key: Any) -> Any:
        frame = self.frame
        if whole(key) is not None:
            return frame.as_array().but(dims=(len(frame.known) if frame.complete else None,), holder="series")
        if not (isinstance(key, tuple) and len(key) == 2):
            return frame[key] if isinstance(key, (list, slice)) else Unknown()
        rows, columns = key
        if isinstance(rows, (list, slice)):
            frame = frame.but(rows=len(rows) if isinstance(rows, list) else None)
        if self.by_name:
            return frame if isinstance(columns, slice) else frame[columns]
        return _by_position(frame, columns)

    def __setitem__(self, key: Any, value: Any) -> None:
        columns = key[1] if isinstance(key, tuple) and len(key) == 2 else slice(None)
        names = list(texts(columns) or ())
        if is_missing(value):
            at = whole(columns)
            self.frame.spoil(names or (list(self.frame.known) if at is None else [list(self.frame.known)[at]]))
        elif new := [n for n in names if n not in self.frame.known]:
            self.frame.known[new[0]] = column_of(value, None)


def _by_position(frame: Frame, key: Any) -> Any:
    """Columns by number."""
    at = whole(key)
    if not frame.complete:
        return Array("", (None,)) if at is not None else Frame({}, False)
    pairs = list(frame.known.items())
    if at is not None:
        return pairs[at][1]
    if isinstance(key, slice):
        return frame.but(known=dict(pairs[key]))
    if isinstance(key, (list, tuple)) and all(whole(n) is not None for n in key):
        return frame.but(known=dict(pairs[n] for n in key))
    return Frame({}, False)


def _kinds(value: Any) -> set[str]:
    """The kinds that `select_dtypes` names, "number" being all numeric ones."""
    given = value if isinstance(value, (list, tuple)) else (value,)
    named = {dtype_text(e) for e in given}
    return {dtype_kind(e) for e in given} | (NUMBERS if "number" in named else set())


def column_of(value: Any, rows: int | None) -> Array:
    """One column of a table made from any value."""
    data = array_of(value)
    stored = data.stored.replace("str", "")
    return data.but(dims=(data.dims[0] if data.dims else rows,), stored=stored, holder="series")
