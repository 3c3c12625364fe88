"""The data sets and generators of scikit-learn, and CSV files that are there: columns, kinds, target."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ...world.files import read_head as file_head
from .arrays import Array, array_of
from .frames import Frame
from .labels import Labels
from .proxies import Instance, whole

IRIS = ("sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)")
DIABETES = ("age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6")
HOUSING = ("MedInc", "HouseAge", "AveRooms", "AveBedrms", "Population", "AveOccup", "Latitude", "Longitude")
#: name -> columns, target, column names where they are few enough to be written out
LOADED: dict[str, tuple[int, str, tuple[str, ...]]] = {
    "load_iris": (4, "three", IRIS),
    "load_breast_cancer": (30, "binary", ()),
    "load_diabetes": (10, "continuous", DIABETES),
    "load_wine": (13, "three", ()),
    "load_digits": (64, "three", ()),
    "load_boston": (13, "continuous", ()),
    "load_linnerud": (3, "targets", ("Chins", "Situps", "Jumps")),
    "fetch_california_housing": (8, "continuous", HOUSING),
}
#: name -> whether it comes as a table, where nothing else is asked for; what is in it is not known
FETCHED = {"fetch_openml": True, "fetch_covtype": False, "fetch_kddcup99": False}
#: name -> default number of columns, target when not given by n_classes
GENERATED = {
    "make_classification": (20, "binary"),
    "make_regression": (100, "continuous"),
    "make_blobs": (2, "three"),
    "make_moons": (2, "binary"),
    "make_circles": (2, "binary"),
    "make_friedman1": (10, "continuous"),
    "make_hastie_10_2": (10, "binary"),
    "make_gaussian_quantiles": (2, "three"),
    "make_multilabel_classification": (20, "targets"),
}
#: rows of a CSV file that are read, and characters of its first lines
ROWS, LONGEST = 50, 1_000_000


def loaded(name: str) -> Callable[..., Any]:
    """A data set that ships with scikit-learn or is fetched by it; its data are float64."""

    def function(return_X_y: Any = False, as_frame: Any = False, n_class: Any = 0, **_: Any) -> Any:
        count, target, names = LOADED[name]
        classes = {2: "binary", 3: "three"}.get(whole(n_class) or 0, target)
        y = Array("float64" if target in ("continuous", "targets") else "int64", (None,), False, classes)
        x: Any = Array("float64", (None, count))
        if as_frame is True:
            names = names or tuple(f"feature_{i}" for i in range(count))
            x = Frame({n: Array("float64", (None,), False, "continuous") for n in names})
        return bunch(x, y, names, return_X_y)

    return function


def bunch(x: Any, y: Array, names: tuple[str, ...], as_pair: Any) -> Any:
    """Data and target as scikit-learn hands them out: a pair, or an object with attributes."""
    if as_pair is True:
        return (x, y)
    found = {"data": x, "target": y, **({"feature_names": Labels(names)} if names else {})}
    if isinstance(x, Frame):
        found["frame"] = x.but(known={**x.known, "target": y})
    return Instance(found)


def fetched(name: str) -> Callable[..., Any]:
    """Data of which only the form is known."""

    def function(*_: Any, return_X_y: Any = False, as_frame: Any = "auto", **__: Any) -> Any:
        table = FETCHED[name] if as_frame == "auto" else as_frame is True
        return bunch(Frame({}, False) if table else Array("", (None, None)), Array("", (None,)), (), return_X_y)

    return function


def generated(name: str) -> Callable[..., Any]:
    """Generated data; float64, as many columns as asked for."""

    def function(n_samples: Any = 100, n_features: Any = None, *_: Any, **more: Any) -> Any:
        count, target = GENERATED[name]
        if n_features is not None and name not in ("make_moons", "make_circles"):
            count = whole(n_features) or 0
        classes = more.get("n_classes", more.get("centers"))
        if classes is not None and target not in ("continuous", "targets"):
            target = {2: "binary", 3: "three"}.get(whole(classes) or 0, "three")
        if more.get("n_targets", 1) != 1:
            target = "targets"
        y = Array("int64" if target in ("binary", "three") else "float64", (None,), False, target)
        return (Array("float64", (None, count or None)), y)

    return function


def read_head(path: Path, separator: str) -> Frame | None:
    """The columns of a CSV file by its header and first rows, None when it cannot be read."""
    lines = file_head(path, LONGEST).decode("utf-8-sig", "replace").splitlines()[: ROWS + 1]
    try:
        header, *rows = csv.reader(lines, delimiter=separator)
    except (ValueError, csv.Error):
        return None
    columns = {n: _column([row[i] for row in rows if i < len(row)]) for i, n in enumerate(header)}
    return Frame(columns, True)


def _column(cells: list[str]) -> Array:
    """The column that pandas makes of some cells; how many classes it has is not known from a few of them."""
    present = [c for c in cells if c.strip() not in ("", "NA", "NaN", "nan", "NULL", "null", "None")]
    missing = len(present) < len(cells)
    for python in (int, float):
        try:
            found = array_of([python(c) for c in present])
        except ValueError:
            continue
        kind = "float64" if missing else found.kind
        return Array(
            kind if present else "", (None,), missing, "continuous" if kind == "float64" and not missing else ""
        )
    if set(present) <= {"True", "False"}:
        return Array("bool", (None,), missing, "binary")
    return array_of(present).but(dims=(None,), missing=missing)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    **{f"sklearn.datasets.{name}": loaded(name) for name in LOADED},
    **{f"sklearn.datasets.{name}": fetched(name) for name in FETCHED},
    **{f"sklearn.datasets.{name}": generated(name) for name in GENERATED},
}
