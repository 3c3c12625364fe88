"""Inputs that were changed at random end in an answer or in one line, never in a bug; the long run is a benchmark."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType

import pytest

from checker.cli import main
from checker.errors import BLOCKED, CANNOT_LOOK, READY
from checker.remedy.solve.resolution_input import read_written
from checker.requirements.lines import read_lines

from .mutations import KINDS, attempt, lay_out, make, smallest

#: inputs of the small budget, and seconds of a processor that one may take
INPUTS, SECONDS = 160, 2.0
BENCHMARK = Path(__file__).parents[1] / "benchmarks" / "fuzz.py"


@pytest.mark.parametrize("first", range(0, INPUTS, 40))
def test_a_changed_input_ends_in_an_answer_or_a_line(
    first: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(first, first + 40):
        one = make(20, number)
        folder = tmp_path / str(number)
        folder.mkdir()
        monkeypatch.chdir(folder)
        run = lay_out(one, folder)
        begun = time.process_time()
        status, said = attempt(run)
        assert status in (READY, BLOCKED, CANNOT_LOOK), (one, said)
        assert time.process_time() - begun < SECONDS, one
        assert len(said.splitlines()) == 1 or status != CANNOT_LOOK, (one, said)
        assert "Traceback" not in said


def test_every_kind_is_among_the_few() -> None:
    assert {make(20, number).kind for number in range(INPUTS)} == set(KINDS)


def test_an_input_can_be_repeated_and_made_smaller(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = next(i for n in range(99) if len((i := make(20, n)).changes) == 3)
    assert one == make(20, one.number)
    least = smallest(one, lambda less: one.changes[1] in less.changes)
    assert least.changes == one.changes[1:2]


@pytest.fixture
def fuzz() -> ModuleType:
    """The benchmark."""
    spec = importlib.util.spec_from_file_location("fuzz", BENCHMARK)
    if spec is None or spec.loader is None or not BENCHMARK.exists():
        pytest.skip("the benchmarks are not here")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="what a process has used is read from /proc")
@pytest.mark.parametrize("deed", ["while True: pass", "x = b'x' * (200 << 20)\nimport time; time.sleep(60)"])
def test_what_goes_on_for_ever_or_grows_is_ended_from_outside(
    deed: str, fuzz: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fuzz, "KILL_SECONDS", 0.3)
    monkeypatch.setattr(fuzz, "KILL_BYTES", 100 << 20)
    with subprocess.Popen([sys.executable, "-c", deed], stdout=subprocess.PIPE) as process:
        told = list(fuzz.lines_of(process))
    assert [set(line) for line in told] == [{"ended"}]


def test_a_stopped_run_goes_on_where_it_was(fuzz: ModuleType, tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text('{"seed": 1, "first": 0}\n{"seed": 2, "first": 0}\n')
    assert [b["seed"] for b in fuzz.read_log(log, 2)] == [2]


@pytest.mark.parametrize("name", ["a" * 300, "dir/" * 2000, "\0", "../" * 3000])
def test_a_name_that_no_system_takes_is_a_file_that_is_not_there(name: str, tmp_path: Path) -> None:
    asked = tmp_path / "requirements.txt"
    asked.write_text(f"numpy==1\n-r {name}\n-c {name}\n", encoding="utf-8")
    assert dict(read_written(read_lines([asked])).lines) == {"numpy": "numpy==1"}


# --- what long runs have found, kept small ---------------------------------------------------------------------------


def test_a_version_of_python_is_numbers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    frames = tmp_path / "frames.jsonl"
    frames.write_text('{"frame": "hello", "python": "3.9\\u000018", "executable": "/env/bin/python"}\n')
    assert main(["preflight", "--from", str(frames)]) == 3
    assert capsys.readouterr().err.count("\n") == 1


def test_a_file_without_end_is_not_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    frames = tmp_path / "frames.jsonl"
    frames.write_text("{}\n" * 100)
    monkeypatch.setattr("checker.world.files.MOST_TEXT", 200)
    assert main(["preflight", "--from", str(frames)]) == 3
    assert "more than 200 bytes" in capsys.readouterr().err
