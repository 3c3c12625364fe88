"""uv.lock: what `uv sync` would install, found by walking from the project along the edges that hold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ....errors import CannotLook, UsageError
from ....names import canonicalize_name, meant
from ....world.files import text_of
from ...lines import Line
from ...needs import Choice, Manner, Markers, Needs, Source
from ..markers import holds
from ..pinning import at_place, files_of, hashes_of, in_repository, index_lines, nothing_else, on_disk
from ..toml import numbered, python_here, read_toml, rows, table, tables, text

#: the version of the format that is known; uv reads any revision of it
VERSION = 1
Package = Mapping[str, Any]


def read(source: Source, choice: Choice, markers: Markers) -> Needs:
    """What is locked for a Python. Raises CannotLook for another version of the format, UsageError for the choice."""
    told = read_toml(source)
    if told.get("version") != VERSION:
        hint = "`uv export --format requirements-txt` makes requirements of it"
        raise CannotLook(
            f"{source.name} has version {str(told.get('version'))[:40]}, and only {VERSION} is known", hint
        )
    walk = _Walk(source, told, markers)
    projects = walk.start(choice)
    found = [(n, p) for n, p in numbered(source, walk.packages) if id(p) in walk.reached and p not in projects]
    places = index_lines(source, (text(table(p, "source").get("registry")) for _, p in found))
    lines = [line for number, package in found if (line := _line(source, package, number))]
    remarks = tuple(nothing_else(text(p.get("name"))) for p in projects)
    return Needs(
        (*places, *lines), python_here(source, text(told.get("requires-python"))), remarks, Manner.ALONE, marked=True
    )


@dataclass
class _Walk:
    """The packages that are reached from the projects."""

    source: Source
    told: Mapping[str, Any]
    markers: Markers
    #: the extras and groups of projects that are wanted, as markers on conflicts call them
    active: set[str] = field(default_factory=set)
    reached: set[int] = field(default_factory=set)
    #: packages with the extras that they were reached with
    seen: set[tuple[int, str]] = field(default_factory=set)
    #: marker -> whether it holds
    known: dict[str, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.packages = tables(self.told.get("package"))
        self.named: dict[str, list[Package]] = {}
        for package in self.packages:
            self.named.setdefault(text(package.get("name")), []).append(package)

    def start(self, choice: Choice) -> list[Package]:
        """Walk from what the lock file is for; the projects that it holds."""
        projects = self._projects()
        manifest = table(self.told, "manifest")
        _check(self.source, choice, projects, manifest)
        groups = {*choice.groups, *_default_groups(self.source)}
        for project in projects:
            name = text(project.get("name"))
            self.active |= {f"extra-{len(name)}-{name}-{extra}" for extra in choice.extras}
            self.active |= {f"group-{len(name)}-{name}-{group}" for group in groups}
        for project in projects:
            self._enter(project, choice.extras)
            for group in groups:
                self._follow(tables(table(project, "dev-dependencies").get(group)))
        self._follow(tables(manifest.get("requirements")))
        for group in groups:
            self._follow(tables(table(manifest, "dependency-groups").get(group)))
        return projects

    def _projects(self) -> list[Package]:
        """The project in whose folder the lock file lies; the members of a workspace that is none itself."""
        places = [(package, table(package, "source")) for package in self.packages]
        own = [package for package, place in places if "." in (place.get("editable"), place.get("virtual"))]
        members = rows(table(self.told, "manifest").get("members"))
        return own or [p for p in self.packages if p.get("name") in members]

    def _enter(self, package: Package, extras: Sequence[str]) -> None:
        """Reach a package with extras, and everything behind it."""
        left = [(package, ("", *extras))]
        while left:
            package, wanted = left.pop()
            self.reached.add(id(package))
            for extra in wanted:
                if (id(package), extra) not in self.seen:
                    self.seen.add((id(package), extra))
                    kept = table(package, "optional-dependencies").get(extra) if extra else package.get("dependencies")
                    left += self._behind(tables(kept))

    def _follow(self, edges: Sequence[Mapping[str, Any]]) -> None:
        for package, extras in self._behind(edges):
            self._enter(package, extras)

    def _behind(self, edges: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Package, tuple[str, ...]]]:
        """The packages at the ends of the edges that hold, with the extras that are wanted of them."""
        for edge in edges:
            if self._holds(text(edge.get("marker"))):
                for package in self._meant(edge):
                    yield package, ("", *map(text, rows(edge.get("extra"))))

    def _holds(self, marker: str) -> bool:
        if marker not in self.known:
            self.known[marker] = holds(marker, self.markers, self.active)
        return self.known[marker]

    def _meant(self, edge: Mapping[str, Any]) -> Iterator[Package]:
        """The package at the end of an edge: where a name stands for several, the edge has version and source too."""
        for package in self.named.get(text(edge.get("name")), ()):
            if all(package.get(key) == edge[key] for key in ("version", "source") if key in edge):
                yield package
                return


def _check(source: Source, choice: Choice, projects: Sequence[Package], manifest: Mapping[str, Any]) -> None:
    """Raises UsageError for an extra or group that no project has."""
    asked = [("extra", choice.extras, "optional-dependencies"), ("group", choice.groups, "dev-dependencies")]
    for what, names, key in asked:
        known = {name for project in projects for name in table(project, key)}
        known |= {*table(manifest, "dependency-groups")} if what == "group" else set()
        for name in names:
            if canonicalize_name(name) not in map(canonicalize_name, known):
                hint = meant(name, known) or f"it has {', '.join(sorted(known)) or 'none'}"
                raise UsageError(f"{source.name} has no {what} {name}", hint)


def _default_groups(source: Source) -> Sequence[str]:
    """The groups that uv installs where nobody says which: those that the project names, else dev."""
    beside = Source(text_of(source.folder / "pyproject.toml"), "pyproject.toml", source.folder)
    named = table(read_toml(beside), "tool", "uv").get("default-groups", ["dev"])
    if named == "all":
        return [*table(read_toml(beside), "dependency-groups")]
    return [text(group) for group in rows(named)]


def _line(source: Source, package: Package, number: int) -> Line | None:
    """A package as a line; None for a project without code."""
    name, version, place = text(package.get("name")), text(package.get("version")), table(package, "source")
    asked = f"{name}=={version}"
    if git := text(place.get("git")):
        address, _, commit = git.partition("#")
        folder = re.search(r"[?&]subdirectory=([^&#]+)", address)
        asked = in_repository(name, address.partition("?")[0], commit, folder[1] if folder else "")
    elif url := text(place.get("url")):
        asked = at_place(name, url)
    elif path := text(place.get("path")) or text(place.get("directory")):
        asked = on_disk(source, name, path)
    elif editable := text(place.get("editable")):
        asked = on_disk(source, name, editable, editable=True)
    elif "virtual" in place:
        return None
    return Line(asked, source.name, number, hashes_of(files_of(package)) if "git" not in place else (), version)
