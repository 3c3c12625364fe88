"""What a sweep measures first: coverings; and how it is asked for."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import CancelledError, Executor, Future
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import pytest
from packaging.version import Version

from checker import knowledge
from checker.commands import sweep
from checker.errors import CannotLook
from checker.matrix.testing.admitted import read_requires
from checker.sweep.bench import Bench
from checker.sweep.campaign import FACTORS, Done, Tally, done_by, limited, measure, perform, shard
from checker.sweep.cells import Measured
from checker.sweep.choosing.covering import MANNERS, covering, day_of, minors, runtimes
from checker.sweep.factors.conversions import Conversions
from checker.sweep.factors.imports import Imports

from .test_cli import run

KNOWN = knowledge.load()
PYTHONS = ["3.6", "3.7", "3.8", "3.9", "3.10", "3.11", "3.12", "3.13"]
WISHES = covering(KNOWN, PYTHONS)


# --- coverings -----------------------------------------------------------------------------------------------------


def test_a_covering_is_the_same_every_time() -> None:
    assert covering(KNOWN, PYTHONS) == WISHES == covering(KNOWN, PYTHONS[::-1])


def test_every_minor_of_scikit_learn_comes_in_every_manner() -> None:
    released = [r for r in KNOWN.releases("scikit-learn") if r.parsed >= Version("0.20") and not r.yanked]
    wanted = {(r.parsed.major, r.parsed.minor) for r in released if not r.parsed.is_prerelease}
    for manner in MANNERS:
        assert {Version(w.scikit).release[:2] for w in WISHES if w.manner == manner} == wanted


def test_every_release_of_the_converter_comes() -> None:
    wanted = {r.version for r in KNOWN.releases("skl2onnx") if r.parsed >= Version("1.4.9") and not r.yanked}
    assert {version for w in WISHES for version, _ in w.converters} == wanted


def test_a_release_is_asked_for_where_it_has_wheels() -> None:
    for wish in WISHES:
        assert wish.scikit in {r.version for r in KNOWN.releases_for_python("scikit-learn", wish.python)}


def test_no_group_comes_twice_and_none_is_empty() -> None:
    assert max(Counter((w.python, w.scikit, w.manner) for w in WISHES).values()) == 1
    assert all(len(dict(w.converters)) == len(w.converters) > 1 for w in WISHES)


def test_the_newest_comes_first() -> None:
    assert (WISHES[0].python, WISHES[0].manner) == ("3.13", "era")
    assert WISHES[0].scikit == minors([r.version for r in KNOWN.releases_for_python("scikit-learn", "3.13")])[-1]


def test_every_runtime_comes_once_in_an_interpreter_that_has_wheels_of_it() -> None:
    found = runtimes(KNOWN, PYTHONS)
    assert len({release for _, release in found}) == len(found)
    every = {
        r.version
        for p in PYTHONS
        for r in KNOWN.releases_for_python("onnxruntime", p)
        if not r.parsed.is_prerelease and r.parsed >= Version("1.0")
    }
    assert {release for _, release in found} == every
    assert found == runtimes(KNOWN, PYTHONS[::-1])


@pytest.mark.parametrize(
    ("versions", "expected"),
    [
        ([], []),
        (["1.0.0", "1.0.10", "1.0.9"], ["1.0.10"]),
        (["1.10.0", "1.9.1", "0.24.2"], ["0.24.2", "1.9.1", "1.10.0"]),
        (["2.0rc1", "1.0"], ["1.0"]),
    ],
)
def test_minors(versions: list[str], expected: list[str]) -> None:
    assert minors(versions) == expected


def test_the_day_of_a_release_is_some_months_after_it() -> None:
    assert day_of("scikit-learn", "nothing") == ""
    uploaded = next(r.uploaded for r in KNOWN.releases("scikit-learn") if r.version == "1.4.2")
    assert uploaded < day_of("scikit-learn", "1.4.2") < "2025"


# --- campaigns -----------------------------------------------------------------------------------------------------


class Here(Executor):
    """Does everything at once, in this process."""

    def submit(self, fn: Any, /, *given: Any, **more: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(fn(*given, **more))
        return future


class Sleepy:
    """A task that gives some cells, and is ended by the index before its own end where it is told so."""

    def __init__(self, cells: int, trouble: str = "", faults: dict[str, str] | None = None) -> None:
        self.cells, self.trouble, self.faults = cells, trouble, faults or {}

    def measure(self, bench: Bench) -> Any:
        for number in range(self.cells):
            yield Measured({}, refused="no wheel" if number == 1 else "", faults=self.faults)
        if self.trouble:
            raise CannotLook(self.trouble)


BENCH = Bench(Path("evidence"), Path("store"), {})


def test_what_was_measured_before_a_task_was_given_up_counts() -> None:
    done = measure(Sleepy(3, "the index is away"), BENCH)
    assert (done.cells, done.refused, done.troubles) == (3, 1, ("given up: the index is away",))


def test_faults_of_ours_are_told_once_a_task() -> None:
    done = measure(Sleepy(2, faults={"a": "KeyError", "b": "KeyError"}), BENCH)
    assert done.troubles == ("a fault of the checker's own, of which nothing is concluded: KeyError",)


def test_all_tasks_are_done_and_none_after_the_deadline() -> None:
    tasks = [Sleepy(1) for _ in range(7)]
    assert [d.cells for d in perform(tasks, BENCH, Here(), 2)] == [1] * 7
    assert [*perform(tasks, BENCH, Here(), 2, deadline=0.0)] == []


def test_shards_are_all_of_it_and_share_nothing() -> None:
    tasks = list(range(11))
    parts = [shard(tasks, which, 4) for which in (1, 2, 3, 4)]
    assert sorted(task for part in parts for task in part) == tasks
    assert shard(tasks, 1, 1) == tasks


@pytest.mark.parametrize(
    ("kind", "requires", "expected"),
    [
        ("imports", ["onnxruntime==1.20.1", "numpy>=2.1,<2.3"], [("1.20.1", ("2.1.3", "2.2.6"))]),
        ("imports", ["numpy>=9"], []),
        ("runtimes", ["onnxruntime>=1.19,<1.20"], ["1.19.2", "1.19.0"]),
("conversions", ["scikit-learn==1.5.*", "skl2onnx>=1.17"], [("1.5.2", True)]),
        ("registries", ["mlflow==2.9.*"], ["2.9.2", "2.9.2", "2.9.2"]),
        ("boosters", ["xgboost==2.0.*", "lightgbm<1", "catboost<0.1", "onnxmltools<1"], ["2.0.3", "2.0.3", "2.0.3"]),
        ("registries", ["mlflow<1"], []),
    ],
)  # fmt: skip
def test_requirements_limit_what_is_measured(kind: str, requires: list[str], expected: list[Any]) -> None:
    bench = Bench(Path("evidence"), Path("store"), {"3.11": Path("python"), "3.12": Path("python")})
    found: list[Any] = []
    for task in limited(FACTORS[kind](KNOWN, bench), read_requires(requires)):
        if isinstance(task, Conversions):
            found.extend((task.wish.scikit, Version(c) >= Version("1.17")) for c, _ in task.wish.converters)
        else:
            found.append((task.release, task.beside) if isinstance(task, Imports) else task.release)
    assert [*dict.fromkeys(map(str, found))] == [*dict.fromkeys(map(str, expected))]


def test_progress_tells_an_honest_remaining_time() -> None:
    tally = Tally("imports", tasks=10, jobs=2)
    tally.add(Done(3, 1, 40.0))
    tally.add(Done(0, 0, 20.0, ("given up: x",)))
    assert tally.progress() == "imports: 2 of 10 tasks, 3 new cells, about 2 min 0 s left"
    assert tally.summary().splitlines() == [
        "imports: 3 new cells of 2 tasks, 1 of them could not be built",
        "  1 times: given up: x",
    ]


# --- the command ---------------------------------------------------------------------------------------------------

WRONG = [
    (["sweep", "models"], "models is no kind of cells"),
    (["sweep", "--jobs", "0"], "0 is no number from 1 to 1024"),
    (["sweep", "--jobs", "x"], "x is no number from 1 to 1024"),
    (["sweep", "--budget", "90"], "90 is no length of time"),
    (["sweep", "--budget", "1d"], "1d is no length of time"),
    (["sweep", "--shard", "0/4"], "0/4 is no part of a whole"),
    (["sweep", "--shard", "5/4"], "5/4 is no part of a whole"),
    (["sweep", "--requires", "scipy<1.10"], "--requires scipy<1.10 limits nothing"),
    (["sweep", "--requires", "=1"], "--requires '=1': no requirement"),
    (["sweep", "--shard", "1"], "1 is no part of a whole"),
    (["sweep", "--python", "3"], "--python 3 is no minor version"),
    (["sweep", "--python", "3.11.7"], "--python 3.11.7 is no minor version"),
]


@pytest.mark.parametrize(("words", "said"), WRONG)
def test_wrong_options_are_told(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = run(*words, capsys=capsys)
    assert (status, said in err) == (2, True), err


@pytest.mark.parametrize(("text", "seconds"), [("90m", 5400), ("2h", 7200), ("30s", 30), ("0s", 0)])
def test_a_budget_is_a_length_of_time(text: str, seconds: int) -> None:
    assert sweep._seconds(text) == seconds


class KilledWorker(Exception):
    """As Dask calls it."""


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (BrokenProcessPool("terminated abruptly"), "a process that measures was killed"),
        (CancelledError(), "the scheduler is gone"),
    ],
)
def test_what_ends_the_measuring_is_told_in_a_line(error: Exception, said: str) -> None:
    future: Future[Done] = Future()
    future.set_exception(error)
    with pytest.raises(CannotLook, match=said):
        done_by(future)


def test_a_task_whose_workers_are_lost_is_given_up() -> None:
    future: Future[Done] = Future()
    future.set_exception(KilledWorker())
    assert done_by(future).troubles == ("given up: the workers that had it were lost",)


def test_a_bug_of_ours_is_not_hidden() -> None:
    future: Future[Done] = Future()
    future.set_exception(KeyError("x"))
    with pytest.raises(KeyError):
        done_by(future)
