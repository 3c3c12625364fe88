"""What is tried: the catalogue of canaries, by name and by set."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from ...errors import UsageError
from ...model import Canary
from .catalogue import CATALOGUE, QUICK

__all__ = ["CATALOGUE", "every", "named", "quick"]


def quick() -> tuple[Canary, ...]:
    """The set for everyone: what is expected to work on a sound stack, so that its failures are real."""
    return QUICK


def every() -> tuple[Canary, ...]:
    """The whole catalogue, quick set first; some of it no released converter takes."""
    return CATALOGUE


def named(names: Iterable[str]) -> tuple[Canary, ...]:
    """The canaries of these names, in the order asked for; raises UsageError that lists all unknown ones."""
    known = {canary.name: canary for canary in CATALOGUE}
    wanted = list(dict.fromkeys(names))
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise UsageError(f"no such canary: {', '.join(unknown)}", _hint(unknown, list(known)))
    return tuple(known[name] for name in wanted)


def _hint(unknown: Iterable[str], known: list[str]) -> str:
    """Names that look alike, whatever their case, or where to find all of them."""
    lower = {name.lower(): name for name in known}
    close = [lower[match] for name in unknown for match in get_close_matches(name.lower(), lower, n=3)]
    if close:
        return f"did you mean {' or '.join(dict.fromkeys(close))}?"
    return "`checker canaries` lists them"
