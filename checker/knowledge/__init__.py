"""The curated knowledge that ships with the checker: releases, names, failure signatures, targets.

`load()` reads one JSON file, made from the TOML files under `matrices/` by `matrices/build.py`. In an installed
checker it lies beside this file; in a checkout it is read from `matrices/built`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any, TypeVar

from ..errors import CannotLook
from ..names import canonicalize_name
from ..world.files import is_file, read_text
from .facts import KnownBad, Limits, NameChange, Need, Provenance, Release, Signature, parse, within
from .targets import ColumnType, Limit, Note, Target, read_targets

__all__ = [
    "ColumnType",
    "Knowledge",
    "KnownBad",
    "Limit",
    "Limits",
    "NameChange",
    "Note",
    "Provenance",
    "Release",
    "Signature",
    "Target",
    "load",
]

F = TypeVar("F")

PROVENANCE = ("source", "date", "basis")

#: where the built file lies: in a wheel, in a checkout
PLACES = (
    Path(__file__).with_name("knowledge.json"),
    Path(__file__).parents[2] / "matrices" / "built" / "knowledge.json",
)


def _frozen(entry: Mapping[str, Any], defaults: Mapping[str, str]) -> dict[str, Any]:
    """Keyword arguments of a fact: lists become tuples, provenance falls back to the file's own."""
    words = {k: tuple(v) if isinstance(v, list) else v for k, v in entry.items() if k not in PROVENANCE}
    told = Provenance(*(entry.get(k, defaults[k]) for k in PROVENANCE))
    return {**words, "provenance": told}


@dataclass(frozen=True)
class _Package:
    """One package's part of the built file; facts are made when first asked for."""

    name: str
    raw: Mapping[str, Any]

    @cached_property
    def releases(self) -> tuple[Release, ...]:
        return self._made(Release, "releases")

    @cached_property
    def by_version(self) -> dict[Any, Release]:
        return {r.parsed: r for r in self.releases}

    @cached_property
    def known_bad(self) -> tuple[KnownBad, ...]:
        return self._made(KnownBad, "known_bad")

    @cached_property
    def names(self) -> tuple[NameChange, ...]:
        return self._made(NameChange, "names")

    @cached_property
    def needs(self) -> tuple[Need, ...]:
        return self._made(Need, "needs")

    def _made(self, fact: Callable[..., F], key: str) -> tuple[F, ...]:
        return tuple(fact(package=self.name, **_frozen(e, self.raw["defaults"])) for e in self.raw[key])


@dataclass(frozen=True)
class Knowledge:
    """Everything curated, asked by package name (any spelling) and version; unknown is None or empty."""

    #: ISO date of the newest fact
    date: str = ""
    packages: Mapping[str, _Package] = field(default_factory=dict)
    #: failure signatures, the most telling first
    signatures: tuple[Signature, ...] = ()
    #: domain -> operator of ONNX -> the opsets at which it came or changed
    operators: Mapping[str, Mapping[str, Sequence[int]]] = field(default_factory=dict)
    #: those of these at which an operator only came to take more types or values: what it did before it does as before
    widened: Mapping[str, Mapping[str, Sequence[int]]] = field(default_factory=dict)
    #: what the built file tells of places, from which `targets` are made
    places: Sequence[Mapping[str, Any]] = ()

    @cached_property
    def targets(self) -> tuple[Target, ...]:
        """Places that score or train models, each release one."""
        return tuple(map(self.stamped, read_targets(self.places)))

    def _package(self, name: str) -> _Package | None:
        """What is known of a package; only a name that is written otherwise than canonical has to be made so."""
        return self.packages.get(name) or self.packages.get(canonicalize_name(name))

    def releases(self, name: str) -> tuple[Release, ...]:
        """All known releases of a package, oldest first."""
        found = self._package(name)
        return found.releases if found else ()

    def release(self, name: str, version: str) -> Release | None:
        """One release; `1.0` finds `1.0.0`, a local part (`+cpu`) is ignored."""
        found, parsed = self._package(name), parse(version.partition("+")[0])
        return found.by_version.get(parsed) if found else None

    def releases_for_python(self, name: str, python: str) -> tuple[Release, ...]:
        """The releases with a Linux x86-64 wheel for a Python minor ("3.11"), oldest first, withdrawn ones left out."""
        return tuple(r for r in self.releases(name) if r.supports(python) and not r.yanked)

    def first_release_for_python(self, name: str, python: str) -> Release | None:
        """The oldest release with a wheel for a Python minor."""
        return next(iter(self.releases_for_python(name, python)), None)

    def last_release_for_python(self, name: str, python: str) -> Release | None:
        """The newest release with a wheel for a Python minor."""
        return next(reversed(self.releases_for_python(name, python)), None)

    def pythons(self, name: str, version: str) -> tuple[str, ...]:
        """Python minors that a release has wheels for, `abi3` counted as one; empty: not known, or no compiled code."""
        found = self.release(name, version)
        return (*found.pythons, *filter(None, [found.abi3])) if found else ()

    def known_bad(self, name: str, version: str) -> tuple[KnownBad, ...]:
        """What is known to go wrong with a release; look at `applies` where `beside` is not empty."""
        found = self._package(name)
        return tuple(b for b in found.known_bad if within(version, b.versions)) if found else ()

    def name_changes(self, module: str, name: str = "") -> tuple[NameChange, ...]:
        """When a name came to or went from a dotted module, or an attribute from a class; "" is the module itself."""
        every = (change for package in self.packages.values() for change in package.names)
        return tuple(c for c in every if (c.module, c.name) == (module, name))

    def needs(self, call: str, version: str) -> tuple[Need, ...]:
        """What a call needs with a release of its library, which smaller distributions of that do not bring."""
        every = (need for package in self.packages.values() for need in package.needs)
        return tuple(n for n in every if n.call == call and within(version, f">={n.version}"))

    def limits(self, onnxruntime: str) -> Limits | None:
        """Newest stamps that an onnxruntime release loads, or the nearest measured one below it; None below all."""
        wanted = parse(onnxruntime.partition("+")[0])
        below = [
            r
            for r in self.releases("onnxruntime")
            if wanted and r.parsed <= wanted and (r.max_opset is not None or not r.checks_stamps)
        ]
        if not below:
            return None
        r = below[-1]
        return Limits(r.max_opset, r.max_ml_opset, r.max_ir, r.version, r.parsed == wanted)

    def stamped(self, target: Target) -> Target:
        """A place with the stamps that its onnxruntime loads, where the place itself names none."""
        found = self.limits(target.onnxruntime) if target.onnxruntime else None
        release = self.release("onnxruntime", found.measured) if found else None
        if not found or not release:
            return target
        said = "" if found.exact else f"as {found.measured}, the nearest release that was measured"
        source = f"what https://pypi.org/project/onnxruntime/{found.measured}/ loads"
        known = Provenance(source, release.provenance.date, "inferred")
        stamps = {"opset": found.opset, "ml_opset": found.ml_opset, "ir": found.ir}
        more = [Limit(what, known, (str(top),), note=said) for what, top in stamps.items() if top is not None]
        return target.with_limits(one for one in more if not target.limit(one.what))

    def signature(self, type_: str, text: str, module: str = "", stage: str = "") -> Signature | None:
        """The first signature that a failure matches."""
        return next((s for s in self.signatures if s.matches(type_, text, module, stage)), None)


def read(path: Path) -> Knowledge:
    """Knowledge from a built file."""
    raw = json.loads(read_text(path))
    packages = {name: _Package(name, part) for name, part in raw["packages"].items()}
    told = raw["signatures"]
    signatures = tuple(Signature(**_frozen(s, told["defaults"])) for s in told["signatures"])
    return Knowledge(raw["date"], packages, signatures, raw["operators"], raw["widened"], raw["targets"])


@cache
def load() -> Knowledge:
    """The knowledge that ships with this checker."""
    for place in PLACES:
        if is_file(place):
            return read(place)
    raise CannotLook(
        "the checker's own knowledge file is missing", "reinstall the checker, or run matrices/build.py in a checkout"
    )
