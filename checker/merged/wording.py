"""What every format says of rows and causes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..language import reword, say
from ..model import Severity
from ..reporters.digest import PATH
from ..reporters.printable import BASIS, clause, count, line, stage
from .causes import blocking, spared, unmended, versions_of, warning, ways
from .values import Cause, Mend, Occurrence, Row

#: what is said of a row where a cause is less bad than in others
LESS = {Severity.WARNING: "only warns", Severity.NOTE: "only a note"}


def summary(rows: Sequence[Row], causes: Sequence[Cause]) -> str:
    """The verdict on all of them on one line: "Blocked: 4 of 7 rows, by 2 causes"."""
    lost = len(of_verdict(rows, "missing"))
    told = _headline(rows, causes)
    return say("{told}, and no report of {lost}", told=told, lost=lost) if lost else told


def _headline(rows: Sequence[Row], causes: Sequence[Cause]) -> str:
    every = count(len(rows), "row")
    if blocked := len(of_verdict(rows, "blocked")):
        by = count(len(blocking(causes)), "cause")
        return say("Blocked: {number} of {every}, by {causes}", number=blocked, every=every, causes=by)
    if warned := len(of_verdict(rows, "warnings")):
        of = count(len(warning(causes)), "cause")
        return say("Ready, with warnings in {number} of {every}, of {causes}", number=warned, every=every, causes=of)
    ready = len(of_verdict(rows, "ready"))
    unseen = sum(bool(row.unseen) for row in rows)
    some = say("{number} of {every}", number=ready, every=every)
    told = say("Ready: {rows}", rows=every if ready == len(rows) else some)
    return say("{told}, but not all was looked at in {number}", told=told, number=unseen) if unseen else told


def verdict(rows: Iterable[Row]) -> str:
    """The worst verdict of them."""
    return min((row.verdict for row in rows), key=("blocked", "missing", "warnings", "ready").index)


def title(cause: Cause) -> str:
    """`Blocks at convert`, `Warns at import`."""
    words = "Blocks at {stage}" if cause.worst.severity is Severity.BLOCKER else "Warns at {stage}"
    return say(words, stage=stage(cause.worst.stage))


def place(cause: Cause, rows: Sequence[Row]) -> str:
    """`in 2 of 7 rows`: those where it is at its worst."""
    number = sum(one.worst.order == cause.worst.order for one in cause.occurrences)
    return say("in {number} of {every}", number=number, every=count(len(rows), "row"))


def occurs(cause: Cause) -> list[tuple[str, str]]:
    """The names of its rows, each with what is said of those where it is less bad."""
    return [(line(one.row.name, 100), _less(cause, one)) for one in cause.occurrences]


def _less(cause: Cause, one: Occurrence) -> str:
    if one.worst.out_of_scope is not cause.worst.out_of_scope:
        return say("its script does not ask for it")
    return "" if one.worst.severity is cause.worst.severity else say(LESS[one.worst.severity])


def packages(cause: Cause, rows: Sequence[Row]) -> list[str]:
    """The culprits with the releases that it occurs with, and those of sound rows that are free of it."""
    told = []
    for name in cause.worst.culprits:
        words = [line(name, 60), line(", ".join(versions_of(name, cause.rows)), 200)]
        free = spared(cause, name, rows)
        words += [line(say("(not with {versions})", versions=", ".join(free)), 200)] * bool(free)
        told.append(" ".join(word for word in words if word))
    return told


def subjects(cause: Cause) -> str:
    """What it concerns, in any of its rows."""
    every = dict.fromkeys(line(s, 100) for one in cause.occurrences for s in one.subjects)
    most = 4
    left = len(every) - most
    return ", ".join([*every][:most]) + (say(" and {number} more", number=left) if left > 0 else "")


def known(cause: Cause) -> str:
    """How it is known, in words."""
    return say(BASIS[cause.worst.basis])


def remedies(cause: Cause) -> list[str]:
    """What would mend it, and for which rows that was found; or that nothing is known."""
    told = [_remedy(mend, names, cause) for mend, names in ways(cause)]
    if not told:
        return [say("No remedy is known.")]
    left = unmended(cause)
    return told + [say("For {rows}: no remedy is known.", rows=listed(left))] * bool(left)


def _remedy(mend: Mend, names: Sequence[str], cause: Cause) -> str:
    """`For a, b: onnx==1.18.0 (proven)`; the rows are left out where it serves them all."""
    every = len(names) == len(cause.rows)
    what = line(", ".join(mend.requirements), 300) or clause(reword(line(mend.text, 300)))
    how = say(("proven in each" if every and len(names) > 1 else "proven") if mend.proven else "not proven")
    told = say("{what} ({how})", what=what, how=how)
    return told if every else say("For {rows}: {what}", rows=listed(names), what=told)


def listed(names: Iterable[str]) -> str:
    """Names in a row."""
    return ", ".join(line(name, 100) for name in names)


def of_verdict(rows: Iterable[Row], verdict: str) -> list[Row]:
    """The rows of one verdict."""
    return [row for row in rows if row.verdict == verdict]


def ready(rows: Sequence[Row]) -> str:
    """The rows that nothing is to be said of, on one line; "" without any."""
    return listed(row.name for row in of_verdict(rows, "ready") if not row.unseen)


def lost(rows: Sequence[Row]) -> str:
    """The rows of which there is no report, on one line; "" without any."""
    return listed(row.name for row in of_verdict(rows, "missing"))


def stack(rows: Iterable[Row]) -> list[str]:
    """The packages of the path that any row has, in the order of the path."""
    found = {name for row in rows for name in row.versions}
    return [name for name in PATH if name in found]
