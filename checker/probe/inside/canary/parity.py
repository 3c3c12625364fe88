"""Compare, ask for a third opinion, and look at the edges."""

from typing import Any

from .compare import TOLERANCE, Disagreement, EdgeDisagreement, expected_answers, judge, margin, plain
from .converting import kinds_of
from .data import edge_rows
from .running import answer, asked_options, by_reference


def aligned(canary: dict, state: dict, got: list) -> list:
    """The answers at the places of the model's outputs, None for an output that the script does not ask for."""
    asked = dict(zip(canary["outputs"], got))
    return [asked.get(o.name) for o in state["session"].get_outputs()] if asked else got


def scores_count(canary: dict, state: dict) -> bool:
    """Whether a decision function is what the script wants: it asks for it, or takes the scores of an outlier model."""
    takes = canary["unpacks"] > 1 and not hasattr(state["model"], "classes_")
    return bool(takes or asked_options(canary).get("raw_scores"))


def is_complete(np: Any, x: Any) -> bool:
    """Whether the training data are floats, without gaps."""
    return all(kind.kind == "f" for kind in kinds_of(x)) and not bool(np.isnan(getattr(x, "values", x)).any())


def find_edges(np: Any, canary: dict, state: dict) -> Any:
    """Rows on the thresholds of the model's trees, as the model takes them; None where it has none."""
    x = state["x"]
    if len(canary["inputs"]) != 1 or canary["layout"] == "vector" or not is_complete(np, x):
        return None
    edges = np.array(edge_rows(np, state["model"], getattr(x, "values", x)))
    if not len(edges):
        return None
    return type(x)(edges, columns=x.columns) if canary["layout"] == "frame" else edges


def on_edges(error: Disagreement) -> EdgeDisagreement:
    """The same disagreement, seen on the thresholds of trees."""
    return EdgeDisagreement("on values next to the thresholds of its trees, " + str(error), error.facts)


def compare_edges(np: Any, canary: dict, state: dict, tolerance: float) -> None:
    """Compare on the thresholds of the model's trees, where it has any."""
    edges = find_edges(np, canary, state)
    if edges is None:
        return
    try:
        judge(
            np,
            state["model"],
            expected_answers(state["model"], edges, asked_options(canary)),
            aligned(canary, state, answer(canary, state, edges)),
            tolerance,
            0,
            scores_count(canary, state),
        )
    except Disagreement as error:
        raise on_edges(error)


def decided_rows(np: Any, state: dict, tolerance: float) -> Any:
    """Mask of the ordinary rows whose class the decision function tells clearly, where probabilities are compared.

    The probabilities of several classes can be the same where their scores are far apart. None without such a function.
    """
    model, want = state["model"], state["want"]
    if "predict_proba" not in want or not hasattr(model, "decision_function") or plain(np, want["predict"]).ndim != 1:
        return None
    scores = plain(np, model.decision_function(state["test"]))[: state["ordinary"]]
    clear = margin(np, scores) > tolerance * max(1.0, float(np.abs(scores).max()))
    return np.concatenate([clear, np.zeros(len(state["test"]) - len(clear), dtype=bool)])


def third_opinion(np: Any, canary: dict, state: dict, tolerance: float) -> str:
    """Whom the reference evaluator agrees with: scikit-learn, runtime, neither, or "" when it cannot say."""
    try:
        third = by_reference(canary, state)
    except Exception:
        return ""
    try:
        count = scores_count(canary, state)
        decided = decided_rows(np, state, tolerance)
        judge(np, state["model"], state["want"], third, tolerance, state["ordinary"], count, decided)
        return "scikit-learn"
    except Disagreement:
        pass
    same = all(
        a.shape == b.shape and np.allclose(a, b, tolerance, tolerance, equal_nan=True)
        for a, b in [
            (plain(np, t), plain(np, g)) for t, g in zip(third, aligned(canary, state, state["got"])) if g is not None
        ]
        if a.dtype.kind in "fiu"
    )
    return "runtime" if same else "neither"


def gives_raw_scores(canary: dict, model: Any) -> bool:
    """Whether a pipeline as a whole was asked for raw scores, which are its last step's."""
    return hasattr(model, "steps") and bool((canary["options"] or {}).get("raw_scores"))


def gives_probabilities(canary: dict, state: dict, tolerance: float) -> bool:
    """Whether a pipeline that was asked for raw scores gives probabilities."""
    model = state["model"]
    if not gives_raw_scores(canary, model):
        return False
    got, ordinary = aligned(canary, state, state["got"]), state["ordinary"]
    try:
        judge(state["np"], model, expected_answers(model, state["test"], {}), got, tolerance, ordinary)
    except Disagreement:
        return False
    return True


def tolerance_of(canary: dict) -> float:
    """The largest relative difference that the canary's declared inputs allow."""
    double = any(kind == "DoubleTensorType" for _, kind, _ in canary["inputs"])
    return TOLERANCE["float64" if double else "float32"]


def step_parity(canary: dict, state: dict) -> dict:
    """Compare; a disagreement is put to a third opinion, where the onnx package has one."""
    np = state["np"]
    if canary["feed"]:
        return {}
    tolerance = tolerance_of(canary)
    got, count = aligned(canary, state, state["got"]), scores_count(canary, state)
    try:
        decided = decided_rows(np, state, tolerance)
        facts = judge(np, state["model"], state["want"], got, tolerance, state["ordinary"], count, decided)
    except Disagreement as error:
        if gives_probabilities(canary, state, tolerance):
            return {"ignored": "raw_scores"}
        error.facts["third_opinion"] = third_opinion(np, canary, state, tolerance)
        raise
    compare_edges(np, canary, state, tolerance)
    return facts
