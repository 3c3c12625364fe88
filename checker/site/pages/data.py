"""The data behind the pages, to be taken away: files, what their keys mean, and the licence."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..facts.estimators import Estimator
from ..facts.kinds import Counts, Kind
from ..facts.spans import holds, runs
from ..html import Html, el, joined, link, row, table
from ..shell import Sheet
from ..tables import LICENCE, SCHEMA
from .words import SHOWN

TITLE = "Data"
ABOUT = "The measurements behind these pages as JSON, with a schema, under the Apache licence."
LEAD = "Everything that these pages say is made of these files. They are plain JSON, and each has a JSON Schema."
RIGHTS = (
    f"The data are licensed as the checker is, under the Apache License, Version 2.0 ({LICENCE}): use them for "
    "anything, and say where they come from."
)
#: file -> what is in it
FILES = {
    "estimators.json": "since when each estimator works, and where its answers are wrong",
    "measured.json": "every outcome of every model in every set of versions",
}


def page(files: Mapping[str, str]) -> Sheet:
    """The page; `files` are the data and their schemas by name."""
    rows = (
        row(link(name, name), what, f"{len(files[name].encode()) / 1000:,.0f} kB", link("schema", schema_of(name)))
        for name, what in FILES.items()
    )
    body = joined(
        el("h1", TITLE),
        el("p", LEAD),
        table("Files", ("File", "What is in it", "Size", "Schema"), rows),
        el("h2", "Licence"),
        el("p", RIGHTS),
        [_keys(name, json.loads(files[schema_of(name)])) for name in FILES],
    )
    return Sheet("data/index.html", TITLE, ABOUT, body)


def schema_of(name: str) -> str:
    """The file of its schema."""
    return name.replace(".json", ".schema.json")


def _keys(name: str, schema: Mapping[str, Any]) -> Html:
    rows = (row(el("code", key), told.get("description", "")) for key, told in schema["properties"].items())
    head = el("h2", name)
    return joined(head, el("p", schema["description"]), table(f"Keys of {name}", ("Key", "Meaning"), rows, "keys"))


def summary(date: str, everyone: Sequence[Estimator]) -> dict[str, Any]:
    """The table of the first page for programs."""
    told = [
        {
            "name": one.name,
            "class": one.dotted,
            "models": len(one.variants),
            "sets": one.tried,
            "kinds": {kind.value: number for kind, number in one.counts.items()},
            "works": dict(_spans(one, Kind.WORKS)),
            "wrong": dict(_spans(one, Kind.WRONG)),
        }
        for one in everyone
    ]
    return {"schema_version": SCHEMA, "licence": LICENCE, "date": date, "estimators": told}


def _spans(one: Estimator, kind: Kind) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for package in SHOWN:
        releases: Mapping[str, Counts] = one.releases(package)
        found = runs(holds(releases, kind))
        if found:
            yield package, [{"from": first, "to": last, "newest": newest} for first, last, newest in found]
