"""The report in other languages: every sentence of its frame is there, with the same values, and machines read English."""

from __future__ import annotations

import ast
import json
import re
import string
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import checker
from checker import language, merged
from checker.cli import main
from checker.language import ENGLISH, LANGUAGES, find_language, say, say_number, sentences, speaking
from checker.language.japanese import MADE
from checker.merged import wording
from checker.merged.reading import read_row
from checker.model import Basis, Change, Distribution, Observation, Plan, Rehearsed, Report, Severity, Stage
from checker.remedy.wording import NOT_TRIED, describe_plan
from checker.reporters import REPORTERS, as_json, blocks, printable, text
from checker.reporters.html import findings, page

from . import test_merged, test_subjects
from .reports import REPORTS
from .test_reporters import empty_report, odd_report

HOUSE = Path(checker.__file__).parent
OTHERS = [name for name in LANGUAGES if name != ENGLISH]
#: what is said by a table, and not where it is said
TABLES = (
    *(s.value for s in Stage),
    *printable.BASIS.values(),
    *printable.OF_PLACES.values(),
    *(one for one, _ in printable.SEVERITY.values()),
    *blocks.MARKS,
    *text.PLACES.values(),
    *(title for title, _ in findings._GROUPS),
    *wording.LESS.values(),
    *("ready", "warnings", "blocked", "missing"),
    *("Path", "Form", "Producer", "IR version", "Opsets"),
)
#: the rooms that show a report
FACES = ("reporters", "merged", "notebook")


def literals(node: ast.AST) -> list[str]:
    return [n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str)]


def said(tree: ast.AST) -> Iterator[str]:
    """The sentences that a file hands to `say`, and the things that it counts: `{number} model`."""
    for function in [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)]:
        named = {
            target.id: literals(node.value)
            for node in ast.walk(function)
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(function):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args):
                continue
            if node.func.id == "say":
                first = node.args[0]
                yield from named.get(first.id, []) if isinstance(first, ast.Name) else _said(first)
            if node.func.id == "count" and isinstance(node.args[1], ast.Constant):
                yield f"{{number}} {node.args[1].value}"


def _said(node: ast.AST) -> list[str]:
    """A literal, or the two of a choice; what stands in its condition or names a key is not said."""
    if isinstance(node, ast.IfExp):
        return [*_said(node.body), *_said(node.orelse)]
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value else []


FRAME = {
    sentence
    for face in FACES
    for path in sorted((HOUSE / face).rglob("*.py"))
    for sentence in said(ast.parse(path.read_text(encoding="utf-8")))
} | {*TABLES}


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def test_the_frame_is_found() -> None:
    assert {
        "Blocked at {stage}",
        "What to do",
        "{number} model",
        "Nothing was imported or run: this was read in {place}.",
    } <= FRAME
    assert len(FRAME) > 180


@pytest.mark.parametrize("name", OTHERS)
def test_every_sentence_of_the_frame_is_translated_and_no_other(name: str) -> None:
    known = {sentence for sentence in sentences(name) if not sentence.startswith("{number} more ")}
    assert FRAME - {*sentences(name)} == set()
    assert known - FRAME == set()


@pytest.mark.parametrize("name", OTHERS)
def test_the_values_are_at_their_places(name: str) -> None:
    for english, other in sentences(name).items():
        assert placeholders(english) == placeholders(other), english
        assert "　" not in other, "an ideographic space"
        assert english.strip() == english or other.strip() != "" or english in (", ", "; ", " and ")


def leftover(page_: str, known: set[str]) -> list[str]:
    """Words of English in a page that holds nothing of anybody's."""
    words = re.findall(
        r"[A-Za-z]{2,}",
        re.sub(r"<(style|script)>.*?</\1>|<[^>]+>|&\w+;|--\w+|'sha256[^']*'", " ", page_, flags=re.DOTALL),
    )
    return sorted({word for word in words if word not in known})


#: names: of the product, of packages, commands and files, of stages, of kinds of values
NAMES = {
    "sklearn", "onnx", "checker", "scikit", "learn", "ONNX", "MLflow", "Python", "opset", "IR", "uv", "pip", "pyproject", "toml", "expires", "explain", "requirements",
    "txt", "numpy", "scipy", "pandas", "protobuf", "onnxruntime", "skl", "mlflow", "tool", "ignore", "rule", "subject", "reason", *(s.value for s in Stage),
}  # fmt: skip


def bare(report: Report) -> Report:
    """A report whose every value is a sign, and that says all that the frame has to say."""
    seen = replace(
        report.observation,
        rehearsed=(Rehearsed("¤", 10, 2000, False, "¤", "¤", ("¤",)), Rehearsed("¤", 0, 0, False)),
        python="¤",
    )
    found = tuple(
        replace(f, stage=stage, basis=basis)
        for f, stage, basis in zip(report.findings, (Stage.RUN, Stage.TARGET, Stage.RUN), Basis, strict=False)
    )
    return replace(report, subject=seen, findings=found, timings={})


@pytest.mark.parametrize("form", ["text", "verbose", "html"])
def test_no_english_is_left_in_the_frame(form: str) -> None:
    reports = [bare(odd_report("¤")), replace(bare(odd_report("¤")), findings=()), empty_report()]
    for report in reports:
        with speaking("ja"):
            shown = page.render(report) if form == "html" else text.render(report, verbose=form == "verbose")
        assert leftover(shown, NAMES) == []


@pytest.mark.parametrize("name", [n for n in REPORTERS if n not in ("text", "html")])
def test_what_programs_read_is_english(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LC_ALL", "ja_JP.UTF-8")
    before = REPORTERS[name].render(REPORTS["mended"]())
    assert not any(unicodedata.name(letter, "").startswith(("CJK", "HIRAGANA", "KATAKANA")) for letter in before)
    main(["preflight", "--static", "--format", name, "--lang", "ja"])
    shown = capsys.readouterr().out
    assert not any(unicodedata.name(letter, "").startswith(("HIRAGANA", "KATAKANA")) for letter in shown)


@pytest.mark.parametrize(
    ("environment", "encoding", "expected"),
    [
        ({}, "utf-8", "en"),
        ({"LANG": "ja_JP.UTF-8"}, "utf-8", "ja"),
        ({"LANG": "ja"}, "utf-8", "ja"),
        ({"LANG": "ja_JP.eucJP"}, "euc_jp", "ja"),
        ({"LANG": "ja_JP.SJIS"}, "cp932", "ja"),
        ({"LANG": "ja_JP.UTF-8"}, "ascii", "en"),
        ({"LANG": "ja_JP.UTF-8"}, "latin-1", "en"),
        ({"LANG": "ja_JP.UTF-8"}, "no-such-encoding", "en"),
        ({"LANG": "ja_JP.UTF-8", "LC_ALL": "C"}, "utf-8", "en"),
        ({"LANG": "ja_JP.UTF-8", "LC_ALL": ""}, "utf-8", "ja"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "ja_JP.UTF-8"}, "utf-8", "ja"),
        ({"LANG": "de_DE.UTF-8"}, "utf-8", "en"),
        ({"LANG": "\udcff"}, "utf-8", "en"),
    ],
)
def test_the_environment_names_the_language(environment: Mapping[str, str], encoding: str, expected: str) -> None:
    assert find_language(environment, encoding) == expected


CHANGED = Observation(
    "3.11", "/env/bin/python", "linux", {}, (Distribution("onnx", "1.16.0", "/s"), Distribution("numpy", "1.0", "/s"))
)
PLANS = [
    Plan((Change("onnx", "1.16.0", "1.17.0"),), ()),
    Plan((Change("skl2onnx", "", "1.17.0"), Change("numpy", "1.0", "2.0"), Change("new", "", "1")), (), ("skl2onnx",)),
    Plan(
        (Change("onnx", "1.16.0", ""), Change("a", "", "1"), Change("b", "", "1")), (), ("numpy; python_version<'3'",)
    ),
    Plan((Change("onnx", "1.16.0", "1.17.0"), Change("onnx-part", "1.16.0", "")), (), ("onnx",)),
]
WHYS = [
    "it is the environment of the project in /work/a b, kept in /home/.cache",
    "it was recorded in 4-silent.jsonl",
    "it was neither resolved nor tried: --offline was asked for",
    "it was not tried; 3 other changes were, in vain",
    NOT_TRIED,
]


@pytest.mark.parametrize("text_", [*(describe_plan(plan, CHANGED) for plan in PLANS), *WHYS])
def test_sentences_that_a_report_holds_are_said_again(text_: str) -> None:
    with speaking("ja"):
        told = language.reword(text_)
    assert told != text_
    assert told.endswith("。")
    assert language.reword(text_) == text_


@pytest.mark.parametrize(
    "text_", ["", "Move it.", "Install onnx 1.0. And something of somebody's.", "Install a; rm -rf /"]
)
def test_what_is_not_known_stays_as_it_is(text_: str) -> None:
    with speaking("ja"):
        assert language.reword(text_) == text_


def test_made_sentences_keep_their_values() -> None:
    for english, other in MADE.items():
        assert placeholders(english) == placeholders(other), english
        with speaking("ja"):
            values = dict.fromkeys(placeholders(english), "1.0")
            assert language.reword(english.format(**values)) == other.format(**values) + "。", english


def test_a_language_ends_with_its_page() -> None:
    with speaking("ja"):
        assert say("What to do") == "対処法"
        with speaking(ENGLISH):
            assert say("What to do") == "What to do"
        assert say_number(3, "model", "models") == "モデル3個"
        assert say_number(3, "never counted", "never counteds") == "3 never counteds"
    assert say("What to do") == "What to do"
    assert say("{a} {b}", a="{b}", b=1) == "{b} 1"


def test_a_page_tells_its_language() -> None:
    with speaking("ja"):
        assert '<html lang="ja">' in page.render(REPORTS["mended"]())
    assert '<html lang="en">' in page.render(REPORTS["mended"]())


def test_the_option_chooses(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    asked = ["preflight", "--static", "--format", "html", "--output", str(tmp_path / "page.html")]
    beside = ["--report", f"text={tmp_path / 'page.txt'}", "--report", f"json={tmp_path / 'page.json'}"]
    main([*asked, *beside, "--lang", "ja"])
    assert capsys.readouterr().err.startswith("checker: ")
    assert "調べた環境" in (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "調べた環境" in (tmp_path / "page.txt").read_text(encoding="utf-8")
    assert (tmp_path / "page.json").read_text(encoding="utf-8").isascii()
    assert main(["preflight", "--lang", "jp"]) == 2
    assert "choose from en, ja" in capsys.readouterr().err


def test_several_environments_are_told_in_the_language(capsys: pytest.CaptureFixture[str]) -> None:
    row = read_row("a", "a.json", json.loads(as_json.render(odd_report("¤"))))
    rows = (row, *test_merged.rows(b=test_merged.lost("1.20.0"), c=test_merged.report(onnx="1.18.0")))
    with speaking("ja"):
        assert "環境3件のうち2件が停止します" in merged.render(rows, "html")
        assert "環境3件のうち2件が停止します" in merged.text.render(rows, verbose=True)
    assert merged.render(rows, "json").isascii()


def test_an_artifact_is_told_in_the_language() -> None:
    with speaking("ja"):
        told = text.render(test_subjects.report(), verbose=True)
    assert "成果物" in told
    assert "作成元" in told
    assert language.say("Artifact") == "Artifact"


def test_severities_have_one_word() -> None:
    words: dict[Any, str] = {s: sentences("ja")[printable.SEVERITY[s][0]] for s in Severity}
    assert len({*words.values()}) == len(Severity)
