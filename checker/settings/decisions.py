"""What a project decides about findings, read: `ignore` and `severity`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from ..model import Severity
from ..names import meant
from ..policy import Ignore

#: what an entry of `ignore` may hold
ENTRY = ("rule", "subject", "reason", "expires")
KNOWN = f"known are {', '.join(ENTRY)}"
#: what is wrong with a value: key and what to write instead
Mistakes = Iterator[tuple[str, str]]


def ignore_of(entry: Mapping[str, Any]) -> Ignore:
    """An entry without mistakes."""
    about = entry.get("subject", ())
    return Ignore(
        entry["rule"], entry["reason"], (about,) if isinstance(about, str) else tuple(about), entry.get("expires")
    )


def ignore_mistakes(entries: Any) -> Mistakes:
    """What is wrong with the entries."""
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        yield "ignore", "write it as tables, [[ignore]], each with rule and reason"
        return
    for number, entry in enumerate(entries, 1):
        for name, why in _entry_mistakes(entry):
            yield f"ignore[{number}]{name and '.'}{name}", why


def _entry_mistakes(entry: Mapping[str, Any]) -> Mistakes:
    """What is wrong with one entry."""
    for name in entry:
        if name not in ENTRY:
            yield name, f"there is no such key; {meant(name, ENTRY) or KNOWN}"
    yield from (("rule", why) for why in [rule_mistake(entry.get("rule"))] if why)
    about = entry.get("subject", "any")
    about = about if isinstance(about, list) and about else [about]
    if not all(isinstance(one, str) and one.strip() for one in about):
        yield "subject", "write what the finding is about, in quotes; several in brackets"
    reason = entry.get("reason")
    if not isinstance(reason, str) or not reason.strip(" ."):
        yield "reason", "write why this is ignored"
    if "expires" in entry and type(entry["expires"]) is not date:
        yield "expires", "write a day without quotes, such as 2030-01-31"


def severity_mistakes(table: Any) -> Mistakes:
    """What is wrong with the severities of rules."""
    if not isinstance(table, dict):
        yield "severity", "write it as a table, [severity], with a line a rule"
        return
    words = [one.value for one in Severity]
    for rule, word in table.items():
        if why := rule_mistake(rule):
            yield f"severity.{rule}", why
        elif word not in words:
            yield f"severity.{rule}", f"write {' or '.join(words)}"


def rule_mistake(name: Any) -> str:
    """What is wrong with the name of a rule, "" where there is such a rule."""
    from ..rules.environment import ALL

    names = [rule.id for rule in ALL]
    if name in names:
        return ""
    if not isinstance(name, str):
        return "write the name of a rule, as the report tells it"
    return f"there is no rule {name!r}; {meant(name, names) or '`checker explain` lists them'}"


#: key -> its mistakes
DECISIONS: Mapping[str, Callable[[Any], Mistakes]] = {"ignore": ignore_mistakes, "severity": severity_mistakes}
