"""Canaries of the same estimator, whatever its parameters and inputs: what becomes of all of them is a hint."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from ...model import Canary
from .trees import Model, read_model

#: canaries of one estimator that are asked
AKIN = 12


def find_akin(canary: Canary, catalogue: Sequence[Canary]) -> tuple[str, ...]:
    """The canaries of the same estimator; none of what only joins others."""
    model = read_model(canary.make)
    return () if model is None or model.joins else made_alike(model, catalogue)


def made_alike(model: Model, catalogue: Sequence[Canary]) -> tuple[str, ...]:
    """The canaries of the same estimator as a model."""
    return tuple(row.name for row, _ in islice(of_kind(model, catalogue), AKIN))


def of_kind(model: Model, catalogue: Sequence[Canary]) -> Iterator[tuple[Canary, Model]]:
    """The rows that make the same estimator, with what they make; only those that name it are read."""
    for row in catalogue:
        if f"{model.name}(" in row.make and not row.logging:
            tree = read_model(row.make)
            if tree and (tree.library, tree.name) == (model.library, model.name):
                yield row, tree
