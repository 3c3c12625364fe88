"""Requirement files of pip, which the installer reads itself; and constraints beside them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from ...errors import CannotLook
from ...names import CORE, canonicalize_name, pinned_version
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
    moved = {line: new for line in lines if (new := _released(line))}
    open_ = [line.text for line in moved.values() if "==" not in line.text]
    if core := sorted(CORE.intersection(map(canonicalize_name, open_))):
        said = f"{source.name} names {', '.join(core)} by folders that are not there, and not by releases"
        raise CannotLook(said, "give what `pip list` or `conda list` prints")
    files = (f"-r {real_path(source.path)}",) if source.path and not moved else ()
    lines = tuple(moved.get(line, line) for line in lines)
    manner = Manner.FIXED if not source.path and _is_frozen(lines) else Manner.RESOLVED
    return Needs(lines, "", tuple(_told(open_)), manner, files=files)


def _is_frozen(lines: Sequence[Line]) -> bool:
    """Whether lines that were piped are what `pip freeze` prints: all of an environment, pinned and in order."""
    pinned = [line.text for line in lines if pinned_version(line.text)]
    places = [line for line in lines if line.is_source or " @ " in line.text]
    return len(pinned) >= FROZEN and len(pinned) + len(places) == len(lines) and pinned == sorted(pinned, key=str.lower)


def _released(line: Line) -> Line | None:
    """A line that names a folder or wheel of another machine, with the release instead; None for any other."""
    found = _FROZEN.match(line.text)
    if not found or real_path(Path(found["place"].replace("%20", " "))):
        return None
    wheel = _WHEEL.match(found["place"])
    return replace(line, text=f"{found['name']}=={wheel['version']}" if wheel else found["name"])


def _told(names: Iterable[str]) -> Iterator[str]:
    if names := ", ".join(names):
        yield f"Not honoured, since they are named by folders that are not there, and not by releases: {names}"


def constrains(source: Source) -> bool:
    """Whether a file, by its name, only bounds what others ask for."""
    return bool(source.path and re.fullmatch(r"(?i).*constraint.*\.txt", source.path.name))


def read_constraints(source: Source) -> Needs:
    """A file that bounds what others ask for."""
    return Needs((Line(f"-c {real_path(source.path)}", source.name, 1),)) if source.path else Needs()
