"""What is typed elsewhere, below a report for people: in a place that scores the model, in the project's own files."""

from __future__ import annotations

from collections.abc import Iterator

from ..language import say
from ..model import Report
from ..policy.ignores import snippet
from .blocks import GAP, Block, Prose, Verbatim, heading
from .printable import disarmed, line, safe


def statements(report: Report) -> str:
    """The statements of every place, "" where it has none; nothing in them is broken, so that they can be copied."""
    parts = []
    for place, typed in report.statements:
        parts += [
            say("To paste in {place}", place=line(place, 200)),
            "",
            *(f"{safe(one, 200_000).rstrip()}\n" for one in typed),
        ]
    return disarmed("\n" + "\n".join(parts)) if parts else ""


def ignoring(report: Report) -> Iterator[Block]:
    """What a project writes to live with each finding that counts."""
    counting = [finding for finding in report.findings if not finding.out_of_scope]
    if counting:
        yield GAP
        yield heading(say("To ignore it"))
        yield Prose(say("In pyproject.toml, with a reason, and with `expires = DATE` where it is not for ever:"))
    for finding in counting:
        yield GAP
        yield Verbatim(snippet(finding, report.script))
