"""What requirements admit on each Python, by the releases that the knowledge knows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from packaging.requirements import Requirement

from ..errors import UsageError
from ..knowledge import Knowledge, load
from ..names import canonicalize_name, read_requirement
from .rows import Admitted

#: packages without which no row converts, runs and compares a model
ALWAYS = ("scikit-learn", "skl2onnx", "onnx", "onnxruntime")
#: the Pythons that are looked at, as minors of Python 3
FIRST, LAST = 6, 30


def admit(requires: Sequence[str], pythons: str, knowledge: Knowledge | None = None) -> tuple[Admitted, ...]:
    """One entry a Python on which something is admitted, oldest first. Raises UsageError for what cannot be read."""
    known, wanted = knowledge or load(), read_pythons(pythons)
    requirements = read_requires(requires)
    found = tuple(_on(python, requirements, known) for python in wanted)
    kept = tuple(here for here in found if all(here.releases.values()))
    if not kept:
        raise UsageError(f"no known release is admitted on Python {pythons}", "widen --requires, or name other Pythons")
    return kept


def read_pythons(text: str) -> tuple[str, ...]:
    """Minors, oldest first: `3.11`, `3.10-3.13`, `3.9,3.12`. Raises UsageError."""
    minors: set[int] = set()
    for part in text.split(","):
        match = re.fullmatch(r"\s*3\.(\d{1,2})(?:\s*-\s*3\.(\d{1,2}))?\s*", part, re.ASCII)
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
        if not FIRST <= first <= last <= LAST:
            raise UsageError(
                f"--python {text}: these are no Pythons from 3.{FIRST}", "write 3.11, 3.10-3.13 or 3.9,3.12"
            )
        minors.update(range(first, last + 1))
    return tuple(f"3.{minor}" for minor in sorted(minors))


def read_requires(texts: Iterable[str]) -> tuple[Requirement, ...]:
    """Requirements; raises UsageError for those that are none, all of them at once."""
    read = {text: read_requirement(text) for text in texts}
    if wrong := [text for text, requirement in read.items() if not requirement]:
        raise UsageError(
            f"--requires {', '.join(map(repr, wrong))}: no requirement", 'write it as in "scikit-learn>=1.4"'
        )
    return tuple(requirement for requirement in read.values() if requirement)


def _on(python: str, requirements: Iterable[Requirement], known: Knowledge) -> Admitted:
    """What is admitted on one Python. An empty list of releases: the package is known, and none is admitted."""
    texts, releases = {}, {}
    where = {"python_version": python, "python_full_version": f"{python}.99"}
    for one in requirements:
        if one.marker and not one.marker.evaluate(where):
            continue
        name = canonicalize_name(one.name)
        texts[name] = str(one)
        if known.releases(name) and not one.url:
            all_of = [r.version for r in known.releases_for_python(name, python)]
            releases[name] = [v for v in all_of if one.specifier.contains(v)]
    return Admitted(python, {**texts, **{name: name for name in ALWAYS if name not in texts}}, releases)
