"""The processes that measure: on this machine, or on others through an engine that is there already."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import active_children, get_context, parent_process
from types import FrameType
from typing import TypeVar

from ...errors import CannotLook, UsageError

Answer = TypeVar("Answer")
#: how often a task is begun again elsewhere when the worker that had it is lost
RETRIES = 3
#: seconds between two looks whether the process that asked is still there
GLANCE = 1.0
#: seconds that workers are given to put their things away
GRACE = 20.0
#: set when this process was interrupted: tasks that wait in its queue are not to be begun
GIVEN_UP = threading.Event()


@contextmanager
def pool(jobs: int, scheduler: str = "") -> Iterator[Executor]:
    """An executor: processes of this machine, or the workers of a Dask scheduler ("tcp://host:8786").

    On the way out by an error or an interrupt nothing more is begun, and what is being measured is given up. Raises
    UsageError where Dask is not installed, and CannotLook where the scheduler does not answer, or on a system without
    forks.
    """
    if os.name != "posix":
        raise CannotLook("cells are measured in forked processes, which this system has not", "use Linux or macOS")
    if scheduler:
        with _dask(scheduler) as executor:
            yield executor
        return
    executor = ProcessPoolExecutor(jobs, get_context("spawn"), _begin, (os.getpid(),))
    try:
        yield executor
    except BaseException:
        executor.shutdown(wait=False, cancel_futures=True)
        _give_up()
        raise
    executor.shutdown()


@contextmanager
def _dask(scheduler: str) -> Iterator[Executor]:
    try:
        from distributed import Client
    except ImportError:
        raise UsageError(
            "--scheduler needs Dask, which is not installed", "pip install 'sklearn-onnx-checker[dask]'"
        ) from None
    try:
        client = Client(scheduler, timeout=GRACE)
    except (OSError, ValueError) as error:
        raise CannotLook(f"the scheduler {scheduler} does not answer: {' '.join(str(error).split())[:200]}") from error
    with client:
        yield client.get_executor(retries=RETRIES, pure=False)


def _begin(parent: int) -> None:
    """What every process of the pool does first: an interrupt is for its tasks alone, and it ends with its parent."""
    signal.signal(signal.SIGINT, lambda number, frame: GIVEN_UP.set())
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(GLANCE)
    os.kill(os.getpid(), signal.SIGINT)  # the task puts its things away
    time.sleep(GRACE)
    os._exit(1)


def interruptible(task: Callable[[], Answer]) -> Answer:
    """Do a task in which an interrupt raises KeyboardInterrupt, once: a second one would tear what puts things away.

    A process that was interrupted begins no other task, and one of the pool ends where nobody waits for it any more.
    """
    if threading.current_thread() is not threading.main_thread():  # an engine's own thread, which gets no signal
        return task()
    before = signal.signal(signal.SIGINT, _interrupt)
    try:
        if GIVEN_UP.is_set():
            raise KeyboardInterrupt
        return task()
    finally:
        signal.signal(signal.SIGINT, before)
        if (parent := parent_process()) and not parent.is_alive():
            os._exit(1)


def _interrupt(number: int, frame: FrameType | None) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    GIVEN_UP.set()
    raise KeyboardInterrupt


def _give_up() -> None:
    """Interrupt what is being measured, and end what does not heed it."""
    children = active_children()
    for child in children:
        if child.pid:
            os.kill(child.pid, signal.SIGINT)
    deadline = time.monotonic() + GRACE
    for child in children:
        child.join(max(0.0, deadline - time.monotonic()))
    for child in children:
        child.kill()
