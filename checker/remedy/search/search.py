"""The search for a proven change of versions: nearest plans first, a few at a time, until one is seen to work."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, field, replace

from ...model import Finding, Observation, Plan, Proven, Refuted
from ...world.terminal import Progress
from ..prove.acceptance import AcceptanceCriteria, TrialResult, explain_rejection, find_remaining
from ..solve.uv_solver import Solver
from .candidates import Candidate, CandidateQueue
from .moves import Move, distance, find_moves

#: plans that are tried at most, besides one that lies between a plan that failed and the one that works
TRIES = 5
#: seconds after which no alternative to a proven plan is begun any more
PATIENCE = 12

#: builds the environment of a plan and looks at it; may end early where a frame shows that the plan fails
TryPlan = Callable[[Plan, AcceptanceCriteria], TrialResult]


@dataclass(frozen=True)
class SearchResult:
    """What the search has come to."""

    #: the nearest proof, then those that keep something which the ones before them move
    proven: list[tuple[Candidate, Proven]] = field(default_factory=list)
    refuted: list[Refuted] = field(default_factory=list)
    #: why moves lead nowhere, in the solver's words
    refusals: list[str] = field(default_factory=list)


def search(
    solver: Solver,
    try_plan: TryPlan,
    pool: Executor,
    criteria: AcceptanceCriteria,
    *,
    observation: Observation,
    keep: Collection[str],
    progress: Progress,
    at_once: int = 2,
) -> SearchResult:
    """Try plans until one is proven and none that is nearer is left; then an alternative that keeps its package.

    A proof is narrowed once: the nearest release between the one that failed on its way and the one that works is
    tried too. Raises whatever the solver or a trial raises.
    """
    queue = CandidateQueue(solver)
    queue.add(find_moves(criteria.targets, observation, keep))
    running: dict[Future[TrialResult], tuple[Candidate, float]] = {}
    proven: list[tuple[Candidate, Proven]] = []
    refuted: list[Refuted] = []
    failed: dict[str, Candidate] = {}  # package -> its last plan that failed before there was a proof
    looks = _looks(criteria.targets)
    tries, narrowed, begun = 0, False, time.monotonic()
    while True:
        # --- begin what there is room for
        while len(running) < at_once:
            best, before = _find_best(proven, {} if narrowed else failed)
            if tries >= TRIES and not before:
                break
            candidate = None
            if best is None:
                candidate = queue.pop()
            elif before:
                candidate, narrowed = queue.find_between(before, best), True
            elif len(proven) == 1 and time.monotonic() - begun <= PATIENCE:
                candidate = queue.pop(keeping=[best.move.name])
            if candidate is None:
                break
            tries += 1
            progress("prove", ", ".join(f"{c.name} {c.to}".strip() for c in candidate.plan.moved))
            running[pool.submit(try_plan, candidate.plan, criteria)] = candidate, time.monotonic()
        if not running:
            break
        # --- take in what is done
        for future in wait(running, return_when=FIRST_COMPLETED).done:
            candidate, started = running.pop(future)
            result = future.result()
            if why := explain_rejection(criteria, result):
                refuted.append(Refuted(candidate.plan, why))
                failed.setdefault(candidate.move.name, candidate)
                if not proven:  # go on past it, and from it: what now fails in its place may be mended on top of it
                    failed[candidate.move.name] = candidate
                    blocking = find_remaining(criteria, result.findings)
                    alike = bool(_looks(blocking[:1]) & looks)
                    queue.go_past(candidate, same=alike)
                    if result.observation and not alike:
                        queue.add(_find_moves_on_top(candidate.plan, blocking, result.observation, keep))
                    looks |= _looks(blocking)
            elif result.observation:
                how = f"it was tried in a throwaway environment with Python {result.observation.python}"
                seconds = round(time.monotonic() - started, 1)
                proven.append((candidate, Proven(how, seconds, candidate.plan.lock, result.observation.outcomes)))
        # --- end where nothing that still runs can win any more: it is farther, and moves the same
        best, before = _find_best(proven, {} if narrowed else failed)
        late = time.monotonic() - begun > PATIENCE
        if best and not before:
            rivals = [candidate for candidate, _ in running.values()]
            if all(c.order > best.order and (late or c.move.name == best.move.name) for c in rivals):
                break
    return SearchResult(_find_different(proven), refuted, queue.refusals)


def _find_best(
    proven: Iterable[tuple[Candidate, Proven]], failed: Mapping[str, Candidate]
) -> tuple[Candidate | None, Candidate | None]:
    """The nearest plan that works, and one that failed on its way: what lies between them is worth one try."""
    best = min((candidate for candidate, _ in proven), key=lambda candidate: candidate.order, default=None)
    before = failed.get(best.move.name) if best else None
    return best, before if best and before and before.move.up == best.move.up else None


def _find_moves_on_top(
    plan: Plan, blocking: list[Finding], observation: Observation, keep: Collection[str]
) -> Iterator[Move]:
    """Moves for what a plan has brought to light: two steps away is still a way."""
    asked = {c.name: c.to for c in plan.changes if c.name in plan.asked and c.to}
    for move in find_moves(blocking, observation, keep) if len(asked) <= 2 else ():
        if move.name not in asked or move.rank < 0:  # of what was asked already, only what is known to be needed
            base = tuple(f"{name}=={version}" for name, version in asked.items() if name != move.name)
            yield replace(move, base=(*base, *move.base))


def _find_different(proven: Iterable[tuple[Candidate, Proven]]) -> list[tuple[Candidate, Proven]]:
    """The nearest proof, then those that keep something which the ones before them move."""
    chosen: list[tuple[Candidate, Proven]] = []
    for pair in sorted(proven, key=lambda pair: distance(pair[0].plan)):
        moved = {c.name for c in pair[0].plan.moved}
        if not any({c.name for c in other.plan.moved} <= moved for other, _ in chosen):
            chosen.append(pair)
    return chosen


def _looks(findings: Iterable[Finding]) -> set[tuple[str, str, str]]:
    """How findings look, numbers aside: rule, subject, message."""
    return {(f.rule, f.subject, re.sub(r"[\d.]+", "#", f.message)) for f in findings}
