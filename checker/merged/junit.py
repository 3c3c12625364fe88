"""The rows as JUnit XML: a suite a row, a case a cause, so that a CI server shows in which rows the same case fails."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from xml.etree import ElementTree as ET

from ..model import Severity
from ..reporters.junit import case, totals
from ..reporters.printable import disarmed, line, safe, sentence
from ..reporters.servers.told import LIMIT
from . import wording
from .causes import find_causes
from .values import Cause, Occurrence, Row


def render(rows: Sequence[Row]) -> str:
    """ASCII only (other characters as references), declared as UTF-8, one newline at the end."""
    root, causes = ET.Element("testsuites"), find_causes(rows)
    for row in rows:
        suite = ET.SubElement(root, "testsuite", name=line(row.name, 300))
        suite.extend(_cases(row, causes))
        suite.attrib.update(totals(suite, 0.0))
    counted = ("tests", "failures", "errors")
    root.attrib.update({key: str(sum(int(suite.attrib[key]) for suite in root)) for key in counted})
    ET.indent(root)
    body: bytes = ET.tostring(root, encoding="us-ascii")
    return disarmed(f'<?xml version="1.0" encoding="utf-8"?>\n{body.decode("ascii")}\n')


def _cases(row: Row, causes: Sequence[Cause]) -> Iterator[ET.Element]:
    """That it was looked at, what of it was not, then its causes."""
    label = re.sub(r"[^\w-]+", "_", line(row.name, 100)).strip("_")
    looked = case(label, "look", "looked at")
    if row.verdict == "missing":
        ET.SubElement(looked, "error", message="there is no report: it was not built, or not looked at")
    yield looked
    for number, text in enumerate(row.unseen, 1):
        element = case(label, "look", f"not looked at, {number}")
        ET.SubElement(element, "skipped", message=line(text, LIMIT))
        yield element
    for number, text in enumerate(row.ignored, 1):
        element = case(label, "look", f"ignored, {number}")
        ET.SubElement(element, "skipped", message=line(text, LIMIT))
        yield element
    for cause in causes:
        yield from (_case(label, cause, one) for one in cause.occurrences if one.row is row)


def _case(label: str, cause: Cause, one: Occurrence) -> ET.Element:
    """A blocker of this row fails; anything else passes with a word."""
    worst = one.worst
    name = ", ".join([worst.rule, *worst.culprits]) + f" ({worst.signature[:100]})"
    element = case(label, worst.stage.value, name)
    concerns = f"Concerns {wording.listed(one.subjects)}."
    body = "\n".join([sentence(safe(worst.message, LIMIT)), concerns, *_mends(cause)])
    if worst.severity is Severity.BLOCKER and not worst.out_of_scope:
        ET.SubElement(element, "failure", type=line(worst.rule), message=line(worst.message, LIMIT)).text = body
    else:
        ET.SubElement(element, "system-out").text = f"{worst.severity.value}: {body}"
    return element


def _mends(cause: Cause) -> list[str]:
    return [f"Remedy: {line(text, LIMIT)}" for text in wording.remedies(cause)]
