"""Standard output and errors, and the signals that end what is written there.

Imports next to nothing, for answers that are to be there at once.
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress

TYPE_CHECKING = False  # `typing` takes longer to import than an answer that is known takes to give

if TYPE_CHECKING:
    from types import FrameType
    from typing import TextIO

#: seconds after which a signal that came in the middle of an import is looked at again
AGAIN = 0.02


def write_out(text: str) -> None:
    """Write an answer to standard output. Raises OSError where it cannot be written, a full disk for example."""
    write_to(sys.stdout, text)


def write_word(text: str) -> None:
    """One line on standard error; where it cannot be written, nobody is there to hear so."""
    with suppress(OSError):
        write_to(sys.stderr, text + "\n")


def write_to(stream: TextIO | None, text: str) -> None:
    """Write a text whole: what the encoding does not have is escaped, and a reader who has gone is no error."""
    if stream is None:  # closed from the start, as by `>&-`
        return
    try:
        if hasattr(stream, "reconfigure"):  # a notebook's has none
            stream.reconfigure(errors="backslashreplace")
        stream.write(text)
        stream.flush()
    except (BrokenPipeError, ValueError):
        _leave(stream)
    except OSError:
        _leave(stream)
        raise


def _leave(stream: TextIO) -> None:
    """Let what is still buffered go nowhere, else Python complains of it at its end."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


# --- what ends a command -------------------------------------------------------------------------------------------


class Terminated(BaseException):
    """SIGTERM: unwinds everything, so that nothing is left behind."""


def interruptible() -> None:
    """Let SIGINT end this process by `KeyboardInterrupt`."""
    _end_by(signal.SIGINT, KeyboardInterrupt)


def terminable() -> None:
    """Let SIGTERM end this process by `Terminated`."""
    _end_by(signal.SIGTERM, Terminated)


def settled() -> None:
    """Nothing is left to end: from now on these signals do what they usually do."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, 0)
    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)


def _end_by(number: int, end: type[BaseException]) -> None:
    """Let a signal raise an exception, but never in the middle of an import.

    Python may swallow the exception there, and leaves a lock behind for which whoever imports next waits for ever. A
    signal that is ignored, as by a job in the background, stays so.
    """

    def take(number: int, frame: FrameType | None) -> None:
        if not _imports(frame) or not hasattr(signal, "setitimer"):
            raise end
        signal.signal(signal.SIGALRM, lambda *_: signal.raise_signal(number))
        signal.setitimer(signal.ITIMER_REAL, AGAIN)

    if signal.getsignal(number) is not signal.SIG_IGN:
        signal.signal(number, take)


def _imports(frame: FrameType | None) -> bool:
    while frame and not frame.f_code.co_filename.startswith("<frozen importlib"):
        frame = frame.f_back
    return frame is not None
