"""Every step that was tried, and what was said where one failed: the long end of a page for people."""

from __future__ import annotations

from collections.abc import Iterator

from ..language import say
from ..model import Failure, Report
from . import digest
from .blocks import GAP, Block, Grid, Pairs, Prose, heading
from .printable import at_frame, line, safe, stage

#: characters kept of a message
LIMIT = 4000


def tried(report: Report) -> Iterator[Block]:
    """Counts, then how far each model came."""
    rows, columns = digest.steps_by_model(report.subject.outcomes), digest.stages(report)
    if not report.subject.outcomes:
        return
    yield GAP
    yield heading(say("Tried"))
    yield Prose(say("{what}.", what=digest.tally(report)))
    if rows:
        yield GAP
        yield Grid(
            (say("model"), *(at.value for at in columns)),
            tuple((line(name, 200), *(digest.mark(row.get(s)) for s in columns)) for name, row in rows.items()),
        )


def failures(report: Report) -> Iterator[Block]:
    """What was said where something failed; the same words are said once."""
    for title, edges in (("Error messages", False), ("Edge values", True)):
        groups: dict[str, list[Failure]] = {}
        for failure in report.subject.failures():
            if digest.is_edge(failure) is edges:
                groups.setdefault(digest.said(failure, LIMIT), []).append(failure)
        if groups:
            yield GAP
            yield heading(say(title))
        for summary, same in groups.items():
            names = dict.fromkeys(line(f.subject, 200) for f in same)
            yield Prose(f"{stage(same[0].stage)}: {', '.join(names)}", style="dim")
            yield Prose(summary, indent=4)
            yield from traceback(same[0])


def traceback(failure: Failure) -> Iterator[Block]:
    """Chain, innermost frames and printed output of a failure."""
    rows = [(say("after"), f"{line(kind)}: {line(text, LIMIT)}") for kind, text in failure.chain[:-1]]
    rows += [(say("at"), at_frame(frame)) for frame in failure.frames[-5:]]
    yield Pairs(tuple(rows), indent=4)
    if failure.output.strip():
        yield Prose(say("it printed:"), indent=4)
        yield Prose(safe(failure.output, LIMIT).strip("\n"), indent=6)
