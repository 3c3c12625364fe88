"""Recordings of real environments, replayed: what was concluded of each, and what must hold for all.

The recordings lie under recorded/, with the scripts that they were made with, and expected.json says what each concludes;
recording.py makes a new one.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from checker.knowledge import Knowledge
from checker.model import Failure, Finding, Frame, Observation, Report, Severity, Stage, Step
from checker.pipeline import preflight
from checker.remedy.wording import make_remedies
from checker.request import Request
from checker.rules import diagnose, rank
from checker.rules.environment import ALL, ENVIRONMENT

from .cases import case, script

RECORDED = Path(__file__).parent / "recorded"
EXPECTED: dict[str, dict[str, Any]] = json.loads((RECORDED / "expected.json").read_text(encoding="utf-8"))
BLOCKED = sorted(n for n, e in EXPECTED.items() if e["verdict"] == "blocked")
HEALTHY = sorted(n for n, e in EXPECTED.items() if e["verdict"] != "blocked")
#: rules that no recording shows first, with the reason
UNRECORDED = {
    "measured-otherwise": "it is about measurements that are wrong, or about machines that differ",
    "other-release-wanted": "what is wanted is no part of what is recorded",
    "known-bad-release": "a static look at such a release needs no environment: the tables say it all",
    "opset-beyond-converter": "only converters of one time come to it, by models of their own",
    "run-failed": "every failure at run that was found has a rule of its own",
    "saved-by-another-release": "a recording replays a script, and it speaks of a file of a model; its tests make such files",
    "tracking-server": "it is seen with a server that is made beside the environment, which no recording holds",
    "tracking-server-unknown": "a note about what nobody has looked at: the tables say it all",
    "mlflow-loading": "every environment that was found lacks onnxruntime, which has its own finding",
}
#: folders of this machine that no recording may name
PRIVATE = re.compile(r"/(?:tmp|root|work|Users|builds?)/|/home/(?!ana/)")
MOST_BYTES = 30_000


def frames(name: str) -> str:
    return gzip.decompress((RECORDED / f"{name}.jsonl.gz").read_bytes()).decode("utf-8")


@pytest.fixture(scope="module")
def replay(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """name -> report of a recording."""
    folder = tmp_path_factory.mktemp("recorded")

    @cache
    def report(name: str) -> Report:
        script = RECORDED / f"{name.removesuffix('-unimported')}.py"
        recorded = folder / f"{name}.jsonl"
        recorded.write_text(frames(name), encoding="utf-8")
        return preflight(Request(scripts=(script,) if script.exists() else (), recorded=recorded))

    return report


def blockers(report: Report) -> list[Finding]:
    return [f for f in report.findings if f.severity is Severity.BLOCKER]


def test_the_table_is_complete() -> None:
    assert set(EXPECTED) == {p.name.removesuffix(".jsonl.gz") for p in RECORDED.glob("*.jsonl.gz")}
    used = {n.removesuffix("-unimported") for n in EXPECTED}
    assert {p.stem for p in RECORDED.glob("*.py")} <= used


@pytest.mark.parametrize("name", BLOCKED)
def test_blocked(name: str, replay: Any) -> None:
    report, expected = replay(name), EXPECTED[name]
    first = report.findings[0]
    assert report.verdict == "blocked"
    assert (first.rule, first.stage.value, list(first.culprits[:3])) == (
        expected["rule"],
        expected["stage"],
        expected["culprits"],
    )
    assert len(blockers(report)) == expected["blockers"]


@pytest.mark.parametrize("name", HEALTHY)
def test_healthy(name: str, replay: Any) -> None:
    report = replay(name)
    assert report.verdict == EXPECTED[name]["verdict"]
    assert blockers(report) == []


def test_every_rule_was_recorded(replay: Any) -> None:
    """Each rule over environments shows in a recording; each that can block has a recording that it blocks, and one that comes near it and is healthy."""
    shown = {f.rule for n in EXPECTED for f in replay(n).findings}
    assert {r.id for r in ENVIRONMENT} - shown == set(UNRECORDED)
    blocking = {f.rule for n in BLOCKED for f in blockers(replay(n))}
    near = {rule for n in HEALTHY for rule in EXPECTED[n]["near"]}
    assert near <= {r.id for r in ALL}
    assert blocking - near <= {*LITERAL_ONLY}


#: blocking rules without a healthy recording that comes near them: their tables alone say where they stay away
LITERAL_ONLY = (
    "no-wheel-for-python",
    "requirements-conflict",
    "stale-kernel",
    "installs-over-import",
    "fit-failed",
    "converter-missing",
    "removed-in-converter",
    "conversion-failed",
    "operator-without-kernel",
    "system-locale",
    "custom-operator",
)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_recording_is_small_and_names_no_machine(name: str) -> None:
    text = frames(name)
    assert (RECORDED / f"{name}.jsonl.gz").stat().st_size < MOST_BYTES
    assert PRIVATE.findall(text) == []
    assert all(json.loads(line)["frame"] for line in text.splitlines())


# --- what holds for all ----------------------------------------------------------------------------------------


def explained(findings: tuple[Finding, ...]) -> set[Step]:
    return {k for f in findings for k in f.explains}


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_nothing_seen_is_silent(name: str, replay: Any) -> None:
    report = replay(name)
    failures = {f.step for f in report.observation.failures()}
    assert failures <= explained(report.findings)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_findings_are_sorted_and_said_once(name: str, replay: Any) -> None:
    findings = replay(name).findings
    assert [rank(f) for f in findings] == sorted(rank(f) for f in findings)
    said = [(f.rule, f.message) for f in findings]
    assert len(said) == len(set(said))


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_findings_read_well(name: str, replay: Any) -> None:
    for finding in replay(name).findings:
        assert "\n" not in finding.message
        assert "  " not in finding.message
        assert "None" not in finding.message
        assert len(finding.message) < 600
        assert finding.message[0] not in ",.: "


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_advice_is_of_a_known_kind_and_removes_no_search_path_folder(name: str, replay: Any) -> None:
    report = replay(name)
    folders = {*report.observation.system["path"], *(d.location for d in report.observation.distributions)} - {""}
    for advice in (a for f in report.findings for a in f.advice):
        assert advice.kind in {"pins", "code", "action"}
        assert advice.text
        assert all(name and " " not in name for name, _ in advice.changes)
        assert not [
            line for line in advice.lines if line.startswith("rm ") and line.rstrip("'/").endswith(tuple(folders))
        ]


@pytest.mark.parametrize("name", BLOCKED)
def test_a_blocker_says_what_to_do(name: str, replay: Any) -> None:
    report = replay(name)
    assert all(f.advice for f in blockers(report))
    assert report.remedies


@pytest.mark.parametrize("name", BLOCKED)
def test_the_environment_alone_is_judged_too(name: str, replay: Any) -> None:
    """The same observation without its script: every failure still has a finding."""
    observation = replay(name).observation
    findings = diagnose(replace(case(), subject=observation))
    assert {f.step for f in observation.failures()} <= explained(findings)


# --- weird observations ----------------------------------------------------------------------------------------

EMPTY = Observation("", "", "", {})
ODD_TEXTS = (
    "",
    "\n\n",
    "line\nline\n'module' has no attribute 'x'\n",
    "No module named ''",
    "module '' has no attribute ''",
    "x" * 4_000,
    "\x00\ud800 %s {}",
    "cannot import name",
)
ODD_TYPES = (
    "",
    "ImportError",
    "ModuleNotFoundError",
    "AttributeError",
    "TypeError",
    "Crash",
    "TimeOut",
    "NeverHeardOf",
    "Disagreement",
    "EdgeDisagreement",
)
#: the stages that have steps: an installation is looked at, and targets are not asked yet
STEPS = tuple(s for s in Stage if s not in (Stage.INSTALL, Stage.TARGET))
ODD_FRAMES = (
    (),
    (Frame("", "", "", 0),),
    (Frame("<string>", "a.b", "", -1), Frame("C:\\env\\site-packages\\onnx\\x.py", "onnx\nx", "f", 1)),
)


def odd_failures() -> Iterator[Failure]:
    for stage in STEPS:
        for kind in ODD_TYPES:
            for text in ODD_TEXTS:
                for frames in ODD_FRAMES:
                    yield Failure(stage, f"odd\nname {kind}", 0.0, kind, text, frames=frames)


def test_an_empty_observation() -> None:
    findings = diagnose(replace(case(), subject=EMPTY))
    assert [f.rule for f in findings if f.severity is Severity.BLOCKER] == ["missing-package"] * 3
    assert diagnose(replace(case(), subject=EMPTY, script=script(imports=""))) == ()


@pytest.mark.parametrize("knowing", [True, False], ids=["knowledge", "none"])
def test_any_failure_has_a_finding(knowing: bool) -> None:
    """Whatever a step says (in at most the 4000 characters that are kept), nothing is raised and nothing is silent: every stage, odd types, words and tracebacks."""
    for stage in STEPS:
        failures = tuple(f for f in odd_failures() if f.stage is stage)
        known = case() if knowing else replace(case(), knowledge=Knowledge())
        for failure in failures:
            findings = diagnose(replace(known, subject=replace(EMPTY, outcomes=(failure,))))
            assert failure.step in explained(findings), (stage, failure.type, failure.text[:40])
            assert make_remedies(findings, EMPTY) is not None
        together = diagnose(replace(known, subject=replace(known.subject, outcomes=failures)))
        assert {f.step for f in failures} <= explained(together)
