"""Rules over ONNX files: what they fire on, and near ones that they leave alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from checker.model import (
    Artifact,
    Canary,
    Case,
    Distribution,
    ExternalData,
    Failure,
    Fault,
    Import,
    Observation,
    OnnxModel,
    Operator,
    Passed,
    Script,
    Stage,
    Tensor,
)

from .cases import BLOCKER, NOTE, WARNING, Fires, knowledge

RELU = Operator("ai.onnx", "Relu", 1)
X, Y = Tensor("X", "float", (None, 4)), Tensor("Y", "float", (None, 4))
PLAIN = OnnxModel(8, {"ai.onnx": 17}, inputs=(X,), outputs=(Y,), operators=(RELU,))
TREES = Operator("ai.onnx.ml", "TreeEnsembleClassifier", 1)
FOREST = replace(PLAIN, operators=(TREES,), opsets={"ai.onnx.ml": 1}, labels={"TreeEnsembleClassifier": 2})
NAME = "model.onnx"
IR = "Load model from model.onnx failed: Unsupported model IR version: 10, max supported IR version: 9"
WORKED = (Passed(Stage.LOAD, NAME, 0.1), Passed(Stage.RUN, NAME, 0.1, {"rows": 5, "varies": []}))


def consumer(**versions: str) -> Observation:
    """An environment of those releases."""
    found = tuple(Distribution(n, v, "/site", modules=(n,)) for n, v in versions.items())
    return Observation("3.11.7", "/env/bin/python", "Linux", {"machine": "x86_64"}, distributions=found)


NEW = consumer(onnxruntime="1.23.2", numpy="2.2.6", protobuf="6.33.0")
OLD = consumer(onnxruntime="1.17.3", numpy="1.26.4", protobuf="4.25.3")


def case(
    model: OnnxModel = PLAIN, *outcomes: Any, seen: Observation | None = NEW, faults: tuple[Fault, ...] = ()
) -> Case[Any]:
    """A file, and what came out where it is to be used."""
    seen = seen and replace(seen, outcomes=outcomes)
    trial = Canary(NAME, "", (), (), converter="", artifact=f"/runs/{NAME}", form="onnx")
    script = Script((), (Import("onnxruntime", "", ""),), (trial,)) if seen else None
    made = Artifact(
        f"runs/{NAME}", "onnx", "skl2onnx 1.17.0", model.ir, model.opsets, outcomes, model=model, faults=faults,
        consumer=seen, modules=("onnxruntime",),
    )  # fmt: skip
    return Case(made, script, knowledge())


def fails(stage: Stage, text: str, kind: str = "Fail", **facts: Any) -> Failure:
    """A step that did not work."""
    return Failure(stage, NAME, 0.1, kind, text, facts=facts)


def beside(state: str, model: OnnxModel = PLAIN) -> OnnxModel:
    """A model with values in another file."""
    return replace(model, external=(ExternalData("weights.bin", 2, 64, state),))


def of(*operators: Operator, **opsets: int) -> OnnxModel:
    """A model of such operators."""
    return replace(PLAIN, operators=operators, opsets={"ai.onnx": 17, **opsets})


OWN, LATE = Operator("my.ops", "MyOp", 1), Operator("ai.onnx", "Gelu", 1)
NOT_KNOWN = "Fatal error: my.ops:MyOp(-1) is not a registered function/op"
LACKS = "No Op registered for Gelu with domain_version of 17"
LOCALE = "Exception during initialization: Failed to construct locale with name:en_US.UTF-8"
NAMED_TWICE = "This is an invalid model. Error: two nodes with same node name (a)."
TYPES = "Type Error: Type (tensor(int64)) of output arg (Y) of node (c) does not match expected type (tensor(float))."
TREE = "Exception during initialization: ml/tree_ensemble_common.h:175 TreeEnsembleCommon() Unable to find node 0-7"
SHAPES = "Node (c) Op (Add) [ShapeInferenceError] Incompatible dimensions"
GEMM = (
    "Non-zero status code returned while running Gemm node. Name:'c' Status Message: GEMM: Dimension mismatch, W: {4,3}"
)
BF16 = replace(PLAIN, inputs=(Tensor("X", "bfloat16", (None, 2)),))
KERNEL = "Could not find an implementation for Binarizer(1) node with name ''"

COMPLAINT = fails(Stage.CHECK, "Field 'name' of 'graph' is required to be non-empty.", "ValidationError")

FIRES = {
    "checker-refuses-file": (
        Fires(case(PLAIN, COMPLAINT, *WORKED), NOTE, Stage.CHECK, ("onnx",), "required to be non-empty"),
    ),
    "broken-file": (
        Fires(case(faults=(Fault("empty", "model.onnx is empty."),)), BLOCKER, Stage.LOAD, (), "is empty"),
        Fires(case(seen=None, faults=(Fault("too-large", "It is large."),)), BLOCKER, Stage.CHECK, (), "large"),
    ),
    "external-data-missing": (
        Fires(case(beside("missing"), seen=None), BLOCKER, Stage.LOAD, (), "weights.bin, which is not there"),
        Fires(case(beside("short"), fails(Stage.LOAD, "out of bounds")), BLOCKER, Stage.LOAD, (), "too short"),
    ),
    "external-data-outside": (
        Fires(case(beside("outside"), seen=None), BLOCKER, Stage.LOAD, (), "outside its folder"),
        Fires(case(beside("link")), BLOCKER, Stage.LOAD, ("onnxruntime",), "a symbolic link"),
    ),
    "stamps-beyond-runtime": (
        Fires(
            case(replace(PLAIN, ir=10), fails(Stage.LOAD, IR), seen=OLD),
            BLOCKER, Stage.LOAD, ("onnxruntime", "onnx", "skl2onnx"), "IR version 10: onnxruntime 1.17.3 takes at most 9",
        ),
        Fires(
            case(replace(PLAIN, opsets={"ai.onnx": 21}), seen=OLD),
            BLOCKER, Stage.LOAD, ("onnxruntime", "onnx", "skl2onnx"), "opset of ai.onnx 21",
        ),
    ),
    "operators-of-own": (
        Fires(case(of(OWN, **{"my.ops": 1}), seen=None), WARNING, Stage.LOAD, ("onnxruntime",), "MyOp of my.ops"),
        Fires(case(of(OWN), fails(Stage.LOAD, NOT_KNOWN)), BLOCKER, Stage.LOAD, ("onnxruntime",), "MyOp of my.ops"),
    ),
    "operators-beside-stamps": (
        Fires(case(of(LATE), seen=None), BLOCKER, Stage.LOAD, ("onnx", "onnxruntime"), "Gelu (ai.onnx) of opset 20"),
        Fires(case(of(LATE), fails(Stage.LOAD, LACKS)), BLOCKER, Stage.LOAD, ("onnx", "onnxruntime"), "Gelu"),
        Fires(case(of(TREES), seen=None), WARNING, Stage.LOAD, ("onnx", "onnxruntime"), "no opset of that domain"),
    ),
    "locale-of-file": (
        Fires(case(PLAIN, fails(Stage.LOAD, LOCALE)), BLOCKER, Stage.LOAD, ("system locale",), "en_US.UTF-8"),
    ),
    "operator-not-implemented": (
        Fires(case(PLAIN, fails(Stage.LOAD, KERNEL)), BLOCKER, Stage.LOAD, ("onnxruntime",), "has no implementation"),
        Fires(case(BF16, fails(Stage.LOAD, KERNEL)), BLOCKER, Stage.LOAD, ("onnxruntime",), "X holds bfloat16"),
    ),
    "graph-wrong": (
        Fires(case(PLAIN, fails(Stage.LOAD, NAMED_TWICE)), BLOCKER, Stage.LOAD, (), "its nodes are called a. It is so in"),
        Fires(case(PLAIN, fails(Stage.LOAD, TYPES)), BLOCKER, Stage.LOAD, (), "Y is declared as int64, and its node gives"),
        Fires(case(PLAIN, fails(Stage.LOAD, TREE)), BLOCKER, Stage.LOAD, (), "a node names one that is not there"),
        Fires(case(PLAIN, fails(Stage.LOAD, SHAPES)), BLOCKER, Stage.LOAD, (), "at Add do not fit each other: Incompat"),
        Fires(case(PLAIN, WORKED[0], fails(Stage.RUN, GEMM)), BLOCKER, Stage.RUN, (), "the shapes at Gemm do not fit"),
    ),
    "file-not-loaded": (
        Fires(case(PLAIN, fails(Stage.LOAD, "Exception during initialization")), BLOCKER, Stage.LOAD, ("onnxruntime",), "does not"),
    ),
    "file-not-run": (
        Fires(
            case(PLAIN, WORKED[0], fails(Stage.RUN, "numpy.core.multiarray failed to import", "ImportError")),
            BLOCKER, Stage.RUN, ("numpy", "onnxruntime"), "fails on made-up rows",
        ),
        Fires(
            case(PLAIN, WORKED[0], fails(Stage.RUN, "dimension mismatch", guessed=True)),
            NOTE, Stage.RUN, ("onnxruntime",), "may not be what it takes",
        ),
        Fires(
            case(PLAIN, WORKED[0], fails(Stage.RUN, "ended by SIGFPE", "Crash", guessed=True)),
            BLOCKER, Stage.RUN, ("onnxruntime",), "SIGFPE",
        ),
    ),
    "answers-vary": (
        Fires(
            case(PLAIN, WORKED[0], Passed(Stage.RUN, NAME, 0.1, {"varies": ["Y"]})),
            WARNING, Stage.RUN, ("onnxruntime",), "other answers for the same rows in Y",
        ),
    ),
    "reference-disagrees": (
        Fires(
            case(PLAIN, *WORKED, fails(Stage.PARITY, "differ in Y", "ReferenceDisagreement")),
            WARNING, Stage.PARITY, ("onnxruntime", "onnx"), "differ in Y",
        ),
    ),
    "runtime-known-bad": (
        Fires(
            case(FOREST, *WORKED, seen=consumer(onnxruntime="1.27.0", numpy="2.2.6")),
            BLOCKER, Stage.PARITY, ("onnxruntime",), "wrong labels",
        ),
    ),
}  # fmt: skip

RANDOM = of(Operator("ai.onnx", "RandomNormalLike", 1))
STAYS: dict[str, tuple[Case[Any], ...]] = {
    "checker-refuses-file": (case(PLAIN, Passed(Stage.CHECK, NAME, 0.1), *WORKED),),
    "broken-file": (case(PLAIN, *WORKED), case(seen=None)),
    "external-data-missing": (case(beside("inside"), *WORKED), case(beside("outside"))),
    "external-data-outside": (case(beside("inside"), *WORKED), case(beside("missing"))),
    "stamps-beyond-runtime": (
        case(replace(PLAIN, ir=10), *WORKED, seen=OLD),
        case(replace(PLAIN, ir=9), seen=OLD),
        case(replace(PLAIN, ir=14), seen=None),
        case(replace(PLAIN, ir=14), seen=consumer(numpy="2.2.6")),
    ),
    "operators-of-own": (
        case(of(OWN), *WORKED),
        case(replace(of(OWN), functions=(("my.ops", "MyOp"),)), seen=None),
        case(of(Operator("com.microsoft", "FusedMatMul", 1)), seen=None),
    ),
    "operators-beside-stamps": (case(PLAIN, seen=None), case(of(LATE), *WORKED), case(of(OWN), seen=None)),
    "locale-of-file": (case(PLAIN, fails(Stage.LOAD, KERNEL)),),
    "operator-not-implemented": (case(PLAIN, *WORKED), case(PLAIN, fails(Stage.LOAD, LOCALE))),
    "graph-wrong": (
        case(PLAIN, *WORKED),
        case(PLAIN, fails(Stage.LOAD, KERNEL)),
        case(replace(PLAIN, ir=10), fails(Stage.LOAD, IR), seen=OLD),
        case(PLAIN, WORKED[0], fails(Stage.RUN, GEMM, guessed=True)),
    ),
    "file-not-loaded": (case(PLAIN, *WORKED), case(replace(PLAIN, ir=10), fails(Stage.LOAD, IR), seen=OLD)),
    "file-not-run": (case(PLAIN, *WORKED), case(PLAIN, WORKED[0], Passed(Stage.RUN, NAME, 0.1, {"skipped": "maps"}))),
    "answers-vary": (case(PLAIN, *WORKED), case(RANDOM, Passed(Stage.RUN, NAME, 0.1, {"varies": ["Y"]}))),
    "reference-disagrees": (case(PLAIN, *WORKED, Passed(Stage.PARITY, NAME, 0.1, {"agrees": 1})),),
    "runtime-known-bad": (
        case(FOREST, *WORKED),
        case(replace(FOREST, labels={"TreeEnsembleClassifier": 3}), seen=consumer(onnxruntime="1.27.0")),
        case(replace(FOREST, labels={}), seen=consumer(onnxruntime="1.27.0")),
    ),
}
