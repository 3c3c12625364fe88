"""Findings: the cause in full, the others behind their sentences; evidence is folded away."""

from __future__ import annotations

from ...language import foreign, reword, say
from ...model import Failure, Finding, Report, Severity
from ...policy.ignores import snippet
from .. import digest
from ..printable import at_frame, count, known, line, placed, safe, sentence, stage
from ..servers.told import asked_at
from .elements import LIMIT, Markup, copied, el, flow, folded, joined, link, listed, pairs, section, verbatim


def cause(report: Report, level: int) -> Markup:
    """The first finding of the worst severity, where there is one that is more than a note."""
    first = digest.cause(report)
    if first is None or first.severity is Severity.NOTE:
        return Markup("")
    return section(say("Cause"), chips(first), message(first), known_by(report, first), level=level, kind="cause")


def also_found(report: Report, level: int) -> Markup:
    """The other findings, worst first, each behind its sentence."""
    first = digest.cause(report)
    noted = [first] if first and first.severity is Severity.NOTE else []
    rest = [el("li", _other(report, finding)) for finding in (*noted, *digest.others(report))]
    return section(say("Also found"), el("ul", *rest, class_="plain") if rest else "", level=level)


def _other(report: Report, finding: Finding) -> Markup:
    summary = el("summary", chips(finding), message(finding, "span"))
    return el("details", summary, known_by(report, finding), class_="finding")


def message(finding: Finding, tag: str = "p") -> Markup:
    """What it says."""
    words = safe(finding.message, LIMIT)
    told = reword(words)
    return el(tag, sentence(told), class_="message", lang=foreign() if told == words else None)


def chips(finding: Finding) -> Markup:
    """Severity and stage in a few words, and the rule."""
    chip = el("span", placed(finding), class_="chip", data_severity=finding.severity.value)
    return el("span", chip, " ", el("code", finding.rule))


def known_by(report: Report, finding: Finding) -> Markup:
    """Packages and how it is known, then evidence and links, where there is more, and what ignores it."""
    rows = [
        (say("About"), line(finding.subject)),
        (say("Packages"), ", ".join(digest.culprits(report, finding))),
        (say("Asked for in"), asked_at(report, finding)),
        (say("How we know"), known(finding)),
        (say("More"), el("code", f"checker explain {line(finding.rule)}")),
    ]
    number = count(len(finding.evidence), "line")
    evidence = folded(f"{say('Evidence')} ({number})", verbatim(finding.evidence)) if finding.evidence else ""
    links = folded(say("See also"), listed(link(url) for url in finding.references))
    return joined([pairs(rows), evidence, links, ignoring(report, finding)])


def ignoring(report: Report, finding: Finding) -> Markup:
    """What a project writes to live with it, where it counts."""
    if finding.out_of_scope:
        return Markup("")
    words = say("In pyproject.toml, with a reason, and with `expires = DATE` where it is not for ever:")
    return folded(say("To ignore it"), el("p", words), copied(snippet(finding, report.script), "pyproject.toml"))


def messages(report: Report) -> Markup:
    """What was said where something failed, with chain, innermost frames and output; values on thresholds aside."""
    failures = report.subject.failures()
    return joined(_said([f for f in failures if digest.is_edge(f) is edges], title) for title, edges in _GROUPS)


_GROUPS = (("Error messages", False), ("Edge values", True))


def _said(failures: list[Failure], title: str) -> Markup:
    """The same words are said once, for all that they were said of."""
    groups: dict[str, list[Failure]] = {}
    for failure in failures:
        groups.setdefault(digest.said(failure, LIMIT), []).append(failure)
    rows = [el("li", _failure(words, same)) for words, same in groups.items()]
    return folded(f"{say(title)} ({len(rows)})", el("ul", *rows, class_="plain")) if rows else Markup("")


def _failure(words: str, same: list[Failure]) -> Markup:
    names = ", ".join(dict.fromkeys(line(f.subject, 200) for f in same))
    head = el("p", el("b", stage(same[0].stage)), flow(": ", names))
    return joined([head, verbatim([words, *traceback(same[0])])])


def traceback(failure: Failure) -> list[str]:
    """Chain, innermost frames and printed output of a failure, as lines."""
    rows = [say("after {words}", words=f"{line(kind)}: {line(text, LIMIT)}") for kind, text in failure.chain[:-1]]
    rows += [f"  {at_frame(frame)}" for frame in failure.frames[-5:]]
    return [*rows, say("it printed:"), safe(failure.output, LIMIT)] if failure.output.strip() else rows
