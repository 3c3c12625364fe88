"""Compare, ask for a third opinion, and look at the edges."""

from typing import Any

from .compare import TOLERANCE, Disagreement, EdgeDisagreement, expected_answers, judge, plain
from .data import edge_rows
from .running import answer, by_reference, raw_scores


def compare_edges(np: Any, canary: dict, state: dict, tolerance: float) -> None:
    """Compare on the thresholds of the model's trees, where it has any."""
    edges = np.array(edge_rows(np, state["model"], state["x"]))
    if not len(edges):
        return
    try:
        judge(
            np,
            state["model"],
            expected_answers(state["model"], edges, raw_scores(canary)),
            answer(canary, state, edges),
            tolerance,
            0,
        )
    except Disagreement as error:
        raise EdgeDisagreement("on values next to the thresholds of its trees, " + str(error), error.facts)


def third_opinion(np: Any, state: dict, tolerance: float) -> str:
    """Whom the reference evaluator agrees with: scikit-learn, runtime, neither, or "" when it cannot say."""
    try:
        third = by_reference(state)
    except Exception:
        return ""
    try:
        judge(np, state["model"], state["want"], third, tolerance, state["ordinary"])
        return "scikit-learn"
    except Disagreement:
        pass
    same = all(
        a.shape == b.shape and np.allclose(a, b, tolerance, tolerance, equal_nan=True)
        for a, b in zip(map(lambda v: plain(np, v), third), map(lambda v: plain(np, v), state["got"]))
        if a.dtype.kind in "fiu"
    )
    return "runtime" if same else "neither"


def step_parity(canary: dict, state: dict) -> dict:
    """Compare; a disagreement is put to a third opinion, where the onnx package has one."""
    np = state["np"]
    if canary["outputs"] or canary["feed"]:
        return {}
    double = any(kind == "DoubleTensorType" for _, kind, _ in canary["inputs"])
    tolerance = TOLERANCE["float64" if double else "float32"]
    try:
        facts = judge(np, state["model"], state["want"], state["got"], tolerance, state["ordinary"])
    except Disagreement as error:
        error.facts["third_opinion"] = third_opinion(np, state, tolerance)
        raise
    if canary["layout"] == "matrix" and state["x"].dtype.kind == "f" and not np.isnan(state["x"]).any():
        compare_edges(np, canary, state, tolerance)
    return facts
