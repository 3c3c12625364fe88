"""The border to what a patient says: each field refuses what it is not, by its name, and nothing else happens."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any, get_type_hints

import pytest

from checker.cli import main
from checker.errors import CannotLook
from checker.probe import parse
from checker.probe.parsing import _FACTS, DEPTH, ITEMS, TEXT, _Hello

HELLO: dict[str, Any] = {"frame": "hello", "python": "3.11.7", "executable": "/x", "platform": "Linux", "system": {}}
#: a value of each annotation, and values that are none
GOOD = {"str": "import", "bool": True, "int": 1, "float": 0.5, "Stage": "import"}
BAD = {
    "str": (None, 3, [], {}, True),
    "bool": (None, "yes", [], 0.5),
    "int": (None, "1", 1.5, True, 1 << 60, [], float("nan")),
    "float": (None, "1", True, float("nan"), float("inf"), 10**400, {}),
    "Stage": (None, "nowhere", 3, [], {}),
    "tuple": (None, "abc", {}, 3, [None], [["a", "b", "c"]], ["x"] * (ITEMS + 1)),
    "Mapping": (None, [], "x", 3),
}


def kind_of(hint: Any) -> str:
    """The row of the tables that an annotation goes by."""
    return getattr(hint, "__name__", str(hint).partition("[")[0].rpartition(".")[2])


def frames() -> Iterator[tuple[str, Any]]:
    """Every kind of frame that becomes a value, and its class."""
    yield "hello", _Hello
    yield from ((kind, value) for kind, (_, value) in _FACTS.items())


def whole(kind: str, value: Any) -> dict[str, Any]:
    """A frame with every field that it needs."""
    hints = get_type_hints(value)
    needed = [f for f in fields(value) if f.default is MISSING and f.default_factory is MISSING]
    usual = {f.name: GOOD.get(kind_of(hints[f.name]), [] if kind_of(hints[f.name]) == "tuple" else {}) for f in needed}
    return HELLO if kind == "hello" else {"frame": kind, **usual}


ROWS = [
    (kind, value, name, kind_of(hint), bad)
    for kind, value in frames()
    for name, hint in get_type_hints(value).items()
    for bad in BAD.get(kind_of(hint), ())
]


def test_the_table_is_complete() -> None:
    unknown = {kind_of(h) for _, value in frames() for h in get_type_hints(value).values()} - set(BAD)
    assert unknown == {"_System"}


@pytest.mark.parametrize(("kind", "value"), frames(), ids=lambda v: v if isinstance(v, str) else "")
def test_a_good_frame_is_taken(kind: str, value: Any) -> None:
    assert parse([HELLO, whole(kind, value)])


@pytest.mark.parametrize("number", range(len(ROWS)))
def test_a_wrong_value_is_refused_by_its_name(number: int) -> None:
    kind, value, name, _, bad = ROWS[number]
    with pytest.raises(CannotLook, match=rf"'{kind}' is not as it must be: {name} ") as refused:
        parse([HELLO, {**whole(kind, value), name: bad}])
    assert len(str(refused.value)) < 300


@pytest.mark.parametrize(("kind", "value"), frames(), ids=lambda v: v if isinstance(v, str) else "")
def test_what_is_missing_is_named(kind: str, value: Any) -> None:
    frame = whole(kind, value)
    for name in frame.keys() - {"frame"}:
        with pytest.raises(CannotLook, match=f"{name} is missing"):
            parse([HELLO, {k: v for k, v in frame.items() if k != name}])


def test_facts_are_bounded() -> None:
    deep: Any = "x"
    for _ in range(DEPTH + 2):
        deep = [deep]
    passed = whole("passed", _FACTS["passed"][1])
    for bad in (deep, 10**400, ["x"] * (ITEMS + 1)):
        with pytest.raises(CannotLook, match="facts holds"):
            parse([HELLO, {**passed, "facts": {"a": bad}}])
    seen = parse([HELLO, {**passed, "facts": {"a": "\ud800" + "x" * 10 * TEXT, "b": float("nan")}}])
    assert len(seen.outcomes[0].facts["a"]) < TEXT + 100


@pytest.mark.parametrize(
    "line",
    ["{", "3", "[]", "null", '{"frame": 3}', '{"frame": "hello"', "[" * 5000, '{"a":' * 5000, '{"frame": "x", "n": ' + "9" * 5000 + "}", "\x00"],
)  # fmt: skip
def test_what_is_no_frame_is_one_line(line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "frames.jsonl").write_text(json.dumps(HELLO) + "\n" + line + "\n")
    assert main(["preflight", "--offline", "--from", str(tmp_path / "frames.jsonl")]) == 3
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 1
    assert "holds no frames that can be used" in said[0]
