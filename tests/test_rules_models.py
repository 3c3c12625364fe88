"""Tables for the rules of fitting, converting and checking a model, and of logging it with MLflow."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checker.knowledge import Target
from checker.model import Case, Failure, Logging, Observation, Outcome, Place, Rehearsed, Stage
from checker.rules import diagnose

from .cases import BLOCKER, MODEL, NOTE, WARNING, Fires, at, canary, case, dist, failed, logged, script, sound, works

ASKS = script(canary(target_opset=20))
LOGS = script(logged(), imports="sklearn skl2onnx onnxruntime mlflow")
NEVER_CONVERTS = script(canary(converter=""))
FORMS = script(canary(f"{MODEL} [binary]"), canary(f"{MODEL} [three]"))
CONVERTER = at("skl2onnx/operator_converters/op.py", 40, "convert")
MLFLOW = at("mlflow/onnx/__init__.py", 480, "log_model")


def converting(kind: str, text: str, subject: str = MODEL) -> Failure:
    return failed(Stage.CONVERT, subject, kind, text, at("skl2onnx/convert.py", 200, "convert_sklearn"), CONVERTER)


UNKNOWN = failed(Stage.FIT, MODEL, "TypeError", "OneHotEncoder.__init__() got an unexpected keyword argument 'sparse'")
OTHER_FORM = failed(
    Stage.FIT, MODEL, "IndexError", "invalid index to scalar variable.", at("sklearn/impute/_base.py", 50)
)
PICKY = failed(
    Stage.FIT, MODEL, "ValueError", "Negative values in data passed to X", at("sklearn/utils/validation.py", 9)
)
NO_CONVERTER = converting("MissingShapeCalculator", "Unable to find a shape calculator for type TargetEncoder")
NOT_YET = converting("NotImplementedError", "Loss 'exponential' is not supported yet.")
OPSET = converting("RuntimeError", "target_opset 20 is higher than the version of the installed onnx package (19).")
CONVERTER_OPSET = failed(
    Stage.CONVERT,
    MODEL,
    "RuntimeError",
    "target_opset 15 is higher than the number of the installed onnx package or the converter support (13).",
    at("onnxconverter_common/topology.py", 704),
)
DOMAIN = converting(
    "RuntimeError",
    "The model is using version 4 of domain 'ai.onnx.ml' not supported yet by this library. You need to specify "
    "target_opset={'ai.onnx.ml': 3}.",
)
ATTRIBUTE = converting("AttributeError", "'PLSRegression' object has no attribute 'x_mean_'")
CALL = converting("TypeError", "_combinations() missing 1 required positional argument: 'include_bias'")
FLOAT = converting("AttributeError", "module 'numpy' has no attribute 'float'")
ITERABLE = converting("ValueError", "You passed in an iterable attribute but I cannot figure out its applicable type.")
ONE_INPUT = converting(
    "RuntimeError",
    "For operator SklearnLinearRegressor (type: SklearnLinearRegressor), at most 1 input(s) is(are) supported"
    " but we got 2 input(s) which are ['a', 'b']",
)
NUMBER = converting("TypeError", "Unexpected type <class 'numpy.float64'> for input 'c'")
BOOLEAN = converting("TypeError", "Expected an int, got a boolean")
ODD = converting("IndexError", "arrays used as indices must be of integer (or boolean) type")
CHECKS = failed(Stage.CHECK, MODEL, "ValidationError", "No Op registered for Cast with domain_version of 9")
NAME = failed(Stage.REGISTER, MODEL, "TypeError", "log_model() got an unexpected keyword argument 'name'", MLFLOW)
STORE = failed(
    Stage.REGISTER, MODEL, "MlflowException", "Model Registry features are not supported by the store", MLFLOW
)
POOL = failed(
    Stage.REGISTER,
    MODEL,
    "ImportError",
    "cannot import name 'FallbackPool' from 'sqlalchemy.pool'",
    at("mlflow/store/db/utils.py", 3),
)
TRACKS = script(replace(logged(), name="train.py:9 tracking", make=""), imports="mlflow")
AUTOMATIC = Logging(flavor="", call="autolog", autologs=(("mlflow.sklearn.autolog", {}),))
AUTOLOGS = script(
    replace(logged(), name="train.py:9 autologging", converter="", logging=AUTOMATIC), imports="mlflow sklearn"
)
SCORERS = failed(
    Stage.REGISTER,
    "train.py:9 autologging",
    "AttributeError",
    "module 'sklearn.metrics' has no attribute 'SCORERS'",
    at("mlflow/sklearn/__init__.py", 1755, "_autolog"),
)
#: the smaller distribution, without what its database needs
SKINNY = (*sound(mlflow=""), dist("mlflow-skinny", "2.16.2", "mlflow"))
NO_DATABASE = failed(
    Stage.REGISTER,
    "train.py:9 tracking",
    "ModuleNotFoundError",
    "No module named 'sqlalchemy'",
    at("mlflow/store/tracking/sqlalchemy_store.py", 11),
)
NEWER, OLDER = (
    failed(Stage.REGISTER, "train.py:9 tracking", kind, said, at("mlflow/store/db/utils.py", 90))
    for kind, said in (
        ("CommandError", "Can't locate revision identified by 'dc11669786a5'"),
        ("MlflowException", "Detected out-of-date database schema (found version 7f2a, but expected 4465)."),
    )
)
RUN = failed(Stage.REGISTER, "train.py:9 tracking", "ImportError", POOL.text, at("mlflow/store/db/utils.py", 3))

ENDPOINT = failed(
    Stage.REGISTER,
    MODEL,
    "MlflowException",
    "API request to endpoint /api/2.0/mlflow/logged-models failed with error code 404 != 200.",
    MLFLOW,
)
SERVED = script(replace(logged(), logging=Logging(store="server")), imports="sklearn skl2onnx onnxruntime mlflow")


def tracked(*facts: Outcome) -> Case[Observation]:
    """What was seen with a tracking server of mlflow 2.9.2."""
    own = Logging(store="server", server="http://127.0.0.1:5000")
    uses = script(replace(logged(), logging=own), imports="sklearn skl2onnx onnxruntime mlflow")
    place = Place(
        Target("mlflow-2.9.2", "a tracking server of MLflow 2.9.2", kind="tracks", packages={"mlflow": "2.9.2"})
    )
    return replace(case(*facts, uses=uses), places=(place,))


def rehearsed(*facts: Outcome) -> Case[Observation]:
    """The same of a script that was rehearsed to its end."""
    found = tracked(*facts)
    return replace(found, subject=replace(found.subject, rehearsed=(Rehearsed("train.py", 1000, 0, True),)))


FIRES: dict[str, tuple[Fires, ...]] = {
    "fit-failed": (
        Fires(
            case(UNKNOWN, uses=ASKS), BLOCKER, Stage.FIT, ("scikit-learn",), "cannot be fitted with scikit-learn 1.5.2"
        ),
        Fires(case(OTHER_FORM, uses=ASKS), BLOCKER, Stage.FIT, ("scikit-learn",), "invalid index to scalar variable"),
        # the data are ours, so that a refusal of them says nothing of the script
        Fires(case(PICKY, uses=ASKS), NOTE, Stage.FIT, ("scikit-learn",), "could not be tried"),
    ),
    "converter-missing": (
        Fires(
            case(NO_CONVERTER, uses=ASKS),
            BLOCKER,
            Stage.CONVERT,
            ("skl2onnx", "scikit-learn"),
            "skl2onnx 1.17.0 cannot convert train.py:9 Model",
        ),
        Fires(case(NOT_YET, uses=ASKS), BLOCKER, Stage.CONVERT, ("skl2onnx", "scikit-learn"), "'exponential'"),
        # of the catalogue: blocks where no script says what is used
        Fires(
            case(converting("NotImplementedError", "no", "SVC")),
            BLOCKER,
            Stage.CONVERT,
            ("skl2onnx", "scikit-learn"),
            "cannot convert SVC",
        ),
        Fires(
            case(converting("NotImplementedError", "no", "SVC"), uses=ASKS),
            WARNING,
            Stage.CONVERT,
            ("skl2onnx", "scikit-learn"),
            "cannot convert SVC",
        ),
    ),
    "opset-beyond-onnx": (
        Fires(
            case(OPSET, uses=ASKS),
            BLOCKER,
            Stage.CONVERT,
            ("onnx", "skl2onnx"),
            "comes to target_opset 20, which onnx 1.16.2 does not have",
        ),
        # this onnx has it: what is told apart by where it is raised
        Fires(
            case(CONVERTER_OPSET, uses=ASKS),
            BLOCKER,
            Stage.CONVERT,
            ("onnxconverter-common", "skl2onnx"),
            "comes to target_opset 15, which onnxconverter-common does not have",
        ),
    ),
    "opset-beyond-converter": (
        Fires(
            case(DOMAIN, uses=ASKS),
            BLOCKER,
            Stage.CONVERT,
            ("skl2onnx", "onnx"),
            "comes to version 4 of ai.onnx.ml, and skl2onnx 1.17.0 ends at 3",
        ),
    ),
    "converter-and-estimator": (
        Fires(
            case(ATTRIBUTE, uses=ASKS),
            BLOCKER,
            Stage.CONVERT,
            ("skl2onnx", "scikit-learn"),
            "skl2onnx 1.17.0 reads PLSRegression.x_mean_, which scikit-learn 1.5.2 does not have",
        ),
        Fires(
            case(CALL, uses=ASKS),
            BLOCKER,
            Stage.CONVERT,
            ("skl2onnx", "scikit-learn"),
            "calls a function of scikit-learn 1.5.2",
        ),
        # a model that is fitted and never converted
        Fires(
            case(ATTRIBUTE, uses=NEVER_CONVERTS),
            WARNING,
            Stage.CONVERT,
            ("skl2onnx", "scikit-learn"),
            "PLSRegression.x_mean_",
        ),
        # the script does not tell its number of classes, and the other form passed
        Fires(
            case(
                converting("AttributeError", "'Loss' object has no attribute 'K'", f"{MODEL} [three]"),
                *works(Stage.CONVERT, f"{MODEL} [binary]"),
                uses=FORMS,
            ),
            WARNING,
            Stage.CONVERT,
            ("skl2onnx", "scikit-learn"),
            "Loss.K",
        ),
    ),
    "removed-in-converter": (
        Fires(
            case(FLOAT, uses=ASKS),
            BLOCKER,
            Stage.CONVERT,
            ("numpy", "skl2onnx"),
            "skl2onnx 1.17.0 uses numpy.float, which numpy 1.26.4 does not have",
        ),
    ),
    "form-of-data": (
        Fires(
            case(ONE_INPUT, uses=ASKS), BLOCKER, Stage.CONVERT, ("skl2onnx",), "takes one input, and a table gives one"
        ),
        Fires(case(NUMBER, uses=ASKS), BLOCKER, Stage.CONVERT, ("skl2onnx",), "leaves a number"),
    ),
    "attribute-type": (
        Fires(
            case(ITERABLE, uses=ASKS),
            BLOCKER,
            Stage.CONVERT,
            ("skl2onnx", "scikit-learn"),
            "a value of a type that it cannot store",
        ),
        Fires(
            case(BOOLEAN, uses=ASKS),
            BLOCKER,
            Stage.CONVERT,
            ("skl2onnx", "protobuf", "onnx"),
            "skl2onnx 1.17.0 gives protobuf 4.25.8 a value",
        ),
    ),
    "conversion-failed": (
        Fires(
            case(ODD, uses=ASKS),
            BLOCKER,
            Stage.CONVERT,
            ("skl2onnx", "scikit-learn"),
            "does not convert with skl2onnx 1.17.0: IndexError",
        ),
        Fires(
            case(failed(Stage.CONVERT, MODEL, "Crash", "the process died of SIGSEGV"), uses=ASKS),
            BLOCKER,
            Stage.CONVERT,
            ("skl2onnx", "scikit-learn"),
            "SIGSEGV",
        ),
    ),
    "checker-complains": (
        Fires(
            case(CHECKS, *works(Stage.PARITY, MODEL), uses=ASKS),
            NOTE,
            Stage.CHECK,
            ("onnx", "skl2onnx"),
            "No Op registered for Cast",
        ),
        Fires(case(CHECKS, uses=ASKS), WARNING, Stage.CHECK, ("onnx", "skl2onnx"), "No Op registered for Cast"),
    ),
    "tracking-database": (
        Fires(case(NEWER, uses=TRACKS), BLOCKER, Stage.REGISTER, ("mlflow",), "was migrated by a newer MLflow"),
        Fires(case(OLDER, uses=TRACKS), BLOCKER, Stage.REGISTER, ("mlflow",), "was made by an older MLflow"),
    ),
    "tracking-server": (
        Fires(tracked(ENDPOINT), BLOCKER, Stage.REGISTER, ("mlflow",), "a server of mlflow 2.9.2, which does not know"),
    ),
    "tracking-server-unknown": (
        Fires(case(*works(Stage.REGISTER, MODEL), uses=SERVED), NOTE, Stage.REGISTER, (), "was taken for mlflow"),
        Fires(
            replace(tracked(*works(Stage.REGISTER, MODEL)), script=SERVED),
            WARNING,
            Stage.REGISTER,
            (),
            "nothing was to",
        ),
        # the script ran, and none of its models could be logged to the server besides
        Fires(rehearsed(*works(Stage.PARITY, MODEL)), WARNING, Stage.REGISTER, (), "no model could be logged to it"),
    ),
    "mlflow-logging": (
        Fires(case(NAME, uses=LOGS), BLOCKER, Stage.REGISTER, ("mlflow",), "unexpected keyword argument 'name'"),
        Fires(case(STORE, uses=LOGS), BLOCKER, Stage.REGISTER, ("mlflow",), "Model Registry"),
        Fires(case(POOL, uses=LOGS), BLOCKER, Stage.REGISTER, ("sqlalchemy", "mlflow"), "FallbackPool"),
        Fires(case(RUN, uses=TRACKS), BLOCKER, Stage.REGISTER, ("sqlalchemy", "mlflow"), "cannot track runs"),
        Fires(
            case(SCORERS, uses=AUTOLOGS),
            BLOCKER,
            Stage.REGISTER,
            ("scikit-learn", "mlflow"),
            "mlflow 2.16.2 fails with mlflow.sklearn.autolog(): AttributeError: module 'sklearn.metrics'",
        ),
        Fires(
            case(NO_DATABASE, uses=TRACKS, stack=SKINNY),
            BLOCKER,
            Stage.REGISTER,
            ("sqlalchemy", "mlflow-skinny"),
            "mlflow-skinny 2.16.2 cannot track runs: ModuleNotFoundError",
        ),
    ),
}

STAYS: dict[str, tuple[Case[Observation], ...]] = {
    "fit-failed": (case(*works(Stage.FIT, MODEL), uses=ASKS), case(NO_CONVERTER, uses=ASKS)),
    "converter-missing": (
        case(ATTRIBUTE, uses=ASKS),
        case(ODD, uses=ASKS),
        case(*works(Stage.CONVERT, MODEL), uses=ASKS),
    ),
    "opset-beyond-onnx": (
        case(failed(Stage.LOAD, MODEL, "Fail", "Opset 20 is under development"), uses=ASKS),
        case(*works(Stage.CONVERT, MODEL), uses=ASKS),
    ),
    "opset-beyond-converter": (
        case(OPSET, uses=ASKS),
        case(converting("RuntimeError", "The specified opset 9 is too low to convert this model."), uses=ASKS),
    ),
    "converter-and-estimator": (case(FLOAT, uses=ASKS), case(NO_CONVERTER, uses=ASKS)),
    "removed-in-converter": (
        case(failed(Stage.IMPORT, "skl2onnx", "AttributeError", "module 'numpy' has no attribute 'float'", CONVERTER)),
        case(ATTRIBUTE, uses=ASKS),
    ),
    "form-of-data": (case(ITERABLE, uses=ASKS), case(NOT_YET, uses=ASKS)),
    "attribute-type": (case(ATTRIBUTE, uses=ASKS), case(ODD, uses=ASKS)),
    "conversion-failed": tuple(
        case(f, uses=ASKS) for f in (NO_CONVERTER, OPSET, ATTRIBUTE, CALL, FLOAT, ITERABLE, BOOLEAN)
    ),
    "checker-complains": (
        case(*works(Stage.CHECK, MODEL), uses=ASKS),
        case(failed(Stage.LOAD, MODEL, "Fail", "No Op registered for Cast"), uses=ASKS),
    ),
    "tracking-database": (case(NAME, uses=LOGS), case(RUN, uses=TRACKS)),
    "tracking-server": (
        tracked(NAME),
        tracked(*works(Stage.REGISTER, MODEL)),
        case(ENDPOINT, uses=SERVED),
    ),
    "tracking-server-unknown": (
        tracked(*works(Stage.REGISTER, MODEL)),
        rehearsed(*works(Stage.REGISTER, MODEL)),
        replace(rehearsed(*works(Stage.PARITY, MODEL)), script=ASKS),
        case(*works(Stage.REGISTER, MODEL), uses=LOGS),
    ),
    "mlflow-logging": (
        case(NEWER, uses=TRACKS),
        case(*works(Stage.REGISTER, MODEL), uses=LOGS),
        case(*works(Stage.REGISTER, "train.py:9 tracking"), uses=TRACKS),
        case(*works(Stage.REGISTER, "train.py:9 autologging"), uses=AUTOLOGS),
        case(failed(Stage.LOAD, MODEL, "MlflowException", "no", MLFLOW), uses=LOGS),
    ),
}


@pytest.mark.parametrize(("kind", "advised"), [("TypeError", "code pins"), ("OSError", "pins")])
def test_another_logging_call_is_advised_only_where_the_call_is_what_fails(kind: str, advised: str) -> None:
    fails = failed(Stage.REGISTER, MODEL, kind, "it went wrong", MLFLOW)
    (found,) = [f for f in diagnose(case(fails, uses=script(logged()))) if f.rule == "mlflow-logging"]
    assert " ".join(a.kind for a in found.advice) == advised
