"""From a report that blocks to one whose remedies were tried."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from ..ask import ProbeRequest
from ..errors import CannotLook
from ..knowledge import load
from ..model import Case, Finding, Plan, Proven, Refuted, Remedy, Report, Unproven
from ..request import Remedies
from ..world.locks import BUSY, hold_lock
from ..world.process import Children, processors, runs_here
from ..world.sandbox import scratch_folder
from ..world.terminal import Progress
from . import wording
from .prove import trials
from .prove.acceptance import blockers, criteria_for
from .prove.environments import TrialEnvironments
from .search.candidates import CandidateQueue
from .search.moves import find_moves
from .search.search import Found, Search
from .solve.offline_solver import OfflineSolver
from .solve.requirement_files import requested
from .solve.uv_solver import Given, Solver, installed

#: environments that are tried side by side at most
AT_ONCE = 3


@dataclass(frozen=True)
class RemedyOptions:
    """How far remedies go, and within which bounds."""

    how: Remedies
    keep: frozenset[str] = frozenset()
    #: folders that are searched for interpreters
    pythons: tuple[Path, ...] = ()
    #: the files that the environment was, or was to be, built from
    requirements: tuple[Path, ...] = ()


def plan_and_prove(
    report: Report, wanted: ProbeRequest, base: Path | None, options: RemedyOptions, progress: Progress
) -> Report:
    """The report with its remedies planned and tried; what could not be tried says why; nothing is raised for it."""
    started = time.perf_counter()
    job = _Job(report, wanted, options, progress)
    try:
        done = (
            job.planned_offline("--offline was asked for")
            if options.how is Remedies.OFFLINE
            else job.planned_with_index(base)
        )
    except CannotLook as error:
        done = job.planned_offline(error.message)
    return replace(done, timings={**report.timings, "remedies": time.perf_counter() - started})


class _Job:
    """One report, and what becomes of its remedies."""

    def __init__(self, report: Report, wanted: ProbeRequest, options: RemedyOptions, progress: Progress) -> None:
        self.report, self.wanted, self.options, self.progress = report, wanted, options, progress
        self.case = Case(report.observation, report.script, load())
        self.targets = [f for f in blockers(report.findings) if movable(f)]
        self.criteria = criteria_for(self.case, report.findings, self.targets)

    def planned_offline(self, why: str) -> Report:
        """The nearest plan by what ships with the checker, resolved and tried by nobody."""
        plan = self.nearest(OfflineSolver(self.case.knowledge, self.report.observation))
        unproven = Unproven(f"it was neither resolved nor tried: {why}")
        planned = [self.of_plan(plan, unproven)] if plan else []
        return self.assembled(planned, {}, (), why=unproven)

    def of_plan(self, plan: Plan, proof: Proven | Unproven) -> Remedy:
        """The remedy that a plan is for this report."""
        return wording.of_plan(plan, self.targets, self.report, proof, bool(self.options.requirements))

    def nearest(self, solver: Solver) -> Plan | None:
        """The first plan that would be tried."""
        queue = CandidateQueue(solver)
        queue.add(find_moves(self.targets, self.report.observation, self.options.keep))
        first = queue.pop()
        return first.plan if first else None

    def planned_with_index(self, base: Path | None) -> Report:
        """Plan with the index and, where that was asked for, try."""
        with scratch_folder() as folder, hold_lock(folder / BUSY) as busy, _pool() as pool:
            environments = self._opened(base, folder, Children(busy))
            try:
                return self._worked(environments, pool)
            finally:
                environments.children.end()

    def _opened(self, base: Path | None, folder: Path, children: Children) -> TrialEnvironments:
        """A workshop of the patient's own interpreter or, where that makes no environment, of one like it."""
        if base:
            environments = TrialEnvironments(base, folder, self.wanted, self.case, children)
            try:
                environments.prepare()
                return environments
            except CannotLook:
                pass
        environments = TrialEnvironments(self._found_base(), folder, self.wanted, self.case, children)
        environments.prepare()
        return environments

    def _worked(self, environments: TrialEnvironments, pool: ThreadPoolExecutor) -> Report:
        tried = self._trials(environments, pool) if self.options.how is Remedies.PROVEN else {}
        self._settled_by_action({k: f.result() for k, f in tried.items() if k[0] == "action"})
        if not self.targets:
            return self.assembled([], {k: f.result() for k, f in tried.items()}, ())
        solver = environments.resolver(self._given())
        if self.options.how is Remedies.RESOLVED:
            plan = self.nearest(solver)
            why = Unproven("it resolves with everything that is installed, and was not tried (--no-prove)")
            return self.assembled([self.of_plan(plan, why)] if plan else [], {}, (), why)
        at_once = min(AT_ONCE, processors())
        found = Search(solver, environments, pool, self.criteria, at_once).run(
            self.report.observation, self.options.keep, self.progress
        )
        proofs = {k: f.result() for k, f in tried.items()}
        pins = [self.of_plan(c.plan, _named_gaps(proof, solver.given.left_out)) for c, proof in found.proven]
        extra = [] if pins else self._simpler(environments)
        return self.assembled(pins + extra, proofs, found.refuted, self._in_vain(found))

    def _settled_by_action(self, proofs: dict[tuple[str, str], Proven | Unproven]) -> None:
        """Look for no other versions of what an action was seen to mend."""
        proven = {text for (_, text), proof in proofs.items() if isinstance(proof, Proven)}
        self.targets = [f for f in self.targets if not proven & {a.text for a in f.advice if a.kind == "action"}]
        self.criteria = criteria_for(self.case, self.report.findings, self.targets)

    def _given(self) -> Given:
        if self.report.observation.distributions:
            return installed(self.report.observation, self.options.keep)
        return requested(self.options.requirements)

    def _found_base(self) -> Path:
        """An interpreter of the patient's version on this machine; raises CannotLook where there is none like it."""
        from ..world.pythons import of_version

        seen = self.report.observation
        if not runs_here(seen.platform.partition("-")[0], str(seen.system.get("machine", ""))):
            raise CannotLook(f"the environment is one of {seen.platform}, and this machine is another")
        return of_version(".".join(seen.python.split(".")[:2]), self.options.pythons)

    def _trials(
        self, environments: TrialEnvironments, pool: ThreadPoolExecutor
    ) -> dict[tuple[str, str], Future[Proven | Unproven]]:
        """What can be tried without moving a package, on its way: (kind, text) of the advice -> its proof."""
        patient, found = self.report.patient, blockers(self.report.findings)
        if not patient.command:
            return {}
        variants = tuple(trials.edited(self.case, found))
        started: dict[tuple[str, str], Future[Proven | Unproven]] = {}
        if variants:
            looked = pool.submit(trials.try_variants, variants, environments, patient)
            for text in {v.advice.text for v in variants}:
                started["code", text] = pool.submit(_all_proven, looked, text)
        folder = self.wanted.folder
        for finding in found:
            for advice in finding.advice:
                if advice.trial:
                    wanted = criteria_for(self.case, self.report.findings, [finding])
                    started["action", advice.text] = pool.submit(
                        trials.try_action, advice, wanted, environments, patient, self.report.observation, folder
                    )
        return started

    def _simpler(self, environments: TrialEnvironments) -> list[Remedy]:
        """Where no release helps: what the script could leave out, tried."""
        if not self.report.patient.command:
            return []
        variants = tuple(trials.simpler(self.case, self.targets))
        tried = trials.try_variants(variants, environments, self.report.patient)
        return [
            replace(wording.remedy(v.advice, (v.finding.rule,), self.report.observation), proof=proof)
            for v, proof in tried
            if isinstance(proof, Proven)
        ][:3]

    def _in_vain(self, found: Found) -> Unproven:
        if not found.refuted:
            said = f": {found.refusals[0][:200]}" if found.refusals else ""
            return Unproven(f"no release of the index leads anywhere from here{said}")
        first = found.refuted[0]
        names = ", ".join(f"{c.name} {c.to}".strip() for c in first.plan.moved)
        return Unproven(f"{len(found.refuted)} plans were tried and none of them helps; {names}: {first.why}"[:400])

    def assembled(
        self,
        planned: Sequence[Remedy],
        proofs: dict[tuple[str, str], Proven | Unproven],
        refuted: Sequence[Refuted],
        why: Unproven | None = None,
    ) -> Report:
        """Proven remedies first, of action, pins and code in this order; then what is only advised."""
        settled = {rule for r in planned if r.kind == "pins" for rule in r.settles}
        advised = [
            replace(r, proof=proofs.get((r.kind, r.text), (r.kind == "pins" and why) or r.proof))
            for r in self.report.remedies
            if not (r.kind == "pins" and settled.issuperset(r.settles))
        ]
        every = [*planned, *advised]
        ranks = {"action": 0, "pins": 1, "code": 2}
        vain = bool(refuted) and not planned
        every.sort(key=lambda r: (not r.proven, ranks[r.kind] if r.proven else vain and r.kind == "pins"))
        return replace(self.report, remedies=tuple(every), refuted=tuple(refuted))


def movable(finding: Finding) -> bool:
    """Whether a change of versions may mend it."""
    return any(advice.kind == "pins" for advice in finding.advice)


def _named_gaps(proof: Proven, left_out: Sequence[str]) -> Proven:
    """A proof that says what it was made without."""
    names = ", ".join(left_out[:4]) + (f" and {len(left_out) - 4} more" if left_out[4:] else "")
    gap = f"{proof.how}, which lacks {names} or has another release: the index has no wheel of yours"
    return replace(proof, how=gap) if left_out else proof


def _all_proven(looked: Future[tuple[tuple[trials.Variant, Proven | Unproven], ...]], text: str) -> Proven | Unproven:
    """One proof of a change that concerns several models: the first that is none, else the first."""
    proofs = [proof for variant, proof in looked.result() if variant.advice.text == text]
    return next((p for p in proofs if isinstance(p, Unproven)), proofs[0])


@contextmanager
def _pool() -> Iterator[ThreadPoolExecutor]:
    """Threads that wait for processes; none of them is waited for that has not begun."""
    pool = ThreadPoolExecutor(8)
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
