"""The commands that read the measured matrix: what they print, and what they say of a wrong word."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from checker.cli import main
from checker.commands.matrix.asked import strangers
from checker.errors import CANNOT_LOOK, READY, USAGE
from checker.matrix import choose as choosing
from checker.matrix import measured
from checker.matrix.matching import Match

from .matrices import FEW, packed

PINS = ["python==3.11", "scikit-learn==1.4.0", "skl2onnx==1.16.0", "onnxruntime==1.14.1"]
#: a script with one model that was measured
RIDGE = """from sklearn.linear_model import Ridge
from skl2onnx import to_onnx
import numpy as np
X = np.zeros((9, 4), np.float32)
to_onnx(Ridge(alpha=0.1).fit(X, np.zeros(9)), X)
"""
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Run]:
    """`checker matrix ...` with a small matrix: its status, answer and word of complaint."""
    monkeypatch.setattr(measured, "PLACES", (packed(tmp_path / "measured.json.gz", FEW),))
    measured.load.cache_clear()

    def run_(*words: str) -> tuple[int, str, str]:
        status = main(["matrix", *words])
        told = capsys.readouterr()
        return status, told.out, told.err

    yield run_
    measured.load.cache_clear()


def test_show_sums_up(run: Run) -> None:
    status, told, _ = run("show", *PINS)
    assert status == READY
    assert "   2 work (2 measured)\n   0 fail\n   0 unknown\n" in told
    _, told, _ = run("show", *PINS[2:], "scikit-learn==1.7.0", "python==3.11")
    assert "1 fail (1 measured)" in told
    assert "convert: RuntimeError in skl2onnx._parse: an attribute is not there" in told
    assert "Ridge" in told


def test_models_that_a_release_does_not_know_are_left_out() -> None:
    found = strangers({"scikit-learn": "1.4.2"})
    assert {"ClassicalMDS", "OneHotEncoder-old-dense"} <= found
    assert "Pipeline" not in found
    assert not strangers({"python": "3.11"})


def test_show_names_cells_of_single_canaries(run: Run) -> None:
    _, told, _ = run("show", *PINS, "--canary", "R*")
    assert told.splitlines()[-1] == "Ridge: works, measured (c4)"


def test_show_for_programs(run: Run) -> None:
    _, told, _ = run("show", *PINS[2:], "scikit-learn==1.8.1", "python==3.11", "--format", "json")
    read = json.loads(told)
    first, second = read["verdicts"]
    assert read["schema_version"] == 1
    assert (first["verdict"], first["stage"], first["basis"]) == ("fails", "convert", "inferred")
    assert first["signature"]["id"] == "s4"
    assert {cell["id"] for cell in first["cells"]} <= {f"c{n}" for n in range(24)}
    assert (second["verdict"], second["signature"]) == ("works", None)


def test_show_reads_files_of_requirements(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "requirements.txt"
    file.write_text("scikit-learn==1.4.0  # ours\nskl2onnx==1.16.0\npandas==2.0.0\nmlflow>=2\n")
    status, told, _ = run("show", str(file), "python==3.11", "--canary", "Ridge")
    assert (status, told.splitlines()[-1]) == (READY, "Ridge: works, measured (c4)")


def test_show_reads_a_lock_file_with_its_python(run: Run, tmp_path: Path) -> None:
    told = {"scikit-learn": {"version": "==1.4.0"}, "skl2onnx": {"version": "==1.16.0"}}
    meta = {"pipfile-spec": 6, "requires": {"python_version": "3.11"}}
    (file := tmp_path / "Pipfile.lock").write_text(json.dumps({"_meta": meta, "default": told}))
    status, said, _ = run("show", str(file), "--canary", "Ridge")
    assert (status, said.splitlines()[-1]) == (READY, "Ridge: works, measured (c4)")


def test_why_tells_what_it_rests_on(run: Run) -> None:
    _, told, _ = run("why", *PINS[2:], "scikit-learn==1.8.1", "python==3.11", "Ridge")
    words = " ".join(told.split())
    assert "Ridge: fails at convert, inferred from measured neighbours" in words
    assert "12 measured cells agree, with scikit-learn above 1.5.0" in words
    assert "c8, 2026-11-28, failed at convert, with scikit-learn 1.8.0" in words
    assert "checker preflight --python patient --canaries Ridge" in words
    _, told, _ = run("why", *PINS, "Ridge")
    assert "c4, 2026-11-28, worked, with just these versions" in told
    assert "To see it" not in told


def test_why_tells_what_is_missing(run: Run) -> None:
    _, told, _ = run("why", "skl2onnx==1.16.0", "python==3.11", "Ridge")
    assert "unknown: the measured neighbours do not agree on the stage convert, with scikit-learn left open" in told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["show", "numpy"], "numpy is neither a version nor a file (write NAME==VERSION"),
        (["show", "numpy>=1"], "numpy>=1 is neither a version nor a file"),
        (["show", "scikit-learn==1.*"], "scikit-learn==1.*: no release is named"),
        (["show", "pandas==2.0.0"], "none of these packages was measured"),
        (["show", *PINS, "--canary", "Rigde"], "no such canary was measured: Rigde (did you mean Ridge?)"),
        (["why", *PINS], "no canary is named (put its name behind the versions)"),
        (["why", *PINS, "*"], "* stands for 2 canaries (name one, such as Ridge)"),
    ],
)
def test_what_is_wrong_is_one_line(run: Run, words: list[str], told: str) -> None:
    status, out, complaint = run(*words)
    assert (status, out) == (USAGE, "")
    assert told in complaint
    assert complaint.count("\n") == 1


def test_a_file_that_is_not_there(run: Run) -> None:
    status, _, complaint = run("show", "requirements.txt")
    assert status == CANNOT_LOOK
    assert "requirements.txt: not found" in complaint


def test_without_a_matrix_there_is_nothing_to_show(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(measured, "PLACES", (tmp_path / "none",))
    measured.load.cache_clear()
    status, _, complaint = run("show", *PINS)
    assert (status, complaint) == (
        CANNOT_LOOK,
        "checker: no measured matrix comes with this checker (install a release that has one)\n",
    )


# --- choose --------------------------------------------------------------------------------------------------------


@pytest.fixture
def wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "checker.commands.matrix.choose.wanted", lambda matrix, scripts: {n: Match((n,), True) for n in matrix.canaries}
    )


def test_choose_unfolds_a_row_once_for_all_cells(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    script = tmp_path / "train.py"
    script.write_text(RIDGE)
    unfolded, row = list[str](), measured.Measured.row

    def unfolding(matrix: measured.Measured, canary: str) -> tuple[int, ...]:
        unfolded.append(canary)
        return row(matrix, canary)

    monkeypatch.setattr(measured.Measured, "row", unfolding)
    monkeypatch.setattr(choosing, "LOOKED_AT", 0)
    monkeypatch.setattr(choosing, "NEAREST", 0)
    run("choose", "python==3.11", str(script))
    assert unfolded == ["Ridge"]


@pytest.mark.usefixtures("wanted")
@pytest.mark.parametrize(
    ("wishes", "pins"),
    [
        # both models work up to scikit-learn 1.5; with onnxruntime 1.18 one of them is wrong
        (["python==3.11"], ["scikit-learn==1.5.0", "skl2onnx==1.17.0", "onnxruntime==1.16.3"]),
        (["onnxruntime<=1.15"], ["scikit-learn==1.5.0", "skl2onnx==1.17.0", "onnxruntime==1.14.1"]),
        (["scikit-learn<1.4", "skl2onnx==1.16.0"], ["scikit-learn==1.3.0", "skl2onnx==1.16.0", "onnxruntime==1.14.1"]),
    ],
)
def test_choose_takes_the_newest_that_works(run: Run, wishes: list[str], pins: list[str]) -> None:
    status, told, _ = run("choose", *wishes)
    head, how, *rows = told.splitlines()
    assert (status, rows) == (READY, pins)
    assert head == "# Python 3.11: 2 of 2 models of the quick set work"
    assert how == "# measured, 2026-11-28"


@pytest.mark.usefixtures("wanted")
def test_choose_honours_a_file(run: Run, tmp_path: Path) -> None:
    """As far as releases of its packages were measured; what is typed beside it counts more."""
    (file := tmp_path / "environment.yml").write_text(
        "dependencies:\n- python=3.11\n- pandas\n- scikit-learn=1.3.0\n- pip:\n  - skl2onnx\n  - onnxruntime==1.14.1\n"
    )
    status, told, _ = run("choose", str(file), "onnxruntime==1.16.3")
    assert (status, told.splitlines()[2:]) == (
        READY,
        ["scikit-learn==1.3.0", "skl2onnx==1.17.0", "onnxruntime==1.16.3"],
    )
    status, _, complaint = run("choose", str(tmp_path / "uv.lock"))
    assert (status, "uv.lock: not found" in complaint) == (CANNOT_LOOK, True)


def test_choose_for_the_models_of_a_script(run: Run, tmp_path: Path) -> None:
    script = tmp_path / "train.py"
    model = RIDGE.rpartition("to_onnx(")[0]
    script.write_text(RIDGE)
    _, told, _ = run("choose", "python==3.11", str(script))
    assert "1 of 1 models of train.py work" in told
    assert "scikit-learn==1.5.0\nskl2onnx==1.17.0\nonnxruntime==1.18.0" in told
    script.write_text(
        model.replace("Ridge", "TheilSenRegressor")
        + "to_onnx(TheilSenRegressor(max_subpopulation=9).fit(X, X[:, 0]), X)\n"
    )
    status, _, complaint = run("choose", "python==3.11", str(script))
    assert (status, "nothing that was measured speaks for the models of train.py" in complaint) == (CANNOT_LOOK, True)
    script.write_text("import numpy\n")
    status, _, complaint = run("choose", "python==3.11", str(script))
    assert (status, "no model can be read in it" in complaint) == (CANNOT_LOOK, True)


@pytest.mark.usefixtures("wanted")
def test_choose_says_what_is_only_inferred_and_what_fails(run: Run) -> None:
    _, told, _ = run("choose", "scikit-learn==1.2.3")
    assert "# inferred from measured neighbours, 2026-11-28\nscikit-learn==1.2.3\nskl2onnx==1.17.0\n" in told
    _, told, _ = run("choose", "scikit-learn==1.8.0", "--format", "json")
    read = json.loads(told)
    assert read["requirements"] == ["scikit-learn==1.8.0", "skl2onnx==1.17.0", "onnxruntime==1.16.3"]
    assert [(v["canary"], v["verdict"]) for v in read["verdicts"]] == [("Ridge", "fails"), ("SVC", "works")]


@pytest.mark.usefixtures("wanted")
@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (["python==3.6"], 1, "no measured set honours these wishes"),
        (["pandas==2.0"], USAGE, "releases of pandas were not measured"),
        (["onnxruntime"], USAGE, 'onnxruntime: no wish (write it as "onnxruntime<=1.14"'),
        (["=="], USAGE, "==: no wish"),
    ],
)
def test_choose_refuses(run: Run, words: list[str], status: int, told: str) -> None:
    found, out, complaint = run("choose", *words)
    assert (found, out) == (status, "")
    assert told in complaint
    assert complaint.count("\n") == 1


# --- stats ---------------------------------------------------------------------------------------------------------


def test_stats_count_what_is_there(run: Run) -> None:
    status, told, _ = run("stats")
    assert status == READY
    assert "Measurements of 2026-11-28: 2 models, 116 outcomes" in told
    assert "        24  sets of versions in which the models were fitted and converted" in told
    assert "        24  admitted, and it imports" in told
    assert run("stats") == (status, told, "")


def test_stats_for_programs(run: Run) -> None:
    _, told, _ = run("stats", "--format", "json")
    read = json.loads(told)
    assert read["cells"] == {"conversion": 24, "whole": 69, "import": 5, "runtime": 3, "flow": 0}
    drawn = read["space"]["of_measured_releases"]
    assert drawn["measured"] > 100
    assert read["space"]["of_known_releases"]["unknown"] > drawn["unknown"]
    assert read["declared"] == [{"admitted": True, "imports": True, "cells": 24}]
