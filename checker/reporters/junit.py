"""The report as JUnit XML, so that a CI server shows a matrix of environments as a table.

One suite is one environment; one case is one finding or one step. What blocks fails, so that the file holds a failure
exactly when the verdict is "blocked". The first case says what was looked at, and passes. A step that failed without
blocking anything counts as skipped, with its message; warnings and notes pass and say their word in `system-out`.
Servers that show neither suite nor properties still show the class name, so it begins with the environment's label.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from ..model import Failure, Finding, Observation, Outcome, Report, Severity, Step
from . import digest
from .printable import disarmed, known, line, safe, sentence

#: longest text of one element, in characters
LIMIT = 8000
#: remedies that one case shows
REMEDIES = 5


def render(report: Report) -> str:
    """ASCII only (other characters as references), declared as UTF-8, one newline at the end."""
    root = ET.Element("testsuites")
    suite = ET.SubElement(root, "testsuite", name=line(f"checker: {report.patient.label}", 300))
    suite.append(properties(report))
    suite.extend(cases(report))
    figures = totals(suite, sum(o.seconds for o in report.subject.outcomes))
    for element, names in ((suite, figures), (root, {k: v for k, v in figures.items() if k != "skipped"})):
        element.attrib.update(names)
    ET.indent(root)
    body: bytes = ET.tostring(root, encoding="us-ascii")
    return disarmed(f'<?xml version="1.0" encoding="utf-8"?>\n{body.decode("ascii")}\n')


def totals(suite: ET.Element, seconds: float) -> dict[str, str]:
    """The attributes that count a suite's cases."""
    kinds = {
        "tests": "testcase",
        "failures": "testcase/failure",
        "errors": "testcase/error",
        "skipped": "testcase/skipped",
    }
    return {**{name: str(len(suite.findall(path))) for name, path in kinds.items()}, "time": f"{seconds:.3f}"}


def properties(report: Report) -> ET.Element:
    """Verdict, interpreter and the versions that matter; or what an artifact tells."""
    element, made = ET.Element("properties"), digest.artifact(report)
    rows = [(name.lower(), text) for name, text in digest.told(made)] if made else environment(report.observation)
    for name, value in [("verdict", report.verdict), *rows, ("why", report.patient.why), *digest.versions(report)]:
        ET.SubElement(element, "property", name=line(name), value=line(value, LIMIT))
    return element


def environment(seen: Observation) -> list[tuple[str, str]]:
    """The interpreter: name and value."""
    return [("python", seen.python), ("platform", seen.platform), ("executable", seen.executable)]


def cases(report: Report) -> Iterator[ET.Element]:
    """Findings first, then every step in the order in which it was taken."""
    label = re.sub(r"[^\w-]+", "_", line(report.patient.label, 100)).strip("_")
    blocking = {s for f in digest.of(report, Severity.BLOCKER) for s in (Step(f.stage, f.subject), *f.explains)}
    yield from look_cases(report, label)
    for finding in report.findings:
        yield finding_case(report, finding, label)
    for outcome in report.subject.outcomes:
        yield outcome_case(outcome, label, outcome.step in blocking)


def look_cases(report: Report, label: str) -> Iterator[ET.Element]:
    """That it was looked at, so that no file is empty; what was not looked at counts as skipped."""
    yield case(label, "look", digest.about(report))
    for number, text in enumerate(digest.unseen(report), 1):
        element = case(label, "look", f"{digest.about(report)}: not looked at, {number}")
        ET.SubElement(element, "skipped", message=line(text, LIMIT))
        yield element


def case(label: str, stage: str, name: str, seconds: float = 0.0) -> ET.Element:
    """An empty case: it passes."""
    return ET.Element("testcase", classname=f"{label}.{stage}", name=line(name, 300), time=f"{seconds:.3f}")


def finding_case(report: Report, finding: Finding, label: str) -> ET.Element:
    """A blocker fails with evidence and remedies; anything else passes with a word."""
    element = case(label, finding.stage.value, f"{finding.rule}: {finding.subject}")
    body = "\n".join(finding_lines(report, finding))
    if finding.severity is Severity.BLOCKER:
        ET.SubElement(element, "failure", type=line(finding.rule), message=line(finding.message, LIMIT)).text = body
    else:
        ET.SubElement(element, "system-out").text = f"{finding.severity.value}: {body}"
    return element


def finding_lines(report: Report, finding: Finding) -> Iterator[str]:
    """Message, basis, evidence and what to type, since some servers show nothing but this text."""
    yield sentence(safe(finding.message, LIMIT))
    yield f"How we know: {known(finding)}."
    yield from (safe(text, LIMIT) for text in finding.evidence)
    for remedy in itertools.islice((r for r in report.remedies if finding.rule in r.settles), REMEDIES):
        yield f"Remedy: {line(sentence(remedy.text), LIMIT)} {line(digest.proof(remedy))}"
        yield from (f"  {line(place)}: {safe(command)}" for place, command in remedy.commands.items())


def outcome_case(outcome: Outcome, label: str, blocks: bool) -> ET.Element:
    """One step."""
    element = case(label, outcome.stage.value, outcome.subject, outcome.seconds)
    if isinstance(outcome, Failure):
        words = digest.said(outcome, LIMIT)
        if blocks:
            ET.SubElement(element, "failure", type=line(outcome.type), message=words).text = safe(outcome.text, LIMIT)
        else:
            ET.SubElement(element, "skipped", message=f"failed, blocks nothing: {words}")
    return element
