"""Remedies in words: what the rules advise, what a plan changes, and what to type for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..model import Advice, Change, Finding, Observation, Plan, Proven, Remedy, Report, Severity, Unproven

#: why nothing that is printed has been tried
NOT_TRIED = "it follows from the finding and was not tried in an environment"


def remedies(findings: Sequence[Finding], observation: Observation) -> tuple[Remedy, ...]:
    """One remedy for each advice of the findings that matter, in their order."""
    serious = [f for f in findings if f.severity is not Severity.NOTE and not f.out_of_scope]
    made: dict[tuple[str, str], Remedy] = {}
    for finding in serious:
        for advice in finding.advice:
            known = made.get((advice.kind, advice.text))
            settles = (*known.settles, finding.rule) if known else (finding.rule,)
            made[advice.kind, advice.text] = remedy(advice, tuple(dict.fromkeys(settles)), observation)
    return tuple(made.values())


def remedy(advice: Advice, settles: tuple[str, ...], observation: Observation) -> Remedy:
    """A remedy of one advice, with the commands for this patient."""
    changes = tuple(Change(name, observation.version(name) or "", specifier) for name, specifier in advice.changes)
    requirements = tuple(
        f"{name}{specifier}" for name, specifier in advice.changes if specifier or observation.version(name) is None
    )
    commands = installers(requirements, observation, dry=True) if advice.kind == "pins" else typed(advice)
    return Remedy(advice.kind, advice.text, changes, requirements, commands, settles, Unproven(NOT_TRIED))


def typed(advice: Advice) -> dict[str, str]:
    """The lines of a change of code, or of an action."""
    return {"code" if advice.kind == "code" else "shell": "\n".join(advice.lines)} if advice.lines else {}


def installers(requirements: Sequence[str], observation: Observation, dry: bool) -> dict[str, str]:
    """Installer -> what to type; nothing where the release is left open.

    An installer moves whatever it likes to make room for a request, so that what was not tried is a dry run.
    """
    if not requirements:
        return {}
    quoted = " ".join(f"'{r}'" for r in requirements)
    option = " --dry-run" if dry else ""
    pip = {"pip": f"{observation.executable} -m pip install{option} {quoted}"}
    if observation.system.get("conda"):
        specs = " ".join(f"'{r.replace('==', '=')}'" for r in requirements)
        return {"conda": f"conda install{option} --prefix {observation.prefix} {specs}", **pip}
    return {"uv": f"uv pip install{option} --python {observation.executable} {quoted}", **pip}


def of_plan(
    plan: Plan, targets: Sequence[Finding], report: Report, proof: Proven | Unproven, written: bool = False
) -> Remedy:
    """The remedy that a plan is; `written`: the environment comes from requirement files, which are to be changed."""
    moved, observation = plan.moved, report.observation
    requirements = tuple(f"{c.name}=={c.to}" for c in moved if c.to)
    commands: Mapping[str, str] = {"requirements": "\n".join(requirements)}
    if not written:
        commands = installers(requirements, observation, dry=not isinstance(proof, Proven))
    settles = tuple(dict.fromkeys(f.rule for f in targets))
    return Remedy("pins", said(plan, observation), plan.changes, requirements, commands, settles, proof)


def said(plan: Plan, observation: Observation) -> str:
    """What a plan does, and which packages of the path stay as they are."""
    parts = [_one(c) for c in plan.moved]
    moved = {c.name for c in plan.moved}
    path = ("scikit-learn", "skl2onnx", "onnx", "onnxruntime", "mlflow")
    kept = [f"{n} {observation.version(n)}" for n in path if observation.version(n) and n not in moved]
    keeps = f" This keeps {' and '.join([', '.join(kept[:-1]), kept[-1]] if kept[1:] else kept)}." if kept else ""
    new = len([c for c in plan.changes if not c.was and c.name not in plan.asked])
    along = f" {new} new {'package comes' if new == 1 else 'packages come'} along." if new else ""
    return f"{'; '.join(parts)}.{keeps}{along}"


def _one(change: Change) -> str:
    if not change.was:
        return f"Install {change.name} {change.to}"
    if not change.to:
        return f"Remove {change.name} {change.was}"
    return f"Move {change.name} from {change.was} to {change.to}"
