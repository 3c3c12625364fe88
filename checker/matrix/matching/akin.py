"""Canaries of the same estimator, whatever its parameters and inputs: what becomes of all of them is a hint."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from ...model import Canary
from .trees import Model, read_model

#: canaries of one estimator that are asked
AKIN = 12


def find_akin(canary: Canary, catalogue: Sequence[Canary]) -> tuple[str, ...]:
    """The canaries of the same estimator; none of what only joins others."""
    model = read_model(canary.make)
    if model is None or model.joins:
        return ()
    named = (row for row in catalogue if f"{model.name}(" in row.make and not row.logging)
    return made_alike(model, [(row, tree) for row in named if (tree := read_model(row.make))])


def made_alike(model: Model, known: Sequence[tuple[Canary, Model]]) -> tuple[str, ...]:
    """Of canaries and what they make, those of the same estimator as a model."""
    same = (row.name for row, tree in known if (tree.library, tree.name) == (model.library, model.name))
    return tuple(islice(same, AKIN))
