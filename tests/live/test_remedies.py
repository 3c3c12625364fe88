"""Remedies on a real environment: an onnx that asks numpy for a name which is gone."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path

import pytest

from checker.model import Proven, Remedy, Report, Unproven
from checker.pipeline import preflight
from checker.request import Remedies, Request

from .stacks import build, install

pytestmark = pytest.mark.live
STACK = ("onnx==1.9.0", "protobuf==3.20.3", "numpy==1.24.4")


def digests(folder: Path) -> dict[str, str]:
    """Path -> digest of every file in a folder, and where every link leads."""
    found = {}
    for path in sorted(folder.rglob("*")):
        content = str(path.readlink()).encode() if path.is_symlink() else path.read_bytes() if path.is_file() else b""
        found[str(path.relative_to(folder))] = hashlib.sha256(content).hexdigest()
    return found


@pytest.fixture(scope="module")
def patient(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """The interpreter of the environment, and a script that wants no more than the import."""
    folder = tmp_path_factory.mktemp("patient")
    script = folder / "train.py"
    script.write_text("import onnx\n\nprint(onnx.__version__)\n")
    return build(folder / "env", "3.9", *STACK), script


def mended(patient: tuple[str, Path], *keep: str) -> Report:
    python, script = patient
    return preflight(Request((script,), python=python, remedies=Remedies.PROVEN, keep=keep))


def proven(report: Report) -> list[Remedy]:
    return [r for r in report.remedies if r.kind == "pins" and r.proven]


def pinned(remedy: Remedy) -> Proven:
    assert isinstance(remedy.proof, Proven)
    return remedy.proof


@pytest.mark.smoke
def test_a_proven_plan_works_when_it_is_built_afresh(patient: tuple[str, Path], tmp_path: Path) -> None:
    python, script = patient
    before = digests(Path(python).parents[1])
    report = mended(patient)
    assert digests(Path(python).parents[1]) == before, "the environment itself is only looked at"
    assert report.verdict == "blocked"
    remedy = report.remedies[0]
    assert (remedy.kind, remedy.proven) == ("pins", True), remedy.proof
    proof = pinned(remedy)
    assert {c.name for c in remedy.changes} & {"onnx", "numpy"}
    assert all(f"{c.name}=={c.to}" in proof.lock for c in remedy.changes if c.to)
    assert "onnx" in {o.subject for o in proof.outcomes}
    assert all("--dry-run" not in command for command in remedy.commands.values())
    again = build(tmp_path / "again", "3.9", *proof.lock)
    subprocess.run([again, str(script)], check=True, capture_output=True)


def test_the_requirements_alone_are_enough(patient: tuple[str, Path], tmp_path: Path) -> None:
    """What is typed moves the environment to where it was proven, on top of what is there."""
    _, script = patient
    remedy = proven(mended(patient))[0]
    again = build(tmp_path / "again", "3.9", *STACK)
    assert subprocess.run([again, str(script)], check=False, capture_output=True).returncode != 0
    install(tmp_path / "again", *remedy.requirements)
    subprocess.run([again, str(script)], check=True, capture_output=True)


@pytest.mark.parametrize("keep", [("numpy",), ("onnx",)])
def test_what_is_kept_stays_in_every_answer(keep: tuple[str, ...], patient: tuple[str, Path]) -> None:
    report = mended(patient, *keep)
    found = proven(report)
    assert found, [r.proof for r in report.remedies]
    kept = [line for line in STACK if line.split("==")[0] in keep]
    for remedy in found:
        assert not {c.name for c in remedy.changes} & set(keep)
        assert set(kept) <= set(pinned(remedy).lock)


def test_where_everything_is_kept_it_says_why_not(patient: tuple[str, Path]) -> None:
    report = mended(patient, "onnx", "numpy", "protobuf")
    assert not proven(report)
    assert report.remedies
    assert all(isinstance(r.proof, Unproven) and r.proof.why for r in report.remedies)
