"""The search for a proven change of versions: nearest plans first, until one is seen to work.

Nothing here is decided by the clock or by which try is done first: plans are judged in their order, however many are
on their way, and the budget counts tries. A slow machine and a fast one come to the same remedies.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace

from ...model import Basis, Finding, Observation, Plan, Proven, Refuted, Stage
from ...world.terminal import Progress
from ..prove.acceptance import (
    AcceptanceCriteria,
    TrialResult,
    explain_rejection,
    find_broken,
    find_remaining,
    gets_further,
    look,
)
from ..solve.uv_solver import Solver
from .ahead import TriesAhead, TryPlan
from .candidates import Candidate, CandidateQueue, LookAt, nothing_known
from .moves import TOGETHER, FindBounds, Move, distance, find_moves, no_bounds

#: plans whose turn may come next that are known while one is tried: the same on every machine
FORESEEN = 2
#: packages at most that are asked to move for one another
MOST_ASKED = 4
#: plans that are known to fail and gone past, at most: each was resolved
MOST_KNOWN = 24
#: of those that are only inferred to fail, how many are tried where nothing else is left
LAST_RESORTS = 3


@dataclass(frozen=True)
class SearchResult:
    """What the search has come to."""

    #: the nearest proof, then those that keep something which the ones before them move
    proven: list[tuple[Candidate, Proven]] = field(default_factory=list)
    refuted: list[Refuted] = field(default_factory=list)
    #: plans among the refuted that mend what they are for, while something else still blocks
    further: list[Plan] = field(default_factory=list)
    #: why moves lead nowhere, in the solver's words
    refusals: list[str] = field(default_factory=list)
    #: requirements that nothing satisfies together with what is there
    refused: set[str] = field(default_factory=set)
    #: True: everything was tried that any wish leads to; False: something was left over
    exhausted: bool = False


@dataclass
class Search:
    """One search, and how far it has come."""

    queue: CandidateQueue
    ahead: TriesAhead
    criteria: AcceptanceCriteria
    keep: Collection[str]
    find_bounds: FindBounds
    #: what may still be spent, and what it was at first; one try costs `cost`
    left: int
    budget: int
    cost: int
    proven: list[tuple[Candidate, Proven]] = field(default_factory=list)
    refuted: list[Refuted] = field(default_factory=list)
    further: list[Plan] = field(default_factory=list)
    #: package -> its last plan that failed before there was a proof
    failed: dict[str, Candidate] = field(default_factory=dict)
    looks: set[tuple[str, str, str]] = field(default_factory=set)
    narrowed: bool = False
    #: whether an alternative to the first proof was tried
    compared: bool = False
    #: plans that are known to fail and were gone past; those that are only inferred to are the last resort
    known: int = 0
    doubted: list[Candidate] = field(default_factory=list)

    def run(self) -> SearchResult:
        """Try until there is nothing worth a try, or nothing left to spend."""
        candidate = None
        while self.left >= self.cost and self.known < MOST_KNOWN and (candidate := self._choose()):
            if candidate.fails:
                self._go_past_known(candidate)
            else:
                self._try(candidate)
        exhausted = candidate is None and self.left >= self.cost
        self._try_doubted()
        different = _find_different(self.proven)
        return SearchResult(different, self.refuted, self.further, self.queue.refusals, self.queue.refused, exhausted)

    def _try(self, candidate: Candidate) -> None:
        self.left -= self.cost
        self.ahead.start(candidate)
        if not candidate.outlook.works:
            self._run_ahead()
        self._judge(candidate, *self.ahead.wait_for(candidate))

    def _go_past_known(self, candidate: Candidate) -> None:
        """Go on past a plan that is known to fail as if it had been tried; what is only inferred is kept back."""
        self.known += 1
        assert candidate.outlook.result
        if candidate.outlook.basis is Basis.INFERRED and not self.proven:
            self.doubted.append(candidate)
        self._refute(candidate, candidate.outlook.result, candidate.outlook.why, tried=False)

    def _try_doubted(self) -> None:
        """Where nothing else is left, the nearest of the plans that are only inferred to fail."""
        for candidate in self.doubted[:LAST_RESORTS]:
            if self.proven or self.left < self.cost:
                return
            self.refuted = [r for r in self.refuted if r.plan is not candidate.plan]
            self._try(candidate)

    def _run_ahead(self) -> None:
        """Begin what may come next; what is foreseen depends on what was judged, and on nothing else."""
        if not self.proven:
            self.ahead.begin(self.queue.foresee(min(FORESEEN, self.left // self.cost)))
        elif self._wants_alternative() and not _is_of_steps(self.proven[0][0].move):
            self.ahead.begin(self.queue.foresee(min(1, self.left // self.cost), [self.proven[0][0].move.name]))

    def _wants_alternative(self) -> bool:
        """Whether another way is worth a try: one, where the first moves several packages and came quickly."""
        several = len(self.proven) == 1 and len(self.proven[0][0].plan.moved) > 1
        return several and not self.compared and self.left * 2 >= self.budget

    def _choose(self) -> Candidate | None:
        """The next plan to try; after a proof what is nearer in its direction, and one that leaves its package."""
        if not self.proven:
            return self.queue.pop()
        best = self.proven[0][0]
        before = self.failed.get(best.move.name)
        if not self.narrowed and not best.move.works:
            self.narrowed = True
            if before and before.move.up == best.move.up and before.move.base == best.move.base:
                between = self.queue.find_between(before.version, best)
            else:
                between = self._find_patch(best)
            if between:
                return between
        if not self._wants_alternative():
            return None
        self.compared = True
        steps = _is_of_steps(best.move) and not _asked_in_lines(self.criteria)
        alone = self.queue.find_alone(best) if steps else None
        return alone or self.queue.pop(keeping=[best.move.name])

    def _find_patch(self, best: Candidate) -> Candidate | None:
        """Another release of the installed series, where one of the next series works."""
        move = best.move
        return self.queue.find_between(move.came, best) if move.came and not move.step else None

    def _judge(self, candidate: Candidate, result: TrialResult, seconds: float) -> None:
        """Keep what came of a try; where it is no proof, go on past the plan and from it."""
        if why := explain_rejection(self.criteria, result) or _explain_omission(self.criteria, candidate.plan):
            self._refute(candidate, result, why)
        elif result.observation:
            deed = "the script was rehearsed" if result.observation.rehearsed else "it was tried"
            how = f"{deed} in a throwaway environment with Python {result.observation.python}"
            proof = Proven(how, seconds, candidate.plan.lock, result.observation.outcomes)
            self.proven.append((candidate, proof))

    def _refute(self, candidate: Candidate, result: TrialResult, why: str, tried: bool = True) -> None:
        """Keep a plan that is no remedy, and go on past it and from it."""
        self.refuted.append(Refuted(candidate.plan, why, tried=tried))
        moved = {c.name for c in candidate.plan.moved}
        further = gets_further(self.criteria, candidate.move.aims, moved, result)
        self.further += [candidate.plan] * further
        if not self.proven:
            self.failed[candidate.move.name] = candidate
            self._go_on(candidate, result, further)

    def _go_on(self, candidate: Candidate, result: TrialResult, further: bool) -> None:
        """What to try after a plan that is no proof; `further`: it mended what it was for."""
        blocking = find_remaining(self.criteria, result.findings) or find_broken(self.criteria, result.findings)
        alike = bool({look(f) for f in blocking[:1]} & self.looks)
        self.queue.go_past(candidate, same=alike)
        if result.observation and (further or not alike):
            mended = candidate.move.mended + further
            on_top = self._find_moves_on_top(candidate.plan, blocking, result.observation)
            self.queue.add(replace(move, mended=mended) for move in on_top)
        self.looks |= {look(f) for f in blocking}

    def _find_moves_on_top(self, plan: Plan, blocking: list[Finding], seen: Observation) -> Iterator[Move]:
        """Moves for what a plan has brought to light: several steps away is still a way."""
        asked = {c.name: c.to for c in plan.changes if c.name in plan.asked and c.to}
        for move in find_moves(blocking, seen, self.keep, self.find_bounds) if len(asked) < MOST_ASKED else ():
            # of what was asked already, only what is known to be needed, or what its release lacks for an import
            older = move.rank == 0 and not move.up and move.aims[0].stage is Stage.IMPORT
            if move.name not in asked or move.rank < 0 or older:
                base = tuple(f"{name}=={version}" for name, version in asked.items() if name != move.name)
                yield replace(move, base=(*base, *move.base))


def search(
    solver: Solver,
    try_plan: TryPlan,
    pool: Executor,
    criteria: AcceptanceCriteria,
    *,
    observation: Observation,
    keep: Collection[str],
    progress: Progress,
    budget: int,
    cost: int = 1,
    find_bounds: FindBounds = no_bounds,
    at_once: int = 2,
    look_at: LookAt = nothing_known,
    planned: Iterable[Move] = (),
) -> SearchResult:
    """Try plans until one is proven; where that moves several packages, an alternative that keeps its own is tried.

    `budget` is what all tries may cost, `cost` that of one; `at_once` tries run side by side, which changes nothing
    but the time it takes. A proof is narrowed once: the nearest release between the one that failed on its way and
    the one that works is tried too. `look_at` tells what is known of a plan: one that fails is gone past as if it had
    been tried, one that works comes first, `planned` ones among them. Raises whatever the solver or a try raises.
    """
    queue = CandidateQueue(solver, look_at)
    queue.add(planned)
    queue.add(find_moves(criteria.targets, observation, keep, find_bounds))
    ahead = TriesAhead(try_plan, pool, criteria, progress, at_once)
    looks = {look(f) for f in criteria.targets}
    return Search(queue, ahead, criteria, keep, find_bounds, budget, budget, cost, looks=looks).run()


def _asked_in_lines(criteria: AcceptanceCriteria) -> list[Finding]:
    """The targets that stand in requirement lines: what cannot be installed is in no trial, and fails in none."""
    return [f for f in criteria.targets if f.stage is Stage.RESOLVE]


def _explain_omission(criteria: AcceptanceCriteria, plan: Plan) -> str:
    """Which line that cannot be installed a plan leaves as it is, in a sentence; "" where it leaves none."""
    for finding in _asked_in_lines(criteria):
        names = {*finding.culprits, *(name for advice in finding.advice for name, _ in advice.changes)}
        if not names & plan.asked:
            return f"It leaves {finding.subject} as it is."
    return ""


def _is_of_steps(move: Move) -> bool:
    """Whether a move goes on from others, which it may have made needless; what is moved together is one step."""
    return bool(move.base) and move.rank != TOGETHER


def _find_different(proven: Iterable[tuple[Candidate, Proven]]) -> list[tuple[Candidate, Proven]]:
    """The nearest proof, then those that keep something which the ones before them move."""
    chosen: list[tuple[Candidate, Proven]] = []
    for pair in sorted(proven, key=lambda pair: distance(pair[0].plan)):
        moved = {c.name for c in pair[0].plan.moved}
        if not any({c.name for c in other.plan.moved} <= moved for other, _ in chosen):
            chosen.append(pair)
    return chosen
