"""The floor: what runs in the patient keeps to Python 3.6 and its standard library; the checker itself to 3.10."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import checker
from checker.probe.assemble import looker, program, worker
from checker.probe.inside.program import wrap

pytest.importorskip("vermin")
INSIDE = Path(checker.__file__).parent / "probe" / "inside"
#: of the patient's own packages, and only inside functions
PATIENTS = {"pandas"}


def violations(*paths: Path, floor: str) -> str:
    """What in those files needs a later Python, "" when nothing does."""
    options = [f"--target={floor}-", "--violations", "--no-tips", "--eval-annotations"]
    command = [sys.executable, "-c", "from vermin.main import main; main()", *options, *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert "Minimum required versions" in done.stdout, done.stdout + done.stderr
    return "" if done.returncode == 0 else done.stdout


def test_the_program_keeps_to_the_oldest_python() -> None:
    assert violations(INSIDE, floor="3.6") == ""


@pytest.mark.parametrize("make", [program, looker, worker])
def test_what_is_sent_keeps_to_it_too(make: object, tmp_path: Path) -> None:
    sent = tmp_path / "sent.py"
    sent.write_text(make())  # type: ignore[operator]
    assert violations(sent, floor="3.6") == ""


def test_the_gate_is_plain_ascii_before_anything_is_imported() -> None:
    lines = wrap("pass", {"token": "0", "role": "look"}).splitlines()
    assert all(line.isascii() for line in lines)
    assert lines[0] == "import sys"
    assert lines[1].startswith("PROGRAM = ")
    assert lines[2].startswith("PLAN = ")
    assert lines[3] == "if sys.version_info < (3, 6):"


@pytest.mark.parametrize("path", sorted(INSIDE.glob("*.py")), ids=lambda p: p.stem)
def test_it_imports_the_standard_library_only(path: Path) -> None:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {a.name.partition(".")[0] for a in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add((node.module or "").partition(".")[0])
    assert found - PATIENTS <= set(sys.stdlib_module_names)


def test_the_checker_keeps_to_its_own_floor() -> None:
    assert violations(INSIDE.parents[1], floor="3.10") == ""
