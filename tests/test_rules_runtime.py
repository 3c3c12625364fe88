"""Tables for the rules of loading, running and comparing a model."""

from __future__ import annotations

from typing import Any

from checker.model import Case, Failure, Observation, Otherwise, Passed, Stage

from .cases import BLOCKER, MODEL, NOTE, WARNING, Fires, at, canary, case, failed, logged, script, sound, works

RUNS = script(canary())
FOREST = script(canary(make="sklearn.ensemble.RandomForestClassifier()"))
ONLY_CONVERTS = script(canary(runs=False))
LOGS = script(logged(), imports="sklearn skl2onnx mlflow")
SESSION = at("onnxruntime/capi/onnxruntime_inference_collection.py", 419, "__init__")
PYFUNC = at("mlflow/pyfunc/__init__.py", 500, "predict")


def loading(text: str, kind: str = "Fail") -> Failure:
    return failed(Stage.LOAD, MODEL, kind, f"[ONNXRuntimeError] : 1 : FAIL : {text}", SESSION)


def running(text: str, *frames: Any, kind: str = "InvalidArgument") -> Failure:
    return failed(Stage.RUN, MODEL, kind, text, *(frames or (SESSION,)))


def differing(kind: str = "Disagreement", subject: str = MODEL, **facts: Any) -> Failure:
    return failed(
        Stage.PARITY,
        subject,
        kind,
        "the runtime disagrees with scikit-learn on 45 of 45 rows: largest difference 0.14, 0 % of the labels flipped",
        facts=facts,
    )


BEYOND = Passed(Stage.PARITY, MODEL, 0.1, {"beyond": "on a row with a missing value in column 'age', they differ"})
IR = loading("Load model failed: Unsupported model IR version: 10, max supported IR version: 9")
OPSET = loading(
    "ONNX Runtime only *guarantees* support for models stamped with official released onnx opset versions. Opset 22 is under development"
)
KERNEL = failed(
    Stage.LOAD,
    MODEL,
    "NotImplemented",
    "[ONNXRuntimeError] : 9 : NOT_IMPLEMENTED : Could not find an implementation for Imputer(1) node with name 'Imputer'",
    SESSION,
)
LOCALE = loading("Failed to construct locale with name:en_US.UTF-8:locale::facet::_S_create_c_locale name not valid")
PROVIDERS = failed(
    Stage.LOAD,
    MODEL,
    "ValueError",
    "This ORT build has ['AzureExecutionProvider', 'CPUExecutionProvider'] enabled. Since ORT 1.9, you are required to explicitly set the providers parameter",
    SESSION,
)
ZIPMAP_SHAPE = failed(
    Stage.LOAD,
    MODEL,
    "Fail",
    "Node (ZipMap) Op (ZipMap) [ShapeInferenceError] ZipMap input shape should be 2D.",
    SESSION,
)
TYPES = loading(
    "Type Error: Type (tensor(double)) of output arg (variable) of node (TreeEnsembleRegressor) does not match expected type (tensor(float))."
)
DIMENSIONS = loading(
    "Node (Ma_MatMul) Op (MatMul) [ShapeInferenceError] Incompatible dimensions for matrix multiplication"
)
ABSENT = failed(
    Stage.LOAD,
    MODEL,
    "MlflowException",
    "the loader module is broken",
    at("mlflow/pyfunc/__init__.py", 600, "load_model"),
)
DOUBLE = running("Unexpected input data type. Actual: (tensor(double)) , expected: (tensor(float))")
RANK = running("Invalid rank for input: x0 Got: 1 Expected: 2", PYFUNC, SESSION)
OUTPUT = running("Invalid output name:output_label")
CDIST = running(
    "Node type 'CDist' from domain 'com.microsoft' is unknown",
    at("onnx/reference/reference_evaluator.py", 300),
    kind="NotImplementedError",
)
SCHEMA = running(
    "Incompatible input types for column x0. Can not safely convert float64 to float32.", PYFUNC, kind="MlflowException"
)
LENGTHS = running("All arrays must be of the same length", PYFUNC, kind="ValueError")
LISTED = running("Input should be a dictionary or a numpy array, got '<class 'list'>'", PYFUNC, kind="TypeError")
NO_NAME = running("the prediction has no 'output_label': it has label, probabilities", kind="ValueError")
SEGFAULT = failed(Stage.RUN, MODEL, "Crash", "the process died of SIGSEGV")
EDGE = differing("EdgeDisagreement")

RENAMED = failed(
    Stage.RUN,
    MODEL,
    "ValueError",
    "Required inputs (['home_dest']) are missing from input feed (['home.dest']).",
    SESSION,
)
TAKEN = running("answer 1 is asked for: the session gives variable", kind="ValueError")
MAPS = running("answer 1 (output_probability) is a list with one map a row, no array", kind="TypeError")
UNPACKED = failed(
    Stage.RUN,
    MODEL,
    "ValueError",
    "not enough values to unpack (expected 3, got 2): the session gives output_label, output_probability",
)
NO_WIDTH = failed(
    Stage.RUN, MODEL, "Fail", "Subgraph must have the shape set for all outputs but next_out did not.", SESSION
)

FIRES: dict[str, tuple[Fires, ...]] = {
    "opset-or-ir-beyond-runtime": (
        Fires(
            case(IR, uses=RUNS),
            BLOCKER,
            Stage.LOAD,
            ("onnxruntime", "skl2onnx", "onnx"),
            "onnxruntime 1.19.2 refuses train.py:9 Model: the model has IR version 10, it takes 9",
        ),
        Fires(
            case(OPSET, uses=RUNS), BLOCKER, Stage.LOAD, ("onnxruntime", "skl2onnx", "onnx"), "refuses train.py:9 Model"
        ),
        Fires(
            case(IR, uses=ONLY_CONVERTS),
            WARNING,
            Stage.LOAD,
            ("onnxruntime", "skl2onnx", "onnx"),
            "refuses train.py:9 Model",
        ),
    ),
    "operator-without-kernel": (
        Fires(
            case(KERNEL, uses=RUNS),
            BLOCKER,
            Stage.LOAD,
            ("onnxruntime", "skl2onnx"),
            "onnxruntime 1.19.2 has no implementation for Imputer",
        ),
    ),
    "system-locale": (
        Fires(case(LOCALE, uses=RUNS), BLOCKER, Stage.LOAD, ("system locale",), "needs the system locale en_US.UTF-8"),
    ),
    "providers-required": (
        Fires(case(PROVIDERS, uses=RUNS), BLOCKER, Stage.LOAD, ("onnxruntime",), "opens no model without providers="),
    ),
    "output-type": (
        Fires(
            case(TYPES, uses=RUNS),
            BLOCKER,
            Stage.LOAD,
            ("skl2onnx", "onnxruntime"),
            "declares an output of type double for train.py:9 Model",
        ),
    ),
    "zipmap-shape": (
        Fires(
            case(ZIPMAP_SHAPE, uses=RUNS), BLOCKER, Stage.LOAD, ("skl2onnx",), "skl2onnx 1.17.0 puts a ZipMap behind"
        ),
    ),
    "mlflow-loading": (
        Fires(
            case(ABSENT, uses=LOGS),
            BLOCKER,
            Stage.LOAD,
            ("mlflow",),
            "mlflow 2.16.2 does not load train.py:9 Model back",
        ),
    ),
    "load-failed": (
        Fires(
            case(DIMENSIONS, uses=RUNS),
            BLOCKER,
            Stage.LOAD,
            ("skl2onnx", "scikit-learn", "onnxruntime"),
            "onnxruntime 1.19.2 does not load",
        ),
        Fires(
            case(DIMENSIONS, uses=ONLY_CONVERTS),
            WARNING,
            Stage.LOAD,
            ("skl2onnx", "scikit-learn", "onnxruntime"),
            "onnxruntime 1.19.2 does not load",
        ),
    ),
    "input-type-or-rank": (
        Fires(case(DOUBLE, uses=RUNS), BLOCKER, Stage.RUN, ("onnxruntime",), "expected: (tensor(float))"),
    ),
    "signature-refuses": (
        Fires(case(SCHEMA, uses=LOGS), BLOCKER, Stage.RUN, ("mlflow",), "Can not safely convert float64 to float32"),
    ),
    "served-type-or-rank": (Fires(case(RANK, uses=LOGS), BLOCKER, Stage.RUN, ("mlflow",), "Invalid rank for input"),),
    "prediction-names": (
        Fires(case(NO_NAME, uses=LOGS), BLOCKER, Stage.RUN, ("mlflow",), "for 'output_label': it has label"),
    ),
    "zipmap": (
        Fires(case(OUTPUT, uses=RUNS), BLOCKER, Stage.RUN, ("skl2onnx",), "Invalid output name:output_label"),
        # older runtimes write it so
        Fires(
            case(running("Invalid Output Name:p"), uses=RUNS),
            BLOCKER,
            Stage.RUN,
            ("skl2onnx",),
            "Invalid Output Name:p",
        ),
    ),
    "input-renamed": (
        Fires(case(RENAMED, uses=RUNS), BLOCKER, Stage.RUN, ("skl2onnx",), "than the model has: home_dest"),
        Fires(
            case(running("Invalid input name: id"), uses=RUNS),
            BLOCKER,
            Stage.RUN,
            ("skl2onnx",),
            "that the model does not have: id",
        ),
    ),
    "answers-unpacked": (
        Fires(case(UNPACKED, uses=RUNS), BLOCKER, Stage.RUN, ("skl2onnx",), "unpacks 3 answers"),
        Fires(
            case(TAKEN, uses=RUNS), BLOCKER, Stage.RUN, ("skl2onnx",), "gives variable, and the script takes answer 1"
        ),
    ),
    "scores-as-maps": (Fires(case(MAPS, uses=RUNS), BLOCKER, Stage.RUN, ("skl2onnx",), "the script takes an array"),),
    "width-not-declared": (
        Fires(case(NO_WIDTH, uses=RUNS), BLOCKER, Stage.RUN, ("skl2onnx", "onnxruntime"), "without a width"),
    ),
    "custom-operator": (
        Fires(
            case(CDIST, uses=RUNS), BLOCKER, Stage.RUN, ("skl2onnx",), "com.microsoft.CDist, which only onnxruntime has"
        ),
    ),
    "answers-in-one-table": (
        Fires(case(LENGTHS, uses=LOGS), BLOCKER, Stage.RUN, ("mlflow",), "answers of different lengths in one table"),
    ),
    "mlflow-scoring": (
        Fires(case(LISTED, uses=LOGS), BLOCKER, Stage.RUN, ("mlflow",), "Input should be a dictionary"),
    ),
    "run-failed": (
        Fires(case(SEGFAULT, uses=RUNS), BLOCKER, Stage.RUN, ("onnxruntime", "skl2onnx"), "SIGSEGV"),
        Fires(
            case(
                failed(Stage.RUN, MODEL, "RuntimeError", "no", SESSION, output="AttributeError: _ARRAY_API not found"),
                uses=RUNS,
            ),
            BLOCKER,
            Stage.RUN,
            ("numpy", "onnxruntime"),
            "cannot be run",
        ),
    ),
    "silent-disagreement": (
        Fires(
            case(differing(), uses=RUNS),
            BLOCKER,
            Stage.PARITY,
            ("skl2onnx", "scikit-learn", "onnxruntime"),
            "its results are wrong: the runtime disagrees",
        ),
        Fires(
            case(differing(third_opinion="scikit-learn"), uses=RUNS),
            BLOCKER,
            Stage.PARITY,
            ("onnxruntime", "skl2onnx"),
            "onnx's reference evaluator agrees with scikit-learn",
        ),
        Fires(
            case(differing(third_opinion="runtime"), uses=RUNS),
            BLOCKER,
            Stage.PARITY,
            ("skl2onnx", "scikit-learn"),
            "onnx's reference evaluator agrees with the runtime",
        ),
        Fires(
            case(differing("ShapeDisagreement"), uses=RUNS),
            BLOCKER,
            Stage.PARITY,
            ("skl2onnx", "scikit-learn", "onnxruntime"),
            "its results are wrong",
        ),
        Fires(
            case(differing(subject="PCA"), uses=RUNS),
            WARNING,
            Stage.PARITY,
            ("skl2onnx", "scikit-learn", "onnxruntime"),
            "PCA",
        ),
        Fires(
            case(differing(subject="PCA")), BLOCKER, Stage.PARITY, ("skl2onnx", "scikit-learn", "onnxruntime"), "PCA"
        ),
    ),
    "known-bad-release": (
        Fires(
            case(stack=sound(onnxruntime="1.26.0"), imported=False, uses=FOREST),
            WARNING,
            Stage.PARITY,
            ("onnxruntime",),
            "wrong labels",
        ),
        Fires(
            case(stack=sound(onnxruntime="1.16.0"), imported=False, uses=script(canary(providers=False))),
            WARNING,
            Stage.LOAD,
            ("onnxruntime",),
            "without providers= is refused",
        ),
    ),
    "edge-disagreement": (
        Fires(case(EDGE, uses=RUNS), WARNING, Stage.PARITY, ("skl2onnx",), MODEL),
        Fires(
            case(differing("EdgeDisagreement", "RandomForestRegressor")),
            NOTE,
            Stage.PARITY,
            ("skl2onnx",),
            "RandomForestRegressor",
        ),
    ),
    "measured-otherwise": (
        Fires(
            case(Otherwise("Ridge", "fails at convert", "measured on 2026-11-28 with ...", "checker sweep")),
            NOTE,
            Stage.PARITY,
            (),
            "Ridge works here, and fails at convert where it was measured with the same versions.",
        ),
        Fires(
            case(Otherwise("Ridge", "works", "measured on 2026-11-28 with ...", "checker sweep")),
            NOTE,
            Stage.PARITY,
            (),
            "Ridge fails here, and works where",
        ),
    ),
    "beyond-the-rows": (
        Fires(
            case(BEYOND, uses=RUNS),
            NOTE,
            Stage.PARITY,
            ("skl2onnx",),
            "and not on others: on a row with a missing value in",
        ),
    ),
}

STAYS: dict[str, tuple[Case[Observation], ...]] = {
    "opset-or-ir-beyond-runtime": (case(KERNEL, uses=RUNS), case(*works(Stage.LOAD, MODEL), uses=RUNS)),
    "operator-without-kernel": (case(IR, uses=RUNS), case(OPSET, uses=RUNS)),
    "system-locale": (case(DIMENSIONS, uses=RUNS),),
    "providers-required": (
        case(
            failed(
                Stage.LOAD, MODEL, "ValueError", "CUDAExecutionProvider is not in available provider names", SESSION
            ),
            uses=RUNS,
        ),
    ),
    "output-type": (case(DOUBLE, uses=RUNS),),
    "zipmap-shape": (case(TYPES, uses=RUNS), case(KERNEL, uses=RUNS)),
    "mlflow-loading": (case(DIMENSIONS, uses=LOGS), case(*works(Stage.LOAD, MODEL), uses=LOGS)),
    "load-failed": (
        *(case(f, uses=RUNS) for f in (IR, OPSET, KERNEL, LOCALE, PROVIDERS, TYPES, ZIPMAP_SHAPE)),
        case(ABSENT, uses=LOGS),
    ),
    "input-type-or-rank": (case(OUTPUT, uses=RUNS), case(TYPES, uses=RUNS), case(RANK, uses=LOGS)),
    "signature-refuses": (case(RANK, uses=LOGS), case(LENGTHS, uses=LOGS)),
    "answers-in-one-table": (case(RANK, uses=LOGS), case(LISTED, uses=LOGS)),
    "served-type-or-rank": (case(DOUBLE, uses=RUNS), case(SCHEMA, uses=LOGS)),
    "prediction-names": (case(OUTPUT, uses=RUNS), case(LENGTHS, uses=LOGS)),
    "zipmap": (case(DOUBLE, uses=RUNS),),
    "input-renamed": (case(OUTPUT, uses=RUNS), case(DOUBLE, uses=RUNS)),
    "answers-unpacked": (case(OUTPUT, uses=RUNS), case(MAPS, uses=RUNS)),
    "scores-as-maps": (case(TAKEN, uses=RUNS), case(OUTPUT, uses=RUNS)),
    "width-not-declared": (case(RANK, uses=LOGS),),
    "custom-operator": (case(KERNEL, uses=RUNS),),
    "mlflow-scoring": (
        case(DOUBLE, uses=RUNS),
        case(RANK, uses=LOGS),
        case(SCHEMA, uses=LOGS),
        case(LENGTHS, uses=LOGS),
    ),
    "run-failed": (
        case(DOUBLE, uses=RUNS),
        case(OUTPUT, uses=RUNS),
        case(SCHEMA, uses=LOGS),
        case(*works(Stage.RUN, MODEL), uses=RUNS),
    ),
    "silent-disagreement": (case(EDGE, uses=RUNS), case(*works(Stage.PARITY, MODEL), uses=RUNS)),
    "known-bad-release": (
        case(stack=sound(onnxruntime="1.26.0"), uses=FOREST),
        case(stack=sound(onnxruntime="1.26.0"), imported=False, uses=RUNS),
        case(stack=sound(onnxruntime="1.16.0"), imported=False, uses=RUNS),
        case(stack=sound(onnxruntime="1.16.1"), imported=False, uses=script(canary(providers=False))),
    ),
    "edge-disagreement": (case(differing(), uses=RUNS),),
    "measured-otherwise": (case(),),
    "beyond-the-rows": (
        case(*works(Stage.PARITY, MODEL), uses=RUNS),
        case(differing(neighbour="a row with an unseen category in column 'city'", own=True), uses=RUNS),
    ),
}
