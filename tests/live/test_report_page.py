"""The report in a real browser: narrow and wide, light and dark, by keyboard, copied, printed, read aloud."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from checker.reporters import REPORTERS

from ..browsers import axe, chromium, opened, violations
from ..reports import REPORTS
from ..test_reporters import NASTY, odd_report

pytestmark = pytest.mark.live
STORY = Path(__file__).parents[2] / "reports"
WIDTHS, SCHEMES = (375, 800, 1440), ("light", "dark")
UNFOLD = "document.querySelectorAll('details').forEach((one) => { one.open = true; })"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as one:
        yield one


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Name -> address."""
    folder = tmp_path_factory.mktemp("pages")
    made = {**{name: make() for name, make in REPORTS.items()}, "nasty": odd_report(NASTY)}
    for name, report in made.items():
        (folder / f"{name}.html").write_text(REPORTERS["html"].render(report), encoding="utf-8")
    return {path.stem: path.as_uri() for path in (*folder.iterdir(), *STORY.glob("*.html"))}


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_fits_and_asks_nobody(browser: Any, pages: dict[str, str], width: int, scheme: str) -> None:
    for name, address in pages.items():
        with opened(browser, address, viewport={"width": width, "height": 800}, color_scheme=scheme) as (page, wrong):
            page.evaluate(UNFOLD)
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, name
            assert wrong == [], name
            assert page.evaluate("document.querySelector('h1').getBoundingClientRect().top") < 100, name


def test_axe_finds_nothing(browser: Any, pages: dict[str, str], tmp_path: Path) -> None:
    program = axe(tmp_path)
    for name, address in pages.items():
        for scheme in SCHEMES:
            with opened(browser, address, color_scheme=scheme, bypass_csp=True) as (page, _):
                page.evaluate(UNFOLD)
                assert violations(page, program) == [], (name, scheme)


def test_a_button_copies_what_is_typed(browser: Any, pages: dict[str, str]) -> None:
    with opened(browser, pages["blocked"], permissions=["clipboard-read", "clipboard-write"]) as (page, wrong):
        page.click("button[data-copy]:visible >> nth=0")
        assert page.inner_text("button[data-copy]:visible >> nth=0").startswith("Copied")
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied == next(iter(REPORTS["blocked"]().remedies[0].commands.values()))
        assert wrong == []


def test_the_keyboard_reaches_and_opens_everything(browser: Any, pages: dict[str, str]) -> None:
    with opened(browser, pages["mended"]) as (page, _):
        reached, opened_ = set(), "document.activeElement.closest('details').open"
        for _ in range(60):
            page.keyboard.press("Tab")
            tag = page.evaluate("document.activeElement.tagName")
            reached.add(tag)
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none" or tag == "BODY"
            if tag == "SUMMARY" and not page.evaluate(opened_):
                page.keyboard.press("Enter")
                assert page.evaluate(opened_)
        assert {"SUMMARY", "BUTTON"} <= reached


def test_without_scripts_it_reads_and_has_no_dead_buttons(browser: Any, pages: dict[str, str]) -> None:
    with opened(browser, pages["mended"], java_script_enabled=False) as (page, wrong):
        assert page.locator("button:visible").count() == 0
        page.click("summary >> nth=0")
        assert page.locator("details[open]").count() == 1
        assert wrong == []


def test_on_paper_nothing_is_folded(browser: Any, pages: dict[str, str]) -> None:
    hidden = "[...document.querySelectorAll('details')].filter((one) => one.lastElementChild.checkVisibility({contentVisibilityAuto: true}) === false).length"
    with opened(browser, pages["mended"], color_scheme="dark") as (page, _):
        assert page.evaluate("document.querySelectorAll('details:not([open])').length") > 3
        page.emulate_media(media="print")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert page.evaluate(hidden) == 0
        assert page.pdf().startswith(b"%PDF")
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert page.evaluate("document.querySelectorAll('details:not([open])').length") > 3
