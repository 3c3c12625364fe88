"""Estimators: the canaries of one class together, with what was measured of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from ...matrix.measured import Measured
from ...matrix.measured.verdicts import REGISTRY
from ...model import Canary
from .kinds import Counts, Kind
from .reach import Reach, Reader


@dataclass(frozen=True)
class Variant:
    """A canary, and how far it came."""

    canary: Canary
    reach: Reach


@dataclass(frozen=True)
class Estimator:
    """All that was tried of one class."""

    #: short name, unique on the site
    name: str
    #: dotted name of the class
    dotted: str
    variants: tuple[Variant, ...]

    @property
    def file(self) -> str:
        """Its page."""
        return f"estimators/{self.name}.html"

    @cached_property
    def counts(self) -> Counts:
        """In how many sets each kind happened to any of its variants, all counted apart."""
        return added(v.reach.counts() for v in self.variants)

    @cached_property
    def tried(self) -> int:
        """In how many sets its variants were tried, all counted apart."""
        return sum(v.reach.tried for v in self.variants)

    def releases(self, package: str) -> dict[str, Counts]:
        """release of a package -> how many sets of each kind"""
        each = [v.reach.releases(package) for v in self.variants]
        versions = max(each, key=len)
        return {version: added(one.get(version, {}) for one in each) for version in versions}

    def pairs(self, one: str, other: str) -> dict[tuple[str, str], Counts]:
        """(minor, minor) -> how many sets of each kind"""
        each = [v.reach.pairs(one, other) for v in self.variants]
        keys = dict.fromkeys(key for told in each for key in told)
        return {key: added(told.get(key, {}) for told in each) for key in keys}


def added(each: Iterable[Counts]) -> dict[Kind, int]:
    """The sums, in the order of the kinds."""
    total: dict[Kind, int] = dict.fromkeys(Kind, 0)
    for counts in each:
        for kind, number in counts.items():
            total[kind] += number
    return {kind: number for kind, number in total.items() if number}


def estimators(matrix: Measured, catalogue: Sequence[Canary]) -> tuple[Estimator, ...]:
    """Every estimator of which something was measured, by name."""
    reader, groups = Reader(matrix), dict[str, list[Variant]]()
    known = {*matrix.canaries, *(name for table in matrix.flows for name in table.outcomes)}
    for canary in catalogue:
        if canary.make and canary.name in known:
            variant = Variant(canary, reader.reach(canary.name))
            groups.setdefault(dotted_of(canary) if REGISTRY not in variant.reach.minors else REGISTRY, []).append(
                variant
            )
    named = [Estimator(dotted.rpartition(".")[2], dotted, tuple(them)) for dotted, them in groups.items()]
    return tuple(sorted(named, key=lambda one: one.name.lower()))


def dotted_of(canary: Canary) -> str:
    """The class that a canary makes."""
    return canary.make.partition("(")[0].strip()
