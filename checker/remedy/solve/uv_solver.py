"""The package index, asked through uv: which release comes next, and what moves with it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from packaging.utils import canonicalize_name

from ...model import Change, Observation, Plan
from ...rules.installation.requirements import unmet
from ...world.process import Children
from ...world.sandbox import Refused
from ...world.uv import check_reachable, compile_pins, plain_words
from ..search.distance import distance, parse

#: seconds that one resolution may take
PATIENCE = 90
_NOT_THERE = re.compile(
    r"[Bb]ecause (?:only )?(?P<name>[\w.\-]+?)(?:[=<>!~][^ ]*)? (?:was not found|has no usable wheels)"
)
_EXACT = re.compile(r"==\s*[\w.+!]+\s*\)?\s*$")


class Solver(Protocol):
    """Answers what becomes of everything installed when some packages are asked to move."""

    def solve(self, wishes: Sequence[str], up: bool) -> Plan | Refused:
        """The plan for these requirements; `up`: the nearest release above a bound, else the nearest below it."""


@dataclass(frozen=True)
class Given:
    """What is to be resolved: the environment as it is, or requirements that were never installed."""

    #: canonical name -> requirement as it is asked for when nobody wishes anything of it
    lines: Mapping[str, str]
    #: canonical name -> release that is there, and stays there if it can
    pins: Mapping[str, str] = field(default_factory=dict)
    #: (consumer, name, requirement): what metadata forbid and what is nevertheless so
    broken: tuple[tuple[str, str, str], ...] = ()
    #: lines of options, such as an index
    options: tuple[str, ...] = ()
    #: what the index cannot serve, and stays as it is
    left_out: tuple[str, ...] = ()
    #: packages that ask for one very release of another, which therefore moves with them
    tied: frozenset[str] = frozenset()

    def without(self, name: str) -> Given:
        """The same, with one package left alone."""
        lines = {n: line for n, line in self.lines.items() if n != name}
        return replace(self, lines=lines, left_out=(*self.left_out, name))


def installed(observation: Observation, keep: Iterable[str] = ()) -> Given:
    """An environment as it is; `keep` are the packages that must not move.

    What is not a release of an index (an editable install, a local build) is left alone.
    """
    pins: dict[str, str] = {}
    left_out: list[str] = []
    for found in observation.distributions:
        if found.name in pins or found.name in left_out:
            continue
        if found.editable or "+" in found.version or parse(found.version) is None:
            left_out.append(found.name)
        else:
            pins[found.name] = found.version
    kept = set(keep)
    lines = {n: f"{n}=={v}" if n in kept else n for n, v in pins.items()}
    broken = tuple((c, canonicalize_name(r.name), v) for c, r, v in unmet(observation, set(pins)))
    tied = frozenset(d.name for d in observation.distributions if any(_EXACT.search(r) for r in d.requires))
    return Given(lines, pins, broken, left_out=tuple(left_out), tied=tied)


def _named(requirement: str) -> str:
    return canonicalize_name(re.split(r"[^\w.\-]", requirement, maxsplit=1)[0])


@dataclass(frozen=True)
class UvSolver:
    """uv as the solver for one interpreter; every question costs about a second where the index must be asked."""

    given: Given
    #: the interpreter for which wheels are chosen
    python: Path
    #: a folder for the questions
    folder: Path
    children: Children

    def trimmed(self) -> UvSolver:
        """The same, without what the index cannot serve or would not leave as it is. Raises CannotLook."""
        given = self.given
        for _ in range(20 if given.pins else 0):
            answer = replace(self, given=given).ask((), up=False)
            if isinstance(answer, Refused):
                found = _NOT_THERE.search(answer.text)
                if not found or canonicalize_name(found["name"]) not in given.lines:
                    break
                given = given.without(canonicalize_name(found["name"]))
                continue
            moved = [n for n, v in given.pins.items() if n in given.lines and answer.get(n, v) != v]
            if not moved:
                break
            for name in moved:
                given = given.without(name)
        return replace(self, given=given)

    def solve(self, wishes: Sequence[str], up: bool) -> Plan | Refused:
        """See `Solver`: what fits all that is there; else, of two ways, the one that moves less, and less far."""
        if self.given.pins and not self.given.tied & {_named(w) for w in wishes}:
            fitting = self.ask(wishes, up, rigid=True)
            if not isinstance(fitting, Refused):
                return self.plan(fitting, wishes)
        answer = self.ask(wishes, up)
        if isinstance(answer, Refused):
            return answer
        plan = self.plan(answer, wishes)
        if not up or len(plan.moved) <= len(plan.asked):
            return plan
        exact = [f"{n}=={answer[n]}" if n == _named(wishes[-1]) else w for w in wishes for n in [_named(w)]]
        other = self.ask(exact, up=False)
        return plan if isinstance(other, Refused) else min(plan, self.plan(other, wishes), key=distance)

    def ask(self, wishes: Sequence[str], up: bool, rigid: bool = False) -> Mapping[str, str] | Refused:
        """Every package and its release once the wishes are met; `rigid`: nothing else that is there may move.

        Raises CannotLook when the index cannot be used.
        """
        named = {_named(w) for w in wishes}
        others = [line for n, line in self.given.lines.items() if n not in named]
        if rigid:
            others = [f"{n}=={v}" for n, v in self.given.pins.items() if n in self.given.lines and n not in named]
        lines = [*self.given.options, *wishes, *others]  # what is asked for comes first: it is decided first
        done = compile_pins(
            lines,
            ("--python", str(self.python), "--resolution", "lowest-direct" if up else "highest"),
            self.folder,
            pins=(f"{n}=={v}" for n, v in self.given.pins.items()),
            overrides=self._overrides(named),
            seconds=PATIENCE,
            children=self.children,
        )
        if done.returncode:
            said = plain_words(done.stderr)
            check_reachable(said)
            return Refused(said)
        return dict(_pinned(done.stdout))

    def _overrides(self, named: set[str]) -> Iterable[str]:
        """What is broken already stays so, unless a wish is about either side of it."""
        loose = {name for consumer, name, _ in self.given.broken if {consumer, name} & named}
        for name, version in {n: v for _, n, v in self.given.broken if n not in loose}.items():
            yield f"{name}=={version}" if version else f"{name} ; python_version < '3'"

    def plan(self, answer: Mapping[str, str], wishes: Sequence[str]) -> Plan:
        """What an answer changes."""
        was = {n: self.given.pins.get(n) or _pin(line) for n, line in self.given.lines.items()}
        known = self.given.pins or {_named(w) for w in wishes}
        names = [n for n in {**was, **answer} if n not in self.given.left_out and (self.given.pins or n in known)]
        moved = (Change(n, was.get(n, ""), answer.get(n, "")) for n in names if was.get(n, "") != answer.get(n, ""))
        first = [_named(w) for w in wishes]
        changes = sorted(moved, key=lambda c: (c.name not in first, not c.was, c.name))
        return Plan(tuple(changes), tuple(f"{n}=={v}" for n, v in sorted(answer.items())), tuple(wishes))


def _pin(line: str) -> str:
    """The release that a line pins, "" where it pins none, or other lines say something else."""
    found = re.search(r"^[^\n]*==\s*([\w.+!]+)\s*(?:;[^\n]*)?$", line)
    return found[1] if found else ""


def _pinned(text: str) -> Iterable[tuple[str, str]]:
    for line in text.splitlines():
        if found := re.match(r"([\w.\-]+)==([^\s;]+)", line):
            yield canonicalize_name(found[1]), found[2]
