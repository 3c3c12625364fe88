"""One bisection: what fails in a patient is asked of throwaway environments with other releases of one package."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from ..ask import ProbeRequest
from ..errors import CannotLook, UsageError
from ..knowledge import load
from ..model import Case, Change, Report
from ..pipeline import look, meant_package
from ..probe.plan import canary_fields, wanted_imports
from ..remedy.prove.acceptance import AcceptanceCriteria, find_blockers
from ..remedy.prove.environments import TrialEnvironments
from ..remedy.solve.resolution_input import read_installed
from ..remedy.solve.uv_solver import UvSolver
from ..request import Request
from ..world.cache import keep, recall_as
from ..world.sandbox import Refused, fill, scratch_folder
from ..world.terminal import Progress
from ..world.uv import index_settings
from .followed import Question, State, choose_question, find_questions, make_signature
from .history import History, TriedRelease, bisect
from .releases import list_releases, select_range

#: answers of the index, and verdicts on releases, that are remembered
MOST_KEPT = 4000


def bisect_failure(
    request: Request, package: str, progress: Progress, *, bounds: str = "", every: bool = False
) -> History | None:
    """The history of what fails here over the releases of a package; None when nothing fails.

    `bounds` are OLD..NEW, either may be missing, "" for all; `every`: not only those that the search needs.
    Raises UsageError for a package that is not there, CannotLook where nothing can be compared.
    """
    select_range([], bounds, "")  # what is wrong with the bounds is said before anything is looked at
    with look(request, progress) as looked, scratch_folder() as folder:
        report = looked.report
        now = _find_version(report, package)
        blocking = find_blockers(report.findings)
        if not blocking:
            return None
        case = Case(report.observation, report.script, load())
        questions = tuple(find_questions(case, blocking, looked.asked.canaries))
        question = choose_question(questions, package, blocking)
        wanted = ask_only(looked.asked, question)
        assert looked.base
        environments = TrialEnvironments(looked.base, folder, wanted, case)
        try:
            # what else takes part in the failure must not move with the package, or a change proves nothing
            held = (frozenset(request.keep) | frozenset(question.finding.culprits)) - {package}
            trials = ReleaseTrials(environments, question, package, held, progress=progress)
            progress("ask", f"the index for the releases of {package}")
            found = trials.ask_daily("releases", now, find_out=lambda: list_releases(package, now, environments))
            releases = select_range(found, bounds, now)
            tried, reason = bisect(releases, now, trials.try_release, every=every)
        finally:
            environments.children.end()
        return History(
            package=package,
            now=now,
            python=report.observation.python,
            question=question,
            releases=tuple(releases),
            tried=tried,
            reason=reason,
            others=len(questions) - 1,
        )


def ask_only(asked: ProbeRequest, question: Question) -> ProbeRequest:
    """What answers the question in an environment: the script is rehearsed where that showed the failure."""
    if question.rehearsed:
        return replace(asked, canaries=())
    return replace(asked, canaries=(question.canary,) if question.canary else (), rehearsal=None)


def _find_version(report: Report, package: str) -> str:
    version = report.observation.version(package)
    if version is None:
        hint = meant_package(package, report.observation) or "name a package that is there"
        raise UsageError(f"{package} is not installed in {report.patient.label}", hint)
    return version


@dataclass
class ReleaseTrials:
    """Where releases are tried, and what is known of them already."""

    environments: TrialEnvironments
    question: Question
    package: str
    #: what must not move with the package
    held: frozenset[str]
    progress: Progress

    @cached_property
    def solver(self) -> UvSolver:
        """The solver; made only when something has to be solved."""
        return self.environments.make_solver(read_installed(self.environments.case.subject, self.held))

    def try_release(self, version: str) -> TriedRelease:
        """One release: resolved with everything that is installed, and asked."""
        self.progress("try", f"{self.package} {version}")
        wish = f"{self.package}=={version}"
        plan = self.ask_daily("plan", wish, find_out=lambda: self._solve(wish))
        if "refused" in plan:
            return TriedRelease(version, State.UNTESTED, explain_refusal(plan["refused"]))
        lock = tuple(plan["lock"])
        along = tuple(Change(*c) for c in plan["changes"] if c[0] != self.package)
        # what a verdict depends on, beside the lock
        seen, canary, wanted = self.environments.case.subject, self.question.canary, self.environments.wanted
        place = seen.python, seen.platform, seen.system.get("variables")
        asked = canary and canary_fields(canary), wanted_imports(wanted.script)
        name = ["release", lock, place, make_signature(self.question.failure), asked]
        alone = not self.question.rehearsed  # what a script reads may change from day to day
        if alone and (known := recall_as("bisect", name, _verdict)):
            return TriedRelease(version, *known, along, remembered=True)
        state, why, lasting = self._run(lock)
        if alone and lasting:
            keep("bisect", name, json.dumps({"verdict": state.value, "why": why}), most=MOST_KEPT)
        return TriedRelease(version, state, why, along)

    def _solve(self, wish: str) -> dict[str, Any]:
        """The plan for a release, as a fact that can be kept."""
        plan = self.solver.solve([wish], up=False)
        if isinstance(plan, Refused):
            return {"refused": plan.text}
        return {"lock": list(plan.lock), "changes": [[c.name, c.was, c.to] for c in plan.changes]}

    def _run(self, lock: tuple[str, ...]) -> tuple[State, str, bool]:
        """The verdict of an environment, why, and whether it will be the same tomorrow."""
        criteria = AcceptanceCriteria((), frozenset({self.question.failure.step}), frozenset(), frozenset())
        with self.environments.take_environment() as python:
            refused = fill(python, lock, self.environments.folder, self.environments.children)
            if isinstance(refused, Refused):
                return State.UNTESTED, f"it cannot be installed: {refused.text[:300]}", False
            try:
                options = self.environments.probe_options(enough=criteria.is_hopeless)
                seen = self.environments.observe(python, options).observation
            except CannotLook as error:
                return State.UNTESTED, error.message, False
        assert seen
        return (*self.question.judge(seen), True)

    def ask_daily(self, kind: str, what: str, find_out: Callable[[], Any]) -> Any:
        """An answer of the index, which is taken to be the same for a day."""
        seen = self.environments.case.subject
        here = sorted((d.name, d.version) for d in seen.distributions)
        when = date.today().isoformat(), index_settings()
        name = [kind, self.package, what, sorted(self.held), here, seen.python, seen.platform, when]
        known = recall_as("bisect", name, json.loads)
        if known is None:
            known = find_out()
            keep("bisect", name, json.dumps(known), most=MOST_KEPT)
        return known


def _verdict(kept: str) -> tuple[State, str]:
    fact = json.loads(kept)
    return State(fact["verdict"]), str(fact["why"])


def explain_refusal(text: str) -> str:
    """Why a release does not resolve, in a clause: uv's first reason, else its words."""
    if found := re.search(r"depends on (\S+?)(?:,? and you require (\S+?))?,? (?:we can|and|cannot)", text):
        return f"it asks for {found[1]}" + (f", and {found[2]} is held" if found[2] else "") + ": that does not resolve"
    if re.search(r"has no (?:usable )?wheels|no wheel", text):
        return "it has no wheel for this interpreter"
    if re.search(r"there is no version of|was not found", text):
        return "the index does not have it"
    return f"it does not resolve: {text.partition('cause: ')[2][:200] or text[:200]}"
