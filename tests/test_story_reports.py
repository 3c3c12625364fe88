"""The story's reports under reports/ are what the recordings give today, and say what the story tells."""

from __future__ import annotations

import gzip
import json
import re
import runpy
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "reports"
BUILD = runpy.run_path(str(FOLDER / "build.py"))
#: story -> verdict, and stage, rule, first culprits and kind of the first remedy of its first finding
TOLD: dict[str, tuple[Any, ...]] = {
    "1-tutorial": ("ready",),
    "2-newer-scikit-learn": ("blocked", "convert", "attribute-type", ["skl2onnx", "onnx"], "pins"),
    "3-stale-kernel": ("blocked", "import", "stale-kernel", ["scikit-learn"], "action"),
    "4-silent": ("blocked", "parity", "silent-disagreement", ["skl2onnx", "scikit-learn"], "pins"),
    "5-latest": ("ready",),
}
#: folders of the machine that recorded them
PRIVATE = re.compile(r"/(?:tmp|root|work|home|Users|builds?)/")
MOST_BYTES = 10_000


@pytest.fixture(scope="module")
def reports() -> dict[Path, str]:
    return dict(BUILD["reports"]())


def test_reports_are_fresh(reports: dict[Path, str]) -> None:
    stale = [p.name for p, text in reports.items() if not p.is_file() or p.read_text(encoding="utf-8") != text]
    assert stale == [], "run python reports/build.py, and read the difference"


def test_nothing_else_lies_there(reports: dict[Path, str]) -> None:
    kept = {FOLDER / "README.md", FOLDER / "build.py", FOLDER / "frames"}
    assert {p for p in FOLDER.iterdir() if p.name != "__pycache__"} == {*reports, *kept} - {
        ROOT / "README.md",
        ROOT / "tox.ini",
    }
    assert (
        set(BUILD["STORIES"])
        == set(TOLD)
        == {p.name.removesuffix(".jsonl.gz") for p in (FOLDER / "frames").glob("*.gz")}
    )


@pytest.mark.parametrize("story", TOLD)
def test_the_story(story: str) -> None:
    report = json.loads((FOLDER / f"{story}.json").read_text(encoding="utf-8"))
    verdict, *cause = TOLD[story]
    assert report["verdict"] == verdict
    if cause:
        first, remedy = report["findings"][0], report["remedies"][0]
        told = [first["stage"], first["rule"], first["culprits"][: len(cause[2])], remedy["kind"]]
        assert told == cause


@pytest.mark.parametrize("story", TOLD)
def test_a_recording_is_small_and_names_no_machine(story: str) -> None:
    packed = BUILD["recording"](story).read_bytes()
    assert len(packed) < MOST_BYTES
    assert PRIVATE.findall(gzip.decompress(packed).decode("utf-8")) == []


def test_no_report_names_a_machine(reports: dict[Path, str]) -> None:
    assert {p.name: PRIVATE.findall(text) for p, text in reports.items() if PRIVATE.search(text)} == {}
