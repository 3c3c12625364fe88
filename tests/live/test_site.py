"""The site in a real browser, of what was really measured: it fits, it is drawn and judged rightly, and asks nobody."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from checker.commands.matrix.site import helps
from checker.matrix.measured import Measured, load
from checker.probe.canaries import every, quick
from checker.site.build import Given, build
from checker.site.facts.estimators import Estimator, estimators
from checker.site.facts.kinds import Kind, kind_of
from checker.site.repository import repository
from checker.world.project.folder import write_folder

from ..browsers import axe, chromium, opened, violations
from ..test_site import check_whole
from ..test_site_scripts import asked

pytestmark = pytest.mark.live
WIDTHS, SCHEMES = (375, 800, 1440), ("light", "dark")
#: a page of each kind
PAGES = ("index.html", "pairs/index.html", "pairs/scikit-learn-skl2onnx.html", "estimators/OneHotEncoder.html", "estimators/Pipeline.html", "estimators/TSNE.html", "rules/index.html", "rules/mixed-files.html", "data/index.html", "documents/manual.html", "documents/commands.html", "documents/formats.html")  # fmt: skip
#: those that axe looks at, which takes long for a large one
LOOKED_AT = ("index.html", "pairs/index.html", "estimators/OneHotEncoder.html", "rules/index.html", "data/index.html", "documents/manual.html", "documents/formats.html")  # fmt: skip
#: bytes that the first page may have with all that it loads
MOST = 1_500_000
LIST = "python==3.11\nscikit-learn==1.5.2\nnumpy==1.26.4\nscipy==1.14.1\nskl2onnx==1.16.0\nonnx==1.16.2\nprotobuf==5.29.6\nonnxruntime==1.19.2\n"
UNFOLD = "document.querySelectorAll('details').forEach((one) => { one.open = true; })"
#: the colour of the pixel in the middle of a cell, at its row and column
PIXEL = """([row, column, wide]) => {
  const grid = document.querySelector('.grid'), canvas = grid.querySelector('canvas'), ratio = devicePixelRatio;
  const x = (52 + column * wide - grid.scrollLeft + wide / 2) * ratio, y = (row * 4 - grid.scrollTop + 2) * ratio;
  return [...canvas.getContext('2d').getImageData(Math.floor(x), Math.floor(y), 1, 1).data].slice(0, 3);
}"""
COLOUR = """(name) => {
  const probe = document.body.appendChild(document.createElement('i')), context = document.createElement('canvas').getContext('2d');
  probe.style.color = `var(${name})`;
  context.fillStyle = getComputedStyle(probe).color;
  context.fillRect(0, 0, 1, 1);
  return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as one:
        yield one


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    return build(Given(load(), every(), quick(), repository(), helps()))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, files: dict[str, str]) -> str:
    """The address of the folder."""
    folder = tmp_path_factory.mktemp("site")
    write_folder(folder / "out", files)
    return (folder / "out").as_uri()


@pytest.fixture(scope="module")
def everyone() -> tuple[Estimator, ...]:
    return estimators(load(), every())


def judged(page: Any, text: str = LIST) -> str:
    """What the page says of a list."""
    page.fill("#list", text)
    page.wait_for_selector("td.yours")
    return str(page.inner_text(".answer"))


def drawn(page: Any) -> None:
    page.evaluate("document.getElementById('cells').scrollIntoView()")
    page.wait_for_selector("#cells[data-ready]", timeout=60_000)
    settled(page)


def settled(page: Any) -> None:
    """Two frames later everything is painted."""
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


# --- every page ----------------------------------------------------------------------------------------------------


def test_all_pages_are_whole_and_the_first_is_small(files: dict[str, str]) -> None:
    check_whole(files)
    loaded = {"index.html", *re.findall(r'(?:href|src)="(assets/[^"]+)"', files["index.html"]), "assets/tables.js"}
    assert sum(len(files[name].encode()) for name in loaded) <= MOST


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_fits_and_asks_nobody(browser: Any, site: str, width: int, scheme: str) -> None:
    for name in PAGES:
        with opened(browser, f"{site}/{name}", viewport={"width": width, "height": 900}, color_scheme=scheme) as (page, wrong):  # fmt: skip
            page.evaluate(UNFOLD)
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, name
            assert page.evaluate("document.querySelector('h1').getBoundingClientRect().bottom") < 300, name
            assert wrong == [], name


def test_axe_finds_nothing(browser: Any, site: str, tmp_path: Path) -> None:
    program = axe(tmp_path)
    for name in LOOKED_AT:
        for scheme in SCHEMES:
            with opened(browser, f"{site}/{name}", color_scheme=scheme, bypass_csp=True) as (page, _):
                if name == "index.html":
                    judged(page)
                    drawn(page)
                page.evaluate(UNFOLD)
                assert violations(page, program) == [], (name, scheme)


def test_without_scripts_everything_reads(browser: Any, site: str, everyone: tuple[Estimator, ...]) -> None:
    with opened(browser, f"{site}/index.html", java_script_enabled=False) as (page, wrong):
        assert page.locator("table.estimators tbody tr:visible").count() == len(everyone)
        assert page.locator("input:visible, button:visible, textarea:visible, canvas:visible").count() == 0
        assert "checker matrix show requirements.txt" in page.inner_text("#ask")
        page.click("text=OneHotEncoder >> nth=0")
        assert page.inner_text("h1") == "OneHotEncoder"
        page.click("summary >> nth=0")
        assert "checker matrix why" in page.inner_text("details[open]")
        assert wrong == []


def test_another_server_is_refused_by_the_page_itself(browser: Any, site: str) -> None:
    with opened(browser, f"{site}/index.html") as (page, wrong):
        answered: list[str] = []
        page.on("requestfinished", lambda request: answered.append(request.url))
        page.evaluate("fetch('https://example.org/').catch(() => {})")
        page.evaluate("new Image().src = 'https://example.org/a.png'")
        page.wait_for_timeout(100)
        assert len([told for told in wrong if "Content Security Policy" in told]) >= 2
        assert answered == []


# --- search and keyboard -------------------------------------------------------------------------------------------


def test_a_search_by_keyboard(browser: Any, site: str) -> None:
    with opened(browser, f"{site}/index.html") as (page, wrong):
        page.keyboard.press("/")
        page.keyboard.type("onehot")
        assert page.locator("table.estimators tbody tr:visible").count() == 1
        assert page.inner_text(".found").startswith("1 estimator of ")
        page.keyboard.type("x")
        assert page.inner_text(".found") == "No estimator is called so."
        page.keyboard.press("Escape")
        assert page.locator("table.estimators tbody tr:visible").count() > 200
        page.keyboard.type("sklearn.svm lin")
        assert page.locator("table.estimators tbody tr:visible a >> nth=0").inner_text() == "LinearSVC"
        assert wrong == []


def test_the_keyboard_reaches_everything_and_sees_where_it_is(browser: Any, site: str) -> None:
    with opened(browser, f"{site}/index.html") as (page, _):
        reached: list[str] = []
        for _ in range(24):
            page.keyboard.press("Tab")
            reached.append(page.evaluate("document.activeElement.id || document.activeElement.className || document.activeElement.tagName"))  # fmt: skip
            outline = "getComputedStyle(document.activeElement.id === 'file' ? document.activeElement.previousElementSibling : document.activeElement).outlineStyle"  # fmt: skip
            assert page.evaluate(outline) != "none", reached
        assert reached[0] == "skip"
        assert {"list", "file", "python", "search", "scroll"} <= {*reached}


# --- lists of packages ---------------------------------------------------------------------------------------------


def test_a_list_is_judged_as_the_checker_judges(browser: Any, site: str, everyone: tuple[Estimator, ...]) -> None:
    matrix, chance = load(), random.Random(0)
    questions = [dict(line.split("==") for line in LIST.split())]
    for _ in range(6):
        pins = {**chance.choice(matrix.cells).pins, "onnxruntime": chance.choice(matrix.runtimes)}
        name = chance.choice(matrix.axes)
        questions.append({**pins, name: chance.choice(next(a for a in matrix.space.axes if a.name == name).texts)})
    with opened(browser, f"{site}/index.html") as (page, wrong):
        told = page.evaluate(
            """async (questions) => {
              const matrix = await checkerPage.tables(), id = (n) => (n > 0 ? matrix.data.signatures[n].id : null);
              return questions.map((pins) => {
                const question = matrix.ask(pins);
                return matrix.data.models.map((model) => {
                  const v = question.verdict(model);
                  return [v.works, v.basis, id(v.number), id(v.likely), v.why];
                });
              });
            }""",
            questions,
        )
        for pins, here in zip(questions, told, strict=True):
            assert here == [one[:-1] for one in asked(matrix, pins, everyone)], pins
        assert wrong == []


def test_a_list_is_pasted_opened_dropped_and_cleared(browser: Any, site: str, tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text(LIST)
    (tmp_path / "uv.lock").write_text('[[package]]\nname = "scikit-learn"\nversion = "1.5.2"\n')
    with opened(browser, f"{site}/index.html") as (page, wrong):
        told = judged(page)
        assert told.startswith("Python 3.11, scikit-learn 1.5.2, numpy 1.26.4")
        assert re.search(r"\d{3} models work", told)
        assert "give wrong answers" in told
        assert 'checker matrix show "python==3.11" "scikit-learn==1.5.2"' in told
        page.click("text=Clear")
        assert page.locator("td.yours").count() == 0
        page.set_input_files("#file", tmp_path / "uv.lock")
        page.wait_for_selector("td.yours")
        assert "scikit-learn 1.5.2. Left open: python, numpy" in page.inner_text(".answer")
        page.evaluate(
            """(text) => {
              const data = new DataTransfer();
              data.items.add(new File([text], "requirements.txt"));
              document.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
            }""",
            LIST,
        )
        page.locator(".answer", has_text="onnxruntime 1.19.2").wait_for()
        page.select_option("#python", "3.12")
        page.locator(".answer", has_text="Python 3.12").wait_for()
        assert wrong == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<img src=x onerror=alert(1)>", "No package can be read in it."),
        ("requests==2.32.0", "None of these packages was measured"),
        ("\x00\ufffd" * 1000, "No package can be read in it."),
        ("scikit-learn>=1.0", "None of these packages was measured with one release each."),
    ],
)
def test_what_is_no_list_gets_a_clear_line(browser: Any, site: str, text: str, said: str) -> None:
    with opened(browser, f"{site}/index.html") as (page, wrong):
        page.fill("#list", text)
        page.locator(".answer", has_text=said).wait_for()
        assert wrong == []


# --- all cells -----------------------------------------------------------------------------------------------------


def kind_at(matrix: Measured, canary: str, cell: int, runtime: int) -> str:
    """The name of the colour of a cell."""
    profile = matrix.unfolded[matrix.row(canary)[cell]]
    number = -1 if profile is None else profile.conversion or (profile.runtimes[runtime] if profile.runtimes else -1)
    return "--paper" if number < 0 else f"--cell-{kind_of(matrix.signature(number)).value}"


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_cell_has_its_colour(browser: Any, site: str, everyone: tuple[Estimator, ...], scheme: str) -> None:
    matrix, chance = load(), random.Random(1)
    columns = [v.canary.name for one in everyone for v in one.variants if v.canary.name in matrix.places]
    order = ("scikit-learn", "skl2onnx", "onnx", "python", "numpy", "scipy", "protobuf")
    ranks = {axis.name: {text: place for place, text in enumerate(axis.texts)} for axis in matrix.space.axes}
    cells = sorted(range(len(matrix.cells)), key=lambda p: ([-ranks[n][matrix.cells[p].pins[n]] for n in order], -p))
    seen = [{r for row in {*matrix.rows} if (f := matrix.unfolded[row[p]]) for r, n in enumerate(f.runtimes) if n != -1} for p in range(len(matrix.cells))]  # fmt: skip
    rows = [(cell, runtime) for cell in cells for runtime in (sorted(seen[cell], reverse=True) or [-1])]
    assert len(rows) > 10_000
    kinds = set()
    with opened(browser, f"{site}/index.html", color_scheme=scheme) as (page, wrong):
        drawn(page)
        assert page.evaluate("document.querySelector('.spacer').clientHeight") == 4 * len(rows)
        wide = page.evaluate("(document.querySelector('.spacer').clientWidth - 52)") // len(columns)
        colours = {f"--cell-{kind.value}": page.evaluate(COLOUR, f"--cell-{kind.value}") for kind in Kind}
        colours["--paper"] = page.evaluate(COLOUR, "--paper")
        for _ in range(8):
            top = chance.randrange(len(rows) - 150)
            page.evaluate("(y) => { document.querySelector('.grid').scrollTop = y; }", 4 * top)
            settled(page)
            room = page.evaluate("document.querySelector('.grid').clientWidth - 52") // wide
            for _ in range(60):
                row, column = top + chance.randrange(2, 120), chance.randrange(min(room, len(columns)))
                kind = kind_at(matrix, columns[column], *rows[row])
                kinds.add(kind)
                assert page.evaluate(PIXEL, [row, column, wide]) == colours[kind], (row, columns[column], kind)
        assert len(kinds) >= 5
        # that the test itself reads pixels back is what the browser complains of
        assert [told for told in wrong if "willReadFrequently" not in told] == []


def test_cells_are_told_by_keyboard_and_chosen_by_the_search(browser: Any, site: str) -> None:
    with opened(browser, f"{site}/index.html") as (page, wrong):
        drawn(page)
        page.focus(".grid")
        for key in ("ArrowDown", "Shift+ArrowRight", "End", "Home", "PageDown", "ArrowUp"):
            page.keyboard.press(key)
        told = page.inner_text(".told")
        assert re.match(r"AdaBoostClassifier\S* (. )?[a-z ]+: Python 3\.\d+, scikit-learn .*, onnxruntime .*, \d{4}-\d\d-\d\d$", told)  # fmt: skip
        page.fill("#search", "TSNE")
        page.select_option("#runtime", label="1.19.2")
        page.focus(".grid")
        page.keyboard.press("Home")
        assert page.inner_text(".told").startswith("TSNE")
        page.keyboard.press("Enter")
        page.wait_for_url("**/estimators/TSNE.html#TSNE*")
        assert wrong == []
