"""How a file of the user's is named: from the working folder, and from the root of the repository."""

from __future__ import annotations

import os
from pathlib import Path


def names_of(path: Path) -> tuple[str, str]:
    """A file as it is named from the working folder, and from the root of the repository that this lies in.

    "/" stands between folders. What lies elsewhere keeps its name, and is seen from anywhere in the second place.
    """
    try:
        here, place = Path.cwd(), Path(os.path.normpath(path.absolute()))
    except OSError:  # the working folder is gone
        return path.as_posix(), path.as_posix()
    root = next((folder for folder in (here, *here.parents) if (folder / ".git").exists()), here)
    near = place.relative_to(here) if place.is_relative_to(here) else path
    return near.as_posix(), (place.relative_to(root) if place.is_relative_to(root) else place).as_posix()
