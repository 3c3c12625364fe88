"""What is concluded: findings, remedies, the report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Generic, TypeVar

from ..names import required_name
from .artifact import Artifact
from .asked import Canary, Patient, Script
from .places import Place
from .seen import Observation, Outcome, Step
from .vocabulary import Basis, Severity, Stage

if TYPE_CHECKING:
    from ..knowledge import Knowledge
    from .actions import Action
    from .sources import Source

#: what findings and a report are about
Subject = Observation | Artifact
S = TypeVar("S", bound=Subject)
S_co = TypeVar("S_co", bound=Subject, covariant=True)


@dataclass(frozen=True)
class Case(Generic[S_co]):
    """What a rule may look at."""

    subject: S_co
    #: None: nothing but the subject is in question
    script: Script | None
    #: curated knowledge: releases, signatures, targets
    knowledge: Knowledge
    #: where what is made is to be used, as far as that was named
    places: tuple[Place, ...] = ()


@dataclass(frozen=True)
class Advice:
    """A remedy as a rule wishes for it: in words, and as something that can be tried."""

    #: pins, code, action
    kind: str
    text: str
    #: (canonical name, specifier such as "<2" or "==1.17.0", "" for any release)
    changes: tuple[tuple[str, str], ...] = ()
    #: True: the changes are one, and the very releases are meant
    together: bool = False
    #: True: no release on the other side of its bounds can help, so that none is tried
    one_sided: bool = False
    #: shell lines or code lines to type
    lines: tuple[str, ...] = ()
    #: code: what it does to a model of the script; None: it cannot be tried
    edit: Callable[[Canary], Canary] | None = None
    #: action: how it is tried; None: it cannot be tried
    trial: Action | None = None


@dataclass(frozen=True)
class Finding:
    """One cause, with how it is known."""

    #: identifier of the rule that found it: the rule itself fills it in
    rule: str = field(default="", kw_only=True)
    severity: Severity
    stage: Stage
    basis: Basis
    #: what it is about: a package, a canary, a file
    subject: str
    #: one sentence with this environment's numbers
    message: str
    #: canonical distribution names that disagree, the likeliest first
    culprits: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    advice: tuple[Advice, ...] = ()
    #: failed steps that this finding explains: they print no finding of their own
    explains: tuple[Step, ...] = ()
    #: True: it concerns nothing that the script asks for, and does not change the verdict
    out_of_scope: bool = False
    #: where it was measured, in words, for what was not seen here
    measured: str = ""


@dataclass(frozen=True)
class Change:
    """One package moved: `was` or `to` is "" when it is absent before or after."""

    name: str
    was: str
    to: str


@dataclass(frozen=True)
class Plan:
    """A change of versions that resolves with everything that is installed."""

    #: what moves, comes or goes
    changes: tuple[Change, ...]
    #: every distribution afterwards, as `name==version`
    lock: tuple[str, ...]
    #: the bounds that were asked of the resolver, as requirements
    wishes: tuple[str, ...] = ()

    @property
    def asked(self) -> frozenset[str]:
        """Names that the plan is about; anything else moves only because it has to."""
        return frozenset(required_name(wish) for wish in self.wishes)

    @property
    def moved(self) -> tuple[Change, ...]:
        """What is to be asked of an installer: packages that move or go, and those asked for.

        What only comes along, as a dependency that was not there before, is left to the installer.
        """
        return tuple(c for c in self.changes if c.was or c.name in self.asked)

    @property
    def gone(self) -> tuple[str, ...]:
        """Names of what was a part of something that moves, and that nothing requires any more."""
        return tuple(c.name for c in self.changes if not c.to and c.name not in self.asked)


@dataclass(frozen=True)
class Proven:
    """A remedy was seen to work."""

    #: one sentence: where and how
    how: str
    seconds: float
    #: every distribution of the place where it worked, as `name==version`; empty: nothing was installed for it
    lock: tuple[str, ...] = ()
    outcomes: tuple[Outcome, ...] = ()


@dataclass(frozen=True)
class Unproven:
    """Why a remedy was not tried, or not to the end."""

    why: str
    #: None: it was not tried; True: it mends its own finding, and something else still blocks; False: it does not help
    mends: bool | None = None


@dataclass(frozen=True)
class Refuted:
    """What was tried and did not work, or is known to fail: a plan, or a change of another kind."""

    plan: Plan
    #: one sentence: what failed, or broke
    why: str
    #: the remedy in words, where the plan moves nothing
    text: str = ""
    #: False: it was measured elsewhere to fail, or follows from what was, and was not tried
    tried: bool = True


@dataclass(frozen=True)
class Ignored:
    """A finding that the project has decided about: it has no say in the verdict, and is not mended."""

    finding: Finding
    #: who says so, and why, in half a sentence
    why: str
    #: whether it is in the baseline
    old: bool = False

    @property
    def told(self) -> str:
        """What was found, and why it has no say."""
        found = self.finding
        return f"Ignored: {found.severity.value} {found.rule}, {found.subject}: {self.why}"


@dataclass(frozen=True)
class Remedy:
    """What to do, and whether it was seen to work."""

    kind: str
    text: str
    changes: tuple[Change, ...]
    #: what changes, as requirements
    requirements: tuple[str, ...]
    #: installer ("uv", "pip") or place ("code", "shell") -> what to type
    commands: Mapping[str, str]
    #: rule identifiers that it settles
    settles: tuple[str, ...]
    proof: Proven | Unproven

    @property
    def proven(self) -> bool:
        """Whether it was seen to work."""
        return isinstance(self.proof, Proven)


@dataclass(frozen=True)
class Rule(Generic[S]):
    """A mechanism: a pure check over one kind of subject, with its explanation."""

    check: Callable[[Case[S]], Iterable[Finding]]
    #: a few words without a full stop
    title: str
    stage: Stage
    #: True: its findings give way to any other finding that explains the same failure
    generic: bool = False

    def __call__(self, case: Case[S]) -> Iterator[Finding]:
        """What it finds, by its own name."""
        return (replace(finding, rule=self.id) for finding in self.check(case))

    @property
    def id(self) -> str:
        """The check's name with dashes."""
        return self.check.__name__.replace("_", "-")

    @property
    def explanation(self) -> str:
        """The docstring: What happens / Why / Remedy / Not this rule."""
        return self.check.__doc__ or ""


def rule(
    title: str, stage: Stage, generic: bool = False
) -> Callable[[Callable[[Case[S]], Iterable[Finding]]], Rule[S]]:
    """Make a check the rule of its name: `@rule("A title", Stage.IMPORT)`."""
    return lambda check: Rule(check, title, stage, generic)


@dataclass(frozen=True)
class Report:
    """One preflight, complete."""

    subject: Subject
    script: Script | None
    patient: Patient
    findings: tuple[Finding, ...]
    remedies: tuple[Remedy, ...]
    #: seconds a phase
    timings: Mapping[str, float]
    #: date of the knowledge that ships with the tool
    matrix_date: str
    #: what was tried in vain: plans in the order of trying, then lines of code and actions
    refuted: tuple[Refuted, ...] = ()
    #: where what is made is to be used, as far as that was named
    places: tuple[Place, ...] = ()
    #: what is typed there to keep and to use it: the place, and statements
    statements: tuple[tuple[str, tuple[str, ...]], ...] = ()
    #: what was reported before a fix was applied; None: nothing was
    before: Report | None = None
    #: the user's own files that it was made from
    sources: tuple[Source, ...] = ()
    #: what would be found, had the project not decided about it
    ignored: tuple[Ignored, ...] = ()
    #: what became of the project's other decisions, in sentences
    decided: tuple[str, ...] = ()

    @property
    def observation(self) -> Observation:
        """The environment that it is about, or that is to use the artifact; raises TypeError where there is none."""
        seen = self.environment
        if seen is None:
            raise TypeError(f"a report about an {type(self.subject).__name__} has no environment")
        return seen

    @property
    def environment(self) -> Observation | None:
        """The environment that was looked at, None for an artifact without a consumer."""
        return self.subject if isinstance(self.subject, Observation) else self.subject.consumer

    @property
    def decisions(self) -> tuple[str, ...]:
        """What the project has decided, in sentences."""
        return (*(one.told for one in self.ignored), *self.decided)

    @property
    def verdict(self) -> str:
        """blocked, warnings or ready; what the script does not ask for has no say in it."""
        worst = min((f.severity.order for f in self.findings if not f.out_of_scope), default=2)
        return ("blocked", "warnings", "ready")[worst]
