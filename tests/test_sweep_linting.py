"""Evidence that is sound, and evidence that somebody or something has changed."""

from __future__ import annotations

import gzip
import importlib.util
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from checker.errors import CannotLook
from checker.sweep.cells import Measured, cell_id
from checker.sweep.evidence import Evidence
from checker.sweep.factors.conversions import Converted, note
from checker.sweep.fold import fold_evidence
from checker.sweep.linting import KEYS, SCHEMAS, Lint, listed, stale
from checker.sweep.local.models import Models
from checker.version import __version__

from .test_cli import run
from .test_matrices import MATRICES
from .test_sweep_evidence import FAILURE, ROWS
from .test_sweep_fold import PINS

Lines = dict[str, list[dict[str, Any]]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Evidence of each kind, as a sweep writes it."""
    place = tmp_path / "evidence"
    evidence, models = Evidence(place), Models(tmp_path / "models.sqlite")
    catalogue = evidence.keep_catalogue(ROWS)
    failures = [{**FAILURE, "subject": "A"}, {**FAILURE, "stage": "check", "subject": "C"}]
    cell = Converted(PINS, {"joblib": "1"}, failures=failures, models={n: (n.encode(), b"") for n in "BC"})
    note(evidence, cell, ROWS, catalogue, models)
    note(evidence, Converted({**PINS, "python": "3.12"}, refused="no wheel"), ROWS, catalogue, models)
    one = cell_id("conversion", cell.pins)
    pins = {"python": "3.11", "onnxruntime": "1.20.1"}
    failed = evidence.by_signature({"x": {**FAILURE, "stage": "parity"}})
    name = cell_id("runtime", {**pins, "cells": one})
    evidence.add("runtimes", Measured(pins), name, cells=[one], ran=2, failures=dict.fromkeys(failed, "0"), unknown="1")
    evidence.add(
        "imports", Measured(pins), cell_id("import", pins), failures=evidence.by_signature({"onnxruntime": FAILURE})
    )
    rows, logged = [["tutorial", "d1"]], {"python": "3.11", "mlflow": "2.9.2"}
    told = {next(iter(failed)): ["tutorial"]}
    evidence.add("registries", Measured(logged), cell_id("registry", logged), tried=rows, failures=told)
    boosted = {"python": "3.11", "xgboost": "3.1.0", "onnxruntime": "1.20.1"}
    evidence.add("boosters", Measured(boosted), cell_id("booster", boosted), tried=rows, failures=told)
    return place


def test_what_a_sweep_writes_is_sound(folder: Path) -> None:
    lint = Lint(folder)
    assert lint.problems() == []
    assert {kind: len(lines) for kind, lines in lint.lines.items()} == {
        **dict.fromkeys(KEYS, 1),
        "signatures": 3,
        "conversions": 2,
    }


def test_a_folder_without_evidence_is_sound(tmp_path: Path) -> None:
    assert Lint(tmp_path / "none").problems() == []


def test_the_evidence_that_is_kept_is_sound() -> None:
    assert Lint(MATRICES / "evidence").problems() == []


def test_every_kind_of_line_has_a_schema() -> None:
    assert {p.name.removesuffix(".schema.json") for p in SCHEMAS.glob("*.json")} == {*KEYS}


def change(kind: str, **fields: Any) -> Callable[[Lines], None]:
    return lambda lines: lines[kind][0].update(fields)


def without(kind: str, field: str) -> Callable[[Lines], None]:
    return lambda lines: lines[kind][0].pop(field) and None


CHANGES = [
    (change("conversions", cell="0" * 12), "its pins give another name"),
    (lambda lines: lines["conversions"][0]["pins"].update(python="3.9"), "its pins give another name"),
    (lambda lines: lines["conversions"][0]["pins"].pop("scipy"), "'scipy' is a required property"),
    (lambda lines: lines["conversions"].append(lines["conversions"][0]), "stands there twice"),
    (change("conversions", catalogue="00000000"), "no catalogue 00000000 is known"),
    (change("conversions", failures={"000000": "0"}), "no signature 000000 is known"),
    (lambda lines: lines["conversions"][0]["complaints"].update(dict.fromkeys(lines["conversions"][0]["complaints"], "7")), "place 7 is beyond the end"),
    (change("conversions", models="abcdefgh"), "it names 1 models for 3 canaries"),
    (change("conversions", models="abcdefgh" * 3), "A failed, and made a model"),
    (change("conversions", models="short"), "'short' does not match"),
    (change("conversions", extra=1), "Additional properties"),
    (without("conversions", "lock"), "'lock' is a required property"),
    (change("conversions", date="2126-01-01"), "which has not come"),
    (change("conversions", date="yesterday"), "'yesterday' does not match"),
    (change("conversions", built="refused"), "nothing says why"),
    (change("conversions", refused="why"), "it was built, and was refused"),
    (change("conversions", built="refused", refused="why"), "something is told of it"),
    (change("signatures", text="something else"), "its text gives another name"),
    (change("signatures", stage="thinking"), "'thinking' is not one of"),
    (change("catalogues", rows=[["A", "x"]]), "its rows give another name"),
    (change("runtimes", cells=[]), "its pins and cells give another name"),
    (change("runtimes", unknown="0"), "something failed in two ways"),
    (change("runtimes", unknown="5"), "place 5 is beyond the end, which is 2"),
    (change("imports", cell="0" * 12), "its pins give another name"),
    (change("imports", failures={"ffffff": ["onnxruntime"]}), "no signature ffffff is known"),
    (change("registries", tried=[]), "tutorial failed, and was not tried"),
    (change("boosters", cell="0" * 12), "its pins give another name"),
]  # fmt: skip


@pytest.mark.parametrize(("changed", "said"), CHANGES, ids=[said for _, said in CHANGES])
def test_what_was_changed_is_told(changed: Callable[[Lines], None], said: str, folder: Path) -> None:
    lines = {kind: [json.loads(line) for line in (folder / f"{kind}.jsonl").read_text().splitlines()] for kind in KEYS}
    changed(lines)
    for kind, told in lines.items():
        (folder / f"{kind}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in told))
    problems = Lint(folder).problems()
    assert [p for p in problems if said in p], problems


def test_a_conversion_that_runtimes_rest_on_is_missed(folder: Path) -> None:
    (folder / "conversions.jsonl").write_text("")
    assert [p for p in Lint(folder).problems() if "no conversion" in p]


def test_a_torn_line_is_told_and_a_broken_one_ends_it(folder: Path) -> None:
    path = folder / "imports.jsonl"
    path.write_bytes(path.read_bytes()[:-1])
    assert Lint(folder).problems() == ["imports.jsonl: its last line is torn"]
    path.write_text("nothing\n")
    with pytest.raises(CannotLook, match=r"imports\.jsonl, line 1, is no line of evidence"):
        Lint(folder).problems()


def test_many_problems_are_cut() -> None:
    assert listed(["a", "b", "c"], 2) == ["a", "b", "... and 1 more"]
    assert listed(["a"], 2) == ["a"]


# --- the command ---------------------------------------------------------------------------------------------------


def test_the_command_says_that_all_is_well(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run("matrix", "verify", "--evidence", str(folder), capsys=capsys)
    assert (status, out.splitlines()[1:]) == (
        0,
        ["1 conversion cells, 0 whole cells", "no file that ships lies beside it"],
    )


def test_a_file_that_ships_and_is_old_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    built = folder.parent / "built" / "measured.json.gz"
    built.parent.mkdir()
    folded = fold_evidence(folder).folded()
    built.write_bytes(gzip.compress(json.dumps(folded).encode()))
    assert stale(folder, folded) == ""
    assert (
        stale(folder, {**folded, "date": ""})
        == f"{built} is not what the evidence comes to: run python matrices/build.py"
    )
    built.write_bytes(gzip.compress(b"{}"))
    status, out, _ = run("matrix", "verify", "--evidence", str(folder), capsys=capsys)
    assert (status, "run python matrices/build.py" in out) == (1, True)


def test_problems_are_the_status(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder / "conversions.jsonl"
    path.write_text(path.read_text() * 2)
    status, out, _ = run("matrix", "verify", "--evidence", str(folder), capsys=capsys)
    assert (status, "2 problems" in out, "stands there twice" in out) == (1, True, True), out + __version__


def test_models_that_a_store_has_not_are_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    there = ("matrix", "verify", "--evidence", str(folder), "--store")
    assert run(*there, str(folder.parent), capsys=capsys)[0] == 0
    (folder.parent / "models.sqlite").unlink()
    status, out, _ = run(*there, str(folder.parent), capsys=capsys)
    assert (status, "conversions.jsonl: 2 models are not in" in out) == (1, True)


@pytest.mark.parametrize("number", ["-1", "0", "x", "5000"])
def test_a_sample_is_a_number(number: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("matrix", "verify", "--evidence", str(folder), "--sample", number, capsys=capsys)[0] == 2


# --- what turns out to be false ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "taken"),
    [
        ("RuntimeError: no #", {"boosters": 1, "conversions": 1, "imports": 1, "registries": 1, "runtimes": 1}),
        ("KeyError", {"boosters": 0, "conversions": 0, "imports": 0, "registries": 0, "runtimes": 0}),
    ],
)
def test_cells_that_failed_by_our_fault_are_taken_back(pattern: str, taken: dict[str, int], folder: Path) -> None:
    spec = importlib.util.spec_from_file_location("withdraw", MATRICES / "withdraw.py")
    assert spec
    assert spec.loader
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    before = {kind: len(lines) for kind, lines in Lint(folder).lines.items()}
    assert script.withdraw(folder, pattern) == taken
    assert {kind: before[kind] - len(lines) for kind, lines in Lint(folder).lines.items() if kind in taken} == taken
    assert Lint(folder).problems() == []
