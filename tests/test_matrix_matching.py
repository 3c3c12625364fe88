"""Which measured canaries speak for a model of a script: the same model, its pieces, or none."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest

from checker.matrix.matching import (
    WITH_OTHER_INPUTS,
    WITH_OTHER_PARAMETERS,
    Hint,
    Match,
    akin,
    imports,
    judge,
    judging,
    match,
)
from checker.matrix.matching.trees import Model, alike, read_model
from checker.matrix.measured import Question, Verdict, load
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


def test_a_model_that_is_only_logged_has_to_fit() -> None:
    told = found("sklearn.linear_model.LogisticRegression()", converter="", logging=Logging("sklearn"))
    assert told == Match(("mlflow-model-fitted",), fitted=("LogisticRegression-binary",))
    assert found("mine.Model()", converter="", logging=Logging("sklearn")).rows == ()


def test_what_only_tracks_needs_no_model() -> None:
    tracks = Canary("train.py:3 tracking", "", (), (), target="none", logging=Logging(), where="train.py:3")
    assert match(tracks, CATALOGUE) == Match(("mlflow-tracking",))


@pytest.mark.parametrize(
    ("logging", "rows"),
    [
        (Logging(), "mlflow-model"),
        (Logging(arguments={"artifact_path": "model", "registered_model_name": "a/b"}), "mlflow-model"),
        (Logging(arguments={"name": "model"}), "mlflow-model-named"),
        (Logging(arguments={"artifact_path": "models/tip"}), "mlflow-model-path"),
        (Logging("sklearn"), "mlflow-model-fitted"),
        (Logging("sklearn", arguments={"name": "model"}), "mlflow-model-fitted-named"),
        (Logging("sklearn", "save_model"), "mlflow-model-strings"),
        # nobody measured just this: each of what is particular about it has to work
        (Logging("sklearn", arguments={"artifact_path": "a/b"}), "mlflow-model-fitted mlflow-model mlflow-model-path"),
        (Logging(arguments={"name": "a/b"}), "mlflow-model mlflow-model-named mlflow-model-path"),
        (Logging("onnx", "save_model"), "mlflow-model"),
    ],
)
def test_a_model_is_logged_in_ways(logging: Logging, rows: str) -> None:
    """What is another matter in some releases of MLflow is told by a row that does so too."""
    told = found("sklearn.linear_model.LogisticRegression()", logging=logging)
    assert told.rows == ("LogisticRegression-binary", *rows.split())


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


@pytest.mark.parametrize("canary", [c for c in CATALOGUE if c.make], ids=lambda c: c.name)
def test_what_is_akin_is_of_the_same_class(canary: Canary) -> None:
    mine, told = read_model(canary.make), akin.find_akin(canary, CATALOGUE)
    assert mine
    assert len(told) <= akin.AKIN
    for row in named(told):
        other = read_model(row.make)
        assert other
        assert (other.library, other.name) == (mine.library, mine.name)
        assert not row.logging
    alone = not mine.joins and not canary.logging
    assert not alone or canary.name in told or len(told) == akin.AKIN
    assert not (mine.joins and told)


def test_what_speaks_for_nothing_more_is_a_hint() -> None:
    """Of a pipeline a measured estimator of it alone, else all of the same class; of one model its class."""
    odd = "sklearn.svm.SVC(kernel='sigmoid', break_ties=True)"
    alike_ = akin.find_akin(model(odd), CATALOGUE)
    assert len(alike_) > 1
    assert [hint.canaries for hint in found(odd).hints] == [alike_]
    assert [hint.canaries for hint in found(SCALED.format(odd)).hints] == [("StandardScaler",), alike_]
    assert [hint.canaries for hint in found(SCALED.format("mine.Model()")).hints] == [("StandardScaler",)]
    assert found("mine.Model()").hints == ()
    assert found("sklearn.svm.SVC()").hints == ()


@pytest.mark.parametrize(
    "more", [{}, {"registered": ("mine.Model",)}, {"unread": ("options",)}, {"operators": {"a": ()}}]
)
def test_another_opset_alone_leaves_hints(more: dict[str, Any]) -> None:
    told = found("sklearn.linear_model.LogisticRegression()", target_opset=12, **more)
    assert told.hints == (() if more else (Hint(("LogisticRegression-binary",), frozenset(Stage)),))


# --- what is only probable -----------------------------------------------------------------------------------------

IMPORT, FIT, LOAD, PARITY = 1, 3, 5, 6


def known(**rows: int) -> Question:
    """One cell, and how each canary failed there; 0 it worked."""
    profiles: list[Any] = [None, *range(1, 5), "0", "5", "6"]  # a failure by its number as far as the conversion
    told = {0: 5, LOAD: 6, PARITY: 7}
    raw = {
        **FEW, "cells": [["3.11", "1.0.0", "1.16.0"]], "ids": ["c0"], "dates": ["2026-11-28"], "declared": [""],
        "canaries": [name.replace("_", "-") for name in rows], "runtimes": ["1.14.1"], "profiles": profiles,
        "outcomes": [str(told.get(number, number)) for number in rows.values()],
    }  # fmt: skip
    return Question(unfold(raw), pins("1.0.0"))


CONVERT = 4
OPSET = Match(("A",), True, Stage.FIT, "its opset is chosen", (Hint(("A",)),))


def hinted(*hints: Hint) -> Match:
    """Nothing is known but these hints."""
    return Match(why="no", hints=hints)


ONE, OTHER = Hint(("A",)), Hint(("B",))
SAME = Hint(("A", "B"), WITH_OTHER_INPUTS, 2)
AKIN = Hint(("A", "B"), WITH_OTHER_PARAMETERS, 2)


@pytest.mark.parametrize(
    ("speaks", "rows", "expected"),
    [
        (hinted(ONE), {"A": CONVERT}, Stage.CONVERT),
        (hinted(ONE), {"A": LOAD}, Stage.LOAD),
        (hinted(ONE), {"A": PARITY}, None),
        (hinted(ONE), {"A": 0}, None),
        # of many that share only the estimator all must fail alike, and where parameters matter least
        (hinted(AKIN), {"A": CONVERT, "B": CONVERT}, Stage.CONVERT),
        (hinted(AKIN), {"A": FIT, "B": FIT}, Stage.FIT),
        (hinted(AKIN), {"A": CONVERT, "B": 0}, None),
        (hinted(AKIN), {"A": CONVERT, "B": FIT}, None),
        (hinted(AKIN), {"A": LOAD, "B": LOAD}, None),
        (hinted(AKIN), {"A": PARITY, "B": PARITY}, None),
        # where they share their parameters, inputs matter least; one that was not measured says nothing
        (hinted(SAME), {"A": CONVERT, "B": CONVERT}, Stage.CONVERT),
        (hinted(SAME), {"A": LOAD, "B": LOAD}, Stage.LOAD),
        (hinted(SAME), {"A": FIT, "B": FIT}, None),
        (hinted(SAME), {"A": CONVERT}, None),
        (hinted(Hint(("A", "B", "C"), WITH_OTHER_INPUTS, 2)), {"A": CONVERT, "B": CONVERT}, Stage.CONVERT),
        # one estimator of a pipeline is enough
        (hinted(ONE, OTHER), {"A": 0, "B": FIT}, Stage.FIT),
        # another opset may suit the runtime, and mends nothing before it
        (OPSET, {"A": LOAD}, None),
        (OPSET, {"A": CONVERT}, Stage.CONVERT),
        (Match(why="no"), {"A": CONVERT}, None),
    ],
)
def test_hints_say_what_probably_fails(speaks: Match, rows: dict[str, int], expected: Stage | None) -> None:
    told = judge(known(**rows), speaks, "model")
    assert (told.canary, told.works, told.basis, told.why) == ("model", None, None, speaks.why)
    assert (told.likely.stage if told.likely else None) is expected
    assert bool(told.cells) is bool(expected)


def test_what_a_hint_says_of_the_fit_is_known() -> None:
    assert judge(known(A=FIT), OPSET, "model").signature


@pytest.mark.parametrize("speaks", [Match(why="no"), OPSET, Match(("A",), False), Match(("A",), True)])
def test_imports_that_fail_fail_for_every_model(speaks: Match) -> None:
    """An import that was measured to fail blocks, whatever is known of the model itself."""
    told = judge(known(LogisticRegression_binary=IMPORT, A=IMPORT), speaks, "model")
    assert (told.canary, told.stage, told.basis) == ("model", Stage.IMPORT, Basis.MEASURED)


def test_imports_that_work_say_nothing_of_a_model() -> None:
    for broken in (0, CONVERT):
        question = known(LogisticRegression_binary=broken)
        assert imports(question).failure is None
        assert judge(question, Match(why="no"), "model").works is None


@pytest.mark.parametrize(
    ("model", "logs", "works", "stage"),
    [
        (0, 0, True, None),
        (CONVERT, 0, True, None),  # nobody converts it
        (PARITY, 0, True, None),
        (FIT, 0, False, Stage.FIT),
        (0, PARITY, False, Stage.PARITY),
        (FIT, PARITY, False, Stage.FIT),
    ],
)
def test_what_is_only_logged_is_judged_up_to_its_fit(model: int, logs: int, works: bool, stage: Stage | None) -> None:
    told = judge(known(A=model, L=logs), Match(("L",), fitted=("A",)), "model")
    assert (told.works, told.stage, told.basis) == (works, stage, Basis.INFERRED)


def test_a_fit_that_nobody_knows_is_not_known() -> None:
    assert judge(known(L=0), Match(("L",), fitted=("A",)), "model").works is None
    later = Verdict("A", likely=unfold(FEW).signature(CONVERT))
    assert judging._fits(later) == Verdict("A")
