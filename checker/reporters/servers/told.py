"""What servers and editors are told of a report: a row for each finding, with the line of a file that it is about."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ...model import Finding, Report, Severity, Source, Stage, packages_of
from ...names import distribution_of
from .. import digest
from ..digest import tries
from ..printable import cut, known, line, safe, sentence

#: longest text of one element, in characters, and remedies that one finding shows
LIMIT, REMEDIES = 8000, 5
#: longest text about one finding: GitHub takes 64 kB
WHOLE = 60_000
#: severity -> the word that editors know
LEVELS = {Severity.BLOCKER: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}
#: what stands in the place of a rule where something was not looked at
UNSEEN = "not-looked-at"
#: stages that are about what is installed, rather than about what a script does with it
OF_PACKAGES = (Stage.RESOLVE, Stage.INSTALL, Stage.IMPORT)


@dataclass(frozen=True)
class Location:
    """A line of a file of the user's."""

    #: as it is named from the working folder, and from the root of the repository
    path: str
    rooted: str
    #: from 1
    line: int
    #: False: nothing tells the line, and it stands at the head of the file
    exact: bool = True


@dataclass(frozen=True)
class Told:
    """One row."""

    #: error, warning or note: what the script does not ask for is never more
    level: str
    rule: str
    #: one sentence
    text: str
    #: None: it is about no file of the user's
    location: Location | None
    #: None: it is no finding, and says what was not looked at
    finding: Finding | None = None

    @property
    def mark(self) -> str:
        """What stays the same from run to run, and when lines above are added: a hash of file, rule and subject."""
        import hashlib

        subject = re.sub(r":\d+", "", self.finding.subject) if self.finding else self.text
        parts = (self.location.rooted if self.location else "", self.rule, subject)
        return hashlib.sha256(line("\n".join(parts)).encode("utf-8", "backslashreplace")).hexdigest()[:32]


def told(report: Report) -> Iterator[Told]:
    """Every finding in the report's order, then what was not looked at."""
    files = sources_of(report)
    yield from (row_of(finding, report, files) for finding in report.findings)
    for text in digest.unseen(report):
        yield Told("warning", UNSEEN, text, find_place(text, files) or whole(files))


def row_of(finding: Finding, report: Report, files: Sequence[Source]) -> Told:
    """A finding."""
    level = "note" if finding.out_of_scope else LEVELS[finding.severity]
    text, rule = sentence(line(finding.message, LIMIT)), line(finding.rule, 200) or "finding"
    return Told(level, rule, text, locate(report, finding, files), finding)


def marks(rows: Sequence[Told]) -> list[str]:
    """The marks of rows, each another one: those of the same file, rule and subject are numbered."""
    seen: dict[str, int] = {}
    found = []
    for row in rows:
        seen[row.mark] = number = seen.get(row.mark, 0) + 1
        found.append(row.mark if number == 1 else f"{row.mark}-{number}")
    return found


def whole_text(row: Told, report: Report) -> str:
    """All that is said of a row, with what to type."""
    return cut("\n".join(finding_lines(report, row.finding)), WHOLE) if row.finding else row.text


def finding_lines(report: Report, finding: Finding) -> Iterator[str]:
    """Message, basis, evidence and what to type, since some servers show nothing but this text."""
    yield sentence(safe(finding.message, LIMIT))
    yield f"How we know: {known(finding)}."
    yield from (safe(text, LIMIT) for text in finding.evidence)
    for remedy in itertools.islice((r for r in report.remedies if finding.rule in r.settles), REMEDIES):
        yield f"Remedy: {line(sentence(remedy.text), LIMIT)} {line(tries.proof(remedy))}"
        yield from (f"  {line(place)}: {safe(command)}" for place, command in remedy.commands.items())


# --- where it is --------------------------------------------------------------------------------------------------


def sources_of(report: Report) -> tuple[Source, ...]:
    """The user's files of a report; of one that was not made from files, what it says that it read."""
    made = digest.artifact(report)
    paths = (made.path,) if made else report.script.paths if report.script else ()
    return report.sources or tuple(Source(path.replace("\\", "/"), path.replace("\\", "/")) for path in paths)


def locate(report: Report, finding: Finding, files: Sequence[Source]) -> Location | None:
    """The line that a finding is about; None where it is about no file of the user's.

    It is the line that the finding names, else the one that asks for a package of it, else the one that imports it.
    """
    said = (finding.subject, *finding.evidence, finding.message, *where_it_failed(report, finding))
    named = (found for text in said if (found := find_place(text, files, begins=True)))
    inside = (found for text in (finding.message, *finding.evidence) if (found := find_place(text, files)))
    package = asking(finding, files) or importing(report, finding, files)
    return next(named, None) or next(inside, None) or package or whole(files, finding)


def find_place(text: str, files: Sequence[Source], begins: bool = False) -> Location | None:
    """The first place in a text that is a line of one of the files: "train.py:14", "tips.ipynb:cell 3:2"."""
    for file in files:
        place = re.compile(rf"(?<![\w./\\-]){re.escape(file.name)}:(?:(cell \d+):)?(\d{{1,9}})(?!\d)")
        if file.name and (found := place.match(text) if begins else place.search(text)):
            before = file.lines.get(found[1], 1) - 1 if found[1] else 0
            number = int(found[2]) if before or not found[1] else 1
            return Location(file.path, file.rooted, max(before + number, 1))
    return None


def where_it_failed(report: Report, finding: Finding) -> Iterator[str]:
    """The places of the model that a finding is about, and of the failed steps that it explains."""
    yield from (c.where for c in (report.script.canaries if report.script else ()) if c.name == finding.subject)
    for failure in report.subject.failures() if finding.explains else ():
        if failure.step in finding.explains:
            yield str(failure.facts.get("where") or failure.facts.get("place") or "")


def asking(finding: Finding, files: Sequence[Source]) -> Location | None:
    """The line of a file of requirements that asks for a package of the finding."""
    places = ((file, file.lines.get(name)) for name in packages_of(finding) for file in files if file.requires)
    return next((Location(file.path, file.rooted, number) for file, number in places if number), None)


def asked_at(report: Report, finding: Finding) -> str:
    """Where a package of a finding is asked for: "requirements.txt:4"; "" where no file does, or it is said already."""
    files = sources_of(report)
    said = any(find_place(text, files) for text in (finding.message, *finding.evidence))
    place = None if said else asking(finding, files)
    return f"{line(place.path)}:{place.line}" if place else ""


def importing(report: Report, finding: Finding, files: Sequence[Source]) -> Location | None:
    """The line of a script that imports a package of the finding, where this is about what is installed."""
    packages = packages_of(finding) if report.script and finding.stage in OF_PACKAGES else ()
    imports = report.script.imports if report.script else ()
    asked = (i.where for name in packages for i in imports if distribution_of(i.module.partition(".")[0]) == name)
    return next((found for where in asked if (found := find_place(where, files, begins=True))), None)


def whole(files: Sequence[Source], finding: Finding | None = None) -> Location | None:
    """The first line of the first file; of what is wrong with an installation, of the requirements where there are any.

    None where there is no file.
    """
    asks = finding is not None and finding.stage in OF_PACKAGES
    ordered = sorted(files, key=lambda file: asks and not file.requires)
    return Location(ordered[0].path, ordered[0].rooted, 1, exact=False) if ordered else None
