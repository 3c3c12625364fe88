"""How far a release is from another, and which bound comes after it."""

from __future__ import annotations

from ...knowledge.facts import parse
from ...model import Change, Plan


def span(change: Change) -> tuple[int, int, int]:
    """Majors, minors and patches that a change moves; coming and going is the farthest."""
    was, to = parse(change.was), parse(change.to)
    if was is None or to is None:
        return (99, 0, 0)
    if was.major != to.major:
        return (abs(was.major - to.major), 0, 0)
    if was.minor != to.minor:
        return (0, abs(was.minor - to.minor), 0)
    return (0, 0, max(1, abs(was.micro - to.micro)))


def distance(plan: Plan) -> tuple[int, tuple[int, int, int], int]:
    """Packages moved, how far in all, and what comes along: the smaller, the nearer."""
    spans = [span(c) for c in plan.moved]
    total = (sum(s[0] for s in spans), sum(s[1] for s in spans), sum(s[2] for s in spans))
    return len(plan.moved), total, len(plan.changes)


def next_bound(version: str, up: bool, step: int) -> str:
    """The bound of the next try after `version`: the next series first, then twice as many further on each time.

    Releases of one series mostly share their faults; far ones are reached in few tries.
    """
    now = parse(version)
    if now is None:
        return ""
    series, epoch = 2 ** max(0, step - 1), f"{now.epoch}!" if now.epoch else ""
    if up:
        return f">={epoch}{now.major}.{now.minor + series}"
    return f"<{epoch}{now.major}.{max(0, now.minor - series + 1)}"
