"""Searches over parameters: a model that is tried needs only a few of the candidates."""

from __future__ import annotations

import re
from dataclasses import replace
from math import prod

from ..values.machine import Machine
from ..values.values import Arguments, Items, Literal, Table, Value

SEARCH = re.compile(r"^sklearn\.model_selection\..*SearchCV$")
GRIDS = ("param_grid", "param_distributions")
#: candidates up to which a grid is left as it is
FEW = 8


def narrowed(machine: Machine, name: str, arguments: Arguments, where: str) -> Arguments:
    """The arguments of a search with the first and last value of each parameter, where it has many candidates."""
    if not SEARCH.match(name):
        return arguments
    positional = tuple(narrow(v) if at == 1 else v for at, v in enumerate(arguments.positional))
    named = {key: narrow(value) if key in GRIDS else value for key, value in arguments.named.items()}
    if (positional, named) != (arguments.positional, dict(arguments.named)):
        machine.uses.note(f"{where} the search is tried with the first and last value of each parameter")
    return replace(arguments, positional=positional, named=named)


def narrow(grid: Value) -> Value:
    """A smaller grid, or list of grids; other values than literals all stay."""
    if isinstance(grid, Items):
        return replace(grid, elements=tuple(narrow(one) for one in grid.elements))
    if not isinstance(grid, Table) or prod(len(v.elements) for _, v in grid.entries if isinstance(v, Items)) <= FEW:
        return grid
    return Table(tuple((key, ends(value)) for key, value in grid.entries), grid.form)


def ends(values: Value) -> Value:
    """The first and the last of more than two literals."""
    if not isinstance(values, Items) or len(values.elements) < 3:
        return values
    return Items((values.elements[0], values.elements[-1])) if all(map(is_literal, values.elements)) else values


def is_literal(value: Value) -> bool:
    """Whether a value is a literal, or a tuple or list of such."""
    return isinstance(value, Literal) or (isinstance(value, Items) and all(map(is_literal, value.elements)))
