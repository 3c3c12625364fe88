"""Places in the user's files: those that a parameter names, and those where a script keeps its models."""

from __future__ import annotations

import re
from dataclasses import replace

from ..values.machine import Machine
from ..values.values import UNKNOWN, Arguments, File, Items, Literal, Table, Value

#: a path that leads out of the folder one is in: absolute, of a home, of a drive, a file's address, or climbing
ELSEWHERE = re.compile(r"(?i)[/\\~]|[a-z]:[/\\]|file:|(.*[/\\])?\.\.([/\\]|$)")
#: parameters that hold data, whatever their text looks like
DATA = re.compile(r"(?i)column|transformer|categor|feature|value|pattern|words|vocabulary|class|label|sep")
#: parameters that name a file which must be there
FILES = re.compile(r"(?i)(^|_)files?$|filename$")


def names_file(parameter: str, value: Value) -> bool:
    """Whether a parameter names a file that is read: no canary has it."""
    return bool(FILES.search(parameter)) and isinstance(value, Literal) and isinstance(value.value, str)


def kept_inside(value: Value, parameter: str, direct: bool = True) -> Value:
    """The value of a parameter, its paths kept inside the working folder; `parameter` is "" for one without a name.

    Texts in lists that have no name are columns, names of steps and the like.
    """
    if isinstance(value, Literal) and isinstance(value.value, str) and (parameter or direct):
        path = ELSEWHERE.match(value.value) and not DATA.search(parameter.rpartition("__")[2])
        return Literal(inside(value.value)) if path else value
    if isinstance(value, Items):
        return replace(value, elements=tuple(kept_inside(e, parameter, False) for e in value.elements))
    if isinstance(value, Table):
        return replace(
            value, entries=tuple((k, kept_inside(v, _name(k) or parameter, False)) for k, v in value.entries)
        )
    return value


def _name(key: Value) -> str:
    return key.value if isinstance(key, Literal) and isinstance(key.value, str) else ""


def inside(path: str) -> str:
    """The last name of a path."""
    return re.split(r"[/\\:]", path.rstrip("/\\"))[-1].strip(".~") or "place"


def kept(machine: Machine, name: str, arguments: Arguments) -> Value | None:
    """`joblib.dump(model, path)` and `pickle.dump(model, file)`, and what is loaded from there; None for any other."""
    module, _, does = name.rpartition(".")
    if module.rpartition(".")[2] not in ("joblib", "pickle") or does not in ("dump", "load"):
        return None
    place = arguments.get(1 if does == "dump" else 0, "filename", "file")
    path = place.path if isinstance(place, File) else place.value if isinstance(place, Literal) else None
    if does == "load":
        return machine.uses.kept.get(str(path), UNKNOWN)
    if path is not None:
        machine.uses.kept[str(path)] = arguments.get(0, "value", "obj") or UNKNOWN
    return UNKNOWN
