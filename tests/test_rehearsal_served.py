"""A rehearsal logs to a store that is thrown away: models that were read of it are logged to a named server besides."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from checker.ask import ProbeRequest
from checker.model import Canary, Failure, Logging, Observation, Outcome, Rehearsal, Rehearsed, Stage, with_rehearsed
from checker.places.serving import logged_to, only_logged
from checker.probe.inside.rehearsing import Reached
from checker.probe.plan import canary_fields

from .cases import MODEL, canary, failed, logged, script, seen, works

ADDRESS = "http://127.0.0.1:5000"
SERVED = replace(logged(), where="train.py:9", logging=Logging(store="server", server=ADDRESS))
CROSSING = replace(canary("train.py:12 Model"), where="train.py:12")
UNKNOWN = "API request to endpoint /api/2.0/mlflow/logged-models failed with error code 404 != 200."
OLDER = failed(Stage.REGISTER, MODEL, "MlflowException", UNKNOWN)
MADE_UP = (failed(Stage.PARITY, MODEL, "Disagreement", "no"), failed(Stage.REGISTER, MODEL, "TypeError", "of made-up"))
WHOLE = Rehearsed("train.py", 1000, 0, True)
LEFT = Rehearsed("train.py", 1000, 0, False, "train.py:11", "time")


def observed(*outcomes: Outcome, rehearsed: Rehearsed | None = WHOLE, crossing: Canary = CROSSING) -> Observation:
    found = seen(*outcomes)
    return replace(found, rehearsed=(rehearsed,) if rehearsed else (), crossings=(crossing,))


def test_of_a_model_that_was_rehearsed_only_the_server_s_answer_counts() -> None:
    own = works(Stage.PARITY, CROSSING.name)
    sifted = only_logged(observed(*works(Stage.FIT, MODEL), *MADE_UP, OLDER, *own), [SERVED])
    assert sifted.outcomes == (OLDER, *own)
    logs = works(Stage.REGISTER, MODEL)
    assert only_logged(observed(*works(Stage.FIT, MODEL), *logs), [SERVED]).outcomes == logs


@pytest.mark.parametrize(
    ("found", "model"),
    [
        (observed(*MADE_UP, OLDER, rehearsed=None), SERVED),
        (observed(*MADE_UP, OLDER, rehearsed=LEFT), SERVED),
        (observed(*MADE_UP, OLDER), replace(SERVED, logging=Logging())),
        (observed(*MADE_UP, OLDER, crossing=replace(CROSSING, name=MODEL)), SERVED),
    ],
    ids=["read", "not-reached", "no-server", "one-line"],
)
def test_what_was_not_rehearsed_or_is_not_besides_counts_as_it_does(found: Observation, model: Canary) -> None:
    assert only_logged(found, [model]) == found


@pytest.mark.parametrize(
    ("rehearsed", "server", "kept"), [(WHOLE, ADDRESS, True), (WHOLE, "", False), (LEFT, "", True)]
)
def test_a_model_that_is_logged_besides_is_one_of_the_script(rehearsed: Rehearsed, server: str, kept: bool) -> None:
    read = script(replace(SERVED, logging=Logging(store="server", server=server)))
    joined = with_rehearsed(read, observed(rehearsed=rehearsed))
    assert joined
    assert [c.name for c in joined.canaries] == [CROSSING.name, *[MODEL] * kept]


@pytest.mark.parametrize("rehearsal", [None, Rehearsal(("train.py",), "")])
def test_a_rehearsal_is_asked_so(rehearsal: Rehearsal | None) -> None:
    read = script(replace(SERVED, logging=Logging(store="server")))
    wanted = logged_to(ProbeRequest(read, read.canaries, rehearsal=rehearsal), ADDRESS)
    assert [c.logging and c.logging.server for c in wanted.canaries] == [ADDRESS]
    assert (wanted.sift(observed(*MADE_UP)).outcomes == MADE_UP) is (rehearsal is None)


@pytest.mark.parametrize(
    ("server", "lines", "left"),
    [(ADDRESS, {"train.py:12"}, True), ("", {"train.py:12"}, False), (ADDRESS, {"train.py:9", "train.py:12"}, False)],
)
def test_after_a_rehearsal_what_is_logged_to_a_server_is_left(server: str, lines: set[str], left: bool) -> None:
    reached, asked = Reached(), replace(SERVED, logging=Logging(store="server", server=server))
    reached.whole, reached.lines = True, lines
    fields: dict[str, Any] = canary_fields(asked)
    assert reached.leaves(fields) is left
    assert not reached.leaves({**fields, "logging": None})


def test_a_failure_of_another_model_is_no_matter_of_the_server() -> None:
    other: Failure = replace(OLDER, subject="train.py:30 Other")
    found = observed(*MADE_UP, other)
    assert only_logged(found, [SERVED]).outcomes == (other,)
