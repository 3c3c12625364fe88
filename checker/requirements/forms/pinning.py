"""Packages of lock files as lines of requirements: a release of an index, an address, a repository, a folder."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from packaging.tags import Tag, compatible_tags, cpython_tags
from packaging.utils import InvalidWheelFilename, parse_wheel_filename

from ...world.files import real_path
from ..lines import Line
from ..needs import Markers, Source
from .toml import rows, table, tables, text

_NO_TAG = Tag("none", "none", "none")
#: the index that is asked where nobody names one
USUAL = re.compile(r"https://(pypi\.org|pypi\.python\.org)/simple/?$")


def index_lines(source: Source, addresses: Iterable[str]) -> Iterator[Line]:
    """Options that name the indexes of a lock file; the only one takes the place of the usual one."""
    told = [address.rstrip("/") for address in dict.fromkeys(addresses) if address]
    alone = len(told) == 1
    for address in told:
        if USUAL.match(address):
            continue
        option = "--index-url" if alone else "--extra-index-url"
        if "://" not in address:
            address, option = real_path(source.folder / address) or address, "--find-links"
        yield Line(f"{option} {address}", source.name, 1)


def at_place(name: str, address: str, extras: Iterable[str] = ()) -> str:
    """A requirement that names where a package is."""
    told = f"[{','.join(extras)}]" if extras else ""
    return f"{name}{told} @ {address}"


def in_repository(name: str, address: str, commit: str, folder: str = "") -> str:
    """A requirement for a state of a repository of git, and a folder in it."""
    address = re.sub(r"^git\+", "", address)
    if found := re.match(r"git@([^:/]+):(.+)$", address):
        address = f"ssh://git@{found[1]}/{found[2]}"
    state = f"@{commit}" if commit else ""
    return f"{name} @ git+{address}{state}{f'#subdirectory={folder}' if folder else ''}"


def on_disk(source: Source, name: str, path: str, editable: bool = False) -> str:
    """A requirement for a file or folder, whose path is meant from where the lock file lies."""
    place = real_path(source.folder / path) or str(source.folder / path)
    if editable:
        return f"-e {place}"
    packed = place.endswith((".whl", ".tar.gz", ".zip")) and Path(place).is_absolute()
    return f"{name} @ {Path(place).as_uri()}" if packed else place


def hashes_of(files: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """The hashes of a release's files: `hash = "sha256:..."`, or `hashes = {sha256 = "..."}`."""
    found = [text(file.get("hash")) for file in files]
    found += [f"{kind}:{value}" for file in files for kind, value in table(file, "hashes").items()]
    return tuple(dict.fromkeys(one for one in found if re.match(r"(sha256|sha384|sha512):", one)))


def files_of(package: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The wheels and the sources of a package, as uv.lock and pylock.toml name them."""
    return [*tables(rows(package.get("wheels"))), *([table(package, "sdist")] if package.get("sdist") else [])]


def fitting(files: Iterable[Mapping[str, Any]], markers: Markers) -> Mapping[str, Any]:
    """The wheel that an installer takes on the Python of the markers, on this system; the sources where none fits."""
    minor = [int(part) for part in markers["python_version"].split(".")]
    order = {
        tag: at for at, tag in enumerate((*cpython_tags(minor), *compatible_tags(minor, f"cp{minor[0]}{minor[1]}")))
    }
    ranked = {named(file): file for file in files}
    found = [(rank, name) for name in ranked if (rank := min(map(order.get, _tags(name)), key=_last)) is not None]
    sources = next((file for name, file in ranked.items() if not name.endswith(".whl")), {})
    return ranked[min(found)[1]] if found else sources


def named(file: Mapping[str, Any]) -> str:
    """The name of a file of a release: it may stand only in its address."""
    place = text(file.get("url")) or text(file.get("path"))
    return text(file.get("name")) or place.partition("#")[0].replace("\\", "/").rpartition("/")[2]


def _tags(name: str) -> Iterable[Tag]:
    try:
        return parse_wheel_filename(name.replace("%2B", "+"))[3] or [_NO_TAG]
    except InvalidWheelFilename:
        return [_NO_TAG]


def _last(rank: int | None) -> float:
    return float("inf") if rank is None else rank


def nothing_else(name: str) -> str:
    """A remark on a project that its own lock file holds."""
    return f"Left out: {name}, the project itself, since only what it depends on is installed"
