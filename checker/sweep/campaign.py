"""A campaign: tasks in their order, each by whichever process is free, each cell kept as soon as it is measured."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, wait
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from packaging.requirements import Requirement

from ..errors import CannotLook
from ..knowledge import Knowledge
from ..names import canonicalize_name
from ..world.progress import spent
from .bench import Bench
from .cells import FLOW_CELLS, Admits, Measured
from .factors import conversions, flows, imports, runtimes
from .local.workers import interruptible

#: tasks that are handed out beyond those that are being done
AHEAD = 2
#: what Dask raises for a task whose workers were lost too often
LOST = "KilledWorker"
Thing = TypeVar("Thing")


class Task(Protocol):
    """A piece of work for one process."""

    def measure(self, bench: Bench) -> Iterator[Measured]:
        """Measure what is not known yet; each cell as soon as it is noted. Raises CannotLook for the index."""

    def limited(self, admits: Admits) -> Task | None:
        """The part of it that is about releases that are admitted, None where there is none."""


#: packages of which a campaign chooses the releases, so that requirements can limit them
CHOSEN = ("scikit-learn", "skl2onnx", "onnxruntime", "numpy", *(n for flow in flows.FLOWS for n in flow.walked))
#: kind -> its tasks; runtimes run what conversions have made
FACTORS: Mapping[str, Callable[[Knowledge, Bench], Sequence[Task]]] = {
    "imports": imports.tasks,
    "conversions": conversions.tasks,
    "runtimes": runtimes.tasks,
    **{kind: flows.tasks(kind) for kind in FLOW_CELLS},
}


@dataclass(frozen=True)
class Done:
    """What a task came to."""

    #: lines that are new
    cells: int = 0
    #: of them, those that could not be built
    refused: int = 0
    seconds: float = 0.0
    #: why it was given up, and what went wrong in the checker itself
    troubles: tuple[str, ...] = ()


@dataclass
class Tally:
    """How far the tasks of one kind are."""

    kind: str
    tasks: int
    jobs: int
    done: int = 0
    cells: int = 0
    refused: int = 0
    seconds: float = 0.0
    #: what ended tasks before their end, and faults of the checker's own -> how often
    troubles: dict[str, int] = field(default_factory=dict)

    def add(self, done: Done) -> None:
        """Count a task."""
        self.done += 1
        self.cells += done.cells
        self.refused += done.refused
        self.seconds += done.seconds
        for trouble in done.troubles:
            self.troubles[trouble] = self.troubles.get(trouble, 0) + 1

    def progress(self) -> str:
        """One line: how far it is, and how long it will take if the rest is like what is done."""
        left = self.seconds / self.done * (self.tasks - self.done) / self.jobs
        return f"{self.kind}: {self.done} of {self.tasks} tasks, {self.cells} new cells, about {spent(left)} left"

    def summary(self) -> str:
        """What came of it."""
        lines = [f"{self.kind}: {self.cells} new cells of {self.done} tasks, {self.refused} of them could not be built"]
        lines.extend(f"  {number} times: {trouble}" for trouble, number in self.troubles.items())
        return "\n".join(lines)


def measure(task: Task, bench: Bench) -> Done:
    """Do a task, in a process that others share the evidence with."""
    start, cells = time.monotonic(), list[Measured]()
    troubles: list[str] = []

    def job() -> None:
        try:
            for cell in task.measure(bench):
                cells.append(cell)
        except CannotLook as error:
            troubles.append(f"given up: {error}")

    interruptible(job)
    faults = {told for cell in cells for told in cell.faults.values()}
    troubles.extend(f"a fault of the checker's own, of which nothing is concluded: {told}" for told in sorted(faults))
    return Done(len(cells), sum(bool(c.refused) for c in cells), time.monotonic() - start, tuple(troubles))


def limited(tasks: Sequence[Task], requirements: Iterable[Requirement]) -> list[Task]:
    """Tasks, or the parts of them, whose releases are those that requirements ask for."""
    asked = [(canonicalize_name(one.name), one.specifier) for one in requirements]

    def admits(name: str, version: str) -> bool:
        return all(specifier.contains(version) for package, specifier in asked if package == name)

    return [part for task in tasks if (part := task.limited(admits))]


def shard(tasks: Sequence[Thing], which: int, of: int) -> list[Thing]:
    """Every `of`-th task, from the `which`-th on (1 to `of`)."""
    return list(tasks[which - 1 :: of])


def perform(
    tasks: Sequence[Task], bench: Bench, executor: Executor, jobs: int, deadline: float | None = None
) -> Iterator[Done]:
    """What each task came to, as they end; none is begun after the deadline (of `time.monotonic`).

    Raises CannotLook where a process of the executor was killed, and where a scheduler is gone.
    """
    left, running = iter(tasks), set[Future[Done]]()
    while True:
        while len(running) < jobs + AHEAD and (deadline is None or time.monotonic() < deadline):
            task = next(left, None)
            if task is None:
                break
            running.add(executor.submit(measure, task, bench))
        if not running:
            return
        ended, running = wait(running, return_when=FIRST_COMPLETED)
        yield from map(done_by, ended)


def done_by(future: Future[Done]) -> Done:
    """What a task came to; one whose workers were lost again and again is given up. Raises CannotLook."""
    try:
        return future.result()
    except BrokenExecutor as error:
        hint = "run it again, with fewer --jobs where the memory is short: what was measured is kept"
        raise CannotLook("a process that measures was killed", hint) from error
    except CancelledError as error:
        raise CannotLook("the scheduler is gone", "start it, and run again: what was measured is kept") from error
    except Exception as error:
        if type(error).__name__ != LOST:
            raise
        return Done(troubles=("given up: the workers that had it were lost",))
