"""Remedies in words: what the rules advise, what a plan changes, and what to type for it."""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping, Sequence

from ..knowledge.facts import within
from ..model import Advice, Change, Finding, Observation, Plan, Proven, Remedy, Report, Severity, Unproven
from ..names import required_name
from ..texts import shell_word

_IN_VENV = r".venv\Scripts\python" if sys.platform == "win32" else ".venv/bin/python"
#: releases of pip that can say what they would do (https://pip.pypa.io/en/stable/news/)
_KNOWS_DRY_RUN = ">=22.2"
#: lock file -> the command that locks a release in it
LOCKING = {"uv.lock": "uv add", "poetry.lock": "poetry add", "Pipfile.lock": "pipenv install"}
#: why nothing that is printed has been tried
NOT_TRIED = "this is advice, it was not tried in an environment"


def make_remedies(findings: Sequence[Finding], observation: Observation, lasts: bool = True) -> tuple[Remedy, ...]:
    """One remedy for each advice of the findings that matter, in their order.

    `lasts`: False for an environment that is gone after the look, so that only its requirements can be changed.
    """
    made: dict[tuple[str, str], Remedy] = {}
    for finding in findings:
        if finding.severity is Severity.NOTE or finding.out_of_scope:
            continue
        for advice in finding.advice:
            known = made.get((advice.kind, advice.text))
            settles = dict.fromkeys((*(known.settles if known else ()), finding.rule))
            made[advice.kind, advice.text] = make_remedy(advice, tuple(settles), observation, lasts)
    return tuple(made.values())


def make_remedy(advice: Advice, settles: tuple[str, ...], observation: Observation, lasts: bool = True) -> Remedy:
    """A remedy of one advice, with the commands for this patient; none that names an interpreter that is then gone."""
    requirements = tuple(
        f"{name}{specifier}" for name, specifier in advice.changes if specifier or observation.version(name) is None
    )
    commands: Mapping[str, str] = {}
    if advice.kind == "pins":
        commands = make_install_commands(requirements, observation, dry=True) if lasts else make_lines(requirements)
    elif advice.lines and (lasts or not any(observation.prefix in line for line in advice.lines)):
        commands = {"code" if advice.kind == "code" else "shell": "\n".join(advice.lines)}
    return Remedy(
        kind=advice.kind,
        text=advice.text,
        changes=tuple(Change(name, observation.version(name) or "", specifier) for name, specifier in advice.changes),
        requirements=requirements,
        commands=commands,
        settles=settles,
        proof=Unproven(NOT_TRIED),
    )


def make_plan_remedy(
    plan: Plan,
    targets: Sequence[Finding],
    report: Report,
    proof: Proven | Unproven,
    *,
    places: Mapping[str, str] | None = None,
) -> Remedy:
    """The remedy that a plan is; `places`: name -> where the requirement files ask for it, which are to be changed."""
    elsewhere = _asked_elsewhere(plan)
    named = (f"{c.name}=={c.to}" if c.to else elsewhere.get(c.name, "") for c in plan.moved)
    requirements = tuple(filter(None, named))
    commands: Mapping[str, str] = make_lines(requirements, places or {}, plan.gone)
    silent = {*plan.gone}.difference(places or {})
    if report.patient.lasts:
        dry, silent = not isinstance(proof, Proven), set()
        commands = make_install_commands(requirements, report.observation, dry, plan.gone)
    return Remedy(
        kind="pins",
        text=describe_plan(plan, report.observation, silent),
        changes=plan.changes,
        requirements=requirements,
        commands=commands,
        settles=tuple(dict.fromkeys(f.rule for f in targets)),
        proof=proof,
    )


def make_lines(
    requirements: Sequence[str], places: Mapping[str, str] | None = None, gone: Sequence[str] = ()
) -> dict[str, str]:
    """What is to stand in the requirement files, and in the place of which line; nothing where there is none.

    A lock file is changed by the tool that made it. `gone` are the packages of which no line may be left.
    """
    files = {place.rpartition(":")[0] for place in (places or {}).values()}
    if requirements and (command := next((text for file, text in LOCKING.items() if file in files), "")):
        return {"shell": " ".join((command, *(f"'{requirement}'" for requirement in requirements)))}
    told = [f"{r}  # {places.get(required_name(r)) or 'a new line'}" if places else r for r in requirements]
    told += [f"# without {name}  # {places[name]}" for name in gone if places and name in places]
    return {"requirements": "\n".join(told)} if requirements else {}


def make_install_commands(
    requirements: Sequence[str], observation: Observation, dry: bool, gone: Sequence[str] = ()
) -> dict[str, str]:
    """Installer -> what to type; nothing where the release is left open.

    An installer moves whatever it likes to make room for a request, so that what was not tried is a dry run. What is
    `gone` is removed first: whoever removes it takes the files along that it shares with the rest.
    """
    if not requirements:
        return {}
    quoted, python = " ".join(f"'{r}'" for r in requirements), shell_word(observation.executable)
    option = " --dry-run" if dry else ""
    if observation.system.get("managed"):  # beside the system's own, with everything that is installed there
        uv = f"uv venv --system-site-packages --python {python} .venv\nuv pip install{option} --python .venv {quoted}"
        pip = f"{python} -m venv --system-site-packages .venv\n{_IN_VENV} -m pip install{option} {quoted}"
        return {"uv": uv, "pip": pip}
    uv, pip = _make_removals(() if dry else gone, python)
    commands = {"pip": f"{pip}{python} -m pip install{option} {quoted}"}
    if not observation.version("pip") and observation.distributions:
        commands = {"pip": f"{python} -m ensurepip\n{commands['pip']}"}
    elif dry and not within(observation.version("pip") or "99", _KNOWS_DRY_RUN):
        commands = {}
    if observation.system.get("conda"):
        told = f"conda install{option} --prefix {shell_word(observation.prefix)} {quoted.replace('==', '=')}"
        own = any(d.installer == "conda" for d in observation.distributions if d.name in gone)
        return {"conda": told if own else f"{pip}{told}", **commands}
    return {"uv": f"{uv}uv pip install{option} --python {python} {quoted}", **commands}


def _make_removals(gone: Sequence[str], python: str) -> tuple[str, str]:
    """The lines for uv and for pip that remove packages, "" for none."""
    names = " ".join(gone)
    uv, pip = f"uv pip uninstall --python {python} {names}\n", f"{python} -m pip uninstall --yes {names}\n"
    return (uv, pip) if names else ("", "")


def describe_plan(plan: Plan, observation: Observation, silent: Collection[str] = ()) -> str:
    """What a plan does, and which packages of the path stay as they are; nothing of what is `silent`."""
    moved = {c.name for c in plan.moved}
    path = ("scikit-learn", "skl2onnx", "onnx", "onnxruntime", "mlflow")
    kept = [f"{n} {observation.version(n)}" for n in path if observation.version(n) and n not in moved]
    keeps = f" This keeps {' and '.join([', '.join(kept[:-1]), kept[-1]] if kept[1:] else kept)}." if kept else ""
    new = len([c for c in plan.changes if not c.was and c.name not in plan.asked])
    along = f" {new} new {'package comes' if new == 1 else 'packages come'} along." if new else ""
    elsewhere = _asked_elsewhere(plan)
    why = {name: _explain_removal(name, plan, observation) for name in plan.gone}
    first = sorted(plan.moved, key=lambda c: (c.name not in plan.asked, c.name not in why))
    told = "; ".join(
        _describe_change(c, elsewhere.get(c.name, ""), why.get(c.name, "")) for c in first if c.name not in silent
    )
    return f"{told}.{keeps}{along}"


def _asked_elsewhere(plan: Plan) -> dict[str, str]:
    """Name -> requirement of what a plan asks for on other systems than this one, so that here it goes."""
    return {required_name(wish): wish for wish in plan.wishes if ";" in wish}


def _explain_removal(name: str, plan: Plan, observation: Observation) -> str:
    """Why a part of what moves goes, to be put behind the words that it does."""
    others = {other for d in observation.distributions if d.name == name for other in d.shares}
    over = [c.name for c in plan.moved if c.to and c.name in others]
    lie = f", and its files lie over those of {' and '.join(over)}" if over else ""
    return f": nothing requires it after this change{lie}"


def _describe_change(change: Change, elsewhere: str, why: str) -> str:
    if not change.to and elsewhere:
        return f"Ask for {change.name} only where {elsewhere.partition(';')[2].strip()}"
    if not change.was:
        return f"Install {change.name} {change.to}"
    if not change.to:
        return f"Remove {change.name} {change.was}{why}"
    return f"Move {change.name} from {change.was} to {change.to}"
