"""Requirement files as a set of releases, nothing built: what is pinned stays as it is, the rest is resolved."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from packaging.requirements import Requirement

from ..model import Distribution, Observation
from ..names import DISTRIBUTION_OF, canonicalize_name, pinned_version, read_requirement, required_name
from ..world.sandbox import scratch_folder
from ..world.uv import check_reachable, compile_pins, plain_words
from .lines import Line, read_lines
from .mistakes import Fault, find_mistakes
from .refusals import find_faults

#: what a set that is judged by its releases has to name; where one is missing, it is resolved
JUDGED = ("numpy", "scipy", "onnx", "protobuf")
#: seconds that the resolution may take
PATIENCE = 90


@dataclass(frozen=True)
class PinnedSet:
    """What requirement files come to on one Python."""

    #: canonical name -> release
    pins: dict[str, str] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    #: what is not known of the set, in a sentence
    remarks: tuple[str, ...] = ()

    @property
    def distributions(self) -> tuple[Distribution, ...]:
        """The same as what would be installed."""
        return tuple(Distribution(n, v, "", modules=(module_of(n),)) for n, v in sorted(self.pins.items()))

    def observe(self, python: str, label: str) -> Observation:
        """The same as something that was seen, in an environment that is not there."""
        wrong = tuple(fault.failure(label) for fault in self.faults)
        seen = Observation(python, "", sys.platform, {}, self.distributions, imported=False)
        return replace(seen, outcomes=wrong, remarks=self.remarks)


def module_of(name: str) -> str:
    """The top-level module that a distribution is known for."""
    told = next((m for m, d in DISTRIBUTION_OF.items() if d == name), name.replace("-", "_"))
    return told.partition(".")[0]


def pinned_set(files: Sequence[Path], python: str, *, offline: bool = False) -> PinnedSet:
    """The releases that requirement files come to on a Python ("3.11").

    Where every line pins a release and nothing that is judged is missing, nobody is asked; else uv resolves what the
    lines leave open, unless `offline`. Raises CannotLook where the index cannot be used.
    """
    lines = read_lines(files)
    faults = tuple(find_mistakes(lines))
    if faults:
        return PinnedSet(faults=faults)
    asked = [(line, read_requirement(line.text)) for line in lines if not line.is_option]
    wanted = [(line, r) for line, r in asked if r is None or _applies(r, python)]
    pins = dict(_exact(wanted))
    loose = [line.text for line, requirement in wanted if requirement is None or required_name(line.text) not in pins]
    missing = [name for name in JUDGED if name not in pins]
    if not loose and not missing:
        return PinnedSet(pins)
    if offline:
        return PinnedSet(pins, remarks=tuple(_open(loose, missing)))
    return _resolved(lines, python)


def _exact(wanted: Sequence[tuple[Line, Requirement | None]]) -> Iterator[tuple[str, str]]:
    for line, requirement in wanted:
        if requirement and not requirement.url and (version := pinned_version(line.text)):
            yield canonicalize_name(requirement.name), version


def _applies(requirement: Requirement, python: str) -> bool:
    told = {"python_version": python, "python_full_version": f"{python}.0"}
    return requirement.marker is None or requirement.marker.evaluate(told)


def _open(loose: Sequence[str], missing: Sequence[str]) -> Iterator[str]:
    if loose:
        yield f"Not pinned, and without the index not resolved: {', '.join(loose)}"
    if missing:
        yield f"Not named, and without the index not resolved: {', '.join(missing)}"


def _resolved(lines: Sequence[Line], python: str) -> PinnedSet:
    """What uv makes of the lines, or what it says against them."""
    with scratch_folder() as folder:
        done = compile_pins([line.text for line in lines], ("--python-version", python), folder, seconds=PATIENCE)
    if done.returncode:
        check_reachable(said := plain_words(done.stderr))
        return PinnedSet(faults=tuple(find_faults(said, lines)) or (Fault("Refused", "", said),))
    told = ((required_name(text), pinned_version(text)) for text in done.stdout.splitlines())
    return PinnedSet({name: version for name, version in told if version})
