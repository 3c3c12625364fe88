"""Columns of times: where a model leaves them out they are known, and what becomes of them elsewhere is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker.model import Canary
from checker.probe.inside.canary.data import make_data
from checker.probe.plan import canary_fields
from checker.script import read

START = """import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer, make_column_transformer
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

def hours(table):
    return table.apply(lambda column: column.dt.hour)

X = pd.DataFrame({"at": pd.date_range("2024-01-01", periods=60), "km": np.random.rand(60)})
"""
#: the first step, and the kind of the column of times; "" = nobody knows what becomes of it
STEPS = [
    ("make_column_transformer((StandardScaler(), ['km']))", "datetime"),
    ("ColumnTransformer([('n', StandardScaler(), ['km'])], remainder='drop')", "datetime"),
    ("make_column_transformer((StandardScaler(), ['km']), remainder='passthrough')", ""),
    ("make_column_transformer((FunctionTransformer(hours), ['at']), (StandardScaler(), ['km']))", ""),
    ("FunctionTransformer(hours)", ""),
    ("StandardScaler()", ""),
]


def only(folder: Path, text: str) -> Canary:
    (folder / "train.py").write_text(START + text + "\n", encoding="utf-8")
    (found,) = read([folder / "train.py"]).canaries
    return found


@pytest.mark.parametrize(("step", "kind"), STEPS, ids=range(len(STEPS)))
def test_times_are_known_where_they_are_left_out(tmp_path: Path, step: str, kind: str) -> None:
    found = only(tmp_path, f"make_pipeline({step}, Ridge()).fit(X, X['km'])")
    assert ([c.kind for c in found.columns if c.kind == "datetime"], not found.guesses) == (
        [kind] * bool(kind),
        bool(kind),
    )


def test_times_are_made_and_decide_no_target(tmp_path: Path) -> None:
    numpy, _ = pytest.importorskip("numpy"), pytest.importorskip("pandas")
    found = only(tmp_path, f"make_pipeline({STEPS[0][0]}, Ridge()).fit(X, X['km'])")
    x, y, test, _ = make_data(numpy, {**canary_fields(found), "columns": [vars(c) for c in found.columns]})
    assert [str(t)[:10] for t in x.dtypes] == [str(t)[:10] for t in test.dtypes] == ["datetime64", "float64"]
    assert numpy.isfinite(y).all()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("X = X.set_index('at')", ["km"]),
        ("X.index = pd.date_range('2024-01-01', periods=60)\nX = X.drop(columns='at')", ["km"]),
        ("X = X.drop(columns='at')", ["km"]),
        ("X['hour'] = X['at'].dt.hour\nX = X[['km', 'hour']]", ["km", "hour"]),
    ],
)
def test_an_index_is_no_column(tmp_path: Path, text: str, names: list[str]) -> None:
    found = only(tmp_path, f"y = X['km']\n{text}\nRidge().fit(X, y)")
    assert ([c.name for c in found.columns], found.guesses) == (names, ())


def test_dates_that_are_parsed_are_times(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("at,km,y\n2024-01-01,1.5,2.0\n2024-01-02,2.5,3.0\n")
    model = "make_pipeline(make_column_transformer((StandardScaler(), ['km'])), Ridge())"
    fit = f"X = pd.read_csv('rows.csv'%s)\n{model}.fit(X[['at', 'km']], X['y'])"
    kinds = [[c.kind for c in only(tmp_path, fit % more).columns] for more in ("", ", parse_dates=['at']")]
    assert kinds == [["string", "float64"], ["datetime", "float64"]]
