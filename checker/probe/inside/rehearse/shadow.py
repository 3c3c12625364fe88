"""The shadow of the user's folders in which a script is rehearsed: it reads what is there, and changes nothing of it.

Below the scratch folder the user's whole tree stands again under its own names. Where nothing is changed, a link leads
to the real file or folder; a folder in which something is changed is *opened up*: made anew, its entries links again.
A small file is copied at once, for compiled code writes through a link.
"""

import os
import shutil
import stat
import threading
from typing import Any

from .lock import Refused

#: folders of a project that are linked as a whole: big, and not written to by a training
WHOLE = (".git", ".hg", "node_modules", "__pycache__", ".tox", ".nox", ".mypy_cache")
#: what lies in an environment's folder, which is linked as a whole too
ENVIRONMENT = ("pyvenv.cfg", "conda-meta")
#: entries of folders that are opened up beforehand; a folder with more than MANY comes after all others
MOST_FILES, MANY = 20000, 1000
#: endings of what is copied in the folders above too, so that a script finds itself in the shadow
CODE = (".py", ".ipynb", ".json", ".toml", ".yaml", ".yml", ".cfg", ".ini", ".txt")
#: bytes up to which a file is copied; of all copies together, where one counts for LEAST at least; of one to be changed
SMALL, ROOM, LEAST, LARGE = 1 << 20, 64 << 20, 1 << 15, 1 << 28
#: bytes that a script may write in all, about
MOST_WRITTEN = 4 << 30
#: links in links that are followed
DEEPEST_LINK = 40


class Shadow:
    """The shadow tree below `root`, of the folders that a script is run from."""

    def __init__(self, root: str) -> None:
        self.root = os.path.realpath(root)
        self.left, self.room, self.now = MOST_FILES, ROOM, threading.local()
        if not os.path.isdir(self.root):  # a script before has made it, and has changed it
            os.mkdir(self.root)
            self.fill(os.sep, self.root, CODE)
        self.free = free_bytes(self.root)

    # --- two worlds of paths

    def of(self, path: str) -> str:
        """Where a real path stands in the shadow."""
        return self.root + os.path.splitdrive(os.path.abspath(path))[1].replace("\\", "/")

    def real(self, path: str) -> str:
        """The path that the user knows."""
        return (path[len(self.root) :] or os.sep) if self.is_inside(path) else path

    def is_inside(self, path: str) -> bool:
        """Whether a path lies in the shadow."""
        return path.startswith(self.root + os.sep) or path == self.root

    def holds(self, path: str) -> bool:
        """Whether a path lies below the scratch folder."""
        return path.startswith(os.path.dirname(self.root) + os.sep)

    def is_our_link(self, place: str) -> bool:
        """Whether a path of the shadow is a link to the real file or folder, and none of the user's own."""
        target = os.readlink(place) if os.path.islink(place) else ""
        return os.path.isabs(target) and not self.holds(target)

    def lead(self, way: Any, path: Any) -> Any:
        """`way(path)` for what is a path, in its own type; what the way does itself is led nowhere."""
        if getattr(self.now, "busy", False) or isinstance(path, int):
            return path
        text = text_of_path(path)
        if not text or text.startswith(("/dev/", "/proc/")) and not text.startswith("/dev/shm/"):
            return path
        self.now.busy = True
        try:
            led = way(text)
        finally:
            self.now.busy = False
        return path if led == text else os.fsencode(led) if isinstance(path, bytes) else led

    # --- the tree

    def cast(self, folder: str) -> None:
        """Open up a folder, those above it and those in it, the small ones first; at most MOST_FILES entries."""
        places, later = [self.find(folder, follow=True)], []  # type: list, list
        while places or later:
            place = places.pop(0) if places else later.pop(0)
            names = listed(place)
            if len(names) > MANY and places:
                later.append(place)
            elif len(names) <= self.left or place == self.of(folder):
                self.left -= len(names)
                self.open_up(place, None)
                inner = [os.path.join(place, name) for name in sorted(names) if name not in WHOLE]
                places += [one for one in inner if self.is_deepened(one)]

    def is_deepened(self, place: str) -> bool:
        """Whether an entry is a folder that is opened up beforehand."""
        is_whole = any(os.path.exists(os.path.join(place, one)) for one in ENVIRONMENT)
        return os.path.isdir(place) and self.is_our_link(place) and not is_whole

    def open_up(self, place: str, copied: Any = CODE) -> None:
        """Put a folder with its entries in the place of our link to it; one that cannot be read stays a link."""
        if not self.is_our_link(place) or not os.path.isdir(place):
            return
        source = os.readlink(place)
        if os.access(source, os.R_OK | os.X_OK):
            os.unlink(place)
            os.mkdir(place)
            self.fill(source, place, copied)

    def fill(self, source: str, place: str, copied: Any) -> None:
        """The entries of a folder: links, and copies of what is small and ends so (None: however it ends)."""
        for name in listed(source):
            one = os.path.join(source, name)
            if not (one + os.sep).startswith(os.path.dirname(self.root) + os.sep):  # it does not hold itself
                try:
                    self.enter(one, os.path.join(place, name), copied)
                except OSError:  # no right to read it, or it has gone: as it would be for the script
                    pass

    def enter(self, source: str, place: str, copied: Any) -> None:
        """One entry of a folder; a link of the user's leads on within the shadow."""
        status = os.lstat(source)
        cost = max(status.st_size, LEAST)
        if stat.S_ISLNK(status.st_mode):
            os.symlink(self.of(os.path.join(os.path.dirname(source), os.readlink(source))), place)
        elif not stat.S_ISREG(status.st_mode) or status.st_size > SMALL or cost > self.room:
            os.symlink(source, place)
        elif copied is None or source.endswith(copied):
            shutil.copyfile(source, place)
            shutil.copystat(source, place)
            self.room -= cost
        else:
            os.symlink(source, place)

    def find(self, path: str, follow: bool) -> str:
        """The place of a path, with every folder on the way opened up; `follow` the user's own link at its end."""
        left, place, more = self.steps(os.path.abspath(path)), self.root, DEEPEST_LINK
        while left:
            place = os.path.join(place, left.pop(0))
            if self.is_our_link(place):
                if left:
                    self.open_up(place)
            elif more and (left or follow) and os.path.islink(place):
                target = os.path.join(os.path.dirname(place), os.readlink(place))
                left, place, more = self.steps(target) + left, self.root, more - 1
        return place

    def steps(self, path: str) -> list:
        """The names on the way to a path of either world."""
        return [name for name in os.path.normpath(self.real(path)).split(os.sep) if name]

    # --- ways to lead a path

    def for_reading(self, path: str) -> str:
        """The path to read: the shadow's where something was changed there, else as it is."""
        if not os.path.isabs(path) or self.holds(path):
            return path
        folder, name = os.path.split(self.of(path))
        place = os.path.join(os.path.realpath(folder), name)
        if not self.is_inside(place) or not (os.path.lexists(place) or os.path.lexists(path)):
            return path
        return os.readlink(place) if self.is_our_link(place) else place

    def for_change(self, path: str) -> str:
        """The place to make, move or remove something."""
        full = os.path.abspath(path)
        return path if self.holds(full) and not self.is_inside(full) else self.find(full, follow=False)

    def opened(self, path: str, follow: bool = False) -> str:
        """The place of a folder, opened up."""
        place = self.find(path, follow=True) if follow else self.for_change(path)
        self.open_up(place)
        return place

    def entered(self, path: str) -> str:
        """The place of a folder to work in."""
        return path if self.holds(path) and not self.is_inside(path) else self.opened(path, follow=True)

    def for_writing(self, path: str, keep: bool = True) -> str:
        """The place of a file to write, no link to the real one any more; `keep` copies it, to be changed."""
        full = os.path.abspath(path)
        self.bound()
        if self.holds(full) and not self.is_inside(full):
            return path
        place = self.find(full, follow=True)
        if os.path.isdir(place):
            self.open_up(place)
        elif self.is_our_link(place):
            target = os.readlink(place)
            if keep and os.path.getsize(target) > LARGE:
                raise Refused("the rehearsal copies no file of over %d MB to change it: %s" % (LARGE >> 20, target))
            os.unlink(place)
            if keep:
                shutil.copyfile(target, place)
        return place

    def bound(self) -> None:
        """Raise Refused where too much was written; it is counted only where as much room is gone."""
        now = free_bytes(self.root)
        if self.free - now > MOST_WRITTEN:
            own = sum(written_in(folder, names) for folder, _, names in os.walk(os.path.dirname(self.root)))
            if own > MOST_WRITTEN:
                raise Refused("the rehearsal lets no script write more than %d MB" % (MOST_WRITTEN >> 20))
            self.free = now + own

    def for_new(self, path: str) -> str:
        """The place of a file to write, whose content goes."""
        return self.for_writing(path, keep=False)

    def target_of(self, path: str) -> str:
        """What a new link leads to: what is changed later is changed there too."""
        return self.of(path) if os.path.isabs(path) and not self.holds(path) else path


def free_bytes(folder: str) -> int:
    """The room on the disk of a folder, 0 where the system does not tell."""
    if not hasattr(os, "statvfs"):
        return 0
    told = os.statvfs(folder)
    return told.f_bavail * told.f_frsize


def written_in(folder: str, names: list) -> int:
    """The bytes on the disk of files in a folder."""
    return sum(os.lstat(os.path.join(folder, name)).st_blocks * 512 for name in names)


def listed(folder: str) -> list:
    """The names in a folder, none where it cannot be read."""
    try:
        return os.listdir(folder)
    except OSError:
        return []


def text_of_path(path: Any) -> Any:
    """A path as text, None for a descriptor or anything else."""
    try:
        return os.fsdecode(os.fspath(path))
    except TypeError:
        return None
