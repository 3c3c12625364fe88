"""Reporters: pure functions from a report to text, one format a file.

`text` imports rich, and only when it renders.
"""

from __future__ import annotations

from collections.abc import Callable

from ..model import Report
from . import as_json, junit, markdown, text

#: format as the command line names it -> what renders it
REPORTERS: dict[str, Callable[[Report], str]] = {
    "text": text.render,
    "json": as_json.render,
    "markdown": markdown.render,
    "junit": junit.render,
}
