"""One bisection: what fails in a patient is asked of throwaway environments with other releases of one package."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from ..errors import CannotLook, UsageError
from ..model import Case, Change, Plan, Report
from ..pipeline import look
from ..probe.plan import canary_fields, wanted_imports
from ..remedy.prove.acceptance import AcceptanceCriteria, blockers
from ..remedy.prove.environments import TrialEnvironments
from ..remedy.solve.uv_solver import UvSolver, installed
from ..request import Request
from ..world.facts import Cache, digest, private, settings
from ..world.sandbox import Refused, fill, scratch_folder
from ..world.terminal import Progress
from .followed import Question, chosen, failure_signature, questions
from .history import Bisected, Cell, History
from .releases import between, releases
from .search import bisect


@dataclass(frozen=True)
class Bounds:
    """Which package, and which of its releases."""

    package: str
    #: OLD..NEW, either may be missing; "" for all
    between: str = ""
    #: True: every release is tried, not only those that the search needs
    every: bool = False


def history(request: Request, bounds: Bounds, progress: Progress) -> History | None:
    """The history of what fails here over the releases of a package; None when nothing fails.

    Raises UsageError for a package that is not there, CannotLook where nothing can be compared.
    """
    between([], bounds.between, "")
    with look(request, progress) as looked, scratch_folder() as folder:
        report = looked.report
        now = _version(report, bounds.package)
        blocking = blockers(report.findings)
        if not blocking:
            return None
        case = Case(report.observation, report.script, _knowledge())
        every = tuple(questions(case, blocking, looked.asked.canaries))
        question = chosen(every, bounds.package, blocking)
        wanted = replace(looked.asked, canaries=(question.canary,) if question.canary else ())
        assert looked.base
        environments = TrialEnvironments(looked.base, folder, wanted, case)
        try:
            trials = ReleaseTrials(environments, question, bounds.package, frozenset(request.keep), private(), progress)
            return replace(trials.history(now, bounds), others=len(every) - 1)
        finally:
            environments.children.end()


def _knowledge() -> Any:
    from ..knowledge import load

    return load()


def _version(report: Report, package: str) -> str:
    version = report.observation.version(package)
    if version is None:
        names = sorted({d.name for d in report.observation.distributions})
        close = " or ".join(difflib.get_close_matches(package, names, 2, 0.6))
        hint = f"did you mean {close}?" if close else "name a package that is there"
        raise UsageError(f"{package} is not installed in {report.patient.label}", hint)
    return version


@dataclass
class ReleaseTrials:
    """Where releases are tried, and what is known of them already."""

    environments: TrialEnvironments
    question: Question
    package: str
    keep: frozenset[str]
    cache: Cache
    progress: Progress

    def history(self, now: str, bounds: Bounds) -> History:
        """The releases, tried as far as the answer needs."""
        seen = self.environments.case.subject
        self.progress("ask", f"the index for the releases of {self.package}")
        found = self._of_today("releases", now, find_out=lambda: releases(self.package, now, self.environments))
        every = between(found, bounds.between, now)
        cells, reason = bisect(every, now, self.cell, bounds.every)
        return History(self.package, now, seen.python, self.question, tuple(every), cells, reason)

    @cached_property
    def resolver(self) -> UvSolver:
        """The solver; made only when something has to be solved."""
        return self.environments.resolver(installed(self.environments.case.subject, self.held))

    @property
    def held(self) -> frozenset[str]:
        """What must not move with the package: what else takes part in the failure, or a change proves nothing."""
        return (self.keep | frozenset(self.question.finding.culprits)) - {self.package}

    def cell(self, version: str) -> Cell:
        """One release: resolved with everything that is installed, and asked."""
        self.progress("try", f"{self.package} {version}")
        wish = f"{self.package}=={version}"
        told = self._of_today("plan", wish, find_out=lambda: _as_fact(self.resolver.solve([wish], up=False)))
        if "refused" in told:
            return Cell(version, Bisected.UNTESTED, refusal(told["refused"]))
        lock = tuple(told["lock"])
        along = tuple(Change(*c) for c in told["changes"] if c[0] != self.package)
        name = digest("cell", lock, *self._asked())
        fact = self.cache.recall(name)
        if fact:
            return Cell(version, Bisected(fact["verdict"]), fact["why"], along, remembered=True)
        verdict, why, lasting = self._run(lock)
        if lasting:
            self.cache.keep(name, {"verdict": verdict.value, "why": why})
        return Cell(version, verdict, why, along)

    def _run(self, lock: tuple[str, ...]) -> tuple[Bisected, str, bool]:
        """The verdict of an environment, why, and whether it will be the same tomorrow."""
        criteria = AcceptanceCriteria((), frozenset({self.question.failure.step}), frozenset(), frozenset())
        with self.environments.environment() as python:
            refused = fill(python, lock, self.environments.folder, self.environments.children)
            if isinstance(refused, Refused):
                return Bisected.UNTESTED, f"it cannot be installed: {refused.text[:300]}", False
            try:
                seen = self.environments.asked(python, self.environments.options(enough=criteria.hopeless))
            except CannotLook as error:
                return Bisected.UNTESTED, error.message, False
        assert seen.observation
        return (*self.question.judge(seen.observation), True)

    def _asked(self) -> tuple[Any, ...]:
        """What a verdict depends on, beside the lock."""
        seen, canary = self.environments.case.subject, self.question.canary
        place = seen.python, seen.platform, seen.system.get("variables")
        asked = canary and canary_fields(canary), wanted_imports(self.environments.wanted.script)
        return (*place, failure_signature(self.question.failure), *asked)

    def _of_today(self, kind: str, what: str, find_out: Callable[[], Any]) -> Any:
        """An answer of the index, which is taken to be the same for a day."""
        seen = self.environments.case.subject
        here = sorted((d.name, d.version) for d in seen.distributions)
        when = date.today().isoformat(), settings()
        name = digest(kind, self.package, what, sorted(self.held), here, seen.python, seen.platform, *when)
        return self.cache.once(name, find_out)


def refusal(text: str) -> str:
    """Why a release does not resolve, in a clause: uv's first reason, else its words."""
    if found := re.search(r"depends on (\S+?)(?:,? and you require (\S+?))?,? (?:we can|and|cannot)", text):
        return f"it asks for {found[1]}" + (f", and {found[2]} is held" if found[2] else "") + ": that does not resolve"
    if re.search(r"has no (?:usable )?wheels|no wheel", text):
        return "it has no wheel for this interpreter"
    if re.search(r"there is no version of|was not found", text):
        return "the index does not have it"
    return f"it does not resolve: {text.partition('cause: ')[2][:200] or text[:200]}"


def _as_fact(answer: Plan | Refused) -> dict[str, Any]:
    if isinstance(answer, Refused):
        return {"refused": answer.text}
    return {"lock": list(answer.lock), "changes": [[c.name, c.was, c.to] for c in answer.changes]}
