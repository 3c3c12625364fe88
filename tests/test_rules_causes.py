"""Several things fail: the cause stands first, not what trips over it later."""

from __future__ import annotations

import pytest

from checker.model import Failure, Stage
from checker.rules import diagnose

from .cases import MODEL, at, canary, case, dist, failed, script, sound

BESIDE = (
    *sound(),
    dist("onnxmltools", "1.11.1", "onnxmltools"),
    dist("hummingbird-ml", "0.4.0", "hummingbird"),
    dist("lightgbm", "4.1.0", "lightgbm"),
)
#: what a model runs into where the converter beside skl2onnx has registered nothing
LATER = failed(
    Stage.CONVERT,
    MODEL,
    "MissingShapeCalculator",
    "Unable to find a shape calculator for type '<class 'lightgbm.sklearn.LGBMClassifier'>'.",
    at("skl2onnx/common/_topology.py", 5),
)
ITSELF = {
    "onnxmltools without distutils": failed(
        Stage.IMPORT,
        "onnxmltools",
        "ModuleNotFoundError",
        "No module named 'distutils'",
        at("onnxmltools/utils/utils_backend.py", 9),
    ),
    "onnxmltools and a name that went": failed(
        Stage.IMPORT,
        "onnxmltools",
        "ImportError",
        "cannot import name 'split_complex_to_pairs' from 'onnx.helper'",
        at("onnxmltools/convert/common/_topology.py", 9),
    ),
    "hummingbird, in a way that nobody knows": failed(
        Stage.IMPORT,
        "hummingbird.ml",
        "AttributeError",
        "'NoneType' object has no attribute 'x'",
        at("hummingbird/ml/convert.py", 9),
    ),
}


@pytest.mark.parametrize("itself", ITSELF.values(), ids=ITSELF)
def test_a_converter_that_fails_by_itself_is_named_first(itself: Failure) -> None:
    """Whatever order they failed in."""
    uses = script(canary(), imports=f"sklearn skl2onnx {itself.subject}")
    for failures in ((itself, LATER), (LATER, itself)):
        first = diagnose(case(*failures, stack=BESIDE, uses=uses))[0]
        assert (first.stage, first.subject) == (Stage.IMPORT, itself.subject)
        assert {"onnxmltools", "hummingbird-ml"} & {*first.culprits}


def test_a_converter_that_nobody_imports_blocks_nothing() -> None:
    """It is there and broken, and the script converts without it."""
    found = diagnose(case(ITSELF["onnxmltools without distutils"], stack=BESIDE, uses=script(canary())))
    assert [f.rule for f in found if f.severity.value == "blocker"] == []


@pytest.mark.parametrize(
    ("words", "below"),
    [("Expected an int, got a boolean", True), ("You passed in an iterable attribute but I cannot figure out", False)],
)
def test_what_protobuf_does_not_take_sends_below_its_major_release(words: str, below: bool) -> None:
    refused = failed(Stage.CONVERT, MODEL, "TypeError", words, at("onnx/helper.py", 9))
    found = diagnose(case(refused, uses=script(canary())))[0]
    assert (found.rule, found.advice[0].changes == (("protobuf", "<4"),)) == ("attribute-type", below)
