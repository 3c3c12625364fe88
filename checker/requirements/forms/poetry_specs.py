"""What Poetry writes behind a name, as pip's specifier; and its dependencies as requirements."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from packaging.version import InvalidVersion, Version

from ...names import read_requirement
from ..needs import Source
from .pinning import at_place, in_repository, on_disk
from .toml import rows, text


def poetry_specifier(constraint: str) -> str:
    """`^1.2` -> ">=1.2,<2", `~1.2.3` -> ">=1.2.3,<1.3", `1.2.*`, `1.2`, `>=1 <2`; raises ValueError for `1 || 2`."""
    if "|" in constraint:
        raise ValueError(constraint)
    spaced = re.sub(r"([<>=!~^])\s+", r"\1", constraint.strip())
    return ",".join(filter(None, map(_clause, re.split(r"[,\s]+", spaced))))


def _clause(clause: str) -> str:
    if clause in ("", "*"):
        return ""
    if clause.startswith(("^", "~")) and not clause.startswith("~="):
        return _bounded(clause[0], clause[1:])
    if not re.match(r"[<>=!~]", clause):
        return f"=={clause}"
    return re.sub(r"^=(?!=)", "==", clause)


def _bounded(sign: str, text: str) -> str:
    """From a release to the next one that a caret or a tilde keeps out."""
    try:
        parts = list(Version(text).release)
    except InvalidVersion:
        raise ValueError(text) from None
    last = len(parts) - 1
    at = next((n for n, part in enumerate(parts) if part), last) if sign == "^" else min(1, last)
    upper = [*parts[:at], parts[at] + 1]
    return f">={text},<{'.'.join(map(str, upper))}"


def requirements_of(source: Source, name: str, told: Any) -> Iterator[str]:
    """What one entry of a table of dependencies asks for, a requirement each. Raises ValueError for a free choice."""
    for one in rows(told) or [told]:
        entry = one if isinstance(one, Mapping) else {"version": text(one)}
        extras = [text(extra) for extra in rows(entry.get("extras"))]
        if git := text(entry.get("git")):
            state = next((text(entry[key]) for key in ("rev", "tag", "branch") if entry.get(key)), "")
            asked = in_repository(name, git, state, text(entry.get("subdirectory")))
        elif path := text(entry.get("path")):
            asked = on_disk(source, name, path, editable=entry.get("develop") is True)
        elif address := text(entry.get("url")):
            asked = at_place(name, address, extras)
        else:
            inside = f"[{','.join(extras)}]" if extras else ""
            asked = f"{name}{inside}{poetry_specifier(text(entry.get('version')))}"
        marker = " and ".join(f"({one})" for one in marks(entry))
        yield f"{asked} ; {marker}" if marker and not asked.startswith(("-e", "/")) else asked


def marks(entry: Mapping[str, Any]) -> Iterator[str]:
    """The markers of an entry: its own, the Pythons and the platform that it is for."""
    if marker := text(entry.get("markers")):
        yield marker
    if platform := text(entry.get("platform")):
        yield f'sys_platform == "{platform}"'
    if python := text(entry.get("python")):
        for clause in poetry_specifier(python).split(","):
            operator, version = re.match(r"([<>=!~]+)(.*)", clause).groups()  # type: ignore[union-attr]
            exact = version.count(".") < 2 or version.endswith(".*")
            yield f'{"python_version" if exact else "python_full_version"} {operator} "{version}"'


def readable(requirement: str) -> bool:
    """Whether pip can read a requirement, a place on the disk included."""
    return requirement.startswith(("-e", "/")) or read_requirement(requirement) is not None
