"""Where nothing can be tried, the diagnosis still comes, and every remedy says why it is unproven."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from checker.cli import main
from checker.model import Report, Unproven
from checker.pipeline import preflight
from checker.remedy.plan_and_prove import is_movable
from checker.remedy.prove.acceptance import find_blockers
from checker.request import Remedies, Request

from .fake_uv import FakeUv, uv
from .test_rules_recorded import EXPECTED, RECORDED, frames

__all__ = ["uv"]
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the recordings are of Linux")

GONE = "error: Failed to fetch: `https://ana:secret@own/simple`\n  Caused by: error sending request: dns error\n"
#: recordings in which another release would help
NAMES = ("onnx-module-removed", "name-removed-in-one-converter", "scipy-of-numpy-1", "own-file-named-onnx")


@pytest.fixture(autouse=True)
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of the test's own, and this Python in the place of the recorded one."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("checker.world.pythons.of_version", lambda version, folders: Path(sys.executable))
    return tmp_path / "cache" / "sklearn-onnx-checker" / "sandboxes"


def recording(name: str, folder: Path) -> tuple[Path, tuple[Path, ...]]:
    """The frames of a recording, and its script."""
    path, script = folder / f"{name}.jsonl", RECORDED / f"{name}.py"
    path.write_text(frames(name), encoding="utf-8")
    return path, (script,) if script.exists() else ()


def looked(name: str, folder: Path, remedies: str, keep: tuple[str, ...] = ()) -> Report:
    path, scripts = recording(name, folder)
    return preflight(Request(scripts, recorded=path, remedies=Remedies(remedies), keep=keep))


def reasons(report: Report, kind: str = "pins") -> list[str]:
    return [r.proof.why for r in report.remedies if r.kind == kind and isinstance(r.proof, Unproven)]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("remedies", "row", "words"),
    [
        ("offline", {"status": 9}, "it was neither resolved nor tried: --offline was asked for"),
        ("proven", {"when": ["compile"], "status": 2, "err": GONE}, "the package index cannot be used"),
        ("resolved", {"when": ["compile"], "status": 2, "err": GONE}, "the package index cannot be used"),
        ("proven", {"status": 2, "err": "error: unexpected argument '--no-build' found"}, "this uv is too old"),
        ("proven", {"when": ["venv"], "status": 2, "err": "error: no such Python"}, "uv made no environment with"),
    ],
)  # fmt: skip
def test_the_diagnosis_comes_and_remedies_say_why_they_are_unproven(
    name: str, remedies: str, row: dict[str, object], words: str, uv: FakeUv, tmp_path: Path, scratch: Path
) -> None:
    plain = looked(name, tmp_path, "advised")
    uv.answers(row)
    report = looked(name, tmp_path, remedies)
    assert report.findings == plain.findings
    assert report.verdict == EXPECTED[name]["verdict"] == "blocked"
    assert report.remedies
    assert not any(r.proven for r in report.remedies)
    movables = any(is_movable(f) for f in find_blockers(report.findings))
    assert not movables or any(words in why for why in reasons(report))
    assert "secret" not in str(report.remedies)
    assert "remedies" in report.timings
    assert uv.asked() == [] or remedies != "offline"
    assert not scratch.exists() or list(scratch.iterdir()) == []


def test_the_shelf_names_a_release_and_keeps_what_is_kept(tmp_path: Path) -> None:
    first = looked("name-removed-in-one-converter", tmp_path, "offline").remedies[0]
    assert first.kind == "pins"
    (change,) = first.changes
    other = looked("name-removed-in-one-converter", tmp_path, "offline", keep=(change.name,)).remedies
    assert all(c.name != change.name for r in other if "neither resolved" in str(r.proof) for c in r.changes if c.to)


def test_commands_of_what_is_unproven_are_dry_runs(tmp_path: Path) -> None:
    report = looked("name-removed-in-one-converter", tmp_path, "offline")
    typed = [c for r in report.remedies if r.kind == "pins" for c in r.commands.values()]
    assert typed
    assert all("--dry-run" in command for command in typed)


def test_nothing_is_tried_where_nothing_blocks(uv: FakeUv, tmp_path: Path) -> None:
    assert looked("simple-and-sound", tmp_path, "proven").verdict == "ready"
    assert uv.asked() == []


@pytest.mark.parametrize("option", ["", "--offline", "--no-prove"])
def test_the_status_says_blocked_whatever_becomes_of_the_remedies(
    option: str, uv: FakeUv, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    uv.answers({"when": ["compile"], "status": 2, "err": GONE})
    path, scripts = recording("onnx-module-removed", tmp_path)
    options = [option] if option else []
    status = main(["preflight", "--from", str(path), *map(str, scripts), "--format", "json", *options])
    said = capsys.readouterr()
    report = json.loads(said.out)
    assert (status, report["verdict"]) == (1, "blocked")
    assert said.err == f"checker: Blocked at import: {scripts[0].name}\n"
    assert {r["proof"]["proven"] for r in report["remedies"]} == {False}
    assert "secret" not in said.out
