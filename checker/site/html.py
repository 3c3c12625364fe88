"""Elements of HTML as text: everything is escaped but what is an element already."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from html import escape

from ..texts import safe

#: elements that have no end
VOID = frozenset(("meta", "link", "input", "br"))


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


#: what an element may hold: None is left out, and so are the ends of an iterable
Child = str | None | Iterable["Child"]


def el(tag: str, *children: Child, **attributes: str | bool | None) -> Html:
    """An element; `class_` and `aria_label` are written `class` and `aria-label`, None and False are left out."""
    told = "".join(_attribute(name, value) for name, value in attributes.items() if value not in (None, False))
    if tag in VOID:
        return Html(f"<{tag}{told}>")
    return Html(f"<{tag}{told}>{joined(*children)}</{tag}>")


def _attribute(name: str, value: str | bool | None) -> str:
    written = name.rstrip("_").replace("_", "-")
    return f" {written}" if value is True else f' {written}="{_quoted(str(value))}"'


@cache
def _quoted(text: str) -> str:
    return escape(safe(text))


def joined(*children: Child) -> Html:
    """Several children, one after the other."""
    return Html("".join(_child(child) for child in children))


def _child(child: Child) -> str:
    if child is None:
        return ""
    if isinstance(child, str):
        return child if isinstance(child, Html) else _text(child)
    return joined(*child)


@cache
def _text(text: str) -> str:
    """A text, escaped; most of them come again and again."""
    return escape(safe(text), quote=False)


def table(caption: Child, head: Iterable[Child], rows: Iterable[Child], class_: str = "") -> Html:
    """A table that scrolls by itself where it is too wide, by keyboard too."""
    inside = el(
        "table",
        el("caption", caption),
        el("thead", el("tr", (el("th", cell, scope="col") for cell in head))),
        "\n",
        el("tbody", (joined(row, "\n") for row in rows)),
        class_=class_ or None,
    )
    label = caption if isinstance(caption, str) and not isinstance(caption, Html) else "table"
    return el("div", inside, class_="scroll", tabindex="0", role="region", aria_label=label)


def row(first: Child, *cells: Child, id: str | None = None) -> Html:
    """A row whose first cell heads it; a cell that is a `td` already stays as it is."""
    kept = (cell if isinstance(cell, Html) and cell.startswith("<td") else el("td", cell) for cell in cells)
    return el("tr", el("th", first, scope="row"), kept, id=id)


def link(text: Child, address: str, **attributes: str | bool | None) -> Html:
    """A link."""
    return el("a", text, href=address, **attributes)
