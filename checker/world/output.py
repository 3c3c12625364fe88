"""Standard output and errors; imports next to nothing, for answers that are to be there at once."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

TYPE_CHECKING = False  # `typing` takes longer to import than an answer that is known takes to give

if TYPE_CHECKING:
    from typing import TextIO


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
