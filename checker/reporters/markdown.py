"""The report for a bug tracker: GitHub-flavoured Markdown, complete, with the long parts folded away."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from ..model import Failure, Finding, Remedy, Report
from . import digest
from .digest import tries
from .printable import SEVERITY, disarmed, known, line, safe, sentence
from .servers.told import asked_at

#: longest text of one fenced block or message, in characters
LIMIT = 4000
#: languages of the fences around what is to be typed
LANGUAGES = {"code": "python", "notebook": "text"}
# Underscores inside a word mean nothing in Markdown and are left alone.
_SPECIAL = re.compile(r"[\\`*\[\]<>|~&]|(?<!\w)_|_(?!\w)")
# What trackers make a link of by themselves: an address, and the mark of a person or of an issue.
_LINKS, _MENTIONS = (
    re.compile(r"(?i)\b(?:\w+(?=://)|(?:mailto|xmpp)(?=:)|www(?=\.))"),
    re.compile(r"@(?=\w)|(?<!\w)#(?=\d)"),
)

# A bar that no backslash stands before, and the same bar escaped.
_BAR, _ESCAPED_BAR = r"(?<!\\)\|", r"\\|"


def render(report: Report) -> str:
    """The whole report, one newline at the end."""
    return disarmed("\n\n".join(part for part in parts(report) if part) + "\n")


def parts(report: Report) -> Iterator[str]:
    """The blocks, which a blank line separates."""
    yield f"## {digest.headline(report)}: {escape(digest.about(report))}"
    yield from opening(report)
    first = digest.cause(report)
    for finding in [first, *digest.others(report)] if first else []:
        yield from section(report, finding)
    if report.remedies:
        yield "### What to do"
    for number, remedy in enumerate(report.remedies, 1):
        yield from way(number, remedy)
    for title, rows in zip(
        ("Tried, without success", "Known to fail, and not tried"), tries.refuted(report), strict=True
    ):
        vain = [f"- {escape(tries.moves(r))}: {escape(sentence(line(r.why, LIMIT)))}" for r in rows]
        yield from folded(title, ["\n".join(vain)])
    yield from folded("Models and steps", models(report))
    yield from folded("Error messages", messages(report))
    yield from folded("Notes", ["\n".join(f"- {escape(sentence(note))}" for note in digest.notes(report))])
    yield from folded("All distributions", distributions(report))
    yield f"*sklearn-onnx-checker, knowledge of {escape(report.matrix_date) or 'no date'}.*"


def opening(report: Report) -> Iterator[str]:
    """What was looked at, how much was tried, and the versions that matter."""
    made = digest.artifact(report)
    where = (
        code(made.path)
        if made
        else f"Python {escape(report.observation.python)} on {escape(report.observation.platform)}"
    )
    yield f"{where}, {code(report.patient.label)}: {escape(sentence(report.patient.why))}"
    if digest.static(report):
        yield f"Nothing was imported or run: this was read in {digest.place_read(report)}."
    else:
        yield f"Tried: {escape(digest.tally(report))}."
    yield "\n".join(f"- {code(name)}: {escape(what)}" for name, what in digest.judged(report)) if report.script else ""
    yield "\n".join(f"- {escape(text)}" for text in digest.unseen(report))
    rows = [(escape(name), escape(text)) for name, text in (digest.told(made) if made else digest.versions(report))]
    header = ("artifact", "") if made else ("distribution", "version")
    yield table(header, [*rows, *((name, "not installed") for name in digest.absent(report))])


def section(report: Report, finding: Finding) -> Iterator[str]:
    """One finding with its evidence."""
    yield f"### {SEVERITY[finding.severity][0].capitalize()} at {finding.stage.value}: {code(finding.subject)}"
    yield escape(sentence(safe(finding.message, LIMIT)))
    asked = f" Asked for in {code(place)}." if (place := asked_at(report, finding)) else ""
    how = f"How we know: {known(finding)}. Rule: {code(finding.rule)}.{asked}"
    yield f"{how} Packages: {', '.join(map(code, digest.culprits(report, finding)))}." if finding.culprits else how
    yield fence("\n".join(safe(text, LIMIT) for text in finding.evidence)) if finding.evidence else ""
    yield "\n".join(f"- {link(url)}" for url in finding.references)


def way(number: int, remedy: Remedy) -> Iterator[str]:
    """One remedy with what to type."""
    yield f"**{number}. {escape(sentence(remedy.text))}** {escape(tries.proof(remedy))}"
    for place, command in remedy.commands.items():
        yield f"{escape(place)}:\n\n{fence(safe(command), LANGUAGES.get(place, 'shell'))}"


def models(report: Report) -> list[str]:
    """How far each model came."""
    stages = digest.stages(report)
    rows = [
        (code(name), *(digest.mark(row.get(s)) for s in stages))
        for name, row in digest.steps_by_model(report.subject.outcomes).items()
    ]
    return [table(("model", *(s.value for s in stages)), rows)] if rows else []


def messages(report: Report) -> list[str]:
    """What was said where something failed, with chain, innermost frames and output."""
    return [f"{escape(f.stage.value)} {code(f.subject)}\n\n{fence(words_of(f))}" for f in report.subject.failures()]


def words_of(failure: Failure) -> str:
    """A failure as a short traceback."""
    frames = [f"  {line(f.file)}:{f.line} in {line(f.function)}" for f in failure.frames[-8:]]
    chain = [f"{line(kind)}: {safe(text, LIMIT)}" for kind, text in failure.chain[:-1]]
    output = [f"printed:\n{safe(failure.output, LIMIT)}"] if failure.output.strip() else []
    return "\n".join([*frames, *chain, f"{line(failure.type)}: {safe(failure.text, LIMIT)}", *output])


def distributions(report: Report) -> list[str]:
    """Every distribution with its place."""
    rows = [(escape(d.name), escape(d.version), code(d.location)) for d in digest.distributions(report)]
    return [table(("distribution", "version", "in"), rows)] if rows else []


def folded(title: str, blocks: Iterable[str]) -> Iterator[str]:
    """A section that opens on a click; nothing when there is nothing in it."""
    inner = [block for block in blocks if block]
    if inner:
        yield "\n\n".join([f"<details>\n<summary>{title}</summary>", *inner, "</details>"])


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of cells that are Markdown already; a bar inside a cell is escaped, in code spans too."""
    ruled = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(re.sub(_BAR, _ESCAPED_BAR, cell) for cell in row)} |" for row in ruled)


def escape(text: object) -> str:
    """A text on one line that Markdown and HTML leave alone, in a table too: no link, no one mentioned."""
    plain = _LINKS.sub(lambda match: match.group() + "\\", _SPECIAL.sub(lambda match: "\\" + match.group(), line(text)))
    return _MENTIONS.sub(lambda match: match.group() + "<!-- -->", plain)


def code(text: object) -> str:
    """A code span on one line."""
    inner = line(text, 500)
    ticks = "`" * (longest_run(inner) + 1)
    blank = " " if inner.startswith("`") or inner.endswith("`") or not inner else ""
    return f"{ticks}{blank}{inner}{blank}{ticks}"


def fence(text: str, language: str = "text") -> str:
    """A fenced block whose fence is longer than any run of backticks inside."""
    ticks = "`" * max(3, longest_run(text) + 1)
    return f"{ticks}{language}\n{text.strip(chr(10))}\n{ticks}"


def longest_run(text: str) -> int:
    """Length of the longest run of backticks."""
    return max(map(len, re.findall("`+", text)), default=0)


def link(url: str) -> str:
    """A link that cannot leave its angle brackets; what is no address of the web is no link."""
    return f"<{safe(url)}>" if re.fullmatch(r"https?://[^<>\s\x00-\x1f]+", url) else code(url)
