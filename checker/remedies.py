"""From findings to remedies: today advice in words, marked unproven."""

from __future__ import annotations

from collections.abc import Sequence

from .model import Advice, Change, Finding, Observation, Remedy, Severity, Unproven

#: why nothing that is printed has been tried
NOT_TRIED = "it follows from the finding and was not tried in an environment"


def remedies(findings: Sequence[Finding], observation: Observation) -> tuple[Remedy, ...]:
    """One remedy for each advice of the findings that matter, in their order."""
    serious = [f for f in findings if f.severity is not Severity.NOTE and not f.beside]
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
    return Remedy(
        advice.kind,
        advice.text,
        changes,
        requirements,
        commands(advice, requirements, observation),
        settles,
        Unproven(NOT_TRIED),
    )


def commands(advice: Advice, requirements: tuple[str, ...], observation: Observation) -> dict[str, str]:
    """What to type: installer lines for pins, the given lines otherwise; none where the release is left open.

    An installer moves whatever it likes to make room for a request, so that what was not tried is a dry run.
    """
    if advice.kind != "pins":
        return {"code" if advice.kind == "code" else "shell": "\n".join(advice.lines)} if advice.lines else {}
    if not requirements:
        return {}
    quoted = " ".join(f"'{r}'" for r in requirements)
    return {
        "uv": f"uv pip install --dry-run --python {observation.executable} {quoted}",
        "pip": f"{observation.executable} -m pip install --dry-run {quoted}",
    }
