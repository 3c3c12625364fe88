"""Places in the user's files: the folders that a script names, and paths in parameters, which a canary keeps inside."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any

from ..values.proxies import Call, File, Unknown

#: a path that leads out of the folder one is in: absolute, of a home, of a drive, a file's address, or climbing
ELSEWHERE = re.compile(r"(?i)[/\\~]|[a-z]:[/\\]|file:|(.*[/\\])?\.\.([/\\]|$)")
#: parameters that hold data, whatever their text looks like
DATA = re.compile(r"(?i)column|transformer|categor|feature|value|pattern|words|vocabulary|class|label|sep")
#: parameters that name a file which must be there
FILES = re.compile(r"(?i)(^|_)files?$|filename$")

#: folders above a path that a script may ask for by number
HIGHEST = 9


def names_file(parameter: str, value: Any) -> bool:
    """Whether a parameter names a file that is read: no canary has it."""
    return bool(FILES.search(parameter)) and isinstance(value, str)


def kept_inside(value: Any, parameter: str, direct: bool = True) -> Any:
    """The value of a parameter, its paths kept inside the working folder; `parameter` is "" for one without a name.

    Texts in lists that have no name are columns, names of steps and the like.
    """
    if isinstance(value, str) and (parameter or direct):
        path = ELSEWHERE.match(value) and not DATA.search(parameter.rpartition("__")[2])
        return inside(value) if path else value
    if type(value) in (list, tuple, set):
        return type(value)(kept_inside(e, parameter, False) for e in value)
    if type(value) is dict:
        return {k: kept_inside(v, k if isinstance(k, str) else parameter, False) for k, v in value.items()}
    return value


def inside(path: str) -> str:
    """The last name of a path."""
    return re.split(r"[/\\:]", path.rstrip("/\\"))[-1].strip(".~") or "place"


def of_path(file: File, name: str) -> Any:
    """An attribute of a path; above the script's own folder it stays there, as files are looked for above it too."""
    path = PurePosixPath(file.path)
    if name == "parents":
        return [*(File(str(p)) for p in path.parents), *[File(".")] * HIGHEST]
    return File(str(path.parent)) if name == "parent" else getattr(path, name)


def folder(call: Call) -> Any:
    """`os.path.dirname(path)`: of the script itself it is the folder that its files are looked for in."""
    path = getattr(call.get(0, "p"), "path", call.get(0, "p"))
    return str(PurePosixPath(path).parent) if isinstance(path, str) else Unknown()


#: functions that name a folder
FOLDERS: dict[str, Callable[[Call], Any]] = {
    "os.path.dirname": folder,
    "os.getcwd": lambda _: ".",
    "pathlib.Path.cwd": lambda _: File("."),
}
