"""Standard output; imports nothing, for answers that are to be there at once."""

from __future__ import annotations

import os
import sys


def write_out(text: str) -> None:
    """Write a text whole; what the terminal cannot show is escaped, and a reader who has seen enough is no error."""
    try:
        sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
