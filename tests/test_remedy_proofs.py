"""Whether a try is a proof: tables of what was seen before and after."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from checker.model import Case, Failure, Finding, Passed, Plan, Proven, Rehearsed, Stage, Step, Unproven
from checker.remedy import plan_and_prove
from checker.remedy.prove.acceptance import (
    AcceptanceCriteria,
    TrialResult,
    explain_rejection,
    find_blockers,
    find_broken,
    find_relevant,
    gets_further,
    make_criteria,
)
from checker.remedy.solve.resolution_input import ResolutionInput

from .cases import MODEL, WARNING, canary, failed, knowledge, script, seen, works
from .remedies import blocker, gone

CONVERTS = failed(Stage.CONVERT, MODEL, "ValueError", "cannot convert\nand so on")
EDGE = failed(Stage.PARITY, MODEL, "EdgeDisagreement", "one row of 64")
WRONG = failed(Stage.PARITY, MODEL, "Disagreement", "57 rows of 64")
OTHER = failed(Stage.CONVERT, "Ridge", "ValueError", "cannot convert")
FIT, CONVERTED, AGREES = (works(stage, MODEL)[0] for stage in (Stage.FIT, Stage.CONVERT, Stage.PARITY))
IMPORTS = works(Stage.IMPORT, "numpy", "onnx")
TARGET = replace(
    blocker(MODEL, "skl2onnx", message="skl2onnx converts no Ridge"),
    stage=Stage.CONVERT,
    explains=(Step(Stage.CONVERT, MODEL), Step(Stage.CONVERT, "Ridge")),
)
KNOWN = blocker("mlflow", "mlflow", rule="missing-module")
#: the line at which a rehearsed script was left
LEFT = failed(Stage.RUN, "train.py:7", "InvalidArgument", "Got invalid dimensions", facts={"left": True})
Outcomes = tuple[Passed | Failure, ...]


def aim(before: Outcomes, *others: Finding, scripted: bool = True) -> AcceptanceCriteria:
    """The goal of mending TARGET where those steps were seen."""
    asks = script(canary()) if scripted else None
    return make_criteria(Case(seen(*before), asks, knowledge()), [TARGET, *others], [TARGET])


BEFORE: Outcomes = (*IMPORTS, FIT, CONVERTS, OTHER)


@pytest.mark.parametrize(
    ("before", "scripted", "must_pass", "sound", "asked"),
    [
        (BEFORE, True, {Step(Stage.CONVERT, MODEL)}, {"numpy", "onnx"}, {"numpy", "onnx"}),
        (
            BEFORE,
            False,
            {Step(Stage.CONVERT, MODEL), Step(Stage.CONVERT, "Ridge")},
            {"numpy", "onnx"},
            {"numpy", "onnx"},
        ),
        # what passed everything is sound, and asked for where the script wants it
        ((*works(Stage.RUN, "Lasso"), CONVERTS), True, {Step(Stage.CONVERT, MODEL)}, {"Lasso"}, set()),
        ((FIT, AGREES, OTHER), True, set(), {MODEL}, {MODEL}),
        ((FIT, AGREES, OTHER), False, {Step(Stage.CONVERT, "Ridge")}, {MODEL}, set()),
        # an edge is no failure: neither is it mended, nor does it spoil what passed
        ((FIT, CONVERTED, EDGE), True, set(), {MODEL}, {MODEL}),
    ],
)
def test_the_goal(before: Outcomes, scripted: bool, must_pass: set[str], sound: set[str], asked: set[str]) -> None:
    found = aim(before, scripted=scripted)
    assert (found.must_pass, found.sound, found.asked) == (must_pass, sound, asked)


def test_an_import_must_pass_although_it_is_no_model() -> None:
    target = blocker("skl2onnx")
    found = make_criteria(Case(seen(gone("skl2onnx")), script(canary()), knowledge()), [target], [target])
    assert found.must_pass == {Step(Stage.IMPORT, "skl2onnx")}


def test_what_blocks_beside_the_goal_is_known() -> None:
    out_of_scope, warning = blocker("pandas", out_of_scope=True), replace(blocker("scipy"), severity=WARNING)
    assert aim(BEFORE, KNOWN, out_of_scope, warning).known == {("missing-module", "mlflow")}
    assert find_blockers([TARGET, KNOWN, out_of_scope, warning]) == [TARGET, KNOWN]


HEALED: Outcomes = (*IMPORTS, FIT, CONVERTED, AGREES)


@pytest.mark.parametrize(
    ("findings", "after", "why"),
    [
        ([], HEALED, ""),
        ([], (*HEALED, EDGE), ""),
        # what was to be mended
        ([TARGET], (*IMPORTS, FIT, CONVERTS), "skl2onnx converts no Ridge"),
        ([], (*IMPORTS, FIT, CONVERTS), f"{MODEL} fails at convert: ValueError: cannot convert"),
        ([], IMPORTS, f"{MODEL} was not reached at convert."),
        # what blocked before may go on, what is new may not
        ([KNOWN], HEALED, ""),
        ([blocker("mlflow", rule="another", message="mlflow is torn")], HEALED, "mlflow is torn"),
        ([replace(KNOWN, subject="pandas", message="pandas is gone")], HEALED, "pandas is gone"),
        ([blocker("mlflow", rule="another", out_of_scope=True)], HEALED, ""),
        # what broke, and what is lost
        (
            [],
            (*works(Stage.IMPORT, "numpy"), gone("onnx"), FIT, CONVERTED),
            "It breaks what worked: onnx fails at import: ImportError: cannot import onnx",
        ),
        ([], (*works(Stage.IMPORT, "numpy"), FIT, CONVERTED), "It takes away what worked: onnx."),
        ([], (*HEALED, OTHER), ""),
        ([], (*IMPORTS, FIT, CONVERTED, failed(Stage.IMPORT, "numpy", "EdgeDisagreement", "odd")), ""),
    ],
)
def test_the_verdict(findings: list[Finding], after: Outcomes, why: str) -> None:
    assert explain_rejection(aim(BEFORE, KNOWN), TrialResult(tuple(findings), seen(*after))) == why


def test_a_model_that_is_not_asked_for_may_be_missing_but_not_broken() -> None:
    wanted = aim((*BEFORE, *works(Stage.RUN, "Lasso")))
    assert explain_rejection(wanted, TrialResult((), seen(*HEALED))) == ""
    broken = failed(Stage.RUN, "Lasso", "Crash", "")
    assert (
        explain_rejection(wanted, TrialResult((), seen(*HEALED, broken)))
        == "It breaks what worked: Lasso fails at run: Crash"
    )


def test_an_edge_after_a_disagreement_is_enough() -> None:
    target = replace(TARGET, explains=(Step(Stage.PARITY, MODEL),))
    wanted = make_criteria(Case(seen(FIT, CONVERTED, WRONG), script(canary()), knowledge()), [target], [target])
    assert explain_rejection(wanted, TrialResult((), seen(FIT, CONVERTED, EDGE))) == ""
    assert explain_rejection(wanted, TrialResult((), seen(FIT, CONVERTED, WRONG))).startswith(
        f"{MODEL} fails at parity: Disagreement"
    )


def test_what_mends_and_breaks_what_is_not_asked_for_is_gone_on_from() -> None:
    broken = failed(Stage.LOAD, "Lasso", "Fail", "an opset too new")
    told = replace(blocker("onnxruntime", out_of_scope=True), explains=(broken.step,))
    before: Outcomes = (*BEFORE, *works(Stage.LOAD, "Lasso"))
    after = TrialResult((told,), seen(*HEALED, broken))
    wanted = aim(before)
    assert explain_rejection(wanted, after).startswith("It breaks what worked: Lasso")
    assert gets_further(wanted, [TARGET], ["skl2onnx"], after)
    assert find_broken(wanted, after.findings) == [told]
    asked = replace(wanted, asked=frozenset({"Lasso"}))  # the script uses it: that is no way
    assert not gets_further(asked, [TARGET], ["skl2onnx"], after)
    unreached = TrialResult((told,), seen(*IMPORTS, broken))
    assert not gets_further(wanted, [TARGET], ["skl2onnx"], unreached)


@pytest.mark.parametrize(
    ("frame", "kind", "subject", "ends"),
    [
        ("failure", "ValueError", MODEL, True),
        ("failure", "ImportError", "numpy", True),
        ("failure", "EdgeDisagreement", MODEL, False),
        ("failure", "ValueError", "Ridge", False),
        ("passed", "", MODEL, False),
        ("distribution", "", "numpy", False),
    ],
)
def test_when_a_try_need_not_be_waited_for(frame: str, kind: str, subject: str, ends: bool) -> None:
    told = {"frame": frame, "stage": "fit", "type": kind, "subject": subject}
    assert aim(BEFORE).is_hopeless(told if frame != "distribution" else {"frame": frame, "name": subject}) == ends


def test_a_complaint_at_check_ends_no_try_that_goes_on_to_parity() -> None:
    told = {"frame": "failure", "stage": "check", "type": "ValidationError", "subject": MODEL}
    wanted = aim(BEFORE)
    assert wanted.must_pass
    assert not wanted.is_hopeless(told)
    assert replace(wanted, must_pass=frozenset({Step(Stage.CHECK, MODEL)})).is_hopeless(told)
    assert replace(wanted, sound=frozenset({MODEL})).is_hopeless(told)


def test_what_can_decide_nothing_is_not_tried_again() -> None:
    """Beside the script's own, only what was reached can break; without a script everything can block."""
    own, reached, blocked = canary(), canary("SVC"), canary("KMeans")
    before = seen(gone("skl2onnx"), *works(Stage.FIT, "SVC"))
    every = (own, reached, blocked)
    assert find_relevant(Case(before, script(own), knowledge()), every) == (own, reached)
    assert find_relevant(Case(before, None, knowledge()), every) == every


def test_what_was_not_built_is_in_no_proof() -> None:
    """Requirement files would not install as they stand: what was left out of the trial may fail to build."""
    proof = Proven("it was tried", 1.0, ("numpy==2",), ())
    plan, files = Plan((), (), ("numpy==2",)), ResolutionInput({"numpy": "numpy"})
    assert plan_and_prove._name_gaps(proof, plan, files, ()) is proof
    left = plan_and_prove._name_gaps(proof, plan, replace(files, left_out=("openml",)), ())
    assert isinstance(left, Unproven)
    assert left.mends
    assert "without openml" in left.why


@pytest.mark.parametrize(
    ("wish", "gap", "proven"),
    [
        ("numpy>2", {"left_out": ("own",)}, True),
        ("numpy>2", {"left_out": ("onnx",)}, False),
        ("onnx>2", {"left_out": ("onnx",)}, True),
        ("numpy>2", {"replaced": {"scipy": "1.4.0"}}, True),
        ("numpy>2", {"replaced": {"onnx": "1.6.0"}}, False),
        ("onnx>2", {"replaced": {"onnx": "1.6.0"}}, True),
    ],
)
def test_no_proof_is_made_without_a_culprit(wish: str, gap: dict[str, Any], proven: bool) -> None:
    """A release for which there is no wheel is not the one that fails; a plan that moves it needs it no longer."""
    given = ResolutionInput({}, {"numpy": "1.26.4", "onnx": "1.7.0", "scipy": "1.4.1"}, **gap)
    plan, proof = Plan((), (), (wish,)), Proven("it was tried", 1.0, (), ())
    judged = plan_and_prove._name_gaps(proof, plan, given, [blocker("skl2onnx", "skl2onnx", "onnx")])
    assert isinstance(judged, Proven) is proven
    told = judged.how if isinstance(judged, Proven) else judged.why
    assert ("no wheel" in told) is not (wish == "onnx>2" and "replaced" in gap)


@pytest.mark.parametrize(
    ("whole", "after", "why"),
    [
        (True, (), ""),
        (True, (LEFT,), "train.py:7 fails at run: InvalidArgument: Got invalid dimensions"),
        (False, (), "train.py:7 was not reached at run."),  # it ended before that line, or its time was over
    ],
)
def test_a_line_that_ended_a_script_passes_where_the_script_comes_to_its_end(
    whole: bool, after: Outcomes, why: str
) -> None:
    line = replace(canary("train.py:7", make=""), where="train.py:7")
    target = replace(blocker("train.py:7", "onnxruntime"), stage=Stage.RUN, explains=(LEFT.step,))
    wanted = make_criteria(Case(seen(*IMPORTS, LEFT), script(line), knowledge()), [target], [target])
    ended = Rehearsed("train.py", 1000, 0, whole)
    result = TrialResult((), replace(seen(*IMPORTS, *after), rehearsed=(ended,)))
    assert explain_rejection(wanted, result) == why
