"""Whether a try mended what was broken and broke nothing: a comparison of two observations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...model import Case, Failure, Finding, Observation, Passed, Severity, Stage, Step

#: disagreements that are at most worth a warning: they neither refute nor prove
_EDGE = "EdgeDisagreement"


@dataclass(frozen=True)
class AcceptanceCriteria:
    """What a try must reach."""

    #: findings that must be gone
    targets: tuple[Finding, ...]
    #: steps that failed for them and must pass
    must_pass: frozenset[Step]
    #: subjects that passed every step, and must go on doing so
    sound: frozenset[str]
    #: those of them that may not be missing afterwards either
    asked: frozenset[str]
    #: what else blocks already: (rule, subject)
    known: frozenset[tuple[str, str]] = frozenset()

    def hopeless(self, frame: Mapping[str, Any]) -> bool:
        """Whether a frame shows already that the try fails, so that the rest need not be waited for."""
        if frame.get("frame") != "failure" or frame["type"] == _EDGE:
            return False
        subjects = {step.subject for step in self.must_pass}
        return frame["subject"] in subjects | self.sound


def criteria_for(
    case: Case[Observation], findings: Sequence[Finding], targets: Sequence[Finding]
) -> AcceptanceCriteria:
    """The goal of mending the targets; other blockers may stay, and no new one may come."""
    seen = case.subject
    failed = {f.step: f for f in seen.failures() if f.type != _EDGE}
    own = {c.name for c in case.script.canaries} if case.script else set()
    must_pass = {k for finding in targets for k in finding.explains if k in failed}
    if case.script:
        must_pass = {k for k in must_pass if failed[k].stage is Stage.IMPORT or failed[k].subject in own}
    broken = {f.subject for f in failed.values()}
    passed = [o for o in seen.outcomes if isinstance(o, Passed) and o.subject not in broken]
    asked = {o.subject for o in passed if o.stage is Stage.IMPORT or o.subject in own}
    others = frozenset((f.rule, f.subject) for f in blockers(findings) if f not in targets)
    sound = frozenset(o.subject for o in passed)
    return AcceptanceCriteria(tuple(targets), frozenset(must_pass), sound, frozenset(asked), others)


def blockers(findings: Iterable[Finding]) -> list[Finding]:
    """What blocks, and concerns what was asked for."""
    return [f for f in findings if f.severity is Severity.BLOCKER and not f.out_of_scope]


def remaining(wanted: AcceptanceCriteria, findings: Sequence[Finding]) -> list[Finding]:
    """What blocks after a try and did not block before, or was to be mended."""
    return [f for f in blockers(findings) if (f.rule, f.subject) not in wanted.known]


def rejection(wanted: AcceptanceCriteria, findings: Sequence[Finding], after: Observation) -> str:
    """Why a try is no proof, in one sentence; "" when it is one."""
    worst = remaining(wanted, findings)
    if worst:
        return worst[0].message
    failures = {f.step: f for f in after.failures() if f.type != _EDGE}
    reached = {o.step for o in after.outcomes}
    for step in sorted(wanted.must_pass):
        if step in failures:
            return _said(failures[step])
        if step not in reached:
            return f"{step.subject} was not reached at {step.stage.value}."
    return _broken(wanted, after, failures.values())


def _broken(wanted: AcceptanceCriteria, after: Observation, failures: Iterable[Failure]) -> str:
    for failure in failures:
        if failure.subject in wanted.sound:
            return f"It breaks what worked: {_said(failure)}"
    lost = sorted(wanted.asked - {o.subject for o in after.outcomes})
    return f"It takes away what worked: {', '.join(lost[:3])}." if lost else ""


def _said(failure: Failure) -> str:
    words = failure.text.strip().partition("\n")[0].strip()[:160]
    return f"{failure.subject} fails at {failure.stage.value}: {failure.type}" + (f": {words}" if words else "")
