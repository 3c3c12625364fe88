"""poetry.lock: what `poetry install` would install. Since 2.1 each package says for which groups it is; before, it is
found by walking from pyproject.toml."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from ....errors import CannotLook, UsageError
from ....names import canonicalize_name, meant, read_requirement
from ....world.files import text_of
from ...lines import Line
from ...needs import Choice, Manner, Markers, Needs, Source
from ..markers import holds
from ..pinning import at_place, hashes_of, in_repository, index_lines, on_disk
from ..poetry_specs import marks, poetry_specifier
from ..toml import numbered, read_toml, rows, table, tables, text

#: versions of the format that are known
VERSIONS = ("1.0", "1.1", "2.0", "2.1")
Package = Mapping[str, Any]


def read(source: Source, choice: Choice, markers: Markers) -> Needs:
    """What is locked for a Python. Raises CannotLook for another version of the format, UsageError for the choice."""
    told = read_toml(source)
    meta, version = table(told, "metadata"), text(table(told, "metadata").get("lock-version"))
    if version not in VERSIONS:
        known = f"only {VERSIONS[0]} to {VERSIONS[-1]} are known"
        said = f"{source.name} has lock-version {version[:40] or '(none)'}, and {known}"
        raise CannotLook(said, "make requirements of it: poetry export, or lock it again")
    beside = Source(text_of(source.folder / "pyproject.toml"), "pyproject.toml", source.folder)
    project, packages = read_toml(beside), tables(told.get("package"))
    _check(source, told, choice)
    groups = ["main", *_groups(project, packages), *choice.groups]
    if version == "2.1":
        reached = {id(p) for p in packages if _is_wanted(p, groups, choice, markers)}
        remarks: tuple[str, ...] = ()
    else:
        reached = _walked(packages, project, groups, choice, markers)
        remarks = () if project else (_ALONE,)
    old = table(meta, "files")
    found = [(n, p) for n, p in numbered(source, packages) if id(p) in reached]
    places = index_lines(source, [*_usual(found), *(_index(p) for _, p in found)])
    lines = (_line(source, p, n, tables(p.get("files")) or tables(old.get(text(p.get("name"))))) for n, p in found)
    return Needs((*places, *lines), _python(meta), remarks, Manner.ALONE, marked=True)


_ALONE = "No pyproject.toml lies beside the lock file, which then does not tell its groups apart: all of it is taken"


def _python(meta: Mapping[str, Any]) -> str:
    try:
        return poetry_specifier(text(meta.get("python-versions")))
    except ValueError:
        return ""


def _check(source: Source, told: Mapping[str, Any], choice: Choice) -> None:
    """Raises UsageError for an extra that is not locked."""
    known = [*table(told, "extras")]
    for extra in choice.extras:
        if canonicalize_name(extra) not in map(canonicalize_name, known):
            raise UsageError(
                f"{source.name} has no extra {extra}", meant(extra, known) or f"it has {', '.join(known) or 'none'}"
            )


def _groups(project: Mapping[str, Any], packages: Collection[Package]) -> list[str]:
    """The groups that are installed where nobody says which: all but the optional ones."""
    named = table(project, "tool", "poetry", "group")
    optional = {name for name, group in named.items() if table(named, name).get("optional") is True}
    known = {text(group) for package in packages for group in rows(package.get("groups"))}
    old = {"dev"} if table(project, "tool", "poetry", "dev-dependencies") else set()
    return sorted(({*named, *table(project, "dependency-groups")} | known | old) - optional - {"main"})


def _is_wanted(package: Package, groups: Iterable[str], choice: Choice, markers: Markers) -> bool:
    """Whether one of the groups has a package on this Python; its markers may differ by group."""
    told = package.get("markers")
    own = {*map(text, rows(package.get("groups")))} & {*groups}
    marks = {text(told.get(group)) if isinstance(told, Mapping) else text(told) for group in own}
    return any(holds(marker, markers, choice.extras) for marker in marks)


# --- older lock files --------------------------------------------------------------------------------------------


def _walked(
    packages: list[Package], project: Mapping[str, Any], groups: Collection[str], choice: Choice, markers: Markers
) -> set[int]:
    """The packages that are reached from the project, or from those that no other one asks for."""
    named: dict[str, list[Package]] = {}
    for package in packages:
        named.setdefault(canonicalize_name(text(package.get("name"))), []).append(package)
    asked = {canonicalize_name(name) for package in packages for name in table(package, "dependencies")}
    left: list[tuple[str, tuple[str, ...]]] = [(name, ()) for name in named if name not in asked]
    if project:
        left = [*_roots(project, groups, choice, markers)]
    reached, seen = set[int](), set[tuple[str, tuple[str, ...]]]()
    while left:
        name, extras = left.pop()
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        for package in named.get(name, ()):
            reached.add(id(package))
            left += _edges(package, extras, markers)
    return reached


def _roots(
    project: Mapping[str, Any], groups: Collection[str], choice: Choice, markers: Markers
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What the project itself depends on: by its standard table, or by Poetry's own."""
    own = table(project, "tool", "poetry")
    standard = table(project, "project")
    written = [*rows(standard.get("dependencies"))]
    for extra in choice.extras:
        written += rows(table(standard, "optional-dependencies").get(extra))
    for one in map(read_requirement, filter(None, map(text, written))):
        if one and (not one.marker or one.marker.evaluate(dict(markers))):
            yield canonicalize_name(one.name), tuple(sorted(one.extras))
    wanted = {canonicalize_name(text(n)) for e in choice.extras for n in rows(table(own, "extras").get(e))}
    dependencies = [table(own, "dependencies"), *(table(own, "group", group, "dependencies") for group in groups)]
    dependencies += [table(own, "dev-dependencies")] * ("dev" in groups)
    for name, told in (item for kept in dependencies for item in kept.items() if item[0] != "python"):
        yield from _edge(name, told, markers, optional=canonicalize_name(name) in wanted)


def _edges(package: Package, extras: tuple[str, ...], markers: Markers) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What a package asks for, with these of its extras."""
    texts = (text(one) for extra in extras for one in rows(table(package, "extras").get(extra)))
    wanted = {canonicalize_name(re.split(r"[\s\[(;]", one, maxsplit=1)[0]) for one in texts}
    for name, told in table(package, "dependencies").items():
        yield from _edge(name, told, markers, optional=canonicalize_name(name) in wanted)


def _edge(name: str, told: Any, markers: Markers, optional: bool) -> Iterator[tuple[str, tuple[str, ...]]]:
    for one in rows(told) or [told]:
        entry = one if isinstance(one, Mapping) else {}
        if (optional or entry.get("optional") is not True) and all(holds(m, markers) for m in marks(entry)):
            yield canonicalize_name(name), tuple(sorted(map(text, rows(entry.get("extras")))))


# --- lines -------------------------------------------------------------------------------------------------------


def _usual(found: Iterable[tuple[int, Package]]) -> list[str]:
    """The usual index, where some package has no other source."""
    return ["https://pypi.org/simple"] if any(not table(p, "source") for _, p in found) else []


def _index(package: Package) -> str:
    place = table(package, "source")
    return text(place.get("url")) if place.get("type") == "legacy" else ""


def _line(source: Source, package: Package, number: int, files: Iterable[Mapping[str, Any]]) -> Line:
    name, version, place = text(package.get("name")), text(package.get("version")), table(package, "source")
    kind, url = text(place.get("type")), text(place.get("url"))
    asked, hashes = f"{name}=={version}", hashes_of(files)
    if kind == "git":
        commit = text(place.get("resolved_reference")) or text(place.get("reference"))
        asked, hashes = in_repository(name, url, commit, text(place.get("subdirectory"))), ()
    elif kind == "url":
        asked = at_place(name, url)
    elif kind in ("directory", "file"):
        asked = on_disk(source, name, url, editable=package.get("develop") is True)
    return Line(asked, source.name, number, hashes if kind != "directory" else (), version)
