"""What stands in the place of a script that nobody wrote: a model by its name or file, and rows of data."""

from __future__ import annotations

from .asked import Standin, find_standin
from .rehearsal import check_rehearsed, rehearsed, script_of

__all__ = ["Standin", "check_rehearsed", "find_standin", "rehearsed", "script_of"]
