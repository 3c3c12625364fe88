"""The wheel carries what it needs, an editable install finds it too, and the metadata say what they should."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

import checker
from checker import knowledge
from checker.errors import CannotLook

ROOT = Path(__file__).parents[1]
CLEAN = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
ASK = "import checker, checker.knowledge as m; print(checker.__file__); print(m.load().date)"


def run(*command: object, cwd: Path) -> str:
    """Standard output of a command that must succeed."""
    done = subprocess.run([str(c) for c in command], cwd=cwd, env=CLEAN, text=True, capture_output=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


# --- the two places ----------------------------------------------------------------------------------------


def test_places_are_the_wheel_and_the_checkout() -> None:
    wheel, checkout = knowledge.PLACES
    assert wheel == Path(checker.__file__).parent / "knowledge" / "knowledge.json"
    assert checkout == Path(checker.__file__).parents[1] / "matrices" / "built" / "knowledge.json"


@pytest.mark.parametrize("place", [0, 1])
def test_either_place_alone_is_enough(place: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    places = [tmp_path / "absent.json", tmp_path / "absent.json"]
    places[place] = tmp_path / "knowledge.json"
    shutil.copy(next(p for p in knowledge.PLACES if p.is_file()), places[place])
    monkeypatch.setattr(knowledge, "PLACES", tuple(places))
    assert knowledge.load.__wrapped__().release("onnx", "1.16.0") is not None


def test_neither_place_is_a_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(knowledge, "PLACES", (tmp_path / "absent.json",))
    with pytest.raises(CannotLook, match="knowledge file is missing") as caught:
        knowledge.load.__wrapped__()
    assert "reinstall" in caught.value.hint


def test_loading_needs_no_package_of_the_stack() -> None:
    code = "import sys, checker.knowledge as m; m.load(); print({'numpy', 'onnx', 'rich'} & {*sys.modules} or None)"
    assert run(sys.executable, "-c", code, cwd=ROOT).strip() == "None"


# --- built and installed -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the checkout's sources, so that building leaves nothing behind in it."""
    copy = tmp_path_factory.mktemp("source") / "checkout"
    skip = shutil.ignore_patterns(".*", "__pycache__", "reports", "benchmarks", "tests", "build", "dist")
    shutil.copytree(ROOT, copy, ignore=skip)
    return copy


@pytest.fixture(scope="module")
def wheel(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", out, cwd=source)
    (built,) = out.glob("*.whl")
    return built


def test_wheel_carries_the_knowledge_and_the_marker(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        told = archive.read("checker/knowledge/knowledge.json")
        (metadata,) = (archive.read(n).decode() for n in names if n.endswith("/METADATA"))
        (scripts,) = (archive.read(n).decode() for n in names if n.endswith("/entry_points.txt"))
    assert told == (ROOT / "matrices" / "built" / "knowledge.json").read_bytes()
    assert "checker/matrix/measured/measured.json.gz" in names
    assert "checker/matrix/matching/constructors.json" in names
    assert "checker/py.typed" in names
    assert {"checker/reporters/html/style.css", "checker/reporters/html/script.js"} <= {*names}
    assert any(n.endswith("/licenses/LICENSE") for n in names)
    assert {n.split("/")[0] for n in names} == {"checker", f"sklearn_onnx_checker-{checker.__version__}.dist-info"}
    assert f"\nVersion: {checker.__version__}\n" in metadata
    assert "\nRequires-Python: >=3.10\n" in metadata
    assert "checker = checker.__main__:main" in scripts


def test_unpacked_wheel_finds_its_knowledge(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    file, date = run(sys.executable, "-c", ASK, cwd=tmp_path).splitlines()
    assert Path(file).is_relative_to(tmp_path)
    assert date == knowledge.load().date


@pytest.mark.live
@pytest.mark.smoke
@pytest.mark.parametrize("editable", [False, True], ids=["wheel", "editable"])
def test_installed(editable: bool, source: Path, wheel: Path, tmp_path: Path) -> None:
    """Really installed by pip, from the index, into an environment of its own."""
    venv.create(tmp_path / "env", with_pip=True)
    python = tmp_path / "env" / ("Scripts" if os.name == "nt" else "bin") / "python"
    run(python, "-m", "pip", "install", "-q", *(["-e", source] if editable else [wheel]), cwd=tmp_path)
    file, date = run(python, "-c", ASK, cwd=tmp_path).splitlines()
    assert Path(file).is_relative_to(source if editable else tmp_path / "env")
    assert date == knowledge.load().date
