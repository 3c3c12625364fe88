"""Live progress: one line on a terminal, nothing anywhere else."""

from __future__ import annotations

from types import TracebackType
from typing import TextIO

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


class Live:
    """Shows the step that is being taken, and clears the line at the end."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.shown = stream.isatty()

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
        self.stream.write(text + "\n")
        self.stream.flush()

    def ask(self, question: str, answers: TextIO) -> bool | None:
        """Ask on the terminal whether something is to be done; None where there is none on both sides."""
        if not (self.shown and answers.isatty()):
            return None
        self._show("")
        self.stream.write(f"{question} [y/N] ")
        self.stream.flush()
        return answers.readline().strip().lower() in ("y", "yes")

    def _show(self, text: str) -> None:
        if self.shown:
            self.stream.write("\r\x1b[2K" + text[:78])
            self.stream.flush()
