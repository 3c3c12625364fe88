"""The report for people: verdict, cause and remedy on the first screen, details after.

Own words are ASCII, so that any terminal, pipe or log takes them.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..language import reword, say
from ..model import Finding, Remedy, Report, Severity
from . import card, digest
from .blocks import GAP, Block, Pairs, Prose, Verbatim, heading, lay_out
from .digest import tries
from .printable import count, cut, disarmed, known, line, placed, safe, seconds, sentence
from .steps import failures, tried
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
        more = say(" (and {number} more: --verbose)", number=len(unseen) - 1) if len(unseen) > 1 else ""
        yield Prose(cut(unseen[0], 150) + more)
    if report.script and not report.script.all_read and not digest.rehearsals(report):
        yield Prose(say("With --rehearse the script is run small, and nothing has to be read."))
    if report.verdict == "ready":
        yield from summary(report)
    elif digest.static(report):
        yield Prose(say("Nothing was imported or run: this was read in {place}.", place=digest.place_read(report)))
    first = digest.cause(report)
    if first is not None and first.severity is not Severity.NOTE:
        yield GAP
        yield Prose(sentence(reword(safe(first.message, words))), style="bold")
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
        yield Prose(say("... ({number}: --verbose)", number=count(len(told) - len(shown), "more model")))


def summary(report: Report) -> Iterator[Block]:
    """What "Ready" rests on, and how much more there is to read; four lines in all, below the card of an artifact."""
    if made := digest.artifact(report):
        yield from card.shows(made)
        yield GAP
    if digest.static(report):
        words = "No obstacle in {place}. Nothing was run; only a run can prove it."
        yield Prose(say(words, place=digest.place_read(report)))
    elif report.subject.outcomes or report.environment:
        yield Prose(say("Tried: {tally}.", tally=digest.tally(report)))
    if report.environment:
        installed = digest.stack(report) or say("nothing of the path is installed")
        yield Prose(say("{what}: {told}.", what=digest.looked_at(report), told=installed))
    for told in (*places(report), *digest.rehearsals(report)):
        yield Prose(told)
    if more := asides(report):
        told = say("; ").join(more)
        yield Prose(say("{told} (--verbose shows all).", told=f"{told[0].upper()}{told[1:]}"))


def places(report: Report) -> list[str]:
    """A sentence for each place whose runtime was made here, and takes everything."""
    if not report.places:
        return []
    from .places import tried_places

    return tried_places(report)


def asides(report: Report) -> list[str]:
    """What is left out of a short page of what is ready."""
    unused = digest.out_of_scope(report)
    notes = len(digest.notes(report)) - len(digest.rehearsals(report)) + len(report.findings)
    edges = len({o.subject for o in report.subject.outcomes if digest.is_edge(o)})
    more = [say("edge values differ in {number}", number=count(edges, "model"))] * bool(edges)
    more += [say("{number} that the script does not use would fail", number=count(len(unused), "thing"))] * bool(unused)
    return more + [count(notes - len(unused), "note")] * (notes > len(unused))


def details(report: Report, verbose: bool) -> Iterator[Block]:
    """What stands below the first screen."""
    if digest.out_of_scope(report) and report.verdict != "blocked":
        words = "The script does not use it, but this would fail here: {names}."
        yield Prose(say(words, names=", ".join(digest.out_of_scope(report))), 0)
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
        words = "Tried: {tally}. --verbose shows every step and error message."
        yield Prose(say(words, tally=digest.tally(report)), 0, "dim")


def facts_of(report: Report, finding: Finding, rows: int, verbose: bool) -> Iterator[tuple[str, str]]:
    """The lines under a finding's message."""
    from .servers.told import asked_at

    if finding.culprits:
        yield say("Packages"), ", ".join(digest.culprits(report, finding))
    if place := asked_at(report, finding):
        yield say("Asked for in"), place
    yield say("How we know"), known(finding)
    for text in evidence_of(finding, LINES[1] if verbose else rows, TEXT[verbose] if verbose or rows > 2 else 150):
        yield "", text
    for url in finding.references[: ITEMS[1] if verbose else rows // 2]:
        yield say("See"), line(url)
    yield say("More"), f"checker explain {line(finding.rule)}"


def evidence_of(finding: Finding, most: int, words: int) -> list[str]:
    """The first lines of evidence and, in words, what was left out."""
    rows = [row for text in finding.evidence for row in safe(text, words).split("\n") if row.strip()]
    shown = rows[:most]
    return shown + [f"... ({count(len(rows) - len(shown), 'more line')})"] * (len(rows) > len(shown) > 0)


def main_remedy(report: Report, words: int) -> Iterator[Block]:
    """What we would do ourselves, with so many characters of text."""
    yield GAP
    yield heading(say("What to do"))
    if report.remedies:
        yield from steps(report.remedies[0], words)
    else:
        vain = tries.in_vain(report)
        yield Prose(say("No remedy was found. {vain}", vain=vain) if vain else say("No remedy is known."))


def steps(remedy: Remedy, words: int) -> Iterator[Block]:
    """One remedy: in words, whether it was seen to work, what to type; of its text so many characters."""
    yield Prose(sentence(reword(safe(remedy.text, words))))
    yield Prose(cut(tries.proof(remedy), words if words > TEXT[0] else PROOF), style="dim")
    for place, command in remedy.commands.items():
        yield Prose(f"{say(PLACES.get(place, '')) or line(place)}:", indent=4, style="dim")
        yield Verbatim(safe(command).strip("\n"))


def environment(report: Report, verbose: bool) -> Iterator[Block]:
    """Which interpreter was looked at, why that one, and what is installed there."""
    seen, patient = report.observation, report.patient
    rows: list[tuple[str, str | tuple[str, ...]]] = [
        (say("Looked at"), line(patient.label)),
        (say("Why this one"), sentence(reword(patient.why))),
    ]
    where = say("{python} on {platform}", python=line(seen.python), platform=line(seen.platform))
    rows.append((say("Python"), where))
    if patient.lasts and line(seen.executable) not in line(patient.label):
        rows.append((say("Interpreter"), line(seen.executable)))
    rows.append((say("Versions"), tuple(f"{name} {version}" for name, version in digest.versions(report))))
    if digest.absent(report):
        rows.append((say("Missing"), ", ".join(digest.absent(report))))
    yield GAP
    yield heading(say("Environment"))
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
    yield heading(say("Also found"))
    for finding in rest[: ITEMS[verbose]]:
        yield Prose(f"{placed(finding)}, {known(finding)} [{line(finding.rule)}]", style="dim")
        yield Prose(sentence(reword(safe(finding.message, TEXT[verbose]))), indent=4)
        if verbose:
            yield from (Prose(text, indent=6) for text in evidence_of(finding, LINES[1], TEXT[1]))
    yield from left_out(len(rest) - ITEMS[verbose], "finding")


def other_ways(report: Report, verbose: bool) -> Iterator[Block]:
    """Remedies after the first; the first too where no screen showed it."""
    rest = report.remedies if report.verdict == "ready" else report.remedies[1:]
    if rest:
        yield GAP
        yield heading(say("Other ways" if report.verdict != "ready" else "What could be done"))
    for remedy in rest:
        yield from steps(remedy, TEXT[verbose])


def refuted(report: Report, verbose: bool) -> Iterator[Block]:
    """What did not help when it was tried, or is known to fail: how much, in one line, or each with its reason."""
    tried, known = tries.refuted(report)
    both = (("Tried, without success", tried, TEXT[0]), ("Known to fail, and not tried", known, TEXT[1]))
    for words, rows, limit in (one for one in both if one[1]):
        yield GAP
        if verbose:
            yield heading(say(words))
            yield from (Prose(f"{tries.moves(one)}: {sentence(reword(line(one.why, limit)))}") for one in rows)
        else:
            shown = say("{what}: {number} (--verbose shows each).", what=say(words), number=count(len(rows), "change"))
            yield Prose(shown, 0)


def remarks(report: Report, verbose: bool) -> Iterator[Block]:
    """What could not be looked at, and when our knowledge was gathered."""
    notes = digest.notes(report)
    if notes:
        yield GAP
        yield heading(say("Notes"))
        yield Pairs(tuple(("-", sentence(note)) for note in notes[: ITEMS[verbose] * 2]))
        yield from left_out(len(notes) - ITEMS[verbose] * 2, "note")
    times = ", ".join(f"{line(name)} {seconds(value)}" for name, value in report.timings.items() if verbose)
    dated = say("Knowledge of {date}.", date=line(report.matrix_date)) if report.matrix_date else ""
    took = say("Took: {times}.", times=times) if times else ""
    if times or dated:
        yield GAP
        yield Prose(f"{dated} {took}".strip(), indent=0, style="dim")


def left_out(number: int, what: str) -> Iterator[Block]:
    """A word on what a short page leaves out."""
    if number > 0:
        yield Prose(say("... and {number} (--verbose shows all)", number=count(number, f"more {what}")), style="dim")
