"""The environments worth testing: a few rows that stand for everything that requirements admit.

Pure: what is admitted comes in, rows come out, the same ones for the same input. There are the corners (the oldest and
the newest releases on each Python) and both sides of each measured boundary; where these are too many, the corners of
Pythons between the oldest and the newest go first, but for a few rows that boundaries take at the cost of corners.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

#: rows at most, and those of them that boundaries take although corners go for it
MOST, SIDES = 12, 4


class Boundary(NamedTuple):
    """Two neighbouring releases of a package of which one was measured to work, and the other not."""

    package: str
    #: the release that works, and the one that does not; the latter is the older one where a fault was mended
    good: str
    bad: str
    #: the Python on which, and the other packages beside which, this was measured; "" and none: whatever there is
    python: str = ""
    beside: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Admitted:
    """What requirements admit on one Python."""

    #: a minor: "3.11"
    python: str
    #: canonical name -> the requirement as it is given to an installer
    requirements: Mapping[str, str]
    #: canonical name -> the releases that are known, oldest first; a package of which none is known is left out
    releases: Mapping[str, Sequence[str]]

    def has(self, name: str) -> Sequence[str]:
        """The known releases of a package."""
        return self.releases.get(name, ())


@dataclass(frozen=True)
class Row:
    """One environment."""

    #: unique, of small letters, digits and dashes
    name: str
    #: a minor: "3.11"
    python: str
    #: requirements, one a package
    requirements: tuple[str, ...]
    #: why it is worth testing, in words without a full stop
    why: str


def choose_rows(admitted: Sequence[Admitted], boundaries: Iterable[Boundary] = (), most: int = MOST) -> tuple[Row, ...]:
    """The rows in the order of their Pythons, of one Python the newest last; at most so many, all of them distinct.

    `admitted` has one entry a Python, oldest first; `boundaries` come most telling first.
    """
    corners, sides = _distinct(_corners(admitted)), _distinct(_sides(admitted, boundaries))
    first = corners[: most - min(SIDES, len(sides))]
    chosen = _distinct([*first, *sides, *corners])[:most]
    order = [here.python for here in admitted]
    return tuple(sorted(chosen, key=lambda row: (order.index(row.python), row.name.endswith("-newest"))))


def _distinct(rows: Iterable[Row]) -> list[Row]:
    """The rows, of those of one environment or of one name the first."""
    found: dict[tuple[str, tuple[str, ...]], Row] = {}
    for row in rows:
        if row.name not in {one.name for one in found.values()}:
            found.setdefault((row.python, row.requirements), row)
    return [*found.values()]


def _corners(admitted: Sequence[Admitted]) -> Iterator[Row]:
    """Both corners of the outer Pythons, then the newest of those between, then the oldest."""
    outer = {0, len(admitted) - 1}
    ends = [here for place, here in enumerate(admitted) if place in outer]
    between = [here for place, here in enumerate(admitted) if place not in outer]
    yield from chain.from_iterable((*_oldest(here), _newest(here)) for here in ends)
    yield from map(_newest, between)
    yield from chain.from_iterable(map(_oldest, between))


def _oldest(here: Admitted) -> list[Row]:
    """Every package that leaves a choice at its oldest; no row where none does."""
    pins = {name: releases[0] for name, releases in here.releases.items()}
    if not any(len(releases) > 1 for releases in here.releases.values()):
        return []
    told = ", ".join(f"{name} {version}" for name, version in pins.items())
    return [_row(here, "oldest", pins, f"the oldest that is admitted on Python {here.python}: {told}")]


def _newest(here: Admitted) -> Row:
    """Nothing pinned: what an installer takes on the day."""
    told = ", ".join(f"{name} {releases[-1]}" for name, releases in here.releases.items())
    later = f": {told}, or later" if told else ""
    return _row(here, "newest", {}, f"the newest that is admitted on Python {here.python}{later}")


def _sides(admitted: Sequence[Admitted], boundaries: Iterable[Boundary]) -> Iterator[Row]:
    """Both sides of each boundary as far as they are admitted, on its own Python, else the newest that has most."""
    for one in boundaries:
        told = {
            one.good: f"measured to work: {one.package} {one.good}, where {one.bad} fails",
            one.bad: f"measured to fail: {one.package} {one.bad}, where {one.good} works",
        }
        places = [here for here in admitted if one.python in ("", here.python)]
        for here in sorted(places, key=lambda a: len({*told} & {*a.has(one.package)}))[-1:]:
            for version, why in told.items():
                if version in here.has(one.package):
                    yield _row(here, f"{one.package}-{version}", {**dict(one.beside), one.package: version}, why)


def _row(here: Admitted, what: str, pins: Mapping[str, str], why: str) -> Row:
    """A row in which these packages are pinned, and the others are as they are admitted."""
    texts = {**{name: name for name in pins}, **here.requirements}
    pinned = tuple(pin(text, pins[name]) if name in pins else text for name, text in texts.items())
    place = here.python.replace(".", "")
    return Row(f"py{place}-{re.sub(r'[^a-z0-9]+', '-', what)}", here.python, pinned, why)


def pin(requirement: str, version: str) -> str:
    """A requirement at one release, with its extras: `mlflow[db]>=2` -> `mlflow[db]==2.9.0`."""
    name = re.match(r"[A-Za-z0-9._-]+(?:\[[^]]*\])?", requirement)
    return f"{name[0] if name else requirement}=={version}"
