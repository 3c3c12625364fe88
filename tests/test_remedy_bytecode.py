"""Bytecode of releases that do not move serves the environments in which remedies are tried."""

from __future__ import annotations

import os
import py_compile
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from checker.model import Observation
from checker.remedy.prove.bytecode import Bytecode, below

from .cases import dist, seen

pytestmark = pytest.mark.skipif(os.name != "posix", reason="links")
TAG = sys.implementation.cache_tag
NAMES = ("stays", "moves", "shares", "single")


def packages(root: Path) -> Path:
    minor = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    return root / "lib" / minor / "site-packages"


@pytest.fixture
def sites(tmp_path: Path) -> tuple[Path, Path]:
    """The packages of a patient and of an environment like it, whose files have the same times."""
    patient, trial = packages(tmp_path / "patient"), packages(tmp_path / "trial")
    for name in NAMES[:3]:
        (patient / name / "inner").mkdir(parents=True)
        (patient / name / "__init__.py").write_text("value = 1\n")
        (patient / name / "inner" / "__init__.py").write_text("value = 2\n")
    (patient / "single.py").write_text("value = 3\n")
    shutil.copytree(patient, trial)
    return patient, trial


def looked(patient: Path) -> Observation:
    """What was seen of the patient: `shares` belongs to two packages, of which one moves."""
    owned = [("a", "stays"), ("b", "moves"), ("c", "shares"), ("b2", "shares"), ("d", "single")]
    stack = tuple(dist(name, "1.0", module, location=str(patient)) for name, module in owned)
    return seen(stack=stack, python=".".join(map(str, sys.version_info[:3])))


LOCK = ("a==1.0", "b==2.0", "c==1.0", "b2==2.0", "d==1.0")
LENT = {"stays/__init__", "stays/inner/__init__", "single"}


def compiled(patient: Path, kept: Path | None) -> None:
    """Compile everything of the patient: beside the sources, or into the folder that the checker keeps."""
    for source in patient.rglob("*.py"):
        beside = f"{source.stem}.{TAG}.pyc"
        place = below(kept, source.parent) / beside if kept else source.parent / "__pycache__" / beside
        py_compile.compile(str(source), cfile=str(place))


@pytest.mark.parametrize("beside", [True, False])
def test_bytecode_of_what_stays_is_lent(sites: tuple[Path, Path], beside: bool, tmp_path: Path) -> None:
    patient, trial = sites
    kept = tmp_path / "kept"
    compiled(patient, None if beside else kept)
    before = sorted(patient.rglob("*"))
    prefix = tmp_path / "prefix"
    Bytecode(looked(patient), str(kept)).lend(LOCK, tmp_path / "trial" / "bin" / "python", prefix)
    target = below(prefix, trial)
    links = {str(p.relative_to(target)).partition(".")[0] for p in prefix.rglob("*.pyc")}
    assert links == LENT
    assert sorted(patient.rglob("*")) == before


def test_python_takes_it_and_writes_beside_nothing(sites: tuple[Path, Path], tmp_path: Path) -> None:
    """What is the same is used, what has other sources is compiled into the prefix, and nobody's file changes."""
    patient, trial = sites
    compiled(patient, None)
    (trial / "single.py").write_text("value = 'another'\n")
    prefix = tmp_path / "prefix"
    Bytecode(looked(patient), "").lend(LOCK, tmp_path / "trial" / "bin" / "python", prefix)
    was = {p: p.read_bytes() for p in patient.rglob("*.pyc")}
    code = "import stays.inner, single; print(stays.inner.value, single.value)"
    variables = {"PYTHONPATH": str(trial), "PYTHONPYCACHEPREFIX": str(prefix)}
    command = [sys.executable, "-c", code]
    told = subprocess.run(command, env=variables, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert told.stdout == "2 another\n"
    target = below(prefix, trial)
    assert (target / "stays" / f"__init__.{TAG}.pyc").is_symlink()
    assert not (target / f"single.{TAG}.pyc").is_symlink()
    assert {p: p.read_bytes() for p in patient.rglob("*.pyc")} == was


def test_what_a_try_has_compiled_serves_the_next(sites: tuple[Path, Path], tmp_path: Path) -> None:
    patient, trial = sites
    lender, first, second = Bytecode(looked(patient)), tmp_path / "first", tmp_path / "second"
    compiled(trial, first)
    moved = tuple(dist(n, "2.0", m, location=str(trial)) for n, m in [("b", "moves"), ("b2", "shares")])
    lender.remember(seen(stack=moved), first)
    lender.lend(("b==2.0",), tmp_path / "other" / "bin" / "python", second)
    lent = {
        str(p.relative_to(below(second, packages(tmp_path / "other")))).partition(".")[0] for p in second.rglob("*.pyc")
    }
    assert lent == {"moves/__init__", "moves/inner/__init__"}


@pytest.mark.parametrize("lock", [("unknown==1.0",), ()])
def test_nothing_is_known(lock: tuple[str, ...], sites: tuple[Path, Path], tmp_path: Path) -> None:
    Bytecode(looked(sites[0])).lend(lock, tmp_path / "trial" / "bin" / "python", tmp_path / "prefix")
    assert not (tmp_path / "prefix").exists()
