"""What a script runs with: everything that is installed, or only what it needs."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from ..model import Observation, Proven, Remedy
from ..names import pinned_version, required_name
from ..remedy.solve.resolution_input import read_installed
from ..rules.evidence import owner
from ..rules.installation.requirements import closure


@dataclass(frozen=True)
class Pins:
    """What a script runs with."""

    #: minor version of Python, as in "3.10"
    python: str
    #: canonical name -> release
    releases: Mapping[str, str]
    #: what metadata forbid and is nevertheless so: name -> release, "" for what is not there at all
    forced: Mapping[str, str]

    def only(self, names: Collection[str]) -> Pins:
        """The same, of these names alone."""
        releases, forced = ({n: v for n, v in m.items() if n in names} for m in (self.releases, self.forced))
        return replace(self, releases=releases, forced=forced)


def pins_of(observation: Observation) -> Pins:
    """Everything that is installed, as it is."""
    given = read_installed(observation)
    forced = {name: version for _, name, version in given.broken}
    return Pins(observation.minor, given.pins, forced)


def mended_pins(observation: Observation, remedy: Remedy) -> Pins:
    """Everything that was installed where the remedy was seen to work."""
    assert isinstance(remedy.proof, Proven)
    now = pins_of(observation)
    releases = {required_name(line): pinned_version(line) for line in remedy.proof.lock}
    return replace(now, releases=releases, forced={name: releases.get(name, "") for name in now.forced})


def needed(text: str, culprits: Iterable[str], observation: Observation) -> frozenset[str]:
    """The distributions that a program imports or names, the culprits, and all that these require."""
    found = {owner(observation, module) for module in _modules(text)} - {""}
    return closure(observation, {*culprits, *found})


def _modules(text: str) -> Iterator[str]:
    """Dotted names that a program imports, also those that it hands over as texts: "skl2onnx.convert_sklearn"."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value if all(map(str.isidentifier, node.value.split("."))) else ""
