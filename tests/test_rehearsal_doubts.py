"""Graphs that the runtime refuses while a script runs: what counts of them at its end."""

from __future__ import annotations

import ast
from types import SimpleNamespace
from typing import Any

import pytest

from checker.probe.assemble import source
from checker.probe.inside.rehearse.describe import describe_conversion
from checker.probe.inside.rehearse.judging import judge


class Channel:
    def __init__(self) -> None:
        self.sent: list[tuple[str, dict[str, Any]]] = []

    def send(self, frame: str, **fields: Any) -> None:
        self.sent.append((frame, fields))


def told(conversions: list[tuple[str, object, bytes]], monkeypatch: pytest.MonkeyPatch, own: bytes = b"") -> list[str]:
    """What is sent of (line, model, graph), where a graph that begins with "bad" is refused; `own` is loaded too."""

    def judged_apart(canary: dict[str, Any], model: Any, rows: Any, onx: bytes, channel: Any) -> None:
        bad = onx.startswith(b"bad")
        channel.send("failure" if bad else "passed", stage="load", subject=canary["where"], name=onx.decode())

    monkeypatch.setattr(judge, "judged_apart", judged_apart)
    watch = SimpleNamespace(channel=Channel(), doubts=[], sessions={judge.fingerprint(own)}, sound=set(), busy=False)
    for where, model, onx in conversions:
        judge.judge_conversion(watch, {"name": onx.decode(), "where": where}, model, [1], onx)
    judge.settle_doubts(watch)
    return [f"{frame} {f['name']}{' caught' * bool(f.get('caught'))}" for frame, f in watch.channel.sent]


ONE, OTHER = object(), object()


@pytest.mark.parametrize(
    ("conversions", "said"),
    [
        # a loop over opsets: one of them is refused
        ([("a.py:9", ONE, b"good"), ("a.py:9", ONE, b"bad")], "crossing bad caught"),
        # a loop over models
        ([("a.py:9", ONE, b"good"), ("a.py:9", OTHER, b"bad")], None),
        # two lines
        ([("a.py:9", ONE, b"good"), ("a.py:12", ONE, b"bad")], None),
        # every way is refused
        ([("a.py:9", ONE, b"bad1"), ("a.py:9", ONE, b"bad2")], None),
    ],
)
def test_one_of_several_ways_may_be_refused(
    conversions: list[tuple[str, object, bytes]], said: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = told(conversions, monkeypatch)
    assert [one for one in found if one.startswith("crossing")] == ([said] if said else [])
    assert [one for one in found if one.startswith("failure")]


def test_what_the_script_loads_itself_is_its_own_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    assert told([("a.py:9", ONE, b"bad")], monkeypatch, own=b"bad") == []


def test_rows_that_lack_a_column_of_the_graph_are_no_rows_for_it() -> None:
    inputs = [SimpleNamespace(name=name) for name in ("a", "b", "c")]
    session = SimpleNamespace(get_inputs=lambda: inputs)
    rows = SimpleNamespace(columns=["a", "b"])
    with pytest.raises(LookupError, match="the graph takes c, which the rows that the model was given lack"):
        judge.step_own_run({}, {"session": session, "test": rows})


def test_a_row_that_is_compared_has_all_that_a_run_asks_of_it() -> None:
    nodes = [n for n in ast.walk(ast.parse(source("canary.running"))) if isinstance(n, ast.Subscript)]
    asked = {ast.literal_eval(n.slice) for n in nodes if ast.unparse(n.value) == "canary"}
    told = describe_conversion("a", "train.py:9", "skl2onnx.to_onnx", {"model": SimpleNamespace()}, None)
    assert asked - {*told, *judge.PLAIN} == set()
