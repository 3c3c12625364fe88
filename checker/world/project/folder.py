"""A folder of files that are written together, again and again, and in which nothing else lies."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path, PurePosixPath

from ...errors import CannotLook, UsageError
from ..files import entries, text_of, write

#: what names the files that were written, one a line
LIST = ".written-by-checker"


def write_folder(folder: Path, files: Mapping[str, str]) -> None:
    """Write files by their paths below a folder, and remove those of the last time that are not among them.

    Raises UsageError for a folder in which anything else lies, and for one that is reached through a link.
    """
    check_folder(folder)
    before = text_of(folder / LIST).splitlines()
    below = {folder / PurePosixPath(name).parent for name in files}
    if linked := sorted(str(place) for place in below if _through_link(place, folder)):
        raise UsageError(f"{linked[0]} is a link", "remove it, or name another folder")
    _make(below)
    write(folder / LIST, "".join(f"{name}\n" for name in sorted({*files, *before} - {""})))
    for name, text in files.items():
        write(folder / name, text)
    for name in before:
        if name and name not in files:
            _remove(folder, name)
    write(folder / LIST, "".join(f"{name}\n" for name in sorted(files)))


def check_folder(folder: Path) -> None:
    """Refuse a folder in which other files lie, before anything is made for it; raises UsageError."""
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is no folder", "name a folder that is new or empty")
    if (found := entries(folder)) and LIST not in found:
        raise UsageError(f"other files lie in {folder}", "name a folder that is new or empty")


def _through_link(place: Path, folder: Path) -> bool:
    return any(one.is_symlink() for one in (place, *place.parents) if one != folder and one.is_relative_to(folder))


def _make(folders: set[Path]) -> None:
    try:
        for place in sorted(folders):
            place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotLook(f"cannot make {error.filename}: {error.strerror}", "name another folder") from error


def _remove(folder: Path, name: str) -> None:
    """Remove a file of the last time, and its folder where that is empty then; never one that lies elsewhere."""
    path = folder / name
    if ".." in PurePosixPath(name).parts or not path.is_relative_to(folder) or _through_link(path.parent, folder):
        return
    with suppress(OSError):
        path.unlink(missing_ok=True)
        if path.parent != folder:
            path.parent.rmdir()
