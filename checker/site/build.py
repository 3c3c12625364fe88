"""The whole site as texts: path -> content. The same matrix, the same texts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from ..matrix.measured import Measured
from ..model import Canary, Rule
from ..rules import ARTIFACT, ENVIRONMENT, PLACES
from ..world.files import read_text
from .estimators import Estimator, estimators
from .failures import Failures
from .newest import find_newest
from .pages import between, data, estimator, index, rules
from .pairs import find_pairs
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


def build(matrix: Measured, catalogue: Sequence[Canary], quick: Sequence[Canary]) -> dict[str, str]:
    """Every file of the site."""
    everyone = estimators(matrix, catalogue)
    pages = {sheet.path: written(sheet, matrix.date) for sheet in _sheets(matrix, everyone, quick)}
    tables = document(matrix, everyone)
    files = {
        "measured.json": as_json(tables),
        "estimators.json": as_json(data.summary(matrix.date, everyone)),
        **{name: asset(name) for name in map(data.schema_of, data.FILES)},
    }
    about = data.page(files)
    return {
        **pages,
        about.path: written(about, matrix.date),
        **{f"data/{name}": text for name, text in files.items()},
        "assets/tables.js": as_script(tables),
        **{f"assets/{name}": asset(name) for name in ASSETS},
    }


def _sheets(matrix: Measured, everyone: Sequence[Estimator], quick: Sequence[Canary]) -> Iterator[Sheet]:
    pairs, failures = find_pairs(matrix, everyone), Failures(matrix)
    newest = find_newest(matrix, [canary.name for canary in quick])
    yield index.page(figures(matrix, everyone), everyone, pairs, newest)
    yield from between.pages(matrix, pairs)
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
