"""What a catalogue row is made of: columns, and a function that fills in what the row does not say."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from ...model import Canary, Column, Registered

#: a public class with its module below scikit-learn, e.g. linear_model.Ridge
_CLASS = re.compile(r"\b((?:[a-z_]+\.)+)([A-Z]\w*)")
#: libraries whose classes are named in full
OTHERS = ("xgboost.", "lightgbm.", "catboost.")


def columns(kind: str, count: int = 4, missing: bool = False) -> tuple[Column, ...]:
    """`count` columns of one kind, named x0, x1, ..."""
    return tuple(Column(f"x{place}", kind, missing) for place in range(count))


FLOATS = columns("float32")
DOUBLES = columns("float64")
GAPS = columns("float32", missing=True)
DOUBLE_GAPS = columns("float64", missing=True)
INTEGERS = columns("int64", 3)
CATEGORIES = columns("category", 3)
COUNTS = columns("counts")
POSITIVE = columns("positive")
INFINITE = columns("infinite")
STRINGS = columns("string", 3)
LABELS = columns("label", 1)
WORDS = columns("string", 1)
DOUBLE = columns("float64", 1)
TEXT = columns("text", 1)
BOOLEANS = columns("bool", 3)
WORD_GAPS = columns("string", 3, missing=True)
#: whole numbers of two values, and codes that came as floats with gaps
PAIRS = tuple(Column(f"x{place}", "int64", low=0, high=2) for place in range(3))
CODE_GAPS = tuple(Column(f"x{place}", "float32", missing=True, low=0, high=5) for place in range(3))
#: accents, several scripts, and words of one letter
SCRIPTS = (
    Column(
        "x0",
        "text",
        words=(
            "L'été à l'ÉCOLE d'Orléans",
            "Привет, мир: Москва",
            "日本語 の text",
            "a b I c x 7 a",
            "naïve café, Straße 12-b",
        ),
    ),
)
#: words that come several times in one text
REPEATS = (Column("x0", "text", words=("dog dog cat", "cat cat cat sat", "the the dog ran ran ran")),)
ACCENTS = (
    Column("x0", "string", words=("été", "Été", "ete", "a", "東京")),
    Column("x1", "string", words=("Москва", "x y", "b")),
)
#: what a table holds: numbers of two kinds, categories, a text
MIXED = (
    Column("number", "float32"),
    Column("gap", "float32", missing=True),
    Column("whole", "int64"),
    Column("word", "string"),
    Column("place", "string"),
    Column("text", "text"),
)
#: the same where words have gaps too, which are empty texts
TABLE_GAPS = (*MIXED[:3], Column("word", "string", missing=True), Column("place", "string", missing=True))


def is_table(data: tuple[Column, ...]) -> bool:
    """Whether the columns come as a DataFrame: categories do, and columns of several kinds."""
    kinds = {column.kind for column in data}
    return len(kinds) > 1 or "string" in kinds


def row(make: str, data: tuple[Column, ...] = FLOATS, tag: str = "", target: str = "binary", **rest: Any) -> Canary:
    """One canary; `make` names classes below scikit-learn, as in "linear_model.Ridge()".

    Its name is the first class of `make`, and `tag` behind it. Single columns are given as a vector, strings and
    columns of several kinds as a DataFrame, everything else as a matrix. `also` lists modules to import beyond those
    of the classes; everything else in `rest` is a field of Canary.
    """
    make = _CLASS.sub(lambda found: found[0] if found[1] in OTHERS else f"sklearn.{found[0]}", make)
    classes = _CLASS.findall(make)
    modules = [module[:-1] for module, _ in classes]
    fields = {
        "name": classes[0][1] + (f"-{tag}" if tag else ""),
        "layout": "vector" if len(data) == 1 else "frame" if is_table(data) else "matrix",
        "imports": tuple(dict.fromkeys([*rest.pop("also", ()), *modules])),
        **rest,
    }
    return Canary(make=make, columns=data, target=target, **fields)


#: a row with a number to predict, and a row with nothing to predict
regressor = partial(row, target="continuous")
unsupervised = partial(row, target="none")


def booster(
    library: str, always: str, name: str, data: tuple[Column, ...] = FLOATS, more: str = "", **rest: Any
) -> Canary:
    """A booster of another library, kept small by what `always` says."""
    make = f"{library}.{name}({always}{more})"
    return row(make, data, **{"converter": f"onnxmltools.convert_{library}", **rest})


SMALL = {
    "xgboost": "n_estimators=5, max_depth=3, n_jobs=1",
    "lightgbm": "n_estimators=5, min_child_samples=5, verbose=-1, n_jobs=1",
    "catboost": "iterations=5, depth=3, thread_count=1, verbose=False, allow_writing_files=False",
}
xgboost = partial(booster, "xgboost", SMALL["xgboost"])
lightgbm = partial(booster, "lightgbm", SMALL["lightgbm"])
catboost = partial(booster, "catboost", SMALL["catboost"])


def registered(library: str, name: str, before: str, tag: str = "registered", **rest: Any) -> Canary:
    """A booster at the end of a pipeline, converted by what onnxmltools has and a script registers with skl2onnx."""
    kind = "classifier" if name.endswith("Classifier") else "regressor"
    module = {"xgboost": "xgboost.operator_converters.XGBoost", "lightgbm": "lightgbm.operator_converters.LightGbm"}
    found = Registered(
        f"{library}.{name}",
        f"{library}{name}",
        f"skl2onnx.common.shape_calculator.calculate_linear_{kind}_output_shapes",
        f"onnxmltools.convert.{module[library]}.convert_{library}",
        options={"nocl": [True, False], "zipmap": [True, False, "columns"]} if kind == "classifier" else None,
    )
    make = f"pipeline.Pipeline([('before', {before}), ('model', {library}.{name}({SMALL[library]}))])"
    opset = {"": 15, "ai.onnx.ml": 3}
    return row(make, name=f"{name}-{tag}", registered=(found,), target_opset=opset, **rest)
