"""Notebooks in a rehearsal: cells in one namespace, the same names of lines as in reading, magics told and not run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from checker.ask import with_cells
from checker.model import Failure, Observation, Rehearsal
from checker.script import runnable

from .rehearsals import rehearse, write


def notebook(*cells: str) -> str:
    code = [{"cell_type": "code", "source": cell.splitlines(True)} for cell in cells]
    return json.dumps({"cells": [{"cell_type": "markdown", "source": "# Churn"}, *code]})


def seen(folder: Path, name: str, text: str) -> Observation:
    path = write(folder, {name: text}) / name
    cells = with_cells(Rehearsal((str(path),), str(folder))).cells
    return rehearse(folder, name, cells=cells)


def failures(observation: Observation) -> list[tuple[str, str]]:
    return [(o.subject, o.type) for o in observation.outcomes if isinstance(o, Failure)]


def test_cells_share_one_namespace_and_know_what_a_notebook_knows(tmp_path: Path) -> None:
    text = notebook(
        "%matplotlib inline\nx = 1", "%time y = x + 1\ndisplay(y)", "%env KIND=a\nimport os\nassert os.environ['KIND']"
    )
    found = seen(tmp_path, "train.ipynb", text)
    assert failures(found) == [], found.outcomes
    assert found.rehearsed[0].whole
    assert not [r for r in found.remarks if "Not run" in r]


def test_a_failing_line_is_known_by_its_cell(tmp_path: Path) -> None:
    found = seen(tmp_path, "train.ipynb", notebook("x = {}", "y = 1\nx['tip']"))
    assert failures(found) == [("train.ipynb:cell 2:2", "KeyError")]


def test_what_is_no_python_is_known_by_its_cell_too(tmp_path: Path) -> None:
    found = seen(tmp_path, "train.ipynb", notebook("x = 1", "y = 1\nx = = 2"))
    assert failures(found) == [("train.ipynb:cell 2:2", "SyntaxError")]


@pytest.mark.parametrize("line", ["%pip install skl2onnx", "!touch here", "%%bash\ntouch here", "%%sql\nselect 1"])
def test_commands_are_told_and_not_run(line: str, tmp_path: Path) -> None:
    found = seen(tmp_path, "train.ipynb", notebook(line, "x = 1"))
    assert found.rehearsed[0].whole
    told = [r for r in found.remarks if r.startswith("Not run: ")]
    assert told == [f"Not run: {line.splitlines()[0]} (train.ipynb:cell 1:1)"]
    assert not (tmp_path / "here").exists()


def test_a_notebook_runs_in_its_own_folder(tmp_path: Path) -> None:
    write(tmp_path, {"deep/data.txt": "1"})
    path = write(tmp_path, {"deep/train.ipynb": notebook("open('data.txt').read()")}) / "deep" / "train.ipynb"
    cells = with_cells(Rehearsal((str(path),), str(tmp_path))).cells
    assert rehearse(tmp_path, "deep/train.ipynb", cells=cells).rehearsed[0].whole


def test_the_output_of_a_command_cannot_be_used(tmp_path: Path) -> None:
    found = seen(tmp_path, "train.ipynb", notebook("files = !ls\nprint(files[0])"))
    assert failures(found) == []
    assert "does not run !ls" in found.rehearsed[0].why
    assert found.rehearsed[0].where == "train.ipynb:cell 1:1"


DATABRICKS = """# Databricks notebook source
# MAGIC %md
# MAGIC # Churn
# COMMAND ----------
# MAGIC %pip install skl2onnx
dbutils.library.restartPython()
# COMMAND ----------
display([1])
"""


def test_a_databricks_source_is_a_notebook(tmp_path: Path) -> None:
    found = seen(tmp_path, "train.py", DATABRICKS)
    assert found.rehearsed[0].whole, found
    assert list(found.remarks) == ["Not run: %pip install skl2onnx (train.py:5)"]
    found = seen(tmp_path, "train.py", DATABRICKS + "spark.read.table('t').toPandas()\n")
    assert failures(found) == []
    assert found.rehearsed[0].where == "train.py:9"
    assert found.rehearsed[0].why == "spark.read.table() needs Databricks, which a rehearsal does not have"


def test_a_plain_script_stays_what_it_is(tmp_path: Path) -> None:
    path = write(tmp_path, {"train.py": "x = 1\n# MAGIC is only a word here\ndisplay(x)\n"}) / "train.py"
    assert runnable(path) == ()
    assert failures(rehearse(tmp_path, "train.py")) == [("train.py:3", "NameError")]
