"""Releases that an error asks for, or cannot do with, in its own words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..knowledge.facts import parse
from ..model import Advice, Failure, Observation
from ..names import canonicalize_name, distribution_of, read_requirement
from .evidence import links, unique

#: `SciPy >= 1.11.0`, `pandas 1.3 or newer`, `version '2.8.4' or newer of 'numexpr'`
_BOUND = re.compile(
    r"(?<![\w.\-])(?P<name>[A-Za-z][\w\-]*) ?(?P<sign>>=|<=|==|<|>) ?(?P<version>\d+(?:\.\d+)*)"
    r"|(?<![\w.\-])(?P<above>[A-Za-z][\w\-]*) (?P<least>\d+(?:\.\d+)+) or (?:newer|later|higher|above)"
    r"|version '?(?P<first>\d+(?:\.\d+)*)'? or (?:newer|later|higher|above) of '?(?P<of>[A-Za-z][\w\-]*)"
)
_GONE = re.compile(r"\bnot\b.{0,20}\b(?:available|supported|compatible)|\bno longer\b|\bremoved\b|\bincompatible\b")
_OTHERWISE = {">=": "<", ">": "<=", "<=": ">", "<": ">=", "==": "!="}


def stated_bounds(observation: Observation, failure: Failure) -> tuple[tuple[str, str], ...]:
    """(package, bound) of what the words of a failure ask for and is not so, or say is over with what is so.

    A bound that is met and that nothing is over with is only mentioned.
    """
    return tuple(dict.fromkeys(found for _, text in links(failure) for found in _read(observation, text)))


def _read(observation: Observation, text: str) -> Iterator[tuple[str, str]]:
    for found in _BOUND.finditer(text):
        said = found["name"] or found["above"] or found["of"]
        name = next((n for n in (canonicalize_name(said), distribution_of(said)) if observation.version(n)), "")
        sign, version = found["sign"] or ">=", found["version"] or found["least"] or found["first"]
        installed, asked = parse(observation.version(name) or ""), read_requirement(f"{name}{sign}{version}")
        if not name or installed is None or asked is None:
            continue
        if not asked.specifier.contains(installed, prereleases=True):
            yield name, f"{sign}{version}"
        elif _GONE.search(text):
            yield name, f"{_OTHERWISE[sign]}{version}"


def as_stated(bounds: tuple[tuple[str, str], ...]) -> tuple[tuple[str, ...], tuple[Advice, ...]]:
    """The packages that such words blame, and the advice to do as they say."""
    advice = (Advice("pins", f"Install {n}{bound}, as the error itself says.", ((n, bound),)) for n, bound in bounds)
    return unique(name for name, _ in bounds), tuple(advice)
