"""Work that an interrupt must not tear: signals are held back, and take effect when everything is in order again."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from types import FrameType

from ..errors import CannotLook

#: seconds that an installer may take, and may go on for after an interrupt: one that is killed leaves files behind
PATIENCE, GRACE = 900.0, 30.0


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
    command: Sequence[str], variables: Mapping[str, str | None], come: HeldSignals | None = None, inherits: int = -1
) -> subprocess.CompletedProcess[str]:
    """Run a command out of reach of the terminal's interrupts; `come` says when one was meant for it.

    `inherits` is a descriptor that it keeps open, so that a lock lasts as long as it runs, -1 for none.
    A command that had to be killed has a negative status. Raises CannotLook when it cannot be started.
    """
    environment = {k: v for k, v in {**os.environ, **variables}.items() if v is not None}
    try:
        process = subprocess.Popen(
            command,
            env=environment,
            start_new_session=os.name == "posix",
            pass_fds=(inherits,) if inherits >= 0 and os.name == "posix" else (),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
    except OSError as error:
        raise CannotLook(f"{command[0]} could not be run: {error.strerror or error}") from error
    try:
        out, said = _awaited(process, come or HeldSignals())
    finally:
        if process.poll() is None:
            _kill(process)
            process.wait()
    return subprocess.CompletedProcess(command, process.returncode, _text(out), _text(said))


def _text(said: bytes) -> str:
    return said.decode("utf-8", "replace")


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a process and what it has started."""
    if os.name == "posix":
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()


def _awaited(process: subprocess.Popen[bytes], come: HeldSignals) -> tuple[bytes, bytes]:
    begun = time.monotonic()
    while True:
        try:
            return process.communicate(timeout=0.1)
        except subprocess.TimeoutExpired:
            now = time.monotonic()
            if now - begun > PATIENCE or (come.since and now - come.since > GRACE):
                _kill(process)
