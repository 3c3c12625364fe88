"""Transformers that a script writes itself: which of them surely have no converter."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker.model import Script
from checker.script import read

HEAD = """
import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.linear_model import Ridge
from sklearn.pipeline import Pipeline, make_pipeline
from skl2onnx import convert_sklearn, to_onnx, update_registered_converter
X = np.random.rand(40, 3).astype(np.float32)
"""
CLASS = """
class LogScale({bases}):
    def fit(self, X, y=None):
        return self
    def transform(self, X):
        return np.log1p(np.abs(X))
{more}
"""
CONVERTED = "model = Pipeline([('log', LogScale()), ('reg', Ridge())]).fit(X, X[:, 0])\nto_onnx(model, X[:1])\n"


def reading(tmp_path: Path, after: str, bases: str = "TransformerMixin, BaseEstimator", more: str = "") -> Script:
    path = tmp_path / "train.py"
    path.write_text(HEAD + CLASS.format(bases=bases, more=more) + after, encoding="utf-8")
    return read([path])


@pytest.mark.parametrize(
    "after",
    [
        CONVERTED,
        "to_onnx(LogScale().fit(X), X[:1])",
        "to_onnx(make_pipeline(LogScale(), LogScale(), Ridge()).fit(X, X[:, 0]), X[:1])",
        "from sklearn.compose import ColumnTransformer\n"
        "to_onnx(ColumnTransformer([('a', make_pipeline(LogScale()), [0])]).fit(X), X[:1])",
    ],
)
def test_what_stands_for_a_class_without_converter_is_tried(tmp_path: Path, after: str) -> None:
    found = reading(tmp_path, after)
    assert [c.name.partition(" ")[2] for c in found.canaries] == ["LogScale"]
    assert "sklearn.base.TransformerMixin, sklearn.base.BaseEstimator" in found.canaries[0].make
    assert any("LogScale is a class of the script" in note for note in found.unseen)


def test_a_failure_that_is_caught_stays_caught(tmp_path: Path) -> None:
    after = f"try:\n    {CONVERTED.splitlines()[0]}\n    to_onnx(model, X[:1])\nexcept Exception:\n    pass\nprint(X)\n"
    assert [c.caught for c in reading(tmp_path, after).canaries] == [True]


@pytest.mark.parametrize(
    "before",
    [
        "update_registered_converter(LogScale, 'LogScale', shapes, convert)\n",
        "for kind in [Ridge, LogScale]:\n    update_registered_converter(kind, 'Own', shapes, convert)\n",
        "from mine import register\nregister(LogScale)\n",
        "from mine import classes\nfor kind in classes():\n    update_registered_converter(kind, 'Own', shapes, convert)\n",
        "LogScale.onnx_converter = convert\n",
    ],
)
def test_a_class_that_may_have_a_converter_is_not_tried(tmp_path: Path, before: str) -> None:
    assert reading(tmp_path, before + CONVERTED).canaries == ()


def test_converters_that_are_handed_to_the_conversion_count(tmp_path: Path) -> None:
    fitted = CONVERTED.splitlines()[0] + "\n"
    for given in ("custom_conversion_functions={LogScale: convert}", "custom_shape_calculators=mine", "**given"):
        found = reading(tmp_path, f"{fitted}convert_sklearn(model, initial_types=[], {given})\n")
        assert found.canaries == (), given


@pytest.mark.parametrize(
    ("bases", "more"),
    [
        ("OnnxOperatorMixin, TransformerMixin, BaseEstimator", ""),
        ("Base", ""),
        ("", ""),
        ("TransformerMixin, BaseEstimator", "    def to_onnx_operator(self):\n        return None"),
        ("TransformerMixin, BaseEstimator", "    onnx_parser = None"),
        ("TransformerMixin, BaseEstimator", "    def __getattr__(self, name):\n        return None"),
    ],
)
def test_a_class_of_which_not_all_is_known_is_not_tried(tmp_path: Path, bases: str, more: str) -> None:
    assert reading(tmp_path, CONVERTED, bases, more).canaries == ()


def test_an_own_class_beside_what_is_converted_is_nothing(tmp_path: Path) -> None:
    after = "Z = LogScale().fit_transform(X)\nto_onnx(Ridge().fit(Z, X[:, 0]), X[:1])\n"
    assert [c.make for c in reading(tmp_path, after).canaries] == ["sklearn.linear_model.Ridge()"]
