"""A file whose operators need a newer opset is converted by onnx itself, and taken by the old runtime."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker.artifact import read
from checker.inspection import inspect
from checker.request import Remedies, Request

from ..onnxfiles import floats, model, node, value

pytestmark = pytest.mark.live


def test_operators_are_converted_for_an_old_runtime(tmp_path: Path) -> None:
    path, out = tmp_path / "model.onnx", tmp_path / "out.onnx"
    outputs = value(12, "Y", floats(1, 1))
    path.write_bytes(model(nodes=node("ReduceMax", "X", "Y"), outputs=outputs, opset=18, ir=8))
    report = inspect(str(path), Request(targets=("onnxruntime==1.10",), repair=out, remedies=Remedies.PROVEN))
    told = dict(report.subject.told)
    assert "from opset 18 to 15" in told["Converted"]
    assert told["Compared"].endswith("bit for bit")
    assert report.findings == ()
    assert read(out).opsets == {"ai.onnx": 15}
