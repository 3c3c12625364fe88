"""Whether a try mended what was broken and broke nothing: a comparison of two observations."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ...model import Canary, Case, Failure, Finding, Observation, Passed, Severity, Stage, Step, Unproven
from ...rules.evidence import first_words

#: disagreements that are at most worth a warning: they neither refute nor prove
_EDGE = "EdgeDisagreement"


@dataclass(frozen=True)
class TrialResult:
    """What came out of a try: what was observed, and what the rules say of it; or that it could not be built."""

    findings: tuple[Finding, ...] = ()
    observation: Observation | None = None
    #: why nothing could be observed
    refused: str = ""


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
    #: steps whose failure ends a try early, of those that must pass; None: all of them
    decisive: frozenset[Step] | None = None
    #: those at which a rehearsed script was left: a line that works is no step; it passed where the script ends well
    left: frozenset[Step] = frozenset()

    def is_hopeless(self, frame: Mapping[str, Any]) -> bool:
        """Whether a frame shows already that the try fails, so that the rest need not be waited for."""
        if frame.get("frame") != "failure" or frame["type"] == _EDGE:
            return False
        subject, decisive = frame["subject"], self.must_pass if self.decisive is None else self.decisive
        if subject in self.sound:
            return True
        if frame["stage"] == Stage.CHECK.value:  # a model goes on after a complaint
            return Step(Stage.CHECK, subject) in decisive
        return subject in {step.subject for step in decisive}

    def aimed_at(self, aims: Sequence[Finding]) -> AcceptanceCriteria:
        """The same for a plan that is for some of the targets: where another one fails, the rest is still seen."""
        steps = {step for finding in aims for step in finding.explains}
        return replace(self, decisive=frozenset(self.must_pass & steps)) if aims else self


def make_criteria(
    case: Case[Observation], findings: Sequence[Finding], targets: Sequence[Finding]
) -> AcceptanceCriteria:
    """What mending the targets means; other blockers may stay, and no new one may come."""
    seen = case.subject
    failed = {f.step: f for f in seen.failures() if f.type != _EDGE}
    own = {c.name for c in case.script.canaries} if case.script else set()
    must_pass = {k for finding in targets for k in finding.explains if k in failed}
    if case.script:
        must_pass = {k for k in must_pass if failed[k].stage is Stage.IMPORT or failed[k].subject in own}
    broken = {f.subject for f in failed.values()}
    passed = [o for o in seen.outcomes if isinstance(o, Passed) and o.subject not in broken]
    return AcceptanceCriteria(
        targets=tuple(targets),
        must_pass=frozenset(must_pass),
        sound=frozenset(o.subject for o in passed),
        asked=frozenset(o.subject for o in passed if o.stage is Stage.IMPORT or o.subject in own),
        known=frozenset((f.rule, f.subject) for f in find_blockers(findings) if f not in targets),
        left=frozenset(k for k in must_pass if failed[k].facts.get("left")),
    )


def find_relevant(case: Case[Observation], canaries: Sequence[Canary]) -> tuple[Canary, ...]:
    """The canaries that can decide a try: the script's own, and those that passed and must go on doing so.

    Without a script each of them can block.
    """
    if not case.script:
        return tuple(canaries)
    decisive = {c.name for c in case.script.canaries} | {o.subject for o in case.subject.outcomes}
    return tuple(c for c in canaries if c.name in decisive)


def find_blockers(findings: Iterable[Finding]) -> list[Finding]:
    """What blocks, and concerns what was asked for."""
    return [f for f in findings if f.severity is Severity.BLOCKER and not f.out_of_scope]


def find_remaining(criteria: AcceptanceCriteria, findings: Sequence[Finding]) -> list[Finding]:
    """What blocks after a try and did not block before, or was to be mended."""
    return [f for f in find_blockers(findings) if (f.rule, f.subject) not in criteria.known]


def find_broken(criteria: AcceptanceCriteria, findings: Sequence[Finding]) -> list[Finding]:
    """What tells of a failure of what worked before."""
    return [f for f in findings if any(step.subject in criteria.sound for step in f.explains)]


def gets_further(
    criteria: AcceptanceCriteria, aims: Sequence[Finding], moved: Collection[str], result: TrialResult
) -> bool:
    """Whether a try that is no proof mended what it was for: what still blocks or broke is another matter.

    What the script itself uses may not break. `moved` are the packages that it moved for that: what now blames one of
    them is no progress, unless the steps that failed pass.
    """
    after = result.observation
    if after is None or not aims:
        return False
    remaining = find_remaining(criteria, result.findings)
    failed = {f.step for f in after.failures() if f.type != _EDGE}
    broken = {step.subject for step in failed} & criteria.sound
    if {look(f) for f in remaining} & {look(f) for f in aims} or broken & criteria.asked:
        return False
    steps = {step for finding in aims for step in finding.explains} & criteria.must_pass
    if steps and steps <= find_reached(criteria, after) - failed:
        return True
    return not broken and not any(set(moved) & set(f.culprits) for f in remaining)


def find_reached(criteria: AcceptanceCriteria, after: Observation) -> frozenset[Step]:
    """The steps that were taken, those of a rehearsed script's own lines among them where it came to its end."""
    return frozenset(o.step for o in after.outcomes) | (criteria.left if after.whole else frozenset())


def look(finding: Finding) -> tuple[str, str, str]:
    """How a finding looks, numbers aside: rule, subject, message."""
    return finding.rule, finding.subject, re.sub(r"[\d.]+", "#", finding.message)


def explain_rejection(criteria: AcceptanceCriteria, result: TrialResult) -> str:
    """Why a try is no proof, in one sentence; "" when it is one."""
    after = result.observation
    if after is None:
        return result.refused
    if remaining := find_remaining(criteria, result.findings):
        return remaining[0].message
    failures = {f.step: f for f in after.failures() if f.type != _EDGE}
    reached = find_reached(criteria, after)
    for step in sorted(criteria.must_pass):
        if step in failures:
            return _describe(failures[step])
        if step not in reached:
            return f"{step.subject} was not reached at {step.stage.value}."
    if broken := next((f for f in failures.values() if f.subject in criteria.sound), None):
        return f"It breaks what worked: {_describe(broken)}"
    lost = sorted(criteria.asked - {o.subject for o in after.outcomes})
    return f"It takes away what worked: {', '.join(lost[:3])}." if lost else ""


def mends_a_part(why: str) -> Unproven:
    """What is known of a change that mends its own finding and is no remedy yet; `why` is what came then."""
    return Unproven(f"it was tried and mends this, and then something else blocks: {first_words(why, 120)}", mends=True)


def _describe(failure: Failure) -> str:
    words = failure.text.strip().partition("\n")[0].strip()[:160]
    return f"{failure.subject} fails at {failure.stage.value}: {failure.type}" + (f": {words}" if words else "")
