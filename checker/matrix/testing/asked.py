"""What rows are printed with."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .rows import Row


@dataclass(frozen=True)
class Asked:
    """How the rows are to be run, whatever runs them."""

    #: the command that prints them, and the date of the knowledge that it rests on
    command: str
    date: str
    #: scripts, named from the top of the project
    scripts: tuple[str, ...] = ()
    #: what starts the checker there
    checker: str = "checker"
    #: what a workflow installs it from
    source: str = "sklearn-onnx-checker"

    @property
    def program(self) -> str:
        """The first word of what starts the checker."""
        return self.checker.split()[0]

    @property
    def script_words(self) -> str:
        """The scripts as words of a command, each behind a blank."""
        return "".join(f" {shlex.quote(script)}" for script in self.scripts)

    def head(self, rows: Sequence[Row]) -> Iterator[str]:
        """What a file of rows begins with, as comments."""
        yield f"# {len(rows)} environments worth testing: corners of what is admitted, and measured boundaries."
        yield f"# With knowledge of {self.date}, printed by"
        yield f"#   {self.command}"
