"""The JSON report, version 1: changes are additive only; `schemas/report.schema.json` describes it."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from ..model import Failure, Finding, OnnxModel, Outcome, Proven, Refuted, Remedy, Report, Tensor, Unproven
from ..policy.ignores import snippet
from ..version import __version__
from . import digest
from .printable import safe
from .servers.told import locate, sources_of

#: longest text in the report, in characters
LIMIT = 8000


def render(report: Report) -> str:
    """ASCII only, keys in the documented order, two spaces of indentation, a newline at the end."""
    return json.dumps(as_data(report), indent=2, allow_nan=False) + "\n"


def as_data(report: Report) -> dict[str, Any]:
    """The report as plain JSON data."""
    data = {
        "schema_version": 1,
        "tool": {"name": "sklearn-onnx-checker", "version": __version__, "matrix_date": report.matrix_date},
        "verdict": report.verdict,
        "patient": {"label": report.patient.label, "why": report.patient.why},
        "script": list(report.script.paths) if report.script else None,
        **subject(report),
        **places(report),
        "rehearsed": [asdict(one) for one in report.environment.rehearsed] if report.environment else [],
        "findings": [finding(f, report) for f in report.findings],
        **ignored(report),
        "outcomes": [outcome(o) for o in report.subject.outcomes],
        "remedies": [remedy(r) for r in report.remedies],
        "refuted": [refuted(r) for r in report.refuted],
        "notes": digest.notes(report),
        "not_looked_at": digest.unseen(report),
        "timings": report.timings,
    }
    result: dict[str, Any] = plain(data)
    return result


def ignored(report: Report) -> dict[str, Any]:
    """What the project has decided about; nothing where there is none of it."""
    found = [{**finding(one.finding, report), "why": one.why, "old": one.old} for one in report.ignored]
    return {"ignored": found} if found else {}


def places(report: Report) -> dict[str, Any]:
    """Where what is made is to be used; nothing where none was named."""
    found = [
        {"name": p.target.name, "title": p.target.title, "tried": p.tried, "untried": p.untried, "named_by": p.where}
        for p in report.places
    ]
    typed = {place: list(statements) for place, statements in report.statements}
    return ({"targets": found} if found else {}) | ({"statements": typed} if typed else {})


def subject(report: Report) -> dict[str, Any]:
    """What the report is about: the environment; or the artifact, with the environment that is to use it, or null."""
    if not (made := digest.artifact(report)):
        return {"environment": environment(report)}
    told: dict[str, Any]
    told = {"path": made.path, "form": made.form, "producer": made.producer, "ir": made.ir, "opsets": made.opsets}
    told |= {"size": made.size, "told": dict(made.told), "model": onnx(made.model) if made.model else None}
    told["faults"] = [{"kind": fault.kind, "text": fault.text} for fault in made.faults]
    return {"environment": environment(report) if report.environment else None, "artifact": told}


def onnx(model: OnnxModel) -> dict[str, Any]:
    """The graph of an ONNX file."""
    return {
        "graph": model.graph,
        "domain": model.domain,
        "version": model.version,
        "inputs": [tensor(one) for one in model.inputs],
        "outputs": [tensor(one) for one in model.outputs],
        "operators": [{"domain": o.domain, "name": o.name, "count": o.count} for o in model.operators],
        "constants": model.initializers,
        "constant_bytes": model.initializer_bytes,
        "external": [asdict(one) for one in model.external],
        "functions": [{"domain": domain, "name": name} for domain, name in model.functions],
        "metadata": model.metadata,
    }


def tensor(one: Tensor) -> dict[str, Any]:
    """An input or output of it."""
    return {"name": one.name, "type": one.kind, "shape": None if one.shape is None else list(one.shape)}


def environment(report: Report) -> dict[str, Any]:
    """The patient: the path's distributions first, the others in search order."""
    seen = report.observation
    return {
        "python": seen.python,
        "executable": seen.executable,
        "platform": seen.platform,
        "imported": seen.imported,
        "distributions": [
            {"name": d.name, "version": d.version, "location": d.location} for d in digest.distributions(report)
        ],
    }


def finding(found: Finding, report: Report) -> dict[str, Any]:
    """One finding, without what is only ours (advice, echoes)."""
    return {
        "rule": found.rule,
        "severity": found.severity.value,
        "stage": found.stage.value,
        "basis": found.basis.value,
        "measured": found.measured,
        "subject": found.subject,
        "message": safe(found.message, LIMIT),
        "culprits": found.culprits,
        "evidence": [safe(text, LIMIT) for text in found.evidence],
        "references": found.references,
        "out_of_scope": found.out_of_scope,
        "ignore": snippet(found, report.script),
        "location": location(found, report),
    }


def location(found: Finding, report: Report) -> dict[str, Any] | None:
    """The line of a file of the user's that it is about, None where it is about no file."""
    place = locate(report, found, sources_of(report))
    return {"path": safe(place.rooted), "line": place.line} if place else None


def outcome(result: Outcome) -> dict[str, Any]:
    """One step, flattened: what does not apply is "" or null."""
    failure = result if isinstance(result, Failure) else None
    return {
        "subject": result.subject,
        "stage": result.stage.value,
        "passed": failure is None,
        "type": failure.type if failure else "",
        "text": safe(failure.text, LIMIT) if failure else "",
        "where": digest.place(failure.frames) if failure else "",
        "seconds": result.seconds,
        "max_abs_difference": number(result.facts.get("max_abs_difference")),
        "label_flips": number(result.facts.get("label_flips")),
        "chain": [{"type": kind, "text": safe(text, LIMIT)} for kind, text in failure.chain] if failure else [],
        "facts": plain({k: v for k, v in sorted(result.facts.items(), key=str) if k != "model"}, LIMIT),
    }


def remedy(way: Remedy) -> dict[str, Any]:
    """One remedy, with what was proven of it."""
    return {
        "kind": way.kind,
        "text": way.text,
        "changes": [{"name": c.name, "was": c.was, "to": c.to} for c in way.changes],
        "requirements": way.requirements,
        "commands": way.commands,
        "settles": way.settles,
        "proof": proof(way.proof),
    }


def proof(known: Proven | Unproven) -> dict[str, Any]:
    """Whether a remedy was seen to work, and where; or why it was not tried, or not to the end."""
    if isinstance(known, Unproven):
        return {"proven": False, "why": safe(known.why, LIMIT)}
    outcomes = [outcome(o) for o in known.outcomes]
    return {"proven": True, "why": known.how, "lock": known.lock, "seconds": known.seconds, "outcomes": outcomes}


def refuted(tried: Refuted) -> dict[str, Any]:
    """A change that was tried in vain, or is known to fail."""
    changes = [{"name": c.name, "was": c.was, "to": c.to} for c in tried.plan.changes]
    return {"changes": changes, "text": safe(tried.text, LIMIT), "why": safe(tried.why, LIMIT), "tried": tried.tried}


def number(value: Any) -> float | None:
    """A finite number, or None; the facts keep "inf" and "nan" as texts."""
    return float(value) if isinstance(value, (int, float)) and math.isfinite(value) else None


def plain(value: Any, limit: int = 0) -> Any:
    """The same value in JSON's own types, texts made safe and cut to `limit`, numbers that JSON lacks as texts."""
    if isinstance(value, Mapping):
        return {safe(k, limit): plain(v, limit) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v, limit) for v in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value if value is None or isinstance(value, (bool, int, float)) else safe(value, limit)
