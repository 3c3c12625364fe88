"""Folders of MLflow's models and its databases: read as plain data, however hostile, and held against a consumer."""

from __future__ import annotations

import sqlite3
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from checker.artifact import read
from checker.artifact.mlmodel.addresses import brought, is_address
from checker.artifact.mlmodel.asking import details_of_folder, is_plain
from checker.artifact.mlmodel.plain_yaml import NotPlain, plain_yaml
from checker.errors import CannotLook, UsageError
from checker.knowledge import load
from checker.model import (
    Artifact,
    Case,
    Distribution,
    Failure,
    Finding,
    MlModel,
    ModelSignature,
    Observation,
    OnnxModel,
    Passed,
    SignatureColumn,
    Stage,
    Tensor,
)
from checker.rules import diagnose
from checker.rules.artifacts.contract import contradictions

from .onnxfiles import model as onnx_bytes

WHOLE = """
artifact_path: model
flavors:
  onnx: {data: model.onnx, onnx_version: 1.15.0, code: null}
  python_function: {data: model.onnx, env: {conda: conda.yaml, virtualenv: python_env.yaml}, loader_module: mlflow.onnx, python_version: 3.10.13}
mlflow_version: 2.9.2
saved_input_example_info: {artifact_path: input_example.json, type: dataframe}
signature:
  inputs: '[{"type": "double", "name": "a", "required": true}, {"type": "double", "name": "b", "required": true}]'
  outputs: '[{"type": "tensor", "tensor-spec": {"dtype": "int64", "shape": [-1]}}]'
"""


def folder(place: Path, text: str = WHOLE, **files: str | bytes) -> Path:
    """A folder with that MLmodel file, and files whose names have _ for a dot."""
    made = place / "m"
    made.mkdir(exist_ok=True)
    (made / "MLmodel").write_text(text)
    for name, content in {"model_onnx": onnx_bytes(), **files}.items():
        path = made / ".".join(name.rsplit("_", 1))
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return made


def kinds(made: Artifact) -> list[str]:
    return [fault.kind for fault in made.faults]


def test_a_whole_folder(tmp_path: Path) -> None:
    made = read(
        folder(tmp_path, requirements_txt="mlflow==2.9.2\n# a comment\nonnx==1.15.0\n", input_example_json="{}")
    )
    assert made.mlmodel
    assert made.model
    assert (made.form, made.producer, kinds(made)) == ("mlflow", "mlflow 2.9.2", [])
    assert made.mlmodel.loader == "mlflow.onnx"
    assert made.mlmodel.pinned("onnx") == "onnx==1.15.0"
    assert [c.name for c in made.mlmodel.signature.inputs] == ["a", "b"]  # type: ignore[union-attr]
    assert made.mlmodel.signature.outputs[0].shape == (-1,)  # type: ignore[union-attr]


LAUGHS = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{c}: &{c} [{','.join([f'*{b}'] * 9)}]\n" for b, c in zip("abcdefgh", "bcdefghi", strict=True)
)
HOSTILE = {
    "code": "flavors: !!python/object/apply:os.system ['touch pwned']\n",
    "bomb": LAUGHS,
    "malformed": "flavors:\n\tonnx: {}\n",
    "too-large": "flavors:\n" + "".join(f"  f{n}: {{}}\n" for n in range(120_000)),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_is_one_fault(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    start = time.perf_counter()
    assert kinds(read(folder(tmp_path, HOSTILE[kind]))) == [kind]
    assert time.perf_counter() - start < 20
    assert not (tmp_path / "pwned").exists()


@pytest.mark.parametrize(
    "text",
    ["", "[]", "just a text", "flavors: []", "flavors: {}", "a: 1", "flavors:\n  onnx: 7\n", "- " * 60 + "x", "[" * 5000, "\x00"],
)  # fmt: skip
def test_what_is_no_mlmodel_is_a_fault(text: str, tmp_path: Path) -> None:
    assert kinds(read(folder(tmp_path, text)))


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"a: !!python/name:os.system\n", b"!!python/module:os {}\n"])
def test_no_tag_and_no_encoding_gets_through(data: bytes) -> None:
    with pytest.raises(NotPlain):
        plain_yaml(data)


def test_an_alias_or_two_are_plain() -> None:
    assert plain_yaml(b"a: &x {b: 1}\nc: *x\n") == {"a": {"b": 1}, "c": {"b": 1}}


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "gone.onnx", "a/../../m"])
def test_no_name_leads_out_of_the_folder(name: str, tmp_path: Path) -> None:
    made = read(folder(tmp_path, f"flavors:\n  onnx: {{data: '{name}'}}\n"))
    assert "incomplete" in kinds(made)
    assert made.mlmodel
    assert made.mlmodel.files == ()


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    made = folder(tmp_path)
    (made / "model.onnx").unlink()
    (tmp_path / "elsewhere.onnx").write_bytes(onnx_bytes())
    (made / "model.onnx").symlink_to(tmp_path / "elsewhere.onnx")
    assert "incomplete" in kinds(read(made))


def test_a_signature_that_is_no_list(tmp_path: Path) -> None:
    assert kinds(read(folder(tmp_path, WHOLE.replace('\'[{"type": "double", "name": "a"', '\'{[{"name": "a"'))))


@pytest.mark.parametrize(
    ("loader", "code", "plain"),
    [("mlflow.onnx", (), True), ("mlflow.onnx", ("code",), False), ("evil", (), False), ("mlflow.sklearn", (), False)],
)
def test_only_what_runs_nobody_s_code_is_loaded(loader: str, code: tuple[str, ...], plain: bool) -> None:
    assert is_plain(MlModel(loader=loader, code=code)) is plain
    assert details_of_folder(Artifact("m", "mlflow", mlmodel=MlModel(loader=loader, code=code)))["loads"] is plain


# --- against the model's inputs ----------------------------------------------------------------------------------


def signature(*columns: tuple[str, str], shape: tuple[int, ...] | None = None) -> ModelSignature:
    return ModelSignature(tuple(SignatureColumn(name, kind, shape) for name, kind in columns))


def inputs(*found: tuple[str, str, tuple[Any, ...]]) -> OnnxModel:
    return OnnxModel(inputs=tuple(Tensor(*one) for one in found))


MATRIX = inputs(("X", "float", (None, 2)))
COLUMNS = inputs(("a", "float", (None, 1)), ("b", "string", (None, 1)))


@pytest.mark.parametrize(
    ("told", "model", "said"),
    [
        (signature(("a", "double")), MATRIX, "it tells 1 columns, and the input X takes 2"),
        (signature(("a", "double"), ("b", "string")), MATRIX, "the input X holds float, which b does not"),
        (signature(("a", "double")), COLUMNS, "it does not name the input b"),
        (signature(("a", "double"), ("b", "string"), ("c", "long")), COLUMNS, "the model has no input c"),
        (signature(("a", "long"), ("b", "string")), COLUMNS, "a is long there, and float in the model"),
        (signature(("", "int64"), shape=(-1, 2)), MATRIX, "X is int64 there, and float in the model"),
    ],
)
def test_what_contradicts(told: ModelSignature, model: OnnxModel, said: str) -> None:
    assert said in [*contradictions(told, model)]


@pytest.mark.parametrize(
    ("told", "model"),
    [
        (signature(("a", "double"), ("b", "double")), MATRIX),
        (signature(("a", "float"), ("b", "string")), COLUMNS),
        (signature(("", "float32"), shape=(-1, 2)), MATRIX),
        (signature(("X", "float64"), shape=(-1, 2)), MATRIX),
        (signature(("a", "double"), ("b", "double"), ("c", "double")), inputs(("X", "float", (None, None)))),
        (signature(), MATRIX),
    ],
)
def test_what_does_not(told: ModelSignature, model: OnnxModel) -> None:
    assert [*contradictions(told, model)] == []


# --- the rules ---------------------------------------------------------------------------------------------------


def consumer(**versions: str) -> Observation:
    found = tuple(
        Distribution(n.replace("_", "-"), v, "/site", modules=(_MODULE.get(n, n),)) for n, v in versions.items()
    )
    return Observation("3.10.13", "/env/bin/python", "Linux-x86_64", {"machine": "x86_64"}, distributions=found)


_MODULE = {"scikit_learn": "sklearn"}
ONNX = {"onnx": {"data": "model.onnx"}, "python_function": {"loader_module": "mlflow.onnx"}}
MADE = MlModel(flavors=ONNX, loader="mlflow.onnx", signature=signature(("a", "double")), requirements=("onnx==1.15.0",))
ALL_THERE = consumer(mlflow="2.9.2", onnx="1.15.0", onnxruntime="1.16.3")


def found(told: MlModel, seen: Observation | None = ALL_THERE, *outcomes: Any, **more: Any) -> dict[str, Finding]:
    made = Artifact("runs/m", "mlflow", mlmodel=told, consumer=seen, outcomes=outcomes, **more)
    return {f.rule: f for f in diagnose(Case(made, None, load()))}


def test_a_sound_folder_is_left_alone() -> None:
    assert found(MADE) == {}
    assert found(MADE, None) == {}


def test_a_library_of_the_same_minor_release_is_left_alone() -> None:
    assert found(XGB, consumer(mlflow="2.9.2", xgboost="1.7.1")) == {}


def failure(stage: Stage, kind: str, text: str, facts: Mapping[str, Any] | None = None) -> Failure:
    return Failure(stage, "m", 0.1, kind, text, facts=facts or {})


RANK = failure(Stage.RUN, "InvalidArgument", "Invalid rank for input: a Got: 1 Expected: 2", {"fed": "example"})
LENGTH = failure(Stage.RUN, "ValueError", "All arrays must be of the same length", {"fed": "example"})
XGB = replace(MADE, flavors={"xgboost": {}, "python_function": {}}, requirements=("xgboost==1.7.6",))
FIRES = [
    ("no-python-function", replace(MADE, flavors={"onnx": {}}), ALL_THERE, (), "blocker", Stage.LOAD, ()),
    ("no-python-function", replace(MADE, flavors={"onnx": {}}), None, (), "warning", Stage.LOAD, ()),
    ("loading-runs-code", replace(MADE, loader="evil"), None, (), "warning", Stage.LOAD, ()),
    ("loading-runs-code", replace(MADE, code=("code",)), None, (), "warning", Stage.LOAD, ()),
    ("flavor-library-missing", MADE, consumer(mlflow="2.9.2", onnx="1"), (), "blocker", Stage.LOAD, ("onnxruntime",)),
    ("onnx-package-missing", MADE, consumer(mlflow="2.9.2", onnxruntime="1"), (), "warning", Stage.LOAD, ("onnx",)),
    ("example-refused", MADE, ALL_THERE, (failure(Stage.RUN, "ExampleRefused", "x"),), "blocker", Stage.RUN, ("mlflow",)),
    ("folder-not-scored", MADE, ALL_THERE, (LENGTH,), "blocker", Stage.RUN, ()),
    ("folder-not-scored", MADE, ALL_THERE, (replace(LENGTH, facts={"otherwise": "array"}),), "warning", Stage.RUN, ()),
    ("folder-not-loaded", MADE, ALL_THERE, (failure(Stage.LOAD, "ValueError", "x"),), "blocker", Stage.LOAD, ()),
    ("other-library-release", XGB, consumer(mlflow="2.9.2", xgboost="2.1.1"), (), "warning", Stage.LOAD, ("xgboost",)),
    ("written-by-newer-mlflow", MADE, ALL_THERE, (failure(Stage.LOAD, "FormatUnknown", "x"),), "blocker", Stage.LOAD, ("mlflow",)),
    ("no-signature", replace(MADE, signature=None), None, (), "note", Stage.REGISTER, ()),
    ("example-not-there", replace(MADE, example="e.json"), None, (), "warning", Stage.REGISTER, ()),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "model", "seen", "outcomes", "severity", "stage", "culprits"), FIRES)
def test_each_rule_fires(
    rule: str, model: MlModel, seen: Any, outcomes: Any, severity: str, stage: Stage, culprits: Any
) -> None:
    one = found(model, seen, *outcomes)[rule]
    assert (one.severity.value, one.stage, one.culprits[: len(culprits)]) == (severity, stage, culprits)
    assert one.advice


def test_columns_that_are_fed_flat_have_a_finding_of_their_own() -> None:
    one = found(MADE, ALL_THERE, RANK, model=COLUMNS)
    assert "columns-fed-flat" in one
    assert "folder-not-scored" not in one


def test_a_contradiction_explains_why_it_does_not_score() -> None:
    one = found(MADE, ALL_THERE, LENGTH, model=MATRIX)
    assert one["signature-against-inputs"].severity.value == "blocker"
    assert "folder-not-scored" not in one
    assert "signature-against-inputs" not in found(MADE, ALL_THERE, Passed(Stage.RUN, "m", 0.1), model=MATRIX)


# --- databases ---------------------------------------------------------------------------------------------------


def store(place: Path, revision: str = "acf3f17fdcc7", times: int = 1) -> Path:
    path = place / "mlflow.db"
    table = b"CREATE TABLE alembic_version (version_num VARCHAR(32))"
    path.write_bytes(b"SQLite format 3\0" + bytes(100) + table + bytes(50) + (b"\x01\x02%" + revision.encode()) * times)
    return path


def test_a_database_tells_its_schema(tmp_path: Path) -> None:
    made = read(store(tmp_path))
    assert (made.form, made.details["revision"], made.faults) == ("mlflow-store", "acf3f17fdcc7", ())


def test_another_database_is_no_model(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_bytes(b"SQLite format 3\0" + bytes(200))
    assert [f.kind for f in read(tmp_path / "x.db").faults] == ["unknown"]


def test_a_newer_schema_blocks_and_an_older_one_warns() -> None:
    newer = Failure(Stage.LOAD, "m.db", 0.1, "StoreNewer", "x")
    older = Passed(Stage.LOAD, "m.db", 0.1, {"migrates": True})
    for outcome, rule, severity in (
        (newer, "store-newer-than-client", "blocker"),
        (older, "store-would-be-migrated", "warning"),
    ):
        made = Artifact("m.db", "mlflow-store", consumer=ALL_THERE, outcomes=(outcome,))
        (one,) = diagnose(Case(made, None, load()))
        assert (one.rule, one.severity.value, one.culprits) == (rule, severity, ("mlflow",))
    same = Artifact("m.db", "mlflow-store", consumer=ALL_THERE, outcomes=(Passed(Stage.LOAD, "m.db", 0.1),))
    assert diagnose(Case(same, None, load())) == ()


# --- addresses ---------------------------------------------------------------------------------------------------

FAKE = """
import os
def download_artifacts(artifact_uri, dst_path):
    if "gone" in artifact_uri:
        raise OSError("Model Version (name=gone) not found")
    with open(os.path.join(dst_path, "MLmodel"), "w") as file:
        file.write("flavors: {}")
    return dst_path if "outside" not in artifact_uri else "/etc"
"""


FAKE_STORES = """
import os
asked = os.environ["STORE"]
def get_tracking_uri(): return asked
def get_registry_uri(): return asked
def set_tracking_uri(uri):
    global asked
    asked = uri
    if uri.startswith("sqlite:///"):  # as MLflow does where the tables are not its own
        import sqlite3
        with sqlite3.connect(uri[10:]) as opened:
            opened.execute("CREATE TABLE newer (a)")
"""


def test_a_database_is_looked_at_in_a_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A newer MLflow changes the tables of a database that it opens; and where there is no store, none is made."""
    (tmp_path / "mlflow").mkdir()
    (tmp_path / "mlflow" / "__init__.py").write_text(FAKE_STORES)
    (tmp_path / "mlflow" / "artifacts.py").write_text(FAKE)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with sqlite3.connect(tmp_path / "runs.db") as made:
        made.execute("CREATE TABLE older (a)")
    before = (tmp_path / "runs.db").read_bytes()
    monkeypatch.setenv("STORE", f"sqlite:///{tmp_path / 'runs.db'}")
    with brought("models:/tip/1", Path(sys.executable)) as place:
        assert place.name == "tip-1"
    assert (tmp_path / "runs.db").read_bytes() == before
    for store in (f"sqlite:///{tmp_path / 'none.db'}", str(tmp_path / "none"), f"file://{tmp_path}/none"):
        monkeypatch.setenv("STORE", store)
        with pytest.raises(CannotLook, match="there is no"), brought("models:/tip/1", Path(sys.executable)):
            pass
    assert {file.name for file in tmp_path.iterdir()} == {"mlflow", "runs.db"}


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("models:/tip/1", True), ("runs:/0af/model", True), ("models/tip", False), ("C:/models", False), ("model.onnx", False)],
)  # fmt: skip
def test_what_is_an_address(text: str, is_one: bool) -> None:
    assert is_address(text) is is_one


def test_an_address_is_resolved_by_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mlflow").mkdir()
    (tmp_path / "mlflow" / "__init__.py").write_text(FAKE_STORES)
    (tmp_path / "mlflow" / "artifacts.py").write_text(FAKE)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("STORE", str(tmp_path))
    with brought("models:/tip/1", Path(sys.executable)) as place:
        assert (place.name, kinds(read(place))) == ("tip-1", ["malformed"])
    assert not place.exists()
    for address, said in (("models:/gone/1", "not found"), ("models:/outside/1", "not to be had")):
        with pytest.raises(CannotLook, match=said), brought(address, Path(sys.executable)):
            pass
    with pytest.raises(UsageError, match="environment"), brought("models:/tip/1", None):
        pass
