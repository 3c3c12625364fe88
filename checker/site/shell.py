"""What every page has: head, way round, foot. No page asks anything of another server: a policy in it forbids it."""

from __future__ import annotations

from dataclasses import dataclass

from ..version import __version__
from .html import Child, Html, el, joined, link

#: page -> what it is called in the way round; the pages of `documents` come behind
WAYS = {
    "index.html": "Can I convert it?",
    "pairs/index.html": "Releases that go together",
    "rules/index.html": "Rules",
    "data/index.html": "Data",
    "documents/index.html": "Documents",
}
#: nothing is loaded but from this very folder, and nothing is sent anywhere
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'"
)


@dataclass(frozen=True)
class Sheet:
    """One page before it is written."""

    #: path from the top of the site
    path: str
    title: str
    #: a sentence for search engines
    about: str
    body: Html
    #: scripts of `assets/`, in order
    scripts: tuple[str, ...] = ()


def written(sheet: Sheet, date: str) -> str:
    """The page as a file."""
    up = "../" * sheet.path.count("/")
    head = (
        el("meta", charset="utf-8"),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", http_equiv="Content-Security-Policy", content=POLICY),
        el("title", f"{sheet.title} · sklearn-onnx-checker"),
        el("meta", name="description", content=sheet.about),
        el("meta", name="color-scheme", content="light dark"),
        el("link", rel="icon", href="data:,"),
        el("link", rel="stylesheet", href=f"{up}assets/style.css"),
        (el("script", src=f"{up}assets/{name}", defer=True) for name in sheet.scripts),
    )
    body = (
        el("a", "To the content", href="#content", class_="skip"),
        el("header", _ways(sheet.path, up)),
        "\n",
        el("main", sheet.body, id="content"),
        "\n",
        el("footer", el("p", _foot(date))),
    )
    page = el("html", el("head", (joined(part, "\n") for part in head)), "\n", el("body", body), lang="en")
    return f"<!DOCTYPE html>\n{page}\n"


def _ways(path: str, up: str) -> Child:
    name = link("sklearn-onnx-checker", f"{up}index.html", class_="name")
    here = {goal: "page" if goal == path else None for goal in WAYS}
    ways = (el("li", link(text, f"{up}{goal}", aria_current=here[goal])) for goal, text in WAYS.items())
    return joined(name, el("nav", el("ul", ways), aria_label="Pages"))


def _foot(date: str) -> Child:
    return f"Written by sklearn-onnx-checker {__version__} from measurements of {date}. It asks nothing of any server."
