"""What was measured: conversions, runtimes, imports and registries, and what follows for any set of versions.

`load()` reads the file that `checker sweep` folds its evidence into. In an installed checker it lies beside this
file; in a checkout it is read from `matrices/built`. Everything else here is a pure function of what it holds.
"""

from __future__ import annotations

import json
import zlib
from functools import cache
from pathlib import Path

from ...errors import CannotLook
from ...world.files import is_file, read_bytes
from .pins import Pins, read_pins
from .values import Cell, Measured, Profile, Signature, unfold
from .verdicts import Question, Verdict, verdict

__all__ = [
    "Cell",
    "Measured",
    "Pins",
    "Profile",
    "Question",
    "Signature",
    "Verdict",
    "load",
    "read",
    "read_pins",
    "verdict",
]

#: where the file lies: in a wheel, in a checkout
PLACES = (
    Path(__file__).with_name("measured.json.gz"),
    Path(__file__).parents[3] / "matrices" / "built" / "measured.json.gz",
)
#: bytes that it may have
MOST = 50_000_000


def read(path: Path) -> Measured:
    """What a file holds. Raises CannotLook for one that is none of ours."""
    try:
        return unfold(json.loads(zlib.decompress(read_bytes(path, MOST), wbits=31)))
    except (zlib.error, ValueError, LookupError, TypeError) as error:
        raise CannotLook(f"{path} is no measured matrix: {error}", "reinstall the checker") from None


@cache
def load() -> Measured:
    """What ships with this checker; nothing at all where no measurement does."""
    return next((read(place) for place in PLACES if is_file(place)), Measured())
