"""What was read of a script, joined with what was seen of it when it was run small."""

from __future__ import annotations

from dataclasses import replace

from .asked import Script
from .seen import Observation

#: why a rehearsal ended -> the same in words
REASONS = {"time": "was reached when the time of --time was over"}


def with_rehearsed(script: Script | None, observation: Observation) -> Script | None:
    """The script with what was seen of it when it ran in the place of what was read of the same lines."""
    if script is None or not observation.rehearsed:
        return script
    whole = all(one.whole for one in observation.rehearsed) and len(observation.rehearsed) == len(script.paths)
    reached = {canary.where for canary in observation.crossings}
    read = () if whole else tuple(c for c in script.canaries if not {c.where, c.converted} & reached)
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
