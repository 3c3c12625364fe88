"""The report for people: verdict, cause and remedy on the first screen, details after.

Own words are ASCII, so that any terminal, pipe or log takes them.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..model import Failure, Finding, Remedy, Report, Severity
from . import card, digest
from .blocks import GAP, Block, Grid, Pairs, Prose, Verbatim, heading, lay_out
from .digest import tries
from .places import tried_places
from .printable import SEVERITY, count, cut, disarmed, known, line, safe, seconds, sentence
from .typed import ignoring

COLORS = {"blocked": "bold red", "warnings": "bold yellow", "ready": "bold green"}
#: characters kept of a text, lines kept of evidence, items kept of a list: short and with `verbose`
TEXT, LINES, ITEMS = (400, 4000), (4, 40), (6, 1000)
#: characters kept of whether a remedy was seen to work, where the page is short
PROOF = 160
#: lines of the first screen, the one that ends it included
SCREEN = 24
#: what a first screen may hold, the most first: characters of the cause and of its remedy, rows of evidence
FITS = ((400, 4), (400, 3), (300, 2), (240, 1), (240, 0), (160, 0))
#: headings over what is to be typed
PLACES = {
    "uv": "with uv",
    "pip": "with pip",
    "conda": "with conda",
    "code": "in your code",
    "shell": "in a shell",
    "requirements": "in the requirements",
}
#: models of a script that are shown, one a line
MODELS = 12


def render(report: Report, width: int = 80, color: bool = False, verbose: bool = False) -> str:
    """The whole report; `verbose` shows every model, every distribution and whole error messages.

    The first screen holds the verdict, the cause, what to type and how it is known; a line ends it.
    """
    fits = FITS[:1] if verbose else FITS
    for blocks in dict.fromkeys(tuple(first_screen(report, *most, verbose)) for most in fits):
        first = lay_out(blocks, width, color)
        if first.count("\n") <= SCREEN - 2:
            break
    if report.verdict == "ready" and not verbose:
        return disarmed(first)
    rest = lay_out(
        [GAP, Verbatim("-" * max(width, 40), indent=0, style="dim"), *details(report, verbose)], width, color
    )
    return disarmed(f"{first}\n{rest}")


def first_screen(report: Report, words: int, rows: int, verbose: bool) -> Iterator[Block]:
    """The verdict, the cause, what to type, and how it is known, with so many characters and rows of evidence."""
    yield heading(f"{digest.headline(report)}: {digest.about(report)}", COLORS[report.verdict])
    if unseen := digest.unseen(report):
        more = f" (and {len(unseen) - 1} more: --verbose)" if len(unseen) > 1 else ""
        yield Prose(cut(unseen[0], 150) + more)
    if report.script and not report.script.all_read and not digest.rehearsals(report):
        yield Prose("With --rehearse the script is run small, and nothing has to be read.")
    if report.verdict == "ready":
        yield from summary(report)
    elif digest.static(report):
        yield Prose(f"Nothing was imported or run: this was read in {digest.place_read(report)}.")
    first = digest.cause(report)
    if first is not None and first.severity is not Severity.NOTE:
        yield GAP
        yield Prose(sentence(safe(first.message, words)), style="bold")
        yield from main_remedy(report, TEXT[1] if verbose else words)
        yield GAP
        yield Pairs(tuple(facts_of(report, first, rows, verbose)))
    yield from models(report, verbose)


def models(report: Report, verbose: bool) -> Iterator[Block]:
    """What was measured elsewhere of each model of the script."""
    told = digest.judged(report) if report.script else []
    shown = told if verbose else told[:MODELS]
    if shown:
        yield GAP
        yield Pairs(tuple(shown))
    if len(told) > len(shown):
        yield Prose(f"... ({count(len(told) - len(shown), 'more model')}: --verbose)")


def summary(report: Report) -> Iterator[Block]:
    """What "Ready" rests on, and how much more there is to read; four lines in all, below the card of an artifact."""
    if made := digest.artifact(report):
        yield from card.shows(made)
        yield GAP
    if digest.static(report):
        yield Prose(f"No obstacle in {digest.place_read(report)}. Nothing was run; only a run can prove it.")
    elif report.subject.outcomes or report.environment:
        yield Prose(f"Tried: {digest.tally(report)}.")
    if report.environment:
        yield Prose(f"{digest.looked_at(report)}: {digest.stack(report) or 'nothing of the path is installed'}.")
    for told in (*tried_places(report), *digest.rehearsals(report)):
        yield Prose(told)
    unused = digest.out_of_scope(report)
    notes = len(digest.notes(report)) - len(digest.rehearsals(report)) + len(report.findings)
    edges = len({o.subject for o in report.subject.outcomes if digest.is_edge(o)})
    more = [f"edge values differ in {count(edges, 'model')}"] * bool(edges)
    more += [f"{count(len(unused), 'thing')} that the script does not use would fail"] * bool(unused)
    more += [count(notes - len(unused), "note")] * (notes > len(unused))
    if more:
        told = "; ".join(more)
        yield Prose(f"{told[0].upper()}{told[1:]} (--verbose shows all).")


def details(report: Report, verbose: bool) -> Iterator[Block]:
    """What stands below the first screen."""
    if digest.out_of_scope(report) and report.verdict != "blocked":
        yield Prose(
            f"The script does not use it, but this would fail here: {', '.join(digest.out_of_scope(report))}.", 0
        )
    yield from also_found(report, verbose)
    yield from other_ways(report, verbose)
    yield from refuted(report, verbose)
    made = digest.artifact(report)
    if made and (verbose or report.verdict != "ready"):
        yield from card.heads(made)
    if report.environment:
        yield from environment(report, verbose)
    if verbose:
        yield from tried(report)
        yield from failures(report)
        yield from ignoring(report)
    yield from remarks(report, verbose)
    if not verbose and report.subject.outcomes:
        yield Prose(f"Tried: {digest.tally(report)}. --verbose shows every step and error message.", 0, "dim")


def facts_of(report: Report, finding: Finding, rows: int, verbose: bool) -> Iterator[tuple[str, str]]:
    """The lines under a finding's message."""
    if finding.culprits:
        yield "Packages", ", ".join(digest.culprits(report, finding))
    yield "How we know", known(finding)
    for text in evidence_of(finding, LINES[1] if verbose else rows, TEXT[verbose] if verbose or rows > 2 else 150):
        yield "", text
    for url in finding.references[: ITEMS[1] if verbose else rows // 2]:
        yield "See", line(url)
    yield "More", f"checker explain {line(finding.rule)}"


def evidence_of(finding: Finding, most: int, words: int) -> list[str]:
    """The first lines of evidence and, in words, what was left out."""
    rows = [row for text in finding.evidence for row in safe(text, words).split("\n") if row.strip()]
    shown = rows[:most]
    return shown + [f"... ({count(len(rows) - len(shown), 'more line')})"] * (len(rows) > len(shown) > 0)


def main_remedy(report: Report, words: int) -> Iterator[Block]:
    """What we would do ourselves, with so many characters of text."""
    yield GAP
    yield heading("What to do")
    if report.remedies:
        yield from steps(report.remedies[0], words)
    else:
        yield Prose(f"No remedy was found. {tries.in_vain(report)}" if report.refuted else "No remedy is known.")


def steps(remedy: Remedy, words: int) -> Iterator[Block]:
    """One remedy: in words, whether it was seen to work, what to type; of its text so many characters."""
    yield Prose(sentence(safe(remedy.text, words)))
    yield Prose(cut(tries.proof(remedy), words if words > TEXT[0] else PROOF), style="dim")
    for place, command in remedy.commands.items():
        yield Prose(f"{PLACES.get(place, line(place))}:", indent=4, style="dim")
        yield Verbatim(safe(command).strip("\n"))


def environment(report: Report, verbose: bool) -> Iterator[Block]:
    """Which interpreter was looked at, why that one, and what is installed there."""
    seen, patient = report.observation, report.patient
    rows: list[tuple[str, str | tuple[str, ...]]] = [
        ("Looked at", line(patient.label)),
        ("Why this one", sentence(patient.why)),
    ]
    rows.append(("Python", f"{line(seen.python)} on {line(seen.platform)}"))
    if patient.lasts and line(seen.executable) not in line(patient.label):
        rows.append(("Interpreter", line(seen.executable)))
    rows.append(("Versions", tuple(f"{name} {version}" for name, version in digest.versions(report))))
    if digest.absent(report):
        rows.append(("Missing", ", ".join(digest.absent(report))))
    yield GAP
    yield heading("Environment")
    yield Pairs(tuple((name, text) for name, text in rows if text))
    if verbose and seen.distributions:
        yield GAP
        yield Pairs(tuple((line(f"{d.name} {d.version}", 60), line(d.location)) for d in digest.distributions(report)))


def also_found(report: Report, verbose: bool) -> Iterator[Block]:
    """The other findings, worst first."""
    first = digest.cause(report)
    rest = [*([first] if first and first.severity is Severity.NOTE else []), *digest.others(report)]
    if not rest:
        return
    yield GAP
    yield heading("Also found")
    for finding in rest[: ITEMS[verbose]]:
        yield Prose(
            f"{SEVERITY[finding.severity][0]} at {finding.stage.value}, {known(finding)} [{line(finding.rule)}]",
            style="dim",
        )
        yield Prose(sentence(safe(finding.message, TEXT[verbose])), indent=4)
        if verbose:
            yield from (Prose(text, indent=6) for text in evidence_of(finding, LINES[1], TEXT[1]))
    yield from left_out(len(rest) - ITEMS[verbose], "finding")


def other_ways(report: Report, verbose: bool) -> Iterator[Block]:
    """Remedies after the first; the first too where no screen showed it."""
    rest = report.remedies if report.verdict == "ready" else report.remedies[1:]
    if rest:
        yield GAP
        yield heading("Other ways" if report.verdict != "ready" else "What could be done")
    for remedy in rest:
        yield from steps(remedy, TEXT[verbose])


def refuted(report: Report, verbose: bool) -> Iterator[Block]:
    """What did not help when it was tried, or is known to fail: how much, in one line, or each with its reason."""
    tried, known = tries.refuted(report)
    both = (("Tried, without success", tried, TEXT[0]), ("Known to fail, and not tried", known, TEXT[1]))
    for words, rows, limit in (one for one in both if one[1]):
        yield GAP
        if verbose:
            yield heading(words)
            yield from (Prose(f"{tries.moves(one)}: {sentence(line(one.why, limit))}") for one in rows)
        else:
            yield Prose(f"{words}: {count(len(rows), 'change')} (--verbose shows each).", 0)


def tried(report: Report) -> Iterator[Block]:
    """Counts, then how far each model came."""
    rows, columns = digest.steps_by_model(report.subject.outcomes), digest.stages(report)
    if not report.subject.outcomes:
        return
    yield GAP
    yield heading("Tried")
    yield Prose(f"{digest.tally(report)}.")
    if rows:
        yield GAP
        yield Grid(
            ("model", *(s.value for s in columns)),
            tuple((line(name, 200), *(digest.mark(row.get(s)) for s in columns)) for name, row in rows.items()),
        )


def failures(report: Report) -> Iterator[Block]:
    """What was said where something failed; the same words are said once."""
    for title, edges in (("Error messages", False), ("Edge values", True)):
        groups: dict[str, list[Failure]] = {}
        for failure in report.subject.failures():
            if digest.is_edge(failure) is edges:
                groups.setdefault(digest.said(failure, TEXT[1]), []).append(failure)
        if groups:
            yield GAP
            yield heading(title)
        for summary, same in groups.items():
            names = dict.fromkeys(line(f.subject, 200) for f in same)
            yield Prose(f"{same[0].stage.value}: {', '.join(names)}", style="dim")
            yield Prose(summary, indent=4)
            yield from traceback(same[0])


def traceback(failure: Failure) -> Iterator[Block]:
    """Chain, innermost frames and printed output of a failure."""
    rows = [("after", f"{line(kind)}: {line(text, TEXT[1])}") for kind, text in failure.chain[:-1]]
    rows += [("at", f"{line(frame.file)}:{frame.line} in {line(frame.function)}") for frame in failure.frames[-5:]]
    yield Pairs(tuple(rows), indent=4)
    if failure.output.strip():
        yield Prose("it printed:", indent=4)
        yield Prose(safe(failure.output, TEXT[1]).strip("\n"), indent=6)


def remarks(report: Report, verbose: bool) -> Iterator[Block]:
    """What could not be looked at, and when our knowledge was gathered."""
    notes = digest.notes(report)
    if notes:
        yield GAP
        yield heading("Notes")
        yield Pairs(tuple(("-", sentence(note)) for note in notes[: ITEMS[verbose] * 2]))
        yield from left_out(len(notes) - ITEMS[verbose] * 2, "note")
    times = ", ".join(f"{line(name)} {seconds(value)}" for name, value in report.timings.items() if verbose)
    dated = f"Knowledge of {line(report.matrix_date)}." if report.matrix_date else ""
    if times or dated:
        yield GAP
        yield Prose(f"{dated} {f'Took: {times}.' if times else ''}".strip(), indent=0, style="dim")


def left_out(number: int, what: str) -> Iterator[Block]:
    """A word on what a short page leaves out."""
    if number > 0:
        yield Prose(f"... and {count(number, f'more {what}')} (--verbose shows all)", style="dim")
