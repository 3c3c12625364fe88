"""Which rows a rehearsed fit sees: few, and some of every class and category."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest

from checker.probe.inside.rehearse import small
from checker.probe.inside.rehearse.given.rows import choose_rows, kinds_in

np = pytest.importorskip("numpy")


def labels(values: Any) -> Any:
    return np.array(values, dtype=object) if isinstance(values[0], str) else np.array(values)


@pytest.mark.parametrize("rare", [1, "rare", True])
def test_every_class_is_kept_however_rare(rare: Any) -> None:
    y = labels([type(rare)()] * 9988 + [rare] * 12)
    rows = choose_rows(np, np.zeros((10000, 2)), y, 100)
    assert len(rows) == 100
    assert sum(y[rows] == rare) >= 10


def test_a_target_of_many_values_is_no_class() -> None:
    rows = choose_rows(np, np.zeros((5000, 2)), np.arange(5000) / 7, 50)
    assert len(rows) == 50
    assert list(rows) == sorted(rows)


def test_gaps_and_categories_are_told_apart() -> None:
    values = np.array(["a", "b", float("nan"), "a", None], dtype=object)
    assert kinds_in(np, values).tolist() == [0, 1, 2, 0, 2]


@pytest.mark.parametrize("kind", [int, object])
def test_categories_of_an_array_are_kept_and_labels_by_themselves(kind: Any) -> None:
    x = np.zeros((5000, 2), dtype=kind)
    x[4321, 1] = 7
    assert 4321 in choose_rows(np, x, None, 50)
    assert 4321 in choose_rows(np, x[:, 1], None, 50)
    assert 4321 in choose_rows(np, x[:, 1].tolist(), None, 50)
    assert 4321 not in choose_rows(np, x.astype(float), None, 50)


def test_very_many_categories_make_no_crowd() -> None:
    x = np.random.RandomState(0).randint(0, 180, (20000, 40)).astype(object)
    assert 100 <= len(choose_rows(np, x, None, 100)) < 1400


class Model:
    def fit(self, x: Any, y: Any = None, sample_weight: Any = None) -> Model:
        self.seen = len(x), None if y is None else len(y), None if sample_weight is None else len(sample_weight)
        return self

    def fit_transform(self, x: Any) -> Any:
        self.fit(x)
        return x

    def transform(self, x: Any) -> Any:
        return x * 2


@pytest.fixture
def model(tmp_path: Any) -> Any:
    watched = type("Watched", (Model,), dict(Model.__dict__))
    small.Small(100, str(tmp_path / "kept")).watch_class(watched)
    return watched()


def test_all_that_has_as_many_rows_is_cut_alike(model: Any) -> None:
    x = np.arange(2000.0).reshape(1000, 2)
    assert model.fit(x, list(range(1000)), sample_weight=np.ones(1000)).seen == (100, 100, 100)
    assert model.fit(x[:50], list(range(50))).seen == (50, 50, None)


def test_data_that_are_given_by_name_are_cut_too(model: Any) -> None:
    x = np.arange(2000.0).reshape(1000, 2)
    assert model.fit(x=x, y=list(range(1000))).seen == (100, 100, None)
    assert len(model.fit_transform(x=x)) == 1000


def test_what_is_derived_from_a_base_is_watched(tmp_path: Any) -> None:
    class Base:
        pass

    module = SimpleNamespace(Base=Base, __name__="base")
    kept = small.Small(100, str(tmp_path / "kept"))
    kept.watch_derived("Base", module)

    class Detector(Base, Model):
        def fit(self, x: Any, y: Any = None, sample_weight: Any = None) -> Detector:
            self.seen = len(x), None, None
            return self

    assert Detector().fit(np.zeros((300, 2))).seen == (100, None, None)


def test_the_rows_of_a_model_serve_another_that_takes_them(tmp_path: Any) -> None:
    def refuse(rows: Any) -> Any:
        raise ValueError("could not convert string to float")

    kept = small.Small(100, str(tmp_path / "kept"))
    fitted, wrapped = (SimpleNamespace(n_features_in_=2, predict=list) for _ in range(2))
    wider, last_step = (
        SimpleNamespace(n_features_in_=3, predict=list),
        SimpleNamespace(n_features_in_=2, predict=refuse),
    )
    kept.remember(fitted, [[1, 2]])
    assert kept.rows_of(wrapped) == [[1, 2]]
    assert [kept.rows_of(other) for other in (wider, last_step, object())] == [None] * 3


@pytest.mark.parametrize(("needs", "saw"), [(50, 100), (600, 1000), (2500, 3000)])
def test_a_fit_that_fails_for_its_few_rows_sees_more(needs: int, saw: int, tmp_path: Any) -> None:
    class Needs(Model):
        def fit(self, x: Any, y: Any = None, sample_weight: Any = None) -> Needs:
            if len(x) < needs:
                raise ValueError(f"{needs} neighbours of {len(x)} rows")
            self.seen = len(x), None, None
            return self

    kept = small.Small(100, str(tmp_path / "kept"))
    kept.watch_class(Needs)
    assert Needs().fit(np.zeros((3000, 2))).seen[0] == saw
    assert kept.saw >= saw


def test_a_fit_that_says_the_same_of_more_rows_has_failed(tmp_path: Any) -> None:
    tried = []

    class Fails(Model):
        def fit(self, x: Any, y: Any = None, sample_weight: Any = None) -> Fails:
            tried.append(len(x))
            raise ValueError("could not convert string to float")

    small.Small(100, str(tmp_path / "kept")).watch_class(Fails)
    with pytest.raises(ValueError, match="could not convert"):
        Fails().fit(np.zeros((3000, 2)))
    assert tried == [100, 1000]


@pytest.mark.parametrize(
    ("rows", "text", "few"),
    [
        (3000, "n_neighbors = 200, n_samples_fit = 100", True),
        (3000, "Found unknown categories ['rare'] in column 0", True),
        (3000, "could not convert string to float: 'a'", False),
        (90, "n_neighbors = 200, n_samples_fit = 90", False),  # it has seen all of them
    ],
)
def test_what_a_model_lacks_that_saw_few_rows_is_no_failure(rows: int, text: str, few: bool, tmp_path: Any) -> None:
    class Lacks(Model):
        def transform(self, x: Any) -> Any:
            raise ValueError(text)

        def fit(self, x: Any, y: Any = None, sample_weight: Any = None) -> Lacks:
            return self

    kept = small.Small(100, str(tmp_path / "kept"))
    kept.watch_class(Lacks)
    with pytest.raises(ValueError, match=re.escape(text)) as raised:
        Lacks().fit(np.zeros((rows, 2))).transform(np.zeros((5, 2)))
    assert bool(kept.too_few(raised.value)) is few
    assert not kept.too_few(ValueError(text))


def test_what_transforms_answers_for_all_rows(model: Any) -> None:
    x = np.arange(2000.0).reshape(1000, 2)
    assert (model.fit_transform(x) == x * 2).all()
    assert model.seen[0] == 100


class Search(Model):
    def __init__(self, n_iter: Any, cv: Any) -> None:
        self.n_iter, self.cv = n_iter, cv

    def _run_search(self) -> None:
        raise NotImplementedError

    def fit(self, x: Any, y: Any = None, sample_weight: Any = None) -> Search:
        self.during = self.n_iter, self.cv
        return self


def test_a_search_tries_few_candidates_and_is_then_as_it_was() -> None:
    search = Search(60, 10)
    with small.Narrowed(search):
        search.fit([[1]])
    assert search.during == (3, 2)
    assert (search.n_iter, search.cv) == (60, 10)
