"""How scripts are run small; and what was read of one, joined with what was seen of it then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .asked import Canary, Script
from .seen import Observation

#: why a rehearsal ended -> the same in words
REASONS = {"time": "was reached when the time of --time was over"}


@dataclass(frozen=True)
class Rehearsal:
    """How the user's own scripts are run: small, and for a while."""

    #: absolute paths of scripts and notebooks, in the order in which they are run
    scripts: tuple[str, ...]
    #: the folder from which they are run
    folder: str
    #: what stands behind `--` on the command line: the arguments of the scripts
    arguments: tuple[str, ...] = ()
    #: rows that a fit sees at most
    rows: int = 1000
    #: seconds for all scripts together
    seconds: int = 120
    #: what is let through: network, programs
    allow: tuple[str, ...] = ()
    #: line of a conversion -> what is given to it instead: options, target_opset, operators, as in a canary
    changes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    #: script -> its cells as (label, Python text), where it is more than Python
    cells: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    #: what a script is called that only stands in for one: no line of it is named; "" where the user wrote it
    standin: str = ""


def is_besides(canary: Canary, observation: Observation) -> bool:
    """Whether a model that was read is logged to a server, while its lines were rehearsed without one."""
    crossings = observation.crossings
    reached = all(one.whole for one in observation.rehearsed) or {canary.where, canary.converted} & _lines(observation)
    served = canary.logging is not None and bool(canary.logging.server)
    apart = bool(canary.where) and canary.name not in {c.name for c in crossings}
    return bool(observation.rehearsed and served and reached and apart)


def _lines(observation: Observation) -> set[str]:
    return {canary.where for canary in observation.crossings}


def with_rehearsed(script: Script | None, observation: Observation) -> Script | None:
    """The script with what was seen of it when it ran in the place of what was read of the same lines."""
    if script is None or not observation.rehearsed:
        return script
    whole = all(one.whole for one in observation.rehearsed) and len(observation.rehearsed) == len(script.paths)
    reached = _lines(observation)
    missed = () if whole else tuple(c for c in script.canaries if not {c.where, c.converted} & reached)
    read = tuple(c for c in script.canaries if c in missed or is_besides(c, observation))
    left = [
        f"Not all rehearsed: {one.where} {REASONS.get(one.why, one.why)}; what follows was read"
        for one in observation.rehearsed
        if not one.whole and one.why != "failed"
    ]
    unseen = (*(() if whole else script.unseen), *left)
    notes = tuple(note for note in script.notes if note not in script.unseen or note in unseen)
    seen = (*observation.crossings, *read)
    converted = script.conversions if whole else script.converted
    return replace(script, canaries=seen, converted=converted, unseen=unseen, notes=(*notes, *left))
