"""Requirement files of pip, which the installer reads itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ...errors import CannotLook
from ...names import CORE, canonicalize_name, is_known, pinned_version
from ...world.files import real_path
from ..lines import Line, parse_text
from ..needs import Choice, Manner, Markers, Needs, Source

#: how `pip freeze` names what conda, or somebody's own build, has installed from a folder
_FROZEN = re.compile(r"(?P<name>[\w.\-]+)(?:\[[^\]]*\])? ?@ ?file://(?P<place>\S+)")
#: packages that a whole environment has at least
FROZEN = 8
_WHEEL = re.compile(r".*/[\w.]+-(?P<version>\d[^-/]*)-[^/]*\.whl$")


def read(source: Source, choice: Choice, markers: Markers) -> Needs:
    """Its lines, with those of the files that it names.

    Raises CannotLook where it names nothing, or a core package only by a folder that is not there.
    """
    if not any(row.partition("#")[0].strip() for row in source.text.splitlines()):
        raise CannotLook(f"{source.name} names no package", "give a file with one requirement a line")
    lines = parse_text(source.text, source.folder, source.name)
    moved = {line: new for line in lines if (new := _released(line)) is not None}
    lost = [line for line in lines if line in moved and "==" not in moved[line].text]
    if core := sorted(CORE.intersection(canonicalize_name(line.text.partition("@")[0].strip()) for line in lost)):
        said = f"{source.name} names {', '.join(core)} by folders that are not there, and not by releases"
        raise CannotLook(said, "give what `pip list` or `conda list` prints")
    files = (f"-r {real_path(source.path)}",) if source.path and not moved else ()
    lines = tuple(new for line in lines if (new := moved.get(line, line)).text)
    manner = Manner.FIXED if not source.path and _is_frozen(lines) else Manner.RESOLVED
    return Needs(lines, "", tuple(_told(lost, moved)), manner, files=files)


def _is_frozen(lines: Sequence[Line]) -> bool:
    """Whether lines that were piped are what `pip freeze` prints: all of an environment, pinned and in order."""
    pinned = [line.text for line in lines if pinned_version(line.text)]
    places = [line for line in lines if line.is_source or " @ " in line.text]
    return len(pinned) >= FROZEN and len(pinned) + len(places) == len(lines) and pinned == sorted(pinned, key=str.lower)


def _released(line: Line) -> Line | None:
    """A line that names a folder or wheel of another machine, by the release or the name alone; None for any other.

    Nothing is left of what nobody knows: a stranger's package of the index may be called like it.
    """
    found = _FROZEN.match(line.text)
    if not found or real_path(Path(found["place"].replace("%20", " "))):
        return None
    name, wheel = found["name"], _WHEEL.match(found["place"])
    if not is_known(canonicalize_name(name)):
        return replace(line, text="")
    return replace(line, text=f"{name}=={wheel['version']}" if wheel else name)


def _told(lost: Iterable[Line], moved: Mapping[Line, Line]) -> Iterator[str]:
    every = [(line.text.partition("@")[0].strip(), moved[line].text) for line in lost]
    why = "named by places that are not there, and not by releases"
    if gone := ", ".join(name for name, left in every if not left):
        yield f"Left out, since they are {why}: {gone}"
    if open_ := ", ".join(name for name, left in every if left):
        yield f"Taken in any release, since they are {why}: {open_}"
