"""The search for a proven change of versions: nearest plans first, a few at a time, until one is seen to work."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, field, replace
from typing import Protocol

from ...model import Finding, Observation, Plan, Proven, Refuted
from ...world.terminal import Progress
from ..prove.acceptance import AcceptanceCriteria, rejection, remaining
from ..solve.uv_solver import Solver
from .candidates import Candidate, CandidateQueue
from .distance import distance
from .moves import Move, find_moves

#: plans that are tried at most, besides one that lies between a plan that failed and the one that works
TRIES = 5
#: seconds after which no alternative to a proven plan is begun any more
PATIENCE = 12


@dataclass(frozen=True)
class Seen:
    """What came out of a try: what was observed, and what the rules say of it; or that it could not be built."""

    findings: tuple[Finding, ...] = ()
    observation: Observation | None = None
    #: why nothing could be observed
    refused: str = ""


class Tester(Protocol):
    """Builds the environment of a plan and looks at it."""

    def see(self, plan: Plan, criteria: AcceptanceCriteria) -> Seen:
        """What becomes of the patient under this plan; may end early where a frame shows that it fails."""


@dataclass
class Found:
    """What the search has come to."""

    proven: list[tuple[Candidate, Proven]] = field(default_factory=list)
    refuted: list[Refuted] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)


class Search:
    """One search; `run` may be called once."""

    def __init__(
        self, solver: Solver, tester: Tester, pool: Executor, criteria: AcceptanceCriteria, at_once: int = 2
    ) -> None:
        self._tester, self._pool, self._criteria, self._at_once = tester, pool, criteria, at_once
        self._queue = CandidateQueue(solver)
        self._running: dict[Future[Seen], tuple[Candidate, float]] = {}
        self._tries = 0
        self._begun = time.monotonic()
        self._last: dict[str, Candidate] = {}
        self._narrowed = False
        #: how everything looks that was seen to block
        self._failures = _looks(criteria.targets)
        self.found = Found(refusals=self._queue.refusals)

    def run(self, observation: Observation, keep: frozenset[str], progress: Progress) -> Found:
        """Try plans until one is proven and none that is nearer is left; then an alternative that keeps its package."""
        self._keep = keep
        self._queue.add(find_moves(self._criteria.targets, observation, keep))
        while self._start(progress) or self._running:
            done, _ = wait(self._running, return_when=FIRST_COMPLETED)
            for future in done:
                candidate, begun = self._running.pop(future)
                self._book(candidate, future.result(), time.monotonic() - begun)
            if self._enough():
                break
        self.found.proven = self._different()
        return self.found

    def _different(self) -> list[tuple[Candidate, Proven]]:
        """The nearest proof, then those that keep something which the ones before them move."""
        chosen: list[tuple[Candidate, Proven]] = []
        for pair in sorted(self.found.proven, key=lambda pair: distance(pair[0].plan)):
            moved = {c.name for c in pair[0].plan.moved}
            if not any({c.name for c in other.plan.moved} <= moved for other, _ in chosen):
                chosen.append(pair)
        return chosen

    def _start(self, progress: Progress) -> bool:
        """Start what there is room for; whether anything was started."""
        started = False
        while len(self._running) < self._at_once and (self._tries < TRIES or self._narrowable()):
            candidate = self._next()
            if candidate is None:
                break
            self._tries += 1
            progress("prove", ", ".join(f"{c.name} {c.to}".strip() for c in candidate.plan.moved))
            task = self._pool.submit(self._tester.see, candidate.plan, self._criteria)
            self._running[task] = (candidate, time.monotonic())
            started = True
        return started

    def _next(self) -> Candidate | None:
        """The nearest candidate; after a proof, only one that could be nearer or that keeps what that moves."""
        if not self.found.proven:
            return self._queue.pop()
        best = min(self.found.proven, key=lambda pair: pair[0].order)[0]
        if before := self._narrowable():
            self._narrowed = True
            return self._queue.between(before, best)
        if len(self.found.proven) > 1 or time.monotonic() - self._begun > PATIENCE:
            return None
        return self._queue.pop(keeping=[best.move.name])

    def _narrowable(self) -> Candidate | None:
        """A plan that did not help, on the axis of the one that does: what lies between them is worth one try."""
        if not self.found.proven or self._narrowed:
            return None
        best = min(self.found.proven, key=lambda pair: pair[0].order)[0]
        before = self._last.get(best.move.name)
        return before if before and before.move.up == best.move.up else None

    def _enough(self) -> bool:
        """Whether what still runs cannot win any more: it is farther, and moves the same."""
        if not self.found.proven or self._narrowable():
            return False
        best = min((candidate for candidate, _ in self.found.proven), key=lambda candidate: candidate.order)
        late = time.monotonic() - self._begun > PATIENCE
        return all(
            candidate.order > best.order and (late or candidate.move.name == best.move.name)
            for candidate, _ in self._running.values()
        )

    def _book(self, candidate: Candidate, seen: Seen, seconds: float) -> None:
        why = seen.refused
        if seen.observation:
            why = rejection(self._criteria, seen.findings, seen.observation)
        if why:
            self._refuted(candidate, seen, why)
        elif seen.observation:
            how = f"it was tried in a throwaway environment of Python {seen.observation.python}"
            proof = Proven(how, round(seconds, 1), candidate.plan.lock, seen.observation.outcomes)
            self.found.proven.append((candidate, proof))

    def _refuted(self, candidate: Candidate, seen: Seen, why: str) -> None:
        """Go on past it, and from it: what now fails in its place may be mended on top of it."""
        self.found.refuted.append(Refuted(candidate.plan, why))
        self._last.setdefault(candidate.move.name, candidate)
        if not self.found.proven:
            self._last[candidate.move.name] = candidate
            self._queue.past(candidate, same=self._fails_alike(seen))
            self._queue.add(self._on_top(candidate, seen))
            self._failures |= _looks(remaining(self._criteria, seen.findings))

    def _on_top(self, candidate: Candidate, seen: Seen) -> Sequence[Move]:
        """Axes for what a plan has brought to light: two steps away is still a way."""
        new = remaining(self._criteria, seen.findings)
        asked = {c.name: c.to for c in candidate.plan.changes if c.name in candidate.plan.asked and c.to}
        if not new or not seen.observation or self._fails_alike(seen) or len(asked) > 2:
            return ()
        found = []
        for move in find_moves(new, seen.observation, self._keep):
            if move.name not in asked or move.rank < 0:  # of what was asked already, only what is known to be needed
                base = tuple(f"{name}=={version}" for name, version in asked.items() if name != move.name)
                found.append(replace(move, base=(*base, *move.base)))
        return found

    def _fails_alike(self, seen: Seen) -> bool:
        """Whether what blocks after a try has been seen before: here, or in another try."""
        return bool(_looks(remaining(self._criteria, seen.findings)[:1]) & self._failures)


def _looks(findings: Iterable[Finding]) -> set[tuple[str, str, str]]:
    """How findings look, numbers aside: rule, subject, message."""
    return {(f.rule, f.subject, re.sub(r"[\d.]+", "#", f.message)) for f in findings}
