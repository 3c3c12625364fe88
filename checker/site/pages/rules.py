"""A page for each rule, from its docstring, and the list of them all."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ...model import Rule
from ...reporters.explain import IGNORING, sections
from ..html import Child, Html, el, joined, link, row, table
from ..shell import Sheet
from .words import code

TITLE = "Rules"
ABOUT = "What sklearn-onnx-checker can find: what happens, why, the remedy, and what each rule is not."
LEAD = (
    "Each finding of the checker names the rule that made it. `checker explain RULE` prints the same as its page here."
)


def pages(groups: Mapping[str, Sequence[Rule[Any]]]) -> Iterator[Sheet]:
    """The list, by what the rules read, and each rule's page."""
    lists = (
        (el("h2", title), table(title, ("Rule", "Stage", "What it finds"), (_row(rule) for rule in rules)))
        for title, rules in groups.items()
    )
    yield Sheet("rules/index.html", TITLE, ABOUT, joined(el("h1", TITLE), el("p", inline(LEAD)), lists))
    yield from (page(rule) for rules in groups.values() for rule in rules)


def _row(rule: Rule[Any]) -> Html:
    return row(link(rule.id, f"{rule.id}.html"), rule.stage.value, rule.title)


def page(rule: Rule[Any]) -> Sheet:
    """One rule: its title, then the sections of its docstring."""
    parts = ((el("h2", heading) if heading else None, prose(text)) for heading, text in sections(rule.explanation))
    head = el("p", el("code", rule.id), f", at the stage {rule.stage.value}")
    back = el("p", link("All rules", "index.html"))
    body = joined(el("h1", rule.title), head, parts, _ignoring(rule), back)
    return Sheet(f"rules/{rule.id}.html", rule.title, f"{rule.title}: what happens, why, and the remedy.", body)


def _ignoring(rule: Rule[Any]) -> Html:
    """What a project writes to live with it."""
    head, snippet = IGNORING.format(rule=rule.id).strip().split("\n", 1)
    return joined(el("h2", head), code(textwrap.dedent(snippet)))


def prose(text: str) -> Html:
    """Paragraphs; what is indented is code, and lines that begin with a dash are a list."""
    return joined(_paragraph(part) for part in re.split(r"\n\s*\n", textwrap.dedent(text).strip("\n")))


def _paragraph(text: str) -> Html:
    lines = text.splitlines()
    if all(line.startswith(("    ", ">>>")) for line in lines):
        return code(textwrap.dedent(text))
    if lines[0].startswith("- "):
        return el("ul", (el("li", inline(item)) for item in _items(lines)))
    return el("p", inline(" ".join(text.split())))


def _items(lines: Iterable[str]) -> Iterator[str]:
    """The points of a list, each on one line."""
    parts = re.split(r"^- ", "\n".join(lines), flags=re.MULTILINE)
    yield from (" ".join(part.split()) for part in parts if part.strip())


def inline(text: str) -> Child:
    """A text in which names between backticks are code."""
    parts = text.split("`")
    return joined(el("code", part) if place % 2 else part for place, part in enumerate(parts))
