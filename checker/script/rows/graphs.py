"""The rows of graphs that a script builds with onnx.helper: the same statements, run in the patient."""

from __future__ import annotations

from collections.abc import Iterator

from ...model import Canary
from ..graphs.built import Graphs, Line

#: graphs of one script that are tried, and characters of the statements of one
MOST, LONGEST = 12, 60_000


def graphs(found: Graphs) -> Iterator[Canary]:
    """A row for every graph that a session is made of; else for those that are checked."""
    opened = [line for line in found.lines if line.stage == "load" and line.sure]
    ends = opened or [line for line in found.lines if line.stage == "check" and line.sure]
    for end in ends[:MOST]:
        lines = found.program(end)
        if lines and sum(len(line.text) for line in lines) <= LONGEST:
            yield _row(end, lines)


def _row(end: Line, lines: list[Line]) -> Canary:
    imports = sorted({module for line in lines for module in line.imports if module})
    told = tuple((line.text, line.stage, line.where, line.model) for line in lines)
    return Canary(
        f"{end.where} graph",
        "",
        tuple(imports),
        (),
        target="none",
        converter="",
        where=end.where,
        form="graph",
        details={"lines": told},
    )
