"""Changed ONNX files: what they are afterwards, and which places ask for what."""

from __future__ import annotations

import json
import struct
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from checker.artifact import read
from checker.artifact.onnx.thresholds import known_texts, thresholds
from checker.cli import main
from checker.errors import BLOCKED, CANNOT_LOOK, USAGE, CannotLook
from checker.knowledge import load
from checker.model import Artifact, OnnxModel
from checker.probe.inside.artifact.onnxfile import run_onnx_file
from checker.repair import repairing
from checker.repair.edits import (
    Edit,
    apply_all,
    cast_input,
    flatten_input,
    join_inputs,
    lower_stamps,
    rename_inputs,
    split_input,
    without_maps,
)
from checker.repair.plan import for_runtime
from checker.repair.runtimes import newest_for
from checker.world.foreign.opening import opened

from .onnxfiles import bytes_field, floats, model, node, number, value

COLUMNS = b"".join(value(11, name, floats(None, 1)) for name in "abc")
THREE = model(inputs=COLUMNS, nodes=node("Sum", "a", "b", "c", "Y"))
MAPS = value(
    12, "P", bytes_field(4, bytes_field(1, bytes_field(5, number(1, 7) + bytes_field(2, bytes_field(1, number(1, 1))))))
)
ZIPPED = node("LinearClassifier", "X", "S", domain="ai.onnx.ml") + node("ZipMap", "S", "P", domain="ai.onnx.ml")


def model_in(folder: Path, content: bytes) -> OnnxModel:
    path = folder / "given.onnx"
    path.write_bytes(content)
    found = read(path).model
    assert found
    return found


def changed(folder: Path, content: bytes, *edits: Edit | None) -> Artifact:
    """What a file is after changes, none of which may be lacking."""
    path = folder / "changed.onnx"
    path.write_bytes(b"".join(apply_all([e for e in edits if e], content)))
    assert None not in edits
    made = read(path)
    assert made.faults == ()
    return made


def inputs(made: Artifact) -> list[tuple[str, str, object]]:
    assert made.model
    return [(t.name, t.element, t.shape) for t in made.model.inputs]


def operators(made: Artifact) -> set[str]:
    assert made.model
    return {o.name for o in made.model.operators}


def test_stamps_are_lowered_and_all_else_stays(tmp_path: Path) -> None:
    content = model(ir=10, opset=21)
    made = changed(tmp_path, content, lower_stamps({"IR version": 10, "ai.onnx": 21}, {"IR version": 7, "ai.onnx": 13}))
    assert (made.ir, made.opsets) == (7, {"ai.onnx": 13})
    again = changed(tmp_path, content, lower_stamps({"IR version": 10}, {"IR version": 10}))
    assert Path(again.path).read_bytes() == content


def test_a_matrix_becomes_columns_and_columns_a_matrix(tmp_path: Path) -> None:
    content = model()
    split = split_input(model_in(tmp_path, content), ("a", "b", "c", "d"))
    made = changed(tmp_path, content, split)
    assert inputs(made) == [(name, "float", (None, 1)) for name in "abcd"]
    assert operators(made) == {"Relu", "Concat"}
    made = changed(tmp_path, THREE, join_inputs(model_in(tmp_path, THREE)))
    assert inputs(made) == [("X", "float", (None, 3))]
    assert operators(made) == {"Sum", "Gather"}


@pytest.mark.parametrize("content", [
    model(inputs=value(11, "X", floats(None, None))), model(inputs=value(11, "X", floats(None, 1))),
    model(inputs=value(11, "X", floats(3))), model(inputs=COLUMNS),
], ids=["width is not known", "one column", "one dimension", "columns already"])  # fmt: skip
def test_what_cannot_be_split(content: bytes, tmp_path: Path) -> None:
    assert split_input(model_in(tmp_path, content)) is None


def test_columns_of_several_types_are_not_joined(tmp_path: Path) -> None:
    other = value(
        11, "n", bytes_field(1, number(1, 7) + bytes_field(2, bytes_field(1, b"") + bytes_field(1, number(1, 1))))
    )
    assert join_inputs(model_in(tmp_path, model(inputs=COLUMNS + other))) is None
    assert join_inputs(model_in(tmp_path, model())) is None


def test_an_input_is_cast_within(tmp_path: Path) -> None:
    content = model()
    made = changed(tmp_path, content, cast_input(model_in(tmp_path, content), "X", "double"))
    assert inputs(made) == [("X", "double", (None, 4))]
    assert operators(made) == {"Relu", "Cast"}
    assert b"repaired_X" in Path(made.path).read_bytes()


def test_inputs_lose_their_second_dimension(tmp_path: Path) -> None:
    content = THREE
    given = model_in(tmp_path, content)
    edits = [flatten_input(given, name) for name in "abc"]
    made = changed(tmp_path, content, *edits)
    assert inputs(made) == [(name, "float", (None,)) for name in "abc"]
    assert "Reshape" in operators(made)
    assert flatten_input(made.model or given, "a") is None


def test_inputs_are_renamed(tmp_path: Path) -> None:
    content = THREE
    given = model_in(tmp_path, content)
    made = changed(tmp_path, content, rename_inputs(given, {"a": "Fare", "c": "Miles"}))
    assert [name for name, _, _ in inputs(made)] == ["Fare", "b", "Miles"]
    assert rename_inputs(given, {"a": "b"}) is None
    assert rename_inputs(given, {"a": "a", "z": "y"}) is None


def test_maps_become_an_array(tmp_path: Path) -> None:
    content = model(nodes=ZIPPED, outputs=MAPS, more=bytes_field(8, bytes_field(1, b"ai.onnx.ml") + number(2, 1)))
    made = changed(tmp_path, content, without_maps(model_in(tmp_path, content), content))
    assert operators(made) == {"LinearClassifier", "Identity"}
    assert made.model
    assert [(t.name, t.kind, t.shape) for t in made.model.outputs] == [("P", "float", (None, None))]
    plain = model()
    assert without_maps(model_in(tmp_path, plain), plain) is None


def test_only_what_the_operators_do_not_need_is_lowered(tmp_path: Path) -> None:
    knowledge = load()
    made = Artifact("m.onnx", "onnx", "", 10, {"ai.onnx": 21}, model=model_in(tmp_path, model(ir=10, opset=21)))
    assert [e.text for e in for_runtime(made, "1.17.0", knowledge)] == [
        "lower the IR version from 10 to 9 and the opset of ai.onnx from 21 to 20"
    ]
    assert for_runtime(made, "1.20.0", knowledge) == ()
    assert made.model
    own = replace(made, model=replace(made.model, functions=(("mine", "distance"),)))
    assert for_runtime(own, "1.17.0", knowledge) == (), "functions have opsets of their own"
    new = model_in(tmp_path, model(ir=10, opset=21, nodes=node("GroupNormalization", "X", "s", "b", "Y")))
    assert for_runtime(replace(made, model=new), "1.17.0", knowledge) == ()
    unknown = model_in(tmp_path, model(ir=10, opset=21, nodes=node("Frobnicate", "X", "Y")))
    assert for_runtime(replace(made, model=unknown), "1.17.0", knowledge) == ()


def test_the_newest_runtime_is_one_that_takes_the_file() -> None:
    knowledge = load()
    assert newest_for("1.18.0", knowledge) == knowledge.releases("onnxruntime")[-1].version
    assert newest_for("", knowledge) == ""


def test_numbers_at_which_trees_part(tmp_path: Path) -> None:
    values = bytes_field(1, b"nodes_values") + b"".join(b"\x3d" + struct.pack("<f", one) for one in (0.5, 0.5, 2.0))
    others = bytes_field(5, bytes_field(1, b"nodes_hitrates") + b"\x3d" + struct.pack("<f", 7.0))
    trees = node("TreeEnsembleRegressor", "X", "Y", domain="ai.onnx.ml", more=others + bytes_field(5, values))
    assert thresholds(model(nodes=trees)) == [0.5, 2.0]
    packed = bytes_field(5, bytes_field(1, b"nodes_values") + bytes_field(7, struct.pack("<2f", 1.0, 3.0)))
    assert thresholds(model(nodes=node("TreeEnsembleRegressor", "X", "Y", more=packed))) == [1.0, 3.0]
    assert thresholds(model()) == []


def encoder(name: bytes, *texts: bytes) -> bytes:
    """A node that knows these texts."""
    told = bytes_field(5, bytes_field(1, name) + b"".join(bytes_field(9, one) for one in texts))
    return node("OneHotEncoder", "X", "Y", domain="ai.onnx.ml", more=told)


def test_texts_that_an_encoder_knows(tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(model(nodes=encoder(b"cats_strings", b"M", "Dienstag ä".encode(), b"M")))
    assert known_texts(path) == {"texts": ["M", "Dienstag ä"]}
    path.write_bytes(model(nodes=encoder(b"other", b"M")))
    assert known_texts(path) == {}


@pytest.mark.parametrize(("texts", "seen"), [(["M", "T"], "rows"), ([], "skipped"), (["x"], "skipped")])
def test_a_model_that_refuses_what_it_does_not_know_is_fed_what_it_knows(texts: list[str], seen: str) -> None:
    class Session:
        def get_inputs(self) -> list[SimpleNamespace]:
            return [SimpleNamespace(name=n, type="tensor(string)", shape=[None, 1]) for n in ("day", "zone")]

        def get_outputs(self) -> list[SimpleNamespace]:
            return [SimpleNamespace(name="label")]

        def run(self, names: None, fed: dict[str, Any]) -> list[list[int]]:
            if {*fed["day"].ravel()} <= {"M"} and {*fed["zone"].ravel()} <= {"T"}:
                return [[1]]
            raise RuntimeError("Status Message: Unknown Category and zeros = 0.")

    row = {"details": {"texts": texts} if texts else {}}
    assert seen in run_onnx_file(row, {"session": Session()})


def test_a_repair_asks_for_a_place_and_a_whole_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, out = tmp_path / "model.onnx", tmp_path / "out.onnx"
    path.write_bytes(model())
    assert main(["inspect", str(path), "--repair", str(out)]) == USAGE
    assert "--target" in capsys.readouterr().err
    path.write_bytes(model()[:-5])
    assert main(["inspect", str(path), "--repair", str(out), "--target", "onnxruntime==1.6.0"]) == CANNOT_LOOK
    assert not out.exists()


def test_a_file_that_is_there_is_not_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, out = tmp_path / "model.onnx", tmp_path / "out.onnx"
    path.write_bytes(model(ir=10))
    out.write_text("mine")
    words = ["inspect", str(path), "--target", "onnxruntime==1.17.0", "--offline", "--repair", str(out)]
    assert main(words) == USAGE
    assert "it is there already (name a file that is not there yet)" in capsys.readouterr().err
    assert out.read_text() == "mine"
    out.unlink()
    out.symlink_to(tmp_path / "nowhere")
    assert main(words) == USAGE


def test_a_repair_that_is_interrupted_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, out = tmp_path / "model.onnx", tmp_path / "out.onnx"
    path.write_bytes(model(ir=10))

    def interrupted(*_: object) -> str:
        assert out.exists()
        raise KeyboardInterrupt

    monkeypatch.setattr(repairing, "_compare", interrupted)
    main(["inspect", str(path), "--target", "onnxruntime==1.17.0", "--offline", "--repair", str(out)])
    assert not out.exists()


def test_what_fails_while_a_file_is_open_is_told_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(model())
    kept = []

    def fail() -> None:
        with opened(path) as content:
            kept.append(memoryview(content)[:4])
            raise CannotLook("no space left")

    with pytest.raises(CannotLook):
        fail()


def test_a_place_that_refuses_a_file_is_offered_a_change(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(model(ir=10, opset=21))
    assert main(["inspect", str(path), "--target", "synapse-sql-predict", "--offline", "--format", "json"]) == BLOCKED
    first = json.loads(capsys.readouterr().out)["remedies"][0]
    assert first["kind"] == "action"
    assert "split the input X into 4 inputs" in first["text"]
    assert "--repair" in first["commands"]["shell"]
    path.write_bytes(model(ir=6, opset=9, inputs=value(11, "X", floats(None, 1))))
    main(["inspect", str(path), "--target", "synapse-sql-predict", "--offline", "--format", "json"])
    assert "--repair" not in capsys.readouterr().out
