"""Rows of real data that sit on a jump of their model: there, the last digits of a number decide the answer."""

from typing import Any

from ...canary.compare import TOLERANCE, Disagreement, EdgeDisagreement, compare_answers, expected_answers
from ...canary.parity import aligned, scores_count, step_parity
from ...canary.running import asked_options

#: how far a value is moved, relative to itself: a few units in the last place of a float32
NUDGE = 2.0**-21
#: columns that are moved, one after the other; share of the rows that may sit on a jump
COLUMNS_MOVED, FEW = 40, 0.1


def step_real_parity(canary: dict, state: dict) -> dict:
    """Compare on real rows; those alone that jump by themselves are edges, which measured data may well have."""
    try:
        return step_parity(canary, state)
    except Disagreement as error:
        if type(error) is not Disagreement or not on_jumps_only(canary, state):
            raise
        raise EdgeDisagreement("on rows next to a jump of the model, " + str(error), error.facts)


def on_jumps_only(canary: dict, state: dict) -> bool:
    """Whether every row that disagrees is one whose answer scikit-learn itself changes with the last digits."""
    np, tolerance = state["np"], TOLERANCE["float32"]
    got, count = aligned(canary, state, state["got"]), scores_count(canary, state)
    wrong = compare_answers(np, state["model"], state["want"], got, tolerance, count)["rows"]
    if not wrong.any() or wrong.mean() > FEW:
        return False
    left = wrong.copy()
    for moved in nudged(np, state["test"]):
        answers = list(expected_answers(state["model"], moved, asked_options(canary)).values())
        left &= ~compare_answers(np, state["model"], state["want"], answers, tolerance, count)["rows"]
        if not left.any():
            return True
    return False


def nudged(np: Any, x: Any) -> Any:
    """The data with one column of floats after the other moved a little, up and down."""
    values = getattr(x, "dtypes", None)
    if getattr(x, "ndim", 0) != 2 or values is None and x.dtype.kind != "f":
        return
    for place in range(min(x.shape[1], COLUMNS_MOVED)):
        if values is not None and values.iloc[place].kind != "f":
            continue
        for factor in (1 + NUDGE, 1 - NUDGE):
            moved = x.copy()
            if values is None:
                moved[:, place] *= np.asarray(factor, dtype=x.dtype)
            else:
                moved[moved.columns[place]] = x.iloc[:, place] * factor
            yield moved
