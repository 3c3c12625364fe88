"""Lists of what is installed: `pip list` and `conda list`, pasted or piped, as tables, URLs or JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from ...errors import CannotLook
from ...names import canonicalize_name
from ..lines import Line
from ..needs import Choice, Manner, Markers, Needs, Source
from . import plain
from .conda import of_list
from .conda_names import index_name
from .specs import python_range

#: the heads of the tables, and the address of a package of conda's
_PIP, _CONDA = re.compile(r"\s*Package\s+Version\b"), re.compile(r"\s*#?\s*Name\s+Version\s+Build\b")
_ADDRESS = re.compile(r"(?:https?|file)://\S+/(?P<file>[^/\s]+)\.(?:tar\.bz2|conda)(?:#\S*)?$")
_EXPORTED = re.compile(r"(?P<name>[\w.\-]+)=(?P<version>[^=\s]+)=(?P<build>[^=\s]+)$")
_VERSION = re.compile(r"[vV]?\d[\w.!+\-]*$")


def _kind(text: str) -> str:
    """Whose list it is: pip, conda, or "" for none."""
    if text.lstrip().startswith("["):
        rows = _rows_of_json(text)
        return ("conda" if "dist_name" in rows[0] or "channel" in rows[0] else "pip") if rows else ""
    lines = [line for line in text.splitlines() if line.strip()]
    bare = [line for line in lines if not line.lstrip().startswith("#")]
    if any(_CONDA.match(line) for line in lines) or (bare and all(_of_conda(line) for line in bare)):
        return "conda"
    return "pip" if any(_PIP.match(line) for line in lines) else ""


def _of_conda(line: str) -> bool:
    line = line.strip()
    return line == "@EXPLICIT" or bool(_ADDRESS.match(line) or _EXPORTED.match(line))


def _rows_of_json(text: str) -> list[Mapping[str, Any]]:
    """The rows of `--format json` or `--json`, none where it is something else."""
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return []
    rows = told if isinstance(told, list) else []
    return rows if rows and all(isinstance(r, dict) and {"name", "version"} <= {*r} for r in rows) else []


def read(source: Source, choice: Choice, markers: Markers) -> Needs:
    """Everything that is in the list. Raises CannotLook for an empty one."""
    if not (kind := _kind(source.text)):
        return plain.read(source, choice, markers)
    found = _of_pip(source) if kind == "pip" else _list_of_conda(source)
    if not found.lines:
        raise CannotLook(f"{source.name} names no package", "give the whole list")
    return found


def _of_pip(source: Source) -> Needs:
    lines, left = list[Line](), list[str]()
    for number, name, version, more in _table_of_pip(source.text):
        if more:  # an editable one, with its folder
            left.append(name)
        else:
            lines.append(Line(f"{canonicalize_name(name)}=={version}", source.name, number, spare=True))
    return Needs(tuple(lines), "", _left_out(left), Manner.ALONE)


def _left_out(names: list[str]) -> tuple[str, ...]:
    return (f"Left out, because they are installed from a folder: {', '.join(names)}",) if names else ()


def _table_of_pip(text: str) -> Iterator[tuple[int, str, str, str]]:
    """(line, name, version, the folder of an editable one) of each row below the head."""
    if rows := _rows_of_json(text):
        for row in rows:
            yield 1, str(row["name"]), str(row["version"]), str(row.get("editable_project_location") or "")
        return
    head = ""
    for number, line in enumerate(text.splitlines(), 1):
        name, version, more = (*line.split(None, 2), "", "", "")[:3]
        if head and re.fullmatch(r"[A-Za-z0-9][\w.\-]*", name) and _VERSION.match(version):
            yield number, name, version, _folder(head, more)
        head = head or (line if _PIP.match(line) else "")


def _folder(head: str, more: str) -> str:
    """The folder of an editable package; with --verbose every package is told with the one that it lies in."""
    words = more.split()
    if "Installer" in head:
        words = words[:-2] if "Editable" in head else []
    return next((word for word in words if "/" in word or "\\" in word), "")


def _list_of_conda(source: Source) -> Needs:
    found, python, alone, folders = dict[str, Line](), "", list[str](), list[str]()
    for number, name, version, build, channel in _rows_of_conda(source.text):
        by_pip = channel == "pypi" or build.startswith("pypi_")
        known = canonicalize_name(name) if by_pip else index_name(name, build)
        if name == "python":
            python = python_range(f"=={version}")
        elif channel == "<develop>":
            folders.append(name)
        elif not known:
            alone.append(name)
        elif by_pip or known not in found:  # pip comes after conda, and conda may have one in several parts
            found[known] = Line(f"{known}=={version}", source.name, number, spare=True)
    needs = of_list(source, [*found.values()], python, alone)
    return replace(needs, remarks=(*needs.remarks, *_left_out(folders)))


def _rows_of_conda(text: str) -> Iterator[tuple[int, str, str, str, str]]:
    """(line, name, version, build, channel) of each package."""
    for row in _rows_of_json(text):
        yield 1, str(row["name"]), str(row["version"]), str(row.get("build_string", "")), str(row.get("channel", ""))
    for number, line in enumerate(text.splitlines() if not _rows_of_json(text) else (), 1):
        line = line.strip()
        if address := _ADDRESS.match(line):
            name, version, build = (*address["file"].rsplit("-", 2), "", "")[:3]
            yield number, name, version, build, ""
        elif exported := _EXPORTED.match(line):
            yield number, exported["name"], exported["version"], exported["build"], ""
        elif not line.startswith("#"):
            name, version, build, channel = (*line.split(), "", "", "", "")[:4]
            if re.fullmatch(r"[A-Za-z0-9_][\w.\-]*", name) and _VERSION.match(version):
                yield number, name, version, build, channel
