"""Remedies that are planned from what was measured: what fails is not tried, what works comes first."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from checker.commands.parsing import parse
from checker.matrix.expected import pins_of
from checker.matrix.matching import find_akin
from checker.matrix.measured.values import Measured, unfold
from checker.matrix.otherwise import find_otherwise
from checker.model import Basis, Canary, Case, Finding, Observation, Plan, Severity, Stage, Step
from checker.remedy.known.forecast import STEPS, UNKNOWN, Forecast, make_forecast, pins_of_lock
from checker.remedy.known.freed import Freed
from checker.remedy.known.neighbours import _chosen, plan_moves
from checker.remedy.prove.acceptance import TrialResult, make_criteria
from checker.remedy.search.search import LAST_RESORTS, SearchResult, search
from checker.rules import diagnose
from checker.rules.installation.wanted import look_at_wishes

from .cases import failed, knowledge, script, seen, sound, works
from .matrices import SIGNATURES
from .remedies import PINS, Releases, moves

MODEL = Canary("Ridge", "sklearn.linear_model.Ridge()", (), ())
#: (python, scikit-learn, skl2onnx) of the cells, and releases of onnxruntime
CELLS = [("3.11", f"1.{library}.2", f"1.{converter}.0") for library in range(1, 8) for converter in range(13, 21)]
RUNTIMES = ("1.17.3", "1.18.1", "1.19.2", "1.20.1")
INDEX = {
    "scikit-learn": " ".join(f"1.{minor}.2" for minor in range(1, 8)),
    "skl2onnx": " ".join(f"1.{minor}.0" for minor in range(13, 21)),
    "onnx": "1.14.1 1.15.0 1.16.2 1.17.0 1.18.0",
    "onnxruntime": " ".join(RUNTIMES),
}
WISH = {"onnxruntime": "onnxruntime<=1.18"}
#: (scikit-learn, skl2onnx, onnxruntime) as numbers -> the signature with which it fails there, 0 for none
Truth = Callable[[int, int, int], int]


def converter_too_old(library: int, converter: int, runtime: int) -> int:
    return 4 if library >= 4 and converter < 19 else 0


def both_needed(library: int, converter: int, runtime: int) -> int:
    return 4 if converter < 19 else 5 if runtime < 20 else 0


def measured(truth: Truth) -> Measured:
    def profile(library: int, converter: int) -> Any:
        told = [truth(library, converter, int(v.split(".")[1])) for v in RUNTIMES]
        return 4 if 4 in told else ",".join(map(str, told))

    found = [profile(int(cell[1].split(".")[1]), int(cell[2].split(".")[1])) for cell in CELLS]
    profiles = [None, *dict.fromkeys(found)]
    return unfold(
        {
            "schema_version": 2,
            "date": "2026-11-28",
            "canaries": ["Ridge"],
            "axes": ["python", "scikit-learn", "skl2onnx"],
            "cells": [list(cell) for cell in CELLS],
            "ids": [f"c{n}" for n in range(len(CELLS))],
            "dates": ["2026-11-28"] * len(CELLS),
            "declared": [""] * len(CELLS),
            "runtimes": list(RUNTIMES),
            "signatures": SIGNATURES,
            "profiles": profiles,
            "outcomes": [",".join(str(profiles.index(one)) for one in found)],
            "imports": [[{"onnxruntime": v}, 0] for v in RUNTIMES],
            "flows": [],
        }
    )


def looked(pins: dict[str, str], truth: Truth) -> Observation:
    """What is really seen under these versions."""
    library, converter, runtime = (int(pins[n].split(".")[1]) for n in ("scikit-learn", "skl2onnx", "onnxruntime"))
    number = truth(library, converter, runtime)
    told = SIGNATURES[number]
    passed = works(Stage.IMPORT, "sklearn", "onnx", "skl2onnx", "onnxruntime")
    stage = Stage(told[0]) if told else Stage.TARGET
    steps = [works(step, "Ridge")[0] for step in STEPS if step.order < stage.order]
    outcomes = [*steps, failed(stage, "Ridge", told[1], told[3])] if told else steps
    stack = [replace(d, version=pins.get(d.name, d.version)) for d in sound()]
    return seen(*passed, *outcomes, stack=tuple(stack))


def forecast_of(truth: Truth, real: Truth | None = None, keep: Measured | None = None) -> Forecast:
    """What was measured under one truth, for an environment of another."""
    case = Case(looked(PINS, real or truth), None, knowledge())
    findings = diagnose(case)
    blockers = [f for f in findings if f.severity is Severity.BLOCKER]
    criteria = make_criteria(case, findings, blockers)
    return make_forecast(keep or measured(truth), case, criteria, [MODEL], [MODEL])


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as made:
        yield made


def searched(forecast: Forecast, real: Truth, pool: ThreadPoolExecutor) -> tuple[SearchResult, list[str]]:
    """What was found, and what was tried in which order."""
    tried: list[str] = []

    def try_plan(plan: Plan, criteria: Any) -> TrialResult:
        tried.append(moves(plan))
        observation = looked(dict(line.split("==") for line in plan.lock), real)
        return TrialResult(diagnose(replace(forecast.case, subject=observation)), observation)

    kept = frozenset[str]()
    found = search(
        Releases(INDEX),
        try_plan,
        pool,
        forecast.criteria,
        observation=forecast.case.subject,
        keep=kept,
        progress=lambda stage, subject: None,
        budget=8,
        at_once=1,
        look_at=forecast.look_at,
        planned=plan_moves(forecast, forecast.criteria.targets, kept),
    )
    return found, tried


def plan(**versions: str) -> Plan:
    wishes = [f"{name.replace('_', '-')}=={version}" for name, version in versions.items()]
    found = Releases(INDEX).solve(wishes, True)
    assert isinstance(found, Plan)
    return found


def test_what_is_known_of_a_plan() -> None:
    forecast = forecast_of(converter_too_old)
    good, bad = forecast.look_at(plan(skl2onnx="1.19.0")), forecast.look_at(plan(skl2onnx="1.16.0"))
    assert (good.works, good.basis, good.result) == (True, Basis.MEASURED, None)
    assert not bad.works
    assert bad.result
    assert bad.why.startswith("Ridge fails at convert: RuntimeError: an attribute is not there (")
    assert "measured on 2026-11-28 with python 3.11, scikit-learn 1.5.2, skl2onnx 1.16.0" in bad.why
    assert forecast_of(converter_too_old, keep=Measured()).look_at(plan(skl2onnx="1.16.0")) == type(bad)()


def test_the_nearest_good_neighbour_is_tried_first(pool: ThreadPoolExecutor) -> None:
    """Without measurements 1.18 is tried before 1.19."""
    found, tried = searched(forecast_of(converter_too_old), converter_too_old, pool)
    assert tried == ["skl2onnx==1.19.0"]
    assert [moves(candidate.plan) for candidate, _ in found.proven] == tried
    _, without = searched(forecast_of(converter_too_old, keep=Measured()), converter_too_old, pool)
    assert len(without) > 1


def test_a_neighbour_of_two_packages_where_one_is_not_enough(pool: ThreadPoolExecutor) -> None:
    found, tried = searched(forecast_of(both_needed), both_needed, pool)
    assert tried[0] == "onnxruntime==1.20.1 skl2onnx==1.19.0"
    assert moves(found.proven[0][0].plan) == tried[0]


def test_what_is_known_to_fail_costs_no_try(pool: ThreadPoolExecutor) -> None:
    """No release helps, and that is known: nothing is tried, and the measurement is named."""

    def never(library: int, converter: int, runtime: int) -> int:
        return 4

    found, tried = searched(forecast_of(never), never, pool)
    assert tried == []
    assert found.proven == []
    assert len(found.refuted) > 3
    assert not any(refuted.tried for refuted in found.refuted)
    assert all("measured on 2026-11-28 with" in refuted.why for refuted in found.refuted)


def test_measurements_never_prove(pool: ThreadPoolExecutor) -> None:
    """The neighbour fails here: it is refuted like any other, and the search goes on."""

    def here(library: int, converter: int, runtime: int) -> int:
        return 4 if library >= 3 else 0

    found, tried = searched(forecast_of(converter_too_old, here), here, pool)
    assert tried[0] == "skl2onnx==1.19.0"
    assert [r.tried for r in found.refuted if moves(r.plan) == "skl2onnx==1.19.0"] == [True]
    assert moves(found.proven[0][0].plan) == "scikit-learn==1.2.2"


def test_measurements_that_do_not_know_the_trouble_promise_nothing(pool: ThreadPoolExecutor) -> None:
    """They say that it works as it is: nothing is planned from them, and nothing is tried in another order."""

    def fine(library: int, converter: int, runtime: int) -> int:
        return 0

    forecast = forecast_of(fine, converter_too_old)
    assert not forecast.hopeful
    _, tried = searched(forecast, converter_too_old, pool)
    _, without = searched(forecast_of(fine, converter_too_old, Measured()), converter_too_old, pool)
    assert tried == without


def test_what_works_here_is_not_said_to_break() -> None:
    """Measured to fail, and seen to work: no plan is refuted for it."""

    def never(library: int, converter: int, runtime: int) -> int:
        return 4

    def fine(library: int, converter: int, runtime: int) -> int:
        return 0

    assert forecast_of(never, fine).look_at(plan(skl2onnx="1.16.0")).result is None


def test_what_is_kept_is_not_planned_to_move() -> None:
    forecast = forecast_of(both_needed)
    assert plan_moves(forecast, forecast.criteria.targets, frozenset(["onnxruntime"])) == ()
    stranger = Finding(Severity.BLOCKER, Stage.IMPORT, Basis.SEEN, "pandas", "", ("pandas",), explains=(Step(Stage.IMPORT, "pandas"),))  # fmt: skip
    assert plan_moves(forecast, [stranger], frozenset()) == ()


def test_pins_of_a_lock() -> None:
    lock = ("numpy==1.26.4", "onnxruntime==1.19.2+cpu", "Flask==3.0")
    assert pins_of_lock(lock, "3.11") == {"python": "3.11", "numpy": "1.26.4", "onnxruntime": "1.19.2"}


def test_what_is_only_inferred_to_fail_is_the_last_resort(pool: ThreadPoolExecutor) -> None:
    """It says that nothing helps, of a model that is only alike: what it is wrong about is found in the end."""

    def never(library: int, converter: int, runtime: int) -> int:
        return 4

    alike = forecast_of(never, converter_too_old)
    forecast = replace(alike, models={n: (c, replace(m, same=False)) for n, (c, m) in alike.models.items()})
    found, tried = searched(forecast, converter_too_old, pool)
    assert 1 <= len(tried) <= LAST_RESORTS
    assert found.proven
    assert moves(found.proven[0][0].plan) not in {moves(refuted.plan) for refuted in found.refuted}


def test_another_failure_than_the_measured_one_is_not_explained_by_it() -> None:
    """It was measured to fail as it is, in another way: nothing is said of what helps, or does not."""
    forecast = forecast_of(converter_too_old)
    other = replace(forecast.case.subject, outcomes=(failed(Stage.CONVERT, "Ridge", "KeyError", "coef_"),))
    strange = replace(forecast, case=replace(forecast.case, subject=other))
    assert not strange.hopeful
    assert strange.look_at(plan(skl2onnx="1.16.0")) == UNKNOWN


# --- seen otherwise than measured --------------------------------------------------------------------------


def fine(library: int, converter: int, runtime: int) -> int:
    return 0


@pytest.mark.parametrize(
    ("truth", "real", "was"),
    [
        (converter_too_old, fine, "fails at convert"),
        (fine, converter_too_old, "works"),
        (fine, fine, ""),
        (converter_too_old, converter_too_old, ""),
    ],
)
def test_what_is_seen_otherwise_than_measured_is_told_with_what_records_it(truth: Truth, real: Truth, was: str) -> None:
    told = [*find_otherwise(measured(truth), looked(PINS, real), [MODEL], [MODEL])]
    assert [(one.model, one.was) for one in told] == [("Ridge", was)] * bool(was)
    for one in told:
        assert "measured on 2026-11-28 with python 3.11, scikit-learn 1.5.2, skl2onnx 1.17.0" in one.measured
        asked = parse(shlex.split(one.command.removeprefix("checker ")))
        assert asked.kinds == ["conversions", "runtimes"]
        assert asked.requires == ["scikit-learn==1.5.2", "skl2onnx==1.17.0", "onnxruntime==1.19.2"]


def test_only_the_very_versions_contradict() -> None:
    """What only follows from measured neighbours is no measurement, and nor is a model that was not tried."""
    near = looked({**PINS, "onnxruntime": "1.19.0"}, converter_too_old)
    assert [*find_otherwise(measured(fine), near, [MODEL], [MODEL])] == []
    far = looked({**PINS, "scikit-learn": "1.5.1"}, fine)
    assert [*find_otherwise(measured(converter_too_old), far, [MODEL], [MODEL])] == []
    unseen = replace(looked(PINS, fine), outcomes=())
    assert [*find_otherwise(measured(converter_too_old), unseen, [MODEL], [MODEL])] == []
    assert [*find_otherwise(Measured(), looked(PINS, fine), [MODEL], [MODEL])] == []
    untyped = replace(MODEL, typed=False)
    assert [*find_otherwise(measured(fine), looked(PINS, converter_too_old), [untyped], [MODEL])] == []


# --- wishes --------------------------------------------------------------------------------------------------


def test_a_wish_is_planned_from_what_was_measured_where_nothing_blocks() -> None:
    forecast = forecast_of(both_needed, fine, measured(fine))
    wished = replace(forecast.case.subject, outcomes=(*look_at_wishes(forecast.case.subject, WISH),))
    targets = [f for f in diagnose(replace(forecast.case, subject=wished)) if f.rule == "other-release-wanted"]
    assert next(move.wishes for move in plan_moves(forecast, targets, (), WISH)) == ("onnxruntime==1.17.3",)
    assert plan_moves(forecast, targets, ("onnxruntime",), WISH) == ()


def test_the_best_measured_set_where_no_neighbour_meets_a_wish() -> None:
    forecast = forecast_of(fine)
    found = [*_chosen(forecast, ["scikit-learn", "skl2onnx", "onnxruntime"], WISH)]
    assert [(one.moved["onnxruntime"], one.basis) for one in found] == [("1.17.3", Basis.MEASURED)]
    kept = [*_chosen(forecast, ["onnxruntime"], WISH)]
    assert [dict(one.moved) for one in kept] == [{"onnxruntime": "1.17.3"}]


# --- one package alone ---------------------------------------------------------------------------------------


def test_a_release_with_which_the_failure_never_came() -> None:
    """The converter of 1.19 is the first with which it never does, whatever the library is."""
    matrix, here = measured(converter_too_old), pins_of(looked(PINS, converter_too_old))
    freed, seen_here = Freed(matrix, here), failed(Stage.CONVERT, "Ridge", "RuntimeError", "an attribute is not there")
    assert freed.find(["Ridge"], seen_here, {**here, "skl2onnx": "1.19.0"}) == "skl2onnx 1.19.0"
    assert freed.find(["Ridge"], seen_here, {**here, "skl2onnx": "1.18.0"}) == ""
    assert freed.find(["Ridge"], seen_here, {**here, "scikit-learn": "1.3.2"}) == "scikit-learn 1.3.2"
    assert freed.find(["Ridge"], seen_here, here) == ""


def test_a_failure_that_nobody_measured_is_not_freed_by_anything() -> None:
    here = pins_of(looked(PINS, converter_too_old))
    freed = Freed(measured(converter_too_old), here)
    for other in (failed(Stage.CONVERT, "Ridge", "KeyError", "x"), failed(Stage.LOAD, "Ridge", "RuntimeError", "x")):
        assert freed.find(["Ridge"], other, {**here, "skl2onnx": "1.19.0"}) == ""
    unknown = failed(Stage.CONVERT, "Ridge", "RuntimeError", "x")
    assert freed.find(["SVC"], unknown, {**here, "skl2onnx": "1.19.0"}) == ""
    assert freed.find(["Ridge"], unknown, {**here, "skl2onnx": "1.19.5"}) == ""


def test_the_same_estimator_with_other_parameters_is_a_hint(pool: ThreadPoolExecutor) -> None:
    """Nothing measured speaks for the model: what mends its like is tried first, and nothing is refuted."""
    other = replace(MODEL, where="train.py:9", make="sklearn.linear_model.Ridge(positive=True)")
    case = Case(looked(PINS, converter_too_old), None, knowledge())
    findings = diagnose(case)
    criteria = make_criteria(case, findings, [f for f in findings if f.severity is Severity.BLOCKER])
    forecast = make_forecast(measured(converter_too_old), case, criteria, [other], [MODEL])
    assert not forecast.models["Ridge"][1].rows
    assert forecast.akin == {"Ridge": ("Ridge",)}
    assert forecast.look_at(plan(skl2onnx="1.19.0")).works
    assert forecast.look_at(plan(skl2onnx="1.16.0")) == UNKNOWN
    _, tried = searched(forecast, converter_too_old, pool)
    assert tried == ["skl2onnx==1.19.0"]
    assert find_akin(replace(other, make="sklearn.linear_model.Lasso()"), [MODEL]) == ()


def test_with_a_script_only_its_own_models_have_to_work() -> None:
    """What is tried beside them may be unknown; of a script without models, only the imports count."""
    beside = Canary("SVC", "sklearn.svm.SVC()", (), ())
    case = Case(looked(PINS, converter_too_old), script(replace(MODEL, where="train.py:9")), knowledge())
    findings = diagnose(case)
    criteria = make_criteria(case, findings, [f for f in findings if f.severity is Severity.BLOCKER])
    forecast = make_forecast(measured(converter_too_old), case, criteria, [MODEL, beside], [MODEL, beside])
    assert {*forecast.models} == {"Ridge"}
    assert forecast.look_at(plan(skl2onnx="1.19.0")).works
    none = replace(case, script=script())
    assert not make_forecast(measured(fine), none, criteria, [MODEL, beside], [MODEL, beside]).models
