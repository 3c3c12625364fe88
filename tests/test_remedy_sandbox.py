"""Throwaway folders: gone on every way out, collected after a kill, and never taken from under somebody."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from checker.errors import CannotLook
from checker.world.sandbox import Refused, collect, empty_site, scratch_folder

from .fake_uv import FakeUv, uv

__all__ = ["uv"]
pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals")

#: a command of ours that works in a scratch folder until it is stopped
WORKS = """
import sys, time
from checker import cli
from checker.world.sandbox import scratch_folder
def run(options):
    with scratch_folder() as folder:
        (folder / "env").mkdir()
        (folder / "env" / "file").write_text("x")
        print(folder, flush=True)
        time.sleep(120)
cli.terminable()
sys.exit(cli._guarded(run, None))
"""


@pytest.fixture
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of all sandboxes."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "sklearn-onnx-checker" / "sandboxes"


@contextmanager
def working() -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """Another process of ours at work, and its folder."""
    process = subprocess.Popen([sys.executable, "-c", WORKS], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        yield process, Path(process.stdout.readline().strip())
    finally:
        process.kill()
        process.communicate()


def test_a_folder_lives_as_long_as_it_is_used(base: Path) -> None:
    with scratch_folder() as folder:
        (folder / "deep" / "er").mkdir(parents=True)
        (folder / "deep" / "file").write_text("x")
        assert folder.parent == base
        assert len(list(base.iterdir())) == 2  # the folder and its lock
    assert list(base.iterdir()) == []


def stumbled(error: type[BaseException]) -> None:
    with scratch_folder() as folder:
        (folder / "file").write_text("x")
        raise error("x")


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit, CannotLook])
def test_an_error_takes_the_folder_along(error: type[BaseException], base: Path) -> None:
    with pytest.raises(error):
        stumbled(error)
    assert list(base.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_while_it_is_removed_comes_afterwards(
    number: int, base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual, come = shutil.rmtree, []

    def interrupted(place: Path, **more: bool) -> None:
        signal.raise_signal(number)
        usual(place, **more)

    monkeypatch.setattr("shutil.rmtree", interrupted)
    before = signal.signal(number, lambda number, frame: come.append(list(base.iterdir())))
    try:
        with scratch_folder() as folder:
            (folder / "file").write_text("x")
    finally:
        signal.signal(number, before)
    assert come == [[]]


@pytest.mark.parametrize(
    ("number", "status", "said"),
    [(signal.SIGINT, 130, "checker: interrupted\n"), (signal.SIGTERM, 143, "checker: terminated\n")],
)
def test_a_signal_takes_the_folder_along(number: int, status: int, said: str, base: Path) -> None:
    with working() as (process, folder):
        assert folder.is_dir()
        process.send_signal(number)
        _, err = process.communicate(timeout=60)
        assert (process.returncode, err) == (status, said)
    assert list(base.iterdir()) == []


def test_what_a_killed_process_leaves_is_collected_by_the_next(base: Path) -> None:
    with working() as (process, folder):
        process.kill()
        process.wait(60)
        assert (folder / "env" / "file").exists()
    assert collect(base=base) == 1
    assert list(base.iterdir()) == []


def test_the_next_scratch_folder_collects_by_itself(base: Path) -> None:
    with working() as (process, _):
        process.kill()
        process.wait(60)
    with scratch_folder() as folder:
        assert {p.name for p in base.iterdir()} == {folder.name, folder.name + ".lock"}


def test_a_folder_in_use_is_left_to_its_owner(base: Path) -> None:
    with working() as (process, folder):
        assert collect(base=base) == 0
        with scratch_folder() as own:
            assert own != folder
        assert (folder / "env" / "file").exists()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
    assert list(base.iterdir()) == []


def test_a_folder_of_this_very_process_is_in_use_too(base: Path) -> None:
    with scratch_folder() as folder:
        assert collect(base=base) == 0
        with scratch_folder() as other:
            assert folder.is_dir()
            assert other.is_dir()
    assert list(base.iterdir()) == []


def test_what_lies_about(base: Path) -> None:
    """Orphaned locks, folders without a lock, half-removed folders; what is not ours stays."""
    base.mkdir(parents=True)
    for name in ("checker-aa", "checker-bb-gone", "own"):
        (base / name / "deep").mkdir(parents=True)
    for name in ("checker-cc.lock", "checker-aa.lock", "checker-bb-gone.lock"):
        (base / name).touch()
    assert collect(base=base) == 2
    assert [p.name for p in base.iterdir()] == ["own"]


def test_locks_do_not_pile_up(base: Path) -> None:
    for _ in range(5):
        with scratch_folder():
            pass
    with working() as (process, _):
        process.kill()
        process.wait(60)
    for _ in range(2):
        collect(base=base)
    assert list(base.iterdir()) == []


def test_collecting_where_nothing_is(tmp_path: Path) -> None:
    assert collect(base=tmp_path / "nowhere") == 0


@pytest.fixture
def no_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("a file where a folder is wanted")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))


@pytest.mark.usefixtures("no_cache")
def test_without_a_cache_the_temporary_folder_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with scratch_folder() as folder:
        assert folder.parent == tmp_path / f"checker-{os.geteuid()}"
        assert folder.parent.stat().st_mode & 0o777 == 0o700
    assert list(folder.parent.iterdir()) == []


@pytest.mark.usefixtures("no_cache")
def test_without_any_folder_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "file"))
    with pytest.raises(CannotLook, match="no throwaway environment could be made"), scratch_folder():
        pass


@pytest.mark.parametrize(
    ("row", "refused"),
    [
        ({"when": ["install"], "status": 1, "err": "  × No solution found: Because of numpy"}, True),
        ({"when": ["install"], "status": 2, "err": "error sending request for url (https://own)"}, False),
        ({"when": ["venv"], "status": 1, "err": "error: no interpreter"}, False),
    ],
)
def test_an_environment_of_requirements(row: dict[str, object], refused: bool, base: Path, uv: FakeUv) -> None:
    with empty_site(Path("/base/python")) as site:
        assert site.install(["numpy"]) is None
        assert site.python.is_relative_to(base)
    uv.answers(row)
    try:
        with empty_site(Path("/base/python")) as site:
            assert site.install(["numpy"]) == Refused("No solution found: Because of numpy")
    except CannotLook:
        assert not refused
    assert list(base.iterdir()) == []


def noted(folder: Path, **more: object) -> None:
    """The note of a change of numpy that was killed."""
    folder.mkdir(parents=True, mode=0o700)
    told = {"label": "ENV", "installer": "uv", "python": "/env/bin/python", "changes": [["numpy", "2.2.6", "1.26.4"]]}
    (folder / "unfinished.json").write_text(json.dumps({**told, **more}))


def test_a_change_that_was_killed_is_taken_back(base: Path, uv: FakeUv) -> None:
    """What the note of an unfinished change says is restored before its folder goes, and said."""
    noted(base / "checker-dead")
    said: list[str] = []
    assert collect(said.append, base) == 1
    (command,) = uv.asked()
    assert command[-2:] == ["--reinstall", "numpy==2.2.6"]
    assert command[command.index("--python") + 1] == "/env/bin/python"
    assert list(base.iterdir()) == []
    assert said == ["an earlier run was killed while it changed ENV: it is as it was before"]


EVIL = {
    "commands of an older note": {"back": [["touch", "MARK"]]},
    "an option for a name": {"changes": [["--index-url=http://evil", "1", "2"]]},
    "an address for a version": {"changes": [["numpy", "1 @ http://evil/x.whl", "2"]]},
    "another installer": {"installer": "sh"},
    "a program beside it": {"python": "python"},
}


@pytest.mark.parametrize("what", EVIL)
def test_a_note_is_no_command(
    what: str, base: Path, uv: FakeUv, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    told = EVIL[what]
    noted(base / "checker-dead", **told)
    collect(base=base)
    assert not (tmp_path / "MARK").exists()
    assert all(command[-2:] == ["--reinstall", "numpy==2.2.6"] for command in uv.asked())
    assert len(uv.asked()) == ("back" in told)


@pytest.mark.usefixtures("no_cache")
@pytest.mark.parametrize("how", ["shared", "link"])
def test_a_strangers_folder_for_temporary_files_is_not_used(
    how: str, tmp_path: Path, uv: FakeUv, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder of that name with a note in it was there before us: in the place where everybody may make one."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    planted, name = tmp_path / "planted", tmp_path / f"checker-{os.geteuid()}"
    noted(planted / "checker-dead")
    if how == "link":
        name.symlink_to(planted)
    else:
        planted.rename(name)
        name.chmod(0o777)
    assert collect() == 0
    with pytest.raises(CannotLook, match="no throwaway environment could be made"), scratch_folder():
        pass
    assert uv.asked() == []
