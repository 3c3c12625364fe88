"""Golden files of the reporters, and how they are made.

`python -m tests.golden`, from the top of the repository, writes them anew; read the difference before committing it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from checker import __version__
from checker.model import Report
from checker.reporters import REPORTERS
from tests.reports import REPORTS

HERE = Path(__file__).parent


def masked(report: Report) -> Report:
    """The report with every duration set to zero."""
    outcomes = tuple(replace(outcome, seconds=0.0) for outcome in report.observation.outcomes)
    timings = dict.fromkeys(report.timings, 0.0)
    return replace(report, subject=replace(report.observation, outcomes=outcomes), timings=timings)


def rendered(name: str, form: str) -> str:
    """One case in one format; the tool's own version and the style are masked too."""
    text = REPORTERS[form].render(masked(REPORTS[name]()))
    if form == "html":  # the style and the script are files of their own
        text = re.sub(r"<(style|script)>.*?</\1>|'sha256-[^']*'", "...", text, flags=re.DOTALL)
    return text.replace(f'"version": "{__version__}",\n    "matrix_date"', '"version": "0",\n    "matrix_date"')


def path_of(name: str, form: str) -> Path:
    """Where the golden file of a case is kept."""
    return HERE / f"{name}.{REPORTERS[form].suffix}"


def write() -> None:
    """Write every golden file."""
    for name in REPORTS:
        for form in REPORTERS:
            path_of(name, form).write_text(rendered(name, form), encoding="utf-8", newline="\n")
