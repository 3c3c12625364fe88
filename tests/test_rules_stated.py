"""What an error says of releases in its own words."""

from __future__ import annotations

import pytest

from checker.model import Advice, Severity, Stage
from checker.rules import diagnose
from checker.rules.stated import stated_bounds

from .cases import BLOCKER, MODEL, NOTE, at, canary, case, failed, script

GONE = "Solver interior-point is not anymore available in SciPy >= 1.11.0."


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        (GONE, [("scipy", "<1.11.0")]),
        ("pandas>=3.0 is required for this", [("pandas", ">=3.0")]),
        ("this needs sklearn 1.7.1 or newer", [("scikit-learn", ">=1.7.1")]),
        (
            "Pandas requires version '2.8.4' or newer of 'numpy' (version '1.26.4' currently installed).",
            [("numpy", ">=2.8.4")],
        ),
        ("removed since numpy==1.26.4", [("numpy", "!=1.26.4")]),
        # met, and nothing is over with it: it is only mentioned
        ("Found array with dim 3, which scipy >= 1.11.0 would take", []),
        ("the array holds nan (numpy>=1.20)", []),
        # of nobody who is there
        ("not available in Python >= 3.9", []),
        ("not available in stranger >= 3.9", []),
        ("Expected x>=0, alpha>=1.5 and n <2", []),
        ("1.2 or newer", []),
    ],
)
def test_bounds_that_words_state(text: str, bounds: list[tuple[str, str]]) -> None:
    assert list(stated_bounds(case().subject, failed(Stage.FIT, MODEL, "ValueError", text))) == bounds


@pytest.mark.parametrize(
    ("text", "severity", "first"),
    [(GONE, BLOCKER, ("scipy", "<1.11.0")), ("Negative values, which scipy >= 1.11.0 would take", NOTE, None)],
)
def test_a_fit_that_names_a_release_says_nothing_of_the_data(
    text: str, severity: Severity, first: tuple[str, str] | None
) -> None:
    refused = failed(Stage.FIT, MODEL, "ValueError", text, at("sklearn/linear_model/_quantile.py", 180))
    found = diagnose(case(refused, uses=script(canary())))[0]
    assert (found.rule, found.severity) == ("fit-failed", severity)
    assert (found.culprits[0] == "scipy") is bool(first)
    assert not first or found.advice[0] == Advice("pins", "Install scipy<1.11.0, as the error itself says.", (first,))


def test_an_import_that_names_a_release_blames_it() -> None:
    asks = failed(Stage.IMPORT, "onnx", "ImportError", "onnx needs protobuf>=5.0", at("onnx/__init__.py"))
    found = diagnose(case(asks))[0]
    assert (found.rule, found.culprits, found.advice[0].changes) == (
        "import-failed",
        ("protobuf", "onnx"),
        (("protobuf", ">=5.0"),),
    )
