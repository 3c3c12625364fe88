"""What is tried: the catalogue of canaries, by name, by module, by pattern and by set."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase

from ...errors import UsageError
from ...model import Canary
from ...names import meant
from .catalogue import CATALOGUE, QUICK

__all__ = ["CATALOGUE", "every", "named", "quick"]

#: the first class that a canary is made of, and its module
_CLASS = re.compile(r"\b([a-z_]\w*(?:\.[a-z_]\w*)*)\.([A-Z]\w*)")


def quick() -> tuple[Canary, ...]:
    """The set for everyone: what is expected to work on a sound stack, so that its failures are real."""
    return QUICK


def every() -> tuple[Canary, ...]:
    """The whole catalogue, quick set first; some of it no released converter takes."""
    return CATALOGUE


def paths_of(canary: Canary) -> tuple[str, ...]:
    """What a canary answers to beside its name: its class, alone and with its module, and that module.

    A module of scikit-learn may be written without `sklearn.`: `svm` is `sklearn.svm`.
    """
    found = _CLASS.search(canary.make)
    if not found:
        return ()
    module, name = found[1], found[2]
    short = module.removeprefix("sklearn.")
    return tuple(dict.fromkeys((name, module, short, f"{module}.{name}", f"{short}.{name}")))


def matching(pattern: str) -> tuple[Canary, ...]:
    """The canary of that name; else all whose name, class or module it is, `*` and `?` standing for any text."""
    alone = tuple(c for c in CATALOGUE if c.name == pattern)
    return alone or tuple(c for c in CATALOGUE if any(fnmatchcase(path, pattern) for path in (c.name, *paths_of(c))))


def named(names: Iterable[str]) -> tuple[Canary, ...]:
    """The canaries of these names, classes, modules or patterns, in the order asked for, each once.

    Raises UsageError that lists all of them that match nothing.
    """
    found = {name: matching(name) for name in names}
    unknown = [name for name, canaries in found.items() if not canaries]
    if unknown:
        known = [c.name for c in CATALOGUE]
        guesses = dict.fromkeys(filter(None, (meant(name, known) for name in unknown)))
        raise UsageError(f"no such canary: {', '.join(unknown)}", " ".join([*guesses, "`checker canaries` lists them"]))
    return tuple({canary.name: canary for canaries in found.values() for canary in canaries}.values())
