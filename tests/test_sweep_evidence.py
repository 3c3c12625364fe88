"""What is kept of a sweep: lines that are whole and stand once, models by their content, signatures, ranges."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from checker.errors import CannotLook
from checker.model import Canary, Column
from checker.sweep.cells import Measured, cell_id
from checker.sweep.evidence import NOTHING, Evidence, known_names, names_of, row_digest
from checker.sweep.factors.conversions import Converted, catalogue, note
from checker.sweep.local.lines import append, append_all, read_lines
from checker.sweep.local.models import LENGTH, Models, name_of
from checker.sweep.ranges import from_ranges, named, placed, to_ranges
from checker.sweep.signatures import normalized, signature_of

pytestmark = pytest.mark.skipif(os.name != "posix", reason="files are locked as POSIX does it")


def wrote(path: Path) -> list[dict[str, Any]]:
    """The lines of a file that is whole."""
    assert path.read_bytes()[-1:] in (b"", b"\n")
    return [json.loads(line) for line in path.read_text().splitlines()]


# --- lines ---------------------------------------------------------------------------------------------------------


def test_a_line_is_added_once(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "cells.jsonl"
    assert [append(path, {"cell": c, "n": n}, "cell") for n, c in enumerate("aba")] == [True, True, False]
    assert wrote(path) == [{"cell": "a", "n": 0}, {"cell": "b", "n": 1}]


def test_of_many_lines_the_new_ones_are_added(tmp_path: Path) -> None:
    path = tmp_path / "s.jsonl"
    append(path, {"id": "b"}, "id")
    assert append_all(path, [{"id": "a"}, {"id": "b"}, {"id": "a"}, {"id": "c"}], lambda line: line["id"]) == 2
    assert [line["id"] for line in wrote(path)] == ["b", "a", "c"]


def test_no_line_is_none(tmp_path: Path) -> None:
    assert [*read_lines(tmp_path / "none.jsonl")] == []
    assert append_all(tmp_path / "s.jsonl", [], lambda line: line["id"]) == 0


#: how a process that was killed, or a disk that was full, leaves the end of a file
TORN = ["", '{"cell":"b"', '{"cell":"b"}', "{", '{"cell":"b","text":"' + "x" * 100_000]


@pytest.mark.parametrize("torn", TORN, ids=lambda t: t[:12] + f"... {len(t)}")
def test_a_line_that_was_torn_is_taken_away(torn: str, tmp_path: Path) -> None:
    path = tmp_path / "cells.jsonl"
    path.write_text('{"cell":"a"}\n' + torn)
    assert [line["cell"] for line in read_lines(path)] == ["a"]
    assert append(path, {"cell": "b"}, "cell")
    assert [line["cell"] for line in wrote(path)] == ["a", "b"]


@pytest.mark.parametrize("torn", ['{"cell":"a"', "x" * 10])
def test_where_the_first_line_was_torn_nothing_is_left(torn: str, tmp_path: Path) -> None:
    path = tmp_path / "cells.jsonl"
    path.write_text(torn)
    assert append(path, {"cell": "a"}, "cell")
    assert wrote(path) == [{"cell": "a"}]


def test_a_cell_with_a_line_is_there_whatever_its_text_holds(tmp_path: Path) -> None:
    path = tmp_path / "cells.jsonl"
    append(path, {"cell": "a", "text": "one\ntwo\r\u2028\u0085 é \x00 \ud800"}, "cell")
    assert append(path, {"cell": "b"}, "cell")
    assert [line["cell"] for line in read_lines(path)] == ["a", "b"]


def add_many(path: Path, seed: int) -> int:
    """Add the same hundred cells in an order of one's own; how many were new."""
    cells = list(range(100))
    random.Random(seed).shuffle(cells)
    return sum(append(path, {"cell": cell, "by": seed, "text": "x" * 5000}, "cell") for cell in cells)


def test_processes_that_add_the_same_cells_at_once_add_each_once(tmp_path: Path) -> None:
    path = tmp_path / "cells.jsonl"
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        new = pool.starmap(add_many, [(path, seed) for seed in range(4)])
    assert sum(new) == 100
    assert sorted(line["cell"] for line in wrote(path)) == list(range(100))


# --- models --------------------------------------------------------------------------------------------------------


def test_a_model_goes_by_what_it_and_its_data_are(tmp_path: Path) -> None:
    models = Models(tmp_path / "deep" / "models.sqlite")
    one, two, again = models.add([(b"model", b"data"), (b"model", b"other"), (b"model", b"data")])
    assert one == again != two
    assert models.add([(b"model", b"data")]) == [one]
    assert models.names() == {one, two}
    assert [*models.take([two, "absent", one])] == [(two, b"model", b"other"), (one, b"model", b"data")]


def test_where_one_ends_and_the_other_begins_counts() -> None:
    assert name_of(b"ab", b"c") != name_of(b"a", b"bc")
    assert len(name_of(b"", b"")) == LENGTH


def add_models(path: Path, seed: int) -> list[str]:
    return [Models(path).add([(b"%d" % n, b"")])[0] for n in range(20)]


def test_processes_that_keep_the_same_models_at_once_agree(tmp_path: Path) -> None:
    path = tmp_path / "models.sqlite"
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        told = pool.starmap(add_models, [(path, seed) for seed in range(3)])
    assert told[0] == told[1] == told[2]
    assert len(Models(path).names()) == 20


# --- cells ---------------------------------------------------------------------------------------------------------

ROWS = [Canary(name, f"sklearn.{name}()", ("sklearn",), ()) for name in "ABC"]
FAILURE = {
    "stage": "convert",
    "type": "RuntimeError",
    "text": "no 12",
    "cause": ["RuntimeError", "no 12"],
    "frames": [],
}


def test_a_cell_is_the_same_whatever_the_order_of_its_pins() -> None:
    assert cell_id("import", {"a": "1", "b": "2"}) == cell_id("import", {"b": "2", "a": "1"})
    assert cell_id("import", {"a": "1"}) != cell_id("conversion", {"a": "1"}) != cell_id("conversion", {"a": "2"})


def test_a_conversion_comes_back_as_it_was_noted(tmp_path: Path) -> None:
    evidence, models = Evidence(tmp_path), Models(tmp_path / "models.sqlite")
    name = evidence.keep_catalogue(ROWS)
    check = {**FAILURE, "stage": "check", "subject": "C"}
    cell = Converted(
        {"python": "3.11"},
        {"python": "3.11", "joblib": "1.4"},
        "no",
        failures=[{**FAILURE, "subject": "A"}, check],
        models={"C": (b"m", b"d")},
    )
    assert note(evidence, cell, ROWS, name, models)
    assert not note(evidence, cell, ROWS, name, models)
    (line,) = evidence.lines("conversions")
    failed, complained = (s["id"] for s in sorted(evidence.lines("signatures"), key=lambda s: s["stage"] == "check"))
    assert (line["failures"], line["complaints"]) == ({failed: ["A"]}, {complained: ["C"]})
    assert line["models"] == NOTHING * 2 + name_of(b"m", b"d")
    assert (line["lock"], line["declared"], line["built"]) == ({"joblib": "1.4"}, "no", "composed")
    assert names_of(line) == known_names([line]) == models.names()


def test_a_cell_without_any_model_comes_back_too(tmp_path: Path) -> None:
    evidence = Evidence(tmp_path)
    cell = Converted({"python": "3.11"}, refused="because " * 100)
    note(evidence, cell, ROWS, evidence.keep_catalogue(ROWS), Models(tmp_path / "models.sqlite"))
    (line,) = evidence.lines("conversions")
    assert (line["models"], line["built"], len(line["refused"])) == (NOTHING * 3, "refused", 300)


def test_a_catalogue_is_kept_once_and_goes_by_its_rows(tmp_path: Path) -> None:
    evidence = Evidence(tmp_path)
    one, again, other = (evidence.keep_catalogue(rows) for rows in (ROWS, ROWS, ROWS[::-1]))
    assert one == again != other
    assert [row[0] for row in evidence.catalogue(other)] == ["C", "B", "A"]


def test_what_a_row_asks_for_is_in_its_digest() -> None:
    assert row_digest(ROWS[0]) != row_digest(replace(ROWS[0], make="sklearn.A(1)"))
    assert len({row_digest(c) for c in catalogue()}) == len(catalogue())


def test_signatures_are_noted_once(tmp_path: Path) -> None:
    evidence = Evidence(tmp_path)
    first = evidence.by_signature(
        {"b": FAILURE, "a": {**FAILURE, "text": "no 13"}, "c": {**FAILURE, "text": "nothing"}}
    )
    assert [*first.values()] == [["a", "b"], ["c"]] or [*first.values()] == [["c"], ["a", "b"]]
    assert evidence.by_signature({"d": FAILURE}).keys() < first.keys()
    assert len(evidence.lines("signatures")) == 2
    assert evidence.by_signature({}) == {}


def test_the_measured_cell_of_a_runtime_is_told_by_names(tmp_path: Path) -> None:
    evidence = Evidence(tmp_path)
    evidence.keep_catalogue(ROWS)
    name = evidence.keep_catalogue(ROWS)
    models = "model001" + NOTHING + "model002"
    evidence.add(
        "conversions", Measured({"python": "3"}), "c1", catalogue=name, failures={}, complaints={}, models=models
    )
    evidence.add("runtimes", Measured({"onnxruntime": "1"}), "r1", cells=["c1"], failures={"aaaaaa": "1"}, unknown="0")
    evidence.add("runtimes", Measured({"onnxruntime": "2"}), "r2", cells=["c1"], failures={"aaaaaa": "0-1"})
    one, two = evidence.lines("runtimes")
    assert (one["failures"], one["unknown"]) == ({"aaaaaa": ["model002"]}, ["model001"])
    assert (two["failures"], two["unknown"]) == ({"aaaaaa": ["model001", "model002"]}, [])


# --- signatures ----------------------------------------------------------------------------------------------------

SAME = [
    ("max 1e-05 of 12.5", "max -3 of 7"),
    ("at 0x7f00aa: /tmp/checker-1/a.py", "at 0x1: C:\\Users\\me\\b.py"),
    ("values [1, 2, 3] differ", "values [4.5, 6] differ"),
    ("two\n  lines", "two lines"),
    ("{'b', 'a'} are unknown", "{'a', 'b'} are unknown"),
]
OTHER = [
    ("no attribute 'coef_'", "no attribute 'coefs_'"),
    ("<class 'sklearn.svm.SVC'>", "<class 'sklearn.svm.NuSVC'>"),
    ("and/or", "and"),
]


@pytest.mark.parametrize(("one", "two"), SAME)
def test_what_differs_by_chance_is_the_same(one: str, two: str) -> None:
    assert normalized(one) == normalized(two)


@pytest.mark.parametrize(("one", "two"), OTHER)
def test_what_differs_by_its_cause_is_not(one: str, two: str) -> None:
    assert normalized(one) != normalized(two)


@pytest.mark.parametrize("text", [t for pair in (*SAME, *OTHER) for t in pair] + ["é" * 500, "\x00\ud800"])
def test_what_is_normalized_stays_so(text: str) -> None:
    assert normalized(normalized(text)) == normalized(text)
    assert len(normalized(text)) <= 200


def test_a_failure_without_words_goes_by_its_first_cause() -> None:
    frame = {
        "stage": "load",
        "type": "Fail",
        "text": "",
        "cause": ["Fail", "opset 12"],
        "frames": [{"module": "m", "function": "f"}],
    }
    signature = signature_of(frame)
    assert (signature.stage, signature.where, signature.text) == ("load", "m.f", "opset #")
    assert len(signature.id) == 6
    assert signature.id != signature_of({**frame, "stage": "run"}).id


# --- ranges --------------------------------------------------------------------------------------------------------

RANGES = [([], ""), ([0], "0"), ([0, 1], "0-1"), ([3, 1, 2, 7, 9, 8], "1-3,7-9"), ([0, 2, 4], "0,2,4")]


@pytest.mark.parametrize(("places", "text"), RANGES)
def test_places_are_told_by_ranges(places: list[int], text: str) -> None:
    assert to_ranges(places) == text
    assert from_ranges(text) == sorted(places)


def test_names_come_back_from_their_places() -> None:
    order = ["a", "b", "c", "d"]
    assert placed({"x": ["d", "b", "c"], "y": []}, order) == {"x": "1-3", "y": ""}
    assert named({"x": "1-3", "y": ""}, order) == {"x": ["b", "c", "d"], "y": []}


@pytest.mark.parametrize("text", ["a", "1-", "-", "1,,2"])
def test_what_is_no_range_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        from_ranges(text)


def test_a_row_goes_by_what_it_chooses() -> None:
    plain = Canary("a", "sklearn.svm.SVC()", ("sklearn.svm",), (Column("x0", "float32"),))
    assert row_digest(plain) == row_digest(replace(plain, layout="matrix", columns=(Column("x0", "float32", False),)))
    others = [replace(plain, layout="frame"), replace(plain, columns=(Column("x0", "float32", True),))]
    assert len({row_digest(one) for one in (plain, *others)}) == 3


def test_a_store_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    place = tmp_path / "models.sqlite"
    place.write_bytes(b"no database, " * 100)
    with pytest.raises(CannotLook, match="cannot be used"):
        Models(place).add([(b"model", b"")])
    with pytest.raises(CannotLook, match="cannot be used"):
        Models(place / "below").names()
