"""Tables for the failures whose own words say which line of code mends them, and what the line does to a model."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from checker.model import Canary, Case, Column, Failure, Observation, Registered, Stage
from checker.remedy.prove.trials import make_edited
from checker.rules import diagnose

from .cases import BLOCKER, WARNING, Fires, canary, case, script, sound
from .test_rules_models import ATTRIBUTE, NO_CONVERTER, ODD, OPSET, converting

WEIGHTS = "sklearn.ensemble.VotingClassifier([('a', sklearn.svm.SVC())], weights=[1, 3])"
SAMPLED = (
    "imblearn.pipeline.Pipeline([('s', sklearn.preprocessing.StandardScaler()), "
    "('b', imblearn.under_sampling.RandomUnderSampler(random_state=0)), ('c', sklearn.svm.SVC())])"
)
WHOLE = (Column("age", "int64", low=0, high=90), Column("fare", "float32"), Column("seats", "int64", low=1, high=6))
FILLS = "sklearn.pipeline.make_pipeline(sklearn.impute.SimpleImputer(strategy='median'), sklearn.linear_model.Ridge())"
FILLS_ONE = (
    "sklearn.compose.ColumnTransformer([('a', sklearn.impute.SimpleImputer(strategy='median'), [1, 'seats']), "
    "('b', sklearn.impute.SimpleImputer(strategy='most_frequent'), ['age'])])"
)

ASKS = script(canary(options={"zipmap": False, "optim": "cdist"}, target_opset=10))
ASKS_BY_DOMAIN = script(canary(target_opset={"": 12, "ai.onnx.ml": 1}))
PLAIN = script(canary())
VOTES = script(canary(make=WEIGHTS))
SAMPLES = script(canary(make=SAMPLED))
OWN = script(canary(make="type('LogScale', (sklearn.base.TransformerMixin,), {})()"))
BOOSTS = script(canary(make="lightgbm.LGBMClassifier()"))
TABLE = script(canary(make="xgboost.XGBClassifier()", layout="frame"))

NO_TYPES = script(canary(typed=False))
FUNCTION = converting(
    "RuntimeError", "FunctionTransformer is not supported unless the transform function is None (= identity)."
)
TOKENIZER = converting("NotImplementedError", "Custom tokenizer cannot be converted into ONNX.")
UNTYPED = converting("ValueError", "Initial types are required. See usage of convert(...) in skl2onnx.convert")

FRACTION = converting(
    "RuntimeError", "SimpleImputer takes integer as input but nan values are replaced by float [48] != [48.5]."
)
OPTION = converting("NameError", "Option 'zipmap' not in [] for class 'Ridge'.")
VALUE = converting(
    "ValueError", "Unexpected value ['cdist'] for option 'optim' (it must be in [None]) for model 'KNN'."
)
LOW = converting("RuntimeError", "Some needed operators are not available below opset 11")
LOW_ML = converting("RuntimeError", "This converter requires at least opset 2 for domain 'ai.onnx.ml'.")
SCHEMA = converting("RuntimeError", "Operator 'OnnxEinsum': requested version 11 < 12 schema version.")
LIST = converting("AttributeError", "'list' object has no attribute 'sum'")
SAMPLER = converting(
    "MissingShapeCalculator",
    "Unable to find a shape calculator for type '<class 'imblearn.under_sampling._random.RandomUnderSampler'>'.",
)
LOG_SCALE = converting("MissingShapeCalculator", "Unable to find a shape calculator for type '<class 'LogScale'>'.")
BOOSTER = converting(
    "MissingShapeCalculator",
    "Unable to find a shape calculator for type '<class 'lightgbm.sklearn.LGBMClassifier'>'.",
)
NAMED = converting("RuntimeError", "Unable to interpret 'load', feature names should follow pattern 'f%d'.")
RENAMED = converting("RuntimeError", "Unable to interpret 'load'")


def at_convert(failure: Failure, uses: Any, words: str, *culprits: str) -> Fires:
    return Fires(case(failure, uses=uses), BLOCKER, Stage.CONVERT, culprits or ("skl2onnx",), words)


def may_refuse(make: str, words: str) -> Fires:
    uses = script(replace(canary(make=make), columns=WHOLE))
    return Fires(case(uses=uses), WARNING, Stage.CONVERT, ("skl2onnx",), words)


FIRES: dict[str, tuple[Fires, ...]] = {
    "fractions-of-integers": (
        at_convert(FRACTION, PLAIN, "over whole numbers"),
        may_refuse(FILLS, "the whole numbers of age, seats by their median"),
        may_refuse(FILLS_ONE, "the whole numbers of seats by their median"),
    ),
    "option-refused": (
        at_convert(OPTION, ASKS, "has no option zipmap", "skl2onnx", "scikit-learn"),
        at_convert(VALUE, ASKS, "has no option optim", "skl2onnx", "scikit-learn"),
    ),
    "opset-too-low": (
        at_convert(LOW, ASKS, "cannot be written with target_opset=10"),
        at_convert(SCHEMA, ASKS, "cannot be written with target_opset=10"),
        at_convert(LOW_ML, ASKS_BY_DOMAIN, "'ai.onnx.ml': 1"),
    ),
    "list-for-array": (at_convert(LIST, VOTES, "has a list", "skl2onnx", "scikit-learn"),),
    "sampler-in-pipeline": (at_convert(SAMPLER, SAMPLES, "RandomUnderSampler", "skl2onnx", "imbalanced-learn"),),
    "converter-not-registered": (at_convert(BOOSTER, BOOSTS, "needs that of onnxmltools", "skl2onnx", "lightgbm"),),
    "function-unconverted": (
        Fires(case(FUNCTION, uses=PLAIN), BLOCKER, Stage.CONVERT, (), "FunctionTransformer calls a function"),
        Fires(case(TOKENIZER, uses=PLAIN), BLOCKER, Stage.CONVERT, (), "the text is split by a function"),
    ),
    "types-missing": (
        Fires(case(UNTYPED, uses=NO_TYPES), BLOCKER, Stage.CONVERT, (), "is converted without types of its inputs"),
    ),
    # no release of a package would change it, so that none is named
    "own-class-unconverted": (
        Fires(
            case(LOG_SCALE, uses=OWN), BLOCKER, Stage.CONVERT, (), "no converter for LogScale, a class of the script"
        ),
    ),
    "columns-by-name": (at_convert(NAMED, TABLE, "a column 'load'", "skl2onnx", "xgboost"),),
}
STAYS: dict[str, tuple[Case[Observation], ...]] = {
    "fractions-of-integers": (
        case(ODD, uses=PLAIN),
        case(uses=script(replace(canary(make=FILLS.replace("median", "most_frequent")), columns=WHOLE))),
        case(uses=script(replace(canary(make=FILLS), columns=WHOLE[1:2]))),
        case(uses=script(replace(canary(make=FILLS), columns=WHOLE, converter=""))),
    ),
    "option-refused": (case(NO_CONVERTER, uses=ASKS), case(OPSET, uses=ASKS)),
    # where the script asks for no opset, the words are about something else
    "opset-too-low": (case(LOW, uses=PLAIN), case(OPSET, uses=ASKS)),
    "list-for-array": (case(LIST, uses=PLAIN), case(ATTRIBUTE, uses=VOTES)),
    "sampler-in-pipeline": (case(BOOSTER, uses=BOOSTS), case(NO_CONVERTER, uses=SAMPLES)),
    "converter-not-registered": (case(NO_CONVERTER, uses=BOOSTS), case(SAMPLER, uses=SAMPLES)),
    "own-class-unconverted": (case(LOG_SCALE, uses=PLAIN), case(NO_CONVERTER, uses=BOOSTS)),
    "columns-by-name": (case(RENAMED, uses=TABLE),),
    "function-unconverted": (case(NO_CONVERTER, uses=PLAIN), case(LOG_SCALE, uses=PLAIN)),
    "types-missing": (case(UNTYPED, uses=PLAIN), case(OPTION, uses=NO_TYPES)),
}


def changed(failure: Failure, uses: Any, **fields: Any) -> Canary:
    """The only model of the script, as it is after the line of code."""
    seen = case(failure, uses=uses, **fields)
    return next(make_edited(seen, diagnose(seen))).canary


def test_the_line_of_code_is_tried_on_the_model() -> None:
    whole = script(replace(canary(inputs=(("X", "Int64TensorType", (None, 1)),)), columns=(Column("x", "int64"),)))
    floats = changed(FRACTION, whole)
    assert (floats.columns[0].kind, floats.inputs[0][1]) == ("float32", "FloatTensorType")
    assert changed(OPTION, ASKS).options == {"optim": "cdist"}
    assert changed(LOW, ASKS).target_opset == 11
    assert changed(LOW_ML, ASKS).target_opset == {"": 10, "ai.onnx.ml": 2}
    assert changed(LOW_ML, ASKS_BY_DOMAIN).target_opset == {"": 12, "ai.onnx.ml": 2}
    assert changed(LIST, VOTES).make.endswith("weights=numpy.array([1, 3]))")
    assert "imblearn" not in changed(SAMPLER, SAMPLES).make
    assert changed(NAMED, TABLE).layout == "matrix"


def test_a_registered_converter_is_that_of_the_class_that_failed() -> None:
    with_tools = sound(onnxmltools="1.12.0")
    (one,) = changed(BOOSTER, BOOSTS, stack=with_tools).registered
    assert isinstance(one, Registered)
    assert one.model == "lightgbm.sklearn.LGBMClassifier"
    seen = case(BOOSTER, uses=BOOSTS)
    (finding,) = diagnose(seen)
    assert [a.kind for a in finding.advice] == ["pins", "code"]
