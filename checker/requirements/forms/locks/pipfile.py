"""Pipfile.lock: the packages of its default section, and of those that are asked for."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ....errors import CannotLook, UsageError
from ....names import meant
from ...lines import Line
from ...needs import Choice, Manner, Markers, Needs, Source
from ..markers import holds
from ..pinning import USUAL, at_place, in_repository, on_disk
from ..specs import python_range
from ..toml import rows, table, tables, text

#: the version of the format that is known
SPEC = 6


def read(source: Source, choice: Choice, markers: Markers) -> Needs:
    """What is locked for the Python of the markers. Raises CannotLook for what is no such file or another version."""
    try:
        told = json.loads(source.text)
    except (ValueError, RecursionError):
        raise CannotLook(f"{source.name} is no JSON that can be read", "make it again: pipenv lock") from None
    meta = table(told, "_meta")
    if meta.get("pipfile-spec") != SPEC:
        said = f"{source.name} has pipfile-spec {str(meta.get('pipfile-spec'))[:40]}, and only {SPEC} is known"
        raise CannotLook(said, "make it again: pipenv lock")
    lines = [*_places(source, meta), *_packages(source, told, _sections(source, told, choice), markers)]
    return Needs(tuple(lines), _python(meta), (), Manner.ALONE, marked=True)


def _sections(source: Source, told: Mapping[str, Any], choice: Choice) -> tuple[str, ...]:
    """The sections that are wanted; pipenv's `dev` is called develop in the lock file."""
    groups = ["develop" if group == "dev" else group for group in choice.groups]
    known = [name for name in told if name not in ("_meta", "default")]
    for name in groups:
        if name not in known:
            hint = meant(name, known) or f"it has {', '.join(known)}"
            raise UsageError(f"{source.name} has no group {name}", hint)
    if choice.extras:
        raise UsageError(f"{source.name} has no extras", "its other sections are asked for with --group")
    return ("default", *groups)


def _python(meta: Mapping[str, Any]) -> str:
    asked = table(meta, "requires")
    version = text(asked.get("python_full_version")) or text(asked.get("python_version"))
    return python_range(f"=={version}") if version else ""


def _places(source: Source, meta: Mapping[str, Any]) -> Iterator[Line]:
    """The first index is the usual one, others are asked besides."""
    addresses = [text(place.get("url")) for place in tables(rows(meta.get("sources")))]
    for at, address in enumerate(addresses):
        if address and not (at == 0 and USUAL.match(address)):
            yield Line(f"{'--extra-index-url' if at else '--index-url'} {address}", source.name, 1)


def _packages(source: Source, told: Mapping[str, Any], sections: tuple[str, ...], markers: Markers) -> Iterator[Line]:
    """The lines of sections, a package that several have once."""
    begins = {line.strip().partition('"')[2].partition('"')[0]: n for n, line in enumerate(source.text.splitlines(), 1)}
    found = {name: one for section in reversed(sections) for name, one in table(told, section).items()}
    for name, package in sorted(found.items()):
        if isinstance(package, Mapping) and holds(text(package.get("markers")), markers):
            asked, hashes = _asked(source, name, package), tuple(map(text, rows(package.get("hashes"))))
            yield Line(asked, source.name, begins.get(name, 1), hashes, _release(package))


def _release(package: Mapping[str, Any]) -> str:
    """The release that is locked; "" where pipenv has found none, as of what is for another Python only."""
    version = text(package.get("version"))
    return version.removeprefix("==") if version.startswith("==") else ""


def _asked(source: Source, name: str, package: Mapping[str, Any]) -> str:
    extras = f"[{','.join(map(text, rows(package['extras'])))}]" if package.get("extras") else ""
    if git := text(package.get("git")):
        return in_repository(name, git, text(package.get("ref")), text(package.get("subdirectory")))
    if path := text(package.get("path")):
        return on_disk(source, name, path, editable=package.get("editable") is True)
    if address := text(package.get("file")):
        return at_place(name, address)
    version = text(package.get("version"))
    return f"{name}{extras}{'' if version == '*' else version}"
