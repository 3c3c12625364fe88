"""Requirement files as something to resolve: names, what is asked of them, and the options between them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from .resolver import Given


def requested(files: Sequence[Path]) -> Given:
    """What requirement files ask for; files that they include are read too. Unreadable lines are left out."""
    lines: dict[str, str] = {}
    options: list[str] = []
    left_out: list[str] = []
    for line in _lines(files):
        if line.startswith("-"):
            options.append(line)
            continue
        try:
            name = canonicalize_name(Requirement(line).name)
        except InvalidRequirement:
            left_out.append(line)
            continue
        lines[name] = f"{lines[name]},{_specifier(line)}" if name in lines and _specifier(line) else line
    return Given(lines, options=tuple(options), left_out=tuple(left_out))


def _specifier(line: str) -> str:
    return str(Requirement(line).specifier)


def _lines(files: Sequence[Path]) -> Iterator[str]:
    """Every line that says something, joined where it goes on, without comments and hashes."""
    for file in files:
        text = re.sub(r"\\\r?\n", " ", file.read_text(encoding="utf-8", errors="replace"))
        for raw in text.splitlines():
            line = re.sub(r"\s--hash=\S+", "", re.sub(r"(^|\s)#.*$", "", raw)).strip()
            included = re.match(r"(?:-r|--requirement)[ =]?\s*(\S+)", line)
            if included:
                inner = file.parent / included[1]
                yield from _lines([inner]) if inner.is_file() and inner != file else ()
            elif line:
                yield line
