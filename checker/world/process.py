"""Processes: one that is talked to, one that must not be torn, all of them at once; and what they leave."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import stat
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO, Any

from ..errors import CannotLook
from .locks import BUSY, await_free

#: bytes of printed text that are kept of a process that is talked to
MOST_PRINTED = 64 << 10
#: seconds that an installer may take, and may go on for after an interrupt: one that is killed leaves files behind
PATIENCE, GRACE = 900.0, 30.0
#: the variable that marks what a dialogue starts, and the start of its scratch folders' names, which the mark follows
MARK, SCRATCH = "CHECKER_RUN", "checker-probe-"
#: seconds after which a scratch folder whose run is gone is stale: in a container that run may have another number
STALE = 3600.0


class Children:
    """Every process that is running for us, so that an interrupt can end all of them at once."""

    def __init__(self, busy: IO[bytes] | None = None) -> None:
        #: descriptors that they inherit: a lock that lasts as long as any of them lives
        self.descriptors: tuple[int, ...] = (busy.fileno(),) if busy and os.name == "posix" else ()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._closed = False
        self._lock = threading.Lock()

    def add(self, process: subprocess.Popen[bytes]) -> None:
        """Remember a process that was started; one that comes after the end is ended at once."""
        with self._lock:
            self._running.add(process)
            closed = self._closed
        if closed:
            process.terminate()

    def remove(self, process: subprocess.Popen[bytes]) -> None:
        """Forget a process that has ended."""
        with self._lock:
            self._running.discard(process)

    def end(self) -> None:
        """Ask all of them to stop, now and from now on."""
        with self._lock:
            self._closed = True
            running = tuple(self._running)
        for process in running:
            process.terminate()


def start(
    command: Sequence[str], variables: Mapping[str, str | None], descriptors: Sequence[int] = (), **more: Any
) -> subprocess.Popen[bytes]:
    """Start a command with pipes; `variables` of our environment are set or, where None, taken away. Raises OSError."""
    environment = {k: v for k, v in {**os.environ, **variables}.items() if v is not None}
    pipes = dict.fromkeys(("stdout", "stderr"), subprocess.PIPE)
    kept = tuple(descriptors) if os.name == "posix" else ()
    return subprocess.Popen(command, env=environment, pass_fds=kept, **{**pipes, **more})


class Dialogue:
    """A process that is handed one text and answers in lines; what it prints beside them is kept within bounds."""

    def __init__(self, command: Sequence[str], variables: Mapping[str, str | None], children: Children) -> None:
        """Start it. Raises CannotLook when it does not start."""
        #: the tail of what it printed, and whether its answer was recognised
        self.printed, self.heard = b"", False
        self._seconds, self._given_up = 0.0, False
        self._children = children
        self._mark = f"{os.getpid()}-{secrets.token_hex(8)}"
        self._threads: list[threading.Thread] = []
        try:
            self._process = start(
                command,
                {**variables, MARK: self._mark},
                children.descriptors,
                stdin=subprocess.PIPE,
                start_new_session=os.name == "posix",
            )
        except OSError as error:
            raise CannotLook(
                f"cannot run {command[0]}: {error.strerror or error}", "name an interpreter with --python"
            ) from error
        children.add(self._process)

    def lines(self, text: str, seconds: float, meanwhile: Callable[[], None] = lambda: None) -> Iterator[bytes]:
        """Send the text, and give every line that comes; without an answer after so many seconds it is killed.

        `meanwhile` is done before anybody listens.
        """
        assert self._process.stdout
        self._seconds = seconds
        patience = threading.Timer(seconds, self._give_up)
        sender = threading.Thread(target=self._send, args=(text,))
        for thread in (sender, threading.Thread(target=self._read_printed), patience):
            thread.daemon = True
            thread.start()
            self._threads.append(thread)  # an interrupt may come between: only what was started can be waited for
        meanwhile()
        while line := self._process.stdout.readline(1 << 22):
            yield line

    @property
    def how_it_ended(self) -> str:
        """In words that follow "it"."""
        if self._given_up:
            return f"was silent for {self._seconds:g} seconds"
        return f"ended with status {self._process.returncode}"

    def _give_up(self) -> None:
        if not self.heard:
            self._given_up = True
            kill_group(self._process)

    def _send(self, text: str) -> None:
        assert self._process.stdin
        with suppress(OSError):  # it ended before it had read everything: its answer tells
            self._process.stdin.write(text.encode("ascii"))
            self._process.stdin.close()

    def _read_printed(self) -> None:
        assert self._process.stderr
        while data := self._process.stderr.read1(1 << 16):  # type: ignore[attr-defined]
            self.printed = (self.printed + data)[-MOST_PRINTED:]

    def end(self, finished: bool) -> None:
        """Ask it to stop unless it has finished, give it time to clean up, and make sure."""
        try:
            if self._process.poll() is None and not finished:
                self._process.send_signal(signal.SIGTERM)
            self._process.wait(timeout=5)
        except (subprocess.TimeoutExpired, OSError):
            self._process.kill()
            self._process.wait()
        finally:
            self._children.remove(self._process)
            _end_marked(self._mark)
            _sweep(self._mark)
        for thread in self._threads:
            if isinstance(thread, threading.Timer):
                thread.cancel()
            thread.join(timeout=5)


# --- what a dialogue leaves when packages tear it -----------------------------------------------------------------


def _end_marked(mark: str) -> None:
    """End what still runs of a dialogue, in sessions of its own too, as far as /proc tells."""
    for _ in range(50):  # until nothing is found: one may start another meanwhile
        found = _marked(f"{MARK}={mark}".encode())
        for number in found:
            with suppress(OSError):
                os.kill(number, signal.SIGKILL)
        if not found:
            return
        time.sleep(0.02)  # the system takes a moment to end them


def _marked(entry: bytes) -> list[int]:
    """The processes that were started with that entry in their environment."""
    found = []
    for place in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):  # another user's, or it has just ended
            if entry in place.read_bytes().split(b"\0"):
                found.append(int(place.parent.name))
    return found


def _sweep(mark: str) -> None:
    """Remove the scratch folders of that dialogue, and of others that are gone, with what still runs of these."""
    with suppress(OSError):
        for folder in Path(tempfile.gettempdir()).glob(f"{SCRATCH}*-*-*"):
            own = folder.name.startswith(f"{SCRATCH}{mark}-")
            if not own and _stale(folder):
                _end_marked(folder.name.removeprefix(SCRATCH).rpartition("-")[0])
            elif not own:
                continue
            with suppress(OSError, ValueError):  # memory of the whole machine that a rehearsed script has named
                for name in (folder / "shared").read_text().split("\n")[:-1]:
                    Path("/dev/shm", Path(name).name).unlink(missing_ok=True)
            shutil.rmtree(folder, ignore_errors=True)  # a link is left alone


def _stale(folder: Path) -> bool:
    """Whether it is a folder of ours whose run has ended: nobody holds its lock, or nobody has touched it for long."""
    number = folder.name.removeprefix(SCRATCH).split("-")[0]
    if os.name != "posix" or not number.isdecimal():
        return False
    try:
        about = folder.lstat()
        if about.st_uid != os.geteuid() or stat.S_ISLNK(about.st_mode):
            return False
        if (folder / BUSY).exists():
            return await_free(folder / BUSY, 0)
        if time.time() - about.st_mtime < STALE:
            return False
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        return False
    return False


# --- what an interrupt must not tear ---------------------------------------------------------------------------


@dataclass
class HeldSignals:
    """The signals that have come."""

    numbers: list[int] = field(default_factory=list)
    #: monotonic time of the first one
    since: float = 0.0

    def take(self, number: int, frame: FrameType | None) -> None:
        """A signal handler."""
        self.since = self.since or time.monotonic()
        self.numbers.append(number)


@contextmanager
def hold_signals() -> Iterator[HeldSignals]:
    """Hold SIGINT and SIGTERM back; the first that came is raised again at the end."""
    come = HeldSignals()
    # one that is ignored stays so, as for a job in the background
    wanted = [n for n in (signal.SIGINT, signal.SIGTERM) if signal.getsignal(n) is not signal.SIG_IGN]
    before = {n: signal.signal(n, come.take) for n in wanted}
    try:
        yield come
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if come.numbers:
            signal.raise_signal(come.numbers[0])


def run(
    command: Sequence[str],
    variables: Mapping[str, str | None],
    come: HeldSignals | None = None,
    inherits: Sequence[int] = (),
) -> subprocess.CompletedProcess[str]:
    """Run a command out of reach of the terminal's interrupts; `come` says when one was meant for it.

    `inherits` are descriptors that it keeps open, so that a lock lasts as long as it runs. A command that had to be
    killed has a negative status. Raises CannotLook when it cannot be started.
    """
    come = come or HeldSignals()
    try:
        process = start(command, variables, inherits, stdin=subprocess.DEVNULL, start_new_session=os.name == "posix")
    except OSError as error:
        raise CannotLook(f"{command[0]} could not be run: {error.strerror or error}") from error
    begun = time.monotonic()
    try:
        while True:
            try:
                out, said = process.communicate(timeout=0.1)
                break
            except subprocess.TimeoutExpired:
                now = time.monotonic()
                if now - begun > PATIENCE or (come.since and now - come.since > GRACE):
                    kill_group(process)
    finally:
        if process.poll() is None:
            kill_group(process)
            process.wait()
    return completed(process, out, said)


def completed(process: subprocess.Popen[bytes], out: bytes, said: bytes) -> subprocess.CompletedProcess[str]:
    """A process that has ended, with what it said as text."""
    texts = (out.decode("utf-8", "replace"), said.decode("utf-8", "replace"))
    return subprocess.CompletedProcess(process.args, process.returncode, *texts)


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """End a process and what it has started."""
    if os.name == "posix":
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
