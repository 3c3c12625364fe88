"""Tries that are begun before their turn: how far they have come decides nothing but how long one waits."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from concurrent.futures import Executor, Future

from ...model import Plan
from ...world.terminal import Progress
from ..prove.acceptance import AcceptanceCriteria, TrialResult
from .candidates import Candidate

#: builds the environment of a plan and looks at it; may end early where a frame shows that the plan fails
TryPlan = Callable[[Plan, AcceptanceCriteria], TrialResult]


class TriesAhead:
    """Tries on their way, each begun once; whoever waits for one gets the same answer, whenever it was begun."""

    def __init__(
        self, try_plan: TryPlan, pool: Executor, criteria: AcceptanceCriteria, progress: Progress, at_once: int
    ) -> None:
        self._try_plan, self._pool, self._criteria = try_plan, pool, criteria
        self._progress, self._at_once = progress, at_once
        self._begun: dict[tuple[object, ...], Future[tuple[TrialResult, float]]] = {}

    def has_room(self) -> bool:
        """Whether one more may be begun before its turn."""
        return sum(not future.done() for future in self._begun.values()) < self._at_once

    def begin(self, candidates: Iterable[Candidate]) -> None:
        """Begin those for which there is room."""
        for candidate in candidates:
            if self.has_room():
                self._future(candidate)

    def wait_for(self, candidate: Candidate) -> tuple[TrialResult, float]:
        """What came of a candidate, and the seconds that it took; raises what the try raised."""
        return self._future(candidate).result()

    def start(self, candidate: Candidate) -> None:
        """Begin the one whose turn it is."""
        self._future(candidate)

    def _future(self, candidate: Candidate) -> Future[tuple[TrialResult, float]]:
        aims = frozenset(step for finding in candidate.move.aims for step in finding.explains)
        key = (candidate.plan.lock, aims)
        if key not in self._begun:
            self._progress("prove", ", ".join(f"{c.name} {c.to}".strip() for c in candidate.plan.moved))
            self._begun[key] = self._pool.submit(self._try, candidate)
        return self._begun[key]

    def _try(self, candidate: Candidate) -> tuple[TrialResult, float]:
        begun = time.monotonic()
        result = self._try_plan(candidate.plan, self._criteria.aimed_at(candidate.move.aims))
        return result, round(time.monotonic() - begun, 1)
