"""The site: what its pages say of measurements, and that they are whole; `live/test_site.py` looks at it in a browser."""

from __future__ import annotations

import base64
import gzip
import json
import posixpath
import re
from collections.abc import Mapping
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import checker
from checker.cli import main
from checker.commands import COMMANDS, GROUPS
from checker.commands.matrix.site import helps
from checker.errors import READY, USAGE, UsageError
from checker.matrix import measured
from checker.matrix.measured import Signature
from checker.matrix.measured.values import unfold
from checker.model import Rule, Stage
from checker.probe.canaries import every, quick
from checker.reporters import REPORTERS
from checker.reporters.explain import render_rule
from checker.rules.environment import ALL
from checker.site.build import Given, build
from checker.site.facts.estimators import estimators
from checker.site.facts.kinds import Kind, kind_of, most_telling
from checker.site.facts.spans import told, works
from checker.site.html import VOID, Html, el, joined
from checker.site.markdown import rendered
from checker.site.pages import data, documents
from checker.site.pages.rules import prose
from checker.site.pages.words import share
from checker.site.repository import repository
from checker.world.project.folder import LIST, write_folder

from .matrices import FEW, folded, packed

ROOT = Path(__file__).parents[1]
#: cells of which one cannot be imported
CELLS = [
    {"python": "3.11", "scikit-learn": sklearn, "numpy": numpy, "scipy": "1.11.4", "skl2onnx": converter, "onnx": "1.15.0", "protobuf": "4.23.4"}
    for sklearn in ("1.2.2", "1.4.2", "1.5.2")
    for numpy, converter in (("1.26.4", "1.15.0"), ("1.26.4", "1.16.0"), ("2.0.2", "1.16.0"))
]  # fmt: skip


def hidden(pins: dict[str, str], runtime: str) -> int:
    """OneHotEncoder does not convert with the older converter, and is wrong in one runtime with a newer scikit-learn."""
    if pins["skl2onnx"] == "1.15.0":
        return 4
    return 6 if runtime == "1.16.3" and pins["scikit-learn"] == "1.5.2" else 0


RAW = folded(CELLS, {"OneHotEncoder": hidden, "OneHotEncoder-drop": lambda pins, runtime: 0, "SVC": lambda pins, runtime: 0}, ("1.16.3", "1.18.1"))  # fmt: skip
SITE = build(Given(unfold(RAW), every(), quick(), repository(), helps()))
PAGES = {name: text for name, text in SITE.items() if name.endswith(".html")}


# --- what is said --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stage", "type_", "kind"),
    [
        (Stage.INSTALL, "Error", Kind.ENVIRONMENT),
        (Stage.IMPORT, "ImportError", Kind.ENVIRONMENT),
        (Stage.FIT, "TypeError", Kind.CONVERSION),
        (Stage.CONVERT, "RuntimeError", Kind.CONVERSION),
        (Stage.CHECK, "ValidationError", Kind.REFUSED),
        (Stage.LOAD, "Fail", Kind.REFUSED),
        (Stage.RUN, "Fail", Kind.REFUSED),
        (Stage.REGISTER, "TypeError", Kind.REFUSED),
        (Stage.PARITY, "Disagreement", Kind.WRONG),
        (Stage.PARITY, "ShapeDisagreement", Kind.WRONG),
        (Stage.PARITY, "EdgeDisagreement", Kind.EDGE),
    ],
)
def test_kinds_of_failures(stage: Stage, type_: str, kind: Kind) -> None:
    assert kind_of(Signature(stage, type_, "", "", "")) is kind


def test_what_passed_works_and_working_anywhere_stands_for_all() -> None:
    assert kind_of(None) is Kind.WORKS
    assert most_telling({Kind.CONVERSION: 9, Kind.WORKS: 1}) is Kind.WORKS
    assert most_telling({Kind.ENVIRONMENT: 9, Kind.REFUSED: 1}) is Kind.REFUSED
    assert most_telling({}) is None


@pytest.mark.parametrize(
    ("tried", "words"),
    [
        ("", "not tried"),
        ("a- b-", "never"),
        ("a+ b+", "since a"),
        ("a- b+ c+", "since b"),
        ("a+ b+ c-", "a to b"),
        ("a- b+ c-", "b"),
        ("a+ b- c+", "a, and since c"),
        ("a+ b- c+ d-", "a, and c"),
        ("a+ b- c+ d- e+", "since a, with gaps"),
        ("a+ b- c+ d- e+ f-", "a to e, with gaps"),
    ],
)
def test_since_when(tried: str, words: str) -> None:
    assert told([(word[:-1], word[-1] == "+") for word in tried.split()]) == words


def test_a_release_that_cannot_be_imported_was_not_tried() -> None:
    releases = {"1.0": {Kind.WORKS: 1}, "1.1": {Kind.ENVIRONMENT: 3}, "1.2": {Kind.CONVERSION: 2, Kind.ENVIRONMENT: 1}}
    assert works(releases) == [("1.0", True), ("1.2", False)]


@pytest.mark.parametrize(("part", "whole", "said"), [(0, 0, 0), (0, 9, 0), (1, 900, 1), (899, 900, 99), (9, 9, 100), (1, 2, 50)])  # fmt: skip
def test_only_all_is_100_and_only_none_is_0(part: int, whole: int, said: int) -> None:
    assert share(part, whole) == said


def test_an_estimator_has_its_models_together() -> None:
    one, svc = estimators(unfold(RAW), every())
    assert (one.name, one.dotted, len(one.variants)) == ("OneHotEncoder", "sklearn.preprocessing.OneHotEncoder", 2)
    assert svc.name == "SVC"
    # six sets can be imported; the encoder fails in three of them, and is wrong in one
    assert one.tried == 12
    assert one.counts == {Kind.WORKS: 9, Kind.WRONG: 1, Kind.CONVERSION: 3, Kind.ENVIRONMENT: 6}
    assert one.variants[0].reach.pairs("scikit-learn", "skl2onnx")["1.5", "1.16"] == {Kind.WORKS: 1, Kind.WRONG: 1, Kind.ENVIRONMENT: 1}  # fmt: skip
    assert one.variants[0].reach.pairs("onnx", "onnxruntime") == {("1.15", "1.16"): {Kind.WORKS: 2, Kind.WRONG: 1}, ("1.15", "1.18"): {Kind.WORKS: 3}}  # fmt: skip


def words_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_the_first_page_has_a_row_for_each_estimator() -> None:
    rows = [words_of(row) for row in re.findall(r"<tr>.*?</tr>", SITE["index.html"])]
    assert "OneHotEncoder sklearn.preprocessing, 2 models ✓ 2 of 2 since 1.2.2 since 1.15.0 since 1.15.0 since 1.16.3 ≠ 1 of 2 models" in rows  # fmt: skip
    assert "SVC sklearn.svm, 1 model ✓ works since 1.2.2 since 1.15.0 since 1.15.0 since 1.16.3 none seen" in rows


def test_the_page_of_an_estimator_leads_to_the_measurement() -> None:
    page = words_of(SITE["estimators/OneHotEncoder.html"])
    assert "it works in 9 of 12 measured sets of versions that can be imported, and in 1 it runs and its answers are wrong" in page  # fmt: skip
    assert "≠ parity: Disagreement 1 set: OneHotEncoder labels differ Measured on 2026-11-28" in page
    assert "checker matrix why python==3.11 scikit-learn==1.5.2" in page
    assert "onnxruntime==1.16.3 OneHotEncoder" in page
    assert "Wrong answers None was seen." in words_of(SITE["estimators/SVC.html"])


def test_a_pair_leads_to_its_sets() -> None:
    (cell,) = re.findall(r'<td class="share-\d"><a href="(pairs/[^"]*scikit-learn-1\.5-skl2onnx-1\.15)">(\d+)</a>', SITE["index.html"])  # fmt: skip
    assert cell == ("pairs/scikit-learn-skl2onnx.html#scikit-learn-1.5-skl2onnx-1.15", "67")
    page = words_of(SITE["pairs/scikit-learn-skl2onnx.html"])
    assert "scikit-learn 1.5, skl2onnx 1.15 2 of 3 models work in at least one of 1 sets." in page


# --- the pages -----------------------------------------------------------------------------------------------------


class Reader(HTMLParser):
    """What a page has: whether its elements end as they began, its anchors, and where it leads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.leads: list[str] = []
        self.wrong: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.ids += [told["id"] or ""] if "id" in told else []
        self.leads += [told[name] or "" for name in ("href", "src") if name in told]
        self.wrong += [f"{tag} {name}" for name in told if name.startswith("on") or name == "style"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"/{tag}")


def check_whole(site: Mapping[str, str]) -> None:
    """Every page is sound, and what it leads to is there."""
    pages = {name: Reader(text) for name, text in site.items() if name.endswith(".html")}
    for name, page in pages.items():
        assert (page.open, page.wrong) == ([], []), name
        assert len(page.ids) == len({*page.ids}), name
        for goal in page.leads:
            path, _, anchor = goal.partition("#")
            if path.startswith("data:") or (name.startswith("documents/") and goal.startswith("https://")):
                continue
            assert "//" not in goal, (name, goal)
            there = posixpath.normpath(posixpath.join(posixpath.dirname(name), path)) if path else name
            assert there in site, (name, goal)
            assert not anchor or anchor in pages[there].ids, (name, goal)


def test_pages_are_whole_and_lead_nowhere_else() -> None:
    check_whole(SITE)


def test_a_matrix_without_some_packages_has_pages_too() -> None:
    check_whole(build(Given(unfold(FEW), every(), quick())))
    empty: dict[str, Any] = {**FEW, "canaries": [], "outcomes": [], "cells": [], "ids": [], "dates": [], "declared": [], "runtimes": [], "imports": []}  # fmt: skip
    check_whole(build(Given(unfold(empty), every(), quick())))


def test_the_same_matrix_makes_the_same_pages() -> None:
    assert build(Given(unfold(RAW), every(), quick(), repository(), helps())) == SITE


@pytest.mark.parametrize("name", PAGES)
def test_every_page_forbids_other_servers_and_names_itself(name: str) -> None:
    page = PAGES[name]
    assert page.startswith('<!DOCTYPE html>\n<html lang="en">')
    assert "default-src 'none'" in unescape(page)
    assert re.search(r"<title>[^<]+ · sklearn-onnx-checker</title>", page)
    assert page.count("<h1>") == 1


@pytest.mark.parametrize(
    ("element", "text"),
    [
        (el("p", "a < b & c"), "<p>a &lt; b &amp; c</p>"),
        (el("p", Html("<b>x</b>"), None, ["y", ("z",)]), "<p><b>x</b>yz</p>"),
        (el("a", "x", href='"><script>', class_="k", aria_label=None, hidden=False), '<a href="&quot;&gt;&lt;script&gt;" class="k">x</a>'),
        (el("br"), "<br>"),
        (el("p", "\x1b[31mred\u202e\x00"), "<p>red\\u202e\\x00</p>"),
        (joined("<", Html("&")), "&lt;&"),
    ],
    ids=range(6),
)  # fmt: skip
def test_nothing_is_html_that_is_not_meant_so(element: str, text: str) -> None:
    assert element == text


def test_what_a_package_says_is_no_html() -> None:
    raw = {**RAW, "signatures": [s and [*s[:3], "<script>alert(1)</script>", s[4]] for s in RAW["signatures"]]}
    site = build(Given(unfold(raw), every(), quick()))
    assert "&lt;script&gt;alert(1)" in site["estimators/OneHotEncoder.html"]
    assert not any("<script>alert" in page for name, page in site.items() if name.endswith(".html"))


# --- rules and data ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.id)
def test_every_rule_has_a_page_that_says_what_explain_says(rule: Rule[Any]) -> None:
    page = unescape(words_of(SITE[f"rules/{rule.id}.html"]))
    said = " ".join(render_rule(rule).split("\n", 2)[2].split())
    letters = re.compile(r"[^\w]+")
    assert letters.sub("", said) in letters.sub("", page)


def test_prose_has_paragraphs_lists_and_code() -> None:
    text = "One `name`\nof two <lines>.\n\n    x = 1\n    y = 2\n\n- a point\n  that goes on\n- another"
    assert prose(text) == (
        "<p>One <code>name</code> of two &lt;lines&gt;.</p>"
        '<pre tabindex="0"><code>x = 1\ny = 2</code></pre>'
        "<ul><li>a point that goes on</li><li>another</li></ul>"
    )


@pytest.mark.parametrize("name", data.FILES)
@pytest.mark.parametrize("site", [SITE, build(Given(unfold(FEW), every(), quick()))], ids=["raw", "few"])
def test_data_are_as_their_schemas_say(name: str, site: Mapping[str, str]) -> None:
    schema = json.loads(site[f"data/{data.schema_of(name)}"])
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(site[f"data/{name}"]), schema)
    page = words_of(SITE["data/index.html"])
    assert all(key in page for key in schema["properties"])
    assert all(told.get("description") or name in ("",) for told in schema["properties"].values())


def test_data_say_what_the_table_says() -> None:
    one = json.loads(SITE["data/estimators.json"])["estimators"][0]
    assert (one["name"], one["models"], one["sets"]) == ("OneHotEncoder", 2, 12)
    assert one["works"]["skl2onnx"] == [{"from": "1.15.0", "to": "1.16.0", "newest": True}]
    assert one["wrong"]["onnxruntime"] == [{"from": "1.16.3", "to": "1.16.3", "newest": False}]
    assert "Apache-2.0" in SITE["data/index.html"]


def test_the_page_loads_what_the_data_are() -> None:
    packed_ = re.fullmatch(r'globalThis\.checkerTables = "(.*)";\n', SITE["assets/tables.js"])
    assert packed_
    assert gzip.decompress(base64.b64decode(packed_[1])).decode() == SITE["data/measured.json"]


# --- documents -----------------------------------------------------------------------------------------------------


def test_every_document_is_a_page_and_is_listed() -> None:
    pages = {name for name in SITE if name.startswith("documents/")}
    assert pages == {f"documents/{page}" for page in ("index.html", "commands.html", "formats.html", "recipes.html", *(page for page, _ in documents.MANUALS.values()))}  # fmt: skip
    assert all(f'href="{page.partition("/")[2]}"' in SITE["documents/index.html"] for page in pages if "index" not in page)  # fmt: skip
    assert '<h2 id="the-story">The story</h2>' in SITE["documents/manual.html"]
    assert "<!--" not in SITE["documents/manual.html"]


def test_every_command_and_every_format_has_its_part() -> None:
    shown = SITE["documents/commands.html"]
    for name in (*COMMANDS, *(f"{group} {name}" for group, names in GROUPS.items() for name in names)):
        assert f'<h2 id="checker-{name.replace(" ", "-")}">' in shown
    assert shown.count("exit status") > len(COMMANDS)
    told = SITE["documents/formats.html"]
    assert re.findall(r'<h2 id="(\w+)">', told) == [*REPORTERS]
    assert told.count("<summary>A sample</summary>") == len(REPORTERS)


def test_what_is_there_to_be_copied_is_shown_whole() -> None:
    shown = unescape(SITE["documents/recipes.html"])
    found = [path for path in (ROOT / documents.RECIPES).rglob("*") if path.is_file() and "__pycache__" not in path.parts]  # fmt: skip
    assert len(found) > 5
    assert [path.name for path in found if path.read_text(encoding="utf-8").rstrip() not in shown] == []


def test_an_installed_checker_has_no_documents_of_the_repository(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("# Of somebody else")
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "other"\n')
    assert repository(tmp_path) == {}
    site = build(Given(unfold(RAW), every(), quick(), {}, helps()))
    check_whole(site)
    assert "documents/manual.html" not in site


def test_markdown_becomes_pages() -> None:
    text = """# Title
<!-- not shown -->
See [there](other.md#part), [a file](checker/x.py), [the web](https://example.org/) and <b>no markup</b>.

## A `part`

| a | b |
| - | - |
| 1 | [x](javascript:alert) |

## A part

    $ code <b>
"""
    title, parts, body = rendered(text, {"other.md": "other.html"})
    assert title == "Title"
    assert parts == '<ul class="parts"><li><a href="#a-part">A part</a></li><li><a href="#a-part-">A part</a></li></ul>'
    assert '<a href="other.html#part">there</a>, <a>a file</a>' in body
    assert '<a href="https://example.org/" rel="noreferrer">the web</a> and &lt;b&gt;no markup' in body
    assert '<div class="scroll" tabindex="0" role="region" aria-label="table 1"><table>' in body
    assert '<pre tabindex="0"><code>$ code &lt;b&gt;' in body
    assert "javascript:" not in re.findall(r'href="([^"]*)"', body)
    assert "not shown" not in body


# --- the folder ----------------------------------------------------------------------------------------------------


def test_the_command_writes_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    monkeypatch.setattr(measured, "PLACES", (packed(tmp_path / "measured.json.gz", RAW),))
    measured.load.cache_clear()
    try:
        assert main(["matrix", "site", str(tmp_path / "out")]) == READY
        told = capsys.readouterr().out
        assert told.startswith(f"{tmp_path / 'out' / 'index.html'}: {len(SITE)} files, ")
        assert (tmp_path / "out" / "index.html").read_text(encoding="utf-8") == SITE["index.html"]
        assert main(["matrix", "site", str(tmp_path)]) == USAGE
        assert "other files lie in" in capsys.readouterr().err
    finally:
        measured.load.cache_clear()


def files_of(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if not p.is_dir()}


def test_a_folder_is_written_again_and_holds_nothing_else(tmp_path: Path) -> None:
    out = tmp_path / "a" / "out"
    write_folder(out, {"index.html": "1", "old/page.html": "1", "both/a.html": "1"})
    write_folder(out, {"index.html": "2", "both/b.html": "2"})
    assert files_of(out) == {LIST, "index.html", "both/b.html"}
    assert not (out / "old").exists()
    assert (out / "index.html").read_text() == "2"


def test_nothing_outside_a_folder_is_removed_or_written(tmp_path: Path) -> None:
    out, other = tmp_path / "out", tmp_path / "other"
    other.mkdir()
    (other / "mine.txt").write_text("mine")
    write_folder(out, {"index.html": "1"})
    (out / LIST).write_text("../other/mine.txt\nlinked/mine.txt\n/etc/passwd\nindex.html\n")
    (out / "linked").symlink_to(other)
    write_folder(out, {"index.html": "2"})
    assert (other / "mine.txt").exists()
    with pytest.raises(UsageError, match="linked is a link"):
        write_folder(out, {"linked/page.html": "3"})
    assert files_of(other) == {"mine.txt"}


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(UsageError, match="other files lie in"):
        write_folder(tmp_path, {"index.html": "1"})
    with pytest.raises(UsageError, match="is no folder"):
        write_folder(tmp_path / "mine.txt", {"index.html": "1"})
    assert files_of(tmp_path) == {"mine.txt"}


# --- style ---------------------------------------------------------------------------------------------------------


def colours(name: str) -> list[tuple[str, str]]:
    """The colours of a style sheet: those of the light page, then those of the dark one."""
    text = (Path(checker.__file__).parent / name).read_text(encoding="utf-8")
    blocks = re.findall(r"\{[^{}]*--paper:[^{}]*\}", text)[:2]
    return [told for block in blocks for told in re.findall(r"(--[\w-]+): (#\w+)", block)]


def test_colours_of_the_site_are_those_of_the_report() -> None:
    mine, report = colours("site/assets/style.css"), colours("reporters/html/style.css")
    shared = [told for told in mine if told[0] in {name for name, _ in report}]
    assert len(shared) == 18
    assert [told for told in report if told[0] in {name for name, _ in mine}] == shared


def test_style_uses_only_colours_that_it_names() -> None:
    style = SITE["assets/style.css"]
    used, named = {*re.findall(r"var\((--[\w-]+)", style)}, {*re.findall(r"(--[\w-]+):", style)}
    assert used <= named
    assert not re.findall(r"(?<!: )#[0-9a-f]{3,6}\b(?=[^{}]*\})", style.partition("* { box-sizing")[2])
