"""What is typed in a place to keep a model and to score with it, below a report for people."""

from __future__ import annotations

from ..model import Report
from .printable import disarmed, line, safe


def statements(report: Report) -> str:
    """The statements of every place, "" where it has none; nothing in them is broken, so that they can be copied."""
    parts = []
    for place, typed in report.statements:
        parts += [f"To paste in {line(place, 200)}", "", *(f"{safe(one, 200_000).rstrip()}\n" for one in typed)]
    return disarmed("\n" + "\n".join(parts)) if parts else ""
