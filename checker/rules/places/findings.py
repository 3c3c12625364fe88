"""Findings about places: what a rule says of each model is one finding for all of them that it is true of."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ...knowledge import Limit, Target
from ...model import Advice, Artifact, Basis, Case, Failure, Finding, Passed, Place, Severity, Stage, Step
from ..evidence import first_words, subjects_text, unique
from .models import Made, models_of, worth

#: how a limit is known -> how a finding about it is
BASES = {"measured": Basis.MEASURED, "declared": Basis.DECLARED, "documented": Basis.DECLARED}
#: limits that are read from what was measured of the place's onnxruntime
STAMPS = ("opset", "ml_opset", "ir")


@dataclass(frozen=True)
class Against:
    """What one model has against a limit of a place."""

    made: Made
    limit: Limit
    #: what is said behind the name of the model: "has the opset 21 of ai.onnx; ..."
    text: str
    advice: tuple[Advice, ...] = ()
    #: None: as sure as the limit is
    severity: Severity | None = None


def told(case: Case[Any], look: Callable[[Place, Made], Iterable[Against]]) -> Iterator[Finding]:
    """The findings about every place; what is said of several models alike is one."""
    for place in scoring(case):
        groups: dict[tuple[str, str], list[Against]] = {}
        for made in models_of(case):
            for one in look(place, made):
                groups.setdefault((one.limit.what, one.text), []).append(one)
        yield from (_finding(case, place, group) for group in groups.values())


def scoring(case: Case[Any]) -> Iterator[Place]:
    """The places in which models are to be used; one that trains is the environment itself, which was looked at."""
    kinds = ("scores", "trains") if isinstance(case.subject, Artifact) else ("scores",)
    return (place for place in case.places if place.target.kind in kinds)


def _finding(case: Case[Any], place: Place, group: list[Against]) -> Finding:
    first, names = group[0], [one.made.name for one in group]
    limit, at_load = first.limit, first.limit.what in (*STAMPS, "onnxruntime")
    refusals = [f for one in group for f in refusals_of(case, place, one.made)] if at_load else []
    severity = min((worth(case, one.made, severity_of(one)) for one in group), key=lambda s: s.order)
    if place.where and severity is Severity.BLOCKER:  # nobody has said that the model is for there
        severity = Severity.WARNING
    said = tuple(f"{f.facts.get('tried')}: {plain_words(f.text)}" for f in refusals[:1])
    return Finding(
        severity=severity,
        stage=Stage.TARGET,
        basis=Basis.SEEN if refusals else basis_of(limit),
        subject=names[0],
        message=f"{'Each of ' if len(names) > 1 else ''}{subjects_text(names)} {first.text}",
        evidence=unique((*(one.made.where for one in group[:3]), *said, *source_of(limit), *named_by(place))),
        advice=first.advice,
        explains=tuple(Step(Stage.TARGET, name) for name in names) if severity is Severity.BLOCKER else (),
        measured="" if refusals else _measured(limit, place.target),
    )


def named_by(place: Place) -> tuple[str, ...]:
    """How it is known that the models are for a place which only the script names."""
    return (f"{place.where} names {place.target.title}",) if place.where else ()


def plain_words(text: str) -> str:
    """What a runtime says, without the function of its own that says it."""
    found = re.search(r"(?:Unsupported model IR version|Opset \d+ is under|ONNX Runtime only)[^\n]*", text)
    return first_words(found[0] if found else text)


def severity_of(one: Against) -> Severity:
    """What nobody has said cannot block, and what was only concluded is a warning; stamps were measured."""
    if one.severity:
        return one.severity
    if not one.limit.known or (one.limit.provenance.basis == "inferred" and one.limit.what not in STAMPS):
        return Severity.WARNING
    return Severity.BLOCKER


def basis_of(limit: Limit) -> Basis:
    """How a limit is known, as findings say it."""
    if limit.what in STAMPS and limit.known and limit.provenance.basis == "inferred":
        return Basis.MEASURED
    return BASES.get(limit.provenance.basis if limit.known else "", Basis.INFERRED)


def _measured(limit: Limit, target: Target) -> str:
    if basis_of(limit) is not Basis.MEASURED:
        return ""
    return f"measured: {f'onnxruntime {target.onnxruntime}' if target.onnxruntime else target.title}"


def tried(case: Case[Any], place: Place, made: Made) -> bool:
    """Whether the very runtime of a place took a model."""
    return any(
        isinstance(o, Passed) and o.stage is Stage.TARGET and o.subject == made.name and o.facts.get("tried")
        for o in _outcomes(case, place)
    )


def refusals_of(case: Case[Any], place: Place, made: Made) -> list[Failure]:
    """What the very runtime of a place said against a model, when it was tried."""
    return [
        o
        for o in _outcomes(case, place)
        if isinstance(o, Failure) and o.stage is Stage.TARGET and o.subject == made.name and o.facts.get("tried")
    ]


def _outcomes(case: Case[Any], place: Place) -> Iterator[Any]:
    return (o for o in case.subject.outcomes if o.facts.get("target") == place.target.name)


def source_of(limit: Limit) -> tuple[str, ...]:
    """Where a limit is known from, as evidence."""
    known = limit.provenance
    return (f"{known.source} ({known.date}, {known.basis})",) if known.source else ()
