"""Documents in Markdown as HTML: headings that can be linked to, tables that scroll, and no markup of their own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from .html import Html, el, link

if TYPE_CHECKING:
    from markdown_it.token import Token

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def rendered(text: str, pages: Mapping[str, str]) -> tuple[str, Html, Html]:
    """The title of a document, its parts as a list of links, and what stands below the title.

    `pages` says which files are pages of the site; a link to any other file of the repository is only its text.
    """
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = reader.parse(_COMMENT.sub("", text))
    title, tokens = _title(tokens)
    parts = _linked(tokens, pages)
    made = reader.renderer.render(tokens, reader.options, {})
    made = "".join(_scrolling(part, number) for number, part in enumerate(made.split("<table>")))
    made = made.replace("</table>", "</table></div>").replace("<pre>", '<pre tabindex="0">')
    made = made.replace("<th></th>", "<td></td>")
    return title, el("ul", (el("li", link(name, f"#{goal}")) for name, goal in parts), class_="parts"), Html(made)


def _scrolling(part: str, number: int) -> str:
    """What stands behind the beginning of a table, the table in a place that scrolls, of a name of its own."""
    head = f'<div class="scroll" tabindex="0" role="region" aria-label="table {number}"><table>'
    return head + part if number else part


def _title(tokens: Sequence[Token]) -> tuple[str, list[Token]]:
    """The first heading, and everything else."""
    if tokens and tokens[0].type == "heading_open" and tokens[0].tag == "h1":
        return tokens[1].content, list(tokens[3:])
    return "", list(tokens)


def _linked(tokens: Sequence[Token], pages: Mapping[str, str]) -> list[tuple[str, str]]:
    """Give headings anchors, and links the places to which they lead here; returns the parts of the document."""
    parts: list[tuple[str, str]] = []
    used: set[str] = set()
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            name = tokens[place + 1].content.replace("`", "")
            goal = _anchor(name, used)
            token.attrSet("id", goal)
            parts += [(name, goal)] if token.tag == "h2" else []
        for child in token.children or ():
            if child.type == "link_open":
                _lead(child, pages)
    return parts


def _anchor(name: str, used: set[str]) -> str:
    """A name for an address, unlike all before it."""
    goal = re.sub(r"[^\w]+", "-", name.lower()).strip("-") or "part"
    while goal in used or goal == "content":
        goal += "-"
    used.add(goal)
    return goal


def _lead(token: Token, pages: Mapping[str, str]) -> None:
    address = str(token.attrGet("href") or "")
    path, mark, anchor = address.partition("#")
    if path in pages:
        token.attrSet("href", f"{pages[path]}{mark}{anchor}")
    elif address.startswith("https://"):
        token.attrSet("rel", "noreferrer")
    elif path:
        del token.attrs["href"]
