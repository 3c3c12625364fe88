"""Reporters: golden files, the JSON schema, and values that are out to break them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from checker.commands.preflight import not_green
from checker.model import (
    Basis,
    Change,
    Damage,
    Distribution,
    Failure,
    Finding,
    Frame,
    Observation,
    Passed,
    Patient,
    Remedy,
    Report,
    Script,
    Severity,
    Stage,
    Step,
    Unproven,
)
from checker.policy.ignores import snippet
from checker.reporters import REPORTERS, as_json, digest, junit, markdown, printable, text
from checker.rules import diagnose
from tests import golden
from tests.cases import case, failed
from tests.reports import REPORTS

ROOT = Path(__file__).parent.parent
SCHEMA = json.loads((ROOT / "schemas" / "report.schema.json").read_text(encoding="utf-8"))
NASTY = (
    "line one\nline two\r\nthree \x1b[31mred\x1b[0m \x1b]0;title\x07 bell\x07 nul\x00 half\udc80 \ufffe "
    "[red]markup[/red] [/] :smile: `a` ``b`` ````c```` | pipe <b>&amp; ]]> </details> 'quote' \"double\" "
    "*star* _under_ \u202eesrever \u2028 \u00e9\u4e2d\U0001f600 \\ \t tab"
)
LONG = "x" * 5000 + " y" * 2500
ODD = (NASTY, LONG, "", "/very/long" * 300, "[bold", "\ud800", "\x1b[", "`" * 12)


def odd_report(value: str) -> Report:
    """A report that says one string wherever a string goes."""
    v = value
    facts: dict[str, Any] = {
        "max_abs_difference": float("inf"),
        "label_flips": float("nan"),
        v: {v: [v, b"\xff", None]},
        "stage": Stage.RUN,
    }
    outcomes = (
        Failure(Stage.RUN, v, 0.1, v, v, ((v, v), (v, v)), (Frame(v, v, v, 1),), v, facts),
        Failure(Stage.IMPORT, v, 0.1, v, v),
        Passed(Stage.CONVERT, v, 0.2, {v: v}),
    )
    findings = tuple(
        Finding(severity, Stage.RUN, Basis.SEEN, v, v, (v, v), (v, v), (v,), explains=(Step(Stage.RUN, v),), rule=v)
        for severity in (Severity.NOTE, Severity.WARNING, Severity.BLOCKER)
    )
    remedy = Remedy("pins", v, (Change(v, v, v),), (v,), {v: v, "code": v}, (v,), Unproven(v))
    distributions = (Distribution(v, v, v), Distribution("numpy", v, v), Distribution("numpy", v, v))
    seen = Observation(v, v, v, {v: v}, distributions, (Damage(v, v, v, v),), outcomes=outcomes, remarks=(v,))
    return Report(seen, Script((v,), notes=(v,)), Patient((v,), v, v), findings, (remedy,), {v: 0.1}, v)


def empty_report() -> Report:
    """A report with nothing in it."""
    return Report(Observation("", "", "", {}), None, Patient((), "", ""), (), (), {}, "")


def everything(report: Report) -> dict[str, str]:
    """The report in every format, the verbose text and the coloured one among them."""
    extra = {
        "verbose": text.render(report, verbose=True),
        "color": text.render(report, color=True),
        "narrow": text.render(report, width=1),
    }
    return {**{form: reporter.render(report) for form, reporter in REPORTERS.items()}, **extra}


@pytest.mark.parametrize("form", REPORTERS)
@pytest.mark.parametrize("name", REPORTS)
def test_golden(name: str, form: str) -> None:
    expected = golden.path_of(name, form).read_text(encoding="utf-8")
    assert golden.rendered(name, form) == expected, "run `python -m tests.golden` and read the difference"


def test_no_golden_file_is_left_over() -> None:
    wanted = {golden.path_of(name, form) for name in REPORTS for form in REPORTERS}
    assert {p for p in golden.HERE.iterdir() if p.suffix != ".py" and p.is_file()} == wanted


@pytest.mark.parametrize("name", REPORTS)
def test_same_report_same_text(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = everything(REPORTS[name]())
    for variable in ("FORCE_COLOR", "COLUMNS", "LINES", "TTY_COMPATIBLE", "JPY_PARENT_PID", "CLICOLOR_FORCE"):
        monkeypatch.setenv(variable, "30")
    assert everything(REPORTS[name]()) == before
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "dumb")
    assert everything(REPORTS[name]()) == before


@pytest.mark.parametrize("name", REPORTS)
def test_verdict_then_cause_then_remedy(name: str) -> None:
    report = REPORTS[name]()
    page = " ".join(text.render(report).split())
    parts = [
        digest.headline(report),
        *(f.message for f in report.findings[:1]),
        *(r.text for r in report.remedies[:1]),
        report.patient.label,
    ]
    places = [page.find(printable.clause(part)) for part in parts]
    assert -1 not in places
    assert places == sorted(places)


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("width", [60, 80, 120])
def test_text_keeps_to_its_width(name: str, width: int) -> None:
    """But for what is typed: a command that is cut in two cannot be copied."""
    report = REPORTS[name]()
    typed = {command for remedy in report.remedies for command in remedy.commands.values()}
    typed |= {row for found in report.findings for row in snippet(found, report.script).split("\n")}
    for row in text.render(report, width=width, verbose=True).splitlines():
        assert len(row) <= width or row.strip() in typed
        assert row == row.rstrip()
        assert row.isascii()


def test_the_first_screen_of_a_blocked_report_holds_the_remedy() -> None:
    for report in (REPORTS["blocked"](), REPORTS["stale"](), REPORTS["parity"](), REPORTS["static"]()):
        page = text.render(report).splitlines()
        assert page.index("What to do") < page.index("-" * 80) < 24
        assert page.index("Environment") > page.index("-" * 80)


def test_long_commands_stay_whole() -> None:
    command = "pip install " + " ".join(f"package-{n}=={n}.0" for n in range(900))
    report = replace(
        REPORTS["blocked"](), remedies=(replace(REPORTS["blocked"]().remedies[0], commands={"pip": command}),)
    )
    for form, rendered in everything(report).items():
        assert command in rendered or form in ("color", "short"), form


@pytest.mark.parametrize(
    ("severities", "headline", "verdict"),
    [
        ((), "Ready", "ready"),
        ((Severity.NOTE,), "Ready", "ready"),
        ((Severity.WARNING, Severity.NOTE), "Ready, with 1 warning", "warnings"),
        ((Severity.WARNING, Severity.WARNING), "Ready, with 2 warnings", "warnings"),
        ((Severity.NOTE, Severity.BLOCKER), "Blocked at convert", "blocked"),
    ],
)
def test_headline(severities: tuple[Severity, ...], headline: str, verdict: str) -> None:
    first = REPORTS["blocked"]().findings[0]
    report = replace(REPORTS["blocked"](), findings=tuple(replace(first, severity=s) for s in severities))
    assert (digest.headline(report), report.verdict) == (headline, verdict)
    assert text.render(report).startswith(f"{headline}: train.py\n")
    failures = ET.fromstring(junit.render(report)).get("failures")
    assert (failures != "0") == (verdict == "blocked")


@pytest.mark.parametrize("value", ODD, ids=range(len(ODD)))
def test_nothing_in_the_values_breaks_a_reporter(value: str) -> None:
    report = odd_report(value)
    for form, rendered in everything(report).items():
        assert rendered.endswith("\n"), form
        rendered.encode("utf-8")
        forbidden = re.findall("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202e\u2028\ufffe]", rendered)
        assert set(forbidden) <= ({"\x1b"} if form == "color" else set()), form
    json.loads(as_json.render(report), parse_constant=pytest.fail)
    ET.fromstring(junit.render(report))
    jsonschema_validate(json.loads(as_json.render(replace(report, findings=report.findings if value else ()))))


def test_markup_of_rich_is_text() -> None:
    assert "[red]markup[/red]" in text.render(odd_report(NASTY), width=1000)
    assert ":smile:" in text.render(odd_report(NASTY), width=1000)


def test_an_empty_report_is_a_report() -> None:
    rendered = everything(empty_report())
    assert rendered["text"].startswith("Ready")
    assert "nothing" in rendered["text"]
    jsonschema_validate(json.loads(rendered["json"]))


@pytest.mark.parametrize("form", ["text", "markdown", "junit", "json"])
def test_long_texts_are_cut_and_say_so(form: str) -> None:
    rendered = REPORTERS[form].render(odd_report(LONG))
    assert "characters left out" in rendered


# --- JSON ------------------------------------------------------------------------------------------------


def jsonschema_validate(data: Any) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    jsonschema.Draft202012Validator(SCHEMA).validate(data)


#: what stands in the JSON only where there is any of it
OPTIONAL = ("artifact", "targets", "statements", "ignored")


@pytest.mark.parametrize("name", REPORTS)
def test_json_follows_the_schema(name: str) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    rendered = as_json.render(REPORTS[name]())
    data = json.loads(rendered)
    jsonschema_validate(data)
    assert rendered == json.dumps(data, indent=2) + "\n"
    assert list(data) == [k for k in SCHEMA["properties"] if k not in OPTIONAL]
    for part, rows in (("finding", data["findings"]), ("outcome", data["outcomes"]), ("remedy", data["remedies"])):
        assert all(list(row) == list(SCHEMA["$defs"][part]["properties"]) for row in rows)
    assert all(list(row) == ["changes", "text", "why", "tried"] for row in data["refuted"])


def test_json_tells_proofs_and_what_was_refuted() -> None:
    data = json.loads(as_json.render(REPORTS["mended"]()))
    proof = data["remedies"][0]["proof"]
    assert (proof["proven"], proof["seconds"]) == (True, 14.2)
    assert "skl2onnx==1.17.0" in proof["lock"]
    assert all(o["passed"] for o in proof["outcomes"])
    assert data["refuted"][0]["changes"] == [{"name": "scikit-learn", "was": "1.5.0", "to": "1.4.2"}]


def test_json_flattens_the_differences() -> None:
    data = json.loads(as_json.render(REPORTS["parity"]()))
    wrong = next(o for o in data["outcomes"] if not o["passed"])
    assert (wrong["type"], wrong["max_abs_difference"], wrong["label_flips"]) == ("Disagreement", 0.4817, 0.3125)
    assert data["remedies"][0]["proof"] == {"proven": False, "why": "remedies are not tried out in this release"}
    assert [d["name"] for d in data["environment"]["distributions"]][:4] == ["numpy", "scipy", "pandas", "scikit-learn"]
    assert json.loads(as_json.render(odd_report("a")))["outcomes"][0]["facts"]["max_abs_difference"] == "inf"


# --- JUnit -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("report", [make() for make in REPORTS.values()] + [odd_report(v) for v in ODD])
def test_junit_counts_itself(report: Report) -> None:
    root = ET.fromstring(junit.render(report))
    (suite,) = root
    kinds = {
        "tests": "testcase",
        "failures": "testcase/failure",
        "errors": "testcase/error",
        "skipped": "testcase/skipped",
    }
    counted = {name: str(len(suite.findall(path))) for name, path in kinds.items()}
    assert {name: suite.get(name) for name in kinds} == counted
    assert root.get("tests") == suite.get("tests") == str(1 + len(report.findings) + len(report.observation.outcomes))
    assert all(
        case.get("name") is not None and case.get("classname") and float(case.get("time", "")) >= 0
        for case in suite.iter("testcase")
    )
    assert (counted["failures"] != "0") == (report.verdict == "blocked")


def test_junit_is_never_empty_and_says_what_was_not_looked_at() -> None:
    report = replace(REPORTS["ready"](), findings=())
    bare = replace(report, subject=replace(report.observation, outcomes=()), script=None)
    assert ET.fromstring(junit.render(bare)).get("tests") == "1"
    assert report.script is not None
    partly = replace(bare, script=replace(report.script, unseen=("Not all read: a cell", "Not all tried: a model")))
    root = ET.fromstring(junit.render(partly))
    assert (root.get("tests"), root.get("failures"), root[0].get("skipped")) == ("3", "0", "2")
    assert "Not all read: a cell." in junit.render(partly)
    assert "- Not all read: a cell." in markdown.render(partly)


@pytest.mark.parametrize(
    ("name", "headline", "strict"), [("scikit-learn", "Needs building, not tried", True), ("openml", "Ready", False)]
)
def test_without_a_package_that_was_not_built_nothing_is_called_ready(name: str, headline: str, strict: bool) -> None:
    """Without scikit-learn no model was tried; without a package that nobody asks for all of them were."""
    told = failed(Stage.RESOLVE, name, "NeedsBuilding", "it has no wheel at all", facts={"place": "r.txt:1"})
    report = replace(REPORTS["ready"](), findings=diagnose(case(told)))
    assert digest.headline(report).startswith(headline)
    assert (report.verdict != "ready", not_green(report, strict=True)) == (strict, strict)
    assert not not_green(report, strict=False)
    page, rows = text.render(report), json.loads(as_json.render(report))
    assert page.startswith(headline)
    assert bool(rows["not_looked_at"]) is strict
    assert (f"Not tried: {name} was not built from its sources" in page) is strict


def test_junit_skips_what_blocks_nothing() -> None:
    report = replace(REPORTS["blocked"](), findings=())
    root = ET.fromstring(junit.render(report))
    assert (root.get("failures"), root[0].get("skipped")) == ("0", "1")


# --- Markdown --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("inside", ["", "`", "```", "a ```` b ``` c", "`" * 30])
def test_a_fence_is_longer_than_what_it_holds(inside: str) -> None:
    first, *_, last = markdown.fence(f"before {inside} after").split("\n")
    assert first == last + "text"
    assert set(last) == {"`"}
    assert len(last) > markdown.longest_run(inside)


def test_markdown_survives_its_own_syntax() -> None:
    """Each line of a table has as many cells as its header, whatever the values say."""
    cells = 0
    for row in markdown.render(odd_report(NASTY)).split("\n"):
        bars = len(re.findall(r"(?<!\\)\|", row)) if row.startswith("| ") else 0
        assert not bars or not cells or bars == cells
        cells = bars
    assert markdown.escape("a_b *c* <d> _e_ | f") == r"a_b \*c\* \<d\> \_e\_ \| f"


# --- the package -----------------------------------------------------------------------------------------


def test_the_table_of_reporters_imports_none_of_them() -> None:
    late = ("rich", "xml", "checker.model", *(f"checker.reporters.{r.file}" for r in REPORTERS.values()))
    program = f"import sys, checker.reporters; sys.exit(bool({{*{late}}} & {{*sys.modules}}))"
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("plain", "plain"),
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("\x1b]8;;http://a\x07link\x1b]8;;\x07", "link"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("bell\x07", "bell\\x07"),
        ("half\udcff", "half\\udcff"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        (None, "None"),
    ],
)
def test_safe(given: object, expected: str) -> None:
    assert printable.safe(given) == expected
    assert printable.safe(printable.safe(given)) == expected


def test_cut_keeps_both_ends_and_counts() -> None:
    result = printable.cut("a" * 600 + "b" * 600, 300)
    assert result == "a" * 200 + " ... [900 characters left out] ... " + "b" * 100
    assert printable.cut("a" * 310, 300) == "a" * 310


@pytest.mark.parametrize("limit", range(60, 120))
def test_cut_leaves_words_whole(limit: int) -> None:
    text = "Pipeline converts and runs, but its results are wrong: the runtime disagrees with scikit-learn " * 5
    assert {*printable.cut(text, limit).partition(" ... [")[0].split()} <= {*text.split()}
    assert {*printable.cut(text, limit).rpartition("] ... ")[2].split()} <= {*text.split()}


@pytest.mark.parametrize(
    ("value", "expected"), [(0.0, "0 s"), (0.0412, "0.041 s"), (3.25, "3.2 s"), (12.4, "12 s"), (240.0, "240 s")]
)
def test_seconds(value: float, expected: str) -> None:
    assert printable.seconds(value) == expected


def test_a_case_of_junit_shows_a_few_remedies() -> None:
    """A script may install a thousand things, each with a finding and a remedy: their product is not written."""
    report = REPORTS["blocked"]()
    report = replace(report, remedies=report.remedies[:1] * 1000)
    assert junit.render(report).count("Remedy: ") <= 5 * len(report.findings)
