"""Remedies with what to type, and what a proof has shown: before and after."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ...language import reword, say
from ...model import Change, Outcome, Proven, Refuted, Remedy, Report, Severity, Stage
from .. import digest
from ..digest import tries
from ..printable import count, line, safe, sentence, stage
from ..text import PLACES
from .elements import LIMIT, Markup, copied, el, flow, folded, joined, listed, section, table

#: models in a table of before and after
MODELS = 400


def first(report: Report, level: int) -> Markup:
    """What we would do ourselves, in full; nothing where nothing is to be done."""
    found = digest.cause(report)
    if found is None or found.severity is Severity.NOTE or report.verdict == "ready":
        return Markup("")
    if report.remedies:
        told = way(report, report.remedies[0])
    else:
        vain = tries.in_vain(report)
        told = el("p", say("No remedy was found. {vain}", vain=vain) if report.refuted else say("No remedy is known."))
    return section(say("What to do"), told, level=level, kind="remedy")


def others(report: Report, level: int) -> Markup:
    """The remedies after the first; the first too where nothing has to be done."""
    ready = report.verdict == "ready"
    rest = report.remedies if ready else report.remedies[1:]
    told = [el("li", el("details", summary(one), way(report, one, head=False), class_="finding")) for one in rest]
    title = say("What could be done") if ready else say("Other ways")
    return section(title, el("ul", *told, class_="plain") if told else "", level=level)


def summary(remedy: Remedy) -> Markup:
    """A remedy in a line."""
    return el("summary", chip(remedy), " ", el("span", sentence(reword(safe(remedy.text, LIMIT))), class_="message"))


def chip(remedy: Remedy) -> Markup:
    """Whether it was seen to work, in a word."""
    word = say("proven") if remedy.proven else say("not proven")
    return el("span", word, class_="chip", data_proven=_yes(remedy))


def _yes(remedy: Remedy) -> str:
    return "yes" if remedy.proven else "no"


def way(report: Report, remedy: Remedy, head: bool = True) -> Markup:
    """One remedy: in words, whether it was seen to work, what to type, and what it changes."""
    text = el("p", sentence(reword(safe(remedy.text, LIMIT))), class_="message") if head else ""
    proof = el("p", tries.proof(remedy), class_="proof", data_proven=_yes(remedy))
    typed = [copied(command, say(PLACES.get(place, "")) or line(place)) for place, command in remedy.commands.items()]
    return joined([text, proof, *typed, before_and_after(report, remedy)])


def before_and_after(report: Report, remedy: Remedy) -> Markup:
    """What moves, and what each model did before and in the throwaway environment; nothing without a proof."""
    if not isinstance(remedy.proof, Proven) or not (remedy.changes or remedy.proof.outcomes):
        return Markup("")
    lock = copied("\n".join(remedy.proof.lock), "requirements.txt") if remedy.proof.lock else ""
    return folded(
        say("Before and after"),
        moved(remedy.changes),
        models_table(report.subject.outcomes, remedy.proof.outcomes),
        folded(say("Every package of the environment in which it works"), lock),
    )


def moved(changes: Iterable[Change]) -> Markup:
    """The packages that move."""
    return table(say("Packages that move"), (say("package"), say("before"), say("after")), map(_moved, changes))


def differences(old: Report, new: Report) -> Iterator[Change]:
    """What is installed in another release than before, comes, or goes."""
    was, now = (dict(digest.versions(one)) for one in (old, new))
    yield from (Change(n, was.get(n, ""), now.get(n, "")) for n in {**was, **now} if was.get(n) != now.get(n))


def models_table(before: Iterable[Outcome], after: Iterable[Outcome]) -> Markup:
    """What each model did before, and does afterwards."""
    rows = compared(digest.steps_by_model(before), digest.steps_by_model(after))
    return table(say("Models, before and after"), (say("model"), say("before"), say("after")), rows)


def _moved(change: Change) -> tuple[str, ...]:
    return line(change.name), line(change.was) or say("absent"), line(change.to) or say("removed")


Steps = dict[Stage, Outcome]


def compared(before: dict[str, Steps], after: dict[str, Steps]) -> Iterator[tuple[str, ...]]:
    """A row for each model that was tried in both."""
    for name in [name for name in before if name in after][:MODELS]:
        yield line(name, 200), far(before[name]), far(after[name])


def far(steps: Steps) -> Markup:
    """How far a model came, as a cell."""
    failed = next((at for at, outcome in steps.items() if digest.mark(outcome) == "FAILED"), None)
    if failed is not None:
        return el("td", say("fails at {stage}", stage=stage(failed)), data_mark="FAILED")
    return el("td", say("works"), data_mark="ok")


def in_vain(report: Report) -> Markup:
    """What did not help when it was tried, or is known to fail, each with its reason."""
    titles = (say("Tried, without success"), say("Known to fail, and not tried"))
    return joined(_vain(title, rows) for title, rows in zip(titles, tries.refuted(report), strict=True) if rows)


def _vain(title: str, rows: Sequence[Refuted]) -> Markup:
    items = (flow(el("b", tries.moves(one)), ": ", sentence(reword(line(one.why, LIMIT)))) for one in rows)
    return folded(f"{title} ({count(len(rows), 'change')})", listed(items))
