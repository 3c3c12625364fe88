"""Requirement files of pip, which the installer reads itself; and constraints beside them."""

from __future__ import annotations

import re

from ...errors import CannotLook
from ...world.files import real_path
from ..lines import Line, parse_text
from ..needs import Choice, Markers, Needs, Source


def read(source: Source, choice: Choice, markers: Markers) -> Needs:
    """Its lines, with those of the files that it names. Raises CannotLook where it names nothing."""
    if not any(row.partition("#")[0].strip() for row in source.text.splitlines()):
        raise CannotLook(f"{source.name} names no package", "give a file with one requirement a line")
    files = (f"-r {real_path(source.path)}",) if source.path else ()
    return Needs(parse_text(source.text, source.folder, source.name), files=files)


def constrains(source: Source) -> bool:
    """Whether a file, by its name, only bounds what others ask for."""
    return bool(source.path and re.fullmatch(r"(?i).*constraint.*\.txt", source.path.name))


def read_constraints(source: Source) -> Needs:
    """A file that bounds what others ask for."""
    return Needs((Line(f"-c {real_path(source.path)}", source.name, 1),)) if source.path else Needs()
