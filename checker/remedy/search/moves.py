"""Which packages could be moved, which way, how far and which of them first: read from findings, nothing is asked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ...knowledge.facts import parse
from ...model import Basis, Change, Finding, Observation, Plan
from ...names import STACK, canonicalize_name, distribution_of, required_name
from ...rules.installation.requirements import unmet

#: the path's packages -> their place from the ground up: each builds on those before it
_LEVELS = {distribution_of(module): place for place, module in enumerate(STACK)}
#: culprits of one finding that are tried
MOST = 4
#: how many tries later a direction comes that rarely helps: the converter backwards, the library forwards
RARELY = 2
#: rank of releases that belong together
TOGETHER = -2
#: packages that a plan may move in addition, and still be tried first, because its bound is known to be needed
KNOWN = 2
#: findings at a time for which something is moved
FINDINGS = 3

#: what a finding misses -> (package, bound of the releases that have it)
FindBounds = Callable[[Finding, Observation], Iterable[tuple[str, str]]]


def no_bounds(finding: Finding, observation: Observation) -> Iterable[tuple[str, str]]:
    """For where no release can be looked into."""
    return ()


def span(change: Change) -> tuple[int, int, int]:
    """Majors, minors and patches that a change moves; coming and going is the farthest."""
    was, to = parse(change.was), parse(change.to)
    if was is None or to is None:
        return (99, 0, 0)
    if was.major != to.major:
        return (abs(was.major - to.major), 0, 0)
    if was.minor != to.minor:
        return (0, abs(was.minor - to.minor), 0)
    return (0, 0, max(1, abs(was.micro - to.micro)))


def distance(plan: Plan) -> tuple[int, tuple[int, int, int], int]:
    """Packages moved, how far in all, and what comes along: the smaller, the nearer.

    What goes with a package of which it was a part is no move of its own.
    """
    spans = [span(c) for c in plan.moved if c.name not in plan.gone]
    total = (sum(s[0] for s in spans), sum(s[1] for s in spans), sum(s[2] for s in spans))
    return len(spans), total, len(plan.changes)


def next_bound(version: str, up: bool, step: int) -> str:
    """The bound of the next try after `version`: the next series first, then twice as many further on each time.

    Releases of one series mostly share their faults; far ones are reached in few tries. Backwards the third try leaves
    the major release: what came in with one is gone with it. There is no such step from a first major release.
    """
    now = parse(version)
    if now is None:
        return ""
    series, epoch = 2 ** max(0, step - 1), f"{now.epoch}!" if now.epoch else ""
    if up:
        return f">={epoch}{now.major}.{now.minor + series}"
    leaves = step > 2 and now.major > 1
    return f"<{epoch}{now.major}" if leaves else f"<{epoch}{now.major}.{max(0, now.minor - series + 1)}"


@dataclass(frozen=True)
class Move:
    """One package and one direction."""

    name: str
    #: what is asked first, as a specifier; "" for any release
    bound: str
    up: bool
    #: the lower, the sooner; a bound that knowledge or metadata name comes before one that is only the next
    rank: int
    #: what was asked before, and is asked with it: requirements
    base: tuple[str, ...] = ()
    #: tries in this direction so far, and the release that the last one came to
    step: int = 0
    came: str = ""
    #: the findings that it is to mend
    aims: tuple[Finding, ...] = ()
    #: findings that what it builds on has mended already
    mended: int = 0
    #: how it is known that everything works with these releases, None where that is not known
    works: Basis | None = None

    @property
    def wishes(self) -> tuple[str, ...]:
        """What the solver is asked."""
        return (*self.base, f"{self.name}{self.bound}")

    @property
    def known(self) -> int:
        """How many packages of its plan do not count, since they are known to be needed."""
        if self.works:
            return 0
        together = len(self.base) if self.rank == TOGETHER else 0
        return KNOWN + together if self.rank < 0 else 0

    @property
    def cost(self) -> int:
        """How late this try comes among those that move as much."""
        return self.rank + self.step

    def after(self, version: str) -> Move:
        """The same direction, past a release that did not help."""
        return replace(self, bound=next_bound(version, self.up, self.step + 1), step=self.step + 1, came=version)

    @property
    def shorter(self) -> Move | None:
        """The same try, less far past the last release, for where it finds nothing; None where there is none.

        A long step becomes one series, and the first step the next release of the same series.
        """
        if self.step > 1:
            return replace(self, bound=next_bound(self.came, self.up, 1))
        return replace(self, bound=f"{'>' if self.up else '<'}{self.came}") if self.came and not self.step else None


def find_moves(
    findings: Sequence[Finding], observation: Observation, keep: Collection[str], find_bounds: FindBounds = no_bounds
) -> tuple[Move, ...]:
    """What could be moved for these findings, the likeliest first; nothing that is to be kept.

    `find_bounds` looks into releases for what the first finding misses.
    """
    found: dict[tuple[str, str], Move] = {}
    for late, finding in enumerate(findings[:FINDINGS]):
        moves = [*_find_advised(finding, observation)]
        if not any(move.rank == TOGETHER for move in moves):  # these are the very releases
            moves += _find_declared(finding, observation)
            if not late and not any(move.rank < 0 and move.bound for move in moves):
                bounded = {n: Move(n, bound, _is_up(bound), -1) for n, bound in find_bounds(finding, observation)}
                moves = [*bounded.values(), *(m for m in moves if m.bound or m.name not in bounded)]
            moves += _find_neighbours(finding, observation)
        for move in moves:
            if move.name not in keep and (move.bound or not observation.version(move.name)):
                found.setdefault((move.name, move.bound), replace(move, rank=move.rank + late, aims=(finding,)))
    missing = [*_find_missing(findings, observation, keep)]
    parts = {required_name(wish) for move in missing for wish in move.wishes}
    return tuple(sorted([*missing, *(m for m in found.values() if m.name not in parts)], key=lambda move: move.rank))


def _find_missing(findings: Sequence[Finding], observation: Observation, keep: Collection[str]) -> Iterator[Move]:
    """Everything that is not there, installed at once: no part of it would be enough."""
    missing: dict[str, tuple[str, Finding]] = {}
    for finding in findings:
        wished = [a.changes for a in finding.advice if a.kind == "pins" and not a.together]
        for name, specifier in wished[0] if wished and len(wished[0]) == 1 else ():
            if not observation.version(name) and name not in keep:
                missing.setdefault(name, (specifier, finding))
    if len(missing) > 1:
        (name, (specifier, _)), *others = missing.items()
        base = tuple(f"{n}{s}" for n, (s, _) in others)
        yield Move(name, specifier, False, TOGETHER, base=base, aims=tuple(f for _, f in missing.values()))


def _is_up(specifier: str) -> bool:
    """Whether the nearest release that satisfies it is its lowest."""
    return specifier.startswith((">", "~="))


def _find_advised(finding: Finding, observation: Observation) -> Iterator[Move]:
    """What the rule itself wishes for, where it names a bound or a package that is missing."""
    for advice in finding.advice:
        changes = advice.changes if advice.kind == "pins" else ()
        if advice.together:
            (name, specifier), *others = changes
            yield Move(name, specifier, _is_up(specifier), TOGETHER, base=tuple(f"{n}{s}" for n, s in others))
            continue
        for name, specifier in changes:
            version = observation.version(name)
            if version and specifier in (f">{version}", f"<{version}"):  # another one than this, and no more
                yield _make_neighbour(name, version, specifier.startswith(">"), 0)
            elif specifier or not changes[1:]:
                yield Move(name, specifier, _is_up(specifier), -1)


def _make_neighbour(name: str, version: str, up: bool, rank: int) -> Move:
    """The next series: releases of one series mostly share their faults."""
    return Move(name, next_bound(version, up, 1), up, rank, came=version)


def _find_declared(finding: Finding, observation: Observation) -> Iterator[Move]:
    """What metadata ask of a culprit and is not so."""
    culprits = {canonicalize_name(c) for c in finding.culprits}
    for consumer, requirement, version in unmet(observation, {d.name for d in observation.distributions}):
        name = canonicalize_name(requirement.name)
        if name in culprits and (consumer in culprits or len(culprits) == 1):
            failing = [s for s in requirement.specifier if version and not s.contains(version, prereleases=True)]
            yield Move(name, str(requirement.specifier), any(_is_up(str(s)) for s in failing), -1)


def _find_neighbours(finding: Finding, observation: Observation) -> Iterator[Move]:
    """Both directions of every culprit: who uses another one forwards first, who is used backwards first."""
    names = [canonicalize_name(c) for c in finding.culprits][:MOST]
    sides = {n: _is_up(bound) for a in finding.advice if a.one_sided for n, bound in a.changes}
    installed = [n for n in dict.fromkeys(names) if observation.version(n)]
    for place, name in enumerate(installed):
        forwards = _uses(observation, name, [n for n in installed if n != name])
        version = observation.version(name)
        for up in (sides[name],) if name in sides else (True, False):
            rank = place + (0 if forwards == up else RARELY)
            yield _make_neighbour(name, version or "", up, rank)


def _uses(observation: Observation, name: str, others: Sequence[str]) -> bool:
    """Whether a package builds on one of the others, as metadata or the path tell; alone it counts as a user."""
    if not others or _find_required(observation, name) & set(others):
        return True
    if any(name in _find_required(observation, other) for other in others):
        return False
    level, *levels = (_LEVELS.get(n, len(_LEVELS)) for n in (name, *others))
    return level >= max(levels)


def _find_required(observation: Observation, name: str) -> set[str]:
    """Everything that a package requires, directly or not, as far as it is installed."""
    requires = {d.name: d.requires for d in reversed(observation.distributions)}
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        needed = {required_name(text) for text in requires.get(waiting.pop(), ()) if "extra ==" not in text} - seen
        seen |= needed
        waiting += needed
    return seen
