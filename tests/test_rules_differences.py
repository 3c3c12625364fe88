"""Tables for results that differ for a reason that names its line of code, and what the line does to a model."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from checker.model import Case, Column, Observation, Passed, Stage
from checker.rules.models import edits

from .cases import BLOCKER, MODEL, WARNING, Fires, canary, case, failed, script, sound
from .test_rules_hints import changed
from .test_rules_runtime import differing

LARGE = (Column("id", "float32", low=20_000_000, high=20_000_200), Column("x", "float32"))
SMALL = (Column("id", "float32", low=0, high=200),)
IDS = script(replace(canary(), columns=LARGE))
AGES = script(replace(canary(), columns=SMALL))

COUNTS = "sklearn.feature_extraction.text.CountVectorizer"


def reads(*words: str, make: str = f"{COUNTS}()") -> Any:
    return script(replace(canary(make=make), columns=(Column("X", "text", words=words),)))


GERMAN = reads("schön groß", "klein")
ONE_HOT = (
    "sklearn.pipeline.make_pipeline(sklearn.preprocessing.OneHotEncoder(handle_unknown='ignore'), "
    "xgboost.sklearn.XGBClassifier())"
)
SPARSE = script(canary(make=ONE_HOT))
DENSE = script(canary(make=ONE_HOT.replace("='ignore'", "='ignore', sparse_output=False")))
LINEAR = script(
    canary(make=ONE_HOT.replace("xgboost.sklearn.XGBClassifier", "sklearn.linear_model.LogisticRegression"))
)
SGD = "sklearn.linear_model.SGDClassifier"
PLAIN, HUBER = script(canary()), script(canary(make=f"{SGD}(loss='modified_huber')"))
BOTH = ("skl2onnx", "scikit-learn")
ENCODER = "sklearn.preprocessing.OneHotEncoder(min_frequency=40, handle_unknown='infrequent_if_exist')"
GROUPS = script(canary(make=ENCODER))
GROUPS_NOT = script(canary(make=ENCODER.replace("=40", "=None")))
UNKNOWN = failed(Stage.RUN, MODEL, "Fail", "Status Message: Unknown Category and zeros = 0.")

SCALED = "sklearn.preprocessing.StandardScaler()"
CHOSEN = "sklearn.compose.ColumnTransformer([('a', sklearn.preprocessing.StandardScaler(), ['area', 'rooms'])])"


def declared(*names: str, make: str = SCALED, layout: str = "frame") -> Any:
    inputs = tuple((name, "FloatTensorType", (None, 1)) for name in names)
    columns = (Column("rooms", "float32"), Column("area", "float32"))
    return script(replace(canary(make=make), columns=columns, inputs=inputs, layout=layout))


def wholes(missing: bool = True, kind: str = "Int64TensorType") -> Any:
    columns = (Column("seats", "float64", missing=missing), Column("area", "float32"))
    inputs = (("seats", kind, (None, 1)), ("area", "FloatTensorType", (None, 1)))
    return script(replace(canary(), columns=columns, inputs=inputs, layout="frame"))


GAPS = wholes()
SORTED = declared("area", "rooms")

PIPELINE = script(canary(make="sklearn.pipeline.make_pipeline(sklearn.linear_model.LogisticRegression())"))
IGNORED = Passed(Stage.PARITY, MODEL, 0.1, {"ignored": "raw_scores"})

FIRES: dict[str, tuple[Fires, ...]] = {
    "numbers-too-large": (Fires(case(differing(), uses=IDS), BLOCKER, Stage.PARITY, BOTH, "id hold whole numbers"),),
    "letters-beyond-ascii": (
        Fires(case(differing(), uses=GERMAN), BLOCKER, Stage.PARITY, BOTH, "words such as schön"),
    ),
    "inputs-out-of-order": (
        Fires(case(differing(), uses=SORTED), BLOCKER, Stage.PARITY, BOTH, "fitted on rooms, area"),
    ),
    "missing-whole-numbers": (
        Fires(case(differing(), uses=GAPS), BLOCKER, Stage.PARITY, BOTH, "seats may be missing"),
    ),
    "label-from-ties": (
        Fires(case(differing(tied_flips=0.3), uses=HUBER), BLOCKER, Stage.PARITY, BOTH, "the label from probabilities"),
    ),
    "rare-categories": (
        Fires(case(differing(), uses=GROUPS), BLOCKER, Stage.PARITY, BOTH, "rare categories of the encoder"),
        Fires(case(UNKNOWN, uses=GROUPS), BLOCKER, Stage.RUN, BOTH, "rare categor"),
    ),
    "scores-of-pipeline": (
        Fires(case(IGNORED, uses=PIPELINE), WARNING, Stage.PARITY, ("skl2onnx",), "raw_scores for the whole pipeline"),
    ),
    "absent-or-zero": (
        Fires(case(differing(), uses=SPARSE), BLOCKER, Stage.PARITY, ("skl2onnx", "xgboost"), "for missing values"),
    ),
}
STAYS: dict[str, tuple[Case[Observation], ...]] = {
    "inputs-out-of-order": (
        case(uses=SORTED),
        case(differing(), uses=declared("rooms", "area")),
        case(differing(), uses=declared("area", "rooms", make=CHOSEN)),
        case(differing(), uses=declared("area", "rooms", make=CHOSEN.replace("['area', 'rooms']", "['rooms']"))),
        case(differing(), uses=declared("area", "rooms", layout="matrix")),
        case(differing(), uses=declared("x")),
    ),
    "missing-whole-numbers": (
        case(uses=GAPS),
        case(differing(), uses=wholes(missing=False)),
        case(differing(), uses=wholes(kind="FloatTensorType")),
    ),
    "rare-categories": (case(differing(), uses=GROUPS_NOT), case(UNKNOWN, uses=GROUPS_NOT)),
    "numbers-too-large": (case(differing(), uses=AGES), case(differing("EdgeDisagreement"), uses=IDS)),
    "letters-beyond-ascii": (
        case(differing(), uses=reads("large", "small")),
        case(differing(), uses=reads("schön", "groß", make=f"{COUNTS}(token_pattern='[a-z]+')")),
        case(differing(), uses=reads("schön", "groß", make="sklearn.preprocessing.OneHotEncoder()")),
        case(uses=GERMAN),
    ),
    "label-from-ties": (case(differing(), uses=PLAIN), case(uses=PLAIN)),
    "scores-of-pipeline": (case(Passed(Stage.PARITY, MODEL, 0.1), uses=PIPELINE), case(IGNORED)),
    "absent-or-zero": (
        case(differing(), uses=DENSE),
        case(differing(), uses=LINEAR),
        case(uses=SPARSE),
    ),
}


def test_the_line_of_code_is_tried_on_the_model() -> None:
    assert [(c.low, c.high) for c in changed(differing(), IDS).columns] == [(0, 200), (None, None)]
    assert changed(differing(), GERMAN).options == {COUNTS: {"tokenexp": r"[\p{L}\p{N}_]+"}}
    assert "OneHotEncoder(handle_unknown='ignore', sparse_output=False)" in changed(differing(), SPARSE).make
    assert changed(differing(tied_flips=0.3), HUBER).make == f"{SGD}(loss='log_loss')"
    assert [name for name, _, _ in changed(differing(), SORTED).inputs] == ["rooms", "area"]
    old = sound(**{"scikit-learn": "1.1.3"})
    assert "OneHotEncoder(handle_unknown='ignore', sparse=False)" in changed(differing(), SPARSE, stack=old).make


@pytest.mark.parametrize(
    ("low", "high", "large"), [(0, 200, False), (0, 1 << 24, True), (-(1 << 24), 3, True), (None, None, False)]
)
def test_numbers_are_large_where_a_float_rounds_the_half_between_two(low: Any, high: Any, large: bool) -> None:
    assert edits.is_large(Column("x", "int64", low=low, high=high)) == large


def test_an_encoder_that_groups_nothing_ignores_what_it_does_not_know() -> None:
    assert edits.ungrouped(canary(make=ENCODER)).make == "sklearn.preprocessing.OneHotEncoder(handle_unknown='ignore')"
