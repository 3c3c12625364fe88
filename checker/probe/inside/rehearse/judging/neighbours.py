"""The comparison on awkward neighbours of the script's own rows, as far as the model itself takes them."""

import time
import warnings
from typing import Any

from ...canary.compare import TOLERANCE, Disagreement, EdgeDisagreement, compare_answers, expected_answers, judge
from ...canary.parity import aligned, scores_count, third_opinion
from ...canary.running import answer, asked_options
from .edges import on_jumps_only, step_real_parity
from .near import Neighbour, is_told, joined, missing_values, odd_texts, unseen_values
from .others import compare_others

#: seconds after which no further kind of neighbours is begun
LONG_ENOUGH = 3.0


def step_all_parity(canary: dict, state: dict) -> dict:
    """Compare all outputs on the script's rows, then on neighbours; a row on a jump of the model hides no worse one."""
    edge, facts = None, {}  # type: Any, dict
    try:
        facts = step_real_parity(canary, state)
    except EdgeDisagreement as error:
        edge = error
    compare_others(state)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        facts.update(compare_neighbours(canary, state))
    if edge is not None:
        raise edge
    return facts


def compare_neighbours(canary: dict, state: dict) -> dict:
    """How many neighbours the model takes; raises Disagreement for one on which the runtime does not agree.

    What is like none of the script's own rows is only told: `beyond`.
    """
    tried, wrong = 0, []  # type: int, list
    end = time.monotonic() + LONG_ENOUGH
    for group in (missing_values(state), unseen_values(state), odd_texts(state)):
        for together in taken(canary, state, group) if time.monotonic() < end else ():
            wrong += compare_together(canary, state, together)
            tried += len(together)
    for error in wrong:
        if error.facts["own"]:
            raise error
    return {"neighbours": tried, "beyond": str(wrong[0]) if wrong else ""}


def taken(canary: dict, state: dict, group: list) -> list:
    """The neighbours that the model takes, in lists that are asked together: (neighbour, ...)."""
    if not group:
        return []
    if answers_of(canary, state, group) is not None:
        return [group]
    return [[one] for one in group if len(group) > 1 and answers_of(canary, state, [one]) is not None]


def answers_of(canary: dict, state: dict, group: list) -> Any:
    """What the model answers to neighbours, None where it refuses them or can say nothing of them."""
    try:
        want = expected_answers(state["model"], joined(state["np"], [one.x for one in group]), asked_options(canary))
        return want if all(is_told(state["np"], value) for value in want.values()) else None
    except Exception:
        return None


# --- the comparison


def compare_together(canary: dict, state: dict, group: list) -> list:
    """The Disagreements of neighbours that the model takes."""
    want = answers_of(canary, state, group)
    got, refusal = runtime_of(canary, state, group)
    if not refusal and (got is None or not differ(canary, state, want, got)):
        return []
    if len(group) > 1:
        return [error for one in group for error in compare_together(canary, state, [one])]
    return blamed(canary, dict(state, test=group[0].x, want=want, got=got), group[0], refusal)


def differ(canary: dict, state: dict, want: dict, got: list) -> bool:
    """Whether the answers are others."""
    try:
        count = scores_count(canary, state)
        rows = compare_answers(state["np"], state["model"], want, got, TOLERANCE["float32"], count)["rows"]
        return bool(rows.any())
    except Disagreement:
        return True


def blamed(canary: dict, state: dict, one: Neighbour, refusal: str) -> list:
    """What is wrong with the answers to a neighbour as a Disagreement; nothing where it sits on a jump of the model."""
    np, tolerance, facts = state["np"], TOLERANCE["float32"], {"neighbour": one.told, "own": one.is_own}
    if refusal:
        return [Disagreement("on %s: the runtime refuses what scikit-learn takes, %s" % (one.told, refusal), facts)]
    try:
        rows, count = len(one.x), scores_count(canary, state)
        judge(np, state["model"], state["want"], state["got"], tolerance, rows, count)
    except Disagreement as error:
        if type(error) is not Disagreement or not on_jumps_only(canary, state):
            error.facts.update(facts, third_opinion=third_opinion(np, canary, dict(state, ordinary=rows), tolerance))
            return [type(error)("on %s: %s" % (one.told, str(error).split(" rows: ")[-1]), error.facts)]
    return []


def runtime_of(canary: dict, state: dict, group: list) -> tuple:
    """The runtime's answers to neighbours, and its words where it refuses them; (None, "") where nothing is known."""
    try:
        got = answer(canary, state, joined(state["np"], [one.x for one in group]))
        return aligned(canary, state, got), ""
    except Exception as error:
        is_refusal = type(error).__module__.startswith("onnxruntime")
        return None, "%s: %s" % (type(error).__name__, error) if is_refusal else ""
