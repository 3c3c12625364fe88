"""A release of onnxruntime in a throwaway environment, to load and run files in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import CannotLook
from ..knowledge import Knowledge
from ..knowledge.facts import parse
from ..model import Patient
from ..world.pythons import of_version
from ..world.sandbox import Refused, empty_site

#: the newest Python first, for which wheels of a release are looked for
PYTHONS = ("3.12", "3.11", "3.10", "3.13", "3.9", "3.8", "3.7", "3.6")


@contextmanager
def runtime(version: str, knowledge: Knowledge, folders: tuple[Path, ...] = ()) -> Iterator[Patient]:
    """An environment with that release of onnxruntime, for as long as it is used. Raises CannotLook."""
    python = _interpreter(version, knowledge, folders)
    with empty_site(python) as site:
        refused = site.install([f"onnxruntime=={version}", *_numpy(version, knowledge)])
        if isinstance(refused, Refused):
            raise CannotLook(f"onnxruntime {version} cannot be installed: {refused.text[:200]}")
        yield Patient((str(site.python), "-"), f"onnxruntime {version}", "it was made for a proof", lasts=False)


def _interpreter(version: str, knowledge: Knowledge, folders: tuple[Path, ...]) -> Path:
    known = knowledge.release("onnxruntime", version)
    for minor in PYTHONS:
        if known is None or known.supports(minor):
            try:
                return of_version(minor, folders)
            except CannotLook:
                continue
    raise CannotLook(f"no Python of this machine has a wheel of onnxruntime {version}", "name a folder with --pythons")


def _numpy(version: str, knowledge: Knowledge) -> list[str]:
    """numpy 1 for a runtime that is older than numpy 2: it was built for that."""
    built, other = knowledge.release("onnxruntime", version), knowledge.release("numpy", "2.0.0")
    old = built and other and built.uploaded and built.uploaded < other.uploaded
    return ["numpy<2"] if old else []


def newest_for(first: str, knowledge: Knowledge) -> str:
    """The newest release that is known, if it takes what the release `first` takes; "" where nothing is known."""
    releases = [r for r in knowledge.releases("onnxruntime") if not r.yanked]
    oldest = parse(first)
    return next((r.version for r in reversed(releases) if oldest and r.parsed >= oldest), "")
