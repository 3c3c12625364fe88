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
from ..model import Case, Finding, Proven, Refuted, Remedy, Report, Unproven
from ..request import Remedies
from ..world.locks import BUSY, hold_lock
from ..world.machine import processors, runs_here
from ..world.process import Children
from ..world.sandbox import scratch_folder
from ..world.terminal import Progress
from .prove import trials
from .prove.acceptance import find_blockers, make_criteria
from .prove.environments import TrialEnvironments
from .search.candidates import CandidateQueue
from .search.moves import find_moves
from .search.search import SearchResult, search
from .solve.offline_solver import OfflineSolver
from .solve.resolution_input import read_installed, read_requirement_files
from .solve.uv_solver import Solver
from .wording import make_plan_remedy, make_remedy

#: environments that are tried side by side at most
AT_ONCE = 3
_NEITHER = "it was neither resolved nor tried"

#: kind and text of an advice
Key = tuple[str, str]


@dataclass(frozen=True)
class RemedyOptions:
    """How far remedies go, and within which bounds."""

    how: Remedies
    keep: frozenset[str] = frozenset()
    #: folders that are searched for interpreters
    pythons: tuple[Path, ...] = ()
    #: the files that the environment was, or was to be, built from
    requirements: tuple[Path, ...] = ()


@dataclass(frozen=True)
class _Job:
    """What is given."""

    report: Report
    case: Case
    #: what the patient was asked
    wanted: ProbeRequest
    options: RemedyOptions
    progress: Progress


def plan_and_prove(
    report: Report, wanted: ProbeRequest, base: Path | None, options: RemedyOptions, *, progress: Progress
) -> Report:
    """The report with its remedies planned and tried; what could not be tried says why; nothing is raised for it.

    `base` is an interpreter that can make environments like the patient, None where one has to be found.
    """
    started = time.perf_counter()
    job = _Job(report, Case(report.observation, report.script, load()), wanted, options, progress=progress)
    targets = [f for f in find_blockers(report.findings) if is_movable(f)]
    offline = OfflineSolver(job.case.knowledge, report.observation)
    try:
        if options.how is Remedies.OFFLINE:
            done = _plan_untried(job, targets, offline, f"{_NEITHER}: --offline was asked for")
        else:
            with _open_environments(job, base) as (environments, pool):
                running = _start_trials(job, environments, pool) if options.how is Remedies.PROVEN else {}
                targets = _drop_settled(targets, running)
                done = _plan_with_index(job, targets, environments, pool, running=running)
    except CannotLook as error:
        done = _plan_untried(job, targets, offline, f"{_NEITHER}: {error.message}")
    return replace(done, timings={**report.timings, "remedies": time.perf_counter() - started})


def is_movable(finding: Finding) -> bool:
    """Whether a change of versions may mend it."""
    return any(advice.kind == "pins" for advice in finding.advice)


@contextmanager
def _open_environments(job: _Job, base: Path | None) -> Iterator[tuple[TrialEnvironments, ThreadPoolExecutor]]:
    """Environments of the patient's own interpreter or, where that makes none, of one like it; and threads to wait.

    At the end all that still runs is ended, and nothing is waited for that has not begun. Raises CannotLook.
    """
    with scratch_folder() as folder, hold_lock(folder / BUSY) as busy:
        children, pool = Children(busy), ThreadPoolExecutor(8)
        try:
            yield _prepare_environments(job, base, folder, children), pool
        finally:
            children.end()
            pool.shutdown(wait=True, cancel_futures=True)


def _prepare_environments(job: _Job, base: Path | None, folder: Path, children: Children) -> TrialEnvironments:
    """The first environment is made: that tells whether an interpreter can make any."""

    def prepare(interpreter: Path) -> TrialEnvironments:
        environments = TrialEnvironments(interpreter, folder, wanted=job.wanted, case=job.case, children=children)
        with environments.take_environment():
            return environments

    if base:
        with suppress(CannotLook):
            return prepare(base)
    from ..world.pythons import of_version

    seen = job.report.observation
    if not runs_here(seen.platform.partition("-")[0], str(seen.system.get("machine", ""))):
        raise CannotLook(f"the environment is one of {seen.platform}, and this machine is another")
    return prepare(of_version(".".join(seen.python.split(".")[:2]), job.options.pythons))


def _start_trials(
    job: _Job, environments: TrialEnvironments, pool: ThreadPoolExecutor
) -> dict[Key, Future[Proven | Unproven]]:
    """What can be tried without moving a package, on its way: the advice -> its proof."""
    patient, found = job.report.patient, find_blockers(job.report.findings)
    started: dict[Key, Future[Proven | Unproven]] = {}
    if not patient.command:
        return started
    if variants := tuple(trials.make_edited(job.case, found)):
        looked = pool.submit(trials.try_variants, variants, environments, patient)
        for text in {v.advice.text for v in variants}:
            started["code", text] = pool.submit(_await_all, looked, text)
    for finding in found:
        for advice in finding.advice:
            if advice.trial:
                started["action", advice.text] = pool.submit(
                    trials.try_action,
                    advice,
                    make_criteria(job.case, job.report.findings, [finding]),
                    environments,
                    patient,
                    observation=job.report.observation,
                    folder=job.wanted.folder,
                )
    return started


def _await_all(looked: Future[tuple[tuple[trials.Variant, Proven | Unproven], ...]], text: str) -> Proven | Unproven:
    """One proof of a change that concerns several models: the first that is none, else the first."""
    proofs = [proof for variant, proof in looked.result() if variant.advice.text == text]
    return next((p for p in proofs if isinstance(p, Unproven)), proofs[0])


def _drop_settled(targets: list[Finding], running: Mapping[Key, Future[Proven | Unproven]]) -> list[Finding]:
    """Look for no other versions of what an action is seen to mend."""
    actions = {key: future.result() for key, future in running.items() if key[0] == "action"}
    proven = {key for key, proof in actions.items() if isinstance(proof, Proven)}
    return [f for f in targets if not proven & {(a.kind, a.text) for a in f.advice}]


def _plan_with_index(
    job: _Job,
    targets: Sequence[Finding],
    environments: TrialEnvironments,
    pool: ThreadPoolExecutor,
    *,
    running: Mapping[Key, Future[Proven | Unproven]],
) -> Report:
    """Plan with the package index and, where that was asked for, try."""
    report, options = job.report, job.options
    if not targets:
        return _assemble(report, proofs=_await_proofs(running))
    here = report.observation
    given = read_installed(here, options.keep) if here.distributions else read_requirement_files(options.requirements)
    solver = environments.make_solver(given)
    if options.how is Remedies.RESOLVED:
        why = "it resolves with everything that is installed, and was not tried (--no-prove)"
        return _plan_untried(job, targets, solver, why)
    found = search(
        solver,
        environments.try_plan,
        pool,
        make_criteria(job.case, report.findings, targets),
        observation=here,
        keep=options.keep,
        progress=job.progress,
        at_once=min(AT_ONCE, processors()),
    )
    proofs = _await_proofs(running)
    planned = [
        make_plan_remedy(
            candidate.plan,
            targets,
            report,
            _name_gaps(proof, solver.input.left_out),
            written=bool(options.requirements),
        )
        for candidate, proof in found.proven
    ]
    planned = planned or _find_simpler(job, targets, environments)
    return _assemble(report, planned, proofs, found.refuted, why=_explain_failure(found))


def _await_proofs(running: Mapping[Key, Future[Proven | Unproven]]) -> dict[Key, Proven | Unproven]:
    return {key: future.result() for key, future in running.items()}


def _plan_untried(job: _Job, targets: Sequence[Finding], solver: Solver, why: str) -> Report:
    """The first plan that would be tried, and why it was not."""
    queue, unproven = CandidateQueue(solver), Unproven(why)
    queue.add(find_moves(targets, job.report.observation, job.options.keep))
    first, written = queue.pop(), bool(job.options.requirements)
    planned = [make_plan_remedy(first.plan, targets, job.report, unproven, written=written)] if first else []
    return _assemble(job.report, planned, why=unproven)


def _find_simpler(job: _Job, targets: Sequence[Finding], environments: TrialEnvironments) -> list[Remedy]:
    """Where no release helps: what the script could leave out, tried."""
    if not job.report.patient.command:
        return []
    tried = trials.try_variants(tuple(trials.make_simpler(job.case, targets)), environments, job.report.patient)
    return [
        replace(make_remedy(v.advice, (v.finding.rule,), job.report.observation), proof=proof)
        for v, proof in tried
        if isinstance(proof, Proven)
    ][:3]


def _name_gaps(proof: Proven, left_out: Sequence[str]) -> Proven:
    """A proof that says what it was made without."""
    names = ", ".join(left_out[:4]) + (f" and {len(left_out) - 4} more" if left_out[4:] else "")
    gap = f"{proof.how}, which lacks {names} or has another release: the index has no wheel of yours"
    return replace(proof, how=gap) if left_out else proof


def _explain_failure(found: SearchResult) -> Unproven:
    """Why no release was proven to help."""
    if not found.refuted:
        said = f": {found.refusals[0][:200]}" if found.refusals else ""
        return Unproven(f"no release of the index leads anywhere from here{said}")
    first = found.refuted[0]
    names = ", ".join(f"{c.name} {c.to}".strip() for c in first.plan.moved)
    return Unproven(f"{len(found.refuted)} plans were tried and none of them helps; {names}: {first.why}"[:400])


def _assemble(
    report: Report,
    planned: Sequence[Remedy] = (),
    proofs: Mapping[Key, Proven | Unproven] = {},
    refuted: Sequence[Refuted] = (),
    why: Unproven | None = None,
) -> Report:
    """Proven remedies first, of action, pins and code in this order; then what is only advised."""
    settled = {rule for r in planned if r.kind == "pins" for rule in r.settles}
    advised = [
        replace(r, proof=proofs.get((r.kind, r.text), (r.kind == "pins" and why) or r.proof))
        for r in report.remedies
        if not (r.kind == "pins" and settled.issuperset(r.settles))
    ]
    ranks = {"action": 0, "pins": 1, "code": 2}
    vain = bool(refuted) and not planned
    every = sorted(
        [*planned, *advised],
        key=lambda r: (not r.proven, ranks[r.kind] if r.proven else vain and r.kind == "pins"),
    )
    return replace(report, remedies=tuple(every), refuted=tuple(refuted))
