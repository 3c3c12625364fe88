"""Reading the user's script: what it imports, which models it makes, how it converts and logs them; nothing is run."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from pathlib import Path

from ..errors import CannotLook
from ..model import Import, Script
from .calls import entered, follow
from .expressions import evaluate
from .imports import find_imports
from .sources import Cell, parse, read_cells, runnable
from .statements import walk
from .uses.canaries import build
from .values.machine import Machine, Uses
from .values.values import Arguments, Function

__all__ = ["read", "runnable"]


def read(paths: Sequence[Path]) -> Script:
    """What scripts and notebooks ask for. Raises CannotLook for a file that cannot be read or is no Python."""
    sources = [(path, read_cells(path)) for path in paths]
    if empty := [str(path) for path, cells in sources if not any(cell.text.strip() for cell in cells)]:
        raise CannotLook(f"{' and '.join(empty)}: there is no code in it", "give the script that trains and converts")
    scripts = [read_source(cells) for _, cells in sources]
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
    )


def read_source(cells: Sequence[Cell]) -> Script:
    """What the cells of one script or notebook ask for, in their order.

    Raises CannotLook for a script that is no Python; of a notebook, the cells that are Python are read.
    """
    machine = Machine(evaluate, walk)
    imports: list[Import] = []
    functions: list[Function] = []
    for cell in cells:
        tree, trouble = parse(cell)
        if trouble:
            if not cell.notebook:
                raise CannotLook(trouble, "mend that line, or give another script")
            machine.uses.miss(f"Not all read: {trouble}; only its import statements count")
        machine.label = cell.label
        try:
            imports += find_imports(tree, cell.label)
        except RecursionError:
            raise CannotLook(f"{cell.label} is nested too deeply to be read", "give a script that is less so") from None
        functions += [Function(n, machine.scopes, cell.label) for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)]
        follow(machine, tree.body)
    enter_others(machine, functions)
    uses = machine.uses
    canaries = build(uses)
    told = tuple(uses.notes), tuple(uses.unseen)
    return Script((), tuple(imports), canaries, tuple(uses.installs), uses.calls, *told, names=attributes(uses))


def attributes(uses: Uses) -> dict[str, str]:
    """The attributes of packages that a script asks for, without those that it sets itself, and where."""
    return {n: where for n, where in uses.names.items() if not any(f"{n}.".startswith(f"{r}.") for r in uses.replaced)}


def enter_others(machine: Machine, functions: Sequence[Function]) -> None:
    """Walk through functions that nothing was seen to call, with nothing known of their arguments."""
    machine.unsure += 1
    machine.finished = len(machine.uses.conversions)
    for function in functions:
        if id(function.node) not in machine.entered:
            entered(machine, function, Arguments())
