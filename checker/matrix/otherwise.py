"""Where what is seen here contradicts what was measured under the very same versions: what is seen counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..model import Basis, Canary, Failure, Observation, Otherwise, Passed, Stage
from ..texts import shell_word
from .expected import pins_of, told
from .matching import judge, match
from .measured import Measured, Pins, Question
from .measured.verdicts import RUNTIME

#: what says nothing of the versions: it takes too long here, or the machine has too little
OF_THE_MACHINE = ("TimeOut", "Killed", "EdgeDisagreement")


def find_otherwise(
    matrix: Measured, observation: Observation, canaries: Sequence[Canary], catalogue: Sequence[Canary]
) -> Iterator[Otherwise]:
    """The models that work here and were measured to fail, or the other way round."""
    pins = pins_of(observation)
    if not observation.imported or not any(_is_here(cell.pins, pins) for cell in matrix.cells):
        return
    question = Question(matrix, pins)
    for canary in canaries:
        works = _works(observation, canary)
        found = match(canary, catalogue) if works is not None else None
        verdict = judge(question, found, canary.name) if found and found.rows else None
        if verdict and verdict.basis is Basis.MEASURED and verdict.works is not works:
            was = f"fails at {verdict.stage.value}" if verdict.stage else "works"
            yield Otherwise(canary.name, was, told(verdict), _command(matrix, pins, found.rows[0] if found else ""))


def _is_here(cell: Pins, pins: Pins) -> bool:
    return all(pins.get(name, "") == version for name, version in cell.items())


def _works(observation: Observation, canary: Canary) -> bool | None:
    """Whether a model works here, None where it was not tried to the end or the versions have no part in it.

    What fails once it is loaded, or is converted without types, may fail of what the script does with it.
    """
    own = [o for o in observation.outcomes if o.subject == canary.name]
    agrees = any(isinstance(o, Passed) and o.stage is Stage.PARITY for o in own)
    failed = [o for o in own if isinstance(o, Failure) and not (agrees and o.stage is Stage.CHECK)]
    if any(o.type in OF_THE_MACHINE for o in failed) or (failed and _handled(canary, failed[0].stage)):
        return None
    return False if failed else True if agrees else None


def _handled(canary: Canary, stage: Stage) -> bool:
    """Whether the script has a way of its own with the model at that stage."""
    loads, runs = canary.proto, canary.feed or canary.fed or canary.feeds or canary.outputs or canary.unpacks
    takes = canary.takes or canary.listed
    own = {Stage.CONVERT: not canary.typed, Stage.LOAD: loads, Stage.RUN: runs or takes, Stage.PARITY: takes}
    return bool(own.get(stage))


def _command(matrix: Measured, pins: Pins, row: str) -> str:
    """What measures just this: the same versions, that canary, in a folder of its own."""
    named = [name for name in (*matrix.axes, RUNTIME) if name != "python" and pins.get(name)]
    requires = " ".join(f"--requires {shell_word(f'{name}=={pins[name]}')}" for name in named)
    kinds = "conversions runtimes" if RUNTIME in pins else "conversions"
    return f"checker sweep {kinds} --evidence seen-here --python {pins['python']} {requires} --canaries {row}"
