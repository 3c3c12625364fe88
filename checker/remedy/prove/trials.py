"""Remedies that move no package: a line of code or an action, tried with the canary row or the setting changed."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ...errors import CannotLook
from ...model import (
    Action,
    Advice,
    Canary,
    Case,
    Delete,
    Failure,
    Finding,
    Hide,
    Observation,
    Passed,
    Patient,
    Proven,
    Reinstall,
    SetVariable,
    Unproven,
)
from ..search.search import Seen
from .acceptance import AcceptanceCriteria, rejection
from .environments import TrialEnvironments

#: variants of one model that are tried at most
MOST = 12


@dataclass(frozen=True)
class Variant:
    """A model of the script as it is after a change of the code."""

    finding: Finding
    advice: Advice
    canary: Canary
    #: name of the model that it is a variant of
    of: str


def edited(case: Case[Observation], findings: Sequence[Finding]) -> Iterator[Variant]:
    """The models that the findings are about, each with the change that the rule advises."""
    for finding in findings:
        for advice in finding.advice:
            for canary in own(case, finding) if advice.edit else ():
                assert advice.edit
                yield Variant(finding, advice, _renamed(advice.edit(canary), advice.text), canary.name)


def own(case: Case[Observation], finding: Finding) -> list[Canary]:
    """The script's models whose failure a finding explains."""
    subjects = {step.subject for step in finding.explains}
    return [c for c in case.script.canaries if c.name in subjects] if case.script else []


def simpler(case: Case[Observation], findings: Sequence[Finding]) -> Iterator[Variant]:
    """The same models, each without one of the arguments or options that the script gives them."""
    for finding in findings:
        for canary in own(case, finding)[:2]:
            for said, changed in list(_without_one(canary))[:MOST]:
                place = f" ({canary.where})" if canary.where else ""
                advice = Advice("code", f"Leave out {said}{place}: {canary.name} then converts, and agrees.", lines=())
                yield Variant(finding, advice, _renamed(changed, said), canary.name)


def _renamed(canary: Canary, said: str) -> Canary:
    return replace(canary, name=f"{canary.name} [{said}]")


def _without_one(canary: Canary) -> Iterator[tuple[str, Canary]]:
    if canary.options:
        yield f"options={canary.options!r}", replace(canary, options=None)
    if canary.target_opset:
        yield f"target_opset={canary.target_opset!r}", replace(canary, target_opset=None)
    for said, make in without_argument(canary.make):
        yield said, replace(canary, make=make)


def without_argument(expression: str) -> Iterator[tuple[str, str]]:
    """(argument as written, expression without it) for every setting in a constructor expression.

    A setting is an argument by name, or the last one by position where that is a literal.
    """
    try:
        calls = _calls(expression)[1]
    except SyntaxError:
        return
    for place, call in enumerate(calls):
        for number, keyword in enumerate(call.keywords):
            tree, again = _calls(expression)
            del again[place].keywords[number]
            yield ast.unparse(keyword), ast.unparse(tree)
        if call.args and isinstance(call.args[-1], ast.Constant):
            tree, again = _calls(expression)
            yield ast.unparse(again[place].args.pop()), ast.unparse(tree)


def _calls(expression: str) -> tuple[ast.Expression, list[ast.Call]]:
    tree = ast.parse(expression, mode="eval")
    return tree, [n for n in ast.walk(tree) if isinstance(n, ast.Call)]


def try_variants(
    variants: Sequence[Variant], environments: TrialEnvironments, patient: Patient
) -> tuple[tuple[Variant, Proven | Unproven], ...]:
    """Every variant with what came of it, all tried in one look at the patient."""
    if not variants:
        return ()
    rows = tuple(v.canary for v in variants)
    seen, _ = environments.wanted.ask(patient, environments.options(), canaries=rows)
    return tuple((v, _judged(v, seen)) for v in variants)


def _judged(variant: Variant, seen: Observation) -> Proven | Unproven:
    """A variant is proven when it passes every step, those included at which the model failed."""
    name = variant.canary.name
    outcomes = tuple(o for o in seen.outcomes if o.subject == name)
    failed = [o for o in outcomes if isinstance(o, Failure) and o.type != "EdgeDisagreement"]
    if failed:
        return Unproven(f"it was tried, and {failed[0].type} came at {failed[0].stage.value}: {failed[0].text[:160]}")
    needed = {step.stage for step in variant.finding.explains if step.subject == variant.of}
    missing = needed - {o.stage for o in outcomes}
    if missing or not any(isinstance(o, Passed) for o in outcomes):
        return Unproven("it was tried, and the step that failed was not reached")
    seconds = round(sum(o.seconds for o in outcomes), 1)
    return Proven("the model was tried in this environment with the change applied", seconds, (), outcomes)


def try_action(
    advice: Advice,
    criteria: AcceptanceCriteria,
    environments: TrialEnvironments,
    patient: Patient,
    observation: Observation,
    folder: str,
) -> Proven | Unproven:
    """Try an action where nothing of the patient is touched by it: in a copy, a fresh process, another setting."""
    if not advice.trial:
        return Unproven("it cannot be tried from here")
    try:
        seen, how = _tried(advice.trial, environments, patient, observation, folder)
    except CannotLook as error:
        return Unproven(error.message)
    why = rejection(criteria, seen.findings, seen.observation) if seen.observation else seen.refused
    if why or not seen.observation:
        return Unproven(f"it was tried, and did not help: {why}")
    return Proven(how, round(sum(o.seconds for o in seen.observation.outcomes), 1), (), seen.observation.outcomes)


def _tried(
    action: Action, environments: TrialEnvironments, patient: Patient, observation: Observation, folder: str
) -> tuple[Seen, str]:
    if isinstance(action, Reinstall | Delete):
        python = environments.copy(observation)
        if isinstance(action, Reinstall):
            environments.reinstall(python, action.requirements)
        else:
            environments.delete(python, observation, action.path)
        return environments.asked(python, environments.options()), "it was done in a copy of this environment"
    if isinstance(action, Hide):
        place = environments.without(folder, action.path)
        seen, _ = environments.wanted.ask(patient, environments.options(), folder=place)
        return environments.seen(seen), "the same was tried in a folder without that file"
    variables = {action.name: action.value} if isinstance(action, SetVariable) else {}
    seen, _ = environments.wanted.ask(patient, environments.options(variables=variables))
    return environments.seen(seen), "it was tried in a fresh process"
