"""What was measured, read from its file; and what follows for versions that were, and that were not, measured."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from benchmarks.held_out_cells import held_out
from checker.errors import CannotLook, UsageError
from checker.matrix import measured
from checker.matrix.measured import Measured, Signature, read, read_pins, verdict
from checker.matrix.measured.linking import FITTED, step_of
from checker.matrix.measured.values import unfold
from checker.model import Basis, Stage

from .matrices import AXES, FEW, SIGNATURES, made_up, packed, releases


def few(**changes: Any) -> Measured:
    return unfold({**FEW, **changes})


def pins(sklearn: str, runtime: str = "1.14.1", python: str = "3.11") -> dict[str, str]:
    return {"python": python, "scikit-learn": sklearn, "skl2onnx": "1.16.0", "onnxruntime": runtime}


# --- the file ------------------------------------------------------------------------------------------------------


def test_a_file_is_read(tmp_path: Path) -> None:
    matrix = read(packed(tmp_path / "m.json.gz", FEW))
    assert (matrix.canaries, len(matrix.cells), matrix.cells[2].pins["scikit-learn"]) == (("Ridge", "SVC"), 24, "1.2.0")


def test_no_file_is_an_empty_matrix(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(measured, "PLACES", (tmp_path / "none.json.gz",))
    measured.load.cache_clear()
    assert verdict(measured.load(), pins("1.4.0"), "Ridge").works is None
    measured.load.cache_clear()


@pytest.mark.parametrize("raw", [{}, [], {**FEW, "schema_version": 1}, {**FEW, "ids": []}])
def test_another_file_is_none_of_ours(raw: Any, tmp_path: Path) -> None:
    with pytest.raises(CannotLook, match="no measured matrix"):
        read(packed(tmp_path / "m.json.gz", raw))


def test_a_large_file_is_opened_in_milliseconds(tmp_path: Path) -> None:
    path = packed(tmp_path / "m.json.gz", made_up(300, 100))
    start = time.process_time()
    read(path)
    assert time.process_time() - start < 0.5


# --- pins ----------------------------------------------------------------------------------------------------------


def test_pins_are_releases() -> None:
    assert read_pins(["python==3.11.7", "Scikit_Learn == 1.4.2", "onnxruntime==1.16.0+cpu", ""]) == {
        "python": "3.11",
        "scikit-learn": "1.4.2",
        "onnxruntime": "1.16.0",
    }


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        (["numpy>=1", "onnx"], "numpy>=1, onnx"),
        (["numpy==1.*"], "numpy"),
        (["a==1", "a==2"], "asked for as 1 and as 2"),
    ],
)
def test_what_is_no_pin_is_told(texts: list[str], told: str) -> None:
    with pytest.raises(UsageError, match="one release|" + told.replace("*", r"\*")) as found:
        read_pins(texts)
    assert told in str(found.value)


# --- verdicts ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("canary", "asked", "works", "stage", "basis"),
    [
        ("Ridge", pins("1.4.0"), True, None, Basis.MEASURED),
        ("Ridge", pins("1.7.0"), False, Stage.CONVERT, Basis.MEASURED),
        ("Ridge", pins("1.4.0", "1.16.3"), True, None, Basis.MEASURED),
        ("Ridge", pins("1.3.0", "1.16.3"), True, None, Basis.INFERRED),  # not measured there, but on both sides
        ("Ridge", pins("1.2.3"), True, None, Basis.INFERRED),
        ("Ridge", pins("1.8.1"), False, Stage.CONVERT, Basis.INFERRED),
        ("Ridge", pins("1.5.1"), None, None, None),  # in the gap in which it begins to fail
        ("Ridge", pins("1.12.0"), None, None, None),  # newer than everything measured
        ("Ridge", pins("1.4.0", python="3.12"), None, None, None),
        ("Ridge", pins("1.4.0", "1.15.0"), True, None, Basis.INFERRED),
        ("Ridge", pins("1.4.0", "1.19.0"), None, None, None),
        ("SVC", pins("1.4.0", "1.18.0"), False, Stage.PARITY, Basis.MEASURED),
        ("SVC", pins("1.4.0", "1.17.0"), None, None, None),
        ("SVC", pins("1.11.0"), True, None, Basis.INFERRED),  # a cell in which it was not tried
        ("NuSVC", pins("1.4.0"), None, None, None),
    ],
)  # fmt: skip
def test_verdicts(
    canary: str, asked: dict[str, str], works: bool | None, stage: Stage | None, basis: Basis | None
) -> None:
    found = verdict(few(), asked, canary)
    assert (found.works, found.stage, found.basis) == (works, stage, basis)
    assert bool(found.cells) == (works is not None)
    assert found.why or basis is Basis.MEASURED


def test_without_a_runtime_the_verdict_ends_at_the_conversion() -> None:
    asked = {name: version for name, version in pins("1.4.0").items() if name != "onnxruntime"}
    assert verdict(few(), asked, "SVC").works is True


def test_an_import_that_was_not_measured_is_unknown_and_one_that_fails_comes_first() -> None:
    assert verdict(few(imports=[]), pins("1.4.0"), "Ridge").works is None
    broken = few(imports=[[{"onnxruntime": "1.14.1", "scikit-learn": "1.4.0"}, 1]])
    found = verdict(broken, pins("1.4.0"), "Ridge")
    assert (found.works, found.stage, found.basis) == (False, Stage.IMPORT, Basis.MEASURED)
    # a conversion that was measured to fail fails, whatever the import does; only at which stage is not known
    found = verdict(few(imports=[]), pins("1.7.0"), "Ridge")
    assert (found.works, found.basis) == (False, Basis.INFERRED)


def test_what_fails_before_a_model_is_run_fails_first() -> None:
    """A runtime that dies of whatever it runs has its part in no model that is not converted."""
    dies = few(imports=[[{"onnxruntime": "1.14.1", "scikit-learn": release}, 6] for release in ("1.4.0", "1.7.0")])
    assert [verdict(dies, pins(release), "Ridge").stage for release in ("1.4.0", "1.7.0")] == [
        Stage.PARITY,
        Stage.CONVERT,
    ]


def test_of_what_is_unknown_a_probable_failure_is_told() -> None:
    """The import is unknown too; it says nothing, and a failure that is known is told before any that is probable."""
    mixed = few(imports=[], outcomes=[",".join(list("212112121212") * 2)] * 2)
    found = verdict(mixed, pins("1.3.5"), "Ridge")
    assert (found.works, found.basis, found.stage) == (None, None, None)
    assert found.failure is found.likely
    assert found.likely
    assert found.likely.stage is Stage.CONVERT
    assert [cell.pins["scikit-learn"] for cell in found.cells] == ["1.3.0", "1.4.0"]
    assert verdict(mixed, pins("1.4.5"), "Ridge").likely is None  # one of the nearest two works
    broken = few(imports=[[{"onnxruntime": "1.14.1", "scikit-learn": "1.3.5"}, 1]], outcomes=mixed.outcomes)
    assert verdict(broken, pins("1.3.5"), "Ridge").stage is Stage.IMPORT


def test_what_is_left_open_must_not_matter() -> None:
    asked = pins("1.4.0")
    del asked["python"], asked["skl2onnx"]
    assert verdict(few(), asked, "Ridge").basis is Basis.INFERRED
    del asked["scikit-learn"]
    assert verdict(few(), asked, "Ridge").works is None


def test_a_verdict_names_the_nearest_cells_and_what_bounds_them() -> None:
    found = verdict(few(), pins("1.2.3"), "Ridge")
    assert {cell.id for cell in found.cells} == {"c1", "c2", "c3", "c4"}
    assert found.why == "12 measured cells agree, with scikit-learn below 1.6.0"


def test_a_registry_comes_last() -> None:
    axes = ["python", "mlflow"]
    cells = [["3.11", f"2.{minor}.0"] for minor in range(6)]
    raw = {"axes": axes, "cells": cells, "outcomes": {"Ridge": "0,0,0,0,0,6"}, "dates": ["2026-11-28"] * 6}
    matrix = few(flows=[raw])
    assert verdict(matrix, {**pins("1.4.0"), "mlflow": "2.5.0"}, "Ridge").works is False
    assert verdict(matrix, {**pins("1.4.0"), "mlflow": "2.2.0"}, "Ridge").basis is Basis.MEASURED
    assert verdict(matrix, {**pins("1.7.0"), "mlflow": "2.5.0"}, "Ridge").stage is Stage.CONVERT


@pytest.mark.parametrize("seed", [0, 1])
def test_inference_is_right_where_it_speaks(seed: int) -> None:
    """Of made-up cells whose truth is known, one in ten is left out and asked for."""
    found = held_out(made_up(300, 20, seed), seed=seed, every=5)
    assert found.right >= 0.95 * found.inferred
    assert found.inferred >= 0.7 * found.asked


def test_releases_are_in_order() -> None:
    assert all(y <= z for name in AXES for (_, y), (_, z) in zip(releases(name), releases(name)[1:], strict=False))


@pytest.mark.parametrize(
    ("stage", "where", "text", "axes"),
    [
        (Stage.IMPORT, "sklearn.utils.murmurhash.init", "numpy.dtype size changed", ("python", "numpy", "scipy", "scikit-learn")),
        (Stage.IMPORT, "google.protobuf.descriptor.__new__", "Descriptors cannot be created", ("onnx", "protobuf")),
        (Stage.IMPORT, "skl2onnx.proto.<module>", "cannot import name 'mapping' from 'onnx' (PATH)", ("skl2onnx", "onnx")),
        (Stage.IMPORT, "skl2onnx.common.<module>", "cannot import name 'x' from 'onnx.helper'", ("skl2onnx", "onnx")),
        (Stage.IMPORT, "skl2onnx.convert.<module>", "No module named 'skl#onnx.proto'", ("skl2onnx",)),
        (Stage.IMPORT, "skl2onnx.convert.<module>", "something else", ()),
        (Stage.IMPORT, "numpy.__getattr__", "module 'numpy' has no attribute 'object'", ()),
        (Stage.IMPORT, "lightgbm.basic", "no such thing", ()),
        (Stage.FIT, "sklearn.base", "no such argument", FITTED),
        (Stage.FIT, "lightgbm.sklearn.fit", "no such argument", FITTED),
        (Stage.CONVERT, "onnxmltools.convert.lightgbm.operator_converters.LightGbm.dump", "no name", ("onnxmltools", "lightgbm")),
        (Stage.CONVERT, "onnxmltools.convert.xgboost.common.get_xgb_params", "'gbtree'", ("onnxmltools", "xgboost")),
        (Stage.CONVERT, "onnxmltools.convert.main.convert_xgboost", "no such thing", ()),
        (Stage.CONVERT, "skl2onnx._parse", "no such attribute", ()),
    ],
)  # fmt: skip
def test_a_failure_depends_on_what_is_linked(stage: Stage, where: str, text: str, axes: tuple[str, ...]) -> None:
    assert step_of(Signature(stage, "Error", where, text, "id")).axes == axes


def test_whose_import_failed_took_part_whatever_it_lacked() -> None:
    lacking = Signature(Stage.IMPORT, "ModuleNotFoundError", "onnxmltools.utils", "No module named 'other'", "id")
    assert step_of(lacking).parties == ("onnxmltools",)
    assert step_of(replace(lacking, where="another.utils")).parties == ()


def boosters(fails: Callable[[int, int], int]) -> Measured:
    """Cells of a booster beside scikit-learn: what becomes of a model by the minors of both."""
    pairs = [*product(range(6), range(10))]
    cells = [["3.10", f"1.{s}.0", f"4.{b}.0"] for b, s in pairs]
    axes, told = ["python", "scikit-learn", "lightgbm"], ",".join(str(fails(b, s)) for b, s in pairs)
    return few(flows=[{"axes": axes, "cells": cells, "outcomes": {"LGBM": told}, "dates": ["2026-11-28"] * len(pairs)}])


def test_a_fit_rests_on_the_library_that_is_fitted_too() -> None:
    """An argument that scikit-learn 1.8 no longer knows is passed by the booster up to its fifth minor."""
    matrix = boosters(lambda b, s: 3 if b < 5 and s >= 8 else 0)
    asked = {"python": "3.10", "onnxmltools": "1.16.0"}
    for (b, s), works in {(3, 8): False, (5, 8): True, (3, 7): True}.items():
        found = verdict(matrix, {**asked, "scikit-learn": f"1.{s}.1", "lightgbm": f"4.{b}.0"}, "LGBM")
        assert found.works in (works, None), (b, s)
        if s == 8:
            assert found.works is works, (b, s)


@pytest.mark.parametrize(("minor", "converter", "fails"), [(2, 1, True), (2, 2, False), (1, 1, False), (3, 1, False)])
def test_one_pair_of_library_and_converter_that_only_failed_fails_probably(
    minor: int, converter: int, fails: bool
) -> None:
    """Everything else differs from the one cell in which this pair was tried; the nearest cells all passed."""
    cells = [["3.10", f"1.{n}.0", f"1.{c}.0", f"{b}.0.0"] for n in (2, 5) for c in (0, 2, 3) for b in (1, 2, 3)]
    cells = [*cells, ["3.10", "1.8.0", "1.1.0", "2.0.0"]]
    told = ",".join("6" if cell[2:] == ["1.1.0", "2.0.0"] else "0" for cell in cells)
    axes = ["python", "numpy", "onnxmltools", "xgboost"]
    matrix = few(
        flows=[{"axes": axes, "cells": cells, "outcomes": {"XGB": told}, "dates": ["2026-11-28"] * len(cells)}]
    )
    asked = {"python": "3.10", "numpy": "1.2.1", "onnxmltools": f"1.{converter}.3", "xgboost": f"{minor}.0.1"}
    found = verdict(matrix, asked, "XGB")
    assert found.works is not False
    assert bool(found.likely and found.likely.stage is Stage.PARITY) is fails


def test_an_import_that_failed_elsewhere_shows_that_those_before_it_passed() -> None:
    order = [
        step_of(Signature(Stage.IMPORT, "Error", w, "", "id"))
        for w in ("numpy.core", "sklearn.base", "onnx.x", "skl2onnx.x")
    ]
    assert order == sorted(order)
    # scikit-learn is only known to import beside numpy 2 since what failed there is the converter
    broken = ["import", "ImportError", "sklearn.utils", "numpy.dtype size changed", "s7"]
    later = ["import", "ImportError", "skl2onnx.proto", "cannot import name 'mapping' from 'onnx'", "s8"]
    cells = [
        ["3.11", f"1.{sk}.0", f"{n}.0.0", converter]
        for sk in range(8)
        for n in (1, 2)
        for converter in ("1.15.0", "1.16.0", "1.17.0")
    ]
    failed = [7 if n == "2.0.0" and sk < "1.4" else 8 if converter == "1.16.0" else 0 for _, sk, n, converter in cells]
    raw = {
        **FEW, "axes": ["python", "scikit-learn", "numpy", "skl2onnx"], "cells": cells, "ids": [str(n) for n in range(len(cells))],
        "dates": ["2026-11-28"] * len(cells), "declared": [""] * len(cells), "canaries": ["Ridge"], "runtimes": [],
        "signatures": [*SIGNATURES, broken, later], "profiles": [None, 7, 8, ""],
        "outcomes": [",".join(str({7: 1, 8: 2, 0: 3}[f]) for f in failed)],
    }  # fmt: skip
    asked = {"python": "3.11", "scikit-learn": "1.5.3", "numpy": "2.0.0", "skl2onnx": "1.16.0"}
    assert verdict(unfold(raw), asked, "Ridge").signature == Signature(Stage.IMPORT, *later[1:])
    assert verdict(unfold(raw), {**asked, "skl2onnx": "1.17.0"}, "Ridge").works is True
    assert verdict(unfold(raw), {**asked, "scikit-learn": "1.2.3"}, "Ridge").signature == Signature(
        Stage.IMPORT, *broken[1:]
    )
