"""One direction: the world is one room, no arrow runs back up, and every list written by hand is complete."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

import checker
from checker import model
from checker.commands import COMMANDS, GROUPS, TELLING
from checker.commands.sweep import KINDS
from checker.probe.assemble import parts
from checker.probe.canaries import programs
from checker.probe.canaries.catalogue import CATALOGUE
from checker.reporters import REPORTERS
from checker.requirements.forms import FORMS
from checker.sweep.campaign import FACTORS
from checker.sweep.cells import FLOW_CELLS

HOUSE = Path(checker.__file__).parent
TREES = {p.relative_to(HOUSE).as_posix(): ast.parse(p.read_text(encoding="utf-8")) for p in sorted(HOUSE.rglob("*.py"))}
#: what runs in the patient: it imports whatever the patient has, and has a test of its own
INSIDE = "probe/inside/"
OURS = {name: tree for name, tree in TREES.items() if not name.startswith(INSIDE)}

#: the only rooms that touch processes, files and signals: the second keeps what a sweep measures
PLACE = ("world/", "sweep/local/")
#: modules through which a process, a file or a network is reached
WORLD = {
    "asyncio", "ctypes", "fcntl", "ftplib", "glob", "http", "multiprocessing", "os", "pty", "requests", "shutil", "signal",
    "socket", "sqlite3", "ssl", "subprocess", "tempfile", "urllib", "webbrowser", "zipfile",
}  # fmt: skip
#: calls that do so: functions, and methods of paths
REACHES = {"open", "input", ".open", ".read_text", ".write_text", ".read_bytes", ".write_bytes", ".exists", ".is_file", ".is_dir", ".mkdir", ".unlink", ".iterdir", ".glob", ".rglob", ".stat", ".symlink_to", ".resolve", ".absolute", ".expanduser"}  # fmt: skip
#: the rooms from the ground up: each imports only what stands below it
FLOORS = (
    "version", "errors", "names", "texts", "language", "world",
    "knowledge", "model", "targets", "tables", "matrix", "probe", "script", "standin", "artifact", "rules",
    "policy", "settings",
    "requirements", "request", "sources", "ask", "places", "repair", "remedy", "pipeline", "inspection",
    "reporters", "site", "bisect", "merged", "fix", "repro", "sweep",
    "commands", "notebook", "cli", "pytester", "__main__",
)  # fmt: skip
#: what is looked at is never loaded here
STACK = {"google", "joblib", "lightgbm", "mlflow", "numpy", "onnx", "onnxconverter_common", "onnxmltools", "onnxruntime", "pandas", "scipy", "skl2onnx", "sklearn", "xgboost"}  # fmt: skip
#: who may print; in a cell of a place without the checker, the program says where it has left its frames
SPEAKERS = {"__main__.py", "world/terminal.py", "probe/inside/supervisor.py"}


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


def room(module: str) -> str:
    """The room of a file or of a dotted module below `checker`."""
    return module.removesuffix(".py").replace("/", ".").partition(".")[0]


def below(name: str, tree: ast.AST) -> Iterator[str]:
    """The rooms that a file imports from, inside functions too; the package itself (its version) is none."""
    place = name.removesuffix("/__init__.py").split("/")
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            up = len(place) - node.level + (1 if name.endswith("/__init__.py") else 0)
            module = [*place[:up], *(node.module or "").split(".")]
            if module[0]:
                yield module[0]
            else:
                yield from (alias.name for alias in node.names if alias.name in FLOORS)


@pytest.mark.parametrize("name", [n for n in OURS if not n.startswith(PLACE)])
def test_the_world_is_touched_in_one_place(name: str) -> None:
    assert set(imported(OURS[name])) & WORLD == set()
    assert called(OURS[name]) & REACHES == set()


@pytest.mark.parametrize("name", [n for n in OURS if n != "__init__.py"])
def test_no_arrow_runs_back_up(name: str) -> None:
    floor = FLOORS.index(room(name))
    assert [r for r in below(name, OURS[name]) if FLOORS.index(r) > floor] == []


def test_every_room_has_its_floor() -> None:
    assert {room(n) for n in OURS if n != "__init__.py"} == set(FLOORS)


def test_no_folder_is_crowded() -> None:
    folders = Counter(p.parent for p in HOUSE.rglob("*.py"))
    assert [f"{folder}: {n}" for folder, n in folders.items() if n > 12] == []


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


def functions(tree: ast.Module) -> set[str]:
    """The functions that a file defines."""
    return {f.name for f in tree.body if isinstance(f, ast.FunctionDef)}


# --- lists written by hand ---------------------------------------------------------------------------------------


def test_every_command_is_listed() -> None:
    """Each file of commands/ that has a `run` is a command, one in a folder a command of that group."""
    files = [n for n, tree in OURS.items() if n.startswith("commands/") and "run" in functions(tree)]
    written = {n.removeprefix("commands/").removesuffix(".py").replace("/", " ") for n in files}
    assert {n.removeprefix("telling ") for n in written if n.startswith("telling ")} == {*TELLING}
    written = {n.removeprefix("telling ") for n in written}
    listed = {f"{group} {name}" for group, names in GROUPS.items() for name in names}
    assert written == ({*COMMANDS} - {*GROUPS}) | listed


def test_every_reporter_is_listed() -> None:
    """Each file of reporters/ that has a `render` is a format, `explain` aside."""
    written = {n for n, tree in OURS.items() if n.startswith("reporters/") and "render" in functions(tree)}
    listed = {f"reporters/{r.file.replace('.', '/')}.py" for r in REPORTERS.values()}
    assert written == listed


def test_every_form_of_requirements_is_listed() -> None:
    """Each file of requirements/forms/ that has a `read` is a form."""
    place = "requirements/forms/"
    written = {n.removeprefix(place) for n, tree in OURS.items() if n.startswith(place) and "read" in functions(tree)}
    assert written == {form.file.replace(".", "/") + ".py" for form in FORMS}


def test_every_factor_is_swept() -> None:
    """Each file of sweep/factors/ that has `tasks` makes cells, which the command names, and has a program."""
    written = {
        Path(n).stem for n, tree in OURS.items() if n.startswith("sweep/factors/") and "tasks" in functions(tree)
    }
    assert written - {"flows"} == {*FACTORS} - {*FLOW_CELLS}
    assert {*FACTORS} == {*KINDS}
    assert {f"{INSIDE}measure/{name}.py" for name in written} <= {*TREES}


def test_every_whole_program_is_in_the_catalogue() -> None:
    written = {v.name for v in vars(programs).values() if isinstance(v, model.Canary)}
    assert written <= {c.name for c in CATALOGUE}


def test_every_file_of_the_program_is_sent() -> None:
    """A file of probe/inside that nothing sends to the patient is dead, or forgotten."""
    files = {n.removeprefix(INSIDE).removesuffix(".py").replace("/", ".") for n in TREES if n.startswith(INSIDE)}
    written = {n for n in files if not n.endswith("__init__")}
    assert written == {
        *parts("supervisor"),
        *parts("files.static"),
        *parts("worker"),
        *parts("rehearse.play"),
        *parts("measure.conversions"),
        *parts("measure.runtimes"),
        *parts("measure.imports"),
        *parts("measure.flows"),
        "program",
    }
