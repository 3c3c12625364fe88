"""What a script asks for by name that the releases of an environment do not have, where no files can be looked at."""

from __future__ import annotations

from collections.abc import Iterator

from ..knowledge.names import names_of
from ..model import Observation, Script, Unresolved
from ..names import distribution_of


def find_lacking(observation: Observation, script: Script | None) -> Iterator[Unresolved]:
    """The modules and names that the script surely imports or asks for, and that the releases are known to lack."""
    for dotted, where in script.asked.items() if script else ():
        provider, parts = distribution_of(dotted), dotted.split(".")
        version = observation.version(provider) or ""
        for length in range(1, len(parts)):
            module, name = ".".join(parts[:length]), parts[length]
            if version and names_of(provider).lacks(version, module, name):
                file, _, line = where.rpartition(":")
                yield Unresolved("", "", file, int(line), "missing-name", module, name, provider, True, (module,))
                break
