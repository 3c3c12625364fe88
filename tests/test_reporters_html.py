"""The report for a browser: whole, quiet, escaped, readable; its style keeps to itself."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from checker import merged
from checker.merged.reading import read_row
from checker.model import Report, Stage
from checker.reporters import as_json
from checker.reporters.html import elements, page, strip
from checker.reporters.html.article import article

from .reports import REPORTS
from .test_merged import lost, report, rows
from .test_reporters import NASTY, ODD, empty_report, odd_report

#: elements without an end
VOID = {"meta", "link", "img", "br", "hr", "input"}
#: what may stand in a page at all
KNOWN = {
    "html", "head", "meta", "title", "style", "script", "body", "main", "article", "header", "section", "footer", "h1", "h2", "h3", "p", "span",
    "b", "code", "pre", "a", "div", "dl", "dt", "dd", "ul", "ol", "li", "details", "summary", "button", "table", "caption", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
ALLOWED = {
    "class", "lang", "charset", "name", "content", "http-equiv", "href", "rel", "type", "role", "tabindex", "scope", "open",
    "aria-label", "aria-hidden", "aria-live", "data-verdict", "data-state", "data-severity", "data-proven", "data-mark", "data-copy", "data-done",
}  # fmt: skip


class Tree(HTMLParser):
    """The elements of a page, which must be closed in their order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.headings: list[int] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        assert len(dict(attrs)) == len(attrs), "an attribute twice"
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("style", "script"):
            self.texts.append(data)


EVERY = [*(make() for make in REPORTS.values()), *map(odd_report, ODD), empty_report()]


@pytest.mark.parametrize("report", EVERY)
def test_a_page_is_whole_and_holds_nothing_but_ours(report: Report) -> None:
    tree = Tree(page.render(report))
    assert {tag for tag, _ in tree.seen} <= KNOWN
    assert {name for _, given in tree.seen for name in given} <= ALLOWED
    assert [tag for tag, _ in tree.seen].count("script") == 1
    assert all(re.match("https?://", given["href"] or "") for _, given in tree.seen if "href" in given)


@pytest.mark.parametrize("report", EVERY)
def test_a_reader_for_the_blind_finds_its_way(report: Report) -> None:
    """One main part with one first heading; no level is left out; each part and each table has a name."""
    tree = Tree(page.render(report))
    tags = [tag for tag, _ in tree.seen]
    assert (tags.count("main"), tags.count("h1"), tree.headings[0]) == (1, 1, 1)
    assert all(deeper - level <= 1 for level, deeper in zip(tree.headings, tree.headings[1:], strict=False))
    assert all(given.get("aria-label") is not None for tag, given in tree.seen if tag == "section")
    assert tags.count("table") == tags.count("caption")
    assert dict(tree.seen)["html"]["lang"] == "en"


def test_nobody_elses_words_are_markup() -> None:
    shown = "".join(Tree(page.render(odd_report(NASTY))).texts)
    assert "<b>&amp; ]]> </details> 'quote' \"double\"" in shown
    assert page.render(odd_report("<script>alert(1)</script>")).count("<script") == 1
    assert elements.link("javascript:alert(1)").startswith("<code>")
    assert elements.link('https://a.example/"onclick="x').startswith("<code>")
    assert elements.link("https://a.example/?a=1&b=2").startswith('<a href="https://a.example/?a=1&amp;b=2"')


@pytest.mark.parametrize("name", REPORTS)
def test_nothing_is_fetched_and_no_other_script_runs(name: str) -> None:
    text = page.render(REPORTS[name]())
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]+)"', text)
    assert policy.startswith("default-src 'none'; ")
    for tag in ("style", "script"):
        (inside,) = re.findall(f"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        assert f"{tag}-src {page.hashed(inside)}" in policy
        assert not re.search(r"https?:|@import|url\(", inside)
    assert " style=" not in text


@pytest.mark.parametrize("name", REPORTS)
def test_verdict_then_cause_then_remedy(name: str) -> None:
    report = REPORTS[name]()
    words = " ".join("".join(Tree(page.render(report)).texts).split())
    wanted = [*(f.message for f in report.findings[:1]), *(r.text for r in report.remedies[:1]), "Environment"]
    places = [words.find(part.rstrip(".")) for part in wanted]
    assert -1 not in places
    assert places == sorted(places)


def test_what_is_typed_is_copied_as_it_is() -> None:
    report = REPORTS["blocked"]()
    typed = re.findall(r'<div class="typed">.*?<code>(.*?)</code>', page.render(report), re.DOTALL)
    for command in report.remedies[0].commands.values():
        assert command.replace("'", "&#x27;") in typed


def test_before_and_after_of_what_was_proven() -> None:
    text = page.render(REPORTS["mended"]())
    assert '<tr><th scope="row">skl2onnx</th>\n<td>1.16.0</td>\n<td>1.17.0</td></tr>' in re.sub(
        r"(<tr>)\n|\n(</tr>)", r"\1\2", text
    )
    row = text.partition("Models, before and after")[2].partition("OneVsRestClassifier")[2].partition("</tr>")[0]
    assert re.findall('data-mark="(\\w+)"', row) == ["FAILED", "ok"]
    assert "\nskl2onnx==1.17.0</code>" in text
    assert "Before and after" not in page.render(REPORTS["parity"]())


def test_before_and_after_of_a_fix() -> None:
    old, new = REPORTS["blocked"](), REPORTS["ready"]()
    text = page.render(replace(new, before=old))
    part = text.partition("Before and after the fix</h2>")[2].partition("</section>")[0]
    assert "<dd>Blocked at convert</dd>" in part
    assert re.findall("<td>(.*?)</td>", part) == ["0.22.2.post1", "0.20.3"]
    assert ">fails at convert</td>" in part
    assert "the fix" not in page.render(new)


@pytest.mark.parametrize("value", [*ODD, "plain"])
def test_several_environments_are_one_page(value: str) -> None:
    row = read_row("a", "a.json", json.loads(as_json.render(odd_report(value))))
    tree = Tree(merged.render((row, *rows(b=lost("1.20.0"), c=report(onnx="1.18.0"))), "html"))
    assert {tag for tag, _ in tree.seen} <= KNOWN
    assert {name for _, given in tree.seen for name in given} <= ALLOWED | {"id"}
    links = {given["href"] for tag, given in tree.seen if tag == "a" and (given["href"] or "").startswith("#")}
    assert links <= {f"#{given['id']}" for _, given in tree.seen if "id" in given}
    assert "Ready: c." in " ".join("".join(tree.texts).split())


@pytest.mark.parametrize(
    ("name", "at", "state"),
    [
        ("blocked", Stage.CONVERT, ("failed", "1 of 3 failed")),
        ("blocked", Stage.FIT, ("passed", "3 passed")),
        ("blocked", Stage.INSTALL, ("open", "not tried")),
        ("mended", Stage.PARITY, ("failed", "2 of 7 failed")),
        ("static", Stage.IMPORT, ("failed", "blocked")),
        ("static", Stage.RUN, ("open", "not tried")),
        ("ready", Stage.REGISTER, ("passed", "1 passed")),
    ],
)
def test_the_strip_tells_where_the_path_ends(name: str, at: Stage, state: tuple[str, str]) -> None:
    assert strip.state_of(REPORTS[name](), at) == state


def test_a_stage_out_of_scope_does_not_fail() -> None:
    report = REPORTS["mended"]()
    aside = replace(report, findings=tuple(replace(f, out_of_scope=True) for f in report.findings))
    assert strip.state_of(aside, Stage.PARITY)[0] == "warned"


# --- the style -----------------------------------------------------------------------------------------------------


def rules(css: str) -> list[tuple[str, str]]:
    """Selectors and bodies, those inside conditions too."""
    plain = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    plain = re.sub(r"@media[^{]+\{((?:[^{}]*\{[^{}]*\})*)\s*\}", r"\1", plain)
    return re.findall(r"([^{}]+)\{([^{}]*)\}", plain)


def test_the_style_leaks_nowhere() -> None:
    """In a notebook the report is one of many things on a page: no rule of it holds for any other."""
    css = page.style()
    assert "@font-face" not in css
    for selectors, _ in rules(css):
        for selector in re.split(r",(?![^(]*\))", selectors):
            assert re.search(r"\.checker-(report|page)\b", selector.strip()), selector
            assert selector.strip().startswith((".checker-", "[data-jp-theme-light", ".vscode-")), selector
    assert page.firm_style().count("#checker-report") == css.count(".checker-report")
    inner = article(REPORTS["mended"](), level=2)
    assert page.fragment(inner).count("<h1") == 0
    assert not re.search(r"\sid=", page.fragment(inner))


def luminance(color: str) -> float:
    parts = (int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted(map(luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


def test_every_colour_can_be_read_on_every_paper() -> None:
    """WCAG AA asks for 4.5; light, dark, print, and both themes of notebooks."""
    schemes = [dict(re.findall(r"--([\w-]+): (#\w{6})", body)) for _, body in rules(page.style())]
    schemes = [colors for colors in schemes if colors]
    assert len(schemes) == 5
    assert schemes[0] == schemes[2]
    assert schemes[1] == schemes[3]
    for colors in schemes:
        papers = [colors[name] for name in colors if name in ("paper", "shade") or name.endswith("-paper")]
        for name in ("ink", "faint", "link", "bad", "warn", "good"):
            assert min(contrast(colors[name], paper) for paper in papers) >= 4.5, (name, colors[name])
