"""Folders of MLflow's models and its databases: read as plain data, however hostile."""

from __future__ import annotations

import sqlite3
import sys
import time
from pathlib import Path

import pytest

from checker.artifact import read
from checker.artifact.mlmodel.addresses import brought, is_address
from checker.artifact.mlmodel.asking import details_of_folder, is_plain
from checker.artifact.mlmodel.plain_yaml import NotPlain, plain_yaml
from checker.artifact.pickled import details_of
from checker.errors import CannotLook, UsageError
from checker.model import Artifact
from checker.model.forms.mlmodel import MlModel
from checker.model.forms.pickled import Needed, Pickled

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


@pytest.mark.parametrize(
    ("there", "loader", "found"),
    [(True, "own", []), (False, "own", ["incomplete"]), (False, "mlflow.onnx", [])],
    ids=["there", "what loads it is missed", "MLflow loads it without"],
)
def test_a_folder_of_code_that_is_not_there(there: bool, loader: str, found: list[str], tmp_path: Path) -> None:
    told = WHOLE.replace("data: model.onnx, env", "code: code, data: model.onnx, env")
    made = folder(tmp_path, told.replace("loader_module: mlflow.onnx", f"loader_module: {loader}"))
    if there:
        (made / "code").mkdir()
    assert kinds(read(made)) == found
    assert read(made).mlmodel.code == ("code",)  # type: ignore[union-attr]


def test_modules_beside_a_pickle_are_not_asked_of_its_consumer(tmp_path: Path) -> None:
    made = folder(tmp_path, WHOLE.replace("data: model.onnx, env", "code: code, data: model.onnx, env"))
    (made / "code" / "package").mkdir(parents=True)
    (made / "code" / "own.py").touch()
    found = read(made).mlmodel
    assert found
    assert found.brings == ("own", "package")
    pickled = Pickled(
        "pickle", needs=(Needed("own", "Class"), Needed("own.inner", "Other"), Needed("strangers", "Class"))
    )
    assert details_of(pickled, found.brings)["needs"] == [("strangers", "Class")]
    assert len(details_of(pickled)["needs"]) == 3
