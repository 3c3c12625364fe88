"""Rules about scripts that were run small: what ends a script blocks, whatever caused it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checker.model import Failure, Frame, Severity, Stage
from checker.rules import diagnose

from .cases import BLOCKER, MODEL, Fires, canary, case, failed, script, sound

#: what a script was left by, and the same where the script went on
LEFT = replace(failed(Stage.FIT, "train.py:7", "KeyError", "'tip'"), facts={"left": True, "where": "train.py:7"})
CAUGHT = replace(LEFT, facts={"where": "train.py:7"})
IMPORT = failed(Stage.IMPORT, "hydra", "ModuleNotFoundError", "No module named 'hydra'")

CALLED = replace(LEFT, facts={"left": True, "where": "train.py:7", "called": "train.py:14"})
AT_TOP = replace(LEFT, facts={"left": True, "where": "train.py:7", "called": "train.py:7"})

#: the file of a model, and how the loading of it ends
FILE = replace(script(), paths=("model.joblib",), saved="1.2.2")
UNLOADED = failed(Stage.FIT, "model.joblib", "ValueError", "node array", facts={"left": True, "where": "model.joblib"})

FIRES = {
    "saved-by-another-release": (
        Fires(
            case(UNLOADED, stack=sound(scikit_learn="1.9.1"), uses=FILE),
            BLOCKER,
            Stage.FIT,
            ("scikit-learn",),
            "saved by scikit-learn 1.2.2 and is read by scikit-learn 1.9.1, which ends with ValueError: node array",
        ),
    ),
    "script-fails": (
        Fires(case(LEFT, uses=script()), BLOCKER, Stage.FIT, (), "The script ends at train.py:7 with KeyError: 'tip'"),
    ),
}
STAYS = {
    "saved-by-another-release": (
        case(UNLOADED, stack=sound(scikit_learn="1.2.2"), uses=FILE),
        case(stack=sound(scikit_learn="1.2.1"), uses=FILE),
    ),
    "script-fails": (case(CAUGHT, uses=script()), case(IMPORT, uses=script())),
}


@pytest.mark.parametrize(("left", "severity"), [(True, Severity.BLOCKER), (False, Severity.WARNING)])
def test_what_ends_a_script_blocks_whatever_rule_names_it(left: bool, severity: Severity) -> None:
    failure: Failure = replace(IMPORT, facts={"left": left})
    (found,) = [f for f in diagnose(case(failure, uses=script())) if failure.step in f.explains]
    assert found.severity is severity
    assert found.rule != "script-fails"


@pytest.mark.parametrize("kind", ["Disagreement", "EdgeDisagreement"])
def test_an_assertion_of_the_script_says_the_same_as_a_model_that_differs(kind: str) -> None:
    asserted = failed(
        Stage.FIT, "train.py:15", "AssertionError", "they differ", facts={"left": True, "where": "train.py:15"}
    )
    model = failed(Stage.PARITY, MODEL, kind, "largest difference 0.3")
    found = [f for f in diagnose(case(model, asserted, uses=script(canary()))) if f.severity is Severity.BLOCKER]
    (first,) = found
    assert asserted.step in first.explains
    if kind == "Disagreement":
        assert (first.rule, first.stage) == ("silent-disagreement", Stage.PARITY)
        assert "train.py:15 ends the script: they differ" in first.evidence
    else:
        assert first.rule == "script-fails"


@pytest.mark.parametrize(
    ("kind", "file", "blamed"),
    [
        ("AssertionError", "/env/site-packages/numpy/testing/_private/utils.py", ()),
        ("AssertionError", "/env/site-packages/numpy/lib/_core.py", ("numpy",)),
        ("TypeError", "/env/site-packages/numpy/testing/_private/utils.py", ("numpy",)),
    ],
)
def test_a_comparison_of_the_script_blames_no_library_that_makes_it(
    kind: str, file: str, blamed: tuple[str, ...]
) -> None:
    frames = (Frame("train.py", "__main__", "<module>", 7), Frame(file, "numpy.testing", "assert_allclose", 9))
    left = replace(failed(Stage.FIT, "train.py:7", kind, "Not equal to tolerance", *frames), facts=LEFT.facts)
    (found,) = diagnose(case(left, uses=script()))
    assert (found.rule, found.culprits) == ("script-fails", blamed)


@pytest.mark.parametrize(("failure", "told"), [(CALLED, True), (AT_TOP, False)])
def test_the_call_of_what_failed_is_told_where_it_is_another_line(failure: Failure, told: bool) -> None:
    (found,) = [f for f in diagnose(case(failure, uses=script())) if failure.step in f.explains]
    assert found.subject == "train.py:7"
    assert ("called at train.py:14" in found.evidence) is told
    assert any("called" in text for text in found.evidence) is told


def test_an_import_that_names_nothing_is_the_end_of_the_script() -> None:
    """A relative import without a package, or an ImportError that the script itself raises."""
    facts = {"left": True, "where": "train.py:5"}
    left = replace(failed(Stage.IMPORT, "train.py:5", "ImportError", "attempted relative import"), facts=facts)
    (found,) = diagnose(case(left, uses=script()))
    assert (found.rule, found.stage) == ("script-fails", Stage.IMPORT)
    assert found.message == "The script ends at train.py:5 with ImportError: attempted relative import."


@pytest.mark.parametrize(
    ("text", "lacks"),
    [("CUDA Tree Learner was not enabled in this build.", True), ("No GPU found", True), ("no key gpu_hist", False)],
)
def test_a_script_that_needs_a_gpu_moves_no_package(text: str, lacks: bool) -> None:
    left = replace(failed(Stage.FIT, "train.py:7", "LightGBMError", text), facts=LEFT.facts)
    (found,) = diagnose(case(left, uses=script()))
    assert ("it needs a GPU, which is not to be had here." in found.message) is lacks
    assert (not found.culprits) or not lacks
    assert ("Rehearse where there is a GPU" in found.advice[0].text) is lacks
