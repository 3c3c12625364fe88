"""Several reports as one: the rows of a matrix, told cause by cause.

A row is one environment with its JSON report; a cause is what the same rule found with the same packages and the same
words, in however many rows. The formats are listed here, by hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .values import Row

#: format as the command line names it -> file of this folder whose `render` makes the text
FORMATS = {"text": "text", "json": "as_json", "markdown": "markdown", "html": "html", "junit": "junit"}


def render(rows: Sequence[Row], form: str) -> str:
    """The rows in one format, as wide as it is by itself."""
    text: str = import_module(f".{FORMATS[form]}", __name__).render(rows)
    return text
