"""What is told from memory is true: the same question, the same files; anything else is asked again."""

from __future__ import annotations

import marshal
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from checker.model import Observation, Patient
from checker.probe import make_plan, observe, program
from checker.probe.inside.files.symbols import sealed
from checker.world import cache

from .interpreters import MINORS, interpreter

OLD = time.time_ns() - 10**12


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of the test's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return Path(cache.cache_folder())


def aged(path: Path, text: str = "x") -> Path:
    """A file that was written long ago."""
    path.write_text(text)
    os.utime(path, ns=(OLD, OLD))
    return path


# --- texts by question -----------------------------------------------------------------------------------


def test_a_text_is_told_again_while_its_files_are_the_same(tmp_path: Path) -> None:
    file = aged(tmp_path / "file")
    cache.keep("kind", ["asked"], "text \udcff\r\n", [str(file), str(tmp_path / "absent")])
    assert cache.recall("kind", ["asked"]) == "text \udcff\r\n"
    assert cache.recall("other", ["asked"]) is None
    assert cache.recall("kind", ["otherwise"]) is None


def change(file: Path) -> None:
    file.write_text("another")


def same_size(file: Path) -> None:
    aged(file, "y")
    os.utime(file, ns=(OLD + 1, OLD + 1))


def replaced(file: Path) -> None:
    """The same name, size and time: another file all the same."""
    aged(file.with_name("new")).replace(file)


def removed(file: Path) -> None:
    file.unlink()


def added(file: Path) -> None:
    (file.parent / "absent").write_text("x")


@pytest.mark.parametrize("happens", [change, same_size, replaced, removed, added])
def test_a_change_of_any_file_is_noticed(happens: object, tmp_path: Path) -> None:
    file = aged(tmp_path / "file")
    cache.keep("kind", "asked", "text", [str(file), str(tmp_path / "absent")])
    happens(file)  # type: ignore[operator]
    assert cache.recall("kind", "asked") is None


def test_what_rests_on_no_file_is_told_again(tmp_path: Path) -> None:
    cache.keep("kind", "asked", "text")
    assert cache.recall("kind", "asked") == "text"


def test_a_variable_or_another_folder_is_another_question(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = cache.surroundings()
    assert cache.surroundings() == before
    monkeypatch.setenv("ANYTHING", "1")
    assert cache.surroundings() != before
    monkeypatch.delenv("ANYTHING")
    monkeypatch.chdir(tmp_path)
    assert cache.surroundings() != before


def test_without_a_cache_nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/dev/null/nowhere")
    cache.keep("kind", "asked", "text")
    assert cache.recall("kind", "asked") is None


def test_a_full_disk_leaves_nothing_half_written(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.replace", lambda *paths: _full())
    cache.keep("kind", "asked", "text")
    assert list((folder / "kind").iterdir()) == []


def _full() -> None:
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("path", ["fresh", "a\nb"])
def test_what_may_have_changed_meanwhile_is_not_kept(path: str, tmp_path: Path) -> None:
    (tmp_path / path).write_text("written after this process began")
    cache.keep("kind", "asked", "text", [str(tmp_path / path)])
    assert cache.recall("kind", "asked") is None


def test_secrets_of_the_environment_are_not_written(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN", "hunter2-hunter2")
    cache.keep("kind", cache.surroundings(), "text")
    (kept,) = (folder / "kind").iterdir()
    assert b"hunter2" not in kept.read_bytes() + kept.name.encode()


@pytest.mark.parametrize("content", [b"", b"\0\0\0", b"rubbish", b"1-1-1 /etc/passwd\0text", b"\xff\xfe\0x"])
def test_a_spoilt_file_is_a_miss(content: bytes, tmp_path: Path, folder: Path) -> None:
    cache.keep("kind", "asked", "text", [str(aged(tmp_path / "file"))])
    (kept,) = (folder / "kind").iterdir()
    kept.write_bytes(content)
    assert cache.recall("kind", "asked") is None


def test_only_the_latest_are_kept(tmp_path: Path, folder: Path) -> None:
    file = aged(tmp_path / "file")
    for number in range(cache.KEPT + 5):
        cache.keep("kind", number, str(number), [str(file)])
    assert len(list((folder / "kind").iterdir())) == cache.KEPT
    assert cache.recall("kind", cache.KEPT + 4) == str(cache.KEPT + 4)


# --- looks ---------------------------------------------------------------------------------------------------


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder on the patient's search path, with one distribution in it, written long ago."""
    place = tmp_path / "site"
    info = place / "scikit_learn-1.5.2.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Name: scikit-learn\nVersion: 1.5.2\n")
    for path in (info / "METADATA", info, place):
        os.utime(path, ns=(OLD, OLD))
    monkeypatch.setenv("PYTHONPATH", str(place))
    # this very checkout lies on no path of the patient's: only what was just written is new
    monkeypatch.setattr(cache, "BEGAN", time.time_ns() - 10**9)
    monkeypatch.chdir(place)
    return place


def looked(static: bool = True, command: str = sys.executable) -> tuple[Observation, str]:
    patient = Patient((command, "-"), command, "")
    plan = make_plan(patient, None, (), static=static)
    return observe(patient, {**plan, "imports": [], "canaries": []}, program())


def test_a_static_look_starts_no_interpreter_twice(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, frames = looked()
    assert first.version("scikit-learn") == "1.5.2"
    assert str(site) in first.rests_on
    monkeypatch.setattr("checker.probe.asking.Dialogue", None)
    assert looked() == (first, frames)
    assert '"rests-on"' not in frames


def test_the_files_are_not_looked_at_again_where_something_is_run(site: Path) -> None:
    static, _ = looked()
    seen, _ = looked(static=False)
    assert seen == replace(static, imported=True)


def test_a_new_release_is_seen(site: Path) -> None:
    looked()
    metadata = site / "scikit_learn-1.5.2.dist-info" / "METADATA"
    metadata.write_text("Name: scikit-learn\nVersion: 1.6.0\n")
    assert looked()[0].version("scikit-learn") == "1.6.0"


def test_a_memory_of_another_interpreter_is_dropped(site: Path, folder: Path) -> None:
    """The frames say who answered; where somebody else does, everything is looked at."""
    looked()
    (kept,) = (folder / "looks").iterdir()
    kept.write_bytes(kept.read_bytes().replace(b'"python": "3', b'"python": "2').replace(b'"1.5.2"', b'"0.1"'))
    assert looked(static=False)[0].version("scikit-learn") == "1.5.2"


# --- answers ---------------------------------------------------------------------------------------------


def answer(site: Path, *options: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "checker", "preflight", "--static", "--python", sys.executable, *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=site)
    assert done.stderr.startswith("checker: ")
    assert done.stderr.count("\n") == 1
    return done.returncode, done.stdout


def test_the_same_command_gets_the_same_answer(site: Path, folder: Path) -> None:
    script = aged(site.parent / "train.py", "from sklearn.svm import SVC\n")
    first = answer(site, str(script), "--verbose")
    assert list((folder / "answers").iterdir())
    assert answer(site, str(script), "--verbose") == first
    script.write_text("import numpy\n")
    assert answer(site, str(script), "--verbose")[1] != first[1]


def test_what_a_killed_run_left_is_put_right_first(site: Path, folder: Path) -> None:
    status, _ = answer(site)
    left = folder / "sandboxes" / "checker-0123456789ab"
    (left / "env").mkdir(parents=True)
    assert answer(site)[0] == status
    assert not left.exists()


def test_what_leaves_files_behind_is_done_each_time(site: Path, tmp_path: Path) -> None:
    answer(site)
    for name in ("report.txt", "frames.jsonl"):
        option = "--output" if name.endswith("txt") else "--save"
        answer(site, option, str(tmp_path / name))
        (tmp_path / name).unlink()
        answer(site, option, str(tmp_path / name))
        assert (tmp_path / name).is_file()


# --- what is damaged ---------------------------------------------------------------------------------------------


def forged(kept: Path, text: str) -> None:
    """Another text of the same file, sealed as if it were true."""
    _, states, _ = kept.read_text(errors="surrogateescape").split("\0")
    whole = f"{states}\0{text}"
    kept.write_text(f"{cache._seal(whole)}\0{whole}")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "[]",
        "{}",
        '{"frame": "hello"}',
        '{"frame": "distribution", "name": 3}',
        "[" * 5000,
        "\n".join("{}" * 9),
    ],
)
def test_a_look_that_makes_no_sense_is_taken_afresh(text: str, site: Path, folder: Path) -> None:
    first = looked()
    (kept,) = (folder / "looks").iterdir()
    forged(kept, text)
    assert looked() == first


@pytest.mark.parametrize("text", ["", "x", "x y\nz"])
def test_an_answer_that_makes_no_sense_is_found_afresh(text: str, site: Path, folder: Path) -> None:
    first = answer(site)
    (kept,) = (folder / "answers").iterdir()
    forged(kept, text)
    assert answer(site) == first


SPOILT = {
    "empty": lambda whole: b"",
    "truncated": lambda whole: whole[: len(whole) // 2],
    "the digest alone": lambda whole: whole[:40],
    "another digest": lambda whole: whole[40:].rjust(len(whole), b"0"),
    "no marshalled text": lambda whole: sealed(b"rubbish"),
    "a marshalled list": lambda whole: sealed(marshal.dumps([1])),
    "a marshalled table of another kind": lambda whole: sealed(marshal.dumps({"x": 3})),
    "marshalled code": lambda whole: sealed(marshal.dumps(compile("1/0", "x", "exec"))),
}


@pytest.mark.parametrize("how", SPOILT)
def test_spoilt_tables_are_read_afresh(how: str, site: Path, folder: Path) -> None:
    """Tables of what a package binds, in whatever state: the look says the same."""
    package = site / "sklearn"
    package.mkdir()
    aged(package / "__init__.py", "from scipy import gone\n")
    aged(site / "scikit_learn-1.5.2.dist-info" / "RECORD", "sklearn/__init__.py,,\n")
    first = looked()
    tables = [*(folder / "links").rglob("*/*")]
    assert tables
    for table in tables:
        table.write_bytes(SPOILT[how](table.read_bytes()))
    again = looked()
    assert not (folder / "looks").exists()  # the files are new: it was not told from memory
    assert again == first
    assert again[0].remarks == ()


BYTECODE = {
    "empty": lambda whole: b"",
    "truncated": lambda whole: whole[:-30],
    "its head alone": lambda whole: whole[:16],
    "rubbish": lambda whole: whole[:16] + b"rubbish",
    "marshalled, but no code": lambda whole: whole[:16] + marshal.dumps([1]),
    "of another Python": lambda whole: b"0000" + whole[4:],
}


@pytest.mark.parametrize("minor", [m for m in MINORS if interpreter(m)])
def test_spoilt_bytecode_of_ours_is_no_fault_of_the_patients(
    minor: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that was full leaves half a file; Python itself would stumble over it at every import from then on."""
    python = interpreter(minor)
    assert python
    for number, _ in enumerate(BYTECODE):
        aged(tmp_path / f"fine{number}.py", "def f():\n    return 1\n__version__ = str(f())\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    def imports() -> list[str]:
        patient = Patient((python, "-"), python, "")
        plan = make_plan(patient, None, ())
        wanted = [{"module": f"fine{n}", "names": [], "optional": False} for n, _ in enumerate(BYTECODE)]
        seen, _ = observe(patient, {**plan, "roots": [], "looks": False, "imports": wanted}, program())
        return [type(o).__name__ for o in seen.outcomes]

    passed = ["Passed"] * len(BYTECODE)
    assert imports() == passed
    found = sorted(Path(cache.cache_folder(), "bytecode").rglob("fine*.pyc"))
    # before 3.8 there is no such folder, nor for an interpreter whose packages are compiled in their own place
    assert len(found) in ((0, len(BYTECODE)) if tuple(map(int, minor.split("."))) >= (3, 8) else (0,))
    for file in Path(cache.cache_folder(), "bytecode").rglob("*.pyc"):  # what Python itself needs to start, too
        file.write_bytes(file.read_bytes()[:16])
    for file, spoil in zip(found, BYTECODE.values(), strict=False):
        file.write_bytes(spoil(file.read_bytes()))
    assert imports() == passed
    assert imports() == passed


# --- several at the same time ------------------------------------------------------------------------------------


def test_eight_runs_share_one_cache(site: Path, folder: Path) -> None:
    """They begin with none, write it side by side, and tell the same; nothing half-written is left."""
    script = aged(site.parent / "train.py", "from sklearn.svm import SVC\nSVC().fit([[0], [1]], [0, 1])\n")
    command = [sys.executable, "-m", "checker", "preflight", "--static", "--python", sys.executable, str(script)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "cwd": site}
    runs = [subprocess.Popen(command, **pipes) for _ in range(8)]  # type: ignore[call-overload]
    told = {(*run.communicate(timeout=120), run.returncode) for run in runs}
    assert len(told) == 1
    ((page, said, status),) = told
    assert (status in (0, 1), said.count("\n")) == (True, 1), said
    assert answer(site, str(script)) == (status, page)
    assert (folder / "answers").is_dir()
    half = [p.name for p in folder.rglob("*") if p.is_file() and (".part" in p.name or p.suffix[1:].isdigit())]
    assert half == []
