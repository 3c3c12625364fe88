"""A report as one `<article>`: the whole of a page, or the answer of a cell among others in a notebook."""

from __future__ import annotations

from ...language import say
from ...model import Report
from .. import digest
from ..places import tried_places
from . import findings, remedies
from .around import artifact, environment, measured, models, remarks, statements
from .elements import Markup, el, listed, pairs, section
from .strip import strip

#: beside the verdict: what is seen where colours are not
MARKS = {"blocked": "✕", "warnings": "!", "ready": "✓"}


def article(report: Report, level: int = 1) -> Markup:
    """The report; its title is a heading of that level, its parts are one below."""
    below = level + 1
    return el(
        "article",
        head(report, level),
        fixed(report, below),
        findings.cause(report, below),
        remedies.first(report, below),
        measured(report, below),
        artifact(report, below),
        findings.also_found(report, below),
        remedies.others(report, below),
        details(report, below),
        environment(report, below),
        statements(report, below),
        remarks(report, below),
        class_="checker-report",
        data_verdict=report.verdict,
    )


def fixed(report: Report, level: int) -> Markup:
    """What a fix that was applied has changed: the verdict, the packages, and the models; nothing without one."""
    old = report.before
    if old is None:
        return Markup("")
    verdicts = [(say("before"), digest.headline(old)), (say("after"), digest.headline(report))]
    moved = remedies.moved(remedies.differences(old, report))
    tried = remedies.models_table(old.subject.outcomes, report.subject.outcomes)
    return section(say("Before and after the fix"), pairs(verdicts), moved, tried, level=level, kind="remedy")


def details(report: Report, level: int) -> Markup:
    """What was tried, and what was said there."""
    told = (models(report), findings.messages(report), remedies.in_vain(report))
    return section(say("Details"), *told, level=level)


def head(report: Report, level: int) -> Markup:
    """The verdict and what it is about, what it rests on, and the strip of stages."""
    mark = el("span", MARKS[report.verdict], class_="mark", aria_hidden="true")
    about = el("span", digest.about(report), class_="about")
    title = el(f"h{level}", mark, el("span", el("span", f"{digest.headline(report)}:", class_="verdict"), " ", about))
    told = [el("p", text) for text in rests_on(report) if text]
    unseen = listed(digest.unseen(report))
    return el("header", title, *told, el("div", unseen, class_="unseen") if unseen else "", strip(report))


def rests_on(report: Report) -> list[str]:
    """What was looked at, how, and how much was tried."""
    told = []
    if digest.static(report):
        told.append(say("Nothing was imported or run: this was read in {place}.", place=digest.place_read(report)))
    elif report.subject.outcomes:
        told.append(say("Tried: {tally}.", tally=digest.tally(report)))
    if report.environment:
        installed = digest.stack(report) or say("nothing of the path is installed")
        told.append(f"{digest.looked_at(report)}: {installed}.")
    told += [*tried_places(report), *digest.rehearsals(report)]
    if unused := digest.out_of_scope(report):
        told.append(say("The script does not use it, but this would fail here: {names}.", names=", ".join(unused)))
    return told
