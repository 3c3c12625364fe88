"""A notebook, run by nbclient in a real kernel: the page, the progress, the magics, what is refused, the help."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from checker.world.uv import run_uv

from ..browsers import chromium, opened
from .stacks import build

pytestmark = pytest.mark.live
ROOT = Path(__file__).parents[2]
#: runs the cells one by one: an error of a cell is kept, and the next one is run
RUN = """
import json, sys
import nbformat
from nbclient import NotebookClient
cells = [nbformat.v4.new_markdown_cell("# A page of somebody's\\n\\n| a | b |\\n|---|---|\\n| 1 | 2 |")]
cells += [nbformat.v4.new_code_cell(text) for text in json.load(sys.stdin)]
book = nbformat.v4.new_notebook(cells=cells)
NotebookClient(book, timeout=300, allow_errors=True).execute()
nbformat.write(book, "book.ipynb")
"""
CELLS = {
    "load": "%load_ext checker",
    "magic": "%preflight --static",
    "function": "import checker\nchecker.preflight(static=True)",
    "printed": "print(checker.preflight(static=True))",
    "markdown": "%preflight --static --format markdown",
    "unknown": "%preflight --pyhton x",
    "elsewhere": "%preflight --python x",
    "missing": "%preflight absent.py --static",
    "after": "print('still here')",
    "options": "%preflight?",
    "help": "help(checker.preflight)",
    "rehearsed": "%%rehearse --no-prove --offline\nprint('rehearsed, and not run')\n1 / 0",
    "progress": (
        "from checker.notebook.cell import InCell\nimport time\n"
        "with InCell() as live:\n    live.step('try', 'skl2onnx <1.17.0>'); time.sleep(1.2)"
    ),
}


#: where the notebook's own style would say something else
OURS = """[
  getComputedStyle(document.querySelector('.checker-report dt')).float,
  getComputedStyle(document.querySelector('.checker-report .strip')).paddingLeft,
  getComputedStyle(document.querySelector('.checker-report h4')).marginTop,
  getComputedStyle(document.querySelector('.checker-report th')).textAlign,
]"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the notebook was run."""
    folder = tmp_path_factory.mktemp("book")
    python = build(folder / "env", "3.12", "ipykernel", "nbclient", "nbformat", "nbconvert")
    assert run_uv(["pip", "install", "-q", "--python", python, "--editable", str(ROOT)]).returncode == 0
    subprocess.run(
        [python, "-c", RUN], cwd=folder, input=json.dumps([*CELLS.values()]), text=True, check=True, timeout=500
    )
    return folder


@pytest.fixture(scope="module")
def outputs(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Name of a cell -> its outputs."""
    cells = json.loads((folder / "book.ipynb").read_text(encoding="utf-8"))["cells"]
    return dict(zip(CELLS, (cell["outputs"] for cell in cells[1:]), strict=True))


def pages(given: list[dict[str, Any]]) -> list[str]:
    """The pages among outputs; that of the progress is empty at the end."""
    found = ("".join(one["data"]["text/html"]) for one in given if "text/html" in one.get("data", {}))
    return [page for page in found if page]


def words(given: list[dict[str, Any]]) -> str:
    """What was printed, and what was shown as text."""
    texts = [one.get("text") or one.get("data", {}).get("text/plain") or one.get("traceback") or "" for one in given]
    return "\n".join("".join(text) for text in texts)


@pytest.mark.parametrize("name", ["magic", "function"])
def test_the_report_is_a_page_and_a_text(name: str, outputs: dict[str, list[dict[str, Any]]]) -> None:
    (page,) = pages(outputs[name])
    assert page.count('<article class="checker-report"') == 1
    assert page.count("<h3>") == 1
    assert "Blocked at install" in words(outputs[name])


def test_what_is_printed_or_asked_for_as_text_is_text(outputs: dict[str, list[dict[str, Any]]]) -> None:
    assert pages(outputs["printed"]) == []
    assert "Blocked at install: scikit-learn to ONNX to MLflow" in words(outputs["printed"])
    assert pages(outputs["markdown"]) == []
    assert "## Blocked at install" in words(outputs["markdown"])


@pytest.mark.parametrize(
    ("name", "said"),
    [("unknown", "did you mean --python?"), ("elsewhere", "leave out --python"), ("missing", "absent.py: not found")],
)
def test_what_is_refused_is_an_error_of_the_cell_in_one_line(
    name: str, said: str, outputs: dict[str, list[dict[str, Any]]]
) -> None:
    told = words(outputs[name]).strip()
    assert said in told
    assert len(told.splitlines()) == 1
    assert "still here" in words(outputs["after"])


def test_help_is_complete(outputs: dict[str, list[dict[str, Any]]]) -> None:
    assert all(
        f"    {name} " in words(outputs["help"]) for name in ("scripts", "targets", "wanted", "budget", "offline")
    )


def test_a_cell_is_rehearsed_and_not_run(outputs: dict[str, list[dict[str, Any]]]) -> None:
    (page,) = pages(outputs["rehearsed"])
    assert "ZeroDivisionError" in page
    assert not any("rehearsed, and not run" in "".join(one.get("text", "")) for one in outputs["rehearsed"])


def test_the_progress_is_gone_in_the_end(outputs: dict[str, list[dict[str, Any]]]) -> None:
    assert pages(outputs["progress"]) == []
    assert len(outputs["progress"]) == 1


def test_in_the_terminal_of_ipython_it_is_text(folder: Path) -> None:
    python = folder / "env" / "bin" / "python"
    asked = "%load_ext checker\n%preflight --static\n%preflight --pyhton x\nprint('never said')"
    done = subprocess.run(
        [python, "-m", "IPython", "--colors=NoColor", "-c", asked],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Blocked at install: scikit-learn to ONNX to MLflow" in done.stdout
    assert "<article" not in done.stdout
    assert "did you mean --python?" in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert "never said" not in done.stdout


def test_the_page_of_the_notebook_stays_as_it_was(folder: Path) -> None:
    """The look of what somebody else wrote is the same with the reports and without them; ours has its own."""
    look = (
        "[...document.querySelectorAll('.jp-MarkdownOutput h1, .jp-MarkdownOutput table, .jp-MarkdownOutput td')]"
        ".map((one) => { const s = getComputedStyle(one); return [s.font, s.color, s.margin, s.padding, s.display]; })"
    )
    python, found = folder / "env" / "bin" / "python", []
    for name, keep in (("with", True), ("without", False)):
        book = json.loads((folder / "book.ipynb").read_text(encoding="utf-8"))
        book["cells"] = book["cells"] if keep else book["cells"][:1]
        (folder / f"{name}.ipynb").write_text(json.dumps(book), encoding="utf-8")
        subprocess.run([python, "-m", "nbconvert", "--to", "html", f"{name}.ipynb"], cwd=folder, check=True)
    with chromium() as browser:
        for name in ("with", "without"):
            with opened(browser, (folder / f"{name}.html").as_uri()) as (page, _):
                found.append(page.evaluate(look))
                if name == "with":
                    color = "getComputedStyle(document.querySelector('.checker-report > header')).borderTopLeftRadius"
                    assert page.evaluate(color) == "12px"
                    assert page.evaluate(OURS) == ["none", "0px", "0px", "left"]
                    assert page.locator(".checker-report button:visible").count() > 0
    assert found[0] == found[1] != []
