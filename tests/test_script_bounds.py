"""Whole numbers whose bounds a script tells: read from its data, and made again for its canaries."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from checker.model import Canary
from checker.probe.inside.canary import data

from .test_script import START, only, script

BIG = 1_600_000_000
#: what the model is fitted on -> (low, high) of its columns
BOUNDS = [
    ("rng.randint(0, 90, size=(60, 2))", [(0, 90)] * 2),
    ("np.random.default_rng(0).integers(5, size=(60, 1))", [(0, 5)]),
    ("(12000000 + rng.randint(0, 120, size=(60, 2))).astype(np.float32)", [(12000000, 12000120)] * 2),
    ("(rng.randint(2, 9, (60, 1)) - 1) * -3 // 2", [(-11, -1)]),
    ("rng.randint(2, 9, (60, 1)) % 4", [(0, 4)]),
    (f"np.arange({BIG}, {BIG} + 600, 10).reshape(-1, 1)", [(BIG, BIG + 591)]),
    (f"np.column_stack([np.arange({BIG}, {BIG} + 60), rng.randint(0, 5, 60)])", [(BIG, BIG + 60), (0, 5)]),
    (f"np.column_stack([np.arange({BIG}, {BIG} + 60), rng.rand(60)])[:, :1]", [(None, None)]),
    ("[[1, 20000000], [3, 20000002], [2, 20000001]]", [(1, 4), (20000000, 20000003)]),
    ("pd.DataFrame({'id': rng.randint(10 ** 7, 2 * 10 ** 7, 60), 'x': rng.rand(60)})", [(10**7, 2 * 10**7), (None, None)]),
    ("pd.DataFrame(rng.randint(0, 9, (60, 2)), columns=['a', 'b'])[['b']]", [(0, 9)]),
    # what is not whole, is computed, or may have been written over, is not known
    ("rng.randint(0, 9, (60, 1)) / 2", [(None, None)]),
    ("rng.randint(0, 9, (60, 1)) ** 2", [(None, None)]),
    ("rng.randint(0, len(open('n').read()), (60, 1))", [(None, None)]),
    ("[[1.5], [2]]", [(None, None)]),
]  # fmt: skip


@pytest.mark.parametrize(("made", "bounds"), BOUNDS, ids=range(len(BOUNDS)))
def test_bounds_that_the_script_tells(tmp_path: Path, made: str, bounds: list[tuple[int | None, int | None]]) -> None:
    text = f"{START}from sklearn.tree import DecisionTreeRegressor as T\nV = {made}\nm = T().fit(V, yr[:60])\n"
    found = only(script(tmp_path, text))
    assert [(c.low, c.high) for c in found.columns] == bounds


def test_what_is_written_over_has_no_bounds_any_more(tmp_path: Path) -> None:
    for line, low in (("V[V > 5] = np.nan", 0), ("V[V > 5] = 700", None)):
        text = f"{START}from sklearn.tree import DecisionTreeRegressor as T\nV = rng.randint(0, 9, (60, 1))\n{line}\n"
        assert only(script(tmp_path, f"{text}m = T().fit(V, yr[:60])\n")).columns[0].low == low


def test_a_product_with_a_vector_is_one_column(tmp_path: Path) -> None:
    for product in ("X @ np.array([1., 2, 3, 4])", "np.dot(X, np.ones(4))", "X.dot(np.ones(4))"):
        text = f"{START}from sklearn.linear_model import Ridge\nm = Ridge().fit(X, {product} + 1)\n"
        assert only(script(tmp_path, text)).target == "continuous"
    text = f"{START}from sklearn.linear_model import Ridge\nm = Ridge().fit(X, X @ rng.rand(4, 2))\n"
    assert only(script(tmp_path, text)).target == "targets"


def column(low: int | None, high: int | None, kind: str = "int64") -> dict[str, Any]:
    return {"name": "x", "kind": kind, "missing": False, "low": low, "high": high}


@pytest.mark.parametrize(("low", "high"), [(0, 90), (5, 6), (-40, 3), (0, 2), (12_000_000, 12_000_120), (BIG, 2 * BIG)])
def test_made_up_values_keep_within_the_bounds(low: int, high: int) -> None:
    np = pytest.importorskip("numpy")
    made = data.number_values(np, np.random.RandomState(0), column(low, high), 0, data.TRAIN)
    assert low <= made.min()
    assert made.max() < high
    if high - low >= 16:
        assert np.median(made) in made
    if low >= 1 << 23:  # neighbours that a float32 cannot tell from what lies between them
        assert np.diff(np.unique(made.astype(np.float32))).min() <= 2 * np.spacing(np.float32(low))


def test_a_canary_without_bounds_is_made_as_before() -> None:
    assert Canary("a", "b", (), ()).columns == ()
    np = pytest.importorskip("numpy")
    made = data.number_values(np, np.random.RandomState(0), column(None, None), 0, data.TRAIN)
    assert set(made.tolist()) == set(range(6))


@pytest.mark.parametrize(
    ("fetched", "layout"),
    [
        ("fetch_openml('titanic', return_X_y=True)", "frame"),
        ("fetch_openml('titanic', return_X_y=True, as_frame='auto')", "frame"),
        ("fetch_openml('titanic', return_X_y=True, as_frame=False)", "matrix"),
        ("fetch_covtype(return_X_y=True)", "matrix"),
        ("fetch_covtype(return_X_y=True, as_frame=True)", "frame"),
    ],
)
def test_what_is_fetched_is_a_table_where_it_is_asked_for(tmp_path: Path, fetched: str, layout: str) -> None:
    name = fetched.partition("(")[0]
    text = f"from sklearn.datasets import {name}\nfrom sklearn.linear_model import Ridge\nX, y = {fetched}\n"
    found = only(script(tmp_path, f"{text}from skl2onnx import to_onnx\nm = Ridge().fit(X, y)\nto_onnx(m, X[:1])\n"))
    assert found.layout == layout
