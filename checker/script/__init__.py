"""Reading the user's script: what it imports, which models it makes, how it converts and logs them; nothing is run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..errors import CannotLook
from ..model import Script
from ..world.files import folder_of
from ..world.project import project_folders
from .reading.statements import Reader
from .rows.canaries import build
from .rows.left import note_left
from .sources import Cell, parse, read_cells, runnable
from .story.worth import is_fresh
from .uses.record import Files
from .values.proxies import Call, Module

__all__ = ["read", "runnable"]


def read(paths: Sequence[Path], forgiving: bool = False) -> Script:
    """What scripts and notebooks ask for. Raises CannotLook for a file that cannot be read.

    And for one that is no Python, unless `forgiving`: the interpreter that is to run it may be a newer one.
    """
    sources = [(path, read_cells(path)) for path in paths]
    if empty := [str(path) for path, cells in sources if not any(cell.text.strip() for cell in cells)]:
        raise CannotLook(f"{' and '.join(empty)}: there is no code in it", "give the script that trains and converts")
    files = Files()
    readers = [read_source(cells, path, files, forgiving) for path, cells in sources]
    scripts = [asked_for(reader) for reader in readers]  # what a script does with the files of one before it counts
    calls: dict[str, str] = {}
    names: dict[str, str] = {}
    for script in scripts:
        calls, names = {**script.calls, **calls}, {**script.names, **names}
    return Script(
        tuple(map(str, paths)),
        tuple(i for s in scripts for i in s.imports),
        tuple(c for s in scripts for c in s.canaries),
        tuple(i for s in scripts for i in s.installs),
        calls,
        tuple(dict.fromkeys(n for s in scripts for n in s.notes)),
        tuple(dict.fromkeys(n for s in scripts for n in s.unseen)),
        names=names,
        conversions=sum(s.conversions for s in scripts),
        converted=sum(s.converted for s in scripts),
        followed=tuple(n for s in scripts for n in s.followed),
        files=tuple(f for s in scripts for f in s.files),
    )


def read_source(cells: Sequence[Cell], path: Path, files: Files, forgiving: bool) -> Reader:
    """Follow the cells of one script or notebook in their order; `files` is what scripts before it have written.

    Raises CannotLook for a script that is no Python; of a notebook, the cells that are Python are read.
    """
    reader = Reader(project_folders(path))
    reader.uses.files = files
    reader.package = Path(folder_of(path))
    reader.modules[reader.package / path.name] = Module(reader.scopes[0])  # what others import of it is itself
    for cell in cells:
        tree, trouble = parse(cell)
        if trouble:
            if not cell.notebook and not forgiving:
                raise CannotLook(trouble, "mend that line, or give another script")
            reader.uses.miss(f"Not all read: {trouble}; only its import statements count")
        reader.label = cell.label
        try:
            reader.note_imports(tree, True)
        except RecursionError:
            raise CannotLook(f"{cell.label} is nested too deeply to be read", "give a script that is less so") from None
        reader.follow(tree.body)
    enter_others(reader)
    return reader


def asked_for(reader: Reader) -> Script:
    """What a script that was read asks for."""
    uses = reader.uses
    uses.story.fresh = is_fresh(reader)
    canaries = build(uses)
    note_left(uses, reader.scopes[0])
    return Script(
        (),
        tuple(uses.imports),
        canaries,
        tuple(uses.installs),
        uses.calls,
        tuple(uses.notes),
        tuple(uses.unseen),
        names=attributes(reader),
        conversions=len(uses.conversions) + uses.exported,
        converted=uses.read,
        followed=tuple(uses.followed),
        files=tuple(uses.beside),
    )


def attributes(reader: Reader) -> dict[str, str]:
    """The attributes of packages that a script asks for, without those that it sets itself, and where."""
    uses = reader.uses
    return {n: where for n, where in uses.names.items() if not any(f"{n}.".startswith(f"{r}.") for r in uses.replaced)}


def enter_others(reader: Reader) -> None:
    """Walk through functions that nothing was seen to call, with nothing known of their arguments."""
    for conversion in reader.uses.conversions:
        conversion.open = False
    for function in reader.functions:
        if id(function.node) not in reader.entered:
            name = getattr(function.node, "name", "")
            with reader.doubting(f"{function.label}:{function.node.lineno} {name} is not seen to be called"):
                reader.entered_with(function, Call())
