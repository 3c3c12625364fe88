"""The report as JUnit XML, so that a CI server shows a matrix of environments as a table.

One suite is one environment; one case is one finding or one step. What blocks fails, so that the file holds a failure
exactly when the verdict is "blocked". The first case says what was looked at, and passes. A step that failed without
blocking anything counts as skipped, with its message; warnings and notes pass and say their word in `system-out`.
Classes and cases are called alike in every environment, so that the rows of a matrix line up; the suite names the
environment. A case that is about a line of the user's files has `file` and `line`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from ..model import Failure, Finding, Observation, Outcome, Report, Severity, Step
from . import digest
from .printable import disarmed, line, safe
from .servers.told import LIMIT, Location, find_place, finding_lines, locate, sources_of


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
    label = re.sub(r"[^\w-]+", "_", line(digest.about(report), 100)).strip("_")
    blocking = {s for f in digest.of(report, Severity.BLOCKER) for s in (Step(f.stage, f.subject), *f.explains)}
    files = sources_of(report)
    yield from look_cases(report, label)
    for finding in report.findings:
        yield finding_case(report, finding, label)
    for one in report.ignored:
        element = case(label, one.finding.stage.value, f"{one.finding.rule}: {one.finding.subject}")
        ET.SubElement(element, "skipped", message=line(f"ignored: {one.why}", LIMIT))
        yield placed(element, locate(report, one.finding, files))
    for outcome in report.subject.outcomes:
        element = outcome_case(outcome, label, outcome.step in blocking)
        yield placed(element, find_place(outcome.subject, files, begins=True))


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


def placed(element: ET.Element, location: Location | None) -> ET.Element:
    """A case with the line that it is about, where it is about one."""
    if location:
        element.attrib.update(file=line(location.rooted), line=str(location.line))
    return element


def finding_case(report: Report, finding: Finding, label: str) -> ET.Element:
    """A blocker fails with evidence and remedies; anything else passes with a word."""
    element = case(label, finding.stage.value, f"{finding.rule}: {finding.subject}")
    placed(element, locate(report, finding, sources_of(report)))
    body = "\n".join(finding_lines(report, finding))
    if finding.severity is Severity.BLOCKER:
        ET.SubElement(element, "failure", type=line(finding.rule), message=line(finding.message, LIMIT)).text = body
    else:
        ET.SubElement(element, "system-out").text = f"{finding.severity.value}: {body}"
    return element


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
