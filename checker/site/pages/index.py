"""The first page: every estimator in a row, and the packages two by two. It reads without scripts."""

from __future__ import annotations

from collections.abc import Sequence

from ...matrix.pages import pinned
from ..facts.estimators import Estimator
from ..facts.kinds import Kind
from ..facts.newest import Newest
from ..facts.pairs import Pairs
from ..facts.spans import told, works
from ..html import Child, Html, el, joined, link, row, table
from ..shell import Sheet
from .between import summary
from .words import SHOWN, legend, sign

TITLE = "Can I convert it?"
ABOUT = (
    "Which scikit-learn estimators convert to ONNX, with which releases of scikit-learn, skl2onnx, onnx and "
    "onnxruntime, and where the converted model is silently wrong: measured."
)
LEAD = "scikit-learn to ONNX: which estimator works with which releases, and where it is silently wrong."
#: where scripts come in; without them it says what does the same
ASK = "ask"
#: anchor -> part of the page
PARTS = {
    "estimators": "Search an estimator",
    ASK: "With your packages",
    "pairs": "Releases that go together",
    "cells": "All cells",
}
SCRIPTS = ("judge.js", "lists.js", "page.js", "overview.js")


def page(figures: str, everyone: Sequence[Estimator], pairs: Sequence[Pairs], newest: Newest | None) -> Sheet:
    """The page; `figures` says how much was measured."""
    body = joined(
        el("h1", TITLE),
        el("p", f"{LEAD} {figures}"),
        el("ul", (el("li", link(text, f"#{goal}")) for goal, text in PARTS.items()), class_="parts"),
        _ask(),
        el("h2", "Estimators", id="estimators"),
        el("p", *_explained(newest)),
        _table(everyone, newest),
        el("h2", "Signs", id="signs"),
        legend(),
        el("h2", "Releases that go together", id="pairs"),
        (summary(one, "", "h3") for one in pairs[:1]),
        el("p", link("All pairs", "pairs/index.html"), ": skl2onnx and onnx, onnx and onnxruntime, and more."),
        _cells(),
    )
    return Sheet("index.html", TITLE, ABOUT, body, SCRIPTS)


def _ask() -> Html:
    """Where a list of packages is judged by the browser."""
    without = (
        "Your own packages are judged by ",
        el("code", "checker matrix show requirements.txt"),
        ", or on this page where scripts may run.",
    )
    return el("section", el("p", without, class_="without"), id=ASK)


def _cells() -> Html:
    """Where all cells are drawn; the tables hold the same."""
    without = (
        "Every cell is drawn here where scripts may run; the pages of the estimators and of the pairs hold the same."
    )
    return el("section", el("h2", "All cells"), el("p", without, class_="without"), id="cells")


def _explained(newest: Newest | None) -> tuple[Child, ...]:
    told = "With each release that is named, the estimator worked in at least one measured set of versions. "
    if not newest:
        return (told,)
    return (told, "The newest set is the newest in which the quick set of models works: ", pinned(newest.pins), ".")


def _table(everyone: Sequence[Estimator], newest: Newest | None) -> Html:
    head = ("Estimator", "Newest set", *SHOWN, "Wrong answers")
    return table("Since when each estimator works", head, (_row(one, newest) for one in everyone), "estimators")


def _row(one: Estimator, newest: Newest | None) -> Html:
    models = f"{len(one.variants)} models" if len(one.variants) > 1 else "1 model"
    name = joined(link(one.name, one.file), " ", el("small", one.dotted.rpartition(".")[0], ", ", models))
    since = (told(works(one.releases(package))) for package in SHOWN)
    return row(name, _newest(one, newest), *since, _wrong(one))


def _newest(one: Estimator, newest: Newest | None) -> Child:
    """How many of its models work there, else what became of the first."""
    kinds = [newest.kind(v.canary.name) for v in one.variants] if newest else []
    tried = [kind for kind in kinds if kind]
    if not tried:
        return "not tried"
    good = tried.count(Kind.WORKS)
    if len(tried) == 1:
        return sign(tried[0])
    return sign(Kind.WORKS if good == len(tried) else max(tried, key=tried.count), f"{good} of {len(tried)}")


def _wrong(one: Estimator) -> Child:
    wrong = sum(Kind.WRONG in v.reach.counts() for v in one.variants)
    if not wrong:
        return "none seen"
    what = f"{wrong} of {len(one.variants)} models" if len(one.variants) > 1 else "seen"
    return link(sign(Kind.WRONG, what), f"{one.file}#wrong")
