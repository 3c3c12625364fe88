"""What releases of one package do to a failure, as text and as JSON."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from ..reporters.printable import clause, count, line
from ..rules.evidence import first_words
from .followed import State, shorten_paths
from .history import History, Reason, Switch, TriedRelease

NOTHING = "Nothing that blocks was seen here: there is nothing to follow."
#: a verdict in a table
WORDS = {State.GOOD: "good", State.BAD: "bad", State.OTHER: "fails otherwise", State.UNTESTED: "not testable"}


def summary(history: History | None) -> str:
    """The answer on one line."""
    return render_answer(history) if history else NOTHING


def render(history: History | None, form: str, width: int) -> str:
    """The answer as text or json; None: nothing fails that could be followed."""
    if history is None:
        told = json.dumps({"schema_version": 1, "end": "nothing fails", "answer": NOTHING})
        return (told if form == "json" else NOTHING) + "\n"
    return render_json(history) if form == "json" else render_text(history, width)


def render_text(history: History, width: int = 80) -> str:
    """The answer first, then every switch, every stretch of releases, and how it is known; lines are wrapped."""
    switches = [f"  {render_switch(switch)}" for switch in history.find_switches()]
    head = f"{'Switch' if len(switches) == 1 else 'Switches'} seen, oldest first"
    seen = [[head, *switches]] if switches else []
    blocks = [
        [render_answer(history)],
        _list_followed(history),
        *seen,
        _list_releases(history),
        [_render_foot(history)],
    ]
    return "\n\n".join("\n".join(_wrap(row, width) for row in block) for block in blocks) + "\n"


def _wrap(row: str, width: int) -> str:
    """A line wrapped; what is indented stays so."""
    indent = " " * (len(row) - len(row.lstrip()))
    return textwrap.fill(
        row, width, subsequent_indent=indent + "  " * bool(indent), break_long_words=False, break_on_hyphens=False
    )


def render_answer(history: History) -> str:
    """The nearest switches in a sentence or two."""
    name, now = line(history.package), line(history.now)
    if history.reason is Reason.SOUND:
        return _render_sound(history)
    parts = []
    if up := history.find_nearest(newer=True):
        parts.append(f"It ends with {name} {up.after.version}, the first good release after {now}{_render_gap(up)}.")
    if down := history.find_nearest(newer=False):
        parts.append(f"It began with {name} {down.after.version}: {down.before.version} is good{_render_gap(down)}.")
    return " ".join(parts) or f"No release of {name} that was tried is good: with each of them it still fails."


def _render_gap(switch: Switch) -> str:
    versions = f"{switch.before.version} and {switch.after.version}"
    return "" if switch.exact else f" (no release between {versions} could be judged)"


def _render_sound(history: History) -> str:
    release = next(r for r in history.tried if r.version == history.now)
    name = f"{line(history.package)} {line(history.now)}"
    if release.state is State.GOOD:
        return (
            f"No release is the cause: in a fresh environment of the same releases, {name} among them, it does not "
            "fail. The files or settings of this environment differ from what was released."
        )
    why = f"{WORDS[release.state]}, {clause(release.why)}"
    return f"The failure did not appear in a fresh environment with {name}: {why}."


def _list_followed(history: History) -> list[str]:
    """The failure that was followed."""
    failure = history.question.failure
    rows = [
        "Followed",
        f"  {line(failure.subject)} at {failure.stage.value}, Python {line(history.python)}",
        f"  {line(failure.type)}: {line(first_words(shorten_paths(failure.text), 160))}",
    ]
    more = f"  Not followed: {count(history.others, 'other cause')} of what blocks here"
    return [*rows, more] if history.others else rows


def render_switch(switch: Switch) -> str:
    """`1.12 bad -> 1.13 not testable -> 1.14.0 good`, and what moves along."""
    groups = [tuple(group) for _, group in groupby(switch.between, key=lambda release: release.state)]
    parts = [f"{_render_span(group)} {WORDS[group[0].state]}" for group in ((switch.before,), *groups)]
    parts += [f"{count(switch.unseen, 'release')} not tried"] * bool(switch.unseen)
    parts.append(f"{line(switch.after.version)} {WORDS[switch.after.state]}")
    moved = (*switch.before.along, *switch.after.along)
    along = ", ".join(line(f"{c.name} {c.to}" if c.to else f"no {c.name}") for c in moved)
    return " -> ".join(parts) + (f" (with {along})" if along else "")


def _render_span(releases: Sequence[TriedRelease]) -> str:
    first, last = releases[0].version, releases[-1].version
    return line(first if first == last else f"{first} .. {last}")


def _list_releases(history: History) -> list[str]:
    """The tried releases, neighbours that came out the same on one line."""
    stretches = [tuple(group) for _, group in groupby(history.tried, key=lambda release: (release.state, release.why))]
    room = max(len(_render_span(stretch)) for stretch in stretches)
    rows = ["Releases, oldest first"]
    for stretch in stretches:
        tried = f"{len(stretch)} tried" if len(stretch) > 1 else ""
        here = "this environment's" if any(release.version == history.now for release in stretch) else ""
        notes = ", ".join(n for n in (tried, here, clause(line(stretch[0].why, 160))) if n)
        rows.append(f"  {_render_span(stretch):<{room}}  {WORDS[stretch[0].state]}{': ' + notes if notes else ''}")
    return rows


def _render_foot(history: History) -> str:
    tried, every = len(history.tried), count(len(history.releases), "release")
    remembered = sum(release.remembered for release in history.tried)
    known = f", {remembered} of them by an earlier command" if remembered else ""
    text = f"{tried} of {every} of {line(history.package)} were tried in throwaway environments{known}."
    if history.reason is Reason.ENOUGH:
        text += " The search ended before every switch was exact: narrow it with --between."
    if len(history.releases) > tried and history.reason is not Reason.SOUND:
        text += " A change that appears and disappears between two tried releases is not seen: --every tries all."
    return text


def render_json(history: History) -> str:
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
        "answer": render_answer(history),
        "switches": [
            {
                "from": switch.before.version,
                "to": switch.after.version,
                "becomes": switch.after.state.value,
                "exact": switch.exact,
                "undecided": [release.version for release in switch.between],
                "not_tried": switch.unseen,
            }
            for switch in history.find_switches()
        ],
        "releases": list(history.releases),
        "tried": [
            {
                "version": release.version,
                "verdict": release.state.value,
                "why": release.why,
                "along": [{"name": c.name, "from": c.was, "to": c.to} for c in release.along],
                "remembered": release.remembered,
            }
            for release in history.tried
        ],
    }
    return json.dumps(told, indent=2, ensure_ascii=True) + "\n"
