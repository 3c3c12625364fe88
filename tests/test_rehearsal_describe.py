"""A real model as the fields of a canary: what is written down can be made again."""

from __future__ import annotations

import json
import types
from types import SimpleNamespace
from typing import Any

import pytest

from checker.probe.inside.rehearse import describe

np = pytest.importorskip("numpy")


def made(**fields: Any) -> Any:
    return SimpleNamespace(**fields)


@pytest.mark.parametrize(
    ("model", "target"),
    [
        (made(classes_=np.array([0, 1])), "binary"),
        (made(classes_=np.array(["no", "yes"])), "strings"),
        (made(classes_=np.array([0, 1, 2])), "three"),
        (made(_estimator_type="regressor"), "continuous"),
        (made(_estimator_type="regressor", n_outputs_=2), "targets"),
        (made(_estimator_type="regressor", coef_=np.zeros((3, 4))), "targets"),
        (made(__sklearn_tags__=lambda: made(estimator_type="regressor")), "continuous"),
        (made(__sklearn_tags__=lambda: made(estimator_type="clusterer")), "none"),
        (made(), "none"),
    ],
)
def test_the_target_is_the_one_that_the_model_was_fitted_on(model: Any, target: str) -> None:
    assert describe.target_of(model) == target


@pytest.mark.parametrize(
    ("expression", "modules"),
    [
        ("sklearn.linear_model.Ridge(alpha=2.0)", ["sklearn.linear_model"]),
        ("sklearn.pipeline.Pipeline(steps=[('a', xgboost.XGBClassifier(),)])", ["sklearn.pipeline", "xgboost"]),
        ("a.b.C(text='x.y', other=..., f=a.d.g)", ["a.b", "a.d"]),
        ("a.b.C(...)", ["a.b"]),
        ("__main__.Own()", []),
        ("no expression", []),
    ],
)
def test_the_modules_of_an_expression_are_imported(expression: str, modules: list[str]) -> None:
    assert describe.modules_named(expression) == modules


def test_a_class_is_named_where_it_is_to_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    kind = type("Trees", (), {"__module__": "lib.ensemble._trees.boosting", "__qualname__": "Trees"})
    found = {name: types.ModuleType(name) for name in ("lib", "lib.ensemble", "lib.ensemble.boosting")}
    for name, module in found.items():
        monkeypatch.setitem(describe.sys.modules, name, module)
    found["lib.ensemble"].Trees = kind  # type: ignore[attr-defined]
    assert describe.public_name(kind) == "lib.ensemble.Trees"
    assert describe.public_name(json.JSONDecoder) == "json.decoder.JSONDecoder"


def test_gaps_of_a_matrix_are_told_by_column() -> None:
    layout, columns = describe.columns_seen(np.array([[1.0, np.nan], [2.0, 3.0]]))
    assert (layout, [c["missing"] for c in columns]) == ("matrix", [False, True])
    assert [c["missing"] for c in describe.columns_seen(np.zeros((2, 2), dtype=int))[1]] == [False, False]


def test_inputs_that_are_declared_are_told_before_there_is_a_graph() -> None:
    kind = type("FloatTensorType", (), {"shape": [None, 4]})()
    assert describe.inputs_declared({"initial_types": [("X", kind)]}) == [["X", "FloatTensorType", [-1, 4]]]
    for wrong in ({}, {"initial_types": None}, {"initial_types": [1]}, {"initial_types": 3}):
        assert describe.inputs_declared(wrong) == []


@pytest.mark.parametrize(
    ("values", "bounds"),
    [
        (np.array([[12_000_000.0], [12_000_119.0]], dtype=np.float32), (12_000_000, 12_000_120)),
        (np.array([[-20_000_000], [3]]), (-20_000_000, 4)),
        (np.array([[12_000_000.5], [12_000_119.0]]), None),  # no whole numbers
        (np.array([[1.0], [900.0]]), None),  # a float tells them well
        (np.array([[12_000_000.0], [np.nan]]), None),
        (np.array([[1e300], [2.0]]), None),
        (np.array([["12000000"], ["a"]], dtype=object), None),
    ],
)
def test_whole_numbers_that_are_large_for_a_float_are_told_with_their_bounds(values: Any, bounds: Any) -> None:
    (column,) = describe.columns_seen(values)[1]
    assert (column.get("low"), column.get("high")) == (bounds or (None, None))
