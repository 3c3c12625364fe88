"""Requirement files as something to resolve: names, what is asked of them, and the options between them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from ...world.files import real_path, text_of
from .uv_solver import Given

#: an option whose argument may be a file or folder: that of a requirement file is meant from where it lies
_PATH = re.compile(r"(?P<option>-[cf]|--(?:constraint|find-links))(?:[ =]\s*|(?=[^\s=]))(?P<path>\S+)$")
_INCLUDED = re.compile(r"(?:-r|--requirement)[ =]?\s*(\S+)")


def requested(files: Sequence[Path]) -> Given:
    """What requirement files ask for; files that they include are read too. Unreadable lines are left out.

    A name that is asked for more than once, with other markers perhaps, keeps all of its lines.
    """
    lines: dict[str, list[str]] = {}
    options: dict[str, None] = {}
    left_out: list[str] = []
    for line in _lines(files, set()):
        if line.startswith("-") and not re.match(r"-e\b|--editable\b", line):
            options[line] = None
            continue
        try:
            known = lines.setdefault(canonicalize_name(Requirement(line).name), [])
        except InvalidRequirement:
            left_out.append(line)
            continue
        known.extend([line] if line not in known else [])
    return Given({n: "\n".join(said) for n, said in lines.items()}, options=tuple(options), left_out=tuple(left_out))


def _lines(files: Sequence[Path], read: set[str]) -> Iterator[str]:
    """Every line that says something, joined where it goes on, without comments and hashes; no file twice."""
    for file in files:
        place = real_path(file)
        if not place or place in read:
            continue
        read.add(place)
        for raw in re.sub(r"\\\r?\n", " ", text_of(file)).splitlines():
            line = re.sub(r"\s--hash=\S+", "", re.sub(r"(^|\s)#.*$", "", raw)).strip()
            if included := _INCLUDED.match(line):
                yield from _lines([file.parent / included[1]], read)
            elif line:
                yield _from(file.parent, line)


def _from(folder: Path, line: str) -> str:
    """An option with its path as seen from anywhere."""
    found = _PATH.match(line)
    place = real_path(folder / found["path"]) if found else ""
    return f"{found['option']} {place}" if found and place else line
