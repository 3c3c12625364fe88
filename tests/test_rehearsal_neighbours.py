"""Awkward neighbours of real rows: compared where the model takes them, and told by what they are."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from checker.probe.inside.canary.compare import Disagreement, EdgeDisagreement
from checker.probe.inside.rehearse import watch
from checker.probe.inside.rehearse.judging import judge, near, neighbours, others

np = pytest.importorskip("numpy")

CANARY = {"outputs": (), "options": None, "unpacks": 0, "feed": "", "fed": (), "inputs": [], "runs": False}


class Model:
    """Adds its columns; a gap is zero where it takes gaps, and a category counts by its length."""

    def __init__(self, gaps: bool = True, unseen: bool = True) -> None:
        self.gaps, self.unseen = gaps, unseen

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        return {}

    def __sklearn_tags__(self) -> Any:
        return SimpleNamespace(input_tags=SimpleNamespace(allow_nan=self.gaps))

    def predict(self, x: Any) -> Any:
        if x.dtype == object:
            if not self.unseen and (x == near.NEVER_SEEN).any():
                raise ValueError("Found unknown categories")
            return np.array([float(sum(map(len, np.atleast_1d(row)))) for row in x])
        if not self.gaps and np.isnan(x).any():
            raise ValueError("Input contains NaN")
        return np.nan_to_num(x).sum(axis=1)


class Session:
    """A runtime that answers as a function does."""

    def __init__(self, kind: str, width: Any, answers: Any) -> None:
        self.input = SimpleNamespace(name="x", type=f"tensor({kind})", shape=[None, *width])
        self.answers = answers

    def get_inputs(self) -> list[Any]:
        return [self.input]

    def get_outputs(self) -> list[Any]:
        return [SimpleNamespace(name="y")]

    def run(self, names: Any, fed: dict[str, Any]) -> list[Any]:
        return [self.answers(fed["x"])]


def tried(model: Model, x: Any, answers: Any, train: Any = None) -> dict[str, Any]:
    """What comes of a comparison on the neighbours of these rows."""
    kind = "string" if x.dtype == object else "float"
    session = Session(kind, x.shape[1:], answers)
    state = {"np": np, "model": model, "test": x, "x": x if train is None else train, "session": session}
    return neighbours.compare_neighbours(CANARY, {**state, "onnx": None, "ordinary": len(x)})


ROWS = np.arange(40, dtype=np.float32).reshape(20, 2)
GAPS = np.where(ROWS == 0, np.float32("nan"), ROWS)
CITIES = np.array([["Rome", "a"], ["Oslo", "b"]] * 5, dtype=object)
WITH_EMPTY = np.array([["Rome", "a"], ["", "b"]] * 5, dtype=object)
TEXTS = np.array(["a cat", "two dogs"] * 5, dtype=object)
SHOUTED = np.array(["a cat", "two dogs", "A CAT"] * 5, dtype=object)


def without_gaps(x: Any) -> Any:
    """A runtime that takes a gap for a one."""
    return np.where(np.isnan(x), 1.0, x).sum(axis=1)


def refuses(x: Any) -> Any:
    if (x == "").any():
        raise type("Fail", (Exception,), {"__module__": "onnxruntime.capi"})("no empty text")
    return Model().predict(x)


def wrong_on(*texts: str) -> Any:
    """A runtime that is wrong on what holds one of these texts."""
    return lambda x: Model().predict(x) + np.array([any(t in str(row) for t in texts) for row in x])


@pytest.mark.parametrize(
    ("x", "answers", "says"),
    [
        (GAPS, without_gaps, "on a row with a missing value in column 0: largest difference"),
        (CITIES, wrong_on("unseen"), "on a row with an unseen category in column 0: largest difference"),
        (
            WITH_EMPTY,
            refuses,
            "on a row with an empty text in column 0: the runtime refuses what scikit-learn takes, Fail",
        ),
        (TEXTS, wrong_on("zzunseen"), "on a text of a word never seen: largest difference"),
        (SHOUTED, wrong_on("DOGS"), "on a text in capitals: largest difference"),
    ],
)
def test_what_differs_is_told_with_the_kind_of_row(x: Any, answers: Any, says: str) -> None:
    with pytest.raises(Disagreement) as raised:
        tried(Model(), x[1:] if x is GAPS else x, answers, train=x)
    assert says in str(raised.value)
    assert says.startswith(f"on {raised.value.facts['neighbour']}:")


@pytest.mark.parametrize(
    ("model", "x", "answers", "count"),
    [
        (Model(), GAPS, Model().predict, 2),  # all agree
        (Model(), CITIES, Model().predict, 4),
        (Model(), TEXTS, Model().predict, 4),
        (Model(gaps=False), ROWS, without_gaps, 0),  # the model does not take gaps
        (Model(unseen=False), CITIES, wrong_on("unseen"), 2),  # nor a category that it does not know
    ],
)
def test_what_the_model_does_not_take_is_no_neighbour(model: Model, x: Any, answers: Any, count: int) -> None:
    assert tried(model, x, answers) == {"neighbours": count, "beyond": ""}


@pytest.mark.parametrize(
    ("x", "answers", "says"),
    [
        (ROWS, without_gaps, "on a row with a missing value in column 0: largest difference"),
        (CITIES, refuses, "on a row with an empty text in column 0: the runtime refuses"),
        (TEXTS, wrong_on("CAT"), "on a text in capitals: largest difference"),
    ],
)
def test_what_the_training_had_nothing_of_is_only_told(x: Any, answers: Any, says: str) -> None:
    assert tried(Model(), x, answers)["beyond"].startswith(says)


def test_an_answer_with_gaps_says_nothing() -> None:
    model = Model()
    model.predict = lambda x: x.sum(axis=1)  # type: ignore[method-assign]
    assert tried(model, GAPS[1:], without_gaps, train=GAPS) == {"neighbours": 0, "beyond": ""}


def test_parts_of_a_model_are_found_however_they_are_held() -> None:
    inner, outer = Model(), Model(gaps=False)
    outer.steps = [("scale", Model(gaps=False)), ("impute", inner)]  # type: ignore[attr-defined]
    assert inner in near.parts_within(outer)
    assert near.takes_gaps(outer)
    inner.again, inner.gaps = outer, False  # type: ignore[attr-defined]
    assert not near.takes_gaps(outer)


class Trees:
    """Two stumps on the first column."""

    def apply(self, x: Any) -> Any:
        return np.column_stack([1 + (x[:, 0] > 5), 1 + (x[:, 0] > 20)])

    def decision_path(self, x: Any) -> Any:
        first, second = self.apply(x).T
        nodes = np.column_stack([x[:, 0] >= 0, first == 1, first == 2, x[:, 0] >= 0, second == 1, second == 2])
        return SimpleNamespace(toarray=lambda: nodes, shape=nodes.shape), [0, 3, 6]


def looked(model: Any, **outputs: Any) -> dict[str, Any]:
    """What was compared of a model with these outputs of its graph."""
    session = SimpleNamespace(get_outputs=lambda: [SimpleNamespace(name=name) for name in outputs])
    return {"np": np, "model": model, "test": ROWS, "session": session, "got": list(outputs.values())}


PATHS = np.array([["101" if at > split else "110" for split in (5, 20)] for at in ROWS[:, 0]], dtype=object)


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("decision_leaf", Trees().apply(ROWS), Trees().apply(ROWS) + 1),
        ("decision_path", PATHS, PATHS[::-1]),
    ],
)
def test_other_outputs_are_compared_too(name: str, right: Any, wrong: Any) -> None:
    others.compare_others(looked(Trees(), **{name: right}))
    few = np.where(np.arange(20)[:, None] == 3, wrong, right)
    others.compare_others(looked(Trees(), **{name: few}))  # one row may sit on a jump
    others.compare_others(looked(Model(), **{name: wrong}))  # a model that has no such thing
    others.compare_others(looked(Trees(), **{name: np.zeros((3, 7))}))  # of a form that is not known
    with pytest.raises(Disagreement, match=f"its output {name} differs"):
        others.compare_others(looked(Trees(), **{name: wrong}))


def test_a_row_on_a_jump_hides_no_worse_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def edge(canary: Any, state: Any) -> Any:
        raise EdgeDisagreement("next to a threshold", {})

    monkeypatch.setattr(neighbours, "step_real_parity", edge)
    state = {"np": np, "model": Model(), "test": GAPS[1:], "x": GAPS, "onnx": None, "ordinary": 19, "got": []}
    for answers, kind in ((Model().predict, EdgeDisagreement), (without_gaps, Disagreement)):
        with pytest.raises(Disagreement) as raised:
            neighbours.step_all_parity(CANARY, {**state, "session": Session("float", [2], answers)})
        assert raised.type is kind


@pytest.mark.parametrize(
    ("rows", "shape", "kind"),
    [(["a", "b"], (2,), "O"), ([[1.5, 2.0]], (1, 2), "f"), ([[1, 2], [3, 4]], (2, 2), "i"), (TEXTS, (10,), "O")],
)
def test_lists_are_fed_as_arrays(rows: Any, shape: Any, kind: str) -> None:
    made = judge.as_array(np, rows)
    assert (made.shape, made.dtype.kind) == (shape, kind)


def test_the_sessions_of_the_comparison_are_not_the_script_s() -> None:
    """A graph that only the comparison has loaded is tried once more at the end."""
    plain = watch.Watch({}, None, None, None)
    load = plain.watched(lambda session, graph: graph, "load")
    for busy, count in ((True, 0), (False, 1)):
        plain.busy = busy
        assert load(None, b"graph") == b"graph"
        assert len(plain.sessions) == count


class Told:
    """A channel that keeps the kinds of its frames, with their stages."""

    def __init__(self) -> None:
        self.frames: list[tuple[str, str]] = []

    def send(self, kind: str, **fields: Any) -> None:
        self.frames += [(kind, fields.get("stage", ""))] * (kind != "step")


@pytest.mark.parametrize("error", [ImportError("no onnxruntime"), AttributeError("of the probe's own line")])
def test_what_cannot_be_compared_is_no_failure_of_the_model(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def load(canary: Any, state: Any) -> Any:
        raise error

    monkeypatch.setattr(judge, "JUDGING", (("load", load),))
    monkeypatch.setattr(judge, "innermost", lambda error: "<checker probe>")
    told = Told()
    judge.take_steps_of({"name": "train.py:9 Model", **CANARY}, Model(), ROWS, None, told)
    assert told.frames == [("remark", ""), ("passed", "fit")]


def test_a_slow_model_is_not_asked_for_every_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbours, "LONG_ENOUGH", -1.0)
    assert tried(Model(), GAPS, without_gaps) == {"neighbours": 0, "beyond": ""}
