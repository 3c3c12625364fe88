"""What releases of one package do to a failure, as text and as JSON."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from typing import Any

from ..model import Change
from ..reporters.printable import clause, count, line
from ..rules.evidence import first_words
from .followed import at_home
from .history import Bisected, Cell, History, Reason, Stretch, Switch

#: a verdict in a table
WORDS = {
    Bisected.GOOD: "good",
    Bisected.BAD: "bad",
    Bisected.OTHER: "fails otherwise",
    Bisected.UNTESTED: "not testable",
}


def rendered(history: History | None, form: str, width: int) -> str:
    """The answer as text or json; None: nothing fails that could be followed."""
    nothing = "Nothing that blocks was seen here: there is nothing to follow."
    if history is None:
        told = json.dumps({"schema_version": 1, "end": "nothing fails", "answer": nothing})
        return (told if form == "json" else nothing) + "\n"
    return history_json(history) if form == "json" else render_history(history, width)


def render_history(history: History, width: int = 80) -> str:
    """The answer first, then every switch, every stretch of releases, and how it is known."""
    blocks = [answer(history), followed(history), *_switches(history), _table(history), _foot(history)]
    return "\n\n".join(_filled(block, width) for block in blocks if block) + "\n"


def _filled(block: str, width: int) -> str:
    """Lines wrapped; what is indented stays so."""
    return "\n".join(_wrapped(row, width) for row in block.splitlines())


def _wrapped(row: str, width: int) -> str:
    indent = " " * (len(row) - len(row.lstrip()))
    return textwrap.fill(
        row, width, subsequent_indent=indent + "  " * bool(indent), break_long_words=False, break_on_hyphens=False
    )


def answer(history: History) -> str:
    """The nearest switches in a sentence or two."""
    name, now = line(history.package), line(history.now)
    if history.reason is Reason.SOUND:
        return _sound(history)
    up, down = history.nearest(newer=True), history.nearest(newer=False)
    parts = []
    if up:
        parts.append(f"It ends with {name} {up.after.version}, the first good release after {now}{_about(up)}.")
    if down:
        parts.append(f"It began with {name} {down.after.version}: {down.before.version} is good{_about(down)}.")
    if not parts:
        return f"No release of {name} that was tried is good: none of them ends it alone."
    return " ".join(parts)


def _about(switch: Switch) -> str:
    if switch.exact:
        return ""
    return f" (between {switch.before.version} and {switch.after.version} nothing decides)"


def _sound(history: History) -> str:
    cell = next(c for c in history.cells if c.version == history.now)
    name = f"{line(history.package)} {line(history.now)}"
    if cell.verdict is Bisected.GOOD:
        return (
            f"No release is to blame: in a fresh environment of the same releases, {name} among them, it does not "
            "fail. The files or settings of this environment differ from what was released."
        )
    return (
        f"It could not be brought about in a fresh environment with {name}: {WORDS[cell.verdict]}, {clause(cell.why)}."
    )


def followed(history: History) -> str:
    """The failure that was followed."""
    failure = history.question.failure
    words = f"{line(failure.type)}: {line(first_words(at_home(failure.text), 160))}"
    rows = [f"{line(failure.subject)} at {failure.stage.value}, Python {line(history.python)}", words]
    rows += [f"Not followed: {count(history.others, 'other cause')} of what blocks here"] * bool(history.others)
    return "\n".join(["Followed", *(f"  {row}" for row in rows)])


def _switches(history: History) -> Iterator[str]:
    rows = [f"  {said(switch)}" for switch in history.switches()]
    if rows:
        yield "\n".join([f"{'Switch' if len(rows) == 1 else 'Switches'} seen, oldest first", *rows])


def said(switch: Switch) -> str:
    """`1.12 bad -> 1.13 not testable -> 1.14.0 good`, and what moves along."""
    middle = [f"{_span(s)} {WORDS[s.verdict]}" for s in _grouped(switch.between)]
    middle += [f"{count(switch.unseen, 'release')} not tried"] * bool(switch.unseen)
    ends = [f"{line(c.version)} {WORDS[c.verdict]}" for c in (switch.before, switch.after)]
    along = ", ".join(_change(c) for c in (*switch.before.along, *switch.after.along))
    return " -> ".join([ends[0], *middle, ends[1]]) + (f" (with {along})" if along else "")


def _grouped(cells: tuple[Cell, ...]) -> list[Stretch]:
    found: list[Stretch] = []
    for cell in cells:
        if found and found[-1].verdict is cell.verdict:
            found[-1] = Stretch((*found[-1].cells, cell))
        else:
            found.append(Stretch((cell,)))
    return found


def _change(change: Change) -> str:
    return line(f"{change.name} {change.to}" if change.to else f"no {change.name}")


def _span(stretch: Stretch) -> str:
    first, last = stretch.cells[0].version, stretch.cells[-1].version
    return line(first if first == last else f"{first} .. {last}")


def _table(history: History) -> str:
    stretches = history.stretches()
    room = max(len(_span(s)) for s in stretches)
    rows = []
    for stretch in stretches:
        tried = f"{len(stretch.cells)} tried" if len(stretch.cells) > 1 else ""
        here = "this environment's" if any(c.version == history.now for c in stretch.cells) else ""
        notes = ", ".join(n for n in (tried, here, clause(line(stretch.cells[0].why, 160))) if n)
        rows.append(f"  {_span(stretch):<{room}}  {WORDS[stretch.verdict]}{': ' + notes if notes else ''}")
    return "\n".join(["Releases, oldest first", *rows])


def _foot(history: History) -> str:
    tried, every = len(history.cells), count(len(history.releases), "release")
    remembered = sum(c.remembered for c in history.cells)
    left = len(history.releases) - tried
    known = f", {remembered} of them by an earlier command" if remembered else ""
    text = f"{tried} of {every} of {line(history.package)} were tried in throwaway environments{known}."
    if history.reason is Reason.ENOUGH:
        text += " The search ended before every switch was exact: narrow it with --between."
    if left and history.reason is not Reason.SOUND:
        text += " What goes and comes back between two tried releases that agree was not seen: --every tries all."
    return text


def history_json(history: History) -> str:
    """The same as JSON; only grows within a schema version."""
    question = history.question
    told: dict[str, Any] = {
        "schema_version": 1,
        "package": history.package,
        "version": history.now,
        "python": history.python,
        "followed": {
            "rule": question.finding.rule,
            "stage": question.failure.stage.value,
            "subject": question.failure.subject,
            "type": question.failure.type,
            "text": question.failure.text,
        },
        "not_followed": history.others,
        "end": history.reason.value,
        "answer": answer(history),
        "switches": [_switch_fields(s) for s in history.switches()],
        "releases": list(history.releases),
        "tried": [_cell_fields(c) for c in history.cells],
    }
    return json.dumps(told, indent=2, ensure_ascii=True) + "\n"


def _switch_fields(switch: Switch) -> dict[str, Any]:
    return {
        "from": switch.before.version,
        "to": switch.after.version,
        "becomes": switch.after.verdict.value,
        "exact": switch.exact,
        "undecided": [c.version for c in switch.between],
        "not_tried": switch.unseen,
    }


def _cell_fields(cell: Cell) -> dict[str, Any]:
    return {
        "version": cell.version,
        "verdict": cell.verdict.value,
        "why": cell.why,
        "along": [{"name": c.name, "from": c.was, "to": c.to} for c in cell.along],
        "remembered": cell.remembered,
    }
