"""Texts and categories that a script writes out, and what canaries make of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from checker.probe.inside.canary import data

from .test_script import START, only, script

TOWNS = "rng.choice(['oslo', 'rome', 'lund'], 60, p=[.6, .38, .02])"
#: what the model is fitted on -> the texts of its columns
WORDS = [
    (f"{TOWNS}.astype(object).reshape(-1, 1)", [("oslo", "rome", "lund")]),
    ("np.array([['a'], ['b']])", [()]),
    ("pd.DataFrame({'town': ['a', '', 'b', 'a'] * 9, 'x': np.arange(36), 'one': ['c'] * 36})", [("a", "b"), (), ()]),
    ("pd.DataFrame({'town': ['a', 'b', None] * 20})[['town']].fillna('')", [("a", "b")]),
    ("np.where(rng.rand(60, 1) > .5, 'a', 'b')", [()]),
    (f"np.array({[str(i) for i in range(90)]}).reshape(-1, 1)", [tuple(str(i) for i in range(20))]),
    (f"np.array(['a', 'b', {'c' * 900!r}]).reshape(-1, 1)", [("a", "b")]),
]


@pytest.mark.parametrize(("made", "words"), WORDS, ids=range(len(WORDS)))
def test_texts_that_the_script_writes_out(tmp_path: Path, made: str, words: list[tuple[str, ...]]) -> None:
    text = f"{START}from sklearn.preprocessing import OneHotEncoder\nm = OneHotEncoder().fit({made})\n"
    assert [c.words for c in only(script(tmp_path, text)).columns] == words


def test_a_vectorizer_reads_the_texts_of_the_script(tmp_path: Path) -> None:
    text = "from sklearn.feature_extraction.text import CountVectorizer as V\nm = V().fit(['schön groß', 'klein'])\n"
    (column,) = only(script(tmp_path, START + text)).columns
    assert (column.kind, column.words) == ("text", ("schön groß", "klein"))


def asked(make: str, *words: str, kind: str = "string") -> dict[str, Any]:
    one = {"name": "x0", "kind": kind, "missing": False, "low": None, "high": None, "words": words}
    layout = "vector" if kind == "text" else "matrix"
    return {"make": make, "columns": [one], "layout": layout, "target": "binary", "target_2d": False}


class TestData:
    @pytest.fixture
    def np(self) -> Any:
        return pytest.importorskip("numpy")

    def test_all_of_the_scripts_categories_occur(self, np: Any) -> None:
        train, _, test, ordinary = data.make_data(np, asked("OneHotEncoder()", "oslo", "rome", "lund"))
        assert set(train.ravel()) == {"oslo", "rome", "lund"}
        assert set(test[:ordinary].ravel()) == {"oslo", "rome", "lund"}
        assert "" in test[ordinary:]

    def test_texts_of_the_script_are_read_beside_english_ones(self, np: Any) -> None:
        train, _, test, ordinary = data.make_data(np, asked("CountVectorizer()", "schön groß", kind="text"))
        assert {"schön groß", *data.WORDS} == set(train) == set(test[:ordinary])

    @pytest.mark.parametrize("words", [(), ("oslo", "rome", "lund")])
    def test_categories_are_rare_where_an_encoder_takes_rare_ones_together(self, np: Any, words: Any) -> None:
        for asks in ("min_frequency=20", "max_categories=12"):
            train, _, test, ordinary = data.make_data(np, asked(f"OrdinalEncoder({asks})", *words))
            counts = sorted(np.unique(train.astype(str), return_counts=True)[1])
            assert (counts[0], len(counts)) == (1, 26)
            assert counts[-2] > 30
            assert set(test[:ordinary].ravel()) <= set(train.ravel())
        train = data.make_data(np, asked("OrdinalEncoder(min_frequency=None)", *words))[0]
        assert min(np.unique(train.astype(str), return_counts=True)[1]) > 20

    def test_the_target_depends_on_the_categories(self, np: Any) -> None:
        train, target, _, _ = data.make_data(np, asked("OneHotEncoder()", "oslo", "rome"))
        shares = [target[train.ravel() == town].mean() for town in ("oslo", "rome")]
        assert abs(shares[0] - shares[1]) > 0.4
