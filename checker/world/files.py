"""Files: reports and recordings, written whole or not at all; what can be read of the user's."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from ..errors import CannotLook, UsageError
from ..names import meant

#: bytes of a text of the user's that is read whole: a frame file of 5 000 distributions has 10 million
MOST_TEXT = 50_000_000
#: ... and of one that names packages: a lock file of a thousand of them has 5 million
MOST_LISTED = 20_000_000
#: how the names of scripts and notebooks end
SCRIPTS = (".py", ".ipynb")


def write(path: Path, text: str) -> None:
    """Write a file in one step, so that nothing half-written stays behind; raises CannotLook when that fails.

    What is no ordinary file (a device, a pipe) is written to as it is. A link is replaced and never followed: whoever
    fills a folder, or a repository that is cloned, could lead it to any file of the user's.
    """
    goal = path.parent.resolve() / path.name
    try:
        if _is_device(goal):
            goal.write_text(text, encoding="utf-8", errors="backslashreplace")
        else:
            _replace(goal, text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise CannotLook(f"cannot write {path}: {error.strerror}", "name another file") from error


def _is_device(goal: Path) -> bool:
    """Whether it is a device, a pipe or a socket, or one of the system's own names for what is open."""
    if any(goal.is_relative_to(folder) for folder in ("/dev", "/proc")):
        return goal.exists()
    return not goal.is_symlink() and goal.exists() and not goal.is_file()


def _replace(goal: Path, content: bytes) -> None:
    """Write beside a file, under a name that nobody can know or have made before, then take its place."""
    import secrets

    mode = goal.stat().st_mode & 0o777 if goal.is_file() and not goal.is_symlink() else 0o666
    partial = goal.with_name(f".checker-{secrets.token_hex(8)}")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), mode)
    try:
        with open(descriptor, "wb") as file:
            file.write(content)
        partial.replace(goal)
    except OSError:
        partial.unlink(missing_ok=True)
        raise


def check_output(path: Path | None, *, anew: bool = False) -> None:
    """Refuse an output that cannot be written before minutes are spent on it; raises UsageError.

    `anew`: what is there already is not written over.
    """
    if path and anew and os.path.lexists(path):
        raise UsageError(f"cannot write {path}: it is there already", "name a file that is not there yet")
    if path and (path.is_dir() or not path.absolute().parent.is_dir()):
        raise UsageError(f"cannot write to {path}", "name a file in a folder that exists")


def check_files(paths: Sequence[Path], requirements: Sequence[Path] = (), frames: Sequence[Path] = ()) -> None:
    """Raises CannotLook for the files that are not there or cannot be read, all of them at once.

    `paths` are scripts and notebooks; what was meant by a folder is a file of its kind in it.
    """
    gone = [p for p in (*paths, *requirements) if not p.is_file()]
    gone += [p for p in frames if p.is_dir() or not p.exists()]  # these may come through a pipe
    bad = [f"{p}: {_wrong(p)}" for p in gone]
    if bad:
        kinds = ((paths, SCRIPTS), (requirements, (".txt", ".in")), (frames, (".jsonl",)))
        guesses = dict.fromkeys(guess for kind, ends in kinds for p in kind if (guess := meant_file(p, ends)))
        raise CannotLook("cannot read " + "; ".join(bad), " ".join(guesses) or "check the path")


def _wrong(path: Path) -> str:
    return "it is a folder" if path.is_dir() else "it is no ordinary file" if path.exists() else "not found"


def meant_file(path: Path, ends: tuple[str, ...] = SCRIPTS) -> str:
    """A question for the file that a path means, "" where there is such a file, or none like it.

    In place of a folder it is the one file in it whose name ends so.
    """
    folder, name = (path, "") if path.is_dir() else (path.parent, path.name)
    if path.is_file() or not folder.is_dir():
        return ""
    with suppress(OSError):
        files = sorted(f.name for f in folder.iterdir() if f.is_file())
        if name:
            return meant(str(path), (str(folder / f) for f in files))
        of_kind = [f for f in files if f.endswith(ends)]
        return f"did you mean {folder / of_kind[0]}?" if len(of_kind) == 1 else ""
    return ""


def read_text(path: Path, hint: str = "check the path", most: int | None = None) -> str:
    """The text of a file; raises CannotLook when it cannot be read or has more than `most` bytes (`MOST_TEXT`)."""
    try:
        _check_size(path, MOST_TEXT if most is None else most, hint)
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise CannotLook(f"cannot read {path}: {error.strerror}", meant_file(path) or hint) from error
    except UnicodeDecodeError as error:
        raise CannotLook(f"cannot read {path}: it is not a text in UTF-8", hint) from error


def text_of(path: Path) -> str:
    """The text of a file of anybody's, "" where there is none."""
    try:
        return path.read_text(encoding="utf-8-sig", errors="replace")
    except (OSError, ValueError):
        return ""


def read_bytes(path: Path, most: int) -> bytes:
    """The content of a script or notebook; raises CannotLook when it cannot be read or has more than `most` bytes."""
    try:
        _check_size(path, most, "give a smaller file")
        return path.read_bytes()
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise CannotLook(
            f"cannot read {path}: {why}", meant_file(path) or "check the path and its permissions"
        ) from None


def _check_size(path: Path, most: int, hint: str) -> None:
    """Raises CannotLook where a file has more than `most` bytes, OSError where there is none."""
    if path.stat().st_size > most:
        raise CannotLook(f"cannot read {path}: it has more than {most:,} bytes", hint)


def is_file(path: Path) -> bool:
    """Whether there is such a file."""
    return path.is_file()


def any_there(paths: Iterable[Path]) -> bool:
    """Whether one of these files or folders is there."""
    try:
        return any(path.exists() for path in paths)
    except (OSError, ValueError):  # a name that no file can have
        return False


def entries(folder: Path) -> frozenset[str]:
    """The names in a folder; none where there is no such folder."""
    try:
        return frozenset(entry.name for entry in folder.iterdir())
    except OSError:
        return frozenset()


def absolute(path: Path) -> str:
    """A path as it is written from anywhere."""
    return str(path.absolute())


def real_path(path: Path) -> str:
    """Where a file or folder really lies, "" where there is none, or where no system takes such a name."""
    with suppress(OSError, ValueError):
        return str(path.resolve()) if path.exists() else ""
    return ""


def room(folder: str) -> int:
    """Bytes that are free on the disk of a folder."""
    import shutil

    return shutil.disk_usage(folder).free


def unpacked(folder: Path) -> int:
    """Bytes that the wheels and files in a folder take once they are installed."""
    import zipfile

    total = 0
    for file in folder.rglob("*"):
        if file.suffix == ".whl":
            with zipfile.ZipFile(file) as wheel:
                total += sum(entry.file_size for entry in wheel.infolist())
        elif file.is_file():
            total += file.stat().st_size
    return total


def folder_of(path: Path) -> str:
    """The folder in which a file really lies."""
    return str(path.parent.resolve())


def first_file(paths: Iterable[Path]) -> Path | None:
    """The first of these that is a file; one that the system does not take is none."""
    return next((p for p in paths if is_file(p)), None)


def read_head(path: Path, most: int) -> bytes:
    """The first bytes of a file; none where it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(most)
    except OSError:
        return b""


def is_below(path: str, folder: str) -> bool:
    """Whether a file or folder really lies in another."""
    return Path(path).resolve().is_relative_to(Path(folder).resolve())


def link_bytecode(roots: Iterable[Path], module: str, target: Path) -> None:
    """Links to the bytecode of a module or package, of all beside packages for "", in the manner of a cache's prefix.

    It lies in the first of the roots that has any, in that manner or in folders called `__pycache__`.
    """
    for root in roots:
        made = 0
        for folder, names, files in os.walk(root / module):
            names[:] = [n for n in names if n not in ("site-packages", "tests", "test")]
            place = target / os.path.relpath(folder, root)
            place = place.parent if place.name == "__pycache__" else place
            made += _link_all(folder, [f for f in files if f.endswith(".pyc")], place)
        for beside in (root, root / "__pycache__") if module else ():
            names = [f for f in entries(beside) if f.startswith(f"{module}.") and f.endswith(".pyc")]
            made += _link_all(str(beside), names, target)
        if made:
            return


def _link_all(folder: str, names: Iterable[str], place: Path) -> int:
    """Link files into another folder, as far as that can be done; the number of them."""
    made = 0
    with suppress(OSError):
        for name in names:
            place.mkdir(parents=True, exist_ok=True)
            os.symlink(os.path.join(folder, name), place / name)
            made += 1
    return made
