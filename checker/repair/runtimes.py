"""A release of onnxruntime in a throwaway environment, to load and run files in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ..errors import CannotLook
from ..knowledge import Knowledge, Target
from ..knowledge.facts import parse
from ..model import Patient
from ..places.making import make_runtime


@contextmanager
def runtime(version: str, knowledge: Knowledge, pythons: Sequence[Path] = ()) -> Iterator[Patient]:
    """An environment with that release of onnxruntime, for as long as it is used. Raises CannotLook."""
    bare = Target("onnxruntime", f"onnxruntime {version}", packages={"onnxruntime": version})
    with make_runtime(bare, knowledge, pythons) as made:
        if made.patient is None:
            raise CannotLook(made.why)
        yield made.patient


def newest_for(first: str, knowledge: Knowledge) -> str:
    """The newest release that is known, if it takes what the release `first` takes; "" where nothing is known."""
    releases = [r for r in knowledge.releases("onnxruntime") if not r.yanked]
    oldest = parse(first)
    return next((r.version for r in reversed(releases) if oldest and r.parsed >= oldest), "")
