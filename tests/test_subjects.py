"""What a report is about: an environment, or what a training made; and a format that is new."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from types import ModuleType
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from checker.commands.parsing import parse
from checker.knowledge import Knowledge
from checker.model import (
    Artifact,
    Basis,
    Case,
    Failure,
    Finding,
    Observation,
    Passed,
    Patient,
    Report,
    Severity,
    Stage,
    rule,
)
from checker.reporters import REPORTERS, Reporter, digest, text
from checker.rules import diagnose, rules_over
from checker.rules.environment import ALL

from .golden import path_of
from .reports import blocked
from .test_reporters import NASTY, SCHEMA, everything

REFUSED = Failure(Stage.LOAD, "model.onnx", 0.2, "Fail", "Unsupported model IR version: 9, max supported IR version: 8")
MODEL = Artifact(
    "runs/7/model.onnx", "onnx", "skl2onnx 1.17.0", 9, {"ai.onnx": 19, "ai.onnx.ml": 3},
    (Passed(Stage.CHECK, "model.onnx", 0.1), REFUSED), ("its training is not known",),
)  # fmt: skip


@rule("The place does not load the model's IR version", Stage.LOAD)
def ir_beyond_place(case: Case[Artifact]) -> Iterator[Finding]:
    """A stub."""
    for failure in case.subject.failures(Stage.LOAD):
        said = f"The model has IR version {case.subject.ir}."
        yield Finding(
            Severity.BLOCKER, Stage.LOAD, Basis.SEEN, failure.subject, said, ("skl2onnx",), explains=(failure.step,)
        )


@rule("A model is refused", Stage.LOAD, generic=True)
def refused(case: Case[Artifact]) -> Iterator[Finding]:
    """A stub that gives way to the other."""
    for failure in case.subject.failures():
        yield Finding(Severity.BLOCKER, Stage.LOAD, Basis.SEEN, "any", "Refused.", explains=(failure.step,))


TABLE = (refused, ir_beyond_place)


def report(made: Artifact = MODEL) -> Report:
    """The report of the stub rules about an artifact."""
    findings = diagnose(Case(made, None, Knowledge()), TABLE)
    return Report(made, None, Patient((), "python3.11", ""), findings, (), {"look": 0.1}, "2026-07-01")


def test_every_kind_of_subject_has_its_rules() -> None:
    assert {*rules_over(Observation), *rules_over(Artifact)} == {*ALL}
    assert diagnose(Case(replace(MODEL, outcomes=()), None, Knowledge())) == ()


def test_a_rule_fills_in_its_name_and_a_generic_one_gives_way() -> None:
    assert [f.rule for f in report().findings] == ["ir-beyond-place"]
    assert [f.rule for f in refused(Case(MODEL, None, Knowledge()))] == ["refused"]
    assert ir_beyond_place not in ALL


def test_a_report_about_an_artifact_has_no_environment() -> None:
    environment = blocked()
    assert environment.observation is environment.subject
    with pytest.raises(TypeError, match="about an Artifact has no environment"):
        _ = report().observation


#: formats that say what was found beside a line, and nothing else
ON_LINES = ("short", "github", "sarif", "gitlab")


def test_a_report_about_an_artifact_in_every_format() -> None:
    rendered = everything(report())
    for form, page in rendered.items():
        flat = " ".join(page.split())
        assert "skl2onnx 1.17.0" in flat or form in ON_LINES, form
        assert "The model has IR version 9." in flat, form
        assert "not installed" not in flat, form
    jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(rendered["json"]))
    data = json.loads(rendered["json"])
    assert data["environment"] is None
    assert data["artifact"]["opsets"] == {"ai.onnx": 19, "ai.onnx.ml": 3}
    assert "artifact" not in json.loads(REPORTERS["json"].render(blocked()))
    told = {p.get("name"): p.get("value") for p in ET.fromstring(rendered["junit"]).iter("property")}
    assert (told["form"], told["ir version"], told["opsets"]) == ("onnx", "9", "ai.onnx 19, ai.onnx.ml 3")


def test_the_page_of_an_artifact() -> None:
    assert (
        text.render(replace(report(), findings=(), timings={}))
        == """\
Ready: model.onnx
  Path        runs/7/model.onnx
  Form        onnx
  Producer    skl2onnx 1.17.0
  IR version  9
  Opsets      ai.onnx 19, ai.onnx.ml 3

  Tried: 1 model: 1 of 2 steps failed.
  1 note (--verbose shows all).
"""
    )
    page = text.render(replace(report(), findings=(), timings={}), verbose=True)
    assert (
        page.partition("-" * 80 + "\n\n")[2]
        == """\
Artifact
  Path        runs/7/model.onnx
  Form        onnx
  Producer    skl2onnx 1.17.0
  IR version  9
  Opsets      ai.onnx 19, ai.onnx.ml 3

Tried
  1 model: 1 of 2 steps failed.

  model       check  load
  model.onnx  ok     FAILED

Error messages
  load: model.onnx
    Fail: Unsupported model IR version: 9, max supported IR version: 8

Notes
  -  its training is not known.

Knowledge of 2026-07-01.
"""
    )


@pytest.mark.parametrize("value", ["", NASTY], ids=["empty", "nasty"])
def test_an_artifact_that_tells_nothing_or_too_much(value: str) -> None:
    made = Artifact(value, value, value, opsets={value: 1} if value else {}, remarks=(value,))
    rendered = everything(report(made))
    assert all(page.endswith("\n") for page in rendered.values())
    jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(rendered["json"]))
    ET.fromstring(rendered["junit"])


def test_a_reporter_is_one_file_and_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """CONTRIBUTING.md, "A reporter, in five steps": after the third, the format is there wherever formats are."""
    module = ModuleType("checker.reporters.one_line")
    module.render = lambda report: f"{digest.headline(report)}: {digest.about(report)}\n"  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setitem(REPORTERS, "one-line", Reporter("one_line", "log"))
    assert everything(blocked())["one-line"] == "Blocked at convert: train.py\n"
    assert everything(report())["one-line"] == "Blocked at load: model.onnx\n"
    assert parse(["preflight", "--format", "one-line"]).format == "one-line"
    assert path_of("blocked", "one-line").name == "blocked.log"
