"""Places in the user's files that a parameter names: a canary keeps inside its own folder."""

from __future__ import annotations

import re
from typing import Any

#: a path that leads out of the folder one is in: absolute, of a home, of a drive, a file's address, or climbing
ELSEWHERE = re.compile(r"(?i)[/\\~]|[a-z]:[/\\]|file:|(.*[/\\])?\.\.([/\\]|$)")
#: parameters that hold data, whatever their text looks like
DATA = re.compile(r"(?i)column|transformer|categor|feature|value|pattern|words|vocabulary|class|label|sep")
#: parameters that name a file which must be there
FILES = re.compile(r"(?i)(^|_)files?$|filename$")


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
