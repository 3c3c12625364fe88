"""What a project has decided about findings: ignores with a reason and an end, a baseline, how much a rule counts."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import jsonschema
import pytest

from checker.commands.parsing.deciding import policy_of
from checker.errors import CannotLook
from checker.model import Basis, Canary, Finding, Report, Script, Severity, Stage, Step
from checker.notebook.magics import options_of
from checker.policy import UNDECIDED, Baseline, Ignore, Policy, apply
from checker.policy.baseline import read_baseline, write_baseline
from checker.policy.ignores import snippet, subjects, unnumbered
from checker.reporters import REPORTERS, digest, text
from checker.reporters.as_json import as_data
from checker.settings.decisions import ignore_of
from checker.world.project.configuration import parsed_toml

from .reports import REPORTS
from .test_cli import run

ROOT = Path(__file__).parents[1]
TODAY, SOON, PAST = date(2026, 11, 29), date(2026, 11, 30), date(2026, 11, 29)
PIPELINE, OTHER = "train.py:50 Pipeline", "train.py:71 SVC"
SCRIPT = Script(("train.py",), (), tuple(Canary(name, "", (), ()) for name in (PIPELINE, OTHER)))


def finding(rule: str = "zipmap", subject: str = PIPELINE, **more: object) -> Finding:
    made = Finding(Severity.BLOCKER, Stage.RUN, Basis.SEEN, subject, f"{subject} does not run.", rule=rule)
    return replace(made, **more)  # type: ignore[arg-type]


def explained(*names: str) -> tuple[Step, ...]:
    return tuple(Step(Stage.RUN, name) for name in names)


def ignore(rule: str = "zipmap", *about: str, expires: date | None = None) -> Ignore:
    return Ignore(rule, "the service unpacks it", about, expires)


def judged(found: Finding, *ignores: Ignore, **more: object) -> tuple[list[Finding], list[str], list[str]]:
    policy = Policy(ignores, today=TODAY, source="checker.toml", **more)  # type: ignore[arg-type]
    done = apply([found], policy, SCRIPT)
    return list(done.findings), [one.why for one in done.ignored], list(done.told)


# --- ignores -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("about", "found", "met"),
    [
        ((), finding(), True),
        (("train.py Pipeline",), finding(), True),
        (("train.py:50 Pipeline",), finding(), True),
        (("train.py:49 Pipeline",), finding(), True),  # a line moves with every edit
        (("train.py *",), finding(), True),
        (("other.py Pipeline",), finding(), False),
        (("Pipeline",), finding(), False),
        (("KMeans [three]",), finding(subject="KMeans [three]"), True),
        (("KMeans",), finding(subject="KMeans [three]"), False),
        # several that fail alike are one finding: what is not named still counts
        (("train.py Pipeline",), finding(explains=explained(PIPELINE, OTHER)), False),
        (("train.py Pipeline", "train.py SVC"), finding(explains=explained(PIPELINE, OTHER)), True),
        # what the script does not ask for is no part of it
        (("train.py Pipeline",), finding(explains=explained(PIPELINE, "KMeans")), True),
        (("KMeans",), finding(subject="KMeans", explains=explained("KMeans", "SVC")), False),
        # what follows of a package that is missing is about the package
        (("onnx",), finding(subject="onnx", explains=explained("KMeans", "SVC")), True),
    ],
)
def test_an_ignore_is_about_all_of_a_finding_or_none(about: tuple[str, ...], found: Finding, met: bool) -> None:
    kept, why, told = judged(found, ignore("zipmap", *about))
    assert (kept, why) == (([], ["the service unpacks it"]) if met else ([found], []))
    assert bool(told) != met


def test_an_ignore_is_about_one_rule() -> None:
    kept, why, told = judged(finding("output-type"), ignore("zipmap"))
    assert (len(kept), why) == (1, [])
    assert told == ["Nothing here is ignored by the entry for zipmap in checker.toml"]


def test_until_its_day_an_ignore_holds() -> None:
    assert judged(finding(), ignore(expires=SOON)) == ([], ["the service unpacks it (until 2026-11-30)"], [])


@pytest.mark.parametrize("severity", [Severity.BLOCKER, Severity.WARNING])
def test_from_its_day_on_it_fails_with_its_reason(severity: Severity) -> None:
    """Also where it was only a warning: somebody wanted to look at it again."""
    (kept,), why, told = judged(finding(severity=severity), ignore(expires=PAST))
    assert (kept.severity, why, told) == (Severity.BLOCKER, [], [])
    assert kept.message.endswith("does not run. It was ignored until 2026-11-29: the service unpacks it")


def test_what_the_script_does_not_ask_for_does_not_fail_either() -> None:
    (kept,), _, _ = judged(finding(severity=Severity.WARNING, out_of_scope=True), ignore(expires=PAST))
    assert kept.severity is Severity.WARNING


def test_an_entry_that_holds_counts_before_one_that_is_over() -> None:
    assert judged(finding(), ignore(expires=PAST), ignore(expires=SOON))[0] == []


def test_an_entry_that_is_over_and_meets_nothing_is_told() -> None:
    _, _, told = judged(finding("output-type"), ignore("zipmap", "x", expires=PAST))
    assert told == ["Nothing here is ignored by the entry for zipmap of x in checker.toml, and expired on 2026-11-29"]


# --- severities and the baseline -----------------------------------------------------------------------------------


def test_a_rule_counts_as_the_project_says() -> None:
    (kept,), _, told = judged(finding(), severities={"zipmap": Severity.NOTE})
    assert (kept.severity, told) == (Severity.NOTE, ["zipmap counts as a note here, as checker.toml says"])
    found = [finding("zipmap"), finding("output-type", severity=Severity.WARNING)]
    policy = Policy(severities={"zipmap": Severity.NOTE, "output-type": Severity.BLOCKER, "absent": Severity.NOTE})
    assert [f.rule for f in apply(found, policy, SCRIPT).findings] == ["output-type", "zipmap"]
    assert len(apply(found, policy, SCRIPT).told) == 2


def kept_of(found: list[Finding], now: list[Finding]) -> list[Finding]:
    baseline = read_baseline("b.json", write_baseline(found, SCRIPT))
    return list(apply(now, Policy(baseline=baseline), SCRIPT).findings)


def test_only_what_is_new_counts() -> None:
    old, new = finding(), finding("output-type")
    assert kept_of([old], [old, new]) == [new]
    assert kept_of([old], [replace(old, subject="train.py:99 Pipeline")]) == []  # it has moved
    assert kept_of([old], [replace(old, subject=OTHER)]) != []


def test_of_two_alike_one_is_new() -> None:
    one, two = finding(), finding(subject="train.py:60 Pipeline")
    assert kept_of([one], [one, two]) == [two]
    assert kept_of([one, two], [one, two]) == []


def test_what_has_become_worse_is_new() -> None:
    worse, better = finding(), finding(severity=Severity.WARNING)
    assert kept_of([better], [worse]) == [worse]
    assert kept_of([worse], [better]) == []
    assert kept_of([worse], [better, better]) == [better]


def test_what_never_counts_is_in_no_baseline() -> None:
    everything = Policy(baseline=Baseline("b.json", {}, all_of_it=True))
    found = [finding(severity=Severity.NOTE), finding(out_of_scope=True), finding()]
    assert len(apply(found, everything, SCRIPT).ignored) == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "b.json is no baseline: "),
        ("[]", "it has no schema_version"),
        ('{"schema_version": 2, "findings": []}', "b.json is a baseline of version 2, not 1"),
        ('{"schema_version": 1}', "in its findings"),
        ('{"schema_version": 1, "findings": [3]}', "in its findings"),
        ('{"schema_version": 1, "findings": [{"rule": "x", "subject": "y", "severity": "z", "count": 1}]}', "in its findings"),
    ],
)  # fmt: skip
def test_a_baseline_that_is_none_is_one_line(content: str, words: str) -> None:
    with pytest.raises(CannotLook, match=r"b\.json") as caught:
        read_baseline("b.json", content)
    assert words in str(caught.value)
    assert "--update-baseline writes it anew" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_nothing_decided_changes_nothing() -> None:
    for make in REPORTS.values():
        report = make()
        done = apply(report.findings, UNDECIDED, report.script)
        assert (sorted(done.findings, key=str), done.ignored, done.told) == (sorted(report.findings, key=str), (), ())


# --- the snippet ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "found",
    [
        finding(),
        finding(explains=explained(PIPELINE, OTHER, "KMeans")),
        finding(subject='a "quoted" \\ subject'),
        finding(subject="\x1b[31mred\x00\x7f \u202e"),
        finding(subject="KMeans [three]"),
        finding(subject="数"),
    ],
    ids=["one", "several", "quotes", "control", "brackets", "letters"],
)
def test_the_snippet_ignores_the_finding_that_it_stands_below(found: Finding) -> None:
    told = parsed_toml(snippet(found, SCRIPT))
    (entry,) = told["tool"]["checker"]["ignore"]
    if found.subject.startswith("\x1b"):
        return  # what cannot be printed cannot be copied either
    assert judged(found, ignore_of({**entry, "reason": "we know"}))[:2] == ([], ["we know"])


def test_numbers_of_lines_are_no_part_of_a_subject() -> None:
    assert unnumbered("train.py:50 Pipeline") == "train.py Pipeline"
    assert unnumbered("train.ipynb:cell 2:1 Pipeline") == "train.ipynb:cell 2 Pipeline"
    assert unnumbered("models:/tip/3") == "models:/tip/3"
    assert subjects(finding(subject="numpy"), None) == ("numpy",)


def with_ignored() -> Report:
    report = REPORTS["parity"]()
    policy = Policy((Ignore("silent-disagreement", "only the order of the scores is used"),), today=TODAY)
    done = apply(report.findings, policy, report.script)
    return replace(report, findings=done.findings, ignored=done.ignored, decided=done.told)


@pytest.mark.parametrize("form", ["text", "json", "markdown", "html", "junit"])
def test_what_is_ignored_is_told_where_a_whole_report_is_read(form: str) -> None:
    assert "only the order of the scores is used" in " ".join(REPORTERS[form].render(with_ignored()).split())


@pytest.mark.parametrize("form", ["short", "github", "gitlab", "sarif"])
def test_what_is_ignored_is_no_alert(form: str) -> None:
    """Servers show all that stands in these; what they know of suppressions, they do not follow."""
    report = with_ignored()
    without = replace(report, ignored=())
    if form == "sarif":
        (done,) = json.loads(REPORTERS[form].render(report))["runs"]
        assert "silent-disagreement" not in {one["ruleId"] for one in done["results"]}
        return
    assert "silent-disagreement" not in REPORTERS[form].render(report)
    assert REPORTERS[form].render(report).count("no-converter") == REPORTERS[form].render(without).count("no-converter")


def test_a_report_with_ignored_findings_says_so_at_its_head() -> None:
    assert digest.headline(with_ignored()) == "Ready, with 1 warning and 1 finding ignored"
    schema = json.loads((ROOT / "schemas" / "report.schema.json").read_text(encoding="utf-8"))
    data = as_data(with_ignored())
    jsonschema.validate(data, schema)
    assert [one["why"] for one in data["ignored"]] == ["only the order of the scores is used"]


def test_the_whole_report_shows_what_to_write() -> None:
    report = REPORTS["parity"]()
    assert 'rule = "silent-disagreement"' in text.render(report, verbose=True)
    assert "[[tool.checker.ignore]]" not in text.render(report)


# --- the command ---------------------------------------------------------------------------------------------------


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose environment is recorded, and blocks."""
    recorded = ROOT / "reports" / "frames" / "4-silent.jsonl.gz"
    (tmp_path / "frames.jsonl").write_bytes(gzip.decompress(recorded.read_bytes()))
    (tmp_path / "train.py").write_bytes((ROOT / "examples" / "train.py").read_bytes())
    monkeypatch.chdir(tmp_path)
    return tmp_path


ASK = ("--from", "frames.jsonl", "--offline")
ENTRY = 'scripts = ["train.py"]\n[[ignore]]\nrule = "silent-disagreement"\nreason = "known"\nsubject = "train.py *"\n'


def test_an_ignore_makes_it_pass(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "checker.toml").write_text('scripts = ["train.py"]\n')
    assert run(*ASK, capsys=capsys)[0] == 1
    (project / "checker.toml").write_text(ENTRY)
    status, out, _ = run(*ASK, capsys=capsys)
    assert (status, out.splitlines()[0]) == (0, "Ready, with 1 finding ignored: train.py")
    (project / "checker.toml").write_text(ENTRY + "expires = 2020-01-01\n")
    status, out, _ = run(*ASK, capsys=capsys)
    assert status == 1
    assert "It was ignored until 2020-01-01: known." in " ".join(out.split())


def test_a_baseline_lets_pass_what_was_there(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ask = (*ASK, "train.py", "--baseline", "old.json")
    status, _, err = run("preflight", *ask, capsys=capsys)
    assert (status, err) == (3, "checker: cannot read old.json: not found (--update-baseline writes it)\n")
    status, _, err = run("preflight", *ask, "--update-baseline", capsys=capsys)
    assert (status, err.splitlines()[-1]) == (0, "checker: 1 finding written to the baseline old.json")
    assert run("preflight", *ask, capsys=capsys)[0] == 0
    (project / "old.json").write_text('{"schema_version": 1, "findings": []}')
    assert run("preflight", *ask, capsys=capsys)[0] == 1


def test_a_severity_counts(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "checker.toml").write_text('scripts = "train.py"\nseverity.silent-disagreement = "warning"\n')
    assert run(*ASK, capsys=capsys)[0] == 0
    assert run(*ASK, "--strict", capsys=capsys)[0] == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("ignore = 3", "ignore: write it as tables, [[ignore]]"),
        ("[[ignore]]", "ignore[1].rule: write the name of a rule"),
        ('[[ignore]]\nrule = "zipmpa"\nreason = "x"', "ignore[1].rule: there is no rule 'zipmpa'; did you mean zipmap?"),
        ('[[ignore]]\nrule = "zipmap"', "ignore[1].reason: write why this is ignored"),
        ('[[ignore]]\nrule = "zipmap"\nreason = "..."', "ignore[1].reason: write why this is ignored"),
        ('[[ignore]]\nrule = "zipmap"\nreason = "x"\nexpires = "soon"', "ignore[1].expires: write a day without quotes"),
        ('[[ignore]]\nrule = "zipmap"\nreason = "x"\nexpire = 2030-01-01', "ignore[1].expire: there is no such key; did you mean expires?"),
        ('[[ignore]]\nrule = "zipmap"\nreason = "x"\nsubject = 3', "ignore[1].subject: write what the finding is about"),
        ("severity = 3", "severity: write it as a table"),
        ('severity.zipmap = "bad"', "severity.zipmap: write blocker or warning or note"),
        ('severity.zipmpa = "note"', "severity.zipmpa: there is no rule 'zipmpa'"),
        ('baseline = "../old.json"', "baseline: ../old.json: write a file below the folder of this one"),
        ('baseline = "old.json"', "baseline: cannot read old.json: not found (--update-baseline writes it"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_line(content: str, words: str, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "checker.toml").write_text(content + "\n")
    status, out, err = run(*ASK, capsys=capsys)
    assert (status in (2, 3), out, err.count("\n")) == (True, "", 1)
    assert f"checker: checker.toml: {words}" in err


def test_a_notebook_of_the_project_follows_its_decisions(project: Path) -> None:
    (project / "checker.toml").write_text(ENTRY + "[severity]\nzipmap = 'note'\n")

    def magic() -> None:
        """A magic without IPython."""

    decided = policy_of(options_of(magic, ["preflight"], ""))
    assert (len(decided.ignores), {**decided.severities}) == (1, {"zipmap": Severity.NOTE})
    assert options_of(magic, ["preflight"], "").scripts == []
    assert policy_of(options_of(magic, ["preflight"], "--no-config")).ignores == ()
