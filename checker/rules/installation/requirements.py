"""Declared requirements against what is installed."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from packaging.requirements import InvalidRequirement, Requirement
from packaging.version import InvalidVersion

from ...model import Observation
from ...names import canonical


def applicable(observation: Observation, text: str) -> Requirement | None:
    """A requirement that counts in this patient, None where its marker says otherwise or it cannot be read."""
    try:
        requirement = Requirement(text)
    except InvalidRequirement:
        return None
    minor = ".".join(observation.python.split(".")[:2])
    environment = {"python_version": minor, "python_full_version": observation.python, "extra": ""}
    return requirement if requirement.marker is None or requirement.marker.evaluate(environment) else None


def unmet(observation: Observation, consumers: Collection[str]) -> Iterator[tuple[str, Requirement, str]]:
    """(consumer, requirement, installed version or "") for every requirement of the consumers that is not met."""
    first = {d.name: d for d in reversed(observation.distributions)}
    installed = {name: d.version for name, d in first.items()}
    for distribution in first.values():
        for text in distribution.requires if distribution.name in consumers else ():
            requirement = applicable(observation, text)
            if requirement is None:
                continue
            version = installed.get(canonical(requirement.name), "")
            if not version or not _allows(requirement, version):
                yield distribution.name, requirement, version


def _allows(requirement: Requirement, version: str) -> bool:
    try:
        return requirement.specifier.contains(version, prereleases=True)
    except InvalidVersion:
        return True
