"""Operators in the forms of an earlier opset: when that is asked for, and what is told of how it went."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from checker.artifact import read
from checker.cli import main
from checker.errors import CannotLook
from checker.knowledge import load
from checker.model import Artifact
from checker.repair import conversion
from checker.repair.conversion import as_converted, converted, opset_asked
from checker.repair.plan import limits_of
from checker.targets import find_target

from .onnxfiles import model, node

#: an operator whose form of opset 18 has its axes elsewhere, and one that came to take more types only
REDUCED, EQUAL = node("ReduceMax", "X", "Y"), node("Equal", "X", "X", "Y")
LIMITS = [limits_of(find_target("onnxruntime==1.10", load()), load())]


def written(folder: Path, **fields: Any) -> Artifact:
    path = folder / "given.onnx"
    path.write_bytes(model(**fields))
    return read(path)


@pytest.mark.parametrize(
    ("fields", "opset"),
    [
        ({"nodes": REDUCED, "opset": 18}, 15),
        ({"nodes": REDUCED, "opset": 15}, None),
        ({"nodes": EQUAL, "opset": 19}, None),
        ({"opset": 21}, None),
        ({"nodes": REDUCED + node("Scaler", "Y", "Z", domain="ai.onnx.ml"), "opset": 18}, None),
    ],
    ids=["its form is newer", "old enough", "only more types", "any opset", "a domain without an opset"],
)
def test_a_conversion_is_asked_for_where_stamps_do_not_do(
    tmp_path: Path, fields: dict[str, Any], opset: int | None
) -> None:
    assert opset_asked(written(tmp_path, **fields), LIMITS, load()) == opset


Answer = Callable[[str], CompletedProcess[str]]


def put(content: bytes) -> Answer:
    """A converter that makes a file of this content."""

    def run(text: str) -> CompletedProcess[str]:
        target = next(line for line in text.splitlines() if "onnx.save" in line).split("'")[1]
        Path(target).write_bytes(content)
        return CompletedProcess([], 0, "converted to 15\n", "")

    return run


def refuse(text: str) -> CompletedProcess[str]:
    return CompletedProcess([], 0, "refused: No Adapter From Version $16 for Identity\n", "")


def fail(text: str) -> CompletedProcess[str]:
    raise CannotLook("uv cannot be used")


@pytest.mark.parametrize(
    ("answer", "told", "opset"),
    [
        (put(model(nodes=REDUCED, opset=15)), "from opset 18 to 15, by the version converter of onnx", 15),
        (put(model(nodes=REDUCED, opset=18)), "from opset 18 to 18", 18),
        (refuse, "has no way to opset 15 (refused: No Adapter From Version $16 for Identity)", 18),
        (fail, "not converted: uv cannot be used", 18),
    ],
)
def test_what_a_conversion_tells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: Answer, told: str, opset: int
) -> None:
    made = written(tmp_path, nodes=REDUCED, opset=18)
    monkeypatch.setattr(conversion, "run_script", lambda text, python, seconds: answer(text))
    with converted(made, 15, load(), ()) as done:
        assert told in done.told
        new = as_converted(made, done, LIMITS, load())
        assert new.opsets["ai.onnx"] == opset
        assert (new is made) == (opset == 18)
    assert not (done.path and done.path.exists())


def test_the_card_tells_that_nothing_could_be_converted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path, out = tmp_path / "model.onnx", tmp_path / "out.onnx"
    path.write_bytes(model(nodes=REDUCED, opset=18))
    monkeypatch.setattr(conversion, "run_script", lambda text, python, seconds: refuse(text))
    words = ["inspect", str(path), "--target", "onnxruntime==1.10", "--no-prove"]
    main([*words, "--offline", "--format", "json"])
    remedies = json.loads(capsys.readouterr().out)["remedies"]
    assert [one["kind"] for one in remedies] == ["code", "action"], "to convert again comes first"
    assert "to the forms of opset 15" in remedies[-1]["text"]
    assert "--repair" in remedies[-1]["commands"]["shell"]
    main([*words, "--repair", str(out), "--offline"])
    assert "not converted to opset 15: --offline" in " ".join(capsys.readouterr().out.split())
    main([*words, "--repair", str(out)])
    assert "not converted: onnx" in " ".join(capsys.readouterr().out.split())
    assert not out.exists()
