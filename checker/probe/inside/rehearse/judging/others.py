"""Outputs beside labels, values and scores: the leaves and paths of trees."""

from typing import Any

from ...canary.compare import Disagreement, plain
from .edges import FEW

#: outputs by their names in a graph -> how an estimator gives the same, and what of it must be there
OTHERS = {
    "decision_leaf": (lambda model, x: model.apply(x), "apply"),
    "decision_path": (lambda model, x: paths_of(model, x), "decision_path"),
}  # type: dict


def paths_of(model: Any, x: Any) -> Any:
    """The way of every row through every tree, as texts of noughts and ones: one column a tree."""
    import numpy

    told = model.decision_path(x)
    whole, starts = told if isinstance(told, tuple) else (told, [0, told.shape[1]])
    dense = whole.toarray().astype(int)
    trees = [dense[:, start:end] for start, end in zip(starts, list(starts)[1:])]
    return numpy.array([["".join(map(str, tree[row])) for tree in trees] for row in range(len(dense))], dtype=object)


def compare_others(state: dict) -> None:
    """Compare what else the graph gives; raises Disagreement where more rows differ than sit on a jump by chance."""
    np, names = state["np"], [output.name for output in state["session"].get_outputs()]
    for name, got in zip(names, state["got"]):
        ask, needs = OTHERS.get(name, (None, ""))
        if ask is None or not hasattr(state["model"], needs):
            continue
        try:
            want, got = plain(np, ask(state["model"], state["test"])), plain(np, got)
            rows = differing(got, want)
        except Exception:  # of a form that is not known
            continue
        if rows.mean() > FEW:
            said = "its output %s differs from scikit-learn's on %d of %d rows" % (name, rows.sum(), len(rows))
            raise Disagreement(said, {"output": name})


def differing(got: Any, want: Any) -> Any:
    """Mask of the rows that differ; raises ValueError for another form."""
    return (got.reshape(len(want), -1) != want.reshape(len(want), -1)).any(axis=1)
