"""Which remedies a report has, and in which order: what was seen to work first, and nothing that was seen not to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from packaging.specifiers import SpecifierSet

from ..model import Change, Plan, Proven, Refuted, Remedy, Report, Unproven
from ..rules.evidence import first_words
from .prove.acceptance import find_blockers, mends_a_part
from .search.search import SearchResult

#: (kind, text) of an advice -> what came of trying it
Proofs = Mapping[tuple[str, str], Proven | Unproven]
_NOTHING = Plan((), ())


def assemble(
    report: Report,
    planned: Sequence[Remedy] = (),
    proofs: Proofs = MappingProxyType({}),
    found: SearchResult | None = None,
    why: Unproven | None = None,
) -> Report:
    """The report with its remedies judged and in order; what was tried in vain is none of them.

    `planned` are changes of versions beside those that the rules wish for, `found` what the search has come to, None
    where no release was tried; `why` then says it of every wish.
    """
    settled = {rule for r in planned if r.kind == "pins" for rule in r.settles}
    wished = [r for r in report.remedies if not (r.kind == "pins" and settled.issuperset(r.settles))]
    blocking = {f.rule for f in find_blockers(report.findings)}
    unmended = found if found and not found.proven else None
    judged = [replace(r, proof=_judge(r, proofs, unmended if blocking & {*r.settles} else None, why)) for r in wished]
    left = [r for r in judged if isinstance(r.proof, Proven) or r.proof.mends is not False]
    others = [
        Refuted(_NOTHING, r.proof.why, r.text)
        for r in judged
        if isinstance(r.proof, Unproven) and r.proof.mends is False and r.kind != "pins"
    ]
    tried = bool(found and (found.refuted or found.refusals))
    remedies = sorted([*planned, *left], key=lambda r: _place(r, tried))
    return replace(report, remedies=tuple(remedies), refuted=(*(found.refuted if found else ()), *others))


def _place(remedy: Remedy, versions_tried: bool) -> tuple[bool, bool, int]:
    """Where a remedy stands: what was proven, what mends a part, what nobody could try.

    Of what is not proven a line of code comes last, unless changes of versions were tried and do not help.
    """
    if isinstance(remedy.proof, Proven):
        return False, False, ("action", "pins", "code").index(remedy.kind)
    return True, not remedy.proof.mends, remedy.kind == ("pins" if versions_tried else "code")


def _judge(remedy: Remedy, proofs: Proofs, found: SearchResult | None, why: Unproven | None) -> Proven | Unproven:
    """What is known of a remedy that a rule wishes for."""
    if remedy.kind != "pins" or not found:
        return proofs.get((remedy.kind, remedy.text), (remedy.kind == "pins" and why) or remedy.proof)
    for tried in found.refuted:
        if tried.plan in found.further and _answers(remedy, [tried.plan]):
            return mends_a_part(tried.why)
    in_vain = _answers(remedy, [t.plan for t in found.refuted if t.plan not in found.further])
    wishes = {f"{change.name}{change.to}" for change in remedy.changes}
    in_vain = in_vain or bool(wishes and wishes <= {*found.refused}) or bool(found.refuted and found.exhausted)
    return replace(_explain_failure(found), mends=False if in_vain else None)


def _answers(remedy: Remedy, plans: Sequence[Plan]) -> bool:
    """Whether plans that were only about its packages did everything that a remedy asks for."""
    asked = {c.name for c in remedy.changes}
    done = [c for plan in plans if plan.asked <= asked for c in plan.moved]
    return bool(asked) and all(any(_is_such(c, wish) for c in done) for wish in remedy.changes)


def _is_such(change: Change, wish: Change) -> bool:
    """Whether a package has come to a release that is wished for; the wish's `to` is a specifier."""
    return change.name == wish.name and bool(change.to) and SpecifierSet(wish.to).contains(change.to, prereleases=True)


def _explain_failure(found: SearchResult) -> Unproven:
    """Why no release was proven to help."""
    if not found.refuted:
        said = f": {first_words(found.refusals[0], 120)}" if found.refusals else ""
        return Unproven(f"no change of versions can be resolved with what is installed{said}")
    tried = sum(r.tried for r in found.refuted)
    if not tried:
        return Unproven("it was not tried; other changes are known to fail")
    others = f"{tried} other changes were" if tried > 1 else "another change was"
    return Unproven(f"it was not tried; {others}, in vain")
