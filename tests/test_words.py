"""What people read: the first screen holds what matters, and no text is a riddle."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

import checker
from checker.model import Failure, Stage, Unproven
from checker.reporters import digest, text
from checker.reporters.blocks import Block, lay_out
from checker.reporters.printable import BASIS, clause

from .reports import REPORTS

HOUSE = Path(checker.__file__).parent
ROOT = HOUSE.parent
#: phrases that readers did not understand
RIDDLES = (
    "wheel of yours", "leads anywhere", "none of them helps", "in the middle, ", "answers wrongly",
    "converted faithfully", "go the other way", "model's stamps", "look themselves up", "makes no session", "what it does not declare",
    "ends it alone", "nobody has heard", "of their day", "often lies", "reach into", "says no.", "is to blame:", "refuse the stamp", "nothing decides)",
    "module is answered", "the canary uses", "no canary tries", "brought about", "goes and comes back",
)  # fmt: skip
DOCUMENTS = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "reports/README.md", "benchmarks/README.md")


def said(path: Path) -> str:
    """Every string of a file that may be printed: all but the docstrings of what is no rule, and patterns."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.ClassDef | ast.Module)]
    private = {ast.get_docstring(n, clean=False) for n in nodes if not getattr(n, "decorator_list", ())}
    strings = (n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str))
    return "\n".join(" ".join(s.split()) for s in strings if s not in private)


@pytest.mark.parametrize("path", sorted(HOUSE.rglob("*.py")), ids=lambda p: p.relative_to(HOUSE).as_posix())
def test_no_text_of_the_program_is_a_riddle(path: Path) -> None:
    assert [r for r in RIDDLES if r in said(path)] == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_document_is_a_riddle(name: str) -> None:
    words = " ".join((ROOT / name).read_text(encoding="utf-8").split())
    assert [r for r in RIDDLES if r in words] == []


@pytest.mark.parametrize("path", sorted((ROOT / "reports").glob("*.txt")), ids=lambda p: p.stem)
def test_a_report_of_the_story_is_no_riddle(path: Path) -> None:
    words = " ".join(path.read_text(encoding="utf-8").split())
    assert [r for r in (*RIDDLES, "Between ", "Culprit ", "I cannot figure out)", "4 failed") if r in words] == []


@pytest.mark.parametrize("name", [n for n, make in REPORTS.items() if make().verdict == "blocked"])
@pytest.mark.parametrize("longer", [1, 3, 30])
def test_the_first_screen_holds_verdict_cause_remedy_and_how_it_is_known(name: str, longer: int) -> None:
    report = REPORTS[name]()
    first, *rest = report.findings
    message = first.message + f", and {first.message}" * (longer - 1)
    report = replace(report, findings=(replace(first, message=message, evidence=first.evidence * longer), *rest))
    screen = text.render(report).splitlines()[:24]
    assert "-" * 80 in screen
    words = " ".join(" ".join(screen).split())
    assert digest.headline(report) in words
    assert clause(first.message)[:60] in words
    assert clause(report.remedies[0].text) in words
    assert all(line in [row.strip() for row in screen] for line in report.remedies[0].commands.values())
    assert f"How we know {BASIS[first.basis]}" in words


@pytest.mark.parametrize("long", ["text", "proof", "both"])
def test_a_long_remedy_leaves_the_first_screen_whole(long: str) -> None:
    """What to type, and how it is known, stay there however much is said of the remedy."""
    report, much = REPORTS["blocked"](), "It was tried, and another package stood in the way. " * 30
    first, *rest = report.remedies
    first = replace(
        first,
        text=first.text if long == "proof" else f"{first.text} {much}",
        proof=first.proof if long == "text" else Unproven(much),
    )
    report = replace(report, remedies=(first, *rest))
    screen = text.render(report).splitlines()[:24]
    assert "-" * 80 in screen
    assert all(line in [row.strip() for row in screen] for line in first.commands.values())
    assert any(row.startswith("  How we know") for row in screen)
    assert " ".join(much.split()) in " ".join(text.render(report, verbose=True).split())


def test_a_first_screen_that_fits_is_laid_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """And the rest of the page; a screen that says the same in fewer words is not laid out again either."""
    laid: list[tuple[Block, ...]] = []

    def laying(blocks: Iterable[Block], width: int, color: bool) -> str:
        laid.append(tuple(blocks))
        return lay_out(laid[-1], width, color)

    monkeypatch.setattr(text, "lay_out", laying)
    text.render(REPORTS["blocked"]())
    assert len(laid) == 2
    laid.clear()
    monkeypatch.setattr(text, "SCREEN", 3)
    text.render(REPORTS["blocked"]())
    assert len(laid) == len(set(laid))


@pytest.mark.parametrize("path", sorted((ROOT / "reports").glob("[0-9]-*.txt")), ids=lambda p: p.stem)
def test_the_story_fits_a_screen(path: Path) -> None:
    page = path.read_text(encoding="utf-8").splitlines()
    if page[0].startswith("Ready:"):
        assert len(page) <= 5
    else:
        assert {"What to do", "-" * 80} <= {*page[:24]}


def test_ready_is_five_lines_and_edge_values_are_no_failures() -> None:
    report = REPORTS["ready"]()
    edges = [
        Failure(Stage.PARITY, f"Forest{n}", 0.1, "EdgeDisagreement", "on values next to thresholds") for n in "abcd"
    ]
    seen = replace(report.observation, outcomes=(*report.observation.outcomes, *edges))
    edged = replace(report, subject=seen)
    page = text.render(edged)
    assert len(page.splitlines()) <= 5
    assert "Edge values differ in 4 models" in page
    assert not re.search("fail", page, re.IGNORECASE)
    whole = text.render(edged, verbose=True)
    assert "FAILED" not in whole
    assert "Edge values" in whole
