"""One line a finding, as compilers write them: `file:line: severity rule: sentence`, for editors and for `grep`.

The last line is the verdict. What is about no file of the user's begins with the environment's label.
"""

from __future__ import annotations

from ...model import Report
from .. import digest
from ..printable import cut, disarmed, line
from .told import Told, told

#: longest sentence, in characters
LIMIT = 1000


def render(report: Report) -> str:
    """The rows, then the verdict, one newline at the end."""
    rows = [f"{place(row, report)}: {row.level} {row.rule}: {cut(row.text, LIMIT)}" for row in told(report)]
    return disarmed("\n".join([*rows, f"{digest.headline(report)}: {digest.about(report)}"]) + "\n")


def place(row: Told, report: Report) -> str:
    """ "train.py:14", or the label of the environment."""
    if row.location:
        return f"{line(row.location.path)}:{row.location.line}"
    return line(report.patient.label, 300) or "environment"
