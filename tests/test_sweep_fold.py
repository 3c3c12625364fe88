"""The fold: from lines of evidence, which are tables of literals here, to the file that ships; and its being built."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from checker.matrix.measured.values import unfold
from checker.model import Canary
from checker.sweep.cells import cell_id
from checker.sweep.evidence import Evidence, model_order, names_in_order, row_digest
from checker.sweep.factors.conversions import Group, left
from checker.sweep.fold import AXES, Fold, cells_of, compressed, fold_evidence
from checker.sweep.ranges import placed

from .test_matrices import build

PINS = dict(zip(AXES, ("3.11", "1.4.2", "1.26.4", "1.11.4", "1.16.0", "1.15.0", "4.25.3"), strict=True))
#: the catalogue of the lines, and the present one: `Lasso` has changed since, and `New` has come
THEN = [["Ridge", "r1"], ["SVC", "s1"], ["Lasso", "l1"]]
NOW = [["New", "n1"], ["Ridge", "r1"], ["SVC", "s1"], ["Lasso", "l2"]]
SIGNATURES = [
    {"id": "aaaaaa", "stage": "convert", "type": "RuntimeError", "where": "skl2onnx.f", "text": "no"},
    {"id": "bbbbbb", "stage": "parity", "type": "Disagreement", "where": "", "text": "labels"},
    {"id": "cccccc", "stage": "import", "type": "ImportError", "where": "numpy", "text": "no #"},
]


def conversion(cell: str, models: str, failures: dict[str, list[str]] | None = None, **more: Any) -> dict[str, Any]:
    pins = {**PINS, **more.pop("pins", {})}
    line = {"cell": cell, "pins": pins, "built": "composed", "declared": "", "date": "2026-11-28", "catalogue": "k"}
    failed = placed(failures or {}, [name for name, _ in THEN])
    return {**line, "failures": failed, "complaints": {}, "models": models.strip(".") and models, **more}


def runtime(
    release: str, cells: list[str], failures: dict[str, list[str]] | None = None, **more: Any
) -> dict[str, Any]:
    pins = {"python": "3.11", "onnxruntime": release}
    return {
        "cell": f"{release}{cells}",
        "pins": pins,
        "built": "composed",
        "cells": cells,
        "failures": failures or {},  # models by their names, until they are written
        **more,
    }


def written(kind: str, line: dict[str, Any], kinds: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """A line as it stands in the file: the models of a runtime as ranges."""
    if kind != "runtimes":
        return line
    models = {one["cell"]: names_in_order(one["models"]) for one in kinds.get("conversions", ())}
    return {**line, "failures": placed(line["failures"], model_order(line["cells"], models))}


def folded(folder: Path, **kinds: list[dict[str, Any]]) -> dict[str, Any]:
    kinds = {"catalogues": [{"catalogue": "k", "rows": THEN}], "signatures": SIGNATURES, **kinds}
    for kind, lines in kinds.items():
        (folder / f"{kind}.jsonl").write_text("".join(json.dumps(written(kind, line, kinds)) + "\n" for line in lines))
    return Fold(Evidence(folder), NOW).folded()


def profiles(told: dict[str, Any], cell: int = 0) -> dict[str, Any]:
    """What each canary has in a cell; of a failure its stage."""
    found = {
        name: told["profiles"][int(row.split(",")[cell])]
        for name, row in zip(told["canaries"], told["outcomes"], strict=True)
    }
    return {name: told["signatures"][one][0] if isinstance(one, int) else one for name, one in found.items()}


def test_a_cell_says_what_became_of_every_canary(tmp_path: Path) -> None:
    told = folded(tmp_path, conversions=[conversion("c1", "model001................", {"aaaaaa": ["SVC"]})])
    assert (told["cells"], told["ids"], told["axes"]) == ([list(PINS.values())], ["c1"], list(AXES))
    assert profiles(told) == {"New": None, "Ridge": "", "SVC": "convert", "Lasso": None}


@pytest.mark.parametrize(
    "lines", [[conversion("c1", "........" * 2 + "model003")], [conversion("c1", "." * 24, {"aaaaaa": ["Lasso"]})]]
)
def test_of_a_row_that_has_changed_nothing_is_known(lines: list[dict[str, Any]], tmp_path: Path) -> None:
    assert profiles(folded(tmp_path, conversions=lines))["Lasso"] is None


def test_cells_that_could_not_be_built_are_left_out(tmp_path: Path) -> None:
    lines = [conversion("c1", "." * 24, built="refused"), conversion("c2", "." * 24)]
    told = folded(tmp_path, conversions=lines, runtimes=[runtime("1.14.1", [], built="refused")])
    assert (told["ids"], told["runtimes"]) == (["c2"], [])


def test_cells_are_in_the_order_of_their_versions(tmp_path: Path) -> None:
    lines = [conversion(f"c{v}", "." * 24, pins={"scikit-learn": v}) for v in ("1.10.0", "0.24.2", "1.9.1")]
    assert folded(tmp_path, conversions=lines)["ids"] == ["c0.24.2", "c1.9.1", "c1.10.0"]


CELLS = [
    conversion("c1", "model001model002........"),
    conversion("c2", "model001model004........", pins={"skl2onnx": "1.17.0"}),
]


def test_runtimes_are_joined_over_several_lines(tmp_path: Path) -> None:
    """The second line is about models that the first has not run; what failed there has failed, whoever shares it."""
    lines = [
        runtime("1.16.3", ["c1"], {"bbbbbb": ["model001"]}),
        runtime("1.14.1", ["c1"]),
        runtime("1.16.3", ["c2"], {"bbbbbb": ["model004"]}),
    ]
    told = folded(tmp_path, conversions=CELLS, runtimes=lines)
    parity = [s and s[0] for s in told["signatures"]].index("parity")
    assert told["runtimes"] == ["1.14.1", "1.16.3"]
    assert profiles(told, 0) == {"New": None, "Ridge": f"0,{parity}", "SVC": "0,0", "Lasso": None}
    assert profiles(told, 1) == {"New": None, "Ridge": f"0,{parity}", "SVC": f"-1,{parity}", "Lasso": None}


def test_whole_cells_are_counted_where_something_was_run(tmp_path: Path) -> None:
    lines = [runtime("1.14.1", ["c1"]), runtime("1.16.3", ["c1", "c2"])]
    told = folded(tmp_path, conversions=CELLS, runtimes=lines)
    assert cells_of(told) == [(0, 0), (0, 1), (1, 0), (1, 1)]  # c2 shares a model with c1


def test_imports_are_told_with_how_they_fail(tmp_path: Path) -> None:
    told = folded(
        tmp_path,
        imports=[
            {"cell": "i2", "pins": {"python": "3.11"}, "built": "composed", "failures": {"cccccc": ["onnxruntime"]}},
            {"cell": "i1", "pins": {"python": "3.12"}, "built": "composed", "failures": {}},
            {"cell": "i3", "pins": {"python": "3.13"}, "built": "refused", "failures": {}},
        ],
    )
    assert [[pins["python"], told["signatures"][n] and told["signatures"][n][0]] for pins, n in told["imports"]] == [
        ["3.12", None],
        ["3.11", "import"],
    ]


@pytest.mark.parametrize("lines", [[], CELLS])
def test_what_is_folded_can_be_read(lines: list[dict[str, Any]], tmp_path: Path) -> None:
    matrix = unfold(folded(tmp_path, conversions=lines, runtimes=[runtime("1.14.1", ["c1"])] if lines else []))
    assert len(matrix.cells) == len(lines)
    assert [matrix.unfolded[n] for name in matrix.canaries for n in matrix.row(name)].count(None) == 4 * bool(lines)


def test_the_same_evidence_gives_the_same_bytes_in_any_order(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    ran = [runtime("1.14.1", ["c1"], {"bbbbbb": ["model001"]}), runtime("1.16.3", ["c2"])]
    one = folded(tmp_path, conversions=CELLS, runtimes=ran)
    two = folded(tmp_path / "other", conversions=CELLS[::-1], runtimes=ran[::-1], signatures=SIGNATURES[::-1])
    assert compressed(one) == compressed(two)


# --- the built file ------------------------------------------------------------------------------------------------


def test_a_folder_that_is_not_there_holds_no_evidence(tmp_path: Path) -> None:
    matrix = unfold(fold_evidence(tmp_path / "none").folded())
    assert (matrix.cells, matrix.canaries, matrix.runtimes) == ((), (), ())
    assert not (tmp_path / "none").exists()


def test_the_built_file_is_fresh() -> None:
    assert build.stale(build.fold(), build.measured()) == [], "run python matrices/build.py"


def test_a_stale_file_is_named_and_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(build, "MEASURED", build.HERE / "built" / ".measured-test.json.gz")
    try:
        assert build.main(["--check"]) == 1
        assert "matrices/built/.measured-test.json.gz" in capsys.readouterr().out
        assert build.main([]) == 0
        assert build.main(["--check"]) == 0
        told = json.loads(gzip.decompress(build.MEASURED.read_bytes()))
        build.MEASURED.write_bytes(gzip.compress(json.dumps(told).encode(), 1))
        assert build.main(["--check"]) == 0, "how it is compressed does not count"
    finally:
        build.MEASURED.unlink(missing_ok=True)


def test_a_cell_that_was_measured_again_is_one_cell(tmp_path: Path) -> None:
    """Of a row that has changed and of one that has come the second line tells; of all others the first."""
    again = cell_id("conversion", {**PINS, "catalogue": "n"})
    first = conversion(cell_id("conversion", PINS), "model001model002model003")
    second = conversion(again, "model004........", catalogue="n") | {"failures": {"aaaaaa": "1"}}
    catalogues = [{"catalogue": "k", "rows": THEN}, {"catalogue": "n", "rows": [["New", "n1"], ["Lasso", "l2"]]}]
    ran = [runtime("1.14.1", [first["cell"], again])]
    for lines in ([first, second], [second, first]):
        told = folded(tmp_path, catalogues=catalogues, conversions=lines, runtimes=ran)
        assert told["ids"] == [first["cell"]]
        assert profiles(told) == {"New": "0", "Ridge": "0", "SVC": "0", "Lasso": "convert"}


GROUP = Group("3.11", {"scikit-learn": "1.4.2"}, ({"skl2onnx": "1.16"}, {"skl2onnx": "1.17"}, {"skl2onnx": "1.18"}))
A, B, LATE = (
    Canary(name, f"sklearn.{name}()", ("sklearn",), (), since=since)
    for name, since in (("A", ""), ("B", ""), ("L", "1.9"))
)
KEYS = [frozenset(GROUP.pins(one).items()) for one in GROUP.sets]
ROW = {c.name: (c.name, row_digest(c)) for c in (A, B, LATE)}


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({}, [(False, "ABL", "123")]),
        ({KEYS[0]: {ROW["A"], ROW["B"]}, KEYS[1]: set()}, [(False, "ABL", "3")]),  # the second could not be built
        ({KEYS[0]: {ROW["A"]}, KEYS[1]: {ROW["A"], ROW["B"]}}, [(False, "ABL", "3"), (True, "B", "1")]),
        ({KEYS[0]: {ROW["A"]}, KEYS[1]: {ROW["B"]}, KEYS[2]: {*ROW.values()}}, [(True, "AB", "12")]),
        ({key: {ROW["A"], ROW["B"]} for key in KEYS}, []),  # the third row is of a later release
        ({key: {("A", "as it was"), ROW["B"]} for key in KEYS}, [(True, "A", "123")]),
    ],
)  # fmt: skip
def test_what_is_not_known_is_measured(known: Any, expected: list[tuple[bool, str, str]]) -> None:
    found = [
        (again, "".join(c.name for c in rows), "".join(str(GROUP.sets.index(s) + 1) for s in sets))
        for again, rows, sets in left(GROUP, [A, B, LATE], known)
    ]
    assert found == expected
