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
from .lines import Line, places_asked
from .mistakes import Fault, find_mistakes, spared
from .needs import Manner, Needs
from .refusals import find_faults, find_unbuilt

#: what a set that is judged by its releases has to name; where one is missing, it is resolved
JUDGED = ("numpy", "scipy", "onnx", "protobuf")
#: seconds that the resolution may take
PATIENCE = 90
#: the oldest Python that uv still takes
OLDEST = "3.6"


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


def pinned_set(needs: Needs, python: str, *, offline: bool = False) -> PinnedSet:
    """The releases that requirement files come to on a Python ("3.11").

    Where every line pins a release and nothing that is judged is missing, nobody is asked; else uv resolves what the
    lines leave open, unless `offline`. Raises CannotLook where the index cannot be used.
    """
    found = _set_of(needs, python, offline)
    return replace(found, remarks=(*needs.remarks, *found.remarks))


def _set_of(needs: Needs, python: str, offline: bool) -> PinnedSet:
    lines, whole = needs.lines, needs.manner is not Manner.RESOLVED
    faults = tuple(find_mistakes(lines))
    if faults:
        return PinnedSet(faults=faults)
    asked = [(line, read_requirement(line.text)) for line in lines if not line.is_option]
    wanted = [(line, r) for line, r in asked if r is None or _applies(r, python)]
    pins = dict(_exact(wanted))
    loose = [line.text for line, r in wanted if r is None or required_name(line.text) not in pins]
    missing = [name for name in JUDGED if name not in pins and not whole]
    if not loose and not missing:
        return PinnedSet(pins)
    if whole:
        return PinnedSet(pins, remarks=(f"No release is told: {', '.join(loose)}",))
    if offline:
        return PinnedSet(pins, remarks=tuple(_open(loose, missing)))
    return _resolved(lines, python)


def _exact(wanted: Sequence[tuple[Line, Requirement | None]]) -> Iterator[tuple[str, str]]:
    for line, requirement in wanted:
        version = line.release or pinned_version(line.text)
        if requirement and version and (line.release or not requirement.url):
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
    """What uv makes of the lines, or what it says against them; what nobody has a wheel of is left out, and told."""
    texts, places, left_out = [line.text for line in lines], places_asked(lines), list[str]()
    with scratch_folder() as folder:
        while True:
            gone = [f"{name} ; python_version < '3'" for name in left_out]
            words = ("--python-version", python)
            done = compile_pins(texts, words, folder, overrides=gone, seconds=PATIENCE)
            if not done.returncode:
                break
            check_reachable(said := plain_words(done.stderr))
            faults = tuple(spared(fault, lines) for fault in find_faults(said, lines))
            if any(fault.kind == "Spare" for fault in faults):
                return _without(faults, lines, python)
            unbuilt = None if faults else find_unbuilt(said, lines)
            if unbuilt is None or unbuilt.name in left_out or _has_wheels(unbuilt.releases, places, folder):
                return PinnedSet(faults=faults or (Fault("Refused", "", said),))
            left_out.append(unbuilt.name)
    told = ((required_name(text), pinned_version(text)) for text in done.stdout.splitlines())
    remarks = (f"Left out: {name} has no wheel, and nothing is built here" for name in left_out)
    return PinnedSet({name: version for name, version in told if version}, remarks=tuple(remarks))


def _without(faults: Sequence[Fault], lines: Sequence[Line], python: str) -> PinnedSet:
    """The same without what only another tool brings, which is told."""
    told = {fault.asked: fault.text for fault in faults if fault.kind == "Spare"}
    rest = _resolved([line for line in lines if line.text not in told], python)
    return replace(rest, remarks=(*told.values(), *rest.remarks))


def _has_wheels(releases: str, places: Sequence[str], folder: Path) -> bool:
    """Whether any Python has a wheel of one of these releases, there where packages are to come from.

    Raises CannotLook where the index cannot be used.
    """
    words = ("--no-deps", "--universal", "--python-version", OLDEST)
    done = compile_pins([*places, releases], words, folder, seconds=PATIENCE)
    check_reachable(said := plain_words(done.stderr))
    return not done.returncode or "no usable wheels" not in said
