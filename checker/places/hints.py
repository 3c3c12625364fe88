"""The places that a script names itself: in a query that it sends, in a text, in a comment."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from ..knowledge import Target
from ..model import Place
from ..script.sources import read_cells


def hinted(paths: Sequence[Path], targets: Iterable[Target]) -> tuple[Place, ...]:
    """The places whose signs stand in scripts, with the first line of each, and with what is documented of them alone.

    Raises CannotLook for a file that cannot be read.
    """
    cells = [cell for path in paths for cell in read_cells(path)]
    found = []
    for target in targets:
        for cell in cells:
            if match := _first(target.signs, cell.text):
                line = cell.text.count("\n", 0, match.start()) + 1
                found.append(Place(_known(target), where=f"{cell.label}:{line}"))
                break
    return tuple(found)


def _first(signs: Iterable[str], text: str) -> re.Match[str] | None:
    found = [match for sign in signs if (match := re.search(sign, text))]
    return min(found, key=lambda match: match.start(), default=None)


def _known(target: Target) -> Target:
    return replace(target, limits=tuple(limit for limit in target.limits if limit.known))
