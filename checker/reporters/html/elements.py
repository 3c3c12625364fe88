"""HTML elements as text; whatever is no `Markup` yet is somebody's words, and is made safe and escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape

from ...language import foreign, say
from ..printable import line, safe

#: elements of which each begins a line of its own
BLOCKS = frozenset(
    {
        "article",
        "body",
        "div",
        "dl",
        "details",
        "footer",
        "head",
        "header",
        "html",
        "li",
        "main",
        "ol",
        "section",
        "table",
    }
    | {"tbody", "thead", "tr", "ul"}
)
#: longest text of one block, in characters
LIMIT = 4000


class Markup(str):
    """A text that is HTML already."""

    __slots__ = ()


def el(tag: str, /, *inside: str, **attributes: str | bool | None) -> Markup:
    """`el("p", "a < b", class_="x")` -> `<p class="x">a &lt; b</p>`.

    Of attributes None and False are left out, True has no value, and underscores inside a name are dashes.
    """
    given = "".join(_attribute(name, value) for name, value in attributes.items())
    parts = [written(part) for part in inside if part]
    between = "\n" if tag in BLOCKS and all(isinstance(part, Markup) for part in inside) else ""
    return Markup(f"<{tag}{given}>{between}{between.join(parts)}{between if parts else ''}</{tag}>")


def _attribute(name: str, value: str | bool | None) -> str:
    if value is None or value is False:
        return ""
    shown = name.rstrip("_").replace("_", "-")
    return f" {shown}" if value is True else f' {shown}="{escape(line(value))}"'


def written(text: str) -> Markup:
    """A text as HTML."""
    return text if isinstance(text, Markup) else Markup(escape(safe(text)))


def joined(parts: Iterable[str]) -> Markup:
    """Several parts, one a line; empty ones are left out."""
    return Markup("\n".join(written(part) for part in parts if part))


def flow(*parts: str) -> Markup:
    """Several parts in one line of text, without anything between them."""
    return Markup("".join(written(part) for part in parts))


def section(title: str, *inside: str, level: int = 2, kind: str = "", **attributes: str) -> Markup:
    """A part of the page under its heading; nothing without content."""
    parts = [part for part in inside if part]
    if not parts:
        return Markup("")
    return el("section", el(f"h{level}", title), *parts, aria_label=title, class_=kind or None, **attributes)


def folded(summary: str, *inside: str, open_: bool = False) -> Markup:
    """What opens on a click; nothing without content."""
    parts = [part for part in inside if part]
    return el("details", el("summary", summary), *parts, open=open_) if parts else Markup("")


def copied(text: str, label: str = "") -> Markup:
    """Lines to be typed, with a button that copies them where scripts run."""
    word = el("span", say("Copy"), aria_live="polite")
    button = el(
        "button", word, el("span", f" {label}", class_="unsaid"), type="button", data_copy=True, data_done=say("Copied")
    )
    head = el("div", el("span", label, class_="where"), button, class_="bar")
    return el("div", head, el("pre", el("code", safe(text).strip("\n"))), class_="typed")


def verbatim(texts: Iterable[str]) -> Markup:
    """Texts of others as they were said; each is cut where it is too long."""
    words = "\n".join(safe(text, LIMIT).strip("\n") for text in texts)
    return el("pre", words, lang=foreign()) if words.strip() else Markup("")


def link(url: str) -> Markup:
    """A link to an address of the web; anything else is only text."""
    shown = line(url, 500)
    if not re.fullmatch(r"https?://[^<>\s\x00-\x1f\"']+", url) or shown != url:
        return el("code", shown)
    return el("a", shown, href=url, rel="noopener noreferrer")


def table(caption: str, header: Sequence[str], rows: Iterable[Sequence[str]], kind: str = "") -> Markup:
    """A table that scrolls in itself; the first cell of a row is its heading. Nothing without rows."""
    body = [el("tr", el("th", row[0], scope="row"), *(_cell(cell) for cell in row[1:])) for row in rows]
    if not body:
        return Markup("")
    head = el("thead", el("tr", *(el("th", name, scope="col") for name in header)))
    inner = el("table", el("caption", caption), head, el("tbody", *body), class_=kind or None)
    return el("div", inner, class_="wide", tabindex="0", role="group", aria_label=caption)


def _cell(cell: str) -> Markup:
    return cell if cell.startswith("<td") and isinstance(cell, Markup) else el("td", cell)


def pairs(rows: Iterable[tuple[str, str]]) -> Markup:
    """Names with what belongs to them."""
    told = [el("div", el("dt", name), el("dd", text)) for name, text in rows if text]
    return el("dl", *told) if told else Markup("")


def listed(items: Iterable[str], kind: str = "") -> Markup:
    """A list; nothing without items."""
    told = [el("li", item) for item in items if item]
    return el("ul", *told, class_=kind or None) if told else Markup("")
