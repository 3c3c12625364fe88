"""Code quality as GitLab reads it: a list of issues, shown in a merge request and beside its lines."""

from __future__ import annotations

import json
from typing import Any

from ...model import Report
from ..printable import line
from .told import Told, marks, told, whole_text

#: level -> GitLab's severity
SEVERITIES = {"error": "blocker", "warning": "minor", "note": "info"}


def render(report: Report) -> str:
    """The issues as JSON, ASCII only, one newline at the end."""
    rows = [*told(report)]
    issues = [issue(row, mark, report) for row, mark in zip(rows, marks(rows), strict=True)]
    return json.dumps(issues, indent=2, allow_nan=False) + "\n"


def issue(row: Told, mark: str, report: Report) -> dict[str, Any]:
    """One issue; what is about no file of the user's names the interpreter."""
    path = row.location.rooted if row.location else report.environment.executable if report.environment else ""
    return {
        "description": row.text,
        "check_name": row.rule,
        "fingerprint": mark,
        "severity": SEVERITIES[row.level],
        "content": {"body": whole_text(row, report)},
        "location": {"path": line(path) or "environment", "lines": {"begin": row.location.line if row.location else 1}},
    }
