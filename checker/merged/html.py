"""The rows for a browser: the causes as cards, worst first, then every row with its versions."""

from __future__ import annotations

from collections.abc import Sequence

from ..language import reword, say
from ..model import Severity
from ..reporters.html.article import MARKS
from ..reporters.html.elements import Markup, el, folded, joined, listed, pairs, section, table
from ..reporters.html.page import document
from ..reporters.printable import count, line, safe, sentence, stage
from . import wording
from .causes import blocking, find_causes, warning
from .values import Cause, Row

#: longest message, in characters
LIMIT = 1000
#: a verdict on all rows -> the tone of the page; rows without a report are no good news
TONES = {"missing": "blocked"}


def render(rows: Sequence[Row]) -> str:
    """The whole page, one newline at the end."""
    causes = find_causes(rows)
    asked = [*blocking(causes), *warning(causes)]
    verdict = wording.verdict(rows)
    whole = el(
        "article",
        _head(rows, causes),
        *(_card(number, cause, rows) for number, cause in enumerate(asked, 1)),
        _every(rows, asked),
        _aside([cause for cause in causes if cause not in asked]),
        class_="checker-report",
        data_verdict=TONES.get(verdict, verdict),
    )
    return document(wording.summary(rows, causes), whole)


def _head(rows: Sequence[Row], causes: Sequence[Cause]) -> Markup:
    """The verdict on all of them, what is ready, and what was not looked at."""
    verdict = wording.verdict(rows)
    mark = el("span", MARKS[TONES.get(verdict, verdict)], class_="mark", aria_hidden="true")
    title = el("h1", mark, el("span", el("span", wording.summary(rows, causes), class_="verdict")))
    ready, lost = wording.ready(rows), wording.lost(rows)
    told = [
        say("Ready: {rows}.", rows=ready) if ready else "",
        say("No report: {rows}. They were not built, or not looked at.", rows=lost) if lost else "",
    ]
    unseen = [
        say("Not all looked at in {row}: {what}", row=line(row.name, 100), what=line(text, LIMIT))
        for row in rows
        for text in row.unseen
    ]
    unseen += [
        say("Ignored in {row}: {what}", row=line(row.name, 100), what=line(text, LIMIT))
        for row in rows
        for text in row.ignored
    ]
    part = el("div", listed(unseen), class_="unseen") if unseen else ""
    return el("header", title, *(el("p", text) for text in told if text), part)


def _card(number: int, cause: Cause, rows: Sequence[Row]) -> Markup:
    """One cause: where, what, with which packages, and what would mend it."""
    title = f"{number}. {wording.title(cause)} {wording.place(cause, rows)}"
    message = el("p", sentence(reword(safe(cause.worst.message, LIMIT))), class_="message")
    told = [
        (say("Rows"), ", ".join(f"{name} ({less})" if less else name for name, less in wording.occurs(cause))),
        (say("Concerns"), wording.subjects(cause)),
        (say("Packages"), "; ".join(wording.packages(cause, rows))),
        (say("What to do"), listed(wording.remedies(cause), "plain")),
        (say("How we know"), wording.known(cause)),
        (say("More"), el("code", f"checker explain {line(cause.worst.rule)}")),
    ]
    severity = cause.worst.severity.value
    return section(title, message, pairs(told), kind="cause", id=f"cause-{number}", data_severity=severity)


def _every(rows: Sequence[Row], causes: Sequence[Cause]) -> Markup:
    """A table of all rows: versions, verdict, and the causes by their numbers."""
    names = wording.stack(rows)
    told = []
    for row in rows:
        versions = (line(row.versions.get(name, ""), 40) for name in names)
        told.append((line(row.name, 100), _verdict(row), _causes(row, causes), line(row.python, 20), *versions))
    header = (say("row"), say("verdict"), say("causes"), say("Python"), *names)
    return section(say("Rows"), table(say("Every row with its versions"), header, told))


def _verdict(row: Row) -> Markup:
    return el("td", say(row.verdict), data_verdict=row.verdict)


def _causes(row: Row, causes: Sequence[Cause]) -> Markup:
    numbers = [number for number, cause in enumerate(causes, 1) if row in cause.rows]
    links = [el("a", str(number), href=f"#cause-{number}") for number in numbers]
    return el("td", Markup(", ".join(links)))


def _aside(causes: Sequence[Cause]) -> Markup:
    """What changes no verdict."""
    told = [
        joined(
            [
                el("b", wording.listed(row.name for row in cause.rows)),
                sentence(reword(safe(cause.worst.message, LIMIT))),
                _why(cause),
            ]
        )
        for cause in causes
    ]
    return section(say("Changes no verdict"), folded(count(len(told), "cause"), listed(told)) if told else "")


def _why(cause: Cause) -> Markup:
    why = say("a note") if cause.worst.severity is Severity.NOTE else say("the script does not ask for it")
    return el("span", f"{stage(cause.worst.stage)}, {why}", class_="chip")
