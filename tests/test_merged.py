"""Several reports as one: what is the same in several rows is one cause, and what differs stays apart."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from checker import merged
from checker.cli import main
from checker.merged import causes, text, wording
from checker.merged.reading import names_of, read_row, read_rows
from checker.merged.values import Cause, Row
from checker.reporters import as_json
from tests.reports import REPORTS
from tests.test_reporters import ODD, odd_report

ROOT = Path(__file__).parents[1]
SCHEMA = json.loads((ROOT / "schemas" / "rows.schema.json").read_text(encoding="utf-8"))
GONE = "cannot import name 'mapping' from 'onnx' (/envs/{}/onnx/__init__.py)"


def failed(stage: str, subject: str, kind: str, words: str) -> dict[str, Any]:
    """A step that failed."""
    return {
        "subject": subject,
        "stage": stage,
        "passed": False,
        "type": kind,
        "text": words,
        "chain": [{"type": kind, "text": words}],
    }


def finding(
    rule: str, message: str, culprits: str, stage: str = "import", severity: str = "blocker", **more: Any
) -> dict[str, Any]:
    """A finding about the first of its culprits."""
    names = culprits.split()
    told = {
        "rule": rule,
        "severity": severity,
        "stage": stage,
        "basis": "seen",
        "subject": names[0],
        "message": message,
    }
    return {**told, "culprits": names, "evidence": [], "references": [], **more}


def mend(requirement: str, *settles: str, proven: bool = True) -> dict[str, Any]:
    """A remedy that moves one package."""
    return {"kind": "pins", "text": f"Use {requirement}", "requirements": [requirement], "settles": [*settles], "proof": {"proven": proven, "why": ""}}  # fmt: skip


def report(
    findings: Sequence[Mapping[str, Any]] = (), outcomes: Sequence[Any] = (), mends: Sequence[Any] = (), **versions: str
) -> dict[str, Any]:
    """A report of a row, as far as it is read."""
    asked = [f["severity"] for f in findings if not f.get("out_of_scope")]
    verdict = "blocked" if "blocker" in asked else "warnings" if "warning" in asked else "ready"
    distributions = [{"name": n.replace("_", "-"), "version": v, "location": "/x"} for n, v in versions.items()]
    environment = {"python": "3.11.7", "executable": "", "platform": "", "distributions": distributions}
    return {
        "schema_version": 1, "verdict": verdict, "environment": environment, "findings": [*findings],
        "outcomes": [*outcomes], "remedies": [*mends], "not_looked_at": [],
    }  # fmt: skip


def lost(onnx: str, **more: Any) -> dict[str, Any]:
    """A row in which skl2onnx lacks a name of onnx."""
    message = f"skl2onnx 1.17.0 uses onnx.mapping, which onnx {onnx} does not have"
    outcome = failed("import", "skl2onnx", "ImportError", GONE.format(onnx))
    return report([finding("removed-name", message, "skl2onnx onnx")], [outcome], skl2onnx="1.17.0", onnx=onnx, **more)


def rows(**reports: Mapping[str, Any]) -> tuple[Row, ...]:
    """Rows by their names."""
    return tuple(read_row(name, f"{name}.json", data) for name, data in reports.items())


def found(**reports: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    """The causes: rule, and names of rows."""
    return [(c.worst.rule, [r.name for r in c.rows]) for c in causes.find_causes(rows(**reports))]


# --- what is one cause ---------------------------------------------------------------------------------------------


def test_the_same_words_are_one_cause_whatever_the_versions_and_places() -> None:
    assert found(a=lost("1.19.1"), b=lost("1.20.0")) == [("removed-name", ["a", "b"])]


def test_other_words_packages_or_rules_are_others() -> None:
    other = lost("1.20.0")
    other["outcomes"][0]["chain"][0]["text"] = "cannot import name 'helper' from 'onnx'"
    assert len(found(a=lost("1.19.1"), b=other)) == 2
    for key, value in (("rule", "missing-module"), ("culprits", ["onnx"])):
        changed = lost("1.20.0")
        changed["findings"][0][key] = value
        assert len(found(a=lost("1.19.1"), b=changed)) == 2


def test_the_order_of_culprits_says_nothing() -> None:
    turned = lost("1.20.0")
    turned["findings"][0]["culprits"].reverse()
    assert len(found(a=lost("1.19.1"), b=turned)) == 1


def test_without_a_failed_step_the_message_without_its_numbers_tells() -> None:
    told = [finding("metadata-conflict", f"onnx {v} wants numpy>=2", "onnx numpy") for v in ("1.18.0", "1.19.0")]
    other = finding("metadata-conflict", "onnx 1.18.0 wants protobuf>=5", "onnx numpy")
    assert [names for _, names in found(a=report([told[0]]), b=report([told[1]]), c=report([other]))] == [
        ["a", "b"],
        ["c"],
    ]


def silent(*models: str) -> dict[str, Any]:
    """A row in which models answer wrong."""
    words = "the runtime disagrees with scikit-learn on 4 of 45 rows: largest difference 0.1"
    told = [finding("silent-disagreement", f"{m} is wrong", "skl2onnx", "parity", subject=m) for m in models]
    return report(told, [failed("parity", m, "Disagreement", words) for m in models], skl2onnx="1.16.0")


def test_a_disagreement_is_told_by_its_model() -> None:
    """Its words are those of any disagreement."""
    assert [names for _, names in found(a=silent("SVC"), b=silent("SVC"), c=silent("KMeans"))] == [["a", "b"], ["c"]]


def test_models_that_disagree_in_the_very_same_rows_are_one_cause() -> None:
    both = rows(a=silent("SVC", "KMeans"), b=silent("SVC", "KMeans"))
    (cause,) = causes.find_causes(both)
    assert wording.subjects(cause) == "SVC, KMeans"
    assert len(causes.find_causes((*both, *rows(c=silent("SVC"))))) == 2


def test_what_blocks_comes_first_then_what_occurs_more_often_and_what_nobody_asks_for_last() -> None:
    warned = finding("old-protobuf", "protobuf is old", "protobuf", severity="warning")
    unasked = finding("no-converter", "KMeans does not convert", "skl2onnx", "convert", "warning", out_of_scope=True)
    single = finding("missing-module", "six is missing", "six")
    both = {
        "a": report([warned, unasked, single]),
        "b": report([warned, unasked]),
        "c": lost("1.19.1"),
        "d": lost("1.20.0"),
    }
    assert [rule for rule, _ in found(**both)] == ["removed-name", "missing-module", "old-protobuf", "no-converter"]


def test_a_cause_is_as_bad_as_in_its_worst_row_and_the_others_say_so() -> None:
    warns = lost("1.20.0")
    warns["findings"][0]["severity"] = "warning"
    (cause,) = causes.find_causes(rows(a=lost("1.19.1"), b=warns))
    assert (wording.title(cause), wording.place(cause, rows(a=warns, b=warns))) == (
        "Blocks at import",
        "in 1 of 2 rows",
    )
    assert wording.occurs(cause) == [("a", ""), ("b", "only warns")]


# --- what would mend it, and with which releases it is not there ---------------------------------------------------


def cause_of(**reports: Mapping[str, Any]) -> tuple[Cause, tuple[Row, ...]]:
    every = rows(**reports)
    return causes.find_causes(every)[0], every


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        (
            [mend("onnx==1.18.0", "removed-name")],
            [mend("onnx==1.18.0", "removed-name")],
            ["onnx==1.18.0 (proven in each)"],
        ),
        (
            [mend("onnx==1.18.0", "removed-name")],
            [mend("onnx==1.18.0", "removed-name", proven=False)],
            ["For a: onnx==1.18.0 (proven)", "For b: onnx==1.18.0 (not proven)"],
        ),
        ([mend("onnx==1.18.0", "another-rule")], [], ["No remedy is known."]),
        ([], [mend("onnx==1.17.0", "removed-name")], ["For b: onnx==1.17.0 (proven)", "For a: no remedy is known."]),
    ],
)
def test_remedies_of_the_rows_are_taken_together(first: list[Any], second: list[Any], told: list[str]) -> None:
    cause, _ = cause_of(a=lost("1.19.1", mends=first), b=lost("1.20.0", mends=second))
    assert wording.remedies(cause) == told


def test_releases_of_sound_rows_are_named_where_they_tell() -> None:
    cause, every = cause_of(a=lost("1.20.0"), b=lost("1.19.1"), c=report(skl2onnx="1.17.0", onnx="1.18.0"))
    assert wording.packages(cause, every) == ["skl2onnx 1.17.0", "onnx 1.19.1, 1.20.0 (not with 1.18.0)"]


def test_a_row_that_something_else_blocks_spares_nothing() -> None:
    other = report([finding("missing-module", "six is missing", "six")], skl2onnx="1.17.0", onnx="1.18.0")
    cause, every = cause_of(a=lost("1.20.0"), b=lost("1.19.1"), c=other)
    assert wording.packages(cause, every) == ["skl2onnx 1.17.0", "onnx 1.19.1, 1.20.0"]


# --- rows, files and statuses --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "names"),
    [
        (["out/py310.json", "out/py311.json"], ["py310", "py311"]),
        (["py310/report.json", "py311/report.json"], ["py310/report", "py311/report"]),
        (["a/x/report.json", "b/x/report.json", "b/y/report.json"], ["a/x/report", "b/x/report", "b/y/report"]),
        (["report.json", "b/report.json"], ["report", "b/report"]),
    ],
)
def test_a_row_is_called_like_its_file(files: list[str], names: list[str]) -> None:
    assert names_of([Path(f) for f in files]) == names


def write(folder: Path, **reports: Any) -> list[str]:
    """Files of these reports."""
    for name, data in reports.items():
        (folder / f"{name}.json").write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
    return [str(folder / f"{name}.json") for name in reports]


WARNED = report([finding("old-protobuf", "protobuf is old", "protobuf", severity="warning")])


@pytest.mark.parametrize("form", merged.FORMATS)
def test_what_a_project_ignores_is_told_of_its_row(form: str, tmp_path: Path) -> None:
    ignored = {**finding("zipmap", "x", "onnx"), "why": "the service unpacks it", "old": False}
    write(tmp_path, a={**report(), "ignored": [ignored]}, b=report())
    told = " ".join(merged.render(read_rows([tmp_path]), form).split())
    assert told.count("the service unpacks it") == 1


@pytest.mark.parametrize(
    ("reports", "strict", "status", "words"),
    [
        ({"a": report(), "b": report()}, False, 0, "Ready: 2 rows"),
        ({"a": report(), "b": WARNED}, False, 0, "Ready, with warnings in 1 of 2 rows, of 1 cause"),
        ({"a": report(), "b": WARNED}, True, 1, "Ready, with warnings in 1 of 2 rows, of 1 cause"),
        ({"a": {**report(), "not_looked_at": ["x"]}, "b": report()}, False, 0, "but not all was looked at in 1"),
        ({"a": {**report(), "not_looked_at": ["x"]}, "b": report()}, True, 1, "but not all was looked at in 1"),
        ({"a": report(), "b": lost("1.19.1")}, False, 1, "Blocked: 1 of 2 rows, by 1 cause"),
    ],
)
def test_the_exit_status_is_that_of_the_worst_row(
    reports: dict[str, Any], strict: bool, status: int, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, **reports, **{".hidden": []})
    assert main(["report", str(tmp_path), *["--strict"] * strict]) == status
    said = capsys.readouterr()
    assert words in said.out.splitlines()[0]
    assert words in said.err


@pytest.mark.parametrize(
    ("reports", "status", "words"),
    [
        ({"a": report()}, 3, "Ready: 1 of 2 rows, and no report of 1"),
        ({"a": report(), "b": report()}, 0, "Ready: 2 rows"),
        ({"a": lost("1.19.1")}, 1, "Blocked: 1 of 2 rows, by 1 cause, and no report of 1"),
    ],
)
def test_a_row_that_left_no_report_is_told(
    reports: dict[str, Any], status: int, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, **reports)
    asked = ["report", str(tmp_path), "--expect", "a, b"]
    for form in merged.FORMATS:
        assert main([*asked, "--format", form]) == status
        said = capsys.readouterr()
        assert words in said.err
        assert ("No report: b" in said.out.replace("`", "")) is (
            form in ("text", "markdown", "html") and "b" not in reports
        )
        if form == "junit":
            assert len(ET.fromstring(said.out).findall("testsuite/testcase/error")) == ("b" not in reports)
        if form == "json":
            assert json.loads(said.out)["rows"][1]["verdict"] == ("ready" if "b" in reports else "missing")


@pytest.mark.parametrize(
    ("files", "status", "words"),
    [
        (["none.json"], 3, "none.json: No such file"),
        (["none.json", "list.json", "py3.json", "py3.json"], 2, "given twice"),
        (["none.json", "list.json"], 3, "list.json is no report"),
        (["list.json"], 3, "is no report (give what `checker preflight --format json --output FILE` has written)"),
        (["xml.json"], 3, "is XML: the JSON reports are merged"),
        (["text.json"], 3, "is not JSON"),
        (["newer.json"], 3, "has schema_version 2, and this checker reads 1 (update the checker)"),
        (["half.json"], 3, "is no report"),
        (["odd.json"], 3, "is no report"),
        (["whole.json"], 3, "is merged already: give the reports of its rows"),
        (["py3.json", "py3.json"], 2, "given twice"),
        (["py3.json", "."], 2, "given twice"),
        (["folder"], 3, "there is no *.json in"),
        ([], 2, "required: FILE"),
    ],
)
def test_bad_input_is_one_line(
    files: list[str],
    status: int,
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "junit.xml").write_text("<x/>")
    odd = {**report(), "verdict": "fine"}
    whole = json.loads(merged.render(rows(a=report()), "json"))
    half, newer = {"schema_version": 1, "verdict": "ready"}, {**report(), "schema_version": 2}
    write(tmp_path, list=[], xml="<testsuites/>", text="{", newer=newer, half=half, odd=odd, py3=report(), whole=whole)
    assert main(["report", *files]) == status
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert words in err


@pytest.mark.parametrize("cut", ["verdict", "environment", "findings", "outcomes", "remedies"])
@pytest.mark.parametrize("value", [None, 5, "x", [5], {"a": 1}])
def test_no_report_is_a_traceback(cut: str, value: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = write(tmp_path, a={**lost("1.20.0"), cut: value})
    assert main(["report", *files]) in (1, 3)
    assert "a bug of ours" not in capsys.readouterr().err


# --- formats -------------------------------------------------------------------------------------------------------


def literal() -> tuple[Row, ...]:
    """The literal reports of the reporters' tests."""
    return rows(**{name: as_json.as_data(make()) for name, make in REPORTS.items()})


@pytest.mark.parametrize(
    "every", [literal(), rows(a=lost("1.19.1"), b=silent("SVC"), c=WARNED)], ids=["literal", "rows"]
)
def test_json_keeps_to_its_schema(every: tuple[Row, ...]) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    told = json.loads(merged.render(every, "json"))
    jsonschema.Draft202012Validator(SCHEMA).validate(told)
    for place, cause in enumerate(told["causes"]):
        assert {r["name"] for r in cause["rows"]} == {r["name"] for r in told["rows"] if place in r["causes"]}


def test_junit_fails_exactly_where_a_row_is_blocked() -> None:
    root = ET.fromstring(merged.render(literal(), "junit"))
    blocked = {suite.get("name") for suite in root if suite.findall("testcase/failure")}
    assert blocked == {row.name for row in literal() if row.verdict == "blocked"}
    for name in ("tests", "failures", "errors"):
        assert int(root.attrib[name]) == sum(int(suite.attrib[name]) for suite in root)
    assert root.attrib["tests"] == str(len(root.findall("testsuite/testcase")))


def test_the_same_cause_is_the_same_case_in_each_row() -> None:
    root = ET.fromstring(merged.render(rows(a=lost("1.19.1"), b=lost("1.20.0")), "junit"))
    assert len({case.get("name") for case in root.iterfind("testsuite/testcase")}) == 2


@pytest.mark.parametrize("width", [60, 80, 100])
def test_text_is_ascii_and_keeps_to_its_width(width: int) -> None:
    for verbose in (False, True):
        for row in text.render(literal(), width, verbose=verbose).splitlines():
            assert (len(row) <= width, row.isascii(), row) == (True, True, row.rstrip())


def test_ready_rows_are_one_line() -> None:
    page = text.render(rows(**{f"row{n}": report(onnx="1.18.0") for n in range(6)}))
    assert [line for line in page.splitlines() if "row1" in line] == ["Ready: row0, row1, row2, row3, row4, row5."]


@pytest.mark.parametrize("form", merged.FORMATS)
@pytest.mark.parametrize("value", ODD, ids=range(len(ODD)))
def test_hostile_words_break_no_format(form: str, value: str) -> None:
    row = read_row("a", "a.json", json.loads(as_json.render(odd_report(value))))
    page = merged.render((row, *rows(b=lost("1.20.0"))), form)
    assert page.endswith("\n")
    if form == "json":
        json.loads(page)
    if form == "junit":
        ET.fromstring(page)
    if form == "text":
        assert "\x1b" not in page
    if form == "markdown":
        assert all(line.startswith("| ") and line.endswith(" |") for line in page.splitlines() if line.startswith("|"))


def test_formats_are_listed() -> None:
    written = {
        p.stem for p in Path(merged.__file__).parent.glob("*.py") if "\ndef render(" in p.read_text(encoding="utf-8")
    }
    assert written - {"__init__"} == set(merged.FORMATS.values())
