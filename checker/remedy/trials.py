"""Remedies that move no package: a line of code or an action, tried with the canary row or the setting changed."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ..errors import CannotLook
from ..model import Advice, Canary, Case, Failure, Finding, Observation, Passed, Patient, Proven, Unproven
from .judge import Goal, verdict
from .search import Seen
from .workshop import Workshop

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


def edited(case: Case, findings: Sequence[Finding]) -> Iterator[Variant]:
    """The models that the findings are about, each with the change that the rule advises."""
    for finding in findings:
        for advice in finding.advice:
            for canary in own(case, finding) if advice.edit else ():
                assert advice.edit
                yield Variant(finding, advice, _renamed(advice.edit(canary), advice.text), canary.name)


def own(case: Case, finding: Finding) -> list[Canary]:
    """The script's models whose failure a finding explains."""
    subjects = {k.partition(":")[2] for k in finding.explains}
    return [c for c in case.script.canaries if c.name in subjects] if case.script else []


def simpler(case: Case, findings: Sequence[Finding]) -> Iterator[Variant]:
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
    variants: Sequence[Variant], workshop: Workshop, patient: Patient
) -> tuple[tuple[Variant, Proven | Unproven], ...]:
    """Every variant with what came of it, all tried in one look at the patient."""
    if not variants:
        return ()
    rows = tuple(v.canary for v in variants)
    seen, _ = workshop.look.at(patient, workshop.manner(), canaries=rows)
    return tuple((v, _judged(v, seen)) for v in variants)


def _judged(variant: Variant, seen: Observation) -> Proven | Unproven:
    """A variant is proven when it passes every step, those included at which the model failed."""
    name = variant.canary.name
    outcomes = tuple(o for o in seen.outcomes if o.subject == name)
    failed = [o for o in outcomes if isinstance(o, Failure) and o.type != "EdgeDisagreement"]
    if failed:
        return Unproven(f"it was tried, and {failed[0].type} came at {failed[0].stage.value}: {failed[0].text[:160]}")
    needed = {k.partition(":")[0] for k in variant.finding.explains if k.partition(":")[2] == variant.of}
    missing = needed - {o.stage.value for o in outcomes}
    if missing or not any(isinstance(o, Passed) for o in outcomes):
        return Unproven("it was tried, and the step that failed was not reached")
    seconds = round(sum(o.seconds for o in outcomes), 1)
    return Proven("the model was tried in this environment with the change applied", seconds, (), outcomes)


def try_action(
    advice: Advice, goal: Goal, workshop: Workshop, patient: Patient, observation: Observation, folder: str
) -> Proven | Unproven:
    """Try an action where nothing of the patient is touched by it: in a copy, a fresh process, another setting."""
    kind, argument = advice.trial
    if not kind:
        return Unproven("it cannot be tried from here")
    try:
        seen, how = _tried(kind, argument, workshop, patient, observation, folder)
    except CannotLook as error:
        return Unproven(error.message)
    why = verdict(goal, seen.findings, seen.observation) if seen.observation else seen.refused
    if why or not seen.observation:
        return Unproven(f"it was tried, and did not help: {why}")
    return Proven(how, round(sum(o.seconds for o in seen.observation.outcomes), 1), (), seen.observation.outcomes)


def _tried(
    kind: str, argument: str, workshop: Workshop, patient: Patient, observation: Observation, folder: str
) -> tuple[Seen, str]:
    if kind in ("reinstall", "delete"):
        python = workshop.copy(observation)
        if kind == "reinstall":
            workshop.reinstall(python, argument.split())
        else:
            _delete(argument, observation, python)
        return workshop.asked(python, workshop.manner()), "it was done in a copy of this environment"
    if kind == "hide":
        place = workshop.without(folder, argument)
        seen, _ = workshop.look.at(patient, workshop.manner(), folder=place)
        return workshop.seen(seen), "the same was tried in a folder without that file"
    name, _, value = argument.partition("=")
    variables = {name: value or None} if kind in ("set", "unset") else {}
    seen, _ = workshop.look.at(patient, workshop.manner(variables))
    return workshop.seen(seen), "it was tried in a fresh process"


def _delete(argument: str, observation: Observation, python: Path) -> None:
    """Delete in the copy what the action deletes in the environment; raises CannotLook where it lies elsewhere."""
    import shutil

    prefix = Path(observation.prefix)
    for text in argument.split("\n"):
        path = Path(text)
        if not path.is_relative_to(prefix):
            raise CannotLook("what is to be deleted lies outside of the environment")
        goal = python.parents[1] / path.relative_to(prefix)
        shutil.rmtree(goal, ignore_errors=True) if goal.is_dir() else goal.unlink(missing_ok=True)
