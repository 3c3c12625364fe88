"""Findings about canaries: what every rule of fit, conversion, run and registration has in common."""

from __future__ import annotations

import builtins
from collections.abc import Iterator

from ...model import FORMS, Advice, Basis, Canary, Case, Failure, Finding, Observation, Passed, Severity, Stage
from ..evidence import (
    Cause,
    beside_of,
    canary_of,
    canary_severity,
    converter_of,
    each,
    first_words,
    involved,
    library_of,
    quote,
    says,
    subjects_text,
    unique,
    versions,
)

#: errors of skl2onnx that are a RuntimeError
RUNTIME, RUNTIME_ERRORS = "RuntimeError", ("MissingShapeCalculator", "MissingConverter")


def subject_phrase(case: Case[Observation], cause: Cause) -> str:
    """The canaries by name, the script's own first, as a singular: `Ridge`, or `each of Ridge, Lasso and 2 more`."""
    own = [s for s in cause.subjects if canary_of(case, s)] or cause.subjects
    return ("each of " if len(own) > 1 else "") + subjects_text(own)


def parties(case: Case[Observation], failure: Failure) -> tuple[str, ...]:
    """The converter, then everybody on the traceback and the estimator's library; one beside scikit-learn comes first.

    Four at most, so that each of them may be moved.
    """
    converter, library = converter_of(case, failure.subject), library_of(case, failure.subject)
    others = (*beside_of(case, failure.subject), *involved(case.subject, failure)[:3])
    return unique((*unique((converter, *others))[:3], library))


def one_form_only(case: Case[Observation], failure: Failure) -> bool:
    """Whether the same estimator passed with another number of classes, which the script does not tell."""
    endings = tuple(FORMS.values())
    form = next((f for f in endings if failure.subject.endswith(f)), "")
    if not form:
        return False
    other = failure.subject[: -len(form)] + endings[1 - endings.index(form)]
    return any(isinstance(o, Passed) and (o.stage, o.subject) == (failure.stage, other) for o in case.subject.outcomes)


def excused(case: Case[Observation], failure: Failure) -> bool:
    """Whether the script goes on after such a failure, or may not meet it: what it says could not all be read."""
    canary = canary_of(case, failure.subject)
    if canary is None:
        return False
    may_differ = {
        "arguments": True,
        "converters": failure.stage is Stage.CONVERT,
        "options": failure.stage in (Stage.CONVERT, Stage.RUN, Stage.PARITY),
        "target_opset": bool(says(failure, r"(?i)opset|domain|IR version")),
    }
    caught = canary.caught or (failure.stage is Stage.CONVERT and catches(canary, failure))
    return caught or bool(guess(canary, failure)) or any(may_differ.get(name, False) for name in canary.unread)


def guess(canary: Canary, failure: Failure) -> str:
    """What is only assumed of the script and may decide about a failure, in a sentence; "" where nothing is."""
    of_class = failure.type in RUNTIME_ERRORS or any(kind in RUNTIME_ERRORS for kind, _ in failure.chain)
    hangs = {
        "branch": True,
        "parameters": not of_class,
        "data": failure.stage is Stage.FIT or bool(says(failure, r"(?i)\b(type|shape|dimension|column|feature)s?\b")),
    }
    return next((sentence for kind, sentence in canary.guesses if hangs.get(kind, True)), "")


def catches(canary: Canary, failure: Failure) -> bool:
    """Whether the script catches an error of that kind around its conversion, and goes on."""
    kind = failure.chain[-1][0] if failure.chain else failure.type
    kinds = {kind, RUNTIME} if kind in RUNTIME_ERRORS else {kind}
    own = getattr(builtins, kind, None)
    kinds |= {base.__name__ for base in own.__mro__} if isinstance(own, type) else set()
    return bool(kinds & set(canary.catches))


def severity(case: Case[Observation], cause: Cause) -> Severity:
    """What the script asks for blocks; without a script the quick set does; half a failure is a warning."""
    worst = canary_severity(case, cause.subjects)
    own = [f for f in cause.failures if canary_of(case, f.subject)] or list(cause.failures)
    # what the script fits and never converts is worth a warning where it would not convert
    asks_no_more = (c for f in own if (c := canary_of(case, f.subject)) and not c.converter and not c.logging)
    fitted = {c.name for c in asks_no_more}
    fitted_only = [f for f in own if f.subject in fitted and f.stage is not Stage.FIT]
    if all(one_form_only(case, f) or f in fitted_only or excused(case, f) for f in own):
        return Severity.WARNING
    return worst


def canary_finding(
    case: Case[Observation],
    cause: Cause,
    message: str,
    culprits: tuple[str, ...],
    *advice: Advice,
    worth: Severity | None = None,
) -> Finding:
    """A finding about failed canaries, seen here."""
    first = next((f for f in cause.failures if canary_of(case, f.subject)), cause.first)
    where = canary_of(case, first.subject)
    return Finding(
        worth or severity(case, cause),
        first.stage,
        Basis.SEEN,
        first.subject,
        message[:1].upper() + message[1:] if message.startswith("each of ") else message,
        culprits=unique(culprits),
        evidence=unique(((where.where,) if where and where.where else ()) + quote(first) + assumed(where, first)),
        references=references(case, first),
        advice=advice,
        explains=cause.steps,
        out_of_scope=case.script is not None and case.script.all_read and where is None,
    )


def assumed(canary: Canary | None, failure: Failure) -> tuple[str, ...]:
    """What the failure hangs on that is only assumed."""
    sentence = guess(canary, failure) if canary else ""
    return (f"only assumed: {sentence}; --rehearse runs the script small, and tells",) if sentence else ()


def references(case: Case[Observation], failure: Failure) -> tuple[str, ...]:
    """Public threads about failures of this signature."""
    module = failure.frames[-1].module if failure.frames else ""
    text = "\n".join(text for _, text in failure.chain) or failure.text
    known = case.knowledge.signature(failure.type, text, module, failure.stage.value)
    return known.references if known else ()


def matching(case: Case[Observation], stage: Stage, pattern: str) -> Iterator[Cause]:
    """The causes of one stage whose own words match a pattern."""
    return (c for c in each(case, stage) if says(c.first, pattern))


def with_versions(case: Case[Observation], *names: str) -> str:
    """Names with versions, for a message."""
    return versions(case.subject, names)


def last_words(failure: Failure) -> str:
    """The failure's type and first line."""
    return f"{failure.type}: {first_words(failure.text, 160)}"
