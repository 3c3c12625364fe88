"""The processes that measure: what an interrupt does to them, and what becomes of them when nobody waits any more."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from checker.errors import CannotLook, UsageError
from checker.sweep.local import workers

from .test_attacks_interrupts import hear

pytestmark = pytest.mark.skipif(os.name != "posix", reason="forked processes")
#: four tasks for two processes, of which each puts a folder away however it ends; the first word says how many begin
PROGRAM = """
import os, sys, time
from pathlib import Path
from checker.sweep.local.workers import interruptible, pool
from checker.world.output import Terminated, interruptible as hears, terminable

def work(folder):
    place = Path(folder, str(time.monotonic_ns()))
    place.mkdir()
    try:
        time.sleep(60)
    finally:
        time.sleep(0.5)
        place.rmdir()
        Path(folder, "away").open("a").write("x")

def job(folder):
    return interruptible(lambda: work(folder))

if __name__ == "__main__":
    hears()
    terminable()
    try:
        with pool(2) as executor:
            running = [executor.submit(job, sys.argv[1]) for _ in range(4)]
            [future.result() for future in running]
    except (KeyboardInterrupt, Terminated) as error:
        print(type(error).__name__)
"""


def begun(folder: Path, process: subprocess.Popen[str], many: int = 2) -> None:
    """Wait until so many tasks are at work."""
    deadline = time.monotonic() + 60
    while len([*folder.glob("[0-9]*")]) < many and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)


def children(process: subprocess.Popen[str]) -> list[int]:
    found = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    if not found.exists():
        pytest.skip("the system does not tell who began whom")
    return [int(number) for number in found.read_text().split()]


def alive(numbers: list[int]) -> list[int]:
    """Those that still run; one that has ended and was not waited for does not."""
    return [
        n for n in numbers if Path(f"/proc/{n}/stat").exists() and ") Z " not in Path(f"/proc/{n}/stat").read_text()
    ]


@pytest.mark.parametrize("way", ["SIGINT", "group", "SIGTERM", "SIGKILL"])
def test_what_is_measured_is_put_away_and_nothing_goes_on(way: str, tmp_path: Path) -> None:
    """An interrupt of a terminal is for the whole group; SIGKILL ends the one process only."""
    program, folder = tmp_path / "program.py", tmp_path / "folder"
    program.write_text(PROGRAM)
    folder.mkdir()
    root = Path(workers.__file__).parents[3]
    with subprocess.Popen(
        [sys.executable, program, folder],
        env={**os.environ, "PYTHONPATH": str(root)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        preexec_fn=hear,
    ) as process:
        begun(folder, process)
        started = children(process)
        if way == "group":
            os.killpg(process.pid, signal.SIGINT)
        else:
            process.send_signal(signal.Signals[way])
        said = process.communicate(timeout=60)[0]
    deadline = time.monotonic() + 30
    while alive(started) and time.monotonic() < deadline:
        time.sleep(0.1)
    if way != "SIGKILL":  # then multiprocessing itself says what it puts away
        assert said.strip() == ("Terminated" if way == "SIGTERM" else "KeyboardInterrupt")
    assert (alive(started), [p.name for p in folder.iterdir()]) == ([], ["away"])
    assert (folder / "away").read_text() == "xx", "no task was begun after the interrupt"


def test_without_dask_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UsageError, match="Dask, which is not installed"), workers.pool(1, "tcp://localhost:8786"):
        pass


def test_without_forks_nothing_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers.os, "name", "nt")
    with pytest.raises(CannotLook, match="forked processes"), workers.pool(1):
        pass
