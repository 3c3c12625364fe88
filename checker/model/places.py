"""A target beside a subject: where a model is to be used, and whether its runtime was tried."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..knowledge import Target


@dataclass(frozen=True)
class Place:
    """A target that was named, by the user or by the script itself.

    What its runtime did with a model is an outcome of the stage `target`.
    """

    target: Target
    #: what was made to try it: "onnxruntime 1.10.0 with numpy 1.21.6 and Python 3.9"; "" = nothing
    tried: str = ""
    #: the line of the script that names it, "" where the user has
    where: str = ""
    #: why nothing was made though the release is known, "" where something was, or where it is not known
    untried: str = ""
