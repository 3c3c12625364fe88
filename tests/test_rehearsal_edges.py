"""Real rows that sit on a jump of their model are told apart from wrong results."""

from __future__ import annotations

from typing import Any

import pytest

from checker.probe.inside.canary import parity
from checker.probe.inside.canary.compare import Disagreement, EdgeDisagreement
from checker.probe.inside.rehearse.judging import edges

np = pytest.importorskip("numpy")


class Stump:
    """A tree of one split, at a tenth in double precision."""

    classes_ = np.array([0, 1])

    def predict(self, x: Any) -> Any:
        return (x[:, 0] > 0.1).astype(int)

    def predict_proba(self, x: Any) -> Any:
        high = np.where(x[:, 0] > 0.1, 0.9, 0.2)
        return np.column_stack([1 - high, high])


class Session:
    def get_outputs(self) -> list[Any]:
        return []


def state(x: Any, wrong: Any) -> dict[str, Any]:
    model = Stump()
    want = {"predict": model.predict(x), "predict_proba": model.predict_proba(x)}
    flipped = np.where(wrong, 1 - want["predict"], want["predict"])
    got = [flipped, np.where(wrong[:, None], want["predict_proba"][:, ::-1], want["predict_proba"])]
    return {"np": np, "model": model, "test": x, "want": want, "got": got, "session": Session()}


CANARY = {"outputs": (), "options": None, "unpacks": 0}


@pytest.mark.parametrize(
    ("at", "wrong", "edge"),
    [
        (0.1, 1, True),  # the row that disagrees sits on the split
        (0.4, 1, False),  # it sits nowhere near
        (0.1, 20, False),  # so many rows on a split are no chance
    ],
)
def test_a_row_on_a_jump_is_an_edge(at: float, wrong: int, edge: bool) -> None:
    x = np.linspace(0, 1, 40).reshape(-1, 1) + 0.003
    rows = np.arange(40) < wrong
    x[rows] = at
    assert edges.on_jumps_only(CANARY, state(x, rows)) is edge


def test_only_what_disagrees_in_value_may_be_an_edge(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edges, "on_jumps_only", lambda canary, state: True)
    for raised, expected in ((Disagreement, EdgeDisagreement), (EdgeDisagreement, EdgeDisagreement)):

        def disagrees(canary: Any, state: Any, kind: Any = raised) -> dict[str, Any]:
            raise kind("on 1 of 40 rows", {})

        monkeypatch.setattr(edges, "step_parity", disagrees)
        with pytest.raises(expected):
            edges.step_real_parity({}, {})


class Piped(Stump):
    """The same as the last step of a pipeline, with scores."""

    def __init__(self, **more: Any) -> None:
        self.__dict__.update(more)

    def decision_function(self, x: Any) -> Any:
        return np.where(x[:, 0] > 0.1, 2.2, -1.4)


@pytest.mark.parametrize(
    ("more", "options", "swapped", "ignored"),
    [
        ({"steps": [("clf", Stump())]}, {"raw_scores": True}, False, True),
        ({"steps": [("clf", Stump())]}, {"raw_scores": True}, True, False),  # they are no probabilities either
        ({"steps": [("clf", Stump())]}, {"clf__raw_scores": True}, False, False),  # the classifier was asked itself
        ({}, {"raw_scores": True}, False, False),  # there is nobody else whom one could ask
    ],
)
def test_scores_that_a_whole_pipeline_was_asked_for(more: Any, options: Any, swapped: bool, ignored: bool) -> None:
    x = np.linspace(0, 1, 40).reshape(-1, 1)
    given = dict(state(x, np.full(40, swapped)), model=Piped(**more), ordinary=40)
    assert parity.gives_probabilities(dict(CANARY, options=options), given, 1e-3) is ignored
