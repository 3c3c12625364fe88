"""What stands around findings and remedies: models, the environment or the artifact, notes."""

from __future__ import annotations

from collections.abc import Iterable

from ...language import reword, say
from ...model import Outcome, Report
from .. import card, digest
from ..blocks import Block, Grid, Pairs, Prose
from ..printable import count, line, safe, seconds, sentence, stage
from .elements import Markup, copied, el, folded, joined, listed, pairs, section, table


def measured(report: Report, level: int) -> Markup:
    """What was measured elsewhere of each model of the script."""
    told = digest.judged(report) if report.script else []
    return section(say("Models of the script"), pairs(told), level=level)


def models(report: Report) -> Markup:
    """How far each model came, step by step."""
    columns, rows = digest.stages(report), digest.steps_by_model(report.subject.outcomes)
    told = [(line(name, 200), *(_mark(row.get(at)) for at in columns)) for name, row in rows.items()]
    grid = table(digest.tally(report), (say("model"), *map(stage, columns)), told, "marks")
    return folded(f"{say('Models and steps')} ({count(len(told), 'model')})", grid)


def _mark(outcome: Outcome | None) -> Markup:
    mark = digest.mark(outcome)
    return el("td", say(mark), data_mark=mark)


def artifact(report: Report, level: int) -> Markup:
    """The card of what a training made."""
    made = digest.artifact(report)
    return section(say("Artifact"), joined(map(block, card.shows(made))), level=level) if made else Markup("")


def block(given: Block) -> Markup:
    """A block of the report for terminals as HTML; gaps are left to the style."""
    if isinstance(given, Pairs):
        return pairs((name, text if isinstance(text, str) else ", ".join(text)) for name, text in given.rows)
    if isinstance(given, Grid):
        header = [name or say("part") for name in given.header]
        return table(say("Inputs and outputs"), header, given.rows)
    return el("p", given.text) if isinstance(given, Prose) and given.text else Markup("")


def environment(report: Report, level: int) -> Markup:
    """Which interpreter was looked at, why that one, and what is installed there."""
    seen, patient = report.environment, report.patient
    if seen is None:
        return Markup("")
    rows = [
        (say("Looked at"), line(patient.label)),
        (say("Why this one"), sentence(reword(patient.why))),
        (say("Python"), say("{python} on {platform}", python=line(seen.python), platform=line(seen.platform))),
        (say("Interpreter"), line(seen.executable) if line(seen.executable) not in line(patient.label) else ""),
        (say("Versions"), listed((f"{name} {version}" for name, version in digest.versions(report)), "versions")),
        (say("Missing"), ", ".join(digest.absent(report))),
    ]
    return section(say("Environment"), pairs(rows), _installed(report), level=level)


def _installed(report: Report) -> Markup:
    """Every distribution with its place, folded away."""
    rows = [(line(d.name, 60), line(d.version, 60), line(d.location)) for d in digest.distributions(report)]
    title = say("Everything that is installed")
    every = table(title, (say("package"), say("version"), say("folder")), rows)
    return folded(f"{title} ({count(len(rows), 'package')})", every)


def statements(report: Report, level: int) -> Markup:
    """What is typed in a place to keep a model and to score with it."""
    told = [_typed(place, typed) for place, typed in report.statements]
    return section(say("To paste"), *told, level=level)


def _typed(place: str, typed: Iterable[str]) -> Markup:
    where = say("To paste in {place}", place=line(place, 200))
    return folded(where, *(copied(safe(one, 200_000), where) for one in typed), open_=True)


def remarks(report: Report, level: int) -> Markup:
    """What could not be looked at, and of when the knowledge is."""
    notes = listed(sentence(note) for note in digest.notes(report))
    times = ", ".join(f"{line(name)} {seconds(value)}" for name, value in report.timings.items())
    dated = say("Knowledge of {date}.", date=line(report.matrix_date)) if report.matrix_date else ""
    took = say("Took: {times}.", times=times) if times else ""
    foot = el("footer", el("p", " ".join(part for part in ("sklearn-onnx-checker.", dated, took) if part)))
    return joined([section(say("Notes"), notes, level=level), foot])
