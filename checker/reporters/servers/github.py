"""Commands that GitHub reads out of a job's log and shows as annotations beside the lines of a pull request.

One line a command. GitHub shows ten errors, ten warnings and ten notices of a step, so the worst stand first. A note
that is about no certain line stands beside none.
"""

from __future__ import annotations

from ...model import Report
from .. import digest
from ..printable import line
from .told import Told, told, whole_text

COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def render(report: Report) -> str:
    """The commands, then the verdict, one newline at the end."""
    rows = sorted(told(report), key=lambda row: [*COMMANDS].index(row.level))
    return "".join(f"{command(row, report)}\n" for row in rows) + f"{digest.headline(report)}: {digest.about(report)}\n"


def command(row: Told, report: Report) -> str:
    """One annotation."""
    at = row.location if row.location and (row.location.exact or row.level != "note") else None
    file = {"file": line(at.rooted), "line": str(at.line)} if at and line(at.rooted) else {}
    given = ",".join(f"{name}={as_property(value)}" for name, value in {**file, "title": row.rule}.items())
    return f"::{COMMANDS[row.level]} {given}::{as_data(whole_text(row, report))}"


def as_data(text: str) -> str:
    """A text on one line, as the command's message."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def as_property(text: str) -> str:
    """A text as the value of a property."""
    return as_data(text).replace(":", "%3A").replace(",", "%2C")
