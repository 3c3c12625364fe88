"""The rows for people: the causes, worst first, then one line for what is ready."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..language import reword, say
from ..model import Severity
from ..reporters.blocks import GAP, Block, Pairs, Prose, heading, lay_out
from ..reporters.printable import count, disarmed, line, safe, sentence, stage
from ..reporters.text import COLORS
from . import wording
from .causes import blocking, find_causes, warning
from .values import Cause, Row

#: characters of a message
WORDS = 400


def render(rows: Sequence[Row], width: int = 80, color: bool = False, verbose: bool = False) -> str:
    """The whole page; `verbose` shows every row with its versions, and what no script asks for."""
    return disarmed(lay_out(_page(rows, verbose), width, color))


def _page(rows: Sequence[Row], verbose: bool) -> Iterator[Block]:
    causes = find_causes(rows)
    yield heading(wording.summary(rows, causes), COLORS.get(wording.verdict(rows), "bold red"))
    asked = [*blocking(causes), *warning(causes)]
    for number, cause in enumerate(asked, 1):
        yield from _section(number, cause, rows)
    yield GAP
    yield from _rest(rows, causes)
    if verbose:
        yield from _aside([c for c in causes if c not in asked])
        yield from _every(rows, asked)
    elif aside := len(causes) - len(asked):
        words = "{number} more, of which none changes a verdict (--verbose shows all)."
        yield Prose(say(words, number=count(aside, "cause")), 0, "dim")


def _section(number: int, cause: Cause, rows: Sequence[Row]) -> Iterator[Block]:
    """One cause: where, what, with which packages, and what would mend it."""
    yield GAP
    yield heading(f"{number}. {wording.title(cause)} {wording.place(cause, rows)}")
    yield Prose(sentence(reword(safe(cause.worst.message, WORDS))))
    mends = wording.remedies(cause)
    told = [
        (say("Rows"), ", ".join(f"{name} ({less})" if less else name for name, less in wording.occurs(cause))),
        (say("Concerns"), wording.subjects(cause)),
        (say("Packages"), "; ".join(wording.packages(cause, rows))),
        (say("What to do"), mends[0]),
        *(("", mend) for mend in mends[1:]),
        (say("How we know"), wording.known(cause)),
        (say("More"), f"checker explain {line(cause.worst.rule)}"),
    ]
    yield Pairs(tuple((name, text) for name, text in told if text))


def _rest(rows: Sequence[Row], causes: Sequence[Cause]) -> Iterator[Block]:
    """What is not wholly looked at, and what is ready."""
    for row in rows:
        if row.unseen:
            more = say(" (and {number} more)", number=len(row.unseen) - 1) if len(row.unseen) > 1 else ""
            what = line(row.unseen[0], 200) + more
            yield Prose(say("Not all looked at in {row}: {what}", row=line(row.name, 100), what=what), 0)
    for row in rows:
        for text in row.ignored:
            yield Prose(say("Ignored in {row}: {what}", row=line(row.name, 100), what=line(text, WORDS)), 0)
    if lost := wording.lost(rows):
        yield Prose(say("No report: {rows}. They were not built, or not looked at.", rows=lost), 0)
    if ready := wording.ready(rows):
        yield Prose(say("Ready: {rows}.", rows=ready), 0)


def _aside(causes: Sequence[Cause]) -> Iterator[Block]:
    """What changes no verdict."""
    if causes:
        yield GAP
        yield heading(say("Changes no verdict"))
    for cause in causes:
        why = say("a note" if cause.worst.severity is Severity.NOTE else "the script does not ask for it")
        where = wording.listed(row.name for row in cause.rows)
        words = "{stage}, {why} [{rule}], in {rows}"
        told = say(words, stage=stage(cause.worst.stage), why=why, rule=line(cause.worst.rule), rows=where)
        yield Prose(told, style="dim")
        yield Prose(sentence(reword(safe(cause.worst.message, WORDS))), indent=4)


def _every(rows: Sequence[Row], causes: Sequence[Cause]) -> Iterator[Block]:
    """Every row: its verdict with the numbers of its causes, then its versions."""
    yield GAP
    yield heading(say("Rows"))
    yield Pairs(tuple((line(row.name, 100), _told(row, causes)) for row in rows))


def _told(row: Row, causes: Sequence[Cause]) -> tuple[str, ...]:
    numbers = [str(number) for number, cause in enumerate(causes, 1) if row in cause.rows]
    by = f" ({', '.join(numbers)})" if numbers else ""
    versions = (f"{name} {line(row.versions[name], 20)}" for name in wording.stack([row]))
    return f"{say(row.verdict)}{by}", *[f"Python {line(row.python, 20)}"] * bool(row.python), *versions
