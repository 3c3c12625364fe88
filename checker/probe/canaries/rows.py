"""What a catalogue row is made of: columns, and a function that fills in what the row does not say."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from ...model import Canary, Column

#: a public class with its module below scikit-learn, e.g. linear_model.Ridge
_CLASS = re.compile(r"\b((?:[a-z_]+\.)+)([A-Z]\w*)")


def columns(kind: str, count: int = 4, missing: bool = False) -> tuple[Column, ...]:
    """`count` columns of one kind, named x0, x1, ..."""
    return tuple(Column(f"x{place}", kind, missing) for place in range(count))


FLOATS = columns("float32")
DOUBLES = columns("float64")
GAPS = columns("float32", missing=True)
INTEGERS = columns("int64", 3)
CATEGORIES = columns("category", 3)
COUNTS = columns("counts")
POSITIVE = columns("positive")
STRINGS = columns("string", 3)
LABELS = columns("label", 1)
WORDS = columns("string", 1)
NUMBER = columns("float32", 1)
TEXT = columns("text", 1)


def row(make: str, data: tuple[Column, ...] = FLOATS, tag: str = "", target: str = "binary", **rest: Any) -> Canary:
    """One canary; `make` names classes below scikit-learn, as in "linear_model.Ridge()".

    Its name is the first class of `make`, and `tag` behind it. Single columns are given as a vector, strings as a
    DataFrame, everything else as a matrix. `also` lists modules to import beyond those of the classes; everything else
    in `rest` is a field of Canary.
    """
    classes = _CLASS.findall(make)
    modules = [f"sklearn.{module[:-1]}" for module, _ in classes]
    fields = {
        "name": classes[0][1] + (f"-{tag}" if tag else ""),
        "layout": "vector" if len(data) == 1 else "frame" if data is STRINGS else "matrix",
        "imports": tuple(dict.fromkeys([*rest.pop("also", ()), *modules])),
        **rest,
    }
    return Canary(make=_CLASS.sub(r"sklearn.\1\2", make), columns=data, target=target, **fields)


#: a row with a number to predict, and a row with nothing to predict
regressor = partial(row, target="continuous")
unsupervised = partial(row, target="none")
