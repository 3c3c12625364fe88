"""Whole cells that are measured again: which, what was seen of them, and how both ways are compared."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from checker import knowledge
from checker.commands.matrix import verify
from checker.matrix.measured.values import unfold
from checker.model import Failure, Observation, Passed, Stage
from checker.probe.canaries import named
from checker.sweep import again
from checker.sweep.again import Whole, compare, endings, expected, sample
from checker.world.sandbox import Refused

from .matrices import AXES, folded

PINS = [
    dict(zip(AXES, versions.split(), strict=True))
    for versions in (
        "3.11 1.4.2 1.26.4 1.11.4 1.16.0 1.15.0 4.25.8",
        "3.6 0.24.2 1.19.5 1.5.4 1.8.0 1.8.1 3.19.6",
        "3.11 1.4.2 2.2.6 1.15.3 1.17.0 1.16.2 4.25.8",
    )
]
RUNTIMES = ("1.8.1", "1.16.3", "1.20.1")
RAW = folded(PINS, {"Ridge": lambda pins, runtime: 0, "SVC": lambda pins, runtime: 4}, RUNTIMES)
LOCKS = {name: {"joblib": "1.0"} for name in RAW["ids"]}
KNOWN = knowledge.load()


def drawn(many: int, seed: int = 0, pythons: tuple[str, ...] = ("3.6", "3.11", "3.12")) -> list[Whole]:
    return sample(RAW, LOCKS, KNOWN, many, seed, pythons)


def test_a_sample_is_of_what_can_be_installed() -> None:
    """Python 3.6 has no wheel of newer releases, 3.11 none of older ones."""
    found = {(w.pins["python"], w.pins["onnxruntime"]) for w in drawn(100)}
    assert found == {("3.11", "1.16.3"), ("3.11", "1.20.1"), ("3.6", "1.8.1")}
    assert {w.pins["python"] for w in drawn(100, pythons=("3.6",))} == {"3.6"}
    assert drawn(1)[0].lock == {"joblib": "1.0"}


def test_a_sample_is_told_by_its_seed() -> None:
    assert drawn(2) == drawn(2)
    assert len({tuple(w.name for w in drawn(2, seed)) for seed in range(8)}) > 1
    assert len(drawn(2)) == 2


def test_what_the_factors_say_is_composed() -> None:
    """numpy 2 lets onnxruntime before 1.19 fail in its import, whatever the model."""
    matrix = unfold(RAW)
    whole = Whole({**PINS[0], "onnxruntime": "1.16.3"}, {})
    assert expected(matrix, whole, ["Ridge", "SVC", "Lasso"]) == {
        "Ridge": (),
        "SVC": ("convert", "RuntimeError"),
        "Lasso": None,
    }
    other = Whole({**PINS[2], "onnxruntime": "1.16.3"}, {})
    assert expected(matrix, other, ["Ridge"]) == {"Ridge": ("import", "ImportError")}


def test_where_the_runtimes_import_is_unknown_no_stage_is_compared() -> None:
    """A model that fails to convert would do so after an import that fails."""
    matrix = unfold({**RAW, "imports": []})
    assert expected(matrix, Whole({**PINS[0], "onnxruntime": "1.16.3"}, {}), ["SVC"]) == {"SVC": None}


def test_what_is_only_inferred_of_a_model_is_not_compared() -> None:
    matrix = unfold(RAW)
    assert expected(matrix, Whole({**PINS[0], "onnxruntime": "1.17.0"}, {}), ["Ridge"]) == {"Ridge": None}


def test_where_no_import_was_measured_nothing_is_known() -> None:
    matrix = unfold({**RAW, "imports": []})
    assert expected(matrix, Whole({**PINS[0], "onnxruntime": "1.16.3"}, {}), ["Ridge"]) == {"Ridge": None}


SVC = named(["SVC"])[:1]


def seen(*outcomes: Any) -> Observation:
    return Observation("3.11.7", "python", "linux", {}, outcomes=outcomes)


def failure(stage: Stage, subject: str, kind: str = "ValueError") -> Failure:
    return Failure(stage, subject, 0.0, kind, "")


NAME = SVC[0].name


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ([], {}),
        ([Passed(Stage.FIT, NAME, 0.0, {}), Passed(Stage.PARITY, NAME, 0.0, {})], {NAME: ()}),
        ([Passed(Stage.FIT, NAME, 0.0, {}), failure(Stage.CHECK, NAME)], {NAME: ()}),
        ([Passed(Stage.FIT, NAME, 0.0, {}), failure(Stage.LOAD, NAME, "Fail")], {NAME: ("load", "Fail")}),
        ([failure(Stage.IMPORT, "onnx", "TypeError")], {NAME: ("import", "TypeError")}),
        ([failure(Stage.IMPORT, "onnxruntime", "ImportError"), failure(Stage.CONVERT, NAME)], {NAME: ("import", "ImportError")}),
        ([failure(Stage.IMPORT, "mlflow", "ImportError"), Passed(Stage.FIT, NAME, 0.0, {})], {NAME: ()}),
        ([failure(Stage.IMPORT, "onnxmltools", "ImportError")], {}),
    ],
)  # fmt: skip
def test_how_a_canary_ended(outcomes: list[Any], expected: dict[str, Any]) -> None:
    assert endings(seen(*outcomes), SVC) == expected


def test_what_is_known_by_both_is_compared() -> None:
    factors = {"same": (), "also": ("run", "Fail"), "other": (), "kind": ("run", "Fail"), "unknown": None, "unseen": ()}
    compared = compare(
        factors,
        {
            "same": (),
            "also": ("run", "Fail"),
            "other": ("load", "X"),
            "kind": ("run", "Crash"),
            "unknown": (),
            "new": (),
        },
    )
    assert (compared.same, compared.unknown, compared.differences) == (2, 2, 2)
    assert compared.lines(Whole({"python": "3.11", "onnx": "1.15"}, {})) == [
        "python==3.11 onnx==1.15: 2 the same, 2 not, 2 unknown by factors",
        "  passed by factors, load (X) in an environment of its own: other",
        "  run (Fail) by factors, run (Crash) in an environment of its own: kind",
    ]


@pytest.mark.parametrize(("kind", "status", "share"), [("RuntimeError", 0, "100.00 %"), ("KeyError", 1, "50.00 %")])
def test_the_share_of_what_is_the_same_is_told(
    kind: str, status: int, share: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    cells = [Whole({**PINS[0], "onnxruntime": "1.16.3"}, {})] * 3
    answers: list[Any] = [
        {"Ridge": (), "SVC": ("convert", kind)},
        Refused("no wheel"),
        {"Ridge": (), "SVC": ("convert", kind)},
    ]
    monkeypatch.setattr(verify, "tried", lambda *given: zip(cells, answers, strict=True))
    monkeypatch.setattr(again, "sample", lambda *given: cells)
    options = type("Options", (), {"python": [], "pythons": [], "jobs": 1, "sample": 3, "seed": 0})
    monkeypatch.setattr(verify, "interpreters", lambda *given: {})
    problems: list[str] = []
    lines = list(verify.measured_again(options, tmp_path, RAW, problems))  # type: ignore[arg-type]
    assert [line for line in lines if "could not be built: no wheel" in line]
    assert lines[-1].endswith(f"outcomes are the same ({share}), in 3 whole cells")
    assert bool(problems) == bool(status)
