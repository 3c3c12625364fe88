"""From a report that blocks to one whose remedies were tried."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from ..ask import ProbeRequest
from ..errors import CannotLook
from ..knowledge import load
from ..matrix import measured
from ..model import Case, Finding, Observation, Plan, Proven, Remedy, Report, Stage, Unproven
from ..names import STUBS, required_name
from ..probe.canaries import every
from ..request import Remedies, Request
from ..requirements.lines import Line
from ..rules.evidence import subjects_text
from ..world.locks import BUSY, hold_lock
from ..world.process import Children
from ..world.pythons import processors, runs_here
from ..world.sandbox import scratch_folder
from ..world.terminal import Progress
from .assemble import assemble
from .known.forecast import make_forecast
from .known.neighbours import plan_moves
from .prove import trials
from .prove.acceptance import find_blockers, find_relevant, make_criteria
from .prove.environments import TrialEnvironments
from .search.candidates import CandidateQueue
from .search.moves import find_moves
from .search.search import SearchResult, search
from .solve.names_in_releases import ReleaseNames
from .solve.offline_solver import OfflineSolver
from .solve.resolution_input import ResolutionInput, read_installed, read_written
from .solve.uv_solver import Solver, UvSolver
from .wording import make_plan_remedy, make_remedy

#: environments that are tried side by side at most
AT_ONCE = 3
#: models for which a try counts once more: it takes as long as another one
MODELS = 50
#: (kind, text) of an advice -> its proof, when it is there
Trials = Mapping[tuple[str, str], Future[Proven | Unproven]]


@dataclass(frozen=True)
class Planning:
    """What remedies are planned for, and what they are planned from."""

    report: Report
    case: Case[Observation]
    wanted: ProbeRequest
    request: Request
    progress: Progress
    #: what blocks, and a change of versions may mend
    targets: tuple[Finding, ...]
    #: lines of the requirement files
    lines: tuple[Line, ...]

    def plan_untried(self, solver: Solver, why: str) -> Report:
        """The first plan that would be tried, and why it was not."""
        queue, unproven = CandidateQueue(solver), Unproven(why)
        queue.add(find_moves(self.targets, self.case.subject, self.request.keep))
        first = queue.pop()
        return assemble(self.report, [self._make_pins(first.plan, unproven)] if first else [], why=unproven)

    def plan_with_index(self, environments: TrialEnvironments, pool: ThreadPoolExecutor) -> Report:
        """What can be proven, or with --no-prove what resolves."""
        proving = self.request.remedies is Remedies.PROVEN
        running = _start_trials(self.report, environments, pool) if proving else {}
        left = self._without_settled(running)
        if not left.targets:
            return assemble(self.report, [], {key: proof.result() for key, proof in running.items()})
        solver = environments.make_solver(self._read_given()).honour(self.request.wishes)
        if not proving:
            why = "it resolves with everything that is installed, and was not tried (--no-prove)"
            return left.plan_untried(solver, why)
        found = left._search(solver, environments, pool)
        proofs = {key: proof.result() for key, proof in running.items()}
        gaps = ((c.plan, _name_gaps(proof, c.plan, solver.input, left.targets)) for c, proof in found.proven)
        planned = [left._make_pins(plan, proof) for plan, proof in gaps]
        return assemble(self.report, planned or left._simplify(environments), proofs, found)

    def _without_settled(self, running: Trials) -> Planning:
        """The same without what an action is seen to mend: no other versions are looked for."""
        actions = {text: proof.result() for (kind, text), proof in running.items() if kind == "action"}
        settled = {text for text, proof in actions.items() if isinstance(proof, Proven)}
        left = (f for f in self.targets if not settled & {a.text for a in f.advice if a.kind == "action"})
        return replace(self, targets=tuple(left))

    def _search(self, solver: UvSolver, environments: TrialEnvironments, pool: ThreadPoolExecutor) -> SearchResult:
        """What trying other versions comes to."""
        cost = 1 + len(self.wanted.canaries) // MODELS
        criteria = make_criteria(self.case, self.report.findings, self.targets)
        relevant = find_relevant(self.case, self.wanted.canaries)
        forecast = make_forecast(measured.load(), self.case, criteria, relevant, every())
        return search(
            solver,
            environments.try_plan,
            pool,
            criteria,
            observation=self.case.subject,
            keep=self.request.keep,
            progress=self.progress,
            budget=max(self.request.budget, cost),
            cost=cost,
            find_bounds=ReleaseNames(solver).find_bounds,
            at_once=min(AT_ONCE, processors()),
            look_at=forecast.look_at,
            planned=plan_moves(forecast, self.targets, self.request.keep, self.request.wishes),
        )

    def _simplify(self, environments: TrialEnvironments) -> list[Remedy]:
        """Where no release helps: what the script could leave out, three ways at most."""
        patient = self.report.patient
        simpler = tuple(trials.make_simpler(self.case, self.targets)) if patient.command else ()
        return [
            replace(make_remedy(v.advice, (v.finding.rule,), self.case.subject, patient.lasts), proof=proof)
            for v, proof in trials.try_variants(simpler, environments, patient)
            if isinstance(proof, Proven)
        ][:3]

    def _make_pins(self, plan: Plan, proof: Proven | Unproven) -> Remedy:
        """A plan as a remedy, with the lines of the requirement files that it changes."""
        places = {name: line.place for line in reversed(self.lines) if (name := required_name(line.text))}
        told = (f.facts for f in self.case.subject.failures(Stage.RESOLVE))
        meant = {required_name(str(facts.get("meant", ""))): str(facts.get("place", "")) for facts in told}
        stands = {name: place for name, place in meant.items() if name and place}
        return make_plan_remedy(plan, self.targets, self.report, proof, places={**stands, **places})

    def _read_given(self) -> ResolutionInput:
        """What is installed; else what was asked for, without what cannot be had and names that stand for others."""
        if self.case.subject.distributions:
            return read_installed(self.case.subject, self.request.keep)
        told = self.case.subject.failures(Stage.RESOLVE)
        unbuilt = [f.subject for f in told if f.type == "NeedsBuilding"]
        meant = {f.subject: required_name(str(f.facts.get("meant", ""))) for f in told}
        renamed = [name for name, real in meant.items() if name in STUBS or (real and real != name)]
        return read_written(self.lines, unbuilt, renamed)


def plan_and_prove(
    report: Report, wanted: ProbeRequest, base: Path | None, request: Request, *, progress: Progress
) -> Report:
    """The report with its remedies planned and tried; what could not be tried says why; nothing is raised for it.

    `base` is an interpreter that can make environments like the patient, None where one has to be found.
    """
    started = time.perf_counter()
    case = Case(report.observation, report.script, load(), report.places)
    targets = tuple(f for f in find_blockers(report.findings) if is_movable(f))
    planning = Planning(report, case, wanted, request, progress, targets, request.needs.lines)
    offline, untried = OfflineSolver(case.knowledge, case.subject), "it was neither resolved nor tried"
    try:
        if request.remedies is Remedies.OFFLINE:
            done = planning.plan_untried(offline, f"{untried}: --offline was asked for")
        else:
            with _open_environments(case, wanted, base, request) as (environments, pool):
                done = planning.plan_with_index(environments, pool)
    except CannotLook as error:
        done = planning.plan_untried(offline, f"{untried}: {error.message}")
    return replace(done, timings={**report.timings, "remedies": time.perf_counter() - started})


def is_movable(finding: Finding) -> bool:
    """Whether a change of versions may mend it."""
    return any(advice.kind == "pins" for advice in finding.advice)


@contextmanager
def _open_environments(
    case: Case[Observation], wanted: ProbeRequest, base: Path | None, request: Request
) -> Iterator[tuple[TrialEnvironments, ThreadPoolExecutor]]:
    """Environments of the patient's own interpreter or, where that makes none, of one like it; and threads to wait.

    At the end all that still runs is ended, and nothing is waited for that has not begun. Raises CannotLook.
    """
    with scratch_folder() as folder, hold_lock(folder / BUSY) as busy:
        children, pool = Children(busy), ThreadPoolExecutor(8)
        environments = None
        try:
            if base:
                with suppress(CannotLook):
                    environments = TrialEnvironments.prepare(base, folder, wanted, case, children=children)
            if not environments:
                like = _find_interpreter(case.subject, request.pythons)
                environments = TrialEnvironments.prepare(like, folder, wanted, case, children=children)
            yield environments, pool
        finally:
            children.end()
            pool.shutdown(wait=True, cancel_futures=True)


def _find_interpreter(seen: Observation, pythons: Sequence[Path]) -> Path:
    """An interpreter of the patient's version on this machine; raises CannotLook where there is none like it."""
    from ..world.pythons import of_version

    if not runs_here(seen.platform.partition("-")[0], str(seen.system.get("machine", ""))):
        raise CannotLook(f"the environment is one of {seen.platform}, and this machine is another")
    return of_version(seen.minor, pythons)


def _start_trials(report: Report, environments: TrialEnvironments, pool: ThreadPoolExecutor) -> Trials:
    """What can be tried without moving a package, on its way."""
    patient, found, case = report.patient, find_blockers(report.findings), environments.case
    started: dict[tuple[str, str], Future[Proven | Unproven]] = {}
    if variants := tuple(trials.make_edited(case, found)) if patient.command else ():
        looked = pool.submit(trials.try_variants, variants, environments, patient)
        for text in {v.advice.text for v in variants}:
            started["code", text] = pool.submit(_await_all, looked, text)
    for finding, advice in ((f, a) for f in found for a in f.advice if a.trial and patient.command):
        criteria = make_criteria(case, report.findings, [finding])
        started["action", advice.text] = pool.submit(trials.try_action, advice, criteria, environments, patient)
    return started


def _await_all(looked: Future[tuple[tuple[trials.Variant, Proven | Unproven], ...]], text: str) -> Proven | Unproven:
    """One proof of a change that concerns several models."""
    return trials.join([proof for variant, proof in looked.result() if variant.advice.text == text])


def _name_gaps(proof: Proven, plan: Plan, given: ResolutionInput, targets: Sequence[Finding]) -> Proven | Unproven:
    """A proof that says what it was made without; none without a culprit, which may fail as it did before.

    Nor is there one where requirement files ask for what was not built: they would not install as they stand.
    """
    without = subjects_text(given.left_out, 4)
    if given.left_out and not given.pins:
        why = f"{proof.how} and works there, but without {without}, which was not built; try it with --build"
        return Unproven(why, mends=True)
    others = [
        f"{name} {given.pins[name]} for your {was}" for name, was in given.replaced.items() if name not in plan.asked
    ]
    gaps = [f"without your release of {without}"] if given.left_out else []
    gaps += [f"with {subjects_text(others, 4)}"] if others else []
    if not gaps:
        return proof
    how = f"{proof.how}, {' and '.join(gaps)}, for which the package index has no wheel"
    culprits = {name for finding in targets for name in finding.culprits} - plan.asked
    return Unproven(how, mends=True) if culprits & {*given.left_out, *given.replaced} else replace(proof, how=how)
