"""Changes of a script, as they are tried: what may be left out, and what an edit does to a model's row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from checker.errors import CannotLook
from checker.model import Advice, Canary, Case, Column, Logging, Observation, Patient, Proven, Rehearsal, Step, Unproven
from checker.model import Stage as S
from checker.model.actions import Action, Delete, Restart, SetVariable
from checker.remedy.prove import trials
from checker.remedy.prove.acceptance import TrialResult, make_criteria
from checker.rules.models import edits

from .cases import MODEL, canary, failed, knowledge, script, seen, works
from .remedies import blocker, gone

RIDGE = "sklearn.linear_model.Ridge"
PIPE = f"sklearn.pipeline.make_pipeline(sklearn.preprocessing.StandardScaler(with_mean=False), {RIDGE}(alpha=2.0))"


@pytest.mark.parametrize(
    ("expression", "without"),
    [
        (f"{RIDGE}()", {}),
        (f"{RIDGE}(alpha=2.0)", {"alpha=2.0": f"{RIDGE}()"}),
        (
            f"{RIDGE}(alpha=2.0, solver='svd')",
            {"alpha=2.0": f"{RIDGE}(solver='svd')", "solver='svd'": f"{RIDGE}(alpha=2.0)"},
        ),
        # the last one by position, where it is a literal
        (f"{RIDGE}(2.0)", {"2.0": f"{RIDGE}()"}),
        (f"{RIDGE}(1, 2)", {"2": f"{RIDGE}(1)"}),
        (f"{RIDGE}(1, x)", {}),
        (f"{RIDGE}(1, x=[3])", {"1": f"{RIDGE}(x=[3])", "x=[3]": f"{RIDGE}(1)"}),
        # calls in calls: each of its own
        (
            PIPE,
            {
                "with_mean=False": PIPE.replace("with_mean=False", ""),
                "alpha=2.0": PIPE.replace("alpha=2.0", ""),
            },
        ),
        ("a.B(c=d.E(f=1))", {"c=d.E(f=1)": "a.B()", "f=1": "a.B(c=d.E())"}),
        ("a.B(**settings)", {"**settings": "a.B()"}),
        ("a.B(", {}),
        ("", {}),
    ],
)
def test_one_argument_is_left_out(expression: str, without: dict[str, str]) -> None:
    assert dict(trials.drop_arguments(expression)) == without


FAILS = replace(blocker(MODEL, "skl2onnx"), stage=S.CONVERT, explains=(Step(S.CONVERT, MODEL),))


def of(*canaries: Canary) -> Case[Observation]:
    return Case(seen(), script(*canaries), knowledge())


def test_options_and_opset_are_left_out_too() -> None:
    row = canary(make=f"{RIDGE}(alpha=2.0)", options={"zipmap": False}, target_opset=9)
    found = {v.canary.name: v for v in trials.make_simpler(of(row, canary("train.py:20 Other")), [FAILS])}
    said = ["options={'zipmap': False}", "target_opset=9", "alpha=2.0"]
    assert list(found) == [f"{MODEL} [{words}]" for words in said]
    options, opset, alpha = (v.canary for v in found.values())
    assert (options.options, opset.target_opset, alpha.make) == (None, None, f"{RIDGE}()")
    assert next(iter(found.values())).advice.text.startswith("Leave out options={'zipmap': False} (train.py:9):")


def test_only_a_models_own_changes_are_tried() -> None:
    way = Advice("code", "Use opset 12.", edit=edits.changed(target_opset=12))
    finding = replace(FAILS, advice=(way, Advice("code", "Rewrite it.")))
    (variant,) = trials.make_edited(of(canary(), canary("train.py:20 Other")), [finding])
    assert (variant.of, variant.canary.name) == (MODEL, f"{MODEL} [Use opset 12.]")
    assert variant.canary.target_opset == 12
    assert list(trials.make_edited(Case(seen(), None, knowledge()), [finding])) == []


# --- what comes of it ------------------------------------------------------------------------------------


class Shop:
    """Trial environments whose patient answers with one observation, whatever is asked of it."""

    def __init__(self, observation: Observation | CannotLook, findings: tuple[Any, ...] = ()) -> None:
        self.observation, self.findings, self.wanted = observation, findings, self
        self.variables: Mapping[str, str | None] = {}
        self.folder, self.rehearsal = "", None

    def ask(self, patient: Patient, options: Any, **asked: Any) -> tuple[Observation, str]:
        if isinstance(self.observation, CannotLook):
            raise self.observation
        return self.observation, ""

    def probe_options(self, variables: Mapping[str, str | None] = {}) -> None:
        self.variables = variables

    def judge(self, observation: Observation) -> TrialResult:
        return TrialResult(self.findings, observation)

    def copy_patient(self, observation: Observation) -> Path:
        return Path("/copy/bin/python")


PATIENT = Patient(("python", "-"), "python", "")
NAME = f"{MODEL} [x]"
COMPLAINT = failed(S.CHECK, NAME, "ValidationError", "no shape")
VARIANT = trials.Variant(FAILS, Advice("code", "x"), replace(canary(), name=NAME), MODEL)


@pytest.mark.parametrize(
    ("after", "why"),
    [
        ((*works(S.FIT, NAME), *works(S.CONVERT, NAME)), ""),
        ((*works(S.CONVERT, NAME), failed(S.PARITY, NAME, "EdgeDisagreement", "a row")), ""),
        (works(S.FIT, NAME), "it was tried, and the step that failed was not reached"),
        ((), "it was tried, and the step that failed was not reached"),
        ((failed(S.CONVERT, NAME, "KeyError", "x"),), "it was tried, and KeyError came at convert: x"),
        ((*works(S.CONVERT, NAME), COMPLAINT, *works(S.PARITY, NAME)), ""),  # the runtime agrees
        ((*works(S.CONVERT, NAME), COMPLAINT), "it was tried, and ValidationError came at check: no shape"),
        (
            (*works(S.CONVERT, NAME), failed(S.RUN, NAME, "Crash", "gone")),
            "it was tried, and Crash came at run: gone",
        ),
    ],
)
def test_a_variant_is_proven_or_says_why(after: tuple[Any, ...], why: str) -> None:
    environments: Any = Shop(seen(*after))
    ((_, proof),) = trials.try_variants([VARIANT], environments, PATIENT)
    assert (proof.why if isinstance(proof, Unproven) else "") == why


@pytest.mark.parametrize(
    ("after", "mends"),
    [
        ((failed(S.CONVERT, NAME, "KeyError", "x"),), False),
        ((failed(S.FIT, NAME, "KeyError", "x"),), False),
        ((*works(S.CONVERT, NAME), failed(S.RUN, NAME, "Crash", "gone")), True),
        (works(S.FIT, NAME), None),
    ],
)
def test_a_variant_that_is_not_proven_tells_what_was_seen(after: tuple[Any, ...], mends: bool | None) -> None:
    """Whether it mends what it is for, though something else fails later."""
    environments: Any = Shop(seen(*after))
    ((_, proof),) = trials.try_variants([VARIANT], environments, PATIENT)
    assert isinstance(proof, Unproven)
    assert proof.mends is mends


@dataclass(frozen=True)
class Rehearsing:
    """A request that rehearses: it keeps with which changes, and answers with one observation."""

    observation: Observation
    rehearsal: Rehearsal | None
    asked: list[Any] = field(default_factory=list)

    def ask(self, patient: Patient, options: Any, **asked: Any) -> tuple[Observation, str]:
        self.asked.append(self.rehearsal and self.rehearsal.changes)
        return self.observation, ""


CONVERTED = replace(canary(), where="train.py:9", options={"zipmap": "columns"})
LEFT = replace(
    failed(S.RUN, "train.py:12", "ValueError", "too many values"), facts={"left": True, "where": "train.py:12"}
)


@pytest.mark.parametrize(
    ("after", "why"),
    [
        (works(S.CONVERT, MODEL), ""),
        ((*works(S.CONVERT, MODEL), LEFT), "it was tried, and then the script ends at train.py:12 with ValueError"),
        ((failed(S.CONVERT, MODEL, "KeyError", "x"),), "it was tried, and KeyError came at convert: x"),
    ],
)
def test_a_change_of_a_conversion_is_proven_by_the_script_itself(after: tuple[Any, ...], why: str) -> None:
    """With a rehearsal, what the script does with the result must hold too."""
    shop: Any = Shop(seen())
    shop.wanted = Rehearsing(seen(*after), Rehearsal(("/train.py",), "/"))
    shop.case = Case(seen(), script(CONVERTED), knowledge())
    changed = trials.Variant(FAILS, Advice("code", "x"), replace(CONVERTED, name=NAME, options=None), MODEL)
    other = replace(changed, canary=replace(CONVERTED, name=f"{MODEL} [y]", make="x.Model()"))
    (_, proof), (_, not_tried) = trials.try_variants([changed, other], shop, PATIENT)
    assert isinstance(not_tried, Unproven)
    assert shop.wanted.asked == [{"train.py:9": {"options": None}}, None]
    assert (proof.why if isinstance(proof, Unproven) else "") == why


IN_VAIN, PART, GOOD = Unproven("no", mends=False), Unproven("later", mends=True), Proven("yes", 1.0)


@pytest.mark.parametrize(
    ("proofs", "one"),
    [
        ([GOOD], GOOD),
        ([GOOD, GOOD], GOOD),
        ([IN_VAIN, IN_VAIN], IN_VAIN),
        ([IN_VAIN, GOOD], Unproven("no", mends=True)),
        ([GOOD, PART], PART),
        ([PART, IN_VAIN], PART),
    ],
)
def test_a_change_for_several_models_is_in_vain_only_where_it_mends_none(
    proofs: list[Proven | Unproven], one: Proven | Unproven
) -> None:
    assert trials.join(proofs) == one


def test_no_variant_asks_nobody() -> None:
    assert trials.try_variants([], Shop(CannotLook("never")), PATIENT) == ()  # type: ignore[arg-type]


BROKEN = blocker("onnx", "onnx")
HEALED = seen(*works(S.IMPORT, "onnx"))


@pytest.mark.parametrize(
    ("trial", "answer", "findings", "why"),
    [
        (SetVariable("PYTHONPATH"), HEALED, (), ""),
        (SetVariable("A", "b=c"), HEALED, (), ""),
        (Restart(), HEALED, (), ""),
        (None, HEALED, (), "it cannot be tried from here"),
        (Restart(), seen(gone("onnx")), (BROKEN,), "it was tried, and did not help: onnx cannot be imported"),
        (Restart(), CannotLook("python is gone"), (), "python is gone"),
        (Delete("/elsewhere/file"), HEALED, (), "what is to be deleted lies outside of the environment"),
    ],
)
def test_an_action_is_proven_or_says_why(trial: Action | None, answer: Any, findings: Any, why: str) -> None:
    environments: Any = Shop(answer, findings)
    before = seen(gone("onnx"))
    environments.case = Case(before, None, knowledge())
    wanted = make_criteria(environments.case, [BROKEN], [BROKEN])
    proof = trials.try_action(Advice("action", "x", trial=trial), wanted, environments, PATIENT)
    assert (proof.why if isinstance(proof, Unproven) else "") == why
    assert isinstance(proof, Proven) == (not why)
    variables = {trial.name: trial.value} if isinstance(trial, SetVariable) else {}
    assert dict(environments.variables) == variables


# --- edits -----------------------------------------------------------------------------------------------

DOUBLES = canary(inputs=(("x", "DoubleTensorType", (1, 3)), ("s", "StringTensorType", None)), feed="flat", providers=False, outputs=("p",), options={"zipmap": False})  # fmt: skip
DOUBLES = replace(DOUBLES, columns=(Column("a", "float64"), Column("b", "string")))
LOGGED = canary(logging=Logging(arguments={"artifact_path": "models/taxi", "await": 3}))
TEXT = "sklearn.feature_extraction.text.TfidfVectorizer"
WORDS = f"sklearn.pipeline.make_pipeline({TEXT}(), {RIDGE}())"


@pytest.mark.parametrize(
    ("edit", "before", "changed"),
    [
        (edits.changed(target_opset=12), DOUBLES, {"target_opset": 12}),
        (
            edits.floats,
            DOUBLES,
            {
                "inputs": (("x", "FloatTensorType", (1, 3)), ("s", "StringTensorType", None)),
                "columns": (Column("a", "float32"), Column("b", "string")),
            },
        ),
        (
            edits.as_declared,
            DOUBLES,
            {"feed": "", "inputs": (("x", "DoubleTensorType", (None, 3)), ("s", "StringTensorType", None))},
        ),
        (edits.changed(providers=True), DOUBLES, {"providers": True}),
        (edits.changed(outputs=()), DOUBLES, {"outputs": ()}),
        (edits.changed(options=None), DOUBLES, {"options": None}),
        (edits.logged(signature=False), LOGGED, {"logging": replace(LOGGED.logging or Logging(), signature=False)}),
        (edits.logged(signature=False), DOUBLES, {}),
        (
            edits.argument_renamed("artifact_path", "name"),
            LOGGED,
            {"logging": Logging(arguments={"name": "models/taxi", "await": 3})},
        ),
        (edits.argument_renamed("artifact_path", "name"), DOUBLES, {}),
        (edits.plain_names, LOGGED, {"logging": Logging(arguments={"artifact_path": "models-taxi", "await": 3})}),
        (edits.plain_names, DOUBLES, {}),
        (edits.with_option_of(TEXT, "locale", "C"), canary(make=WORDS), {"options": {TEXT: {"locale": "C"}}}),
        (
            edits.with_option_of(TEXT, "locale", "C"),
            canary(make=WORDS, options={"zipmap": False}),
            {"options": {RIDGE: {"zipmap": False}, TEXT: {"locale": "C"}}},
        ),
        (
            edits.with_option_of(TEXT, "locale", "C"),
            canary(make=WORDS, options={TEXT: {"separators": "x"}}),
            {"options": {TEXT: {"separators": "x", "locale": "C"}}},
        ),
    ],
)
def test_an_edit_changes_what_it_says(edit: edits.Edit, before: Canary, changed: Mapping[str, Any]) -> None:
    assert edit(before) == replace(before, **changed)


@pytest.mark.parametrize(
    ("expression", "last", "vectorizer"),
    [
        (WORDS, RIDGE, TEXT),
        (f"{RIDGE}(alpha=1)", RIDGE, ""),
        ("sklearn.feature_extraction.text.CountVectorizer()",) * 2 + ("sklearn.feature_extraction.text.CountVectorizer",),
        ("make()", "", ""),
    ],
)  # fmt: skip
def test_who_is_made(expression: str, last: str, vectorizer: str) -> None:
    assert edits.last_class(expression) == last.removesuffix("()")
    assert edits.vectorizer_of(expression) == vectorizer
