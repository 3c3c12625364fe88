"""What every format says of remedies: whether they were seen to work, and what was tried in vain."""

from __future__ import annotations

from ...language import reword, say
from ...model import Proven, Refuted, Remedy, Report
from ..printable import clause, count, line, seconds, sentence


def proof(remedy: Remedy) -> str:
    """Whether a remedy was seen to work, in a sentence."""
    known = remedy.proof
    if not isinstance(known, Proven):
        return say("Not proven: {why}", why=sentence(reword(known.why)) or say("it was not tried."))
    if not known.outcomes:
        return say("Proven: {how}", how=sentence(reword(known.how)))
    taken, time = count(len(known.outcomes), "step"), seconds(known.seconds)
    words = "Proven: {how} ({steps}, nothing blocks and nothing broke, {time})."
    return say(words, how=clause(reword(known.how)), steps=taken, time=time)


def refuted(report: Report) -> tuple[list[Refuted], list[Refuted]]:
    """What was tried in vain, and what is known to fail and was not tried."""
    return [r for r in report.refuted if r.tried], [r for r in report.refuted if not r.tried]


def in_vain(report: Report) -> str:
    """How many changes were tried, and how many are known to fail."""
    tried, known = (count(len(rows), "change") if rows else "" for rows in refuted(report))
    told = [say("Tried: {number}, and it still fails with each.", number=tried)] if tried else []
    return " ".join([*told, say("Known to fail, and not tried: {number}.", number=known)] if known else told)


def moves(tried: Refuted) -> str:
    """What a plan moves: "skl2onnx 1.13.0, onnx 1.14.0"; or the remedy in words, where it moves nothing."""
    if tried.text:
        return line(tried.text, 200)
    changes = tried.plan.moved or tried.plan.changes
    return line(", ".join(f"{c.name} {c.to}" if c.to else say("without {name}", name=c.name) for c in changes), 200)
