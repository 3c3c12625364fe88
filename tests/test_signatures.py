"""What is read of a signature and of the rows that are scored over it, and what the advice makes of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from checker.model import Canary, Logging
from checker.rules.models import edits
from checker.script import read

from .cases import canary

START = """import mlflow.pyfunc, mlflow.sklearn
import numpy as np
import pandas as pd
from mlflow.models import infer_signature
from sklearn.linear_model import Ridge

trips = pd.DataFrame({"riders": np.random.randint(1, 6, 100), "km": np.random.rand(100), "fare": np.random.rand(100)})
X = trips[["riders", "km"]]
m = Ridge().fit(X, trips["fare"])
"""
LOG = """mlflow.sklearn.save_model(m, "fare", signature=infer_signature(%s))
mlflow.pyfunc.load_model("fare").predict(%s)
"""
RIDERS, KM, FARE = ("riders", "int64", False), ("km", "float64", False), ("fare", "float64", False)


def logged(tmp_path: Path, signed: str, scored: str) -> Logging:
    path = tmp_path / "train.py"
    path.write_text(START + LOG % (signed, scored), encoding="utf-8")
    (found,) = read([path]).canaries
    assert found.logging
    return found.logging


NULLABLE = "pd.DataFrame({'riders': pd.array([2, None], dtype='Int32'), 'km': [1.5, 3.]})"
REFUSED = [
    # a missing value makes doubles of whole numbers
    ("X", "pd.DataFrame({'riders': [2, None], 'km': [1.5, 3.]})", (("riders", "float64", True), KM)),
    ("X", "X.astype(float)", (("riders", "float64", False), KM)),
    # a column that is not scored
    ("trips", "X", (RIDERS, KM)),
    # pandas' own whole numbers with missing values are refused by a signature over themselves
    (NULLABLE, NULLABLE, (("riders", "int64", True), KM)),
    # near twins
    ("X", "X", ()),
    ("X", "trips", ()),
    ("X.astype(float)", "pd.DataFrame({'riders': [2, None], 'km': [1.5, 3.]})", ()),
    ("X", "pd.read_csv('today.csv')", ()),
]


@pytest.mark.parametrize(("signed", "scored", "columns"), REFUSED)
def test_columns_are_kept_where_the_signature_may_refuse_them(
    tmp_path: Path, signed: str, scored: str, columns: tuple[tuple[str, str, bool], ...]
) -> None:
    assert logged(tmp_path, signed, scored).predict_columns == columns


def signed(*fed: tuple[str, str, bool]) -> Canary:
    return replace(canary(), logging=Logging(signature_columns=(RIDERS, KM, FARE), predict_columns=fed))


def test_the_advice_signs_what_is_scored_with_floats_for_whole_numbers() -> None:
    changed = edits.signed_as_scored(signed(("riders", "int64", True), KM)).logging
    assert changed
    assert changed.signature_columns == changed.predict_columns == (("riders", "float64", True), KM)


def test_a_table_gets_the_columns_of_the_script() -> None:
    pandas = pytest.importorskip("pandas")
    from checker.probe.inside.canary.register import with_columns

    made = with_columns(pandas.DataFrame({"riders": [1.2, 2.0], "km": [1.0, 2.0]}), [("riders", "int64", True), FARE])
    assert [str(t) for t in made.dtypes] == ["Int64", "float64"]
    assert made["riders"].isna().tolist() == [True, False]
