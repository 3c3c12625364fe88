"""A place's runtime is made here, and refuses or takes a model as the place does."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker.inspection import inspect
from checker.model import Basis
from checker.request import Remedies, Request

from ..onnxfiles import model, node

pytestmark = pytest.mark.live


@pytest.mark.smoke
@pytest.mark.parametrize(("ir", "rules"), [(8, []), (10, ["stamp-beyond-target"])])
def test_a_release_of_the_runtime_is_tried(tmp_path: Path, ir: int, rules: list[str]) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(model(nodes=node("Relu", "X", "Y"), ir=ir, opset=15))
    report = inspect(str(path), Request(targets=("onnxruntime==1.10",), remedies=Remedies.PROVEN))
    assert report.places[0].tried.startswith("onnxruntime 1.10.0 with numpy 1."), report.places[0].untried
    assert [(f.rule, f.basis) for f in report.findings] == [(rule, Basis.SEEN) for rule in rules]


def test_a_release_that_no_index_has_is_told(tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(model(nodes=node("Relu", "X", "Y"), ir=7, opset=12))
    report = inspect(str(path), Request(targets=("azure-sql-edge-1.0.7",), remedies=Remedies.PROVEN))
    assert "no index has onnxruntime 1.5.3" in report.places[0].untried
    assert "target-unknown" in {f.rule for f in report.findings}
