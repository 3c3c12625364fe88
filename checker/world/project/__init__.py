"""The user's own project: where it begins, which files it has, and where it is configured."""

from __future__ import annotations

import itertools
import os
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

#: what lies in the root of a project; the folders of a project that are looked through at most
ROOTS = (".git", ".hg", "pyproject.toml", "setup.py", "setup.cfg", "Pipfile")
MOST_FOLDERS = 2000


def project_of(path: Path) -> Path:
    """The root of the project that a script belongs to: of its repository, else where its packaging is described.

    Its folder's parent where nothing tells, and never the user's home or the root of the disk.
    """
    folder = path.resolve().parent
    above = [f for f in (folder, *folder.parents) if f not in (Path.home(), Path(folder.anchor))]
    marked = ([f for f in above if (f / name).exists()] for name in ROOTS)
    return next((found[0] for found in marked if found), above[:2][-1] if above else folder)


def project_folders(script: Path) -> tuple[Path, ...]:
    """Where what a script names may lie: beside it, where it is run from, and in the folders above, up to the root."""
    folder, root = script.resolve().parent, project_of(script)
    return tuple(dict.fromkeys((folder, Path.cwd(), *(f for f in folder.parents if f.is_relative_to(root)))))


def find_own(modules: Collection[str], scripts: Sequence[Path]) -> dict[str, str]:
    """Top-level modules that a file, or a folder with Python files, of the scripts' own projects answers: its path.

    What lies nearest to the script counts, then what lies anywhere in the project, environments left out.
    """
    found: dict[str, str] = {}
    for script in scripts if modules else ():
        folder, root = script.resolve().parent, project_of(script)
        chain = [f for f in (folder, *folder.parents) if f.is_relative_to(root)]
        for place in chain if len(found) < len(modules) else ():
            for name in modules:
                for path in (place / f"{name}.py", place / name, place / "src" / f"{name}.py", place / "src" / name):
                    if path.is_file() or (path.is_dir() and any(path.glob("*.py"))):
                        found.setdefault(name, str(path))
        if set(modules) - set(found) and any((root / name).exists() for name in ROOTS):
            for name, place in _walk(root, modules):
                found.setdefault(name, str(place))
    return found


def _walk(root: Path, modules: Collection[str]) -> Iterator[tuple[str, Path]]:
    """Every file and folder below a root that answers one of these modules."""
    for folder, below, files in itertools.islice(os.walk(root), MOST_FOLDERS):
        if "pyvenv.cfg" in files:
            below.clear()
            continue
        below[:] = sorted(f for f in below if not f.startswith(".") and f not in ("node_modules", "site-packages"))
        yield from ((file[:-3], Path(folder, file)) for file in files if file.endswith(".py") and file[:-3] in modules)
        yield from ((f, Path(folder, f)) for f in below if f in modules and any(Path(folder, f).glob("*.py")))
