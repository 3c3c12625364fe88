"""Whether a place takes the IR version and the opsets that stand in a model."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ...knowledge import Knowledge, Limit, Target
from ...model import Advice, Case, Finding, Place, Severity, Stage, rule
from ..evidence import first_words
from ..models import edits
from .findings import Against, refusals_of, told, tried
from .models import Made

#: limit -> what is limited, in words
NAMES = {"opset": "opset {} of ai.onnx", "ml_opset": "opset {} of ai.onnx.ml", "ir": "IR version {}"}


@rule("The model is stamped with more than a target takes", Stage.TARGET)
def stamp_beyond_target(case: Case[Any]) -> Iterator[Finding]:
    """The IR version or an opset of the model is above what the place takes, or what is safe there.

    What happens: the place refuses the model: "Unsupported model IR version", "Opset N is under development", or an
    error of its own that names neither.
    Why: a converter writes its newest opset, and the IR version follows it or the installed onnx. A place has an
    onnxruntime of its own, and it reads the stamp before it looks at a single operator. Where no public text says what
    a place takes, what is known to work there is the safe assumption: beyond it there is a warning, and no verdict.
    Remedy: convert with a target_opset that the place has; the IR version of skl2onnx follows it.
    Not this rule: an operator that the place does not have, whatever the stamp.
    """
    return told(case, lambda place, made: () if tried(case, place, made) else too_high(case, place, made))


def too_high(case: Case[Any], place: Place, made: Made) -> Iterator[Against]:
    """All stamps that are too high are one finding for those that are known, and one for those that are assumed."""
    over = [(limit, has) for limit, has in stamped(place.target, made) if has > _most(limit)]
    for known in (True, False):
        few = [(limit, has) for limit, has in over if limit.known == known]
        if few:
            has = " and ".join(NAMES[limit.what].format(number) for limit, number in few)
            most = " and ".join(str(_most(limit)) for limit, _ in few)
            what = f"{place.target.title} takes at most {most}"
            if not known:
                what = f"what {place.target.title} takes no public text says, and {most} is safe"
            yield Against(made, few[0][0], f"has {has}: {what}.", lower(case, made))


def stamped(target: Target, made: Made) -> Iterator[tuple[Limit, int]]:
    """Every limit of a stamp with what the model has."""
    stamps = {
        "opset": made.onnx.opsets.get("ai.onnx"),
        "ml_opset": made.onnx.opsets.get("ai.onnx.ml"),
        "ir": made.onnx.ir,
    }
    for what, has in stamps.items():
        limit = target.limit(what)
        if limit and has is not None and (limit.value or limit.assume):
            yield limit, has


def _most(limit: Limit) -> int:
    return int(limit.value or limit.assume)


def lower(case: Case[Any], made: Made) -> tuple[Advice, ...]:
    """What to write where the model is converted, so that all places take its stamps."""
    limits = [limit for place in case.places for limit, _ in stamped(place.target, made)]
    tops = {what: min(_most(one) for one in limits if one.what == what) for what in {one.what for one in limits}}
    opset = opset_for(tops, case.knowledge)
    if not opset:
        return ()
    wanted: Any = opset
    if made.onnx.opsets.get("ai.onnx.ml", 0) > tops.get("ml_opset", 99):
        wanted = {"": opset, "ai.onnx.ml": tops["ml_opset"]}
    shown, names = (
        json.dumps(wanted),
        [p.target.title for p in case.places if any(True for _ in stamped(p.target, made))],
    )
    sure = "should take" if any(not limit.known for limit in limits) else "takes" if len(names) == 1 else "take"
    said = f"Convert with target_opset={shown}, which {' and '.join(names)} {sure}."
    return (Advice("code", said, lines=(f"target_opset={shown}",), edit=edits.changed(target_opset=wanted)),)


def opset_for(tops: dict[str, int], knowledge: Knowledge) -> int:
    """The highest opset that is taken, and whose IR version is: that of the onnx release which brought it; 0: none."""
    pairs = [(r.opset, r.ir) for r in knowledge.releases("onnx") if r.opset and r.ir]
    fitting = [opset for opset, ir in pairs if ir <= tops.get("ir", 99) and opset <= tops.get("opset", 99)]
    return max(fitting, default=0)


@rule("The model's opset is older than a target takes", Stage.TARGET)
def opset_below_target(case: Case[Any]) -> Iterator[Finding]:
    """The opset of the model is below the lowest that the place takes.

    What happens: the place refuses the model, or an operator of it.
    Why: some places begin with an opset; the forms that operators had before it are not there.
    Remedy: convert with a higher target_opset.
    Not this rule: an opset that is too new.
    """
    return told(case, lambda place, made: () if tried(case, place, made) else too_low(place, made))


def too_low(place: Place, made: Made) -> Iterator[Against]:
    """An opset below the lowest."""
    limit, has = place.target.limit("min_opset"), made.onnx.opsets.get("ai.onnx")
    if limit and limit.known and has is not None and has < int(limit.value):
        said, least = f"Convert with target_opset={limit.value} or more.", int(limit.value)
        advice = Advice("code", said, lines=(f"target_opset={least}",), edit=edits.changed(target_opset=least))
        yield Against(
            made, limit, f"has opset {has} of ai.onnx: {place.target.title} takes {least} and later.", (advice,)
        )


@rule("The runtime of a target refuses the model", Stage.TARGET, generic=True)
def target_refuses(case: Case[Any]) -> Iterator[Finding]:
    """The release of onnxruntime that a place has was made here, and does not load or run the model.

    What happens: the same at the place.
    Why: its runtime lacks an operator, a kernel for these types, or is faulty.
    Remedy: a lower target_opset, other types, or another runtime there.
    Not this rule: stamps that are too high, and every other mechanism that has its own.
    """
    return told(case, lambda place, made: _refused(case, place, made))


def _refused(case: Case[Any], place: Place, made: Made) -> Iterator[Against]:
    over = [has > _most(limit) for limit, has in stamped(place.target, made) if limit.known]
    for failure in refusals_of(case, place, made) if not any(over) else ():
        limit = place.target.limit("onnxruntime") or Limit("onnxruntime", place.target.provenance)
        whose = "" if place.target.family == "onnxruntime" else f", which {place.target.title} has"
        words = f"{failure.type}: {first_words(failure.text)}"
        text = f"is refused by {failure.facts.get('tried')}{whose}: {words}"
        yield Against(made, limit, text, lower(case, made), Severity.BLOCKER)
