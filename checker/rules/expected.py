"""Findings that rest on what was measured elsewhere: how they are known, and where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ..model import Basis, Case, Finding, Observation, Severity, Subject


def as_measured(case: Case[Subject], findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings, each with the weakest basis of the outcomes that it explains, where nothing was run here."""
    seen = case.subject
    if not isinstance(seen, Observation) or seen.imported:
        yield from findings
        return
    facts = {failure.step: failure.facts for failure in seen.failures() if "measured" in failure.facts}
    for finding in findings:
        told = [facts[step] for step in finding.explains if step in facts]
        if not told:
            yield finding
            continue
        weakest = max((Basis(str(fact["basis"])) for fact in told), key=lambda basis: basis.order)
        severity = finding.severity
        if weakest is Basis.INFERRED and severity is Severity.BLOCKER:  # neighbours alone block nobody
            severity = Severity.WARNING
        yield replace(finding, severity=severity, basis=weakest, measured=str(told[0]["measured"]))
