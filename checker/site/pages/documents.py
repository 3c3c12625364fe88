"""The documents as pages: the manual and its like, the commands, the formats of reports, and the recipes to copy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from inspect import cleandoc

from ...reporters import REPORTERS
from ..html import Child, el, joined, link, row, table
from ..markdown import rendered
from ..shell import Sheet
from .rules import inline, prose
from .words import code

TITLE = "Documents"
#: file of the repository -> its page, and what is in it
MANUALS = {
    "README.md": ("manual.html", "how to use it, from the first command to continuous integration"),
    "matrices/README.md": ("matrices.html", "the curated knowledge and the evidence, key by key"),
    "CONTRIBUTING.md": (
        "contributing.html",
        "how the program is built, and how a rule, a format or a measurement is added",
    ),
    "benchmarks/README.md": ("benchmarks.html", "what is measured of the checker itself"),
    "CHANGELOG.md": ("changelog.html", "what has changed"),
}
#: folder of the files that are there to be copied, and of samples of reports
RECIPES, SAMPLES = "integrations/", "reports/4-silent."
#: lines of a sample that are shown
LINES = 40


def pages(files: Mapping[str, str], helps: Mapping[str, str]) -> Iterator[Sheet]:
    """All of them; `files` are those of the repository, as far as they are there, and `helps` what `--help` prints."""
    made = [_manual(name, *about, files[name]) for name, about in MANUALS.items() if name in files]
    made += [commands(helps), formats(files)]
    if any(name.startswith(RECIPES) for name in files):
        made.append(recipes(files))
    rows = (row(link(sheet.title, sheet.path.partition("/")[2]), sheet.about) for sheet in made)
    body = joined(el("h1", TITLE), table("All documents", ("Document", "What is in it"), rows))
    yield Sheet("documents/index.html", TITLE, "The documents of sklearn-onnx-checker.", body)
    yield from made


def _manual(name: str, page: str, about: str, text: str) -> Sheet:
    title, parts, body = rendered(text, {other: goal for other, (goal, _) in MANUALS.items()})
    title = {"README.md": "Manual"}.get(name, title)
    return Sheet(f"documents/{page}", title, about, joined(el("h1", title), parts, body))


# --- commands ------------------------------------------------------------------------------------------------------


def commands(helps: Mapping[str, str]) -> Sheet:
    """What `--help` prints of each."""
    named = {name: f"checker {name}".strip() for name in helps}
    parts = el("ul", (el("li", link(text, f"#{_anchor(text)}")) for text in named.values()), class_="parts")
    body = (joined(el("h2", named[name], id=_anchor(named[name])), code(text)) for name, text in helps.items())
    about = "every command with its options, its exit statuses and examples, as --help prints them"
    return Sheet("documents/commands.html", "Commands", about, joined(el("h1", "Commands"), parts, body))


def _anchor(text: str) -> str:
    return text.replace(" ", "-")


# --- formats -------------------------------------------------------------------------------------------------------


def formats(files: Mapping[str, str]) -> Sheet:
    """Each format: who reads it, and how one and the same report looks in it."""
    lead = "A report is written in a format by `--format`, and in several at once by `--report FORMAT=FILE`."
    body = joined(el("h1", "Formats"), el("p", inline(lead)), [_format(name, files) for name in REPORTERS])
    return Sheet("documents/formats.html", "Formats", "how a report is written, with a sample of each format", body)


def _format(name: str, files: Mapping[str, str]) -> Child:
    reporter = REPORTERS[name]
    module = import_module(f"...reporters.{reporter.file}", __package__)
    sample = files.get(f"{SAMPLES}{reporter.suffix}", "")
    asked = code(f"checker preflight train.py --format {name} --output report.{reporter.suffix}")
    return (el("h2", name, id=name), prose(cleandoc(module.__doc__ or "")), asked, _sample(sample))


def _sample(text: str) -> Child:
    if not text:
        return None
    lines = text.splitlines()
    more = [f"... {len(lines) - LINES} more lines"] if len(lines) > LINES else []
    shown = "\n".join([*(line[:160] + (" ..." if len(line) > 160 else "") for line in lines[:LINES]), *more])
    return el("details", el("summary", "A sample"), code(shown))


# --- recipes -------------------------------------------------------------------------------------------------------


def recipes(files: Mapping[str, str]) -> Sheet:
    """The files that are there to be copied; each says at its head what it is for."""
    found = {name: text for name, text in sorted(files.items()) if name.startswith(RECIPES)}
    parts = el("ul", (el("li", link(_short(name), f"#{_short(name)}")) for name in found), class_="parts")
    body = (joined(el("h2", _short(name), id=_short(name)), code(text)) for name, text in found.items())
    about = "files to copy: continuous integration, pre-commit, tox, nox, a container, conda"
    return Sheet("documents/recipes.html", "Recipes", about, joined(el("h1", "Recipes"), parts, body))


def _short(name: str) -> str:
    return name.removeprefix(RECIPES).replace("/", "-")
