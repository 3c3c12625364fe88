"""Literal observations for the tests of the rules: an environment in which all is well, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from checker.knowledge import Knowledge, load
from checker.model import (
    Canary,
    Case,
    Column,
    Damage,
    Distribution,
    Failure,
    Finding,
    Frame,
    Import,
    Install,
    Interface,
    Loaded,
    Logging,
    Observation,
    Origin,
    Otherwise,
    Passed,
    Script,
    Severity,
    Stage,
    Unresolved,
)
from checker.rules import diagnose

SITE = "/env/lib/python3.11/site-packages"
#: a sound stack: (distribution, version, top-level module)
SOUND = (
    ("numpy", "1.26.4", "numpy"),
    ("scipy", "1.13.1", "scipy"),
    ("pandas", "2.2.3", "pandas"),
    ("scikit-learn", "1.5.2", "sklearn"),
    ("protobuf", "4.25.8", "google"),
    ("onnx", "1.16.2", "onnx"),
    ("onnxruntime", "1.19.2", "onnxruntime"),
    ("skl2onnx", "1.17.0", "skl2onnx"),
    ("mlflow", "2.16.2", "mlflow"),
)
#: the script's own canary, unless a test names another
MODEL = "train.py:9 Model"
BLOCKER, WARNING, NOTE = Severity.BLOCKER, Severity.WARNING, Severity.NOTE

Fact = Distribution | Damage | Origin | Unresolved | Interface | Loaded | Passed | Failure | Otherwise
_PLACES: Mapping[type, str] = {
    Distribution: "distributions",
    Damage: "damages",
    Origin: "origins",
    Unresolved: "unresolved",
    Interface: "interfaces",
    Loaded: "loaded",
    Passed: "outcomes",
    Failure: "outcomes",
    Otherwise: "otherwise",
}


@dataclass(frozen=True)
class Fires:
    """A case, and the finding that must stand first."""

    case: Case[Observation]
    severity: Severity
    stage: Stage
    culprits: tuple[str, ...]
    #: words that the message must hold
    says: str


@cache
def knowledge() -> Knowledge:
    """The knowledge that ships with the checker."""
    return load()


def dist(
    name: str, version: str, module: str = "", requires: tuple[str, ...] = (), location: str = SITE
) -> Distribution:
    return Distribution(name, version, location, requires, modules=(module or name.replace("-", "_"),))


def sound(**versions: str) -> tuple[Distribution, ...]:
    """The sound stack with other versions of some (`scikit_learn="1.6.0"`); "" leaves one out."""
    asked = {name.replace("_", "-"): version for name, version in versions.items()}
    found = [(n, asked.get(n, v), m) for n, v, m in SOUND]
    return tuple(dist(n, v, m) for n, v, m in found if v)


def at(path: str, line: int = 1, function: str = "<module>") -> Frame:
    """A traceback line in a file of site-packages."""
    module = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    return Frame(f"{SITE}/{path}", module, function, line)


def failed(
    stage: Stage,
    subject: str,
    kind: str,
    text: str,
    *frames: Frame,
    chain: tuple[tuple[str, str], ...] = (),
    output: str = "",
    facts: Mapping[str, Any] | None = None,
) -> Failure:
    return Failure(stage, subject, 0.1, kind, text, chain or ((kind, text),), frames, output, facts or {})


def works(stage: Stage, *subjects: str) -> tuple[Passed, ...]:
    """Steps that worked; an import tells its file."""
    return tuple(
        Passed(stage, s, 0.1, {"file": f"{SITE}/{s}/__init__.py"} if stage is Stage.IMPORT else {}) for s in subjects
    )


def canary(name: str = MODEL, make: str = "sklearn.linear_model.Ridge()", **fields: Any) -> Canary:
    return Canary(name, make, ("sklearn.linear_model",), (Column("x0", "float32"),), where="train.py:9", **fields)


def script(
    *canaries: Canary,
    imports: str = "sklearn skl2onnx onnxruntime",
    calls: Mapping[str, str] | None = None,
    installs: tuple[Install, ...] = (),
) -> Script:
    """A script that imports those modules and asks for those models."""
    found = tuple(Import(module, "", f"train.py:{i}") for i, module in enumerate(imports.split(), 1))
    return Script(("train.py",), found, canaries, installs, calls or {})


def logged(**fields: Any) -> Canary:
    """A model that the script logs with MLflow."""
    return canary(logging=Logging(), **fields)


def seen(
    *facts: Fact,
    python: str = "3.11.7",
    imported: bool = True,
    variables: Mapping[str, str] | None = None,
    stack: tuple[Distribution, ...] | None = None,
) -> Observation:
    """An observation of the sound stack, or of another one, with what else was seen of it."""
    places: dict[str, list[Any]] = {place: [] for place in _PLACES.values()}
    places["distributions"] += sound() if stack is None else stack
    for fact in facts:
        places[_PLACES[type(fact)]].append(fact)
    system = {"variables": dict(variables or {}), "prefix": "/env", "path": ["", SITE]}
    return Observation(
        python, "/env/bin/python", "Linux-x86_64", system, imported=imported, **{k: tuple(v) for k, v in places.items()}
    )


def case(*facts: Fact, uses: Script | None = None, **fields: Any) -> Case[Observation]:
    """A case with the shipped knowledge; `uses` is the script, the other fields are those of `seen`."""
    return Case(seen(*facts, **fields), uses, knowledge())


def fires(rule: str, expected: Fires) -> None:
    """Assert that a finding of that rule stands first, as expected, and that nothing else blocks."""
    findings = diagnose(expected.case)
    assert findings, "nothing was found"
    first = findings[0]
    assert (first.rule, first.severity, first.stage, first.culprits) == (
        rule,
        expected.severity,
        expected.stage,
        expected.culprits,
    ), first
    assert expected.says in first.message
    assert readable(first)
    assert [f.rule for f in findings if f.severity is BLOCKER] == [rule] * (expected.severity is BLOCKER)


def stays(rule: str, healthy: Case[Observation]) -> None:
    """Assert that the rule finds nothing."""
    assert rule not in [f.rule for f in diagnose(healthy)]


def readable(finding: Finding) -> bool:
    """Whether a message is one line that ends no word in the air and leaves no gap of a missing name."""
    message = finding.message
    return bool(message) and "\n" not in message and "  " not in message and " ()" not in message and len(message) < 600
