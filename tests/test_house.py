"""One direction: who may touch the world, what nobody may import, and that every list written by hand is complete."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import checker
from checker import model
from checker.probe.assemble import parts
from checker.probe.canaries import programs
from checker.probe.canaries.catalogue import CATALOGUE
from checker.reporters import REPORTERS

HOUSE = Path(checker.__file__).parent
TREES = {p.relative_to(HOUSE).as_posix(): ast.parse(p.read_text(encoding="utf-8")) for p in sorted(HOUSE.rglob("*.py"))}
#: what runs in the patient: it imports whatever the patient has, and has a test of its own
INSIDE = "probe/inside/"
OURS = {name: tree for name, tree in TREES.items() if not name.startswith(INSIDE)}

#: modules through which a process, a file or a network is reached
WORLD = {
    "asyncio", "ctypes", "fcntl", "ftplib", "glob", "http", "multiprocessing", "os", "pty", "requests", "shutil", "signal",
    "socket", "sqlite3", "ssl", "subprocess", "tempfile", "urllib", "webbrowser",
}  # fmt: skip
#: file -> which of them it may import, by hand; everything else computes
MAY = {
    "cli.py": {"os", "shutil", "signal"},
    "probe/asking.py": {"os", "signal", "subprocess"},
    "probe/plan.py": {"os"},
    "world/pythons.py": {"os", "shutil", "subprocess"},
    "fix/apply.py": {"shutil"},
    "remedy/plan_and_prove.py": {"os"},
    "world/cache.py": {"os"},
    "repro/reproduce.py": {"shutil"},
    "remedy/solve/uv_solver.py": {"tempfile"},
    "world/locks.py": {"fcntl", "os"},
    "world/sandbox.py": {"os", "shutil", "tempfile"},
    "world/process.py": {"os", "signal", "subprocess"},
    "world/uv.py": {"os", "shutil", "subprocess"},
    "remedy/prove/environments.py": {"shutil"},
}
#: files that may read or write files through pathlib
FILES = {"cli.py", "world/files.py", "fix/fixing.py", "leave.py", "knowledge/__init__.py", "notebook.py", "options.py", "options_following.py", "patient.py", "pipeline.py", "probe/assemble.py", "probe/plan.py", "world/pythons.py", "fix/apply.py", "bisect/bisection.py", "world/locks.py", "world/cache.py", "remedy/plan_and_prove.py", "repro/reproduce.py", "remedy/solve/uv_solver.py", "world/sandbox.py", "world/journal.py", "remedy/prove/environments.py", "remedy/solve/requirement_files.py", "request.py", "script/__init__.py", "script/sources.py"}  # fmt: skip
#: what must stand on its own: a value in, a value out
PURE = (
    "errors.py",
    "model/",
    "names.py",
    "remedy/search/moves.py",
    "remedy/search/candidates.py",
    "remedy/prove/acceptance.py",
    "remedy/search/search.py",
    "remedy/solve/offline_solver.py",
    "remedy/search/distance.py",
    "remedy/wording.py",
    "rules/",
    "reporters/",
    "probe/canaries/",
    "knowledge/facts.py",
)
#: what is looked at is never loaded here
STACK = {"google", "joblib", "lightgbm", "mlflow", "numpy", "onnx", "onnxconverter_common", "onnxmltools", "onnxruntime", "pandas", "scipy", "skl2onnx", "sklearn", "xgboost"}  # fmt: skip
#: who may print; in a cell of a place without the checker, the program says where it has left its frames
SPEAKERS = {"__main__.py", "cli.py", "notebook.py", "probe/inside/supervisor.py"}


def imported(tree: ast.AST) -> Iterator[str]:
    """Top-level modules of every import, inside functions too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (a.name.partition(".")[0] for a in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield (node.module or "").partition(".")[0]


def called(tree: ast.AST) -> set[str]:
    """What is called: `print` for a name, `.read_text` for a method."""
    calls = [n.func for n in ast.walk(tree) if isinstance(n, ast.Call)]
    return {f.id if isinstance(f, ast.Name) else f".{f.attr}" for f in calls if isinstance(f, ast.Name | ast.Attribute)}


@pytest.mark.parametrize("name", OURS)
def test_only_a_few_touch_the_world(name: str) -> None:
    assert set(imported(OURS[name])) & WORLD == MAY.get(name, set())


@pytest.mark.parametrize("name", OURS)
def test_only_a_few_touch_files(name: str) -> None:
    assert ("pathlib" in imported(OURS[name])) == (name in FILES)


@pytest.mark.parametrize("name", [n for n in OURS if n.startswith(PURE)])
def test_the_core_is_pure(name: str) -> None:
    assert not called(OURS[name]) & {
        "open",
        "print",
        "exec",
        "eval",
        "input",
        "__import__",
        ".open",
        ".read_text",
        ".write_text",
    }


@pytest.mark.parametrize("name", OURS)
def test_nothing_of_the_stack_is_imported(name: str) -> None:
    assert not set(imported(OURS[name])) & STACK


@pytest.mark.parametrize("name", TREES)
def test_nobody_logs_and_few_print(name: str) -> None:
    assert "logging" not in set(imported(TREES[name]))
    assert name in SPEAKERS or "print" not in called(TREES[name])


@pytest.mark.parametrize("name", OURS)
def test_rich_is_imported_late(name: str) -> None:
    """At the head of a file it would cost every command its time."""
    early = [n for n in OURS[name].body if isinstance(n, ast.Import | ast.ImportFrom)]
    assert "rich" not in {m for node in early for m in imported(node)}


@pytest.mark.parametrize("name", OURS)
def test_no_module_keeps_state(name: str) -> None:
    """What stands at the head of a module is a constant: nothing rebinds it."""
    assert not [n for n in ast.walk(OURS[name]) if isinstance(n, ast.Global)]


# --- lists written by hand ---------------------------------------------------------------------------------------


def test_every_reporter_is_listed() -> None:
    """Each file of reporters/ that has a `render` is a format, `explain` aside."""
    written = {
        n
        for n, tree in OURS.items()
        if n.startswith("reporters/") and "render" in {f.name for f in tree.body if isinstance(f, ast.FunctionDef)}
    }
    listed = {r.file for r in REPORTERS.values()}
    assert {Path(n).stem for n in written} == listed


def test_every_whole_program_is_in_the_catalogue() -> None:
    written = {v.name for v in vars(programs).values() if isinstance(v, model.Canary)}
    assert written <= {c.name for c in CATALOGUE}


def test_every_file_of_the_program_is_sent() -> None:
    """A file of probe/inside that nothing sends to the patient is dead, or forgotten."""
    files = {n.removeprefix(INSIDE).removesuffix(".py").replace("/", ".") for n in TREES if n.startswith(INSIDE)}
    written = {n for n in files if not n.endswith("__init__")}
    assert written == {*parts("supervisor"), *parts("files.static"), *parts("worker"), "program"}
