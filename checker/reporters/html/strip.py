"""The path as a strip of stages: where it ends, what passed before, and what nobody looked at."""

from __future__ import annotations

from collections.abc import Iterator

from ...language import say
from ...model import Failure, Report, Severity, Stage
from .. import digest
from ..printable import stage
from .elements import Markup, el

#: stages that are shown of every environment, whether anything is known of them or not
PATH = (Stage.IMPORT, Stage.FIT, Stage.CONVERT, Stage.CHECK, Stage.LOAD, Stage.RUN, Stage.PARITY)


def strip(report: Report) -> Markup:
    """An ordered list: each stage with its state, in words too."""
    return el("ol", *(_step(report, s) for s in shown(report)), class_="strip", aria_label=say("Stages"))


def shown(report: Report) -> Iterator[Stage]:
    """The stages of the path, and any other that something is known of."""
    known = {o.stage for o in report.subject.outcomes} | {f.stage for f in report.findings}
    always = () if digest.artifact(report) else PATH
    yield from (s for s in Stage if s in always or s in known)


def _step(report: Report, at: Stage) -> Markup:
    state, words = state_of(report, at)
    return el("li", el("span", stage(at), class_="name"), el("span", words, class_="state"), data_state=state)


def state_of(report: Report, at: Stage) -> tuple[str, str]:
    """failed, warned, passed or open, and the same in words."""
    worst = min((f.severity for f in report.findings if f.stage is at and not f.out_of_scope), default=None, key=_order)
    outcomes = [o for o in report.subject.outcomes if o.stage is at]
    edges = len({o.subject for o in outcomes if digest.is_edge(o)})
    failed = len({o.subject for o in outcomes if isinstance(o, Failure) and not digest.is_edge(o)})
    tried = len({o.subject for o in outcomes})
    counted = say("{failed} of {tried} failed", failed=failed, tried=tried) if failed else ""
    if worst is Severity.BLOCKER:
        return "failed", counted or say("blocked")
    if worst is Severity.WARNING or failed:
        return "warned", counted or say("warning")
    told = say("{passed} passed", passed=tried - edges) + say(", {edges} at edges", edges=edges) * bool(edges)
    return ("passed", told) if tried else ("open", say("not tried"))


def _order(severity: Severity) -> int:
    return severity.order
