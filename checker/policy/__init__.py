"""What a project has decided about findings: how much a rule counts there, what is ignored, and what is only old.

Pure: the same findings, the same policy and the same day give the same answer. It is asked before remedies are
planned, so that nothing is mended which nobody wants to be mended.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from ..model import Finding, Ignored, Script, Severity
from ..texts import line
from .baseline import Baseline
from .ignores import Ignore, subjects

__all__ = ["UNDECIDED", "Baseline", "Ignore", "Judged", "Policy", "apply", "serious", "subjects"]


@dataclass(frozen=True)
class Policy:
    """The decisions of a project, and the day on which they are asked."""

    ignores: tuple[Ignore, ...] = ()
    #: rule -> how much its findings count
    severities: Mapping[str, Severity] = field(default_factory=dict)
    #: what was there before, None where everything is new
    baseline: Baseline | None = None
    today: date = date.min
    #: the file that says so, for whoever reads the report
    source: str = ""

    @property
    def changes_with_the_day(self) -> bool:
        """Whether the answer may be another one tomorrow."""
        return any(one.expires for one in self.ignores)


#: of a project that has decided nothing
UNDECIDED = Policy()


@dataclass(frozen=True)
class Judged:
    """Findings as the project sees them."""

    findings: tuple[Finding, ...]
    ignored: tuple[Ignored, ...] = ()
    #: what the policy did besides, or could not do, in sentences
    told: tuple[str, ...] = ()


def apply(findings: Iterable[Finding], policy: Policy, script: Script | None) -> Judged:
    """The findings that still count, the worst first, and those that do not.

    What an ignore has named until a day that is over blocks, with the reason that was given for it.
    """
    weighed = [_weighed(finding, policy) for finding in findings]
    from ..rules import rank  # takes a while to import, and the command line asks for a policy long before

    judged = list(_judged(weighed, policy, script))
    kept = sorted((one for one in judged if isinstance(one, Finding)), key=rank)
    ignored = tuple(one for one in judged if isinstance(one, Ignored))
    return Judged(tuple(kept), ignored, (*_moved(weighed, policy), *_unused(weighed, policy, script)))


def _weighed(finding: Finding, policy: Policy) -> Finding:
    return replace(finding, severity=policy.severities.get(finding.rule, finding.severity))


def _judged(findings: Iterable[Finding], policy: Policy, script: Script | None) -> Iterator[Finding | Ignored]:
    """Each finding, or what became of it."""
    room = Counter(policy.baseline.room) if policy.baseline else Counter[tuple[str, str, str]]()
    for finding in findings:
        meant = [one for one in policy.ignores if one.matches(finding, script)]
        valid = [one for one in meant if not one.is_over(policy.today)]
        if valid:
            yield Ignored(finding, valid[0].told)
        elif meant:
            yield _expired(finding, meant[-1])
        elif policy.baseline and (known := policy.baseline.find(finding, script, room)):
            room.subtract([known])
            yield Ignored(finding, f"it is in the baseline {policy.baseline.name}", old=True)
        else:
            yield finding


def _expired(finding: Finding, ignore: Ignore) -> Finding:
    """The finding, which fails now."""
    message = f"{finding.message.rstrip()} It was ignored until {ignore.expires}: {line(ignore.reason, 400)}"
    severity = finding.severity if finding.out_of_scope else Severity.BLOCKER
    return replace(finding, message=message, severity=severity)


def _moved(findings: Iterable[Finding], policy: Policy) -> Iterator[str]:
    """A sentence for each rule that was found, and whose findings count otherwise here."""
    for rule in dict.fromkeys(finding.rule for finding in findings if finding.rule in policy.severities):
        yield f"{rule} counts as a {policy.severities[rule].value} here, as {policy.source} says"


def _unused(findings: Iterable[Finding], policy: Policy, script: Script | None) -> Iterator[str]:
    """A sentence for each ignore that meets nothing."""
    found = list(findings)
    for one in policy.ignores:
        if not any(one.matches(finding, script) for finding in found):
            over = f", and expired on {one.expires}" if one.is_over(policy.today) else ""
            about = f" of {line(', '.join(one.subjects), 200)}" if one.subjects else ""
            yield f"Nothing here is ignored by the entry for {one.rule}{about} in {policy.source}{over}"


def serious(findings: Iterable[Finding], strict: bool) -> bool:
    """Whether the exit status is 1: a blocker, or with --strict a warning."""
    return any(f.severity.order <= (1 if strict else 0) and not f.out_of_scope for f in findings)
