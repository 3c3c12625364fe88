"""The families of estimators: one file each, a row a canary."""

from __future__ import annotations

from . import (
    around,
    boosters,
    clusters,
    decomposition,
    linear,
    neighbours,
    preprocessing,
    selection,
    text,
    trees,
    vectors,
)

#: in the order of the catalogue
FAMILIES = (
    linear.ROWS,
    neighbours.ROWS,
    vectors.ROWS,
    trees.ROWS,
    around.ROWS,
    preprocessing.ROWS,
    text.ROWS,
    selection.ROWS,
    decomposition.ROWS,
    clusters.ROWS,
    boosters.ROWS,
)
