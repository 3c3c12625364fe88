"""Which measured canaries speak for a model of a script: the same model, its pieces, or none."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest

from checker.matrix.matching import Match, akin, judge, match
from checker.matrix.matching.trees import Model, alike, read_model
from checker.matrix.measured import Question, load
from checker.matrix.measured.values import UNMEASURED, Profile, unfold
from checker.model import Basis, Canary, Column, Logging, Stage
from checker.probe.canaries import CATALOGUE, named
from checker.probe.canaries.parts import LOGISTIC, REGRESSION_TREE, REGRESSORS, TREE
from checker.probe.canaries.rows import DOUBLES, FLOATS, INTEGERS, STRINGS

from .matrices import FEW
from .test_matrix_measured import pins


def model(make: str, columns: tuple[Column, ...] = FLOATS, **more: Any) -> Canary:
    return Canary("train.py:9 Model", make, (), columns, where="train.py:9", **more)


def found(make: str, columns: tuple[Column, ...] = FLOATS, **more: Any) -> Match:
    return match(model(make, columns, **more), CATALOGUE)


SCALED = "sklearn.pipeline.Pipeline([('s', sklearn.preprocessing.StandardScaler()), ('m', {})])"


@pytest.mark.parametrize(
    ("make", "more", "row"),
    [
        ("sklearn.linear_model.LogisticRegression()", {}, "LogisticRegression-binary"),
        (
            "sklearn.linear_model.LogisticRegression(C=0.3, max_iter=900, solver='lbfgs')",
            {},
            "LogisticRegression-binary",
        ),
        ("sklearn.linear_model.LogisticRegression()", {"target": "three"}, "LogisticRegression-three"),
        (
            "sklearn.linear_model.LogisticRegression()",
            {"options": {"zipmap": False}, "target": "three"},
            "LogisticRegression-array",
        ),
        ("sklearn.ensemble.RandomForestClassifier(n_estimators=300, n_jobs=-1)", {}, "RandomForestClassifier-binary"),
        (
            "sklearn.preprocessing.OneHotEncoder(min_frequency=5)",
            {"columns": STRINGS, "layout": "frame"},
            "OneHotEncoder-infrequent",
        ),
        ("sklearn.ensemble.RandomForestClassifier()", {"columns": INTEGERS}, "RandomForestClassifier-integer"),
        ("sklearn.linear_model.Ridge()", {"target": "targets"}, "Ridge-targets"),
    ],
)
def test_the_same_model_speaks_for_it(make: str, more: dict[str, Any], row: str) -> None:
    assert found(make, **more) == Match((row,), True)


@pytest.mark.parametrize(
    ("make", "more"),
    [
        ("sklearn.linear_model.LogisticRegression(multi_class='multinomial', C=2)", {"target": "continuous"}),
        ("sklearn.linear_model.LogisticRegression(penalty='none')", {}),  # which newer releases refuse
        ("sklearn.ensemble.RandomForestRegressor(criterion='mse')", {"target": "continuous"}),
        ("sklearn.ensemble.RandomForestClassifier(max_features='auto')", {}),
        ("sklearn.linear_model.Ridge()", {"columns": STRINGS, "target": "continuous"}),
        ("sklearn.ensemble.RandomForestClassifier()", {"columns": STRINGS}),
        ("sklearn.svm.SVR()", {"target": "targets"}),
        ("sklearn.linear_model.LogisticRegression()", {"options": {"decision_path": True}}),
        ("sklearn.calibration.CalibratedClassifierCV(sklearn.ensemble.ExtraTreesClassifier(), cv=5)", {}),
        ("sklearn.preprocessing.FunctionTransformer(lambda x: x)", {"target": "none"}),
        ("mine.Model()", {}),
        ("what is this", {}),
        (
            "sklearn.ensemble.HistGradientBoostingClassifier(class_weight='balanced')",
            {},
        ),  # a parameter of newer releases
    ],
)
def test_another_model_does_not_speak_for_it(make: str, more: dict[str, Any]) -> None:
    told = found(make, **more)
    assert told.rows == ()
    assert told.why


# --- the same model, written in another way ------------------------------------------------------------------------


K = "sklearn.gaussian_process.kernels."
COLUMNS = "compose.ColumnTransformer([('s', sklearn.preprocessing.StandardScaler(), {})])"
GAUSS = "gaussian_process.GaussianProcessRegressor({})"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("preprocessing.PolynomialFeatures(2)", "preprocessing.PolynomialFeatures()"),
        ("preprocessing.PolynomialFeatures(degree=2)", "preprocessing.PolynomialFeatures()"),
        ("preprocessing.Normalizer('max')", "preprocessing.Normalizer(norm='max')"),
        ("decomposition.KernelPCA(2)", "decomposition.KernelPCA(n_components=3)"),
        ("cross_decomposition.PLSRegression(2)", "cross_decomposition.PLSRegression()"),
        ("ensemble.RandomForestClassifier(7)", "ensemble.RandomForestClassifier()"),
        ("neighbors.KNeighborsClassifier(3)", "neighbors.KNeighborsClassifier()"),
        (
            "feature_selection.SelectKBest(sklearn.feature_selection.f_classif, k=3)",
            "feature_selection.SelectKBest(k=2)",
        ),
        ("svm.SVC(kernel='rbf', degree=3)", "svm.SVC()"),
        ("ensemble.HistGradientBoostingClassifier(tol=0.1)", "ensemble.HistGradientBoostingClassifier()"),
        (COLUMNS.format("[0, 1]"), COLUMNS.format("['a', 'b', 'c']")),
        ("svm.SVC(degree=3, coef0=2.0)", "svm.SVC(coef0=2.0)"),
        # what is implied
        ("ensemble.AdaBoostClassifier()", f"ensemble.AdaBoostClassifier(sklearn.{TREE}, n_estimators=5)"),
        ("ensemble.AdaBoostClassifier()", f"ensemble.AdaBoostClassifier(estimator=sklearn.{TREE})"),
        ("ensemble.BaggingRegressor()", f"ensemble.BaggingRegressor(sklearn.{REGRESSION_TREE}, 5)"),
        ("calibration.CalibratedClassifierCV()", "calibration.CalibratedClassifierCV(sklearn.svm.LinearSVC())"),
        (
            f"ensemble.StackingClassifier([('t', sklearn.{TREE})])",
            f"ensemble.StackingClassifier(final_estimator=sklearn.{LOGISTIC}, estimators=[('t', sklearn.{TREE})])",
        ),
        (
            "compose.TransformedTargetRegressor(transformer=sklearn.preprocessing.StandardScaler())",
            "compose.TransformedTargetRegressor(sklearn.linear_model.LinearRegression(), "
            "transformer=sklearn.preprocessing.StandardScaler())",
        ),
        # kernels
        (GAUSS.format(f"{K}RBF() + {K}WhiteKernel()"), GAUSS.format(f"{K}RBF(2.0, (0.1, 9.0)) + {K}WhiteKernel(0.1)")),
        (GAUSS.format(f"kernel={K}RBF() + {K}WhiteKernel()"), GAUSS.format(f"{K}Sum({K}RBF(), {K}WhiteKernel())")),
        (GAUSS.format(f"{K}ConstantKernel(2.0) * {K}RBF()"), GAUSS.format(f"1.0 * {K}RBF(length_scale=3.0)")),
    ],
)
def test_one_model_in_two_ways(one: str, other: str) -> None:
    assert same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("preprocessing.PolynomialFeatures(3)", "preprocessing.PolynomialFeatures()"),
        ("preprocessing.PolynomialFeatures(2, True)", "preprocessing.PolynomialFeatures()"),  # newer releases refuse it
        ("preprocessing.Normalizer('max')", "preprocessing.Normalizer()"),
        ("decomposition.KernelPCA(2)", "decomposition.KernelPCA()"),
        ("svm.SVC(0.5)", "svm.SVC()"),
        ("svm.SVC(*given)", "svm.SVC()"),
        ("ensemble.RandomForestClassifier(*given)", "ensemble.RandomForestClassifier(*given)"),
        ("preprocessing.OneHotEncoder(max_categories=None)", "preprocessing.OneHotEncoder()"),  # older ones refuse it
        (
            "linear_model.LogisticRegression(solver='liblinear')",
            "linear_model.LogisticRegression()",
        ),  # once the default
        ("ensemble.HistGradientBoostingClassifier(max_features=0.5)", "ensemble.HistGradientBoostingClassifier()"),
        ("ensemble.AdaBoostClassifier()", f"ensemble.AdaBoostClassifier(sklearn.{LOGISTIC})"),
        ("ensemble.AdaBoostClassifier()", "ensemble.AdaBoostClassifier(estimator=base)"),
        ("ensemble.BaggingClassifier()", f"ensemble.BaggingRegressor(sklearn.{TREE})"),
        (f"ensemble.StackingRegressor({REGRESSORS})", f"ensemble.StackingRegressor({REGRESSORS}, sklearn.{TREE})"),
        (COLUMNS.format("[0, 1]"), COLUMNS.format("[True, True]")),
        (COLUMNS.format("[0, 1]"), COLUMNS.format("slice(0, 2)")),
        (COLUMNS.format("[0]"), COLUMNS.format("[0]), ('n', 'drop', [1]")),
        ("feature_extraction.text.CountVectorizer(max_features=9)", "feature_extraction.text.CountVectorizer()"),
        (GAUSS.format(f"{K}RBF() + {K}WhiteKernel()"), GAUSS.format(f"{K}RBF()")),
        (GAUSS.format(f"{K}RBF() + {K}WhiteKernel()"), GAUSS.format(f"{K}RBF() * {K}WhiteKernel()")),
        (GAUSS.format(f"{K}RBF([1.0, 2.0])"), GAUSS.format(f"{K}RBF()")),  # a scale for each column
        (GAUSS.format(f"{K}RBF(1.0, 'fixed')"), GAUSS.format(f"{K}RBF()")),
        (GAUSS.format(f"{K}Matern(nu=0.5)"), GAUSS.format(f"{K}Matern()")),
    ],
)
def test_another_model_though_it_looks_alike(one: str, other: str) -> None:
    assert not same(one, other)


def same(one: str, other: str) -> bool:
    """Whether two constructors below scikit-learn make models that are converted in the same way."""
    mine, yours = read_model(f"sklearn.{one}"), read_model(f"sklearn.{other}")
    return bool(mine and yours and alike(mine, yours))


def test_near_rows_speak_for_what_was_not_measured_itself() -> None:
    told = found("sklearn.linear_model.LogisticRegression()", options={"zipmap": False})
    assert told == Match(("LogisticRegression-binary", "LogisticRegression-array"), False)


def test_pieces_speak_for_a_pipeline_but_it_is_not_the_same() -> None:
    told = found(SCALED.format("sklearn.svm.SVC(probability=True)"))
    assert not told.same
    assert {"StandardScaler", "SVC"} <= set(told.rows)
    assert any(row.startswith("Pipeline") for row in told.rows)
    assert found(SCALED.format("sklearn.linear_model.LogisticRegression()")).same
    assert found(SCALED.format("mine.Model()")).rows == ()


def test_a_search_is_what_it_searches_where_all_it_tries_are_alike() -> None:
    search = "sklearn.model_selection.GridSearchCV({}, {{'m__{}': [{}]}}, cv=3)"
    forest = SCALED.format("sklearn.ensemble.RandomForestClassifier()")
    assert found(search.format(forest, "max_depth", "3, 5")).rows
    assert not found(search.format(forest, "criterion", "'mse'")).rows
    assert not found(search.format(SCALED.format("sklearn.svm.SVC()"), "kernel", "'rbf', 'poly'")).rows


def test_columns_that_come_by_themselves_are_not_a_matrix() -> None:
    frame = {"layout": "frame", "inputs": tuple((c.name, "FloatTensorType", (None, 1)) for c in FLOATS)}
    assert found("sklearn.linear_model.LogisticRegression()").rows
    assert not found("sklearn.linear_model.LogisticRegression()", **frame).rows
    one = {"inputs": (("X", "FloatTensorType", (None, 4)),)}
    assert found("sklearn.linear_model.LogisticRegression()", DOUBLES, **one).same  # declared as single floats


def test_single_floats_do_not_speak_for_doubles() -> None:
    forest = "sklearn.ensemble.RandomForestRegressor(9)"
    double = {"inputs": (("X", "DoubleTensorType", (None, 4)),), "target": "continuous"}
    assert found(forest, target="continuous") == Match(("RandomForestRegressor",), True)
    assert found(forest, DOUBLES, **double) == Match(("RandomForestRegressor-double",), True)
    assert found("sklearn.decomposition.KernelPCA(2, kernel='cosine')", DOUBLES, target="none").rows == ()


@pytest.mark.parametrize(
    "otherwise",
    [
        {"target_opset": 12},
        {"unread": ("options",)},
        {"operators": {"black_op": ("Scan",)}},
        {"converter": "mine.convert"},
    ],
)
def test_of_another_conversion_the_rows_speak_up_to_the_fit(otherwise: dict[str, Any]) -> None:
    told = found("sklearn.linear_model.LogisticRegression()", **otherwise)
    assert (told.rows, told.until) == (("LogisticRegression-binary",), Stage.FIT)
    assert "its conversion is not the measured one" in told.why


def test_what_is_guessed_is_never_the_same() -> None:
    told = found("sklearn.linear_model.LogisticRegression()", guesses=(("data", "made up"),))
    assert (told.rows, told.same) == (("LogisticRegression-binary",), False)


def test_a_model_that_is_logged_needs_the_registry_too() -> None:
    told = found("sklearn.linear_model.LogisticRegression()", logging=Logging())
    assert told.rows == ("LogisticRegression-binary", "mlflow-model")
    assert not told.same


@pytest.mark.parametrize("canary", [c for c in CATALOGUE if c.make and not c.logging], ids=lambda c: c.name)
def test_a_row_is_at_least_what_it_says(canary: Canary) -> None:
    """A script with just the model of a row is never matched with one of another class."""
    told = match(replace(canary, where="train.py:1"), CATALOGUE)
    mine = read_model(canary.make)
    for row in named(told.rows) if told.same else ():
        other = read_model(row.make)
        assert mine
        assert other
        assert alike(mine, other)


#: rows that are one model as far as is read, and yet became different; another pair is a fault of the comparison
APART = {
    "DecisionTreeClassifier-binary DecisionTreeClassifier-balanced": "values next to the thresholds, of weighted samples",
    "DecisionTreeClassifier-three DecisionTreeClassifier-deep": "a message that lists the nodes",
}


def test_rows_that_are_alike_were_measured_alike() -> None:
    """Where two rows differ in no more than how their model is written, the same became of both in every cell."""
    matrix = load()
    measured = (row for row in CATALOGUE if row.name in matrix.places)
    trees = [(row, tree) for row in measured if (tree := read_model(row.make))]
    differing = []
    for (one, mine), (other, yours) in combinations(trees, 2):
        if alike(mine, yours) and asks(one) == asks(other):
            cells = zip(matrix.row(one.name), matrix.row(other.name), strict=True)
            if any(conflict(matrix.unfolded[a], matrix.unfolded[b]) for a, b in cells if a != b):
                differing.append(f"{one.name} {other.name}")
    assert differing == [*APART]


def conflict(one: Profile | None, other: Profile | None) -> bool:
    """Whether two rows became different where both were measured."""
    if one is None or other is None or one.conversion != other.conversion:
        return one is not None and other is not None
    return any(a != b and UNMEASURED not in (a, b) for a, b in zip(one.runtimes, other.runtimes, strict=True))


def asks(row: Canary) -> Canary:
    """What a row asks for beside its model."""
    return replace(row, name="", make="", imports=(), since="", until="", converts=True)


def test_only_rows_that_name_the_estimator_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def reading(make: str) -> Model | None:
        read.append(make)
        return read_model(make)

    monkeypatch.setattr(akin, "read_model", reading)
    assert found("sklearn.svm.SVC(probability=True)").rows
    assert read
    assert all("SVC(" in make for make in read)


# --- verdicts ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("speaks", "asked", "works", "basis"),
    [
        (Match(("Ridge",), True), pins("1.4.0"), True, Basis.MEASURED),
        (Match(("Ridge",), False), pins("1.4.0"), True, Basis.INFERRED),
        (Match(("Ridge", "SVC"), False), pins("1.4.0", "1.18.0"), False, Basis.INFERRED),
        (Match(("Ridge", "SVC"), False), pins("1.4.0", "1.17.0"), None, None),
        (Match(("SVC", "Ridge"), False), pins("1.7.0"), False, Basis.INFERRED),
        (Match(("Ridge",), True, Stage.FIT, "not the measured one"), pins("1.4.0"), None, None),
        (Match(("Ridge",), True, Stage.FIT, "not the measured one"), pins("1.7.0"), None, None),
        (Match(why="nothing like it"), pins("1.4.0"), None, None),
    ],
)
def test_judged_together(speaks: Match, asked: dict[str, str], works: bool | None, basis: Basis | None) -> None:
    told = judge(Question(unfold(FEW), asked), speaks, "train.py:9 Model")
    assert (told.canary, told.works, told.basis) == ("train.py:9 Model", works, basis)
    assert told.why or works is not None
