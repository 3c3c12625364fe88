"""The newest measured set of versions in which most works, and what became of each model there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...matrix.choose import choose
from ...matrix.matching import Match
from ...matrix.measured import Measured, Pins
from ...matrix.measured.values import UNMEASURED
from ...matrix.measured.verdicts import RUNTIME
from .kinds import Kind, kind_of


@dataclass(frozen=True)
class Newest:
    """A measured cell with an onnxruntime."""

    matrix: Measured
    pins: Pins

    def kind(self, canary: str) -> Kind | None:
        """What became of a canary there, None where it was not tried."""
        here = [place for place, cell in enumerate(self.matrix.cells) if {**self.pins, **cell.pins} == self.pins]
        if canary not in self.matrix.places or not here:
            return None
        profile = self.matrix.unfolded[self.matrix.row(canary)[here[0]]]
        if profile is None:
            return None
        number = profile.conversion or profile.runtimes[self.matrix.runtimes.index(self.pins[RUNTIME])]
        return None if number == UNMEASURED else kind_of(self.matrix.signature(number))


def find_newest(matrix: Measured, speaking: Sequence[str]) -> Newest | None:
    """The newest set in which the models that speak for all work; None where nothing was measured."""
    models = {name: Match((name,), True) for name in speaking if name in matrix.places}
    choice = choose(matrix, {}, models, lambda pins: ())
    return Newest(matrix, choice.pins) if choice else None
