"""Pages about the checker itself: a rule's explanation, the catalogue of canaries."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable
from inspect import cleandoc
from typing import Any

from ..model import Canary, Rule
from .printable import line, safe

#: headings of a rule's docstring, in the order in which they are printed
SECTIONS = ("What happens", "Why", "Remedy", "Not this rule")
#: what a project writes to live with a rule's findings
IGNORING = """
To ignore it where you live with it, in pyproject.toml
  [[tool.checker.ignore]]
  rule = "{rule}"
  subject = "what it is about"     # without this line, whatever it is about
  reason = "why"
  expires = 2030-01-31             # from that day on it fails, with the reason"""
# A heading stands at the beginning of a line and ends in a colon or with the line.
_HEADING = re.compile(rf"^[ #*]*({'|'.join(SECTIONS)})[ *]*(?::|$)[ *]*", re.MULTILINE)


def render_rule(rule: Rule[Any], width: int = 80) -> str:
    """A rule's page: title, identifier and stage, then the sections of its docstring."""
    head = [f"{line(rule.title)}", f"{line(rule.id)}, at {rule.stage.value}"]
    body = []
    for title, text in sections(rule.explanation):
        body += ["", *([title] if title else []), filled(text, width)]
    return "\n".join([*head, *body, IGNORING.format(rule=line(rule.id))]) + "\n"


def sections(docstring: str) -> list[tuple[str, str]]:
    """Heading and text of each section in order; what stands before the first heading has the heading ""."""
    pieces = _HEADING.split(cleandoc(safe(docstring)))
    named = [("", pieces[0]), *zip(pieces[1::2], pieces[2::2], strict=True)]
    return [(title, text.strip("\n")) for title, text in named if text.strip()]


def filled(text: str, width: int) -> str:
    """Paragraphs wrapped and indented by two; indented lines (code) stay as they are."""
    paragraphs = re.split(r"\n\s*\n", textwrap.dedent(text))
    own = re.compile(r"^(  |>>>|- )", re.MULTILINE)
    return "\n\n".join(textwrap.indent(p.rstrip(), "  ") if own.search(p) else wrapped(p, width) for p in paragraphs)


def wrapped(text: str, width: int, indent: str = "  ") -> str:
    """One paragraph; words longer than the page are left whole."""
    lines = textwrap.wrap(
        " ".join(text.split()), max(width, 40) - len(indent), break_long_words=False, break_on_hyphens=False
    )
    return textwrap.indent("\n".join(lines), indent)


def render_canaries(canaries: Iterable[Canary], width: int = 80) -> str:
    """The catalogue: a line of name, target and input, and under it what is constructed."""
    rows = list(canaries)
    room = max((len(line(c.name, 40)) for c in rows), default=0)
    parts = []
    for canary in rows:
        parts.append(f"{line(canary.name, 40):<{room}}  {facts_of(canary)}")
        if canary.make:
            parts.append(wrapped(line(canary.make, 300), width, "    "))
    return "\n".join([*parts, f"{len(rows)} canaries"]) + "\n"


def facts_of(canary: Canary) -> str:
    """Target, input, MLflow, scikit-learn releases and lacking converter of a canary in a few words."""
    kinds = ", ".join(dict.fromkeys(c.kind + (" with gaps" if c.missing else "") for c in canary.columns))
    bounds = ",".join([f">={canary.since}"] * bool(canary.since) + [f"<{canary.until}"] * bool(canary.until))
    facts = [
        f"{canary.layout} of {kinds}" if kinds else canary.layout,
        "" if canary.target == "none" else f"target {canary.target}",
        "MLflow" if canary.logging else "",
        f"scikit-learn {bounds}" if bounds else "",
        "" if canary.converts else "no converter is known to take it",
    ]
    return line("; ".join(f for f in facts if f))
