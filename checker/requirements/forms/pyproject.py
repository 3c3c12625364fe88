"""pyproject.toml: the dependencies of a project, by the standard tables or by Poetry's, with extras and groups."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...errors import CannotLook, UsageError
from ...names import canonicalize_name, meant, read_requirement
from ...world.files import text_of
from ..lines import Line, parse_lines, parse_text
from ..needs import Choice, Markers, Needs, Source
from .pinning import at_place, in_repository, on_disk
from .poetry_specs import poetry_specifier, readable, requirements_of
from .toml import python_here, read_toml, rows, table, tables, text


def read(source: Source, choice: Choice, markers: Markers) -> Needs:
    """What the project depends on. Raises CannotLook where that is not written there, UsageError for the choice."""
    told = read_toml(source)
    project, own = table(told, "project"), table(told, "tool", "poetry")
    remarks: list[str] = []
    lines = [*_dynamic(source, told)]
    lines += _standard(source, told, choice)
    lines += _of_poetry(source, own, choice, remarks)
    _check(source, told, choice)
    if not lines:
        hint = "name a group or an extra of it with --group or --extra, or give a lock file"
        raise CannotLook(f"{source.name} names no package", hint)
    python = python_here(source, text(project.get("requires-python")) or _python_of_poetry(own))
    return Needs((*_indexes(source, told), *lines), python, tuple(remarks))


def _standard(source: Source, told: Mapping[str, Any], choice: Choice) -> Iterator[Line]:
    """The dependencies of the standard tables, from where uv's settings say."""
    project, name = table(told, "project"), text(table(told, "project").get("name"))
    asked = [*map(text, rows(project.get("dependencies")))]
    extras = table(project, "optional-dependencies")
    for extra in _all_extras(name, extras, choice.extras):
        asked += map(text, rows(_named(extras, extra)))
    for group in choice.groups:
        asked += _group(table(told, "dependency-groups"), group, ())
    own = [one for one in asked if not _is(one, name)]
    places = table(told, "tool", "uv", "sources")
    for one in dict.fromkeys(own):
        yield from parse_lines([(_number(source, one), _placed(source, one, places))], source.folder, source.name)


def _all_extras(name: str, extras: Mapping[str, Any], wanted: Sequence[str]) -> Iterator[str]:
    """The extras that are wanted, and those of the project that these ask for."""
    left, seen = [*wanted], set[str]()
    while left:
        extra = canonicalize_name(left.pop(0))
        if extra not in seen:
            seen.add(extra)
            yield extra
            inside = (read_requirement(text(one)) for one in rows(_named(extras, extra)) if _is(text(one), name))
            left += [more for one in inside if one for more in sorted(one.extras)]


def _named(kept: Mapping[str, Any], name: str) -> Any:
    return next((told for key, told in kept.items() if canonicalize_name(key) == canonicalize_name(name)), None)


def _is(text: str, name: str) -> bool:
    """Whether a requirement is one on the project itself."""
    found = read_requirement(text)
    return bool(found and name and canonicalize_name(found.name) == canonicalize_name(name))


def _group(groups: Mapping[str, Any], name: str, inside: tuple[str, ...]) -> Iterator[str]:
    """The requirements of a group, and of those that it includes."""
    for one in rows(_named(groups, name)):
        if isinstance(one, str):
            yield one
        elif (included := text(table(one).get("include-group"))) and included not in inside:
            yield from _group(groups, included, (*inside, name))


def _check(source: Source, told: Mapping[str, Any], choice: Choice) -> None:
    """Raises UsageError for an extra or a group that is not there."""
    own = table(told, "tool", "poetry")
    extras = {*table(told, "project", "optional-dependencies"), *table(own, "extras")}
    groups = {*table(told, "dependency-groups"), *table(own, "group"), *(["dev"] * ("dev-dependencies" in own))}
    for what, names, known in (("extra", choice.extras, extras), ("group", choice.groups, groups)):
        for name in names:
            if canonicalize_name(name) not in map(canonicalize_name, known):
                hint = meant(name, known) or f"it has {', '.join(sorted(known)) or 'none'}"
                raise UsageError(f"{source.name} has no {what} {name}", hint)


def _dynamic(source: Source, told: Mapping[str, Any]) -> Iterator[Line]:
    """Dependencies that setuptools reads from files. Raises CannotLook where only a build tells them."""
    if "dependencies" not in rows(table(told, "project").get("dynamic")):
        return
    named = table(told, "tool", "setuptools", "dynamic", "dependencies").get("file")
    files = [text(named)] if isinstance(named, str) else [*map(text, rows(named))]
    if not files and not table(told, "tool", "poetry", "dependencies"):
        said = f"{source.name} tells its dependencies only when it is built, which runs its code"
        raise CannotLook(said, "give a requirements file or a lock file")
    for file in files:
        yield from parse_text(text_of(source.folder / file), source.folder, file)


def _placed(source: Source, asked: str, places: Mapping[str, Any]) -> str:
    """A requirement with where uv's settings say that it comes from; an index is named for all of them."""
    found = read_requirement(asked)
    place = _named(places, found.name) if found else None
    if not found or not isinstance(place, Mapping):
        return asked
    extras, marker = sorted(found.extras), f" ; {found.marker}" if found.marker else ""
    if git := text(place.get("git")):
        state = next((text(place[key]) for key in ("rev", "tag", "branch") if place.get(key)), "")
        return in_repository(found.name, git, state, text(place.get("subdirectory"))) + marker
    if url := text(place.get("url")):
        return at_place(found.name, url, extras) + marker
    if path := text(place.get("path")):
        return on_disk(source, found.name, path, editable=place.get("editable") is True)
    return asked


def _indexes(source: Source, told: Mapping[str, Any]) -> Iterator[Line]:
    """The indexes that uv's or Poetry's settings name."""
    for index in tables(table(told, "tool", "uv").get("index")):
        option = "--index-url" if index.get("default") is True else "--extra-index-url"
        yield Line(f"{option} {text(index.get('url'))}", source.name, 1)
    for index in tables(table(told, "tool", "poetry").get("source")):
        usual = index.get("priority") in ("default", "primary", None) and index.get("default") is not False
        if text(index.get("name")).lower() != "pypi":
            yield Line(f"{'--index-url' if usual else '--extra-index-url'} {text(index.get('url'))}", source.name, 1)


def _number(source: Source, asked: str) -> int:
    """The line in which a requirement stands."""
    return next((n for n, line in enumerate(source.text.splitlines(), 1) if asked in line), 1)


# --- Poetry's own tables -----------------------------------------------------------------------------------------


def _of_poetry(source: Source, own: Mapping[str, Any], choice: Choice, remarks: list[str]) -> Iterator[Line]:
    extras = (rows(_named(table(own, "extras"), extra)) for extra in choice.extras)
    wanted = {canonicalize_name(text(name)) for names in extras for name in names}
    kept = [table(own, "dependencies"), *(table(table(own, "group"), g, "dependencies") for g in choice.groups)]
    kept += [table(own, "dev-dependencies")] * ("dev" in choice.groups)
    for name, told in (item for one in kept for item in one.items() if item[0] != "python"):
        optional = any(table(one).get("optional") is True for one in rows(told) or [told])
        if not optional or canonicalize_name(name) in wanted:
            yield from _entry(source, name, told, remarks)


def _entry(source: Source, name: str, told: Any, remarks: list[str]) -> Iterator[Line]:
    begins = re.compile(rf'"?{re.escape(name)}"?\s*=')
    number = next((n for n, line in enumerate(source.text.splitlines(), 1) if begins.match(line)), 1)
    try:
        asked = [*requirements_of(source, name, told)]
    except ValueError:
        asked = []
    if not asked or not all(map(readable, asked)):
        remarks.append(f"Not honoured, because pip has no word for it: {name} = {told}")
        asked = [name]
    yield from (Line(one, source.name, number) for one in asked)


def _python_of_poetry(own: Mapping[str, Any]) -> str:
    try:
        return poetry_specifier(text(table(own, "dependencies").get("python")))
    except ValueError:
        return ""
