"""What is tried: the catalogue of canaries, by name and by set."""

from __future__ import annotations

from collections.abc import Iterable

from ...errors import UsageError
from ...model import Canary
from ...names import meant
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
        guesses = dict.fromkeys(filter(None, (meant(name, known) for name in unknown)))
        raise UsageError(f"no such canary: {', '.join(unknown)}", " ".join([*guesses, "`checker canaries` lists them"]))
    return tuple(known[name] for name in wanted)
