"""pylock.toml, the standard lock file: every package whose marker holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ....errors import CannotLook
from ...lines import Line
from ...needs import Choice, Manner, Markers, Needs, Source
from ..markers import holds
from ..pinning import at_place, files_of, fitting, hashes_of, in_repository, index_lines, on_disk
from ..toml import numbered, read_toml, rows, table, tables, text


def read(source: Source, choice: Choice, markers: Markers) -> Needs:
    """What is locked for the Python of the markers. Raises CannotLook for a version of the format that is not known."""
    told = read_toml(source)
    version = text(told.get("lock-version"))
    if version.partition(".")[0] != "1":
        raise CannotLook(
            f"{source.name} has lock-version {version[:40] or '(none)'}, and only 1 is known", "lock it again"
        )
    groups = [*choice.groups, *map(text, rows(told.get("default-groups")))]
    packages = tables(told.get("packages"))
    wanted = [
        (number, package)
        for number, package in numbered(source, packages)
        if holds(text(package.get("marker")), markers, choice.extras, groups)
    ]
    places = index_lines(source, (text(package.get("index")) for _, package in wanted))
    lines = (_line(source, package, number, markers) for number, package in wanted)
    return Needs((*places, *lines), text(told.get("requires-python")), (), Manner.ALONE, marked=True)


def _is_usual(file: Mapping[str, Any]) -> bool:
    """Whether the usual index has a file."""
    return text(file.get("url")).startswith("https://files.pythonhosted.org/")


def _line(source: Source, package: Mapping[str, Any], number: int, markers: Markers) -> Line:
    name, version = text(package.get("name")), text(package.get("version"))
    vcs, folder, archive = (table(package, key) for key in ("vcs", "directory", "archive"))
    files = [archive] if archive else files_of(package)
    if vcs:
        address = text(vcs.get("url")) or text(vcs.get("path"))
        asked = in_repository(name, address, text(vcs.get("commit-id")), text(vcs.get("subdirectory")))
        return Line(asked, source.name, number, (), version)
    if folder:
        asked = on_disk(source, name, text(folder.get("path")), editable=folder.get("editable") is True)
    elif archive and text(archive.get("url")):
        asked = at_place(name, text(archive["url"]))
    elif archive:
        asked = on_disk(source, name, text(archive.get("path")))
    elif not package.get("index") and files and not any(map(_is_usual, files)):
        one = fitting(files, markers)  # nothing else tells where its files are
        asked = at_place(name, text(one["url"])) if one.get("url") else on_disk(source, name, text(one.get("path")))
    else:
        asked = f"{name}=={version}" if version else name
    return Line(asked, source.name, number, hashes_of(files), version)
