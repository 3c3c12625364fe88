"""What is concluded: findings, remedies, the report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .asked import Patient, Script
from .seen import Observation
from .words import Basis, Severity, Stage


@dataclass(frozen=True)
class Case:
    """What a rule may look at."""

    observation: Observation
    #: None: nothing but the environment is in question
    script: Script | None
    #: curated knowledge: releases, signatures
    knowledge: Any


@dataclass(frozen=True)
class Advice:
    """A remedy in words, as a rule wishes for it; nothing of it has been tried."""

    #: pins, code, action
    kind: str
    text: str
    #: (canonical name, specifier such as "<2" or "==1.17.0", "" for any release)
    changes: tuple[tuple[str, str], ...] = ()
    #: shell lines or code lines to type
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Finding:
    """One cause, with how it is known."""

    rule: str
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
    #: subjects whose failure this finding explains: they print no finding of their own
    explains: tuple[str, ...] = ()
    #: True: it concerns nothing that the script asks for, and does not change the verdict
    beside: bool = False


@dataclass(frozen=True)
class Change:
    """One package moved: `was` or `to` is "" when it is absent before or after."""

    name: str
    was: str
    to: str


@dataclass(frozen=True)
class Unproven:
    """Why a remedy was not tried."""

    why: str


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
    proof: Unproven


@dataclass(frozen=True)
class Rule:
    """A mechanism: a pure check with its explanation."""

    id: str
    title: str
    stage: Stage
    check: Callable[[Case], Any]

    @property
    def explanation(self) -> str:
        """The docstring: What happens / Why / Remedy / Not this rule."""
        return self.check.__doc__ or ""


@dataclass(frozen=True)
class Report:
    """One preflight, complete."""

    observation: Observation
    script: Script | None
    patient: Patient
    findings: tuple[Finding, ...]
    remedies: tuple[Remedy, ...]
    #: seconds a phase
    timings: Mapping[str, float]
    #: date of the knowledge that ships with the tool
    matrix_date: str

    @property
    def verdict(self) -> str:
        """blocked, warnings or ready; what the script does not ask for has no say in it."""
        worst = min((f.severity.order for f in self.findings if not f.beside), default=2)
        return ("blocked", "warnings", "ready")[worst]
