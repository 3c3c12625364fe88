"""The frozen values of the curated knowledge: what is known of one release, one name, one failure, one place.

packaging is imported late: most of what is known is never compared.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from packaging.version import Version


def parse(version: str) -> Version | None:
    """The one border where text becomes a version; None when it is not one (PEP 440)."""
    from packaging.version import InvalidVersion, Version

    try:
        return Version(version)
    except InvalidVersion:
        return None


def within(version: str, specifier: str) -> bool:
    """Whether a release is in a range such as `>=1.19,<2`; pre-releases count, unreadable versions do not."""
    from packaging.specifiers import SpecifierSet

    parsed = parse(version)
    return parsed is not None and SpecifierSet(specifier).contains(parsed, prereleases=True)


@dataclass(frozen=True)
class Provenance:
    """How a fact is known."""

    #: seen in a run, or read where
    source: str
    #: ISO date at which it was true
    date: str
    #: measured, declared (the package's own metadata), documented, inferred
    basis: str


@dataclass(frozen=True)
class Release:
    """One release of a package; what is not known is None or empty, and never guessed."""

    package: str
    version: str
    provenance: Provenance
    #: ISO date of its first file on the index
    uploaded: str = ""
    #: CPython minors with a wheel for Linux x86-64
    pythons: tuple[str, ...] = ()
    #: first CPython minor of a stable-interface wheel: that one and every later Python can use it
    abi3: str = ""
    #: a wheel without compiled code: `requires_python` alone decides
    pure: bool = False
    requires_python: str = ""
    #: why it was withdrawn from the index, "" when it was not
    yanked: str = ""
    #: onnx: the highest ai.onnx and ai.onnx.ml it defines, and the IR version it writes
    opset: int | None = None
    ml_opset: int | None = None
    ir: int | None = None
    #: onnxruntime: the highest ai.onnx, ai.onnx.ml and IR stamps it loads; None with `checks_stamps` False: any
    max_opset: int | None = None
    max_ml_opset: int | None = None
    max_ir: int | None = None
    checks_stamps: bool = True
    #: onnxruntime: the highest target_opset at which every model of the measured set ran
    max_complete_opset: int | None = None
    #: skl2onnx: the highest target_opset it supports
    max_target_opset: int | None = None

    @cached_property
    def parsed(self) -> Version:
        """The version, comparable."""
        from packaging.version import Version

        return Version(self.version)

    def supports(self, python: str) -> bool | None:
        """Whether a Linux x86-64 wheel serves that Python minor ("3.11"); None when no wheel is known at all."""
        from packaging.version import Version

        wanted = ".".join(python.split(".")[:2])
        if self.pure:
            return not self.requires_python or within(f"{wanted}.99", self.requires_python)
        if not self.pythons and not self.abi3:
            return None
        return wanted in self.pythons or (bool(self.abi3) and Version(wanted) >= Version(self.abi3))


@dataclass(frozen=True)
class KnownBad:
    """Releases that misbehave whatever is installed around them, or `beside` what they do."""

    id: str
    package: str
    #: specifier over the package's own releases
    versions: str
    #: one sentence: what goes wrong
    what: str
    #: where it shows: a stage of the path
    stage: str
    provenance: Provenance
    #: classes concerned, as dotted names; empty: all
    subjects: tuple[str, ...] = ()
    #: requirements that must hold too for the trouble to appear
    beside: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    #: operators of ONNX in which it shows, and of their attributes how many values a list of class labels has at most
    operators: tuple[str, ...] = ()
    classes: int | None = None

    def applies(self, installed: Mapping[str, str]) -> bool:
        """Whether `beside` holds for the installed distributions (canonical name -> version)."""
        from packaging.requirements import Requirement

        needed = [Requirement(b) for b in self.beside]
        return all(r.name in installed and within(installed[r.name], str(r.specifier)) for r in needed)


@dataclass(frozen=True)
class NameChange:
    """A public name, module or attribute that came or went with a release of the package that provides it."""

    package: str
    #: dotted module, or class for attributes of fitted objects
    module: str
    #: name in it; "" is the module itself
    name: str
    #: added or removed
    change: str
    #: first release with (added) or without it (removed)
    version: str
    provenance: Provenance
    #: what to use in its place
    instead: str = ""

    @property
    def needs(self) -> str:
        """Specifier of the releases that have the name."""
        return (">=" if self.change == "added" else "<") + self.version


@dataclass(frozen=True)
class Need:
    """A package that a call imports when it is made, which a smaller distribution of the library does not bring."""

    package: str
    #: the dotted function
    call: str
    #: the distribution that it needs, which the whole library requires
    needs: str
    #: first release in which it does
    version: str
    provenance: Provenance
    #: an argument with which it does not; "" for none
    unless: str = ""


@dataclass(frozen=True)
class Limits:
    """The newest stamps an onnxruntime release loads; None in a field: it does not check that stamp."""

    opset: int | None
    ml_opset: int | None
    ir: int | None
    #: release that was measured, and whether it is the one asked for (else the nearest below it)
    measured: str
    exact: bool


@dataclass(frozen=True)
class Signature:
    """How a known failure looks. Patterns are regular expressions, searched, blanks collapsed."""

    id: str
    #: exception types as reported (last part of the dotted name); empty: any
    types: tuple[str, ...]
    #: pattern of the innermost module of the traceback; "": any
    module: str
    #: pattern of the text
    text: str
    #: stages at which it is seen; empty: any
    stages: tuple[str, ...]
    provenance: Provenance
    references: tuple[str, ...] = ()

    def matches(self, type_: str, text: str, module: str, stage: str) -> bool:
        """Whether a failure looks like this one."""
        if self.types and type_.rpartition(".")[2] not in self.types:
            return False
        if self.stages and stage and stage not in self.stages:
            return False
        return bool(re.search(self.module, module)) and bool(re.search(self.text, flat(text)))


def flat(text: str) -> str:
    """A text on one line, blanks collapsed: what patterns are matched against."""
    return " ".join(text.split())
