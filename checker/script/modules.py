"""What lies beside a script: modules of the same project, and files of settings that it reads."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from ..errors import CannotLook
from ..world.files import first_file, read_bytes
from .plain import stripped
from .reading.state import State
from .sources import decoded, parse, read_cells
from .values.proxies import Call, File, Module, Unknown, path_of

#: bytes of a file of settings, and modules of one project that are read
LARGEST, MOST = 1_000_000, 60
#: folders in which a project keeps its packages
LAYOUTS = ("", "src", "lib")


def imported(reader: State, name: str) -> Module | None:
    """A module of the user's own project by its name, read; None for one of a library, or one that cannot be read.

    A relative name starts with dots. Packages are looked for beside the script, in the folders above it and where the
    script is run from.
    """
    path = _find(reader, name)
    if path is None or len(reader.modules) >= MOST:
        return None
    if path not in reader.modules:
        reader.modules[path] = Module({})
        reader.uses.followed.append(name)
        reader.uses.beside.append(str(path))
        _read(reader, path, reader.modules[path])
    found: Module = reader.modules[path]
    return found


def _find(reader: State, name: str) -> Path | None:
    """The file of a module."""
    inner = name.lstrip(".")
    dots = len(name) - len(inner)
    parts = [p for p in inner.split(".") if p]
    if dots:
        folder = reader.package
        roots = [folder.parents[dots - 2] if dots > 1 else folder] if folder and len(folder.parents) >= dots - 1 else []
    else:
        roots = [folder / layout for folder in reader.folders for layout in LAYOUTS]
    if not parts and not dots:
        return None
    places = [root.joinpath(*parts) for root in roots]
    ends = [(p / "__init__.py", p.with_name(f"{p.name}.py")) for p in places]
    return first_file(path for two in ends for path in two)


def _read(reader: State, path: Path, module: Module) -> None:
    """Follow a module's statements in a scope of its own."""
    try:
        (cell,) = read_cells(path)
        tree, trouble = parse(cell)
    except (CannotLook, ValueError):
        return
    if trouble:
        reader.uses.miss(f"Not all read: {trouble}")
        return
    kept = reader.scopes, reader.label, reader.package, reader.ends
    reader.scopes, reader.label, reader.package, reader.ends = (module.scope,), path.name, path.parent, False
    module.scope["__name__"] = path.stem
    try:
        reader.note_imports(tree, reader.sure and not reader.guarded)
        reader.follow(tree.body)
    finally:
        reader.scopes, reader.label, reader.package, reader.ends = kept


# --- files of settings -------------------------------------------------------------------------------------------


def text_of(reader: State, given: Any) -> str | None:
    """The text of a file that is there, or a text itself where `given` is what was read from one."""
    path = reader.file(given)
    if path is None:
        return None
    try:
        return decoded(path, read_bytes(path, LARGEST))
    except CannotLook:
        return None


def note_absent(reader: State, name: Any, where: str) -> None:
    """Keep a sentence about a file that the script reads and that is not there."""
    text = path_of(name)
    if isinstance(text, str) and "://" not in text and not reader.file(text):
        reader.uses.miss(f"Not all read: {where} {text} is not found, so what is in it is not known")


def load(kind: str) -> Any:
    """`json.load(file)`, `yaml.safe_load(file)`, `tomllib.load(file)`; their `loads` take a text."""

    def function(reader: State, call: Call) -> Any:
        given = stripped(call.get(0, "fp", "stream", "s"))
        text = given if isinstance(given, str) else text_of(reader, given)
        if text is None:
            note_absent(reader, given, call.where)
            return Unknown()
        try:
            return _PARSERS[kind](text)
        except (ValueError, RecursionError, TypeError):
            return Unknown()

    return function


def _toml(text: str) -> Any:
    return import_module("tomllib" if sys.version_info >= (3, 11) else "tomli").loads(text)


def _yaml(text: str) -> Any:
    import yaml

    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ValueError from error


_PARSERS: dict[str, Callable[[str], Any]] = {"json": json.loads, "toml": _toml, "yaml": _yaml}
CALLS = {
    **dict.fromkeys(("json.load", "json.loads"), load("json")),
    **dict.fromkeys(("tomllib.load", "tomllib.loads", "toml.load", "tomli.load", "tomli.loads"), load("toml")),
    **dict.fromkeys(("yaml.safe_load", "yaml.load", "yaml.full_load"), load("yaml")),
}


def read_file(reader: State, file: File) -> Any:
    """`file.read()`, `path.read_text()`."""
    text = text_of(reader, file)
    return Unknown() if text is None else text
