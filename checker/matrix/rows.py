"""The environments worth testing: a few rows that stand for everything that requirements admit.

Pure: what is admitted comes in, rows come out, the same ones for the same input. The corners come first (the oldest and
the newest releases on the oldest and on the newest Python), then the two sides of each measured boundary, then the
corners of the Pythons between.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

#: rows at most
MOST = 12


class Boundary(NamedTuple):
    """Two neighbouring releases of a package of which the older was measured to work, and the newer not."""

    package: str
    #: the last release that works, and the first that does not
    good: str
    bad: str


@dataclass(frozen=True)
class Admitted:
    """What requirements admit on one Python."""

    #: a minor: "3.11"
    python: str
    #: canonical name -> the requirement as it is given to an installer
    requirements: Mapping[str, str]
    #: canonical name -> the releases that are known, oldest first; a package of which none is known is left out
    releases: Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Row:
    """One environment."""

    #: unique, of small letters, digits, dots and dashes
    name: str
    python: str
    #: requirements, one a package
    requirements: tuple[str, ...]
    #: why it is worth testing, in a sentence without its full stop
    why: str


def choose_rows(admitted: Sequence[Admitted], boundaries: Iterable[Boundary] = (), most: int = MOST) -> tuple[Row, ...]:
    """The rows in the order of their Pythons, at most so many, no two of the same environment.

    `admitted` has one entry a Python, oldest first; `boundaries` come most telling first.
    """
    if not admitted:
        return ()
    outer = dict.fromkeys((admitted[0].python, admitted[-1].python))
    ends = [a for a in admitted if a.python in outer]
    between = [a for a in admitted if a.python not in outer]
    found: dict[tuple[str, tuple[str, ...]], Row] = {}
    for row in (*_corners(ends), *_sides(admitted, boundaries), *_corners(between)):
        found.setdefault((row.python, row.requirements), row)
    places = {a.python: place for place, a in enumerate(admitted)}
    return tuple(sorted([*found.values()][:most], key=lambda row: places[row.python]))


def _corners(admitted: Iterable[Admitted]) -> Iterator[Row]:
    for here in admitted:
        oldest = {name: releases[0] for name, releases in here.releases.items()}
        if oldest:
            yield _row(here, "oldest", oldest, f"the oldest releases that are admitted on Python {here.python}")
        yield _row(here, "newest", {}, f"the newest releases that are admitted on Python {here.python}")


def _sides(admitted: Sequence[Admitted], boundaries: Iterable[Boundary]) -> Iterator[Row]:
    """Both sides of each boundary, as far as they are admitted, on the newest Python that has them."""
    for one in boundaries:
        told = {
            one.good: f"the last {one.package} that was measured to work, before {one.bad}",
            one.bad: f"the first {one.package} that was measured to fail, after {one.good}",
        }
        here = max(admitted, key=lambda a: len({*told} & {*a.releases.get(one.package, ())}) * 100 + admitted.index(a))
        for version, why in told.items():
            if version in here.releases.get(one.package, ()):
                yield _row(here, f"{one.package}-{version}", {one.package: version}, why)


def _row(here: Admitted, what: str, pins: Mapping[str, str], why: str) -> Row:
    """A row in which these packages are pinned, and the others are as they are admitted."""
    pinned = tuple(f"{name}=={pins[name]}" if name in pins else text for name, text in here.requirements.items())
    place = here.python.replace(".", "")
    return Row(f"py{place}-{re.sub(r'[^a-z0-9]+', '-', what)}", here.python, pinned, why)
