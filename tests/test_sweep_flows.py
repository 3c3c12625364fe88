"""Whole flows: what is tried of a library, what a cell lacks, and what is kept of it, with a bench that only plays."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from packaging.version import Version

from checker import knowledge
from checker.model import Canary
from checker.probe.canaries import every
from checker.sweep.bench import Bench, Composed
from checker.sweep.cells import FLOW_CELLS as KINDS
from checker.sweep.cells import cell_id
from checker.sweep.choosing.covering import minors
from checker.sweep.evidence import rows_of
from checker.sweep.factors import flows
from checker.sweep.factors.flows import (
    BETWEEN,
    CROSSED,
    FIRST,
    FLOWS,
    MANNERS,
    Flow,
    FlowCell,
    first_failures,
    lacks,
    name_of,
    tasks,
)
from checker.sweep.fold import Fold
from checker.sweep.linting import Lint
from checker.world.sandbox import Refused

from .test_sweep_evidence import FAILURE

KNOWN = knowledge.load()
BENCH = Bench(Path("evidence"), Path("store"), {p: Path("python") for p in ("3.8", "3.10", "3.12")})
XGBOOST = next(flow for flow in FLOWS if flow.library == "xgboost")
ROWS = XGBOOST.canaries()[:3]
A, B, C = (row.name for row in ROWS)


# --- what is tried -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("flow", FLOWS, ids=lambda f: f.library)
def test_a_flow_tries_what_needs_its_library(flow: Flow) -> None:
    assert flow.canaries()
    for canary in flow.canaries():
        assert canary.logging if flow.library == "mlflow" else f"{flow.library}." in canary.make
    assert flow.kind in KINDS
    assert {flow.library, *flow.walked} <= {*flow.axes, *flow.beside}
    assert flow.modules[: len(FIRST)] == FIRST
    assert flow.library in flow.modules


def test_no_canary_is_tried_in_two_flows_and_none_is_forgotten() -> None:
    tried = [canary.name for flow in FLOWS for canary in flow.canaries()]
    assert len({*tried}) == len(tried)
    boosted = ("xgboost.", "lightgbm.", "catboost.")
    assert {*tried} == {c.name for c in every() if c.logging or any(b in c.make for b in boosted)}


# --- what is measured ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_every_minor_is_walked_in_every_manner_newest_first(kind: str) -> None:
    cells = tasks(kind)(KNOWN, BENCH)
    assert [*dict.fromkeys(cell.manner for cell in cells)] == [*MANNERS, CROSSED]
    mine = [flow for flow in FLOWS if flow.kind == kind]
    assert {cell.library for cell in cells} == {flow.library for flow in mine}
    for flow in mine:
        for package, first in flow.walked.items():
            known = [r.version for r in KNOWN.releases(package) if r.parsed >= Version(first) and not r.yanked]
            for manner in MANNERS:
                found = [
                    c.release for c in cells if (c.library, c.package, c.manner) == (flow.library, package, manner)
                ]
                assert found == minors(known)[::-1]


@pytest.mark.parametrize("kind", KINDS)
def test_interpreters_take_turns_and_can_have_the_release(kind: str) -> None:
    cells = tasks(kind)(KNOWN, BENCH)
    for cell in cells:
        told = [KNOWN.release(*pin) for pin in cell.pinned.items()]
        assert {*cell.pythons} == {p for p in BENCH.pythons if all(r and r.supports(p) is not False for r in told)}
    assert {cell.pythons[0] for cell in cells if cell.pythons} == {*BENCH.pythons}


@pytest.mark.parametrize("kind", KINDS)
def test_releases_of_about_the_same_time_are_crossed_the_closest_first(kind: str) -> None:
    crossed = [cell for cell in tasks(kind)(KNOWN, BENCH) if cell.manner == CROSSED]
    assert len({(cell.library, cell.release, cell.other) for cell in crossed}) == len(crossed)
    for flow in [flow for flow in FLOWS if flow.kind == kind]:
        mine = [cell for cell in crossed if cell.library == flow.library]
        apart = [days(cell) for cell in mine]
        assert apart == sorted(apart)
        assert apart[-1] <= BETWEEN
        assert {cell.other[0] for cell in mine if cell.other} == {*flow.crossed}


def days(cell: FlowCell) -> int:
    first, last = sorted(date.fromisoformat(KNOWN.release(*pin).uploaded) for pin in cell.pinned.items())  # type: ignore[union-attr]
    return (last - first).days


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ([], ROWS),
        ([{"built": "composed", "tried": rows_of(ROWS)}], []),
        ([{"built": "composed", "tried": rows_of(ROWS[:1])}], ROWS[1:]),
        ([{"built": "composed", "tried": rows_of(ROWS[:1])}, {"built": "composed", "tried": rows_of(ROWS[1:])}], []),
        ([{"built": "composed", "tried": [[name, "as it was"] for name, _ in rows_of(ROWS)]}], ROWS),
        ([{"built": "refused", "tried": []}], []),
    ],
)
def test_a_cell_lacks_what_no_line_of_it_tells(known: Any, expected: list[Canary]) -> None:
    assert [c for c in lacks(XGBOOST, known, "1.5.2") if c in ROWS] == expected


def test_a_cell_lacks_nothing_that_its_scikit_learn_does_not_know(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Flow, "canaries", lambda _: [ROWS[0], replace(ROWS[1], since="1.6")])
    assert [len(lacks(XGBOOST, [], release)) for release in ("1.5.2", "1.6.0")] == [1, 2]


def test_a_cell_and_what_is_added_to_it_have_names_of_their_own() -> None:
    pins = {"python": "3.10", "xgboost": "2.0.3"}
    rows = [rows_of(ROWS[:n]) for n in (0, 1, 2)]
    assert len({name_of("boosters", pins, told) for told in rows}) == 3
    assert name_of("boosters", pins, ()) == cell_id("booster", pins)
    assert name_of("boosters", pins, rows[1]) == name_of("boosters", dict(reversed(pins.items())), rows[1])
    assert name_of("boosters", pins, ()) != name_of("registries", pins, ())


# --- what fails ----------------------------------------------------------------------------------------------------


def frame(subject: str, stage: str) -> dict[str, Any]:
    return {**FAILURE, "subject": subject, "stage": stage}


@pytest.mark.parametrize(
    ("frames", "expected"),
    [
        ([], {}),
        ([frame(A, "convert"), frame(A, "load"), frame(B, "fit")], {A: "convert", B: "fit"}),
        ([frame(A, "check")], {}),  # only the ONNX checker complains
        ([frame("onnxmltools", "import")], {A: "onnxmltools", B: "onnxmltools"}),
        ([frame("xgboost", "import"), frame("onnxmltools", "import")], {A: "onnxmltools", B: "onnxmltools"}),
        ([frame("mlflow", "import"), frame("pandas", "import")], {}),  # which these do not need
        ([frame(A, "convert"), frame("onnx", "import")], {A: "onnx", B: "onnx"}),
    ],
)
def test_what_failed_first_is_told(frames: list[dict[str, Any]], expected: dict[str, str]) -> None:
    cell = flows.Measured({}, failures=frames)
    told = first_failures(XGBOOST, cell, ROWS[:2])
    found = {name: f["subject"] if f["stage"] == "import" else f["stage"] for name, f in told.items()}
    assert found == expected


# --- a cell, from the task to the fold -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Played(Bench):
    """A bench on which nothing runs: what it was asked, and the frames that it answers."""

    asked: list[list[str]] = field(default_factory=list)
    frames: list[dict[str, Any]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def compose(self, *_: Any, **__: Any) -> Any:
        return Refused(self.refused[0]) if self.refused else Composed({"joblib": "1.4"}, "", ())

    def answers(self, label: str, kind: str, plan: Any) -> Iterator[dict[str, Any]]:
        self.asked.append([canary["name"] for canary in plan["canaries"]])
        yield from self.frames
        yield from ({"frame": "tried", "subject": name} for name in self.asked[-1])


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Played:
    if os.name != "posix":
        pytest.skip("files are locked as POSIX does it")

    def chosen(_: Path, pins: dict[str, str], names: Sequence[str], __: str, ___: str, also: Sequence[str]) -> Any:
        return {**dict.fromkeys((*names, *also), "1.5.2"), **pins}

    monkeypatch.setattr(flows, "choose", chosen)
    monkeypatch.setattr(Flow, "canaries", lambda _: ROWS[:2])
    return Played(tmp_path / "evidence", tmp_path / "store", {"3.10": Path("python")})


def lines(bench: Bench) -> list[dict[str, Any]]:
    return bench.evidence.lines("boosters")


def outcomes(bench: Bench, rows: Sequence[Canary]) -> dict[str, list[str]]:
    """canary -> how it went in each cell, by the stage at which it failed."""
    folded = Fold(bench.evidence, [], rows_of(rows)).folded()
    stages = [told and told[0] for told in folded["signatures"]]
    assert len(folded["flows"]) <= 1
    told = folded["flows"][0]["outcomes"] if folded["flows"] else {}
    return {
        name: ["untried" if n == "-1" else stages[int(n)] or "works" for n in row.split(",")]
        for name, row in told.items()
    }


TASK = FlowCell("xgboost", "xgboost", "2.0.3", "highest", ("3.10",))


def test_a_cell_is_measured_once_and_learns_of_canaries_that_come_later(
    bench: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.frames.append({**frame(A, "convert"), "frame": "failure"})
    assert len([*TASK.measure(bench)]) == 1
    assert [*TASK.measure(bench)] == []
    monkeypatch.setattr(Flow, "canaries", lambda _: ROWS)
    assert len([*TASK.measure(bench)]) == 1
    assert [*TASK.measure(bench)] == []
    assert bench.asked == [[A, B], [C]]
    first, second = lines(bench)
    assert first["pins"] == second["pins"]
    assert first["pins"]["xgboost"] == "2.0.3"
    assert outcomes(bench, ROWS) == {A: ["convert"], B: ["works"], C: ["works"]}
    assert Lint(bench.evidence_folder).problems() == []


def test_a_row_that_has_changed_is_measured_again(bench: Played, monkeypatch: pytest.MonkeyPatch) -> None:
    assert len([*TASK.measure(bench)]) == 1
    changed = replace(ROWS[0], target="three" if ROWS[0].target != "three" else "binary")
    assert outcomes(bench, [changed, ROWS[1]]) == {B: ["works"]}
    monkeypatch.setattr(Flow, "canaries", lambda _: [changed, ROWS[1]])
    bench.frames.append({**frame(A, "fit"), "frame": "failure"})
    assert len([*TASK.measure(bench)]) == 1
    assert bench.asked == [[A, B], [A]]
    assert outcomes(bench, [changed, ROWS[1]]) == {A: ["fit"], B: ["works"]}


def test_cells_stand_beside_each_other(bench: Played) -> None:
    assert [*TASK.measure(bench)]
    bench.frames.append({**frame("onnx", "import"), "frame": "failure"})
    assert [*replace(TASK, release="2.1.0").measure(bench)]
    assert outcomes(bench, ROWS) == {A: ["works", "import"], B: ["works", "import"]}


def test_what_cannot_be_built_is_noted_and_asked_no_more(bench: Played) -> None:
    bench.refused.append("no wheel")
    (cell,) = TASK.measure(bench)
    assert cell.refused == "no wheel"
    bench.refused.clear()
    assert [*TASK.measure(bench)] == []
    assert bench.asked == []
    assert outcomes(bench, ROWS) == {}
    assert [*replace(TASK, release="2.1.0").measure(bench)]
    assert outcomes(bench, ROWS) == {A: ["works"], B: ["works"]}
    assert Lint(bench.evidence_folder).problems() == []


def test_the_first_interpreter_that_can_have_everything_is_taken(
    bench: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = flows.choose

    def choosy(python: Path, *asked: Any) -> Any:
        return Refused("no wheel") if python.name == "old" else chosen(python, *asked)

    monkeypatch.setattr(flows, "choose", choosy)
    several = replace(bench, pythons={"3.8": Path("old"), "3.10": Path("python"), "3.12": Path("python")})
    assert [*replace(TASK, pythons=("3.8",)).measure(several)] == []
    assert [*replace(TASK, pythons=("3.8", "3.12", "3.10")).measure(several)]
    assert [line["pins"]["python"] for line in lines(bench)] == ["3.12"]


def test_one_release_is_exchanged_in_the_measured_cell_that_is_closest(bench: Played) -> None:
    for release in ("1.7.6", "3.0.5"):
        assert [*replace(TASK, release=release).measure(bench)]
    crossed = replace(TASK, manner=CROSSED, other=("onnxmltools", "1.5.2"))
    assert len([*crossed.measure(bench)]) == 1
    assert [*crossed.measure(bench)] == []
    assert {**lines(bench)[-1]["pins"], "xgboost": "1.7.6"} == lines(bench)[0]["pins"]
    assert lines(bench)[-1]["pins"]["xgboost"] == "2.0.3"


def test_nothing_is_exchanged_where_nothing_was_measured(bench: Played) -> None:
    assert [*replace(TASK, manner=CROSSED, other=("onnxmltools", "1.12.0")).measure(bench)] == []


def test_a_crossed_cell_is_admitted_by_both_releases() -> None:
    cell = replace(TASK, manner=CROSSED, other=("onnxmltools", "1.12.0"))
    assert cell.limited(lambda *_: True) is cell
    for refused in ("xgboost", "onnxmltools"):
        assert cell.limited(lambda name, _, refused=refused: name != refused) is None  # type: ignore[misc]
