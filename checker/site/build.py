"""The whole site as texts: path -> content. The same matrix, the same texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from ..matrix.measured import Measured
from ..model import Canary, Rule
from ..rules import ARTIFACT, PLACES
from ..rules.environment import ENVIRONMENT
from ..world.files import read_text
from .facts.estimators import Estimator, estimators
from .facts.failures import Failures
from .facts.newest import find_newest
from .facts.pairs import find_pairs
from .pages import between, data, documents, estimator, index, rules
from .shell import Sheet, written
from .tables import as_json, as_script, document

#: what rules read -> the rules
RULES: dict[str, Sequence[Rule[Any]]] = {
    "Environments and scripts": ENVIRONMENT,
    "Places in which a model is to be used": PLACES,
    "Files that a training made": ARTIFACT,
}
#: files that are written as they are
ASSETS = ("style.css", "judge.js", "lists.js", "page.js", "overview.js")


@dataclass(frozen=True)
class Given:
    """What the site is made of."""

    matrix: Measured
    #: every canary, and those that stand for all
    catalogue: Sequence[Canary]
    quick: Sequence[Canary]
    #: files of the repository by their paths, as far as they are there
    files: Mapping[str, str] = field(default_factory=dict)
    #: command ("" for the first of all) -> what its `--help` prints
    helps: Mapping[str, str] = field(default_factory=dict)


def build(given: Given) -> dict[str, str]:
    """Every file of the site."""
    everyone = estimators(given.matrix, given.catalogue)
    tables = document(given.matrix, everyone)
    files = {
        "measured.json": as_json(tables),
        "estimators.json": as_json(data.summary(given.matrix.date, everyone)),
        **{name: asset(name) for name in map(data.schema_of, data.FILES)},
    }
    sheets = (*_sheets(given, everyone), data.page(files), *documents.pages(given.files, given.helps))
    return {
        **{sheet.path: written(sheet, given.matrix.date) for sheet in sheets},
        **{f"data/{name}": text for name, text in files.items()},
        "assets/tables.js": as_script(tables),
        **{f"assets/{name}": asset(name) for name in ASSETS},
    }


def _sheets(given: Given, everyone: Sequence[Estimator]) -> Iterator[Sheet]:
    pairs, failures = find_pairs(given.matrix, everyone), Failures(given.matrix)
    newest = find_newest(given.matrix, [canary.name for canary in given.quick])
    yield index.page(figures(given.matrix, everyone), everyone, pairs, newest)
    yield from between.pages(given.matrix, pairs)
    yield from (estimator.page(one, failures) for one in everyone)
    yield from rules.pages(RULES)


def figures(matrix: Measured, everyone: Sequence[Estimator]) -> str:
    """How much was measured, in a sentence."""
    models = sum(len(one.variants) for one in everyone)
    sets = len(matrix.cells) + sum(len(table.cells) for table in matrix.flows)
    return (
        f"Measured on {matrix.date}: {models:,} models of {len(everyone):,} estimators, in {sets:,} sets of versions "
        f"and {len(matrix.runtimes)} releases of onnxruntime."
    )


@cache
def asset(name: str) -> str:
    """A file that lies beside these."""
    return read_text(Path(__file__).with_name("assets") / name, "reinstall the checker")
