"""ONNX files: what is read of them, and of what only looks like one; every file is made here, byte by byte."""

from __future__ import annotations

import json
import os
from pathlib import Path

import jsonschema
import pytest

from checker.artifact import read
from checker.artifact.onnx import graphs
from checker.artifact.onnx.wires import MENDS
from checker.cli import main
from checker.errors import BLOCKED, CANNOT_LOOK, READY
from checker.model import Artifact

from .onnxfiles import bytes_field, external, floats, graph, model, node, number, tensor, value
from .test_reporters import SCHEMA


def saved(folder: Path, content: bytes, name: str = "model.onnx") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def looked(folder: Path, content: bytes, name: str = "model.onnx") -> Artifact:
    return read(saved(folder, content, name))


def faults(made: Artifact) -> list[str]:
    return [fault.kind for fault in made.faults]


def test_a_whole_model(tmp_path: Path) -> None:
    made = looked(
        tmp_path,
        model(nodes=node("Relu", "X", "Z") + node("Relu", "Z", "Y"), producer="skl2onnx", producer_version="1.17.0"),
    )
    assert (made.form, made.producer, made.ir, made.opsets) == ("onnx", "skl2onnx 1.17.0", 8, {"ai.onnx": 17})
    assert made.model
    assert [(t.name, t.kind, t.shape) for t in made.model.inputs] == [("X", "float", (None, 4))]
    assert [(o.name, o.count) for o in made.model.operators] == [("Relu", 2)]
    assert faults(made) == []


def test_graphs_within_graphs_are_counted(tmp_path: Path) -> None:
    inner = graph(nodes=node("Sin", "a", "b") + node("ArrayFeatureExtractor", "b", "c", domain="ai.onnx.ml"))
    branch = bytes_field(5, bytes_field(1, b"then_branch") + bytes_field(6, inner) + number(20, 5))
    made = looked(tmp_path, model(nodes=node("If", "X", "Y", more=branch)))
    assert made.model
    assert {(o.domain, o.name) for o in made.model.operators} == {
        ("ai.onnx", "If"), ("ai.onnx", "Sin"), ("ai.onnx.ml", "ArrayFeatureExtractor"),
    }  # fmt: skip


HOSTILE = {
    "empty": b"",
    "pointer": b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 123456\n",
    "web-page": b"<!DOCTYPE html><html><head><title>Sign in</title></head></html>",
    "archive": b"PK\x03\x04" + bytes(60),
    "other-form": b"\x80\x04\x95\x0a\x00\x00\x00\x00\x00\x00\x00}\x94.",
    "text": b"404: not found\n",
    "truncated": model()[:-3],
    "wrong-type": bytes_field(1, b"8") + model(),
    "malformed": model() + b"\x0b\x0c",
    "no-graph": number(1, 8) + bytes_field(8, number(2, 17)),
    "no-ir": model(ir=None),
    "no-opset": model(opset=None),
    "no-model": bytes_field(99, b"words"),
    "written-twice": model(nodes=node("Relu", "X", "Y") + node("Sin", "X", "Y")),
    "dangling": model(nodes=node("Relu", "Z", "Y")),
    "cycle": model(nodes=node("Add", "X", "B", "A") + node("Relu", "A", "B") + node("Sin", "B", "Y")),
    "named-twice": model(
        nodes=node("Relu", "X", "Z", more=bytes_field(3, b"a")) + node("Sin", "Z", "Y", more=bytes_field(3, b"a"))
    ),
    "given-twice": model(inputs=value(11, "X", floats(None, 4)) * 2),
    "no-output": model(outputs=b""),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_is_no_model_is_one_finding(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = saved(tmp_path, HOSTILE[kind])
    assert faults(read(path)) == [kind]
    assert main(["inspect", str(path), "--format", "json"]) == BLOCKED
    report = json.loads(capsys.readouterr().out)
    jsonschema.Draft202012Validator(SCHEMA).validate(report)
    assert [f["rule"] for f in report["findings"]] == ["broken-file"]
    assert report["remedies"][0]["kind"] == ("code" if kind in MENDS else "action")


def test_four_gigabytes_in_a_small_file(tmp_path: Path) -> None:
    made = looked(tmp_path, number(1, 8) + b"\x3a\xff\xff\xff\xff\x0f" + bytes(190))
    assert faults(made) == ["truncated"]


def test_ten_thousand_graphs_within_each_other(tmp_path: Path) -> None:
    deep = b""
    for _ in range(10_000):
        deep = bytes_field(1, bytes_field(4, b"If") + bytes_field(5, bytes_field(6, deep)))
    made = looked(tmp_path, number(1, 8) + bytes_field(8, number(2, 17)) + bytes_field(7, deep))
    assert faults(made) == ["deep"]


def test_a_type_of_types_without_end(tmp_path: Path) -> None:
    deep = b""
    for _ in range(10_000):
        deep = bytes_field(4, bytes_field(1, deep))
    made = looked(tmp_path, model(inputs=bytes_field(11, bytes_field(1, b"X") + bytes_field(2, deep))))
    assert faults(made) == ["deep"]


def test_a_pipe_is_not_waited_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo(tmp_path / "model.onnx")
    assert main(["inspect", str(tmp_path / "model.onnx")]) == CANNOT_LOOK
    assert main(["inspect", "/dev/zero"]) == CANNOT_LOOK
    assert main(["inspect", str(tmp_path / "none.onnx")]) == CANNOT_LOOK
    assert "pipe" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("location", "state"),
    [
        ("weights.bin", "inside"), ("gone.bin", "missing"), ("../weights.bin", "outside"), ("/etc/passwd", "outside"),
        ("a/../../weights.bin", "outside"), ("C:\\secret.bin", "outside"), ("link.bin", "link"), ("d/deep.bin", "link"),
        ("short.bin", "short"), ("pipe", "special"), ("", "missing"),
    ],
)  # fmt: skip
def test_where_values_lie(location: str, state: str, tmp_path: Path) -> None:
    (tmp_path / "weights.bin").write_bytes(bytes(64))
    (tmp_path / "short.bin").write_bytes(bytes(63))
    (tmp_path / "link.bin").symlink_to(tmp_path / "weights.bin")
    (tmp_path / "d").symlink_to(tmp_path, target_is_directory=True)
    os.mkfifo(tmp_path / "pipe")
    made = looked(tmp_path, model(initializers=tensor("W", external(location, length=64))))
    assert made.model
    assert [(e.location, e.state) for e in made.model.external] == [(location, state)]


def test_a_file_in_the_folder_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "weights.bin").write_bytes(bytes(64))
    path = saved(tmp_path, model(initializers=tensor("W", external("weights.bin", length=64))))
    assert main(["inspect", str(path)]) == READY
    (tmp_path / "weights.bin").unlink()
    assert main(["inspect", str(path)]) == BLOCKED


def test_nodes_in_another_order_are_no_fault(tmp_path: Path) -> None:
    made = looked(
        tmp_path, model(nodes=node("Sin", "A", "Y") + node("Clip", "X", "", "W", "A"), initializers=tensor("W", b""))
    )
    assert faults(made) == []


def test_maps_and_sequences_are_told(tmp_path: Path) -> None:
    scores = value(
        12,
        "p",
        bytes_field(4, bytes_field(1, bytes_field(5, number(1, 7) + bytes_field(2, bytes_field(1, number(1, 1)))))),
    )
    made = looked(tmp_path, model(outputs=scores, nodes=node("ZipMap", "X", "p", domain="ai.onnx.ml")))
    assert made.model
    assert made.model.outputs[0].kind == "sequence of map of int64 to float"


@pytest.mark.parametrize("run", [
    b"\x3d\x00\x00\x80\x3f" * 70_000, number(8, 300) * 2_000 + number(8, 1) * 2_000, bytes_field(9, b"BRANCH_LEQ") * 3_000,
    bytes_field(9, bytes(200)) * 3, bytes_field(9, b"") * 3 + b"\x3d\x00\x00\x80\x3f", number(8, -1) * 3,
], ids=["floats", "ints", "texts", "long texts", "mixed", "negative"])  # fmt: skip
def test_values_one_by_one_are_passed_over(run: bytes, tmp_path: Path) -> None:
    """What stands behind a run of values is seen, and a run that is cut is told."""
    inner = bytes_field(6, graph(nodes=node("Sin", "a", "b")))
    made = looked(
        tmp_path, model(nodes=node("Trees", "X", "Y", more=bytes_field(5, bytes_field(1, b"v") + run + inner)))
    )
    assert made.model
    assert [o.name for o in made.model.operators] == ["Sin", "Trees"]
    cut = looked(tmp_path, model(nodes=node("Trees", "X", "Y", more=bytes_field(5, run[:-1]))))
    assert faults(cut) in (["truncated"], ["malformed"])


def test_the_format_of_the_runtime_itself(tmp_path: Path) -> None:
    """A flatbuffer whose root table has one text."""
    whole = (
        b"\x14\x00\x00\x00ORTM"
        + bytes(4)
        + b"\x06\x00\x08\x00\x04\x00\x00\x00"
        + b"\x08\x00\x00\x00\x04\x00\x00\x00\x01\x00\x00\x006\x00"
    )
    made = looked(tmp_path, whole, "model.ort")
    assert (made.form, made.told, faults(made)) == ("ort", (("ORT format", "6"),), [])
    assert faults(looked(tmp_path, whole[:30], "model.ort")) == ["truncated"]
    assert faults(looked(tmp_path, b"\x14\x00\x00\x00ORTX" + whole[8:], "model.ort")) == ["malformed"]
    assert faults(looked(tmp_path, b"\xff\xff\xff\xffORTM" + whole[8:], "model.ort")) == ["truncated"]


def test_millions_of_parts_are_not_read_to_their_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graphs, "MOST_PARTS", 1000)
    made = looked(tmp_path, model(more=bytes_field(14, bytes_field(1, b"k")) * 2000))
    assert faults(made) == ["parts"]
