"""The live kernel as the patient: the magic, the function, and what the kernel holds in memory."""

from __future__ import annotations

import inspect
import json
import pickle
import sys
import types
from pathlib import Path
from typing import Any

import pytest

import checker
from checker import preflight
from checker.errors import UsageError
from checker.model import Loaded
from checker.notebook.kernel import kept, with_loaded
from checker.notebook.magics import load_ipython_extension
from checker.request import BUDGET

from .reports import ready


class Shell:
    """As much of IPython's shell as the extension uses."""

    def __init__(self) -> None:
        self.magics: dict[str, Any] = {}
        self.user_ns = {
            "In": ["", "import os", "1 / 0", "import absent_of_all", "get_ipython()...'rehearse'...", "own"]
        }

    def register_magic_function(self, function: object, magic_name: str, magic_kind: str = "line") -> None:
        self.magics[magic_name] = function

    def transform_cell(self, cell: str) -> str:
        return cell.replace("%time ", "")


def test_the_extension_registers_the_magic() -> None:
    shell = Shell()
    load_ipython_extension(shell)
    checker.load_ipython_extension(shell)
    assert {*shell.magics} == {"preflight", "rehearse"}


def preflight_magic(line: str) -> None:
    """The magic as a kernel has it."""
    shell = Shell()
    load_ipython_extension(shell)
    shell.magics["preflight"](line)


def test_a_cell_is_rehearsed_after_what_the_kernel_has_run(capsys: pytest.CaptureFixture[str]) -> None:
    """What failed before fails again, and the cell goes on; a line of it is known by its number."""
    shell = Shell()
    load_ipython_extension(shell)
    shell.magics["rehearse"]("--no-prove --rows 10", "open('there', 'w')\n%time 1\nraise ValueError(os.sep)")
    told = " ".join(capsys.readouterr().out.split())
    assert "The script ends at cell 5:3 with ValueError: /." in told
    assert not Path("there").exists()


def test_a_script_is_not_rehearsed_with_a_cell(capsys: pytest.CaptureFixture[str]) -> None:
    shell = Shell()
    load_ipython_extension(shell)
    shell.magics["rehearse"]("train.py", "pass")
    assert "leave out train.py" in capsys.readouterr().out


def test_the_function_looks_at_this_interpreter() -> None:
    report = preflight(static=True)
    assert report.observation.executable == sys.executable
    assert repr(report).splitlines()[0].startswith(("Ready", "Blocked"))


def test_the_magic_takes_options_and_tells_what_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    preflight_magic("no-such-script.py --static --canaries quick")
    assert capsys.readouterr().out == "checker: cannot read no-such-script.py: not found (check the path)\n"
    preflight_magic("--static")
    assert "Python" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("--keep numpy no-such-script.py", "no-such-script.py: not found"),
        ("--keep numpy,", "--keep numpy,"),
        ("--pyhton x", "did you mean --python?"),
        ("--python x --via y", "leave out --python and --via"),
        ("--fix", "in a terminal"),
        ("--help", "usage: checker preflight"),
        ("'", "No closing quotation"),
    ],
)
def test_the_magic_reads_its_line_as_the_command_line_does(
    line: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    preflight_magic(f"{line} --static" if line.startswith("--keep") else line)
    assert words in capsys.readouterr().out


def test_the_magic_writes_what_is_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    preflight_magic(f"--static --format json --output {tmp_path / 'report.json'} --report short={tmp_path / 'short'}")
    assert (tmp_path / "short").read_text(encoding="utf-8").endswith(": scikit-learn to ONNX to MLflow\n")
    assert json.loads((tmp_path / "report.json").read_text())["environment"]["executable"] == sys.executable
    said = capsys.readouterr().out
    assert said.startswith("checker: ")
    assert said.endswith("report.json)\n")


def test_the_function_has_help_that_helps() -> None:
    help = checker.preflight.__doc__ or ""
    told = inspect.signature(checker.preflight)
    assert all(f"\n    {name} " in help for name in told.parameters)
    assert told.parameters["budget"].default == BUDGET


def test_a_stale_module_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In memory 1.0, on disk 2.0."""
    site = tmp_path / "site-packages"
    (site / "steady").mkdir(parents=True)
    (site / "steady" / "__init__.py").write_text("__version__ = '2.0'\n")
    folder = site / "steady-2.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: steady\nVersion: 2.0\n")
    (folder / "RECORD").write_text("steady/__init__.py,,\n")
    old = types.ModuleType("steady")
    old.__version__ = "1.0"  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "steady", old)
    monkeypatch.syspath_prepend(str(site))
    loaded = with_loaded(ready().observation).loaded
    assert Loaded("steady", "steady", "1.0", "2.0") in loaded


class Model:
    """As much of an estimator as is asked for before it is tried."""

    def fit(self, rows: list[list[int]]) -> None: ...


class Locked(Model):
    """One that cannot reach another process."""

    def __reduce__(self) -> str:
        raise TypeError("cannot pickle '_thread.lock' object")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ((3, [[1]]), "a int is no estimator (give a fitted model and rows, or paths of scripts)"),
        ((Model(),), "Model is given without rows (checker.preflight(model, X) compares it on them)"),
        ((Model(), [[1]], [1], 4), "a Model is no estimator"),
        ((Locked(), [[1]]), "a Locked cannot be pickled: cannot pickle '_thread.lock' object"),
    ],
)
def test_what_is_no_model_with_rows_is_one_line(given: tuple[object, ...], words: str) -> None:
    with pytest.raises(UsageError) as told:
        preflight(*given)
    assert words in str(told.value)


def test_a_live_model_and_its_rows_reach_another_process_and_leave_nothing() -> None:
    with kept(Model(), [[1], [2]], [0, 1]) as standin:
        assert (standin.label, standin.form, standin.kind) == ("model", "pickle", "pickle")
        assert pickle.loads(Path(standin.data).read_bytes()) == ([[1], [2]], [0, 1])
        assert str(Path(__file__).parents[1]) in standin.folders
        folder = Path(standin.model).parent
    assert not folder.exists()
