"""Which remedies a report has, and in which order: tables of what was tried and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from checker.model import Advice, Change, Patient, Plan, Proven, Refuted, Remedy, Report, Unproven
from checker.remedy.assemble import assemble
from checker.remedy.search.search import SearchResult
from checker.remedy.wording import make_remedies

from .cases import seen
from .remedies import blocker, pins

OLDER = pins(("scikit-learn", "<1.5.2"))
EITHER = pins(("skl2onnx", ""), ("onnx", ""))
LINE, SWITCH = Advice("code", "Set zipmap=False."), Advice("action", "Unset it.")
SEEN, NOT_TRIED = Proven("it was tried", 1.0), Unproven("it was not tried")
MENDS, IN_VAIN = Unproven("then something else blocks", mends=True), Unproven("KeyError came again", mends=False)


def report(*advice: Advice) -> Report:
    """A report whose one blocker has that advice, as the rules made it."""
    found, patient = blocker("sklearn", "scikit-learn", advice=advice), Patient(("python",), "python", "")
    return Report(seen(), None, patient, (found,), make_remedies([found], seen()), {}, "")


def plan(moved: str, asked: str = "") -> Plan:
    changes = tuple(Change(*line.split("==")[:1], "1.0", line.split("==")[1]) for line in moved.split())
    return Plan(changes, (moved,), tuple((asked or " ".join(c.name for c in changes)).split()))


def searched(*vain: Plan, further: Plan | None = None, refused: str = "") -> SearchResult:
    tried = [Refuted(p, "sklearn cannot be imported") for p in (*vain, *([further] if further else []))]
    return SearchResult([], tried, [further] if further else [], [refused] if refused else [])


def test_what_no_index_can_serve_is_not_printed() -> None:
    """The solver says no to the one wish; another one that was not asked stays."""
    older, newer = pins(("scikit-learn", "<1.5.2")), pins(("onnx", "<1.15"))
    found = SearchResult(refusals=["no such release"], refused={"scikit-learn<1.5.2"})
    assert [r.changes[0].name for r in assemble(report(older, newer), found=found).remedies] == ["onnx"]


def planned(proof: Proven | Unproven, settles: str = "removed-name") -> Remedy:
    return Remedy("pins", "Move onnx.", (Change("onnx", "1.16.2", "1.15.0"),), (), {}, (settles,), proof)


def told(made: Report) -> str:
    """The kinds in their order; `!` is proven, `+` mends a part."""
    marks = {True: "+", False: "-", None: ""}
    return " ".join(r.kind + ("!" if isinstance(r.proof, Proven) else marks[r.proof.mends]) for r in made.remedies)


@pytest.mark.parametrize(
    ("advice", "proofs", "found", "order"),
    [
        # what was seen to work comes first, whatever the rule wished for first
        ((LINE, OLDER, SWITCH), {LINE: NOT_TRIED, SWITCH: SEEN}, searched(), "action! pins code"),
        ((OLDER, LINE), {LINE: SEEN}, searched(plan("numpy==2.0")), "code! pins"),
        # a line of code does not come before changes of versions that nobody tried
        ((LINE, OLDER), {}, None, "pins code"),
        ((LINE, SWITCH, OLDER), {}, None, "action pins code"),
        # where some were tried, or none resolves, it does
        ((OLDER, LINE), {}, searched(plan("numpy==2.0")), "code pins"),
        ((OLDER, LINE), {}, searched(refused="there is none"), "code pins"),
        # what was tried in vain is no remedy
        ((OLDER, LINE), {}, searched(plan("scikit-learn==1.4.2")), "code"),
        ((OLDER,), {}, searched(plan("scikit-learn==1.4.2")), ""),
        ((LINE, OLDER), {LINE: IN_VAIN}, None, "pins"),
        ((SWITCH, OLDER), {SWITCH: IN_VAIN}, None, "pins"),
        # nothing is left that a wish could lead to
        ((OLDER, LINE), {}, replace(searched(plan("numpy==2.0")), exhausted=True), "code"),
        ((OLDER,), {}, replace(searched(refused="there is none"), exhausted=True), "pins"),
        # another direction, another package, and less than all that is wished for, are not the same
        ((OLDER,), {}, searched(plan("scikit-learn==1.6.0")), "pins"),
        ((EITHER,), {}, searched(plan("onnx==1.17.0")), "pins"),
        ((EITHER,), {}, searched(plan("onnx==1.17.0"), plan("skl2onnx==1.18.0")), ""),
        ((OLDER,), {}, searched(plan("scikit-learn==1.4.2 numpy==1.0")), "pins"),
        ((OLDER,), {}, searched(plan("scikit-learn==1.4.2 numpy==1.0", "scikit-learn")), ""),
        # what mends its own finding, and is stopped by another one, stays, before what nobody tried
        ((LINE, OLDER), {}, searched(further=plan("scikit-learn==1.4.2")), "pins+ code"),
        ((OLDER, LINE), {LINE: MENDS}, searched(plan("numpy==2.0")), "code+ pins"),
    ],
)  # fmt: skip
def test_the_order_of_what_the_rules_wish_for(
    advice: tuple[Advice, ...], proofs: Mapping[Advice, Proven | Unproven], found: SearchResult | None, order: str
) -> None:
    made = assemble(report(*advice), (), {(a.kind, a.text): proof for a, proof in proofs.items()}, found)
    assert told(made) == order


@pytest.mark.parametrize(
    ("proof", "found", "order"),
    [
        (SEEN, searched(), "action! pins! code!"),
        (NOT_TRIED, None, "action! code! pins pins"),
    ],
)
def test_what_was_planned_stands_where_its_proof_puts_it(
    proof: Proven | Unproven, found: SearchResult | None, order: str
) -> None:
    wishes = report(LINE, OLDER, SWITCH)
    plans = [planned(proof, "removed-name" if proof is SEEN else "another")]
    made = assemble(wishes, plans, {("code", LINE.text): SEEN, ("action", SWITCH.text): SEEN}, found)
    assert told(made) == order


def test_what_was_tried_in_vain_is_kept_apart_with_its_reason() -> None:
    made = assemble(report(LINE, OLDER), (), {("code", LINE.text): IN_VAIN}, searched(plan("scikit-learn==1.4.2")))
    assert [(r.text, r.why) for r in made.refuted] == [("", "sklearn cannot be imported"), (LINE.text, IN_VAIN.why)]


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (None, "--offline was asked for"),
        (searched(refused="there is no onnx"), "no change of versions can be resolved with what is installed: there is no onnx"),
        (searched(plan("numpy==2.0")), "it was not tried; another change was, in vain"),
        (searched(plan("numpy==2.0"), plan("numpy==2.1")), "it was not tried; 2 other changes were, in vain"),
        (searched(further=plan("scikit-learn==1.4.2")), "it was tried and mends this, and then something else blocks: sklearn cannot be imported"),
    ],
)  # fmt: skip
def test_a_wish_that_is_not_proven_says_why(found: SearchResult | None, why: str) -> None:
    (wish,) = assemble(report(OLDER), found=found, why=Unproven("--offline was asked for")).remedies
    assert isinstance(wish.proof, Unproven)
    assert wish.proof.why == why


def test_a_wish_for_what_does_not_block_is_not_called_tried() -> None:
    """Where the search was for something else, nothing is known of it."""
    warned = report(OLDER)
    warned = replace(warned, findings=(replace(warned.findings[0], rule="another"),))
    (wish,) = assemble(warned, found=searched(plan("scikit-learn==1.4.2"))).remedies
    assert wish.proof == warned.remedies[0].proof
