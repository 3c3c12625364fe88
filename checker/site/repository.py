"""The documents of the repository, where the checker runs from a checkout of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ..world.files import entries, is_file, text_of
from .pages.documents import MANUALS, RECIPES, SAMPLES

ROOT = Path(__file__).parents[2]
#: what only the checkout says of itself
NAME = 'name = "sklearn-onnx-checker"'


def repository(root: Path = ROOT) -> dict[str, str]:
    """Path -> text of the documents, recipes and samples; nothing in an installed checker, which has none of them."""
    if NAME not in text_of(root / "pyproject.toml"):
        return {}
    return {name: text_of(root / name) for name in (*MANUALS, *_recipes(root), *_samples(root)) if is_file(root / name)}


def _recipes(root: Path) -> Iterator[str]:
    for name in sorted(entries(root / RECIPES)):
        yield f"{RECIPES}{name}"
        yield from (f"{RECIPES}{name}/{below}" for below in sorted(entries(root / RECIPES / name)))


def _samples(root: Path) -> Iterator[str]:
    folder, _, head = SAMPLES.rpartition("/")
    yield from (f"{folder}/{name}" for name in sorted(entries(root / folder)) if name.startswith(head))
