"""Which names the modules of a package have in which release, as read from their files; submodules are names too.

The files, one a package, are made by `matrices/names.py`. They tell of what some releases have and others lack, and of
nothing else.
"""

from __future__ import annotations

import gzip
import json
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from ..world.files import is_file, read_bytes
from .facts import parse

if TYPE_CHECKING:
    from packaging.version import Version

#: where the files lie: in a wheel, in a checkout
PLACES = (Path(__file__).with_name("released"), Path(__file__).parents[2] / "matrices" / "built" / "names")
#: bytes at most
LARGEST = 1 << 22

#: [first, last] place of each run of releases
Ranges = Sequence[Sequence[int]]


@dataclass(frozen=True)
class Names:
    """The names of one package, by release."""

    #: the releases that were read, oldest first
    releases: Sequence[str] = ()
    #: module -> name in it -> the releases that have it; one that all have that have the module is not in it
    names: Mapping[str, Mapping[str, Ranges]] = field(default_factory=dict)

    @cached_property
    def parsed(self) -> list[Version]:
        """The releases, to be compared."""
        from packaging.version import Version

        return [Version(release) for release in self.releases]

    def lacks(self, version: str, module: str, name: str) -> bool:
        """Whether a module surely lacks a name in a release; one that was not read is as both beside it."""
        having, places = self._having(module, name), self._places(version)
        return having is not None and bool(places) and not any(_within(having, place) for place in places)

    def needs(self, version: str, module: str, name: str) -> str:
        """Specifier of the nearest releases that have a name which one lacks, older ones first; "" for none."""
        having, places = self._having(module, name) or (), self._places(version)
        before = [last for _, last in having if places and last < places[0]]
        after = [first for first, _ in having if places and first > places[-1]]
        if before:
            return f"<={self.releases[before[-1]]}"
        return f">={self.releases[after[0]]}" if after else ""

    def _having(self, module: str, name: str) -> Ranges | None:
        return self.names.get(module, {}).get(name)

    def _places(self, version: str) -> list[int]:
        """The places of a release, or of those beside one that was not read; none for one older than all."""
        asked = parse(version.partition("+")[0])
        if asked is None or not self.parsed or asked < self.parsed[0]:
            return []
        place = bisect_left(self.parsed, asked)
        if place < len(self.parsed) and self.parsed[place] == asked:
            return [place]
        return [p for p in (place - 1, place) if p < len(self.parsed)]


def _within(having: Ranges, place: int) -> bool:
    return any(first <= place <= last for first, last in having)


@cache
def names_of(package: str) -> Names:
    """The names of a package by its canonical name; of one that was not read nothing is told. Raises CannotLook."""
    file = next((file for place in PLACES if is_file(file := place / f"{package}.json.gz")), None)
    return Names(**json.loads(gzip.decompress(read_bytes(file, LARGEST)))) if file else Names()
