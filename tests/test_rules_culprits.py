"""Who is blamed for a failed model, and which release an opset asks for: what the search then moves."""

from __future__ import annotations

import pytest

from checker.model import Case, Failure, Observation, Stage
from checker.rules import diagnose

from .cases import MODEL, at, canary, case, dist, failed, script, sound
from .test_rules_models import DOMAIN, OPSET, converting


def advised(found: Case[Observation]) -> list[tuple[str, str]]:
    """The changes of versions that the first finding wishes for."""
    return [change for a in diagnose(found)[0].advice if a.kind == "pins" for change in a.changes]


BEYOND = failed(Stage.LOAD, MODEL, "Fail", "Unsupported model IR version: 11, max supported IR version: 10")
NEW_ML = failed(
    Stage.LOAD,
    MODEL,
    "Fail",
    "Opset 5 is under development and support for this is limited. Current official support for domain ai.onnx.ml "
    "is till opset 4.",
)


@pytest.mark.parametrize(
    ("failure", "wish"),
    [
        (OPSET, ("onnx", ">=1.15.0")),
        (DOMAIN, ("onnx", "<1.15.0")),
        (BEYOND, ("onnxruntime", ">=1.23.0")),
        (NEW_ML, ("onnxruntime", ">=1.20.0")),
    ],
)  # fmt: skip
def test_an_opset_bounds_the_release_that_has_it(failure: Failure, wish: tuple[str, str]) -> None:
    stack = sound(onnx="1.14.1") if failure is OPSET else None
    assert wish in advised(case(failure, uses=script(canary(target_opset=20)), stack=stack))


BOOSTED = "sklearn.pipeline.Pipeline([('s', sklearn.preprocessing.StandardScaler()), ('m', {}.Model(n=2))])"
LIBRARIES = [("xgboost", "XGBModel"), ("lightgbm", "LGBMModel"), ("catboost", "CatModel")]


@pytest.mark.parametrize(("library", "kind"), LIBRARIES)
@pytest.mark.parametrize("make", ["{}.Model(n=2)", BOOSTED])
def test_a_library_beside_scikit_learn_may_be_moved(library: str, kind: str, make: str) -> None:
    """Whatever the traceback goes through, and however deep in a pipeline the estimator stands."""
    uses = script(canary(make=make.format(library), converter="onnxmltools.convert_sklearn"))
    stack = (*sound(), dist(library, "2.0.3"), dist("onnxmltools", "1.11.2"), dist("onnxconverter-common", "1.14.0"))
    through = (
        at("onnxmltools/a.py"),
        at("onnxconverter_common/b.py"),
        at("onnx/helper.py"),
        at("google/protobuf/x.py"),
    )
    odd = failed(Stage.CONVERT, MODEL, "IndexError", "arrays used as indices must be of integer type", *through)
    wrong = failed(Stage.PARITY, MODEL, "Disagreement", "the runtime disagrees on 39 of 45 rows")
    for failure in (odd, wrong):
        first = diagnose(case(failure, uses=uses, stack=stack))[0]
        assert first.culprits[:2] == ("onnxmltools", library)
        assert len(first.culprits) <= 4


def test_the_class_that_is_named_tells_its_library() -> None:
    uses = script(canary(make=BOOSTED.format("xgboost"), converter="onnxmltools.convert_sklearn"))
    stack = (*sound(), dist("xgboost", "2.0.3"), dist("onnxmltools", "1.11.2"))
    told = converting("AttributeError", "'Model' object has no attribute 'ntree_limit_'")
    assert diagnose(case(told, uses=uses, stack=stack))[0].culprits == ("onnxmltools", "xgboost")
    told = converting("AttributeError", "'StandardScaler' object has no attribute 'scale'")
    assert diagnose(case(told, uses=uses, stack=stack))[0].culprits == ("onnxmltools", "scikit-learn")
