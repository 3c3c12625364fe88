"""The findings that were there when somebody wrote them down: only what is new fails."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import CannotLook
from ..model import Finding, Script, Severity
from .ignores import subjects

#: version of the file
VERSION = 1
#: what to do about a file that cannot be read
ANEW = "--update-baseline writes it anew"
#: what makes a finding of today the same as one of then: rule, subjects, severity
Key = tuple[str, str, str]


@dataclass(frozen=True)
class Baseline:
    """What was there; with `all_of_it` whatever is found now."""

    #: the file, for whoever reads the report
    name: str
    #: how often each was there
    room: Mapping[Key, int]
    all_of_it: bool = False

    def find(self, finding: Finding, script: Script | None, room: Mapping[Key, int]) -> Key | None:
        """As what a finding was there before, where so much room is left; None: it is new, worse, or never counts."""
        rule, about, severity = key_of(finding, script)
        if finding.out_of_scope or finding.severity is Severity.NOTE:
            return None
        if self.all_of_it:
            return rule, about, severity
        worse = (one.value for one in Severity if one.order <= finding.severity.order)
        return next((key for one in worse if room.get(key := (rule, about, one), 0) > 0), None)


def key_of(finding: Finding, script: Script | None) -> Key:
    """What makes two findings the same, whatever the versions are."""
    return finding.rule, ", ".join(subjects(finding, script)), finding.severity.value


def write_baseline(findings: Iterable[Finding], script: Script | None) -> str:
    """The text of a baseline: sorted, so that its differences can be read."""
    rows = Counter(key_of(finding, script) for finding in findings)
    told = [
        {"rule": rule, "subject": about, "severity": severity, "count": number}
        for (rule, about, severity), number in sorted(rows.items())
    ]
    return json.dumps({"schema_version": VERSION, "findings": told}, indent=2) + "\n"


def read_baseline(name: str, text: str) -> Baseline:
    """What a file holds. Raises CannotLook for one that is none, or of another version."""
    try:
        told: Any = json.loads(text)
    except ValueError as error:
        raise CannotLook(f"{name} is no baseline: {error}", ANEW) from error
    if not isinstance(told, dict) or not isinstance(told.get("schema_version"), int):
        raise CannotLook(f"{name} is no baseline: it has no schema_version", ANEW)
    if told["schema_version"] != VERSION:
        raise CannotLook(f"{name} is a baseline of version {told['schema_version']}, not {VERSION}", ANEW)
    try:
        return Baseline(name, {_key(row): int(row["count"]) for row in told["findings"]})
    except (KeyError, TypeError, ValueError) as error:
        raise CannotLook(f"{name} is no baseline: {error!r} in its findings", ANEW) from error


def _key(row: Mapping[str, Any]) -> Key:
    return str(row["rule"]), str(row["subject"]), Severity(row["severity"]).value
