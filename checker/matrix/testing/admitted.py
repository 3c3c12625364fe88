"""What requirements admit on each Python, by the releases that the knowledge knows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from packaging.requirements import Requirement

from ...errors import UsageError
from ...knowledge import Knowledge
from ...names import canonicalize_name, read_requirement
from ..measured import Pins
from .rows import Admitted

#: packages without which no row converts, runs and compares a model
ALWAYS = ("scikit-learn", "skl2onnx", "onnx", "onnxruntime")
#: the first and the last minor of Python 3 that may be asked for
FIRST, LAST = 6, 30


def admit(
    requires: Iterable[str], pythons: str, knowledge: Knowledge, imported: Iterable[str] = ()
) -> tuple[Admitted, ...]:
    """One entry a Python on which every package has a release, oldest first; `imported` are distributions besides.

    Raises UsageError for what cannot be read, and where there is no such Python.
    """
    requirements = read_requires(requires)
    every = [_on(python, requirements, (*ALWAYS, *imported), knowledge) for python in read_pythons(pythons)]
    if kept := tuple(here for here in every if all(here.releases.values())):
        return kept
    none = dict.fromkeys(name for here in every for name, found in here.releases.items() if not found)
    raise UsageError(
        f"no known release of {' and '.join(none)} is admitted on Python {pythons}", "widen --requires or --python"
    )


def is_admitted(pins: Pins, admitted: Iterable[Admitted]) -> bool:
    """Whether requirements admit a set of versions, as far as it and they name the same packages."""
    named = (here.releases for here in admitted if here.python == pins.get("python"))
    return any(all(pins.get(name, known[0]) in known for name, known in releases.items()) for releases in named)


def read_pythons(text: str) -> tuple[str, ...]:
    """Minors, oldest first: `3.11`, `3.10-3.13`, `3.9,3.12`. Raises UsageError."""
    minors: set[int] = set()
    for part in text.split(","):
        match = re.fullmatch(r"\s*3\.(\d{1,2})(?:\s*-\s*3\.(\d{1,2}))?\s*", part, re.ASCII)
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
        if not FIRST <= first <= last <= LAST:
            raise UsageError(f"--python {text} names no Pythons from 3.{FIRST}", "write 3.11, 3.10-3.13 or 3.9,3.12")
        minors.update(range(first, last + 1))
    return tuple(f"3.{minor}" for minor in sorted(minors))


def read_requires(texts: Iterable[str]) -> tuple[Requirement, ...]:
    """Requirements; raises UsageError for those that are none, all of them at once."""
    read = {text: read_requirement(text) for text in texts}
    if wrong := [text for text, requirement in read.items() if not requirement]:
        names = ", ".join(map(repr, wrong))
        raise UsageError(f"--requires {names}: no requirement", 'write it as in "scikit-learn>=1.4"')
    return tuple(requirement for requirement in read.values() if requirement)


def _on(python: str, requirements: Iterable[Requirement], also: Iterable[str], knowledge: Knowledge) -> Admitted:
    """What is admitted on one Python; an empty list of releases: the package is known, and none is admitted."""
    named = _named(python, requirements)
    releases = {
        name: _releases(one, name, python, knowledge)
        for name, one in named.items()
        if knowledge.releases(name) and not one.url
    }
    texts = {name: str(one) for name, one in named.items()}
    return Admitted(python, {**texts, **{name: name for name in also if name not in texts}}, releases)


def _named(python: str, requirements: Iterable[Requirement]) -> Mapping[str, Requirement]:
    """The requirements that count on a Python by canonical name, several on one package as one, without markers."""
    where = {"python_version": python, "python_full_version": f"{python}.99"}
    named: dict[str, Requirement] = {}
    for one in requirements:
        if one.marker and not one.marker.evaluate(where):
            continue
        copy, name = Requirement(str(one)), canonicalize_name(one.name)
        copy.marker = None
        if name in named:
            copy.specifier &= named[name].specifier
            copy.extras |= named[name].extras
        named[name] = copy
    return named


def _releases(one: Requirement, name: str, python: str, knowledge: Knowledge) -> Sequence[str]:
    return [r.version for r in knowledge.releases_for_python(name, python) if one.specifier.contains(r.version)]
