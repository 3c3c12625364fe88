"""Leading Python's own ways of reading and changing files into the shadow."""

import errno
import functools
import io
import os
import re
import shutil
import stat
import sys
from typing import Any
from urllib.parse import quote, unquote

from ..errors import said_by
from .shadow import Shadow, text_of_path

#: letters of a mode that mean writing, and flags that do
WRITING = set("wax+")
FLAGS = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
#: functions of `os` -> the names of the paths that they take first, and how these are led
LED = {
    "mkdir remove unlink mkfifo mknod": [("path", "for_change")],
    "rename replace": [("src", "for_change"), ("dst", "for_change")],
    "symlink": [("src", "target_of"), ("dst", "for_change")],
    "link": [("src", "for_writing"), ("dst", "for_change")],
    "rmdir": [("path", "opened")],
    "chdir": [("path", "entered")],
    "truncate chmod utime chown setxattr removexattr": [("path", "for_writing")],
    "stat listdir scandir access statvfs getxattr listxattr": [("path", "for_reading")],
}


def redirect(shadow: Shadow) -> None:
    """Lead what a script does with files into the shadow, through whatever name of it a module has already."""
    news = {"open": opening(shadow), "os_open": os_opening(shadow), "lstat": looking(shadow)}
    replaced = {id(io.open): news["open"], id(os.open): news["os_open"], id(os.lstat): news["lstat"]}
    for names, parameters in LED.items():
        ways = [(parameter, getattr(shadow, way)) for parameter, way in parameters]
        for real in [getattr(os, name) for name in names.split() if hasattr(os, name)]:
            replaced[id(real)] = led(shadow, real, ways)
    replaced[id(shutil.rmtree)] = led(shadow, shutil.rmtree, [("path", shadow.opened)])
    replaced.update(of_databases(shadow))
    replaced = {number: Plain(function) for number, function in replaced.items()}
    for module in list(sys.modules.values()):
        if getattr(module, "__name__", "") not in ("posix", "nt", "_io"):
            rebind(module, replaced)
    accessor = getattr(sys.modules.get("pathlib"), "_NormalAccessor", None)
    for name, value in list(vars(accessor).items()) if accessor else ():  # before Python 3.11 it keeps its own
        function = getattr(value, "__func__", value)
        real = getattr(function, "__wrapped__", function)
        if id(real) in replaced:
            setattr(accessor, name, replaced[id(real)])


class Plain:
    """A function that a class whose attribute it is makes no method of, as the built-in ones that it replaces."""

    def __init__(self, function: Any) -> None:
        self.function = function
        functools.update_wrapper(self, function)

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        return self.function(*arguments, **named)


def rebind(module: Any, replaced: dict) -> None:
    """Replace functions in a module, under all names that it has for them."""
    for name, value in list(getattr(module, "__dict__", {}).items()):
        if id(value) in replaced:
            setattr(module, name, replaced[id(value)])


def opening(shadow: Shadow) -> Any:
    """`open` that writes into the shadow."""
    real = io.open

    def open(file: Any, mode: str = "r", *rest: Any, **named: Any) -> Any:
        writes = WRITING & set(mode) and not named.get("opener")
        way = (shadow.for_writing if set("a+") & set(mode) else shadow.for_new) if writes else shadow.for_reading
        return real(shadow.lead(way, file), mode, *rest, **named)

    return open


def os_opening(shadow: Shadow) -> Any:
    """`os.open` that writes into the shadow."""
    real = os.open

    def open(path: Any, flags: int, *rest: Any, **named: Any) -> int:
        if "dir_fd" not in named:
            empties = flags & os.O_TRUNC and flags & os.O_CREAT
            way = shadow.for_new if empties else shadow.for_writing if flags & FLAGS else shadow.for_reading
            path = shadow.lead(way, path)
        return real(path, flags, *rest, **named)

    return open


def looking(shadow: Shadow) -> Any:
    """`os.lstat` that sees what a link of the shadow stands for."""
    real, follow = os.lstat, os.stat

    def lstat(path: Any, **named: Any) -> Any:
        path = shadow.lead(shadow.for_reading, path)
        found = real(path, **named)
        ours = stat.S_ISLNK(found.st_mode) and not named and shadow.lead(stands_for(shadow), path) != path
        return follow(path) if ours else found

    return lstat


def stands_for(shadow: Shadow) -> Any:
    """The way from a link of the shadow to what it stands for."""

    def way(path: str) -> str:
        ours = shadow.is_our_link(path) and shadow.is_inside(os.path.realpath(os.path.dirname(os.path.abspath(path))))
        return os.readlink(path) if ours else path

    return way


def led(shadow: Shadow, real: Any, ways: list) -> Any:
    """A function whose first paths are led, given by place or by name."""

    def function(*arguments: Any, **named: Any) -> Any:
        if not {"dir_fd", "src_dir_fd", "dst_dir_fd"} & set(named):
            first = [shadow.lead(way, path) for path, (_, way) in zip(arguments, ways)]
            arguments = tuple(first) + arguments[len(first) :]
            named.update({name: shadow.lead(way, named[name]) for name, way in ways if name in named})
        return real(*arguments, **named)

    function.__name__ = real.__name__
    return function


def of_databases(shadow: Shadow) -> dict:
    """What opens a database, led into the shadow, whatever is then done with it."""
    try:
        import sqlite3
    except ImportError:
        return {}

    def file(path: str) -> str:
        if not path.startswith("file:"):
            return path if path == ":memory:" else shadow.for_writing(path)
        name, mark, query = path[5:].partition("?")
        name = unquote(re.sub("^//(localhost)?(?=/)", "", name))
        in_memory = name in ("", ":memory:") or "mode=memory" in query
        return path if in_memory else "file:" + quote(shadow.for_writing(name)) + mark + query

    return {id(sqlite3.connect): led(shadow, sqlite3.connect, [("database", file)])}


def is_refusal(error: BaseException, shadow: Shadow) -> bool:
    """Whether the system refused a change outside of the scratch folder: the rehearsal's fault, not the script's.

    Compiled code tells it in words of its own. What cannot be read is refused to its user too.
    """
    if not isinstance(error, OSError):
        return "ermission denied" in said_by(error)
    if error.errno not in (errno.EACCES, errno.EXDEV, errno.EROFS):
        return False
    path = text_of_path(error.filename) if error.filename is not None else None
    if path is None:
        return True
    full = os.path.realpath(path)
    return not shadow.holds(full) and (os.access(full, os.R_OK) or not os.path.exists(full))
