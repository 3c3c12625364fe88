"""A sweep on a real cluster of Dask, one of whose workers is killed in the middle: every cell is there, once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from importlib.metadata import requires
from pathlib import Path
from typing import Any

import pytest

from checker.sweep.linting import Lint

from ..interpreters import interpreter
from .stacks import build

pytestmark = pytest.mark.live
ROOT = Path(__file__).parents[2]
DASK = "distributed>=2024.1"
#: what lets the processes of the cluster find this checkout
VARIABLES = {**os.environ, "PYTHONPATH": str(ROOT)}
#: two tasks of several cells each
REQUIRES = ("onnxruntime>=1.20,<1.22", "numpy>=1.26,<2.3")


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of an environment with Dask and what the checker needs."""
    needed = [line for line in requires("sklearn-onnx-checker") or () if "extra ==" not in line]
    return Path(build(tmp_path_factory.mktemp("tools") / "env", "3.11", *needed, DASK)).parent


class Cluster:
    """A scheduler and workers, as somebody starts them by hand."""

    def __init__(self, tools: Path, folder: Path) -> None:
        self.tools, self.folder, self.file = tools, folder, folder / "scheduler.json"
        self.started: list[subprocess.Popen[bytes]] = []

    def start(self, kind: str, *words: str) -> subprocess.Popen[bytes]:
        """One process of the cluster, in a group of its own."""
        command = [self.tools / "python", "-m", f"distributed.cli.dask_{kind}", "--scheduler-file", self.file, *words]
        log = (self.folder / f"{kind}-{len(self.started)}.log").open("wb")
        process = subprocess.Popen(
            [*map(str, command)], stdout=log, stderr=log, cwd=self.folder, env=VARIABLES, start_new_session=True
        )
        self.started.append(process)
        return process

    def address(self) -> str:
        """The address of the scheduler, as soon as it has one."""
        wait_for(lambda: self.file.exists() and self.file.read_text().endswith("}"))
        return str(json.loads(self.file.read_text())["address"])

    def end(self) -> None:
        """End all of them."""
        for process in self.started:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def wait_for(condition: Any, seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert condition()


@pytest.fixture
def cluster(tools: Path, tmp_path: Path) -> Iterator[Cluster]:
    made = Cluster(tools, tmp_path)
    yield made
    made.end()


def sweep(tools: Path, folder: Path, address: str) -> subprocess.Popen[str]:
    python = interpreter("3.11")
    assert python
    limits = [word for requirement in REQUIRES for word in ("--requires", requirement)]
    places = ["--evidence", folder / "evidence", "--store", folder / "store", "--pythons", Path(python).parents[2]]
    command = [
        tools / "python",
        "-m",
        "checker",
        "sweep",
        "imports",
        "--python",
        "3.11",
        "--scheduler",
        address,
        *limits,
        *places,
    ]
    variables = {**VARIABLES, "XDG_CACHE_HOME": str(folder / "cache")}
    return subprocess.Popen(
        [*map(str, command)], env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def lines(folder: Path) -> list[dict[str, Any]]:
    path = folder / "evidence" / "imports.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


@pytest.mark.parametrize("nanny", ["--no-nanny", "--nanny"])
def test_a_worker_that_is_killed_costs_no_cell_and_doubles_none(
    nanny: str, cluster: Cluster, tools: Path, tmp_path: Path
) -> None:
    cluster.start("scheduler", "--port", "0", "--no-dashboard")
    address = cluster.address()
    victim = cluster.start("worker", nanny, "--nthreads", "1", "--no-dashboard")
    other = cluster.start("worker", nanny, "--nthreads", "1", "--no-dashboard")
    process = sweep(tools, tmp_path, address)
    wait_for(lambda: lines(tmp_path) or process.poll() is not None, 300)
    os.killpg(victim.pid, signal.SIGKILL)
    said = process.communicate(timeout=600)[0]
    assert process.returncode == 0, said
    cells = Counter(line["cell"] for line in lines(tmp_path))
    pairs = {(line["pins"]["onnxruntime"], line["pins"]["numpy"]) for line in lines(tmp_path)}
    assert max(cells.values()) == 1
    assert len(cells) == len(pairs) == 2 * len({numpy for _, numpy in pairs}) >= 8
    assert Lint(tmp_path / "evidence").problems() == []
    assert "2 of 2 tasks" in said
    assert other.poll() is None


def test_a_scheduler_that_is_not_there_is_told_in_one_line(tools: Path, tmp_path: Path) -> None:
    process = sweep(tools, tmp_path, "tcp://127.0.0.1:9")
    said = process.communicate(timeout=120)[0]
    assert process.returncode == 3, said
    assert len(said.splitlines()) == 1, said
    assert said.startswith("checker: the scheduler tcp://127.0.0.1:9 does not answer")
