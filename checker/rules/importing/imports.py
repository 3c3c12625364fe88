"""Imports that fail in a way that no other rule knows."""

from __future__ import annotations

from collections.abc import Iterator

from ...model import Advice, Case, Finding, Observation, Stage, rule
from ...names import distribution_of
from ..advice import move
from ..evidence import each, first_words, involved, subjects_text, unique
from ..stated import as_stated, stated_bounds
from .import_findings import import_finding


@rule("A package fails to import", Stage.IMPORT, generic=True)
def import_failed(case: Case[Observation]) -> Iterator[Finding]:
    """A package fails to import, in a way that no other rule knows.

    What happens: an exception, a crash, a hang or an early exit while the package is imported.
    Why: the traceback names the packages that took part; the first exception of the chain is the cause, the last line
    often names another one.
    Remedy: reinstall or move the packages that took part.
    Not this rule: every mechanism that has its own.
    """
    for cause in each(case, Stage.IMPORT):
        imports = [f.subject for f in cause.failures if f.subject != f.facts.get("where")]
        if not imports:  # the line of a rehearsed script, which names nothing
            continue
        kind = str(cause.first.facts.get("on_type", ""))
        of_object = case.subject.owner(kind) if kind else ""
        imported = distribution_of(imports[0])
        blamed, stated = as_stated(stated_bounds(case.subject, cause.first))
        names = unique((*blamed, *involved(case.subject, cause.first), of_object, imported))
        said = f"{cause.first.type}: {first_words(cause.first.text) or 'no words'}"
        text = f"import {subjects_text(imports)} fails with {said[:200]}"
        advice = move(case, (names[0], names[-1])) if names else Advice("action", "Reinstall it.")
        yield import_finding(case, cause, text, names, *stated, advice)
