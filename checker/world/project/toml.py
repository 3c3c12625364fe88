"""The parser of TOML, imported where there is one to be read."""

from __future__ import annotations

import sys
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # the same parser, before it came to the standard library

__all__ = ["loads", "tomllib"]


def loads(text: str) -> Any:
    """The table that a text is. Raises ValueError."""
    return tomllib.loads(text)
