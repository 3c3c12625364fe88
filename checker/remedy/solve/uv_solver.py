"""The package index, asked through uv: which release comes next, and what moves with it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from ...errors import UsageError
from ...model import Change, Plan
from ...names import canonicalize_name, pinned_version, read_requirement, required_name
from ...world.process import Children
from ...world.sandbox import Refused
from ...world.uv import check_reachable, compile_pins, plain_words
from ..search.moves import distance
from .resolution_input import ResolutionInput

#: seconds that one resolution may take
PATIENCE = 90
#: packages at most that the index cannot serve, and that are left alone one after another
MOST_LEFT_OUT = 20
#: questions at most in which parts of what moves, and of what moves along, are left out
ROUNDS = 2
_NOT_THERE = re.compile(
    r"[Bb]ecause (?:only )?(?P<name>[\w.\-]+?)(?:[=<>!~][^ ]*)? (?:was not found|has no usable wheels)"
)


class Solver(Protocol):
    """Answers what becomes of everything installed when some packages are asked to move."""

    def solve(self, wishes: Sequence[str], up: bool) -> Plan | Refused:
        """The plan for these requirements; `up`: the nearest release above a bound, else the nearest below it."""


@dataclass(frozen=True)
class UvSolver:
    """uv as the solver for one interpreter; every question costs about a second where the index must be asked."""

    input: ResolutionInput
    #: the interpreter for which wheels are chosen
    python: Path
    #: a folder for the questions
    folder: Path
    children: Children

    def trim(self) -> UvSolver:
        """The same, without what the index cannot serve or would not leave as it is. Raises CannotLook.

        Where only the release that is there has no wheel, the nearest one that has stands in for it.
        """
        given = self.input
        for _ in range(MOST_LEFT_OUT if given.pins else 0):
            answer = replace(self, input=given).ask((), up=False)
            if isinstance(answer, Refused):
                found = _NOT_THERE.search(answer.text)
                unserved = [canonicalize_name(found["name"])] if found else []
            else:
                unserved = [n for n, v in given.pins.items() if answer.get(n, v) != v]
            unserved = [name for name in unserved if name in given.lines]
            if not unserved:
                break
            given = self._without(given, unserved)
        return replace(self, input=given)

    def honour(self, wishes: Mapping[str, str]) -> UvSolver:
        """The same, for plans that all meet these wishes. Raises UsageError for one that nothing meets, CannotLook."""
        given = self.input
        for name, text in wishes.items():
            wish, there = read_requirement(text), given.pins.get(name, "")
            met = bool(wish and there and wish.specifier.contains(there, prereleases=True))
            nearest = "" if met else self._find_meeting(text, there)
            if not met and not nearest:
                raise UsageError(f"--wanted {text}: no release for this Python meets it", "widen it")
            given = given.honouring(name, text, nearest)
        return replace(self, input=given)

    def _find_meeting(self, text: str, there: str) -> str:
        """The release nearest to the one that is there that meets a wish, "" for none; the newest where none is."""
        newer = self._ask_alone(f"{text},>{there}", "lowest-direct") if there else ""
        return newer or self._ask_alone(f"{text},<{there}" if there else text, "highest")

    def _without(self, given: ResolutionInput, unserved: Sequence[str]) -> ResolutionInput:
        """The same with others in the place of what has no wheel; where there are none, without all of it."""
        nearest = {name: self._find_nearest(name, given.pins[name]) for name in unserved if name not in given.replaced}
        for name, version in nearest.items():
            given = given.standing_in(name, version) if version else given
        for name in unserved if not any(nearest.values()) else ():
            given = given.without(name)
        return given

    def _find_nearest(self, name: str, version: str) -> str:
        """The nearest release that has a wheel, the next newer one first; "" where this one has, or none has."""
        if self._ask_alone(f"{name}=={version}", "highest") == version:
            return ""
        newer = self._ask_alone(f"{name}>{version}", "lowest-direct")
        return newer or self._ask_alone(f"{name}<{version}", "highest")

    def _ask_alone(self, wish: str, resolution: str) -> str:
        """The release that a wish comes to, nobody else considered, "" for none. Raises CannotLook."""
        words = ("--no-deps", "--python", str(self.python), "--resolution", resolution)
        lines = [*self.input.options, wish]
        done = compile_pins(lines, words, self.folder, seconds=PATIENCE, children=self.children)
        if done.returncode:
            check_reachable(plain_words(done.stderr))
        return read_pins(done.stdout).get(required_name(wish), "")

    def solve(self, wishes: Sequence[str], up: bool) -> Plan | Refused:
        """See `Solver`: what fits all that is there; else, of two ways, the one that moves less, and less far."""
        if self.input.pins and not self.input.tied & {required_name(w) for w in wishes}:
            fitting = self._ask_without_parts(wishes, up, rigid=True)
            if not isinstance(fitting, Refused):
                return self.make_plan(fitting, wishes)
        answer = self._ask_without_parts(wishes, up)
        if isinstance(answer, Refused):
            return answer
        plan = self.make_plan(answer, wishes)
        if not up or distance(plan)[0] <= len(plan.asked):
            return plan
        last = required_name(wishes[-1])
        exact = [f"{last}=={answer[last]}" if required_name(w) == last else w for w in wishes]
        other = self._ask_without_parts(exact, up=False)
        return plan if isinstance(other, Refused) else min(plan, self.make_plan(other, wishes), key=distance)

    def _ask_without_parts(self, wishes: Sequence[str], up: bool, rigid: bool = False) -> Mapping[str, str] | Refused:
        """See `ask`, where parts of what moves stay only if something requires them.

        What moves along is known afterwards only. Nothing goes that lies in the files of a package that stays.
        """
        given = self.input
        spare = given.find_spare({required_name(wish) for wish in wishes})
        for _ in range(ROUNDS):
            answer = self.ask(wishes, up, rigid, spare)
            if isinstance(answer, Refused):
                break
            moved = {n for n, v in given.pins.items() if answer.get(n, v) != v}
            gone = spare - answer.keys()
            if any(not given.parts[name] <= moved | gone for name in gone):
                return self.ask(wishes, up, rigid)
            if not (more := given.find_spare(moved) - spare):
                break
            spare |= more
        return answer

    def ask(
        self, wishes: Sequence[str], up: bool, rigid: bool = False, spare: Collection[str] = ()
    ) -> Mapping[str, str] | Refused:
        """Every package and its release once the wishes are met; `rigid`: nothing else that is there may move.

        What is `spare` stays only where something requires it. What is broken already stays so, unless a wish is about
        either side of it. Raises CannotLook when the index cannot be used.
        """
        given, asked = self.input, {required_name(w) for w in wishes}
        others = {n: line for n, line in given.lines.items() if n not in asked and n not in spare}
        if rigid:
            others = {n: f"{n}=={v}" for n, v in given.pins.items() if n in others}
        loose = {name for consumer, name, _ in given.broken if {consumer, name} & asked}
        forced = {name: version for _, name, version in given.broken if name not in loose}
        wanted = (text for name, text in given.wanted.items() if name in asked)
        done = compile_pins(
            [*given.options, *wishes, *wanted, *others.values()],  # what is asked for comes first: it is decided first
            ("--python", str(self.python), "--resolution", "lowest-direct" if up else "highest"),
            self.folder,
            pins=(f"{n}=={v}" for n, v in given.pins.items()),
            overrides=(f"{n}=={v}" if v else f"{n} ; python_version < '3'" for n, v in forced.items()),
            seconds=PATIENCE,
            children=self.children,
        )
        if done.returncode:
            said = plain_words(done.stderr)
            check_reachable(said)
            return Refused(said)
        return read_pins(done.stdout)

    def make_plan(self, answer: Mapping[str, str], wishes: Sequence[str]) -> Plan:
        """What an answer changes."""
        given = self.input
        more = (text for n, text in given.wanted.items() if n in given.unlike)
        wishes = (*wishes, *(w for w in more if required_name(w) not in {required_name(wish) for wish in wishes}))
        asked = {required_name(w) for w in wishes}
        there = {**given.pins, **{n: v for n, v in given.replaced.items() if n in asked}}
        was = {n: there.get(n) or pinned_version(line) for n, line in given.lines.items()}
        was |= given.unlike
        was |= {n: there[n] for n in given.left_out if n in asked and n in there}
        names = [n for n in {**was, **answer} if n in asked or (given.pins and n not in given.left_out)]
        moved = (Change(n, was.get(n, ""), answer.get(n, "")) for n in names if was.get(n, "") != answer.get(n, ""))
        changes = sorted(moved, key=lambda c: (c.name not in asked, not c.was, c.name))
        return Plan(tuple(changes), tuple(f"{n}=={v}" for n, v in sorted(answer.items())), tuple(wishes))


def read_pins(text: str) -> dict[str, str]:
    """Canonical name -> release of every pin that uv has written, one a line."""
    return {required_name(line): version for line in text.splitlines() if (version := pinned_version(line))}
