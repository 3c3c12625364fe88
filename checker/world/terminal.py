"""Where people read: the page that is written, the line of progress, the signals that end a command."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from threading import Thread
from types import FrameType, TracebackType
from typing import TextIO

from ..texts import disarmed, line, safe
from .files import write
from .output import write_out

#: exit status after SIGINT and SIGTERM, as shells have it
INTERRUPTED, TERMINATED = 130, 143

#: called with (stage, subject) when a step begins
Progress = Callable[[str, str], None]

#: what a stage does, in words
WORDS = {
    "install": "building",
    "import": "importing",
    "fit": "fitting",
    "convert": "converting",
    "check": "checking",
    "load": "loading",
    "run": "running",
    "parity": "comparing",
    "register": "logging",
    "fetch": "fetching",
    "apply": "changing",
}


def silent(stage: str, subject: str) -> None:
    """Progress that nobody watches."""


class Live:
    """Shows the step that is being taken, and clears the line at the end."""

    def __init__(self, stream: TextIO | None = None, answers: TextIO | None = None) -> None:
        self.stream, self.answers = stream or sys.stderr, answers or sys.stdin
        self.shown = self.stream.isatty()

    def __enter__(self) -> Live:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._show("")

    def step(self, stage: str, subject: str) -> None:
        """Show that a step begins; that something was restored is said, not only shown."""
        if stage == "restore":
            self.say(f"checker: {subject}")
            return
        self._show(f"{WORDS.get(stage, stage)} {subject}")

    def say(self, text: str) -> None:
        """Write a line, on a terminal and anywhere else."""
        self._show("")
        self.stream.write(disarmed(safe(text)) + "\n")
        self.stream.flush()

    def ask(self, question: str) -> bool | None:
        """Ask on the terminal whether something is to be done; None where there is none on both sides."""
        if not (self.shown and self.answers.isatty()):
            return None
        self._show("")
        self.stream.write(f"{question} [y/N] ")
        self.stream.flush()
        return self.answers.readline().strip().lower() in ("y", "yes")

    def _show(self, text: str) -> None:
        if self.shown:
            self.stream.write("\r\x1b[2K" + line(text)[:78])
            self.stream.flush()


@dataclass(frozen=True)
class Page:
    """Where an answer is written: a file, or standard output (None)."""

    path: Path | None

    @property
    def width(self) -> int:
        """Columns for people: the terminal's, at most 100; 80 anywhere else."""
        return min(100, columns()) if self._terminal else 80

    @property
    def color(self) -> bool:
        """Whether colours are wanted there."""
        return self._terminal and "NO_COLOR" not in os.environ

    @property
    def _terminal(self) -> bool:
        return self.path is None and sys.stdout.isatty()

    def write(self, text: str) -> None:
        """Write the answer; a reader who has seen enough is no error. Raises CannotLook for a file."""
        if self.path:
            write(self.path, text)
            return
        write_out(text)


def import_early(module: str) -> None:
    """Begin to import what will lay out a page, while somebody else is busy."""
    Thread(target=import_module, args=(module,), daemon=True).start()


def columns() -> int:
    """Columns of the terminal, at least 40."""
    import shutil

    return max(40, shutil.get_terminal_size((80, 24)).columns)


def show(text: str) -> None:
    """Text on standard output, as a notebook shows it."""
    print(text)


def complain(text: str) -> None:
    """One line on standard error."""
    print(f"checker: {line(text, 4000)}", file=sys.stderr)


class Terminated(BaseException):
    """SIGTERM: unwinds everything, so that nothing is left behind."""


def terminable() -> None:
    """Let SIGTERM end this process by `Terminated`."""

    def terminate(number: int, frame: FrameType | None) -> None:
        raise Terminated

    signal.signal(signal.SIGTERM, terminate)
