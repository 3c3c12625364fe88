"""The files beside a model that hold values of its tensors: looked for, never opened."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath, PureWindowsPath

from ...model import ExternalData
from ...world.foreign.opening import kind_of, size_of


def look_beside(folder: Path, named: Mapping[str, tuple[int, int | None]]) -> tuple[ExternalData, ...]:
    """Each file that a model names, and whether it lies where it should."""
    return tuple(_look(folder, location, *known) for location, known in sorted(named.items()))


def _look(folder: Path, location: str, tensors: int, reaches: int | None) -> ExternalData:
    state = "outside" if leaves(location) else _state(folder, location)
    size = size_of(folder / location) if state == "inside" else 0
    if state == "inside" and reaches is not None and reaches > size:
        state = "short"
    return ExternalData(location, tensors, reaches, state, size)


def leaves(location: str) -> bool:
    """Whether a location leaves the folder of the model, or may on some system."""
    parts = {*PurePosixPath(location).parts, *PureWindowsPath(location).parts}
    absolute = PurePosixPath(location).is_absolute() or bool(PureWindowsPath(location).anchor)
    return absolute or ".." in parts or "\0" in location


def _state(folder: Path, location: str) -> str:
    """What lies there, no link on the way followed."""
    if not location:
        return "missing"
    place = folder
    for part in PurePosixPath(location).parts:
        place = place / part
        if kind_of(place, follow=False) == "a symbolic link":
            return "link"
    kind = kind_of(place, follow=False)
    return "inside" if kind == "file" else "special" if kind else "missing"
