"""Which releases of a package have a module or a name: read from their own files, which are unpacked and never run.

A missing name bounds its provider at once, majors away, without an environment for each release on the way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ...knowledge.facts import parse
from ...model import Finding, Observation
from ...names import DISTRIBUTION_OF, pinned_version
from ...probe.inside.files.symbols import scan
from ...rules.evidence import Missing, missing_reference
from ...world.files import entries, is_file, text_of
from ...world.sandbox import Refused, unpack_release
from ...world.uv import check_reachable, compile_pins, plain_words
from .uv_solver import PATIENCE, UvSolver
from .whole_packages import find_required, find_whole

#: releases at most that are unpacked for one name
MOST_UNPACKED = 12
#: how deep star imports are followed
MOST_STARS = 4
_NAME_MAY_APPEAR = 1


class _NotKnown(Exception):
    """The files do not tell, or too many would have to be looked into."""


@dataclass
class ReleaseNames:
    """Looks into releases for what somebody misses; every answer is given once."""

    solver: UvSolver
    _newest: dict[str, str] = field(default_factory=dict)
    _places: dict[str, Path | None] = field(default_factory=dict)
    _bounds: dict[tuple[str, str, str], str] = field(default_factory=dict)
    _required: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def find_bounds(self, finding: Finding, observation: Observation) -> Iterator[tuple[str, str]]:
        """(package, bound of its releases that have what a finding says is missing); nothing where it is not known.

        Only what is installed, or is known by hand to bring the module, is looked into; what a smaller distribution
        leaves out is bounded by the whole one. Raises CannotLook.
        """
        for failure in observation.failures():
            if failure.step not in finding.explains or not (missing := missing_reference(observation, failure)):
                continue
            installed = observation.version(missing.provider) or ""
            if not installed and (fitting := self._find_left_out(missing, observation)):
                yield missing.provider, f"<={fitting}"
                return
            if missing.module and (installed or missing.provider in DISTRIBUTION_OF.values()):
                key = (missing.provider, missing.module, missing.name)
                if key not in self._bounds:
                    self._bounds[key] = self._find_bound(missing, installed)
                if self._bounds[key]:
                    yield missing.provider, self._bounds[key]
                return

    def _find_left_out(self, missing: Missing, observation: Observation) -> str:
        """The newest release of what is missing that fits the whole of which its user is a part; "" for no such."""
        pin = find_whole(observation, missing.consumer)
        if pin and pin not in self._required:
            self._required[pin] = find_required(self.solver, pin)
        return self._required[pin].get(missing.provider, "") if pin else ""

    def _find_bound(self, missing: Missing, installed: str) -> str:
        unpacked: set[str] = set()

        def has(version: str) -> bool:
            unpacked.add(version)
            if len(unpacked) > MOST_UNPACKED:
                raise _NotKnown
            return bool(version) and self._has(missing.provider, version, missing.module, missing.name)

        def newest(bound: str) -> str:
            return self._find_newest(missing.provider, bound)

        try:
            last = newest("")
            now = installed or last
            if not parse(now) or (installed and last != now and has(now)):
                return ""  # it is there: another matter than the release
            if has(last):
                return _find_first(now, newest, has) if last != now else ""
            return _find_last(now, newest, has)
        except _NotKnown:
            return ""

    def _find_newest(self, package: str, bound: str) -> str:
        """The newest release below a bound with a wheel for this interpreter, "" for none. Raises CannotLook."""
        wish = package + bound
        if wish not in self._newest:
            words = ("--no-deps", "--python", str(self.solver.python), "--resolution", "highest")
            lines = [*self.solver.input.options, wish]
            done = compile_pins(lines, words, self.solver.folder, seconds=PATIENCE, children=self.solver.children)
            if done.returncode:
                check_reachable(plain_words(done.stderr))
            versions = (pinned_version(line) for line in done.stdout.splitlines())
            self._newest[wish] = next(filter(None, versions), "")
        return self._newest[wish]

    def _has(self, package: str, version: str, module: str, name: str) -> bool:
        """Whether a release has a module, or a name in it; raises _NotKnown, CannotLook."""
        pin = f"{package}=={version}"
        if pin not in self._places:
            place = self.solver.folder / "unpacked" / f"{package}-{version}"
            lines = [*self.solver.input.options, pin]
            told = unpack_release(lines, self.solver.python, place, self.solver.children)
            self._places[pin] = None if isinstance(told, Refused) else place
        found = self._places[pin]
        if found is None:
            raise _NotKnown
        return has_name(found, module, name)


def _find_first(now: str, newest: Callable[[str], str], has: Callable[[str], bool]) -> str:
    """The bound of the first series that has it, where the newest release does and the older `now` does not."""
    low, high = parse(now), parse(newest(""))
    if not low or not high:
        return ""
    major = _first(low.major, high.major, lambda m: has(newest(f"<{m + 1}")))
    last = parse(newest(f"<{major + 1}"))
    minor = low.minor if major == low.major else 0
    return f">={major}.{_first(minor, last.minor if last else minor, lambda m: has(newest(f'<{major}.{m + 1}')))}"


def _find_last(now: str, newest: Callable[[str], str], has: Callable[[str], bool]) -> str:
    """The bound below which the newest release that has it lies, "" where no older one has."""
    lacking = now
    while parsed := parse(lacking):
        before = newest(f"<{parsed.major}")
        if not before or has(before):  # it went within this major, or there is nothing before it
            # where there is no release below a bound, none lacks it
            bound = _below_first(parsed.major, parsed.minor, lambda bound: bool(v := newest(bound)) and not has(v))
            return bound if has(newest(bound)) else ""
        lacking = before
    return ""


def _below_first(major: int, minor: int, lacks: Callable[[str], bool]) -> str:
    """The bound below the first series of a major whose newest release lacks it, as that of `minor` does."""
    return f"<{major}.{_first(0, minor, lambda m: lacks(f'<{major}.{m + 1}'))}"


def _first(low: int, high: int, holds: Callable[[int], bool]) -> int:
    """The first number from which on something holds, as it does for the highest."""
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low


# --- what the files of one release say ---------------------------------------------------------------------------


def has_name(place: Path, module: str, name: str, depth: int = MOST_STARS) -> bool:
    """Whether a folder of packages has a module, or a name in it; raises _NotKnown where its source does not tell."""
    folder = place.joinpath(*module.split("."))
    source = next((f for f in (folder / "__init__.py", folder.with_suffix(".py")) if is_file(f)), None)
    if source is None:
        beside = entries(folder.parent)
        compiled = any(entry.startswith(f"{folder.name}.") for entry in beside)
        if compiled and name:  # it is there, and what it has cannot be read
            raise _NotKnown
        return not name and (compiled or folder.name in beside)
    if not name or has_name(place, f"{module}.{name}", "", 0):
        return True
    text = text_of(source)
    package = module if source.name == "__init__.py" else module.rpartition(".")[0]
    imports, bound, flags, *_ = scan(text, package, False)
    if f" {name} " in bound or re.search(rf"(?m)^\s+(?:def |class |from .* import .*)?\b{name}\b *(?:[:=(]|$)", text):
        return True
    if flags & _NAME_MAY_APPEAR:
        raise _NotKnown
    stars = [origin for origin, names in imports if "*" in names]
    return any(has_name(place, origin, name, depth - 1) for origin in stars if depth)
