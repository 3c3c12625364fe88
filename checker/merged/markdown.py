"""The rows for a summary of CI: one table of causes, and one of rows, folded away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..reporters.markdown import code, escape, folded, table
from ..reporters.printable import disarmed, line, safe, sentence
from . import wording
from .causes import blocking, find_causes, warning
from .values import Cause, Row

#: longest message in a cell, in characters
LIMIT = 600


def render(rows: Sequence[Row]) -> str:
    """The whole report, one newline at the end."""
    return disarmed("\n\n".join(part for part in _parts(rows) if part) + "\n")


def _parts(rows: Sequence[Row]) -> Iterator[str]:
    causes = find_causes(rows)
    asked = [*blocking(causes), *warning(causes)]
    yield f"## {escape(wording.summary(rows, causes))}"
    if asked:
        header = ("#", "cause", "packages", "rows", "what to do")
        yield table(header, [_cause(number, cause, rows) for number, cause in enumerate(asked, 1)])
    unseen = [f"- Not all looked at in {code(row.name)}: {escape(text)}" for row in rows for text in row.unseen]
    ignored = [f"- Ignored in {code(row.name)}: {escape(text)}" for row in rows for text in row.ignored]
    yield "\n".join([*unseen, *ignored])
    lost = [code(row.name) for row in wording.of_verdict(rows, "missing")]
    yield f"No report: {', '.join(lost)}. They were not built, or not looked at." if lost else ""
    ready = [code(row.name) for row in wording.of_verdict(rows, "ready") if not row.unseen]
    yield f"Ready: {', '.join(ready)}." if ready else ""
    yield from folded("Rows", [_rows(rows, asked)])
    aside = [_aside(cause) for cause in causes if cause not in asked]
    yield from folded("Changes no verdict", ["\n".join(aside)])


def _cause(number: int, cause: Cause, rows: Sequence[Row]) -> tuple[str, ...]:
    """One line of the table."""
    what = (
        f"**{wording.title(cause)}** ({code(cause.worst.rule)}): {escape(sentence(safe(cause.worst.message, LIMIT)))}"
    )
    names = (f"{code(name)} ({less})" if less else code(name) for name, less in wording.occurs(cause))
    where = f"{wording.place(cause, rows)}: {', '.join(names)}"
    mends = "<br>".join(escape(text) for text in wording.remedies(cause))
    packages = "<br>".join(escape(part) for part in wording.packages(cause, rows))
    return str(number), what, packages, where, mends


def _rows(rows: Sequence[Row], causes: Sequence[Cause]) -> str:
    names = wording.stack(rows)
    cells = []
    for row in rows:
        numbers = ", ".join(str(number) for number, cause in enumerate(causes, 1) if row in cause.rows)
        versions = (escape(line(row.versions.get(name, ""), 40)) for name in names)
        cells.append((code(row.name), escape(row.python), *versions, row.verdict, numbers))
    return table(("row", "Python", *names, "verdict", "causes"), cells)


def _aside(cause: Cause) -> str:
    where = ", ".join(code(row.name) for row in cause.rows)
    return f"- {cause.worst.stage.value} ({code(cause.worst.rule)}), in {where}: {_said(cause)}"


def _said(cause: Cause) -> str:
    return escape(sentence(safe(cause.worst.message, LIMIT)))
