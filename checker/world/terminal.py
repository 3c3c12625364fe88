"""Where people read: the page that is written, and a word beside it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import NamedTuple, TextIO

from ..errors import CannotLook
from ..language import find_language
from ..texts import cut, line
from .files import write
from .output import write_out, write_word

#: exit status after SIGINT and SIGTERM, as shells have it
INTERRUPTED, TERMINATED = 130, 143

#: characters of a job's summary: GitHub takes a megabyte of a step
SUMMARY = 500_000

#: terminals that know links, as TERM_PROGRAM or TERM names them
LINKING = ("iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "rio", "kitty", "alacritty", "foot", "contour")

#: called with (stage, subject) when a step begins
Progress = Callable[[str, str], None]


def silent(stage: str, subject: str) -> None:
    """Progress that nobody watches."""


#: seconds that standard input may take
STDIN_PATIENCE = 60.0


def read_stdin(most: int, seconds: float | None = None) -> str:
    """The text of standard input; a person may type as long as they like.

    Raises CannotLook for what is no text in UTF-8, has more than `most` bytes, or does not end in so many seconds.
    """
    hint = "pipe a list into it: pip freeze | checker preflight --requirements -"
    patience = STDIN_PATIENCE if seconds is None else seconds
    try:
        number, typed = sys.stdin.fileno(), sys.stdin.isatty()
    except (OSError, ValueError, AttributeError):
        raise CannotLook("there is no standard input to read", hint) from None
    parts: list[bytes] = []
    # the thread holds no lock of Python's at the end, as one that reads sys.stdin would
    reader = Thread(target=_drain, args=(number, most, parts), daemon=True)
    reader.start()
    reader.join(None if typed else patience)
    if reader.is_alive():
        raise CannotLook(f"standard input did not end within {patience:.0f} seconds", hint)
    if sum(map(len, parts)) > most:
        raise CannotLook(f"standard input has more than {most:,} bytes", hint)
    try:
        return b"".join(parts).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CannotLook("standard input is not a text in UTF-8", hint) from error


def _drain(number: int, most: int, parts: list[bytes]) -> None:
    """Read an open file to its end, or a little further than `most` bytes."""
    with suppress(OSError):
        while sum(map(len, parts)) <= most and (part := os.read(number, 1 << 20)):
            parts.append(part)


class Page(NamedTuple):
    """Where an answer is written: a file, or standard output (None)."""

    path: Path | None

    @property
    def read_here(self) -> bool:
        """Whether somebody reads it on the terminal as it is written."""
        return self.path is None and is_terminal(sys.stdout)

    @property
    def width(self) -> int:
        """Columns for people: those that COLUMNS or the terminal tells, at most 100; 80 anywhere else."""
        return min(100, columns(None if self.path else sys.stdout))

    @property
    def color(self) -> bool:
        """Whether colours are wanted there: NO_COLOR refuses them, FORCE_COLOR asks for them, whatever it is."""
        if self.path or os.environ.get("NO_COLOR"):
            return False
        return bool(os.environ.get("FORCE_COLOR")) or (self.read_here and os.environ.get("TERM") != "dumb")

    @property
    def here(self) -> str:
        """The address of the working folder."""
        return Path.cwd().as_uri()

    @property
    def links(self) -> bool:
        """Whether the terminal makes something of links; FORCE_HYPERLINK says so, or that it does not (0)."""
        forced = os.environ.get("FORCE_HYPERLINK")
        if self.path or forced:
            return not self.path and forced != "0"
        return self.color and self.read_here and "CI" not in os.environ and knows_links(os.environ)

    @property
    def language(self) -> str:
        """The language of who reads there, as the environment names it, where its letters can be written."""
        encoding = "utf-8" if self.path else getattr(sys.stdout, "encoding", None) or "ascii"
        return find_language(os.environ, encoding)

    def write(self, text: str) -> None:
        """Write the answer; a reader who has seen enough is no error. Raises CannotLook for a file."""
        if self.path:
            write(self.path, text)
            return
        try:
            write_out(text)
        except OSError as error:
            raise CannotLook(f"cannot write to standard output: {error.strerror}", "make room there") from error

    def add_word(self, text: str) -> None:
        """One line beside the answer, where nobody sees the answer itself as it is written."""
        if not self.read_here:
            complain(f"{text} ({self.path})" if self.path else text)


def knows_links(variables: Mapping[str, str]) -> bool:
    """Whether a terminal that tells its name like this is known to take links; one that does not tell is left alone."""
    vte = variables.get("VTE_VERSION", "")
    return (
        variables.get("TERM_PROGRAM") in LINKING
        or any(word in LINKING for word in variables.get("TERM", "").split("-"))
        or any(name in variables for name in ("WT_SESSION", "KITTY_WINDOW_ID", "KONSOLE_VERSION", "DOMTERM"))
        or (vte.isdecimal() and len(vte) < 9 and int(vte) >= 5000)
    )


def is_terminal(stream: TextIO | None) -> bool:
    """Whether people sit at the other end; a stream may be closed, or not there at all."""
    try:
        return stream is not None and stream.isatty()
    except ValueError:
        return False


def columns(stream: TextIO | None) -> int:
    """Columns that COLUMNS tells, else the terminal; at least 40, and 80 where neither does."""
    told = os.environ.get("COLUMNS", "")
    number = int(told) if told.isdecimal() and len(told) < 6 else 0
    if not number and stream is not None and is_terminal(stream):
        with suppress(OSError, ValueError):
            number = os.get_terminal_size(stream.fileno()).columns
    return max(40, number) if number else 80


def add_summary(text: str) -> None:
    """Add to the page that GitHub shows of a job, where this is one; what it does not take is no error."""
    if place := os.environ.get("GITHUB_STEP_SUMMARY"):
        with suppress(OSError), open(place, "a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(cut(text, SUMMARY) + "\n")


def show(text: str) -> None:
    """Text on standard output, as a notebook shows it."""
    print(text)


def complain(text: str) -> None:
    """One line on standard error."""
    write_word(f"checker: {line(text, 4000)}")
