"""Candidate plans, the nearest first, resolved only when their turn comes near."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from ...model import Plan
from ...world.sandbox import Refused
from ..known.forecast import UNKNOWN, Outlook
from ..solve.uv_solver import Solver
from .moves import Move, distance, next_bound

#: packages that a plan may move, besides those asked for: more is another environment, not a remedy
MOST_MOVED = 12
#: tries in one direction
MOST_STEPS = 6

#: what is known of a plan before it is tried
LookAt = Callable[[Plan], Outlook]


def nothing_known(plan: Plan) -> Outlook:
    """For where nothing was measured."""
    return UNKNOWN


@dataclass(frozen=True)
class Candidate:
    """A plan, and the move that it is for."""

    plan: Plan
    move: Move
    outlook: Outlook = UNKNOWN

    @property
    def order(self) -> tuple[int, bool, int, int, int, tuple[int, int, int], int]:
        """What goes on from something mended first; then packages moved, how likely it helps, how far it moves them.

        What is known to work comes before what is not known. Where the bound is known to be needed, two packages more
        are no reason to try mere neighbours before it, nor is what belongs to it.
        """
        moved, far, along = distance(self.plan)
        known = 0 if self.outlook.works else self.move.known
        return -self.move.mended, not self.outlook.works, moved - known, self.outlook.place, self.move.cost, far, along

    @property
    def fails(self) -> bool:
        """Whether it is known to fail."""
        return self.outlook.result is not None

    @property
    def version(self) -> str:
        """The release that the move has come to, "" when the package is taken away."""
        return next((c.to for c in self.plan.changes if c.name == self.move.name), "")


class CandidateQueue:
    """All moves at the point to which they have come; the index is asked only when an answer may be the nearest."""

    def __init__(self, solver: Solver, look_at: LookAt = nothing_known) -> None:
        self._solver, self._look_at = solver, look_at
        self._waiting: list[tuple[tuple[int, int], int, Move]] = []
        self._heap: list[tuple[object, int, Candidate]] = []
        self._count = itertools.count()
        self._known: set[tuple[str, ...]] = set()
        #: why moves lead nowhere, in the solver's words
        self.refusals: list[str] = []
        #: requirements that nothing satisfies together with what is there
        self.refused: set[str] = set()

    def add(self, moves: Iterable[Move]) -> None:
        """Take up moves; none of them is resolved yet."""
        for move in moves:
            heapq.heappush(self._waiting, ((-move.mended, move.cost), next(self._count), move))

    def go_past(self, candidate: Candidate, same: bool = True) -> None:
        """Go on past a candidate that did not help; only one series on where it failed in its own way."""
        if candidate.version and candidate.move.step < MOST_STEPS and not candidate.move.works:
            move = candidate.move.after(candidate.version)
            self.add([move if same else replace(move, bound=next_bound(candidate.version, move.up, 1))])

    def find_between(self, refuted: str, proven: Candidate) -> Candidate | None:
        """The nearest untried release between one that did not help and one that did, in the same direction.

        One for which more packages have to move is not nearer.
        """
        above, below = (">", "<") if proven.move.up else ("<", ">")
        found = self._find_new(replace(proven.move, bound=f"{above}{refuted},{below}{proven.version}"))
        return found if found and len(found.plan.moved) <= len(proven.plan.moved) else None

    def find_alone(self, proven: Candidate) -> Candidate | None:
        """The last step of several without those before it, which it may have made needless."""
        return self._find_new(replace(proven.move, base=(), mended=0))

    def _find_new(self, move: Move) -> Candidate | None:
        """What a move comes to, unless that is nothing or known already."""
        answer = self._solve(move)
        if isinstance(answer, Refused) or answer.lock in self._known:
            return None
        self._known.add(answer.lock)
        return Candidate(answer, move, self._look_at(answer))

    def pop(self, keeping: Sequence[str] = ()) -> Candidate | None:
        """The nearest candidate, of those that leave some packages as they are; None when there is none."""
        return next(iter(self._take(1, keeping)), None)

    def foresee(self, number: int, keeping: Sequence[str] = ()) -> list[Candidate]:
        """The nearest ones that may work, which stay in line: what is tried next if nothing new comes to light."""
        return self._take(number, keeping, stay=True)

    def _take(self, number: int, keeping: Sequence[str], stay: bool = False) -> list[Candidate]:
        """The nearest candidates; those that `stay` are put back."""
        found: list[Candidate] = []
        back = []
        while len(found) < number:
            while self._waiting and (not self._heap or self._least() < self._heap[0][2].order[:5]):
                self._resolve_next()
            if not self._heap:
                break
            entry = heapq.heappop(self._heap)
            skipped = bool({c.name for c in entry[2].plan.moved} & set(keeping)) or (stay and entry[2].fails)
            if skipped or stay:
                back.append(entry)
            if not skipped:
                found.append(entry[2])
        for entry in back:
            heapq.heappush(self._heap, entry)
        return found

    def _least(self) -> tuple[int, bool, int, int, int]:
        """The best that the likeliest of the waiting moves could come to: what it asks for is moved, nothing else."""
        (mended, cost), _, move = self._waiting[0]
        place = Outlook(bool(move.works), move.works).place
        return mended, not move.works, len(move.wishes) - move.known, place, cost

    def _resolve_next(self) -> None:
        """Resolve the likeliest of the waiting moves, and keep what is new."""
        *_, move = heapq.heappop(self._waiting)
        answer = self._solve(move)
        if isinstance(answer, Refused):
            self.refusals.append(answer.text)
            self.refused |= {*move.wishes} if not move.base and not move.step else set()
        elif answer.changes and answer.lock in self._known:
            self.go_past(Candidate(answer, move))
        elif answer.moved and distance(answer)[0] <= MOST_MOVED:
            self._known.add(answer.lock)
            found = Candidate(answer, move, self._look_at(answer))
            heapq.heappush(self._heap, (found.order, next(self._count), found))

    def _solve(self, move: Move) -> Plan | Refused:
        answer = self._solver.solve(move.wishes, move.up)
        if isinstance(answer, Refused) and (shorter := move.shorter):
            return self._solver.solve(shorter.wishes, move.up)
        return answer
