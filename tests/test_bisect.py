"""Bisection over literal histories: what is tried, which switches are seen, and what is not run again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from checker.ask import ProbeRequest
from checker.bisect.bisection import ReleaseTrials, ask_only, explain_refusal
from checker.bisect.followed import Question, State, choose_question, find_questions, make_signature
from checker.bisect.history import History, Reason, TriedRelease, bisect, pick_samples
from checker.bisect.releases import select_range
from checker.bisect.report import render, render_answer, render_json, render_switch, render_text
from checker.errors import CannotLook, UsageError
from checker.model import Change, Rehearsal, Rehearsed, Stage
from checker.rules import diagnose

from .cases import MODEL, at, canary, case, failed, script, seen, works

LETTERS = {"g": State.GOOD, "b": State.BAD, "o": State.OTHER, "u": State.UNTESTED}
#: KernelPCA as an old converter sees it
FAILURE = failed(
    Stage.CONVERT, MODEL, "AttributeError", "'KernelPCA' object has no attribute 'lambdas_'", at("skl2onnx/x.py", 19)
)


class Asked:
    """Answers from a word, one letter a release, and counts what was asked."""

    def __init__(self, word: str) -> None:
        self.word = word
        self.asked: list[str] = []
        self.releases = [f"1.{n}" for n in range(len(word))]

    def __call__(self, version: str) -> TriedRelease:
        self.asked.append(version)
        state = LETTERS[self.word[self.releases.index(version)]]
        return TriedRelease(version, state, "" if state in (State.GOOD, State.BAD) else "it does not resolve")


def question() -> Question:
    found = case(FAILURE)
    return next(iter(find_questions(found, diagnose(found), ())))


def followed(word: str, now: int, every: bool = False, most: int = 60) -> tuple[History, Asked]:
    tester = Asked(word)
    cells, reason = bisect(tester.releases, f"1.{now}", tester, every=every, most=most)
    return History("skl2onnx", f"1.{now}", "3.11.7", question(), tuple(tester.releases), cells, reason), tester


@pytest.mark.parametrize(
    ("word", "now", "switches"),
    [
        ("bbbbgggg", 2, ["1.3 bad -> 1.4 good"]),
        ("ggggbbbb", 5, ["1.3 good -> 1.4 bad"]),
        ("ggbbbbbgg", 4, ["1.1 good -> 1.2 bad", "1.6 bad -> 1.7 good"]),
        (
            "bgbgb",
            2,
            [f"1.{n} {a} -> 1.{n + 1} {b}" for n, (a, b) in enumerate([("bad", "good"), ("good", "bad")] * 2)],
        ),
        ("bbbugggg", 2, ["1.2 bad -> 1.3 not testable -> 1.4 good"]),
        ("bbbuouggg", 1, ["1.2 bad -> 1.3 not testable -> 1.4 fails otherwise -> 1.5 not testable -> 1.6 good"]),
        ("bbbuuuggg", 0, ["1.2 bad -> 1.3 .. 1.5 not testable -> 1.6 good"]),
        ("ooobbboo", 4, []),
        ("b", 0, []),
    ],
)
def test_every_switch_that_was_seen_is_exact(word: str, now: int, switches: list[str]) -> None:
    history, tester = followed(word, now)
    assert [render_switch(s) for s in history.find_switches()] == switches
    assert history.reason is Reason.DONE
    assert len(tester.asked) == len(set(tester.asked))


def test_a_long_history_takes_few_tries() -> None:
    history, tester = followed("b" * 130 + "g" * 70, 10)
    assert [render_switch(s) for s in history.find_switches()] == ["1.129 bad -> 1.130 good"]
    assert len(tester.asked) < 25


def test_every_release_is_tried_when_asked() -> None:
    history, tester = followed("bbbbgbbbbbbbb", 0, every=True)
    assert len(tester.asked) == 13
    assert len([*history.find_switches()]) == 2


def test_a_long_gap_ends_the_search_and_says_so() -> None:
    history, tester = followed("b" + "u" * 50 + "g", 0, most=10)
    assert len(tester.asked) == 10
    (switch,) = history.find_switches()
    assert (history.reason, switch.exact, switch.unseen) == (Reason.ENOUGH, False, 42)
    assert "--between" in render_text(history)


@pytest.mark.parametrize(
    ("letter", "words"), [("g", "No release is the cause"), ("o", "did not appear in a fresh"), ("u", "not testable")]
)
def test_a_present_release_that_does_not_fail_elsewhere_ends_it(letter: str, words: str) -> None:
    history, tester = followed(letter + "gggg", 0)
    assert (history.reason, tester.asked) == (Reason.SOUND, ["1.0"])
    assert words in " ".join(render_text(history).split())


def test_samples_stand_close_by_and_at_the_ends() -> None:
    assert pick_samples(20, 5) == [5, 6, 4, 7, 3, 9, 1, 13, 19, 0]
    assert pick_samples(1, 0) == [0]


@pytest.mark.parametrize(
    ("word", "now", "words"),
    [
        ("bbgg", 0, "It ends with skl2onnx 1.2, the first good release after 1.0."),
        ("ggbb", 3, "It began with skl2onnx 1.2: 1.1 is good."),
        ("bbbb", 1, "No release of skl2onnx that was tried is good"),
        ("bugg", 0, "(no release between 1.0 and 1.2 could be judged)"),
    ],
)
def test_the_answer_is_a_sentence(word: str, now: int, words: str) -> None:
    assert words in render_answer(followed(word, now)[0])


def test_what_moves_along_is_told() -> None:
    tester = Asked("bg")
    cells = (tester("1.0"), TriedRelease("1.1", State.GOOD, along=(Change("numpy", "1.26.4", "2.0.0"),)))
    history = History("skl2onnx", "1.0", "3.11.7", question(), ("1.0", "1.1"), cells)
    assert [render_switch(s) for s in history.find_switches()] == ["1.0 bad -> 1.1 good (with numpy 2.0.0)"]
    told = json.loads(render_json(history))
    assert told["switches"] == [
        {"from": "1.0", "to": "1.1", "becomes": "good", "exact": True, "undecided": [], "not_tried": 0}
    ]
    assert told["tried"][1]["along"] == [{"name": "numpy", "from": "1.26.4", "to": "2.0.0"}]


def test_nothing_to_follow_is_an_answer() -> None:
    assert render(None, "text", 80) == "Nothing that blocks was seen here: there is nothing to follow.\n"
    assert json.loads(render(None, "json", 80))["end"] == "nothing fails"


# --- the same failure or another one -------------------------------------------------------------------------------

#: what another environment shows -> the verdict on it
JUDGED = {
    "the same, elsewhere": (
        (failed(Stage.CONVERT, MODEL, "AttributeError", FAILURE.text, at("other/y.py", 7)),),
        "bad",
    ),
    "another attribute": ((failed(Stage.CONVERT, MODEL, "AttributeError", "no attribute 'x'"),), "fails otherwise"),
    "another type": ((failed(Stage.CONVERT, MODEL, "TypeError", FAILURE.text),), "fails otherwise"),
    "a later stage": ((*works(Stage.CONVERT, MODEL), failed(Stage.RUN, MODEL, "Fail", "no")), "fails otherwise"),
    "passed": (works(Stage.CONVERT, MODEL), "good"),
    "another model fails": ((*works(Stage.CONVERT, MODEL), failed(Stage.FIT, "SVC", "ValueError", "no")), "good"),
    "an import is broken": ((failed(Stage.IMPORT, "onnx", "ImportError", "no"),), "fails otherwise"),
    "not reached": ((), "could not be tested"),
}


@pytest.mark.parametrize("name", JUDGED)
def test_a_failure_is_known_by_its_signature(name: str) -> None:
    facts, state = JUDGED[name]
    assert question().judge(seen(*facts))[0].value == state


#: a line at which a rehearsed script ended, and another one
LEFT = failed(Stage.FIT, "train.py:7", "AttributeError", "no attribute 'sparse'", facts={"left": True})
ELSEWHERE = failed(Stage.FIT, "train.py:9", "KeyError", "'tip'", facts={"left": True})


@pytest.mark.parametrize(
    ("facts", "whole", "why", "state"),
    [
        ((LEFT,), False, "failed", "bad"),
        ((), True, "", "good"),  # a line that works is no step: the script came to its end
        ((ELSEWHERE,), False, "failed", "fails otherwise"),
        ((), False, "time", "could not be tested"),
    ],
)
def test_a_line_of_a_rehearsed_script_is_followed(facts: tuple[Any, ...], whole: bool, why: str, state: str) -> None:
    (asked,) = find_questions(found := case(LEFT, uses=script()), diagnose(found), ())
    assert (asked.rehearsed, asked.canary) == (True, None)
    ended = Rehearsed("train.py", 1000, 0, whole, "" if whole else "train.py:7", why)
    verdict, words = asked.judge(replace(seen(*facts), rehearsed=(ended,)))
    assert verdict.value == state
    assert why != "time" or words.endswith("the rehearsal ended at train.py:7 (time)")


def test_only_what_a_rehearsal_showed_is_rehearsed() -> None:
    rehearsal = Rehearsal(("/x/train.py",), "/x")
    every = ProbeRequest(None, (canary(), canary("other")), rehearsal=rehearsal)
    read = case(FAILURE, uses=script(canary()))
    crossed = replace(read, subject=replace(read.subject, crossings=(canary(),)))
    for looked, rehearsed in ((crossed, True), (read, False)):
        (asked,) = find_questions(looked, diagnose(looked), every.canaries)
        only = ask_only(every, asked)
        assert (asked.rehearsed, only.rehearsal) == (rehearsed, rehearsal if rehearsed else None)
        assert only.canaries == (() if rehearsed else (canary(),))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "cannot import name 'x' from 'onnx' (/a/b/onnx/__init__.py)",
            "cannot import name 'x' from 'onnx' (/c/onnx/i.py)",
        ),
        ("opset 15 is above 14", "opset 17 is above 9"),
        ("no attribute 'object'", "no attribute 'object'.\nIt was deprecated."),
        ("object at 0x7f00 failed\nmore", "object at 0x7f99 failed\nless"),
    ],
)
def test_paths_and_numbers_make_no_difference(one: str, other: str) -> None:
    a, b = (failed(Stage.IMPORT, "m", "ImportError", text) for text in (one, other))
    assert make_signature(a) == make_signature(b)


def test_a_failure_of_the_package_is_followed_first() -> None:
    other = failed(Stage.IMPORT, "onnxruntime", "ImportError", "cannot import name 'x' from 'numpy'")
    found = case(other, FAILURE)
    findings = diagnose(found)
    every = tuple(find_questions(found, findings, ()))
    assert choose_question(every, "skl2onnx", findings).failure == FAILURE


def test_nothing_that_was_run_cannot_be_followed() -> None:
    with pytest.raises(CannotLook, match="nothing that was run fails here"):
        choose_question((), "onnx", [question().finding])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("error: No solution cause: Because skl2onnx==1.13 depends on scikit-learn<=1.1.1 and you require scikit-learn==1.2.2, we can conclude", "it asks for scikit-learn<=1.1.1, and scikit-learn==1.2.2 is held: that does not resolve"),
        ("cause: Because onnx==1.8 has no wheels with a matching Python ABI tag (e.g., `cp310`)", "it has no wheel for this interpreter"),
        ("cause: Because there is no version of onnx==9 and you require onnx==9", "the index does not have it"),
        ("cause: something else", "it does not resolve: something else"),
    ],
)  # fmt: skip
def test_a_refusal_is_a_clause(text: str, words: str) -> None:
    assert explain_refusal(text) == words


# --- releases and memory -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bounds", "left"),
    [
        ("", ["1.0", "1.5", "2.0", "2.1"]),
        ("1.2..2.0", ["1.0", "1.5", "2.0"]),
        ("..1.5", ["1.0", "1.5"]),
        ("2.0..", ["1.0", "2.0", "2.1"]),
    ],
)
def test_the_range_keeps_the_present_release(bounds: str, left: Sequence[str]) -> None:
    assert select_range(["1.0", "1.5", "2.0", "2.1"], bounds, "1.0") == left


@pytest.mark.parametrize("bounds", ["1.2", "x..y", "new..1.0"])
def test_a_range_that_is_none(bounds: str) -> None:
    with pytest.raises(UsageError, match="names no releases"):
        select_range([], bounds, "1.0")


def test_what_the_index_said_today_is_not_asked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    environments: Any = SimpleNamespace(case=SimpleNamespace(subject=seen()))
    trials = ReleaseTrials(environments, question(), "skl2onnx", frozenset(), progress=lambda stage, subject: None)
    asked: list[str] = []
    answers = [trials.ask_daily("plan", what, lambda: asked.append("x") or {"refused": "no"}) for what in "aab"]
    assert (answers, len(asked)) == ([{"refused": "no"}] * 3, 2)
    monkeypatch.setenv("UV_INDEX_URL", "https://another.example")
    trials.ask_daily("plan", "a", lambda: asked.append("x") or {})
    assert len(asked) == 3
