"""Fakes for the tests of the remedies: an index that is a literal list, and environments that are a table."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from packaging.requirements import Requirement
from packaging.version import Version

from checker.model import Advice, Basis, Change, Failure, Finding, Observation, Plan, Stage, Step
from checker.remedy.prove.acceptance import AcceptanceCriteria, TrialResult
from checker.world.sandbox import Refused

from .cases import BLOCKER, dist, failed, seen, sound, works

#: what is installed in these tests
PINS = {d.name: d.version for d in sound()}
#: what nobody has to wait for longer
LONG = 20.0


def blocker(
    subject: str = "skl2onnx",
    *culprits: str,
    message: str = "",
    advice: tuple[Advice, ...] = (),
    rule: str = "removed-name",
    out_of_scope: bool = False,
) -> Finding:
    """A module that cannot be imported."""
    words = message or f"{subject} cannot be imported"
    explains = (Step(Stage.IMPORT, subject),)
    return Finding(
        BLOCKER,
        Stage.IMPORT,
        Basis.SEEN,
        subject,
        words,
        culprits,
        advice=advice,
        explains=explains,
        out_of_scope=out_of_scope,
        rule=rule,
    )


def pins(*changes: tuple[str, str], together: bool = False, one_sided: bool = False) -> Advice:
    """A rule's wish for other releases."""
    return Advice("pins", "Move it.", changes, together, one_sided)


def gone(subject: str) -> Failure:
    """The failure that `blocker` explains."""
    return failed(Stage.IMPORT, subject, "ImportError", f"cannot import {subject}")


@dataclass
class Releases:
    """A solver over literal lists, oldest first; `needs` is what moves along with a release."""

    lists: Mapping[str, str]
    needs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: what is installed
    pins: Mapping[str, str] = field(default_factory=lambda: PINS)
    #: raised at that question
    error: Exception | None = None
    error_at: int = 0
    asked: list[tuple[str, ...]] = field(default_factory=list)

    def solve(self, wishes: Sequence[str], up: bool) -> Plan | Refused:
        self.asked.append(tuple(wishes))
        if self.error and len(self.asked) >= self.error_at:
            raise self.error
        after = dict(self.pins)
        waiting = [Requirement(w) for w in wishes]
        while waiting:
            wish = waiting.pop(0)
            fitting = [v for v in self.lists.get(wish.name, "").split() if v in wish.specifier]
            if not fitting:
                return Refused(f"there is no {wish}")
            after[wish.name] = fitting[0] if up else fitting[-1]
            waiting += [Requirement(n) for n in self.needs.get(f"{wish.name}=={after[wish.name]}", ())]
        changes = tuple(Change(n, self.pins.get(n, ""), v) for n, v in after.items() if self.pins.get(n, "") != v)
        return Plan(changes, tuple(f"{n}=={v}" for n, v in sorted(after.items())), tuple(wishes))


@dataclass
class Table:
    """A tester: the first row whose requirements a plan meets says what blocks there, None for nothing."""

    rows: Sequence[tuple[str, Finding | None]]
    #: plan -> plan that must have been seen before this one is done, both as `moves` writes them
    after: Mapping[str, str] = field(default_factory=dict)
    tried: list[str] = field(default_factory=list)
    _done: dict[str, threading.Event] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def try_plan(self, plan: Plan, goal: AcceptanceCriteria) -> TrialResult:
        name = moves(plan)
        with self._lock:
            self.tried.append(name)
        if name in self.after:
            assert self._event(self.after[name]).wait(LONG), f"{self.after[name]} was never tried"
        try:
            return self._seen(dict(line.split("==") for line in plan.lock))
        finally:
            self._event(name).set()

    def _event(self, name: str) -> threading.Event:
        with self._lock:
            return self._done.setdefault(name, threading.Event())

    def _seen(self, lock: Mapping[str, str]) -> TrialResult:
        found = next(finding for wanted, finding in self.rows if _met(wanted, lock))
        return TrialResult((found,) if found else (), after(found, lock))


def _met(wanted: str, lock: Mapping[str, str]) -> bool:
    asked = [Requirement(w) for w in wanted.split()]
    return all(r.name in lock and Version(lock[r.name]) in r.specifier for r in asked)


def after(found: Finding | None, lock: Mapping[str, str] = PINS) -> Observation:
    """What is seen where only that finding blocks."""
    modules = ("sklearn", "onnx", "skl2onnx")
    broken = found.subject if found else ""
    facts = (*works(Stage.IMPORT, *(m for m in modules if m != broken)), *((gone(broken),) if found else ()))
    modules_of = {d.name: d.modules[0] for d in sound()}
    return seen(*facts, stack=tuple(dist(n, v, modules_of.get(n, "")) for n, v in lock.items()))


def moves(plan: Plan) -> str:
    """What a plan moves, in one line."""
    return " ".join(f"{c.name}=={c.to}" for c in plan.changes)
