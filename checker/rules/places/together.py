"""What several findings about one model advise, as one change of the code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce

from ...model import Advice, Finding, Severity, Stage
from ..models.edits import both


def all_at_once(findings: Sequence[Finding]) -> list[Finding]:
    """The findings; where places have several things against the same models, the whole change comes first.

    One change alone does not make a place take a model that it refuses for two reasons.
    """
    about: dict[tuple[str, ...], dict[str, Advice]] = {}
    for finding in findings:
        changes = [advice for advice in finding.advice if advice.edit] if _blocks(finding) else []
        about.setdefault(_models(finding), {}).update((advice.text, advice) for advice in changes[:1])
    whole = {
        models: _joined(list(changes.values())) for models, changes in about.items() if models and len(changes) > 1
    }
    return [
        replace(f, advice=(whole[_models(f)], *f.advice)) if _blocks(f) and _models(f) in whole else f for f in findings
    ]


def _blocks(finding: Finding) -> bool:
    return finding.stage is Stage.TARGET and finding.severity is Severity.BLOCKER


def _models(finding: Finding) -> tuple[str, ...]:
    return tuple(step.subject for step in finding.explains)


def _joined(changes: Sequence[Advice]) -> Advice:
    """Several changes as one."""
    edits = [advice.edit for advice in changes if advice.edit]
    lines = tuple(line for advice in changes for line in advice.lines)
    return Advice("code", " ".join(advice.text for advice in changes), lines=lines, edit=reduce(both, edits))
