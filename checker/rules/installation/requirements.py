"""Declared requirements against what is installed."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from ...knowledge.facts import parse
from ...model import Observation
from ...names import canonicalize_name, read_requirement

if TYPE_CHECKING:
    from packaging.requirements import Requirement


def unmet(observation: Observation, consumers: Collection[str]) -> Iterator[tuple[str, Requirement, str]]:
    """(consumer, requirement, installed version or "") for every requirement of the consumers that is not met.

    What cannot be read, or does not count for the patient's Python, is passed over; so is a version that is none.
    """
    first = {d.name: d for d in reversed(observation.distributions)}
    installed = {name: d.version for name, d in first.items()}
    python = observation.python
    markers = {"python_version": ".".join(python.split(".")[:2]), "python_full_version": python, "extra": ""}
    for distribution in first.values():
        for text in distribution.requires if distribution.name in consumers else ():
            requirement = read_requirement(text)
            if requirement is None or (requirement.marker and not requirement.marker.evaluate(markers)):
                continue
            version = installed.get(canonicalize_name(requirement.name), "")
            parsed = parse(version)
            if not version or (parsed and not requirement.specifier.contains(parsed, prereleases=True)):
                yield distribution.name, requirement, version
