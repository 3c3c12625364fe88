"""From rows to causes: what is the same in several rows, where it occurs, and what would mend it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from packaging.version import InvalidVersion, Version

from ..model import Severity
from .values import Cause, Found, Mend, Occurrence, Row

#: what makes two findings the same: rule, packages, signature, and the subject where the signature does not tell
Key = tuple[str, tuple[str, ...], str, str]


def find_causes(rows: Sequence[Row]) -> tuple[Cause, ...]:
    """Every cause, what blocks first, then what occurs in more rows, then what comes earlier on the path."""
    groups: dict[Key, list[tuple[Row, Found]]] = {}
    for row in rows:
        for found in row.found:
            key = (
                found.rule,
                tuple(sorted(found.culprits)),
                found.signature,
                found.subject if found.vague else "",
            )
            groups.setdefault(key, []).append((row, found))
    return tuple(sorted(map(_cause, _joined(groups)), key=_weight))


def _joined(groups: Mapping[Key, list[tuple[Row, Found]]]) -> Iterable[list[tuple[Row, Found]]]:
    """The groups; several subjects of the very same rows are one."""
    joined: dict[tuple[Any, ...], list[tuple[Row, Found]]] = {}
    for (*key, _), group in groups.items():
        joined.setdefault((*key, frozenset(row.path for row, _ in group)), []).extend(group)
    return joined.values()


def _cause(group: Iterable[tuple[Row, Found]]) -> Cause:
    rows: dict[str, tuple[Row, list[Found]]] = {}
    for row, found in group:
        rows.setdefault(row.path, (row, []))[1].append(found)
    return Cause(tuple(Occurrence(row, tuple(found)) for row, found in rows.values()))


def _weight(cause: Cause) -> tuple[tuple[bool, int], int, int, str]:
    return cause.worst.order, -len(cause.rows), cause.worst.stage.order, cause.worst.rule


def blocking(causes: Iterable[Cause]) -> list[Cause]:
    """Those that block a row."""
    return [c for c in causes if c.worst.order == (False, Severity.BLOCKER.order)]


def warning(causes: Iterable[Cause]) -> list[Cause]:
    """Those that warn, of what scripts ask for."""
    return [c for c in causes if c.worst.order == (False, Severity.WARNING.order)]


def ways(cause: Cause) -> list[tuple[Mend, list[str]]]:
    """The remedies that would mend it, each with the names of the rows that it was found for; what serves most first.

    Of each row it is the first that settles the cause's rule. Remedies are the same where they ask for the same, and
    were seen to work, or were not.
    """
    found: dict[tuple[object, ...], tuple[Mend, list[str]]] = {}
    for row in cause.rows:
        if mend := mend_of(cause, row):
            key = mend.kind, mend.proven, mend.requirements or mend.text
            found.setdefault(key, (mend, []))[1].append(row.name)
    return sorted(found.values(), key=lambda way: -len(way[1]))


def unmended(cause: Cause) -> list[str]:
    """The names of the rows for which nothing is known that would mend it."""
    return [row.name for row in cause.rows if not mend_of(cause, row)]


def mend_of(cause: Cause, row: Row) -> Mend | None:
    """The first remedy of a row that settles the cause's rule."""
    return next((m for m in row.mends if cause.worst.rule in m.settles), None)


def versions_of(name: str, rows: Iterable[Row]) -> list[str]:
    """The releases of a package that these rows have, oldest first."""
    return sorted({row.versions[name] for row in rows if name in row.versions}, key=_order)


def spared(cause: Cause, name: str, rows: Iterable[Row]) -> list[str]:
    """Releases of a culprit in rows that nothing blocks; none where they do not tell: the cause has one of them too."""
    here = versions_of(name, cause.rows)
    sound = versions_of(name, (row for row in rows if row.verdict != "blocked" and row not in cause.rows))
    return sound if here and not {*sound} & {*here} else []


def _order(version: str) -> tuple[bool, Version, str]:
    try:
        return True, Version(version), version
    except InvalidVersion:
        return False, Version("0"), version
