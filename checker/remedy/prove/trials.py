"""Remedies that move no package: a line of code or an action, tried with the canary row or the setting changed."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ...errors import CannotLook
from ...model import Advice, Canary, Case, Failure, Finding, Observation, Passed, Patient, Proven, Stage, Step, Unproven
from ...model.actions import Action, Delete, Hide, Reinstall, SetVariable
from ...world.sandbox import linked_without, remove
from ...world.uv import plain_words, run_uv
from .acceptance import AcceptanceCriteria, TrialResult, explain_rejection, gets_further, mends_a_part
from .environments import TrialEnvironments

#: variants of one model that are tried at most, and rehearsals with a change
MOST, MOST_REHEARSED = 12, 4
#: fields of a canary that are given to its conversion
GIVEN = ("options", "target_opset", "operators")


@dataclass(frozen=True)
class Variant:
    """A model of the script as it is after a change of the code."""

    finding: Finding
    advice: Advice
    canary: Canary
    #: name of the model that it is a variant of
    of: str


def make_variant(finding: Finding, advice: Advice, model: Canary, changed: Canary, change: str) -> Variant:
    """A model as it is after a change, which its name tells."""
    return Variant(finding, advice, replace(changed, name=f"{model.name} [{change}]"), model.name)


def find_models(case: Case[Observation], finding: Finding) -> list[Canary]:
    """The script's models whose failure a finding explains."""
    subjects = {step.subject for step in finding.explains}
    return [c for c in case.script.canaries if c.name in subjects] if case.script else []


def make_edited(case: Case[Observation], findings: Sequence[Finding]) -> Iterator[Variant]:
    """The models that the findings are about, each with the change that the rule advises."""
    for finding in findings:
        for advice in finding.advice:
            for model in find_models(case, finding) if advice.edit else ():
                assert advice.edit
                yield make_variant(finding, advice, model, changed=advice.edit(model), change=advice.text)


def make_simpler(case: Case[Observation], findings: Sequence[Finding]) -> Iterator[Variant]:
    """The same models, each without one of the arguments or options that the script gives them."""
    for finding in findings:
        for model in find_models(case, finding)[:2]:
            left_out = [(f"options={model.options!r}", replace(model, options=None))] if model.options else []
            if model.target_opset:
                left_out.append((f"target_opset={model.target_opset!r}", replace(model, target_opset=None)))
            for name in model.operators:
                others = {n: operators for n, operators in model.operators.items() if n != name}
                left_out.append((name, replace(model, operators=others)))
            left_out += [(said, replace(model, make=make)) for said, make in drop_arguments(model.make)]
            place = f" ({model.where})" if model.where else ""
            for said, changed in left_out[:MOST]:
                text = f"Leave out {said}{place}: {model.name} then converts, and agrees."
                yield make_variant(finding, Advice("code", text), model, changed=changed, change=said)


def drop_arguments(expression: str) -> Iterator[tuple[str, str]]:
    """(argument as written, expression without it) for every setting in a constructor expression.

    A setting is an argument by name, or the last one by position where that is a literal.
    """
    try:
        calls = _parse_calls(expression)[1]
    except SyntaxError:
        return
    for place, call in enumerate(calls):
        for number, keyword in enumerate(call.keywords):
            tree, again = _parse_calls(expression)
            del again[place].keywords[number]
            yield ast.unparse(keyword), ast.unparse(tree)
        if call.args and isinstance(call.args[-1], ast.Constant):
            tree, again = _parse_calls(expression)
            yield ast.unparse(again[place].args.pop()), ast.unparse(tree)


def _parse_calls(expression: str) -> tuple[ast.Expression, list[ast.Call]]:
    tree = ast.parse(expression, mode="eval")
    return tree, [n for n in ast.walk(tree) if isinstance(n, ast.Call)]


def try_variants(
    variants: Sequence[Variant], environments: TrialEnvironments, patient: Patient
) -> tuple[tuple[Variant, Proven | Unproven], ...]:
    """Every variant with what came of it: a rehearsal each where that can be, the others in one look at the patient."""
    if not variants:
        return ()
    rehearsed = _rehearsable(variants, environments) if environments.wanted.rehearsal else []
    known = {v.canary.name: _rehearse(v, change, environments, patient) for v, change in rehearsed}
    made_up = [v for v in variants if v.canary.name not in known]
    if made_up:
        known |= _try_made_up(made_up, environments, patient)
    return tuple((v, known[v.canary.name]) for v in variants)


def _try_made_up(
    variants: Sequence[Variant], environments: TrialEnvironments, patient: Patient
) -> dict[str, Proven | Unproven]:
    """Variants tried on made-up data, by name.

    Of a model that was seen in a rehearsal the unchanged one is tried too: what it does not fail at proves nothing.
    """
    wanted, models = environments.wanted, tuple[Canary, ...]()
    if wanted.rehearsal and environments.case.script:
        wanted, models = replace(wanted, rehearsal=None), environments.case.script.canaries
    unchanged = tuple(replace(c, name=f"{c.name} [unchanged]") for c in models if c.name in {v.of for v in variants})
    changed = {v.canary.name: v.canary for v in variants}  # one change may be what several findings advise
    seen, _ = wanted.ask(patient, environments.probe_options(), canaries=(*unchanged, *changed.values()))
    failed = {f.step for f in seen.failures()}
    known: dict[str, Proven | Unproven] = {}
    for v in variants:
        needed = {Step(step.stage, f"{v.of} [unchanged]") for step in v.finding.explains if step.subject == v.of}
        shown = not unchanged or needed & failed
        known[v.canary.name] = _judge(v, seen) if shown else Unproven("made-up data do not show what it is for")
    return known


def _rehearsable(variants: Sequence[Variant], environments: TrialEnvironments) -> list[tuple[Variant, dict[str, Any]]]:
    """The first variants that differ in what is given to a conversion, and how: the script can be rehearsed so."""
    return [(v, change) for v in variants if (change := _change(v, environments))][:MOST_REHEARSED]


def _change(variant: Variant, environments: TrialEnvironments) -> dict[str, Any]:
    """What a variant gives to the conversion instead; empty where that is not all in which it differs."""
    script = environments.case.script
    model = next((c for c in script.canaries if c.name == variant.of), None) if script else None
    if model is None or replace(variant.canary, **{n: getattr(model, n) for n in ("name", *GIVEN)}) != model:
        return {}
    given = {name: getattr(variant.canary, name) for name in GIVEN}
    return {n: value for n, value in given.items() if value != getattr(model, n)}


def _rehearse(
    variant: Variant, change: Mapping[str, Any], environments: TrialEnvironments, patient: Patient
) -> Proven | Unproven:
    """The script, rehearsed with the change of one of its conversions: proven where it then comes to its end."""
    assert environments.wanted.rehearsal
    changes = {variant.canary.where: change}
    wanted = replace(environments.wanted, rehearsal=replace(environments.wanted.rehearsal, changes=changes))
    seen, _ = wanted.ask(patient, environments.probe_options(), canaries=())
    known = _judge(replace(variant, canary=replace(variant.canary, name=variant.of)), seen)
    ends = next((f for f in seen.failures() if f.facts.get("left")), None)
    if isinstance(known, Proven) and ends:
        return Unproven(f"it was tried, and then the script ends at {ends.facts.get('where')} with {ends.type}")
    if isinstance(known, Proven):
        return replace(known, how="the script was rehearsed in this environment with the change applied")
    return known


def _judge(variant: Variant, seen: Observation) -> Proven | Unproven:
    """A variant is proven when it passes every step, those included at which the model failed.

    A complaint of the ONNX checker stops nothing where the runtime agrees, unless it is what is to be mended.
    """
    outcomes = tuple(o for o in seen.outcomes if o.subject == variant.canary.name)
    needed = {step.stage for step in variant.finding.explains if step.subject == variant.of}
    agrees = any(isinstance(o, Passed) and o.stage is Stage.PARITY for o in outcomes) and Stage.CHECK not in needed
    failed = [o for o in outcomes if isinstance(o, Failure) and o.type != "EdgeDisagreement"]
    failed = [o for o in failed if not (agrees and o.stage is Stage.CHECK)]
    if failed:
        words = f"{failed[0].type} came at {failed[0].stage.value}: {failed[0].text[:160]}"
        passed = {o.stage for o in outcomes} - {o.stage for o in failed}
        mends = bool(needed) and (needed <= passed or all(_of_others(o, variant.finding.rule) for o in failed))
        return Unproven(f"it was tried, and {words}", mends=mends)
    if needed - {o.stage for o in outcomes} or not any(isinstance(o, Passed) for o in outcomes):
        return Unproven("it was tried, and the step that failed was not reached")
    seconds = round(sum(o.seconds for o in outcomes), 1)
    how = "the model was tried in this environment with the change applied"
    tried = {str(o.facts["tried"]) for o in outcomes if o.stage is Stage.TARGET and o.facts.get("tried")}
    return Proven(how + "".join(f", and {runtime} takes it" for runtime in sorted(tried)), seconds, (), outcomes)


def _of_others(failed: Failure, rule: str) -> bool:
    """Whether a place does not take a model for other reasons than that of a rule."""
    return failed.stage is Stage.TARGET and rule not in failed.facts.get("rules", ())


def join(proofs: Sequence[Proven | Unproven]) -> Proven | Unproven:
    """One proof of a change that concerns several models: the first that is none, else the first."""
    first = next((p for p in proofs if isinstance(p, Unproven)), proofs[0])
    in_vain = all(isinstance(p, Unproven) and p.mends is False for p in proofs)
    return first if isinstance(first, Proven) or in_vain else replace(first, mends=True)


def try_action(
    advice: Advice, criteria: AcceptanceCriteria, environments: TrialEnvironments, patient: Patient
) -> Proven | Unproven:
    """Try an action where nothing of the patient is touched by it: in a copy, a fresh process, another setting."""
    if not advice.trial:
        return Unproven("it cannot be tried from here")
    try:
        result, how = _carry_out(advice.trial, environments, patient)
    except CannotLook as error:
        return Unproven(error.message)
    why = explain_rejection(criteria, result)
    if why or not result.observation:
        if gets_further(criteria, criteria.targets, (), result):
            return mends_a_part(why)
        return Unproven(f"it was tried, and did not help: {why}", mends=False)
    outcomes = result.observation.outcomes
    return Proven(how, round(sum(o.seconds for o in outcomes), 1), (), outcomes)


def _carry_out(action: Action, environments: TrialEnvironments, patient: Patient) -> tuple[TrialResult, str]:
    """What came of an action, and in a sentence where it was done. Raises CannotLook where it cannot be done."""
    wanted, before = environments.wanted, environments.case.subject
    if isinstance(action, Reinstall | Delete):
        python = environments.copy_patient(before)
        if isinstance(action, Reinstall):
            words = ("pip", "install", "-q", "--no-build", "--reinstall", "--no-deps", "--python", str(python))
            done = run_uv([*words, *action.requirements], children=environments.children)
            if done.returncode:
                raise CannotLook(f"it could not be reinstalled: {plain_words(done.stderr)[:200]}")
        elif not Path(action.path).is_relative_to(before.prefix):
            raise CannotLook("what is to be deleted lies outside of the environment")
        else:
            remove(python.parents[1] / Path(action.path).relative_to(before.prefix))
        return environments.observe(python, environments.probe_options()), "it was done in a copy of this environment"
    if isinstance(action, Hide):
        beside = linked_without(Path(wanted.folder or "."), Path(action.path), environments.folder / "beside")
        seen, _ = wanted.ask(patient, environments.probe_options(), folder=str(beside))
        return environments.judge(seen), "the same was tried in a folder without that file"
    variables = {action.name: action.value} if isinstance(action, SetVariable) else {}
    seen, _ = wanted.ask(patient, environments.probe_options(variables=variables))
    return environments.judge(seen), "it was tried in a fresh process"
