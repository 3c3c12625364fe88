"""Declared requirements against what is installed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

from ...knowledge.facts import parse
from ...model import Distribution, Observation
from ...names import canonicalize_name, read_requirement

if TYPE_CHECKING:
    from packaging.requirements import Requirement


def unmet(observation: Observation, consumers: Collection[str]) -> Iterator[tuple[str, Requirement, str]]:
    """(consumer, requirement, installed version or "") for every requirement of the consumers that is not met.

    What cannot be read, or does not count for the patient's Python, is passed over; so is a version that is none.
    """
    first = {d.name: d for d in reversed(observation.distributions)}
    installed = {name: d.version for name, d in first.items()}
    for distribution in first.values():
        for requirement in _required(distribution, observation) if distribution.name in consumers else ():
            version = installed.get(canonicalize_name(requirement.name), "")
            parsed = parse(version)
            if not version or (parsed and not requirement.specifier.contains(parsed, prereleases=True)):
                yield distribution.name, requirement, version


def closure(observation: Observation, names: Iterable[str]) -> frozenset[str]:
    """These distributions and all that they require, one through another; what is missing is among them."""
    first = {d.name: d for d in reversed(observation.distributions)}
    wanted = [(name, "") for name in names]
    for name, extra in wanted:
        for requirement in _required(first[name], observation, extra) if name in first else ():
            required = canonicalize_name(requirement.name)
            wanted += [w for w in ((required, ""), *((required, e) for e in requirement.extras)) if w not in wanted]
    return frozenset(name for name, _ in wanted)


def _required(distribution: Distribution, observation: Observation, extra: str = "") -> Iterator[Requirement]:
    """What a distribution, with one of its extras, requires in the patient's Python."""
    markers = {"python_version": observation.minor, "python_full_version": observation.python, "extra": extra}
    for requirement in map(read_requirement, distribution.requires):
        if requirement and not (requirement.marker and not requirement.marker.evaluate(markers)):
            yield requirement
