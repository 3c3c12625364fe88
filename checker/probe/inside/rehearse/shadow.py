"""The shadow of the user's folders in which a script is rehearsed: it reads what is there, and changes nothing of it.

Below the scratch folder every folder on the way to the script stands again under its own name. Code is copied, all else
is a link to the real file; what is written replaces the link. A path outside is led into the shadow when something is
written there, and from then on when it is read.
"""

import builtins
import errno
import functools
import io
import os
import shutil
from typing import Any

#: folders of a project that are linked as a whole: big, and not written to by a training
WHOLE = (".git", ".hg", "node_modules", "__pycache__", ".tox", ".nox", ".mypy_cache")
#: what lies in an environment's folder, which is linked as a whole too
ENVIRONMENT = ("pyvenv.cfg", "conda-meta")
#: files and folders of a project that are shadowed one by one; the rest of it is linked
MOST_FILES = 20000
#: endings of what is copied, so that a script finds itself, and what lies beside it, in the shadow
CODE = (".py", ".ipynb", ".json", ".toml", ".yaml", ".yml", ".cfg", ".ini", ".txt")
#: copied up to this many bytes
SMALL = 1 << 20
#: letters of a mode that mean writing
WRITING = set("wax+")


class Refused(OSError):
    """Something that a rehearsal does not do, and that has to be allowed."""


class Shadow:
    """The shadow tree below `root`, of the folders that a script is run from."""

    def __init__(self, root: str) -> None:
        self.root = os.path.realpath(root)
        self.left, self.busy = MOST_FILES, False

    def of(self, path: str) -> str:
        """Where a real path stands in the shadow."""
        return self.root + os.path.splitdrive(os.path.abspath(path))[1].replace("\\", "/")

    def real(self, path: str) -> str:
        """The path that the user knows."""
        inside = path.startswith(self.root + os.sep) or path == self.root
        return (path[len(self.root) :] or os.sep) if inside else path

    def lead(self, way: Any, path: Any) -> Any:
        """`way(path)`; what it does itself with paths is led nowhere."""
        if self.busy:
            return path
        self.busy = True
        try:
            return way(path)
        finally:
            self.busy = False

    def cast(self, folder: str) -> str:
        """Make the shadow of a folder with all that is in it, and of the folders above with their entries as links."""
        above = [folder]
        while os.path.dirname(above[-1]) != above[-1]:
            above.append(os.path.dirname(above[-1]))
        for one in above[:0:-1]:
            self.open_up(one)
        self.deepen(folder)
        return self.of(folder)

    def open_up(self, folder: str) -> None:
        """One folder as a real one in the shadow, its entries as links; nothing happens where it is one already."""
        place = self.of(folder)
        if os.path.islink(place):
            os.unlink(place)
        elif os.path.isdir(place):
            return
        os.mkdir(place)
        try:
            entries = os.listdir(folder)
        except OSError:
            return
        for name in entries[:MOST_FILES]:
            link_or_copy(os.path.join(folder, name), os.path.join(place, name))

    def deepen(self, folder: str) -> None:
        """The folder and those in it, down to the bound."""
        self.open_up(folder)
        for name in sorted(os.listdir(self.of(folder))):
            inner = os.path.join(folder, name)
            self.left -= 1
            whole = name in WHOLE or any(os.path.exists(os.path.join(inner, one)) for one in ENVIRONMENT)
            if self.left > 0 and not whole and os.path.isdir(inner) and not os.path.islink(inner):
                self.deepen(inner)

    def for_reading(self, path: Any) -> Any:
        """The path to read: the shadow's where something was written there, else as it is."""
        text = text_of_path(path)
        if text is None or not os.path.isabs(text) or self.holds(text):
            return path
        place = self.of(text)
        return place if os.path.lexists(place) and not os.path.islink(place) and not os.path.isdir(text) else path

    def place_of(self, path: Any) -> Any:
        """The path at which a change is made: always in the shadow; what is no path stays what it is."""
        text = text_of_path(path)
        if text is None or text.startswith("/dev/"):
            return path
        full = os.path.abspath(text)
        if self.holds(full):
            return text
        self.lead_to(os.path.dirname(full))
        return self.of(full)

    def for_writing(self, path: Any, keep: bool = False) -> Any:
        """The path to write, no link to a real file any more; `keep` copies what is there, to be changed."""
        place = self.place_of(path)
        if not isinstance(place, str):
            return place
        outside = os.path.islink(place) and not self.holds(os.path.realpath(place))
        if outside and os.path.isdir(place):
            self.open_up(self.real(os.path.abspath(place)))
        elif outside:
            target = os.path.realpath(place)
            os.unlink(place)
            if keep and os.path.exists(target):
                shutil.copyfile(target, place)
        return place

    def lead_to(self, folder: str) -> None:
        """Make the shadow of a folder that is not in it yet, where the real one exists."""
        steps = [folder]
        while os.path.dirname(steps[-1]) != steps[-1]:
            steps.append(os.path.dirname(steps[-1]))
        for one in steps[::-1]:
            if os.path.isdir(one):
                self.open_up(one)

    def holds(self, path: str) -> bool:
        """Whether a path lies below the scratch folder."""
        return path.startswith(os.path.dirname(self.root) + os.sep)


def text_of_path(path: Any) -> Any:
    """A path as text, None for a descriptor or anything else."""
    try:
        found = os.fspath(path)
    except TypeError:
        return None
    return os.fsdecode(found)


def link_or_copy(source: str, place: str) -> None:
    """One entry of a folder in its shadow."""
    try:
        if source.endswith(CODE) and os.path.isfile(source) and os.path.getsize(source) <= SMALL:
            shutil.copyfile(source, place)
            shutil.copystat(source, place)
        else:
            os.symlink(source, place)
    except OSError:  # no right to read it, or it has gone: as it would be for the script
        pass


def redirect(shadow: Shadow) -> None:
    """Lead Python's own ways of changing files into the shadow."""
    real_open, real_os_open = io.open, os.open

    def opening(file: Any, mode: str = "r", *rest: Any, **named: Any) -> Any:
        if WRITING & set(mode) and not named.get("opener"):
            way = functools.partial(shadow.for_writing, keep=bool(set("a+") & set(mode)))
            return real_open(shadow.lead(way, file), mode, *rest, **named)
        return real_open(shadow.lead(shadow.for_reading, file), mode, *rest, **named)

    def os_opening(path: Any, flags: int, *rest: Any, **named: Any) -> int:
        if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND) and "dir_fd" not in named:
            path = shadow.lead(functools.partial(shadow.for_writing, keep=not flags & os.O_TRUNC), path)
        return real_os_open(path, flags, *rest, **named)

    builtins.open = io.open = opening
    os.open = os_opening
    for name in ("mkdir", "rmdir", "remove", "unlink", "truncate", "chmod", "utime", "makedirs"):
        lead(shadow, name, 1)
    for name in ("rename", "replace", "link"):
        lead(shadow, name, 2)
    for name in ("stat", "lstat", "listdir", "scandir", "access"):
        lead_reading(shadow, name)
    lead_sqlite(shadow)


def lead(shadow: Shadow, name: str, paths: int) -> None:
    """Replace a function of `os` that changes the first paths that it is given."""
    real, way = getattr(os, name), shadow.place_of
    if name in ("truncate", "chmod", "utime"):
        way = functools.partial(shadow.for_writing, keep=True)

    def changing(*arguments: Any, **named: Any) -> Any:
        if not {"dir_fd", "src_dir_fd", "dst_dir_fd"} & set(named):
            led = [shadow.lead(way, p) if type(p) is not int else p for p in arguments[:paths]]
            arguments = tuple(led) + arguments[paths:]
        return real(*arguments, **named)

    changing.__name__ = name
    setattr(os, name, changing)


def lead_reading(shadow: Shadow, name: str) -> None:
    """Replace a function of `os` that looks at a path."""
    real = getattr(os, name)

    def looking(*arguments: Any, **named: Any) -> Any:
        if arguments and type(arguments[0]) is not int and "dir_fd" not in named:
            arguments = (shadow.lead(shadow.for_reading, arguments[0]),) + arguments[1:]
        return real(*arguments, **named)

    looking.__name__ = name
    setattr(os, name, looking)


def lead_sqlite(shadow: Shadow) -> None:
    """Open databases in the shadow too, whatever is then done with them."""
    try:
        import sqlite3
    except ImportError:
        return
    real = sqlite3.connect

    def connecting(database: Any, *rest: Any, **named: Any) -> Any:
        text = text_of_path(database)
        if text and text != ":memory:" and not text.startswith("file:"):
            database = shadow.lead(functools.partial(shadow.for_writing, keep=True), text)
        return real(database, *rest, **named)

    sqlite3.connect = sqlite3.dbapi2.connect = connecting


def is_refusal(error: BaseException, shadow: Shadow) -> bool:
    """Whether the system refused a change outside of the scratch folder: the rehearsal's fault, not the script's."""
    if not isinstance(error, OSError) or error.errno not in (errno.EACCES, errno.EXDEV, errno.EROFS):
        return False
    path = text_of_path(error.filename) if error.filename is not None else None
    return path is not None and not shadow.holds(os.path.abspath(path))
