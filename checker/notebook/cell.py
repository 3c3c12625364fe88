"""What a cell of a notebook shows while something is being done, and how it is told that it is one."""

from __future__ import annotations

import sys
from importlib import import_module
from io import StringIO
from types import TracebackType
from typing import Any

from ..language import say
from ..reporters.html.elements import Markup, el, joined
from ..reporters.html.page import firm_style
from ..world.progress import BUILDING, Live

#: seconds between two drawings
TICK = 0.5


def shell() -> Any:
    """The shell of IPython that runs this, None where none does; IPython is not imported for it."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython else None


def ipython(module: str) -> Any:
    """A module of IPython, which is there where a shell of it runs."""
    return import_module(f"IPython.{module}")


def in_cell() -> bool:
    """Whether what is displayed appears below a cell: in a kernel, and not in IPython's terminal."""
    return hasattr(shell(), "kernel")


def display(report: object) -> None:
    """Show a value below the cell."""
    ipython("display").display(report)


class InCell(Live):
    """Shows below the cell what is being done, and each environment that is built for it; at the end it is empty."""

    def __init__(self) -> None:
        super().__init__(StringIO(), beat=TICK)
        self.tried: list[str] = []
        self.handle: Any = None

    def __enter__(self) -> InCell:
        self.handle = ipython("display").display(self._bundle(), raw=True, display_id=True)
        super().__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        super().__exit__(kind, error, trace)
        self.handle.update({"text/plain": "", "text/html": ""}, raw=True)

    def step(self, stage: str, subject: str) -> None:
        """A step begins; an environment that is built stays in the list."""
        super().step(stage, subject)
        if stage in BUILDING:
            self.tried.append(self._doing)

    def _watch(self) -> None:
        while not self._over.wait(self._pause):
            self.handle.update(self._bundle(), raw=True)

    def _bundle(self) -> dict[str, str]:
        """The same for pages and for plain text."""
        now = self._told()
        rows = [el("li", text) for text in self.tried]
        inner = joined([el("p", now, class_="now"), el("ol", *rows) if rows else Markup("")])
        part = el("div", inner, class_="checker-report", role="status", aria_label=say("Progress"))
        return {"text/plain": now, "text/html": joined([el("style", firm_style()), part])}
