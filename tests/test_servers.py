"""Formats of servers and editors: valid by their schemas whatever is said, and every finding on the line that it is about."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from checker.cli import main
from checker.model import Ignored, Import, Report, Script, Severity, Source, Stage
from checker.pipeline import preflight
from checker.reporters import REPORTERS, junit, text
from checker.reporters.printable import safe
from checker.reporters.servers import github, gitlab, sarif, short
from checker.reporters.servers.links import linked
from checker.reporters.servers.told import asked_at, find_place, locate, marks, sources_of, told
from checker.request import Request
from checker.sources import included, of_requirements, of_script
from checker.sources.lines import cell_lines, line_asking
from checker.world.project.naming import names_of
from checker.world.terminal import knows_links

from .reports import REPORTS
from .test_reporters import ODD, empty_report, odd_report

ROOT = Path(__file__).parents[1]
RECORDED = ROOT / "tests" / "recorded"
RECORDINGS = sorted(path.name.removesuffix(".jsonl.gz") for path in RECORDED.glob("*.jsonl.gz"))
#: what a package may say that a format takes for its own
NASTY = (
    *ODD,
    "]]>",
    "%0A::error file=a.py,line=1::injected",
    "\n::error file=a.py,line=1::injected\n##[error]injected\n::stop-commands::x",
    "file=b.py,line=2:: , : ::",
    "[text](0) {0} [a](sarif:/runs/0)",
    "x" * 20_000,
    "\n" * 3000,
    "\u202egnp.exe \u2066 \u200f",
    "\udcff\ud800",
    "train.py:99999999999999999999",
    "C:\\models\\a b.onnx",
    "//host/share",
    "..",
)


def schema(name: str) -> Any:
    return json.loads((ROOT / "schemas" / name).read_text(encoding="utf-8"))


@cache
def junit_schema() -> Any:
    return pytest.importorskip("xmlschema").XMLSchema10(str(ROOT / "schemas" / "junit.xsd"))


def check(report: Report) -> None:
    """Every format of a report is what its schema says."""
    jsonschema = pytest.importorskip("jsonschema")
    for form, module in (("sarif", sarif), ("gitlab", gitlab)):
        data = json.loads(module.render(report), parse_constant=pytest.fail)
        jsonschema.Draft202012Validator(schema(f"{form}.schema.json")).validate(data)
    issues = json.loads(gitlab.render(report))
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)
    junit_schema().validate(ET.fromstring(junit.render(report)))
    *commands, verdict = github.render(report).splitlines()
    assert all(COMMAND.fullmatch(command) for command in commands)
    assert not verdict.startswith(":")
    *rows, verdict = short.render(report).splitlines()
    assert len(rows) == len(commands) == len(issues)
    assert all(ROW.fullmatch(row) for row in rows)


#: the grammar of GitHub's commands, and of a line of a compiler
COMMAND = re.compile(r"::(?:error|warning|notice) (?:file=[^:,\n]+,line=[1-9]\d*,)?title=[^:,\n]+::[^\r\n]*")
ROW = re.compile(r".+?(?::[1-9]\d*)?: (?:error|warning|note) [^\n]+: [^\n]*")


@pytest.mark.parametrize("name", REPORTS)
def test_every_report_is_valid(name: str) -> None:
    check(REPORTS[name]())


@pytest.mark.parametrize("value", NASTY, ids=range(len(NASTY)))
def test_nothing_that_is_said_breaks_a_format(value: str) -> None:
    check(odd_report(value))
    named = Source(value, value, {value: 3}, requires=True)
    check(replace(odd_report(value), sources=(named,)))
    check(replace(odd_report(f"{named.name}:7 {value}"), sources=(named,)))


@pytest.mark.parametrize("text", ["x" * 1_000_000, "::error ]]> \u202e" * 60_000], ids=["plain", "nasty"])
def test_a_line_of_a_megabyte_is_cut(text: str) -> None:
    report = REPORTS["blocked"]()
    report = replace(report, findings=(replace(report.findings[0], message=text, evidence=(text,)),))
    check(report)
    assert all(len(REPORTERS[form].render(report)) < 50_000 for form in ("short", "github", "sarif", "gitlab", "junit"))


def test_an_empty_report_is_valid() -> None:
    check(empty_report())


def replayed(name: str, folder: Path) -> Report:
    frames = folder / f"{name}.jsonl"
    frames.write_bytes(gzip.decompress((RECORDED / f"{name}.jsonl.gz").read_bytes()))
    script = RECORDED / f"{name.removesuffix('-unimported')}.py"
    return preflight(Request(scripts=(script,) if script.exists() else (), recorded=frames))


@pytest.mark.parametrize("name", RECORDINGS)
def test_every_recorded_report_is_valid_and_its_lines_exist(name: str, tmp_path: Path) -> None:
    report = replayed(name, tmp_path)
    check(report)
    for row in told(report):
        assert (row.location is None) == (report.script is None)
        if row.location:
            assert row.location.rooted == f"tests/recorded/{name.removesuffix('-unimported')}.py"
            assert 1 <= row.location.line <= len((ROOT / row.location.rooted).read_text(encoding="utf-8").splitlines())


def packed(name: str, folder: Path) -> Path:
    """A package of npm, unpacked; nothing of it is run by that."""
    subprocess.run(["npm", "pack", "--silent", name], cwd=folder, check=True)
    (archive,) = folder.glob("*.tgz")
    subprocess.run(["tar", "xzf", archive], cwd=folder, check=True)
    archive.unlink()
    return folder / "package"


def reports_of_all_kinds(folder: Path) -> Iterator[Report]:
    yield from (make() for make in REPORTS.values())
    yield from (odd_report(value) for value in NASTY)
    yield from (replayed(name, folder) for name in RECORDINGS)


@pytest.mark.live
def test_the_schema_of_oasis_takes_every_report(tmp_path: Path) -> None:
    """By the schema itself, as a package on npm carries it."""
    jsonschema = pytest.importorskip("jsonschema")
    (found,) = packed("@microsoft/jest-sarif@1.0.0-beta.0", tmp_path).rglob("sarif-2.1.0*.json")
    oasis = jsonschema.Draft4Validator(json.loads(found.read_text(encoding="utf-8")))
    for report in reports_of_all_kinds(tmp_path):
        oasis.validate(json.loads(sarif.render(report)))


@pytest.mark.live
def test_the_validator_of_code_scanning_takes_every_report(tmp_path: Path) -> None:
    """By the rules of SARIF and of GitHub's ingestion, as the multitool of SARIF's makers holds them."""
    tool = packed("@microsoft/sarif-multitool-linux@5.7.0", tmp_path) / "Sarif.Multitool"
    tool.chmod(0o755)
    logs = tmp_path / "logs"
    logs.mkdir()
    for number, report in enumerate(reports_of_all_kinds(tmp_path)):
        (logs / f"{number}.sarif").write_text(sarif.render(report), encoding="utf-8")
    rules = ["--rule-kind", "Sarif;Ghas", "--level", "Error", "--output", str(tmp_path / "said.json")]
    environment = {**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}
    done = subprocess.run(
        [tool, "validate", f"{logs}/*.sarif", *rules], env=environment, capture_output=True, text=True, check=False
    )
    assert re.findall(r".*: error .*", done.stdout) == []
    assert f"{len([*logs.iterdir()])} files scanned" in done.stdout


# --- the line that a finding is about ------------------------------------------------------------------------------

TRAIN = Source("src/train.py", "app/src/train.py")
PINS = Source("pins.txt", "app/pins.txt", {"skl2onnx": 4, "scikit-learn": 2}, requires=True)
NOTEBOOK = Source("tips.ipynb", "tips.ipynb", {"cell 2": 30})
SCRIPT = Script(("src/train.py",), (Import("numpy", "", "train.py:1"), Import("skl2onnx", "to_onnx", "train.py:3")))


@pytest.mark.parametrize(
    ("changes", "files", "place"),
    [
        ({"subject": "train.py:50 Pipeline"}, (TRAIN, PINS), "src/train.py:50"),
        ({"subject": "Pipeline", "evidence": ("train.py:7", "ValueError")}, (TRAIN,), "src/train.py:7"),
        ({"message": "pins.txt:9: a comma is missing", "subject": "x"}, (TRAIN, PINS), "pins.txt:9"),
        ({"message": "skl2onnx cannot convert train.py:8 SVC", "subject": "x"}, (TRAIN,), "src/train.py:8"),
        ({"subject": "skl2onnx", "stage": Stage.IMPORT}, (TRAIN, PINS), "pins.txt:4"),
        ({"subject": "skl2onnx", "stage": Stage.IMPORT}, (TRAIN,), "src/train.py:3"),
        ({"subject": "sklearn.cluster", "stage": Stage.IMPORT}, (PINS,), "pins.txt:2"),
        ({"subject": "mlflow", "stage": Stage.IMPORT}, (TRAIN, PINS), "pins.txt:1"),
        ({"subject": "mlflow", "stage": Stage.CONVERT}, (TRAIN, PINS), "src/train.py:1"),
        ({"subject": "skl2onnx", "stage": Stage.PARITY}, (TRAIN,), "src/train.py:1"),
        ({"subject": "tips.ipynb:cell 2:3 SVC"}, (NOTEBOOK,), "tips.ipynb:32"),
        ({"subject": "tips.ipynb:cell 1:3 SVC"}, (NOTEBOOK,), "tips.ipynb:1"),
        ({"subject": "restrain.py:50 Pipeline"}, (TRAIN,), "src/train.py:1"),
        ({"subject": "x", "evidence": ("/site/lib/other_train.py:9 in f",)}, (TRAIN,), "src/train.py:1"),
        ({"subject": "x", "evidence": ("in f, /site/lib/train.py:9",)}, (TRAIN,), "src/train.py:1"),
        ({"subject": "x"}, (), None),
    ],
)
def test_where_a_finding_is(changes: dict[str, Any], files: tuple[Source, ...], place: str | None) -> None:
    plain = {"culprits": (), "evidence": (), "explains": (), "message": "It fails"}
    finding = replace(REPORTS["blocked"]().findings[0], **{**plain, **changes})
    script = SCRIPT if TRAIN in files else None
    report = replace(REPORTS["static"](), script=script, findings=(finding,), sources=files)
    found = locate(report, finding, files)
    assert (f"{found.path}:{found.line}" if found else None) == place


@pytest.mark.parametrize(
    ("changes", "files", "told"),
    [
        ({"subject": "skl2onnx"}, (TRAIN, PINS), "pins.txt:4"),
        ({"subject": "train.py:5 SVC", "culprits": ("scikit-learn",)}, (TRAIN, PINS), "pins.txt:2"),
        ({"subject": "skl2onnx", "message": "pins.txt:4: a comma is missing"}, (TRAIN, PINS), ""),
        ({"subject": "mlflow"}, (TRAIN, PINS), ""),
        ({"subject": "skl2onnx"}, (TRAIN,), ""),
    ],
)
def test_people_read_where_a_package_is_asked_for(
    changes: dict[str, Any], files: tuple[Source, ...], told: str
) -> None:
    plain = {"culprits": (), "evidence": (), "explains": (), "message": "It fails"}
    finding = replace(REPORTS["blocked"]().findings[0], **{**plain, **changes})
    report = replace(REPORTS["blocked"](), script=SCRIPT, findings=(finding,), sources=files)
    assert asked_at(report, finding) == told
    for form in ("text", "markdown", "html"):
        assert ("Asked for in" in REPORTERS[form].render(report)) is bool(told)


def test_a_failed_step_tells_where_it_is() -> None:
    """The model of a script is found by its name too."""
    report = REPORTS["blocked"]()
    assert [row.location.line for row in told(report) if row.location] == [31, 1]
    assert sources_of(report) == (Source("train.py", "train.py"),)


def test_an_editor_matches_each_line_as_the_readme_says() -> None:
    (pattern,) = re.findall(r"takes `(\^.*\$)`", (ROOT / "README.md").read_text(encoding="utf-8"))
    *rows, verdict = short.render(REPORTS["blocked"]()).splitlines()
    found = [re.fullmatch(pattern, row) for row in rows]
    assert [match and match.groups()[:4] for match in found] == [
        ("train.py", "31", "error", "converter-behind"),
        ("train.py", "1", "note", "metadata-conflict"),
    ]
    assert not re.fullmatch(pattern, verdict)


def test_what_the_script_does_not_ask_for_is_no_error() -> None:
    report = REPORTS["blocked"]()
    unused = replace(report, findings=(replace(report.findings[0], out_of_scope=True),))
    assert [row.level for row in told(unused)] == ["note"]
    assert github.render(unused).startswith("::notice ")


def test_a_note_about_no_line_is_beside_no_line() -> None:
    """At the head of a script it would stand beside what it does not speak of."""
    commands = github.render(REPORTS["blocked"]()).splitlines()
    assert commands[0].startswith("::error file=train.py,line=31,title=converter-behind::")
    assert commands[1].startswith("::notice title=metadata-conflict::")


def test_what_was_not_looked_at_is_said_on_its_line() -> None:
    report = REPORTS["ready"]()
    assert report.script
    partly = replace(report, script=replace(report.script, unseen=("Not all read: train.py:9 a cell",)))
    assert short.render(partly).splitlines()[-2:] == [
        "train.py:9: warning not-looked-at: Not all read: train.py:9 a cell.",
        "Ready, but not all was looked at: train.py",
    ]
    log = json.loads(sarif.render(partly))["runs"][0]
    assert log["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"].startswith("Not all read")
    assert log["results"] == []


def test_a_mark_stays_when_lines_are_added_and_is_given_once() -> None:
    report = REPORTS["static"]()
    first = replace(report.findings[0], subject="train.py:50 Pipeline")
    before, after = (
        [*told(replace(report, script=SCRIPT, findings=(one, one)))]
        for one in (first, replace(first, subject="train.py:53 Pipeline"))
    )
    assert marks(before) == marks(after)
    assert len({*marks(before)}) == 2


def test_what_the_project_ignores_is_told_and_no_result() -> None:
    """Code scanning would show a suppressed result as any other."""
    report = REPORTS["blocked"]()
    passed = replace(report, findings=report.findings[1:], ignored=(Ignored(report.findings[0], "it is known"),))
    check(passed)
    (done,) = json.loads(sarif.render(passed))["runs"]
    assert [result["ruleId"] for result in done["results"]] == [report.findings[1].rule]
    (told,) = done["invocations"][0]["toolExecutionNotifications"]
    assert (told["level"], told["message"]["text"].endswith("it is known")) == ("note", True)
    assert "::error" not in github.render(passed)


def test_rules_have_the_help_of_explain() -> None:
    finding = replace(REPORTS["parity"]().findings[0], rule="silent-disagreement")
    (rule,) = json.loads(sarif.render(replace(REPORTS["parity"](), findings=(finding,))))["runs"][0]["tool"]["driver"][
        "rules"
    ]
    assert rule["id"] == "silent-disagreement"
    assert rule["help"]["markdown"].count("**") >= 8
    assert "Remedy" in rule["help"]["text"]


@pytest.mark.parametrize(
    ("path", "uri", "root"),
    [
        ("src/a b.py", "src/a%20b.py", True),
        ("/env/bin/python", "file:///env/bin/python", False),
        ("C:\\env\\python.exe", "file:///C:/env/python.exe", False),
        ("50%.py", "50%25.py", True),
        ("", ".", True),
    ],
)
def test_addresses(path: str, uri: str, root: bool) -> None:
    assert sarif.place(path) == {"uri": uri, **({"uriBaseId": "%SRCROOT%"} if root else {})}


def test_what_github_escapes_comes_back() -> None:
    text = "50 %, a: b\r\nnext %0A"
    for escape, unescape in ((github.as_data, {}), (github.as_property, {"%3A": ":", "%2C": ","})):
        back = escape(text)
        for code, letter in {**unescape, "%0D": "\r", "%0A": "\n", "%25": "%"}.items():
            back = back.replace(code, letter)
        assert back == text


def test_classes_of_junit_are_the_same_in_every_environment() -> None:
    report = REPORTS["blocked"]()
    other = replace(report, patient=replace(report.patient, label="/other/env/bin/python"))
    names = [[c.get("classname") for c in ET.fromstring(junit.render(r)).iter("testcase")] for r in (report, other)]
    assert names[0] == names[1]
    assert {"train_py.look", "train_py.convert"} <= {*names[0]}


# --- links on a terminal -------------------------------------------------------------------------------------------


def test_places_and_addresses_are_links_that_look_as_before() -> None:
    report = replace(REPORTS["blocked"](), sources=(TRAIN, PINS))
    report = replace(report, findings=(replace(report.findings[0], references=("https://example.org/a?b=c",)),))
    page = (
        "train.py:50 Pipeline fails, see https://example.org/a?b=c. Not other_train.py:7, nor https://example.org/other"
    )
    shown = linked(page, report, "file:///work")
    assert shown.count("\x1b]8;;") == 4
    assert "\x1b]8;;file:///work/src/train.py\x1b\\train.py:50\x1b]8;;\x1b\\ Pipeline" in shown
    assert "\x1b]8;;https://example.org/a?b=c\x1b\\" in shown
    assert safe(shown) == page


@pytest.mark.parametrize("value", NASTY, ids=range(len(NASTY)))
def test_nothing_that_is_said_becomes_another_link(value: str) -> None:
    report = odd_report(value)
    named = replace(report, sources=(Source(value, value),))
    page = text.render(named, width=200)
    assert safe(linked(page, named, "file:///work")).split() == safe(page).split()


@pytest.mark.parametrize(
    ("variables", "known"),
    [
        ({"TERM": "xterm-256color"}, False),
        ({"TERM": "xterm-kitty"}, True),
        ({"TERM": "foot"}, True),
        ({"TERM_PROGRAM": "vscode"}, True),
        ({"TERM_PROGRAM": "Apple_Terminal"}, False),
        ({"VTE_VERSION": "6003"}, True),
        ({"VTE_VERSION": "4205"}, False),
        ({"VTE_VERSION": "x"}, False),
        ({"WT_SESSION": "a"}, True),
        ({}, False),
    ],
)
def test_terminals_that_know_links(variables: dict[str, str], known: bool) -> None:
    assert knows_links(variables) is known


# --- files --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "package", "number"),
    [
        ("numpy\n# skl2onnx is old\nskl2onnx==1.4.9\n", "skl2onnx", 3),
        ("scikit_learn>=1\n", "scikit-learn", 1),
        ("Scikit.Learn==1.0\n", "scikit-learn", 1),
        ("onnxruntime==1.0\nonnx==1.6\n", "onnx", 2),
        ("onnx-simplifier\n", "onnx", 0),
        ("dependencies:\n  - python=3.10\n  - pip:\n      - onnx==1.6\n", "onnx", 4),
        ('dependencies = [\n  "numpy",\n  "onnx>=1",\n]\n', "onnx", 3),
        ('dependencies = ["numpy", "onnx>=1"]\n', "onnx", 1),
        ('[[package]]\nname = "skl2onnx"\ndependencies = [{ name = "onnx" }]\n[[package]]\nname = "onnx"\n', "onnx", 5),
        ('[[package]]\nname = "mlflow"\n[package.dependencies]\nonnx = ">1"\n[[package]]\nname = "onnx"\n', "onnx", 6),
        ('{"default": {\n "onnx": {"version": "==1.6"}}}', "onnx", 2),
        ("RUN pip install numpy onnx==1.6\n", "onnx", 1),
        ("", "onnx", 0),
    ],
)
def test_the_line_that_asks_for_a_package(text: str, package: str, number: int, tmp_path: Path) -> None:
    file = tmp_path / "pins.txt"
    file.write_text(text, encoding="utf-8")
    assert of_requirements(file, [package]).lines.get(package, 0) == number


def test_files_that_are_included_count(tmp_path: Path) -> None:
    (tmp_path / "base.txt").write_text("onnx\n-r again.txt\n", encoding="utf-8")
    (tmp_path / "again.txt").write_text("-r base.txt\n", encoding="utf-8")
    (tmp_path / "all.txt").write_text("-r base.txt\nnumpy\n-r none.txt\n", encoding="utf-8")
    assert [path.name for path in included([tmp_path / "all.txt"])] == ["all.txt", "base.txt", "again.txt"]
    assert line_asking(["numpy"], "onnx") == 0


def notebook(*cells: str) -> dict[str, Any]:
    rows = [{"cell_type": "code", "source": cell.splitlines(keepends=True)} for cell in cells]
    return {"cells": [{"cell_type": "markdown", "source": ["import a\n"]}, *rows], "nbformat": 4}


def test_the_lines_of_a_notebook_are_those_of_its_file(tmp_path: Path) -> None:
    file = tmp_path / "tips.ipynb"
    file.write_text(json.dumps(notebook("import a\nb = 1\n", "import a\n", 'c = "é"\n'), indent=1), encoding="utf-8")
    found = of_script(file)
    rows = file.read_text(encoding="utf-8").splitlines()
    place = find_place("tips.ipynb:cell 1:2", [found])
    assert place
    assert rows[place.line - 1].strip() == '"b = 1\\n"'
    assert rows[found.lines["cell 3"] - 1].strip().startswith('"c =')
    assert found.lines["cell 2"] > found.lines["cell 1"] + 1


def test_a_notebook_on_one_line_has_no_lines() -> None:
    assert dict(cell_lines(json.dumps(notebook("import a")))) == {}
    assert dict(cell_lines("{")) == {}


def test_files_are_named_from_the_root_of_the_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "repo" / ".git").mkdir(parents=True)
    (tmp_path / "repo" / "app").mkdir()
    monkeypatch.chdir(tmp_path / "repo" / "app")
    assert names_of(Path("train.py")) == ("train.py", "app/train.py")
    assert names_of(Path("..", "pins.txt")) == ("../pins.txt", "pins.txt")
    assert names_of(tmp_path / "repo" / "app" / "x.py") == ("x.py", "app/x.py")
    assert names_of(tmp_path / "x.py") == ((tmp_path / "x.py").as_posix(),) * 2


# --- several reports in one run -----------------------------------------------------------------------------------


def written(folder: Path) -> Iterator[str]:
    for form in REPORTERS:
        yield from ("--report", f"{form}={folder / form}")


def test_one_run_writes_them_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    frames = tmp_path / "frames.jsonl"
    frames.write_bytes(gzip.decompress((RECORDED / "attribute-renamed.jsonl.gz").read_bytes()))
    summary = tmp_path / "summary.md"
    summary.write_text("before\n", encoding="utf-8")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    script = str(RECORDED / "attribute-renamed.py")
    assert main(["preflight", "--from", str(frames), script, "--format", "short", *written(tmp_path)]) == 1
    page = capsys.readouterr().out
    assert page == (tmp_path / "short").read_text(encoding="utf-8")
    assert (tmp_path / "text").read_text(encoding="utf-8").startswith("Blocked at convert")
    assert "title=converter-and-estimator" in (tmp_path / "github").read_text(encoding="utf-8")
    assert summary.read_text(encoding="utf-8").startswith("before\n## Blocked at convert")
    merged = ["report", str(tmp_path / "json"), "--report", f"junit={tmp_path / 'rows.xml'}"]
    assert main(merged) == 1
    assert (tmp_path / "rows.xml").read_text(encoding="utf-8").startswith("<?xml")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--report", "sarif"], "sarif names no file: write sarif=FILE"),
        (["--report", "sarf=x"], "there is no format 'sarf': did you mean sarif?"),
        (["--report", "=x"], "there is no format '': choose from text, json"),
        (["--report", "sarif=/no/such/folder/x"], "cannot write to /no/such/folder/x"),
        (["--report", "sarif=x", "--report", "gitlab=./x"], "two reports are written to"),
        (["--report", "sarif=x", "--output", "x"], "two reports are written to"),
    ],
)
@pytest.mark.parametrize("command", [["preflight"], ["inspect", "m.onnx"]])
def test_reports_that_cannot_be_written(command: list[str], arguments: list[str], words: str, capsys: Any) -> None:
    assert main([*command, *arguments]) == 2
    assert words in capsys.readouterr().err


def test_severities_are_those_of_the_house() -> None:
    assert {*gitlab.SEVERITIES} == {*github.COMMANDS} == {"error", "warning", "note"}
    assert [severity.value for severity in Severity] == ["blocker", "warning", "note"]
