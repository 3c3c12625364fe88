"""Plans from what ships with the checker, for where no index may be asked: one package each, resolved by nobody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...knowledge import Knowledge
from ...model import Change, Observation, Plan
from ...names import canonicalize_name, read_requirement
from ...world.sandbox import Refused


@dataclass(frozen=True)
class OfflineSolver:
    """A `Solver` that knows releases and their wheels, and nothing of what they require."""

    knowledge: Knowledge
    observation: Observation

    def solve(self, wishes: Sequence[str], up: bool) -> Plan | Refused:
        """The nearest known release with a wheel for the patient's Python."""
        changes = []
        for wish in wishes:
            requirement = read_requirement(wish)
            if requirement is None:
                return Refused(f"{wish} is no requirement")
            name = canonicalize_name(requirement.name)
            every = self.knowledge.releases_for_python(name, self.observation.python)
            fitting = [r for r in every if not r.parsed.is_prerelease and r.parsed in requirement.specifier]
            if not fitting:
                return Refused(f"no release of {wish} is known that has a wheel for this Python")
            chosen = fitting[0] if up else fitting[-1]
            changes.append(Change(name, self.observation.version(name) or "", chosen.version))
        pins = {d.name: d.version for d in reversed(self.observation.distributions)}
        pins.update((c.name, c.to) for c in changes)
        return Plan(tuple(changes), tuple(f"{n}=={v}" for n, v in sorted(pins.items())), tuple(wishes))
