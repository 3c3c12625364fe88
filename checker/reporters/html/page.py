"""The report as one file for a browser: it asks nothing of any network, and reads without scripts too."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path

from ...language import say
from ...model import Report
from ...world.files import read_text
from .. import digest
from ..printable import disarmed
from .article import article
from .elements import Markup, el, joined

HERE = Path(__file__).parent


def render(report: Report) -> str:
    """The whole page, one newline at the end."""
    return document(f"{digest.headline(report)}: {digest.about(report)}", article(report))


def document(title: str, body: Markup) -> str:
    """A page of its own around the content; no other script than ours runs on it, and nothing is fetched."""
    policy = f"default-src 'none'; style-src {hashed(style())}; script-src {hashed(script())}"
    metas = (
        Markup('<meta charset="utf-8">'),
        Markup('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        Markup('<meta name="color-scheme" content="light dark">'),
        Markup(f'<meta http-equiv="Content-Security-Policy" content="{policy}">'),
    )
    head = el("head", *metas, el("title", title), el("style", style()), el("script", script()))
    whole = el("html", head, el("body", el("main", body), class_="checker-page"), lang=say("en"))
    return disarmed(f"<!DOCTYPE html>\n{whole}\n")


def fragment(body: Markup) -> str:
    """The content as a part of somebody's page, with its style, which holds for nothing else there."""
    return disarmed(joined([el("style", firm_style()), body, el("script", script())]))


@cache
def firm_style() -> Markup:
    """The style sheet as no rule of the page around it overrides: each selector weighs as much as one of an id."""
    return Markup(style().replace(".checker-report", ":is(.checker-report, #checker-report)"))


@cache
def style() -> Markup:
    """The style sheet."""
    return Markup(read_text(HERE / "style.css"))


@cache
def script() -> Markup:
    """What copies, and unfolds everything for the printer."""
    return Markup(read_text(HERE / "script.js"))


def hashed(text: str) -> str:
    """How a policy names a text that it allows."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
