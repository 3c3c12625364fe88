"""What the rules about imports have in common."""

from __future__ import annotations

from ...model import Advice, Basis, Case, Finding, Observation, Severity, Stage
from ..evidence import Cause, module_severity, quote, unique


def import_finding(
    case: Case[Observation], cause: Cause, message: str, culprits: tuple[str, ...], *advice: Advice
) -> Finding:
    severity = module_severity(case, cause.subjects)
    return Finding(
        severity,
        Stage.IMPORT,
        Basis.SEEN,
        cause.first.subject,
        message,
        culprits=unique(culprits),
        evidence=unique((str(cause.first.facts.get("where", "")), *quote(cause.first))),
        advice=advice,
        explains=cause.steps,
        out_of_scope=case.script is not None and severity is not Severity.BLOCKER,
    )


def settled_by_import(case: Case[Observation], roots: tuple[str, ...]) -> bool:
    """Whether importing has answered for these roots: one of them worked, or failed and has its own finding."""
    if not case.subject.imported:
        return False
    tried = {o.subject.partition(".")[0] for o in case.subject.outcomes if o.stage is Stage.IMPORT}
    return not roots or any(r.partition(".")[0] in tried for r in roots)
