"""What the constructors of scikit-learn take in every release, as read from the sources of the releases."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ...errors import CannotLook
from ...world.files import is_file, read_text

#: where the file lies: in a wheel, in a checkout
PLACES = (
    Path(__file__).with_name("constructors.json"),
    Path(__file__).parents[3] / "matrices" / "built" / "constructors.json",
)


@dataclass(frozen=True)
class Constructor:
    """What holds of a constructor in every release that has its class."""

    name: str
    #: parameters that may be given by place, in order; None: its name differs between releases
    places: Sequence[str | None]
    #: each parameter -> the text of its default; None where it has none, or another one in some release
    defaults: Mapping[str, str | None]

    @property
    def is_kernel(self) -> bool:
        """Whether it makes a kernel whose numbers are fitted between bounds."""
        return any(f"{name}_bounds" in self.defaults for name in self.defaults)

    def named(self, place: int) -> str:
        """The parameter at a place (0 is the first); the place itself where releases differ."""
        return (self.places[place] if place < len(self.places) else None) or str(place)


def constructor(library: str, name: str) -> Constructor | None:
    """The constructor of a class; None for one that is not scikit-learn's, or is not known. Raises CannotLook."""
    told = _load().get(name) if library == "sklearn" else None
    return Constructor(name, *told) if told else None


#: what may be given by place, and the defaults
Told = tuple[Sequence[str | None], Mapping[str, str | None]]


@cache
def _load() -> Mapping[str, Told]:
    for place in PLACES:
        if is_file(place):
            told: Mapping[str, Told] = json.loads(read_text(place))["constructors"]
            return told
    raise CannotLook("the checker's own list of constructors is missing", "reinstall the checker")
