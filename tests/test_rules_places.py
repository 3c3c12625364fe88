"""Rules over the places in which a model is to be used: what they fire on, and what they leave alone."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from checker.knowledge import Limit, Provenance, Target, load
from checker.model import (
    Artifact,
    Basis,
    Case,
    ExternalData,
    Failure,
    OnnxModel,
    Operator,
    Passed,
    Place,
    Script,
    Stage,
    Tensor,
)
from checker.rules import diagnose
from checker.targets import find_target

from .cases import BLOCKER, MODEL, NOTE, WARNING, Fires, canary, case, script
from .onnxfiles import model as file_of

COLUMNS = (Tensor("fare", "float", (None, 1)), Tensor("bin", "string", (None, 1)))
MATRIX = (Tensor("X", "float", (None, 4)),)
LABEL = Tensor("label", "int64", (None,))
SCORES = Tensor("probabilities", "float", (None, 2))
MAPS = Tensor("output_probability", "float", None, ("sequence", "map of int64"))
TREES = (Operator("ai.onnx.ml", "TreeEnsembleClassifier", 1), Operator("ai.onnx", "Cast", 1))
KNOWN = Provenance("https://example.org/place", "2026-01-31", "documented")


def onnx(ir: int = 6, opset: int = 11, ml: int = 1, **fields: Any) -> OnnxModel:
    """The model of a scoring tutorial: one input a column, an old opset."""
    told = {"inputs": COLUMNS, "outputs": (LABEL, SCORES), "operators": TREES, **fields}
    return OnnxModel(ir=ir, opsets={"ai.onnx": opset, "ai.onnx.ml": ml}, **told)


def made(form: str = "onnx", size: int = 2000, **fields: Any) -> Artifact:
    """A file with such a model."""
    found = onnx(**fields)
    return Artifact("/models/taxi.onnx", form, "skl2onnx 1.17.0", found.ir, found.opsets, size=size, model=found)


def place(name: str | Target, **fields: Any) -> Place:
    return Place(find_target(name, load()) if isinstance(name, str) else name, **fields)


def hint(name: str, *outcomes: Passed) -> Case[Any]:
    """An environment whose script names a place itself."""
    there = find_target(name, load())
    known = replace(there, limits=tuple(one for one in there.limits if one.known))
    return replace(seen(name, *outcomes, script=script(canary())), places=(place(known, where="train.py:40"),))


def target(*limits: Limit, **fields: Any) -> Target:
    """A place of which only these limits are known."""
    return Target("there", "The place", limits, family="there", **fields)


def at(name: str | Target, artifact: Artifact | None = None, **fields: Any) -> Case[Any]:
    """A file that is to be used in a place."""
    return Case(artifact or made(**fields), None, load(), (place(name),))


def limit(what: str, *values: str, **fields: Any) -> Limit:
    return Limit(what, replace(KNOWN, basis=fields.pop("basis", "documented")), values, **fields)


def seen(name: str, *outcomes: Passed | Failure, script: Script | None = None) -> Case[Any]:
    """An environment whose models are to be used in a place."""
    return replace(case(*outcomes, uses=script), places=(place(name),))


def packed(subject: str, **fields: Any) -> Passed:
    """A conversion whose model came back."""
    content = base64.b64encode(zlib.compress(file_of(**fields))).decode()
    return Passed(Stage.CONVERT, subject, 0.1, {"model": [content[:40], content[40:]]})


REFUSED = Failure(
    Stage.TARGET, "taxi.onnx", 0.1, "NotImplemented", "Could not find an implementation for the node",
    facts={"target": "onnxruntime-1.10.0", "tried": "onnxruntime 1.10.0 with numpy 1.21.6"},
)  # fmt: skip
TOOK = Passed(Stage.TARGET, "taxi.onnx", 0.1, REFUSED.facts)
BESIDE = (ExternalData("taxi.onnx.data", 2, 400, "inside", 400),)
SQL, OLD, QUERY = "synapse-sql-predict", "onnxruntime==1.10", "bigquery-ml"

FIRES: Mapping[str, tuple[Fires, ...]] = {
    "form-not-taken": (
        Fires(at("sql-server"), BLOCKER, Stage.TARGET, (), "takes models of RevoScale, and not ONNX files"),
        Fires(at("fabric-predict", inputs=MATRIX), BLOCKER, Stage.TARGET, (), "takes models of MLflow"),
        Fires(at(SQL, Artifact("/m/model.pkl", "pickle")), BLOCKER, Stage.TARGET, (), "and not pickle files"),
        Fires(seen("azure-sql-database"), BLOCKER, Stage.TARGET, (), "takes no models"),
    ),
    "stamp-beyond-target": (
        Fires(at(OLD, ir=10), BLOCKER, Stage.TARGET, (), "has IR version 10: onnxruntime 1.10.0 takes at most 8"),
        Fires(at(OLD, ir=10, opset=21, ml=3), BLOCKER, Stage.TARGET, (), "opset 21 of ai.onnx and opset 3 of ai.onnx.ml and IR"),
        Fires(at(SQL, opset=13), WARNING, Stage.TARGET, (), "no public text says, and 11 is safe"),
        Fires(seen(OLD, packed(MODEL, opset=21), script=script(canary())), BLOCKER, Stage.TARGET, (), f"{MODEL} has opset 21"),
    ),
    "opset-below-target": (
        Fires(at("windows-ml-10-1809", opset=6), BLOCKER, Stage.TARGET, (), "has opset 6 of ai.onnx"),
    ),
    "operators-not-taken": (
        Fires(at("tensorrt-8.4"), BLOCKER, Stage.TARGET, (), "TreeEnsembleClassifier of ai.onnx.ml"),
        Fires(at(OLD, operators=(Operator("mine", "Fast", 1),)), BLOCKER, Stage.TARGET, (), "has Fast of mine"),
    ),
    "inputs-not-taken": (
        Fires(at(SQL, inputs=MATRIX), BLOCKER, Stage.TARGET, (), "has the input X of float [None, 4]"),
        Fires(at("oracle-23ai"), BLOCKER, Stage.TARGET, (), "has 2 inputs, among them the input fare"),
        Fires(hint(SQL, packed(MODEL)), WARNING, Stage.TARGET, (), f"{MODEL} has the input"),
        Fires(at("azure-data-explorer"), BLOCKER, Stage.TARGET, (), "takes one input"),
        Fires(at("mlflow-pyfunc", replace(made(), form="mlflow")), BLOCKER, Stage.TARGET, (), "without their second dimension"),
    ),
    "type-not-taken": (
        Fires(at("oracle-23ai", inputs=(Tensor("X", "double", (None, 4)),)), BLOCKER, Stage.TARGET, (), "X of double"),
        Fires(at(SQL, inputs=(Tensor("a", "uint8", (None, 1)),)), WARNING, Stage.TARGET, (), "the input a of uint8"),
    ),
    "maps-not-taken": (
        Fires(at(QUERY, outputs=(LABEL, MAPS)), BLOCKER, Stage.TARGET, (), "as a sequence of maps"),
        Fires(at(SQL, outputs=(LABEL, MAPS)), WARNING, Stage.TARGET, (), "as a sequence of maps"),
    ),
    "file-not-taken": (
        Fires(at(QUERY, size=500_000_000), BLOCKER, Stage.TARGET, (), "has 500,000,000 bytes"),
        Fires(at(SQL, external=BESIDE), WARNING, Stage.TARGET, (), "keeps values in taxi.onnx.data"),
    ),
    "target-refuses": (
        Fires(at(OLD, replace(made(), outcomes=(REFUSED,))), BLOCKER, Stage.TARGET, (), "is refused by onnxruntime 1.10.0 with"),
    ),
    "target-retired": (
        Fires(at("azure-sql-edge-2.0.0"), WARNING, Stage.TARGET, (), "was switched off on 2025-09-30"),
    ),
    "target-unknown": (
        Fires(at("bigquery-ml"), NOTE, Stage.TARGET, (), "data in files beside it (safe is no)"),
        Fires(at("synapse-spark-3.3"), NOTE, Stage.TARGET, (), "skl2onnx==1.8.0.1 of Azure Synapse Spark 3.3"),
        Fires(Case(made(), None, load(), (place(OLD, untried="there is no Python 3.9 here"),)), NOTE, Stage.TARGET, (), "was not tried"),
    ),
}  # fmt: skip

NOWHERE = Case(made(ir=10, opset=21, inputs=MATRIX, outputs=(LABEL, MAPS)), None, load())
STAYS: Mapping[str, tuple[Case[Any], ...]] = {
    "form-not-taken": (at(SQL), at(SQL, replace(made(), form="mlflow")), at("onnxruntime==1.17.3"), NOWHERE),
    "stamp-beyond-target": (
        at(OLD, ir=8, opset=15, ml=2),
        at(SQL),
        at("azure-sql-edge-ctp-1.4", ir=10, opset=21),
        # the very release took it, whatever is known of its stamps
        at(OLD, replace(made(ir=10), outcomes=(TOOK,))),
        NOWHERE,
    ),
    "opset-below-target": (at("windows-ml-10-1809", opset=7), at(SQL, opset=6), NOWHERE),
    "operators-not-taken": (
        at("tensorrt-8.4", operators=(Operator("ai.onnx", "MatMul", 1),)),
        at(OLD, operators=(Operator("com.microsoft", "CDist", 1),)),
        at(OLD, operators=(Operator("mine", "Fast", 1),), functions=(("mine", "Fast"),)),
        NOWHERE,
    ),
    "inputs-not-taken": (
        at(SQL),
        at(SQL, inputs=(Tensor("a", "float", (None, None)), Tensor("b", "float", (1, 1)))),
        at("oracle-23ai", inputs=MATRIX),
        at("mlflow-pyfunc", replace(made(inputs=MATRIX), form="mlflow")),
        at(OLD, inputs=MATRIX),
        NOWHERE,
    ),
    "type-not-taken": (at(SQL), at("oracle-23ai", inputs=MATRIX), NOWHERE),
    "maps-not-taken": (at(QUERY), at(OLD, outputs=(LABEL, MAPS)), NOWHERE),
    "file-not-taken": (at(QUERY, size=400_000_000), at(OLD, external=BESIDE), NOWHERE),
    "target-refuses": (at(OLD, replace(made(), outcomes=(TOOK,))), at(OLD, replace(made(ir=10), outcomes=(REFUSED,))), NOWHERE),
    "target-retired": (at(SQL), NOWHERE),
    "target-unknown": (at(OLD), NOWHERE),
}  # fmt: skip


def test_what_was_seen_there_is_seen() -> None:
    found = diagnose(
        at(OLD, replace(made(ir=10), outcomes=(replace(REFUSED, text="Unsupported model IR version: 10"),)))
    )
    assert [(f.rule, f.basis) for f in found] == [("stamp-beyond-target", Basis.SEEN)]
    assert any("Unsupported model IR version" in line for line in found[0].evidence)


def test_each_thing_that_a_place_has_against_a_model_is_told() -> None:
    found = diagnose(at(QUERY, ir=10, outputs=(LABEL, MAPS)))
    assert [f.rule for f in found if f.severity is BLOCKER] == ["stamp-beyond-target", "maps-not-taken"]


def test_the_same_of_several_models_is_one_finding() -> None:
    found = diagnose(seen(OLD, packed("A", opset=21), packed("B", opset=21)))
    assert [f.message for f in found] == [
        "Each of A, B has opset 21 of ai.onnx: onnxruntime 1.10.0 takes at most 15.",
    ]


def test_the_opset_to_write_is_one_whose_ir_version_is_taken() -> None:
    only_ir = target(limit("ir", "8"), limit("opset", "21"))
    (found,) = diagnose(at(only_ir, ir=10, opset=21))
    assert found.advice[0].lines == ("target_opset=18",)


def test_a_range_that_only_follows_from_others_is_a_warning() -> None:
    for basis, severity in (("documented", BLOCKER), ("inferred", WARNING)):
        (found,) = diagnose(at(target(limit("domains", "ai.onnx", basis=basis))))
        assert found.severity is severity
