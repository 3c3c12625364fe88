"""The data sets and generators of scikit-learn: number of columns, kind, target."""

from __future__ import annotations

from collections.abc import Callable

from .values import UNKNOWN, Arguments, Array, Frame, Items, Literal, Table, Value, flag, whole

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


def dataset(name: str, arguments: Arguments) -> Value | None:
    """What `sklearn.datasets.<name>` returns, None when it is not known."""
    if name in LOADED:
        return loaded(name, arguments)
    if name in GENERATED:
        return generated(name, arguments)
    if name in FETCHED:
        table = flag(arguments.named["as_frame"]) if "as_frame" in arguments.named else FETCHED[name]
        return bunch(Frame((), False) if table else Array("", (None, None)), Array("", (None,)), (), arguments)
    return None


def loaded(name: str, arguments: Arguments) -> Value:
    """A data set that ships with scikit-learn or is fetched by it; its data are float64."""
    width, target, names = LOADED[name]
    classes = {2: "binary", 3: "three"}.get(whole(arguments.named.get("n_class")) or 0, target)
    y = Array("float64" if target in ("continuous", "targets") else "int64", (None,), False, classes)
    x: Value = Array("float64", (None, width))
    if flag(arguments.named.get("as_frame")):
        column = Array("float64", (None,), False, "continuous")
        names = names or tuple(f"feature_{i}" for i in range(width))
        x = Frame(tuple((n, column) for n in names))
    return bunch(x, y, names, arguments)


def bunch(x: Value, y: Array, names: tuple[str, ...], arguments: Arguments) -> Value:
    """Data and target as scikit-learn hands them out: a pair, or an object with attributes."""
    if flag(arguments.named.get("return_X_y")):
        return Items((x, y), "tuple")
    entries: list[tuple[Value, Value]] = [(Literal("data"), x), (Literal("target"), y)]
    if names:
        entries.append((Literal("feature_names"), Items(tuple(Literal(n) for n in names))))
    if isinstance(x, Frame):
        entries.append((Literal("frame"), x.replaced("target", y)))
    return Table(tuple(entries), "bunch")


def generated(name: str, arguments: Arguments) -> Value:
    """Generated data; float64, as many columns as asked for."""
    width, target = GENERATED[name]
    given = arguments.get(1, "n_features")
    if given is not None and name not in ("make_moons", "make_circles"):
        width = whole(given) or 0
    classes = arguments.named.get("n_classes", arguments.named.get("centers"))
    if classes is not None and target not in ("continuous", "targets"):
        target = {2: "binary", 3: "three"}.get(whole(classes) or 0, "three")
    if flag(arguments.named.get("n_targets")) and whole(arguments.named.get("n_targets")) != 1:
        target = "targets"
    y = Array("int64" if target in ("binary", "three") else "float64", (None,), False, target)
    return Items((Array("float64", (None, width or None)), y), "tuple")


def split(arguments: Arguments) -> Value:
    """`train_test_split(...)`: every array twice, with fewer rows."""
    parts: list[Value] = []
    for value in arguments.positional:
        parts += [fewer(value)] * 2
    return Items(tuple(parts)) if parts else UNKNOWN


def fewer(value: Value) -> Value:
    """The same data with an unknown number of rows."""
    if isinstance(value, Frame):
        return Frame(value.columns, value.complete)
    if isinstance(value, Array) and value.shape:
        return Array(value.kind, (None, *value.shape[1:]), value.missing, value.target, bounds=value.bounds)
    return value


FUNCTIONS: dict[str, Callable[[Arguments], Value]] = {"sklearn.model_selection.train_test_split": split}
