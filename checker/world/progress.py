"""What is being done, for whoever waits: one line that moves on a terminal, a line now and then anywhere else."""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress
from itertools import count, cycle
from threading import Event, Thread
from types import TracebackType
from typing import TextIO
from unicodedata import east_asian_width

from ..texts import disarmed, line, safe
from .output import write_to
from .terminal import columns, is_terminal

#: seconds between two lines where they stay, and between two drawings where one line moves
BEAT, TICK = 20.0, 0.1
#: the moving mark, in ASCII: any terminal shows it
MARKS = "|/-\\"
#: stages at which an environment is built
BUILDING = ("install", "prove", "try")
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
    "ask": "asking",
    "prove": "trying",
    "try": "trying",
    "fetch": "fetching",
    "apply": "changing",
}


class Live:
    """Shows the step that is being taken, how long it all takes, and how many environments were built for it.

    On a terminal this is one line that moves and is cleared at the end; anywhere else, and where the terminal says
    that it is a dumb one, it is a line every `beat` seconds, for the log. Once it has begun, only its thread draws: no
    lock is held by anybody, so that an interrupt at any moment leaves nothing that hangs. It begins to draw at once.
    """

    def __init__(
        self, stream: TextIO | None = None, answers: TextIO | None = None, beat: float = BEAT, quiet: bool = False
    ) -> None:
        self.quiet = quiet
        self.stream, self.answers = stream or sys.stderr, answers or sys.stdin
        self.shown = is_terminal(self.stream) and os.environ.get("TERM") != "dumb"
        self._pause = TICK if self.shown else beat
        self._begun, self._doing, self._built, self._drawn = time.monotonic(), "looking", 0, 0
        self._marks, self._over = cycle(MARKS), Event()
        self._thread: Thread | None = None

    def __enter__(self) -> Live:
        if self.quiet:
            return self
        self._show()
        self._thread = Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        if self._thread:
            self._thread.join(1)
        self._write(self._cleared())

    def step(self, stage: str, subject: str) -> None:
        """A step begins; that something was restored is said, not only shown."""
        if stage == "restore":
            self.say(f"checker: {subject}")
            return
        self._built += stage in BUILDING
        self._doing = line(f"{WORDS.get(stage, stage)} {subject}", 400)

    def say(self, text: str) -> None:
        """Write a line, on a terminal and anywhere else."""
        self._write(self._cleared() + disarmed(safe(text)) + "\n")

    def ask(self, question: str) -> bool | None:
        """Ask on the terminal whether something is to be done; None where there is none on both sides."""
        if not (is_terminal(self.stream) and is_terminal(self.answers)):
            return None
        self._doing = ""
        self._write(f"{self._cleared()}{question} [y/N] ")
        return self.answers.readline().strip().lower() in ("y", "yes")

    def _watch(self) -> None:
        while not self._over.wait(self._pause):
            self._show()
            if not self.shown:
                self._write(disarmed(f"checker: {self._told()}\n"))

    def _show(self) -> None:
        if self.shown and self._doing:
            self._draw(f"{next(self._marks)} {self._told()}")

    def _told(self) -> str:
        """ "32 s, environment 3: trying skl2onnx 1.17.0"."""
        number = f", environment {self._built}" if self._built else ""
        return f"{spent(time.monotonic() - self._begun)}{number}: {self._doing}"

    def _draw(self, text: str) -> None:
        shown = fitting(text, columns(self.stream) - 1)
        before, self._drawn = self._drawn, cells(shown)
        self._write("\r" + shown + " " * (before - self._drawn))

    def _cleared(self) -> str:
        """What clears the line that moves: blanks, which every terminal knows."""
        drawn, self._drawn = self._drawn, 0
        return "\r" + " " * drawn + "\r" if drawn else ""

    def _write(self, text: str) -> None:
        with suppress(OSError):
            if text:
                write_to(self.stream, text)


def spent(seconds: float) -> str:
    """A time that passed: "40 s", "3 min 10 s"."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def cells(text: str) -> int:
    """Columns that a text takes on a terminal; those of East Asia take two a letter."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def fitting(text: str, width: int) -> str:
    """The beginning of a text that fits into so many columns, "..." where something was left out."""
    if cells(text) <= width:
        return text
    end = next(n for n in count(len(text) - 1, -1) if cells(text[:n]) <= width - 3)
    return text[:end].rstrip() + "..."
