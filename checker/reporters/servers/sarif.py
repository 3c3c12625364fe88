"""SARIF 2.1.0, as code scanning of GitHub takes it: results on lines of the repository, rules with their help.

Only what is found is a result; what was not looked at is a notification of the run. The help of a rule is what
`checker explain` prints.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any

from ...model import Report
from ...version import __version__
from .. import digest
from ..explain import sections
from ..printable import line, safe
from .told import LIMIT, Location, Told, marks, told, whole_text

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
#: the root of the repository, as those who read SARIF know it
ROOT = "%SRCROOT%"


def render(report: Report) -> str:
    """The log as JSON, ASCII only, one newline at the end."""
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run(report)]}, indent=2, allow_nan=False) + "\n"


def run(report: Report) -> dict[str, Any]:
    """The one run; what it is about tells it from those of other environments."""
    rows = [*told(report)]
    found = [row for row in rows if row.finding]
    rules = [*dict.fromkeys(row.rule for row in found)]
    driver = {"name": "sklearn-onnx-checker", "version": __version__, "rules": [descriptor(rule) for rule in rules]}
    python = f" on Python {line(report.environment.python, 20)}" if report.environment else ""
    return {
        "tool": {"driver": driver},
        "automationDetails": {"id": f"sklearn-onnx-checker/{digest.about(report)}{python}/"},
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": notifications(rows, report)}],
        "originalUriBaseIds": {ROOT: {"description": {"text": "The root of the repository."}}},
        "columnKind": "utf16CodeUnits",
        "results": [result(*each, rules, report) for each in zip(found, marks(found), strict=True)],
        "properties": {"verdict": report.verdict, "headline": digest.headline(report)},
    }


def result(row: Told, mark: str, rules: Sequence[str], report: Report) -> dict[str, Any]:
    """One finding."""
    return {
        "ruleId": row.rule,
        "ruleIndex": rules.index(row.rule),
        "level": row.level,
        "message": {"text": unlinked(whole_text(row, report))},
        "locations": [{"physicalLocation": physical(row.location, report)}],
        "partialFingerprints": {"checker/v1": mark},
    }


def physical(location: Location | None, report: Report) -> dict[str, Any]:
    """Where it is; what is about no file of the user's names the interpreter."""
    executable = report.environment.executable if report.environment else ""
    path = location.rooted if location else executable or "environment"
    return {"artifactLocation": place(path), "region": {"startLine": location.line if location else 1}}


def place(path: str) -> dict[str, str]:
    """A file: relative to the root of the repository, else its whole address."""
    path = line(path)  # before it is quoted: a secret is not known by its quoted letters
    if PureWindowsPath(path).drive and PureWindowsPath(path).is_absolute():
        return {"uri": PureWindowsPath(path).as_uri()}
    uri = PurePosixPath("/", path).as_uri()
    return {"uri": uri} if path.startswith("/") else {"uri": uri.removeprefix("file:///") or ".", "uriBaseId": ROOT}


def notifications(rows: Sequence[Told], report: Report) -> list[dict[str, Any]]:
    """What was not looked at, and what the project ignores.

    That is no suppressed result: code scanning shows such a one as any other
    (https://github.com/github/codeql-action/issues/1230).
    """
    told = [(row.level, row.text) for row in rows if not row.finding]
    told += [("note", line(one.told, LIMIT)) for one in report.ignored]
    return [{"level": level, "message": {"text": unlinked(text)}} for level, text in told]


def descriptor(rule: str) -> dict[str, Any]:
    """A rule with what `checker explain` tells of it; one that is not known has only its name."""
    from ...rules.environment import ALL

    found = next((one for one in ALL if one.id == rule), None)
    if found is None:
        said = {"text": rule}
        return {"id": rule, "shortDescription": said, "fullDescription": said, "help": {**said, "markdown": rule}}
    parts = sections(found.explanation)
    words = [f"{title}\n{text}" if title else text for title, text in parts]
    marked = [f"**{title}**\n\n{text}" if title else text for title, text in parts]
    return {
        "id": rule,
        "name": rule.title().replace("-", ""),
        "shortDescription": {"text": safe(found.title)},
        "fullDescription": {"text": " ".join(parts[0][1].split()) if parts else safe(found.title)},
        "help": {"text": "\n\n".join(words), "markdown": "\n\n".join(marked)},
        "properties": {"tags": ["scikit-learn", "onnx", found.stage.value]},
    }


def unlinked(text: str) -> str:
    """A text in which nothing is a link to another place of the log."""
    return text.replace("](", "] (")
