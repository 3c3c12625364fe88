"""The cache stays within its limit, is nobody else's, and goes when it is told to."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from checker.cli import main
from checker.world import cache
from checker.world.journal import NOTE, Moves, note_change, take_back
from checker.world.sandbox import scratch_folder

from .fake_uv import FakeUv, uv

__all__ = ["uv"]
LIMIT = 1 << 20
DAY = 86_400


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of the test's own, with a small limit."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(cache, "LIMIT", LIMIT)
    return Path(cache.cache_folder())


def filled(place: str, number: int, size: int) -> None:
    """Write so many bytes into a folder, as a run does with its bytecode, or a look with its tables."""
    Path(place, f"deep{number}").mkdir()
    Path(place, f"deep{number}", "file").write_bytes(b"x" * size)


def total() -> int:
    return sum(part.size for part in cache.cache_parts())


def told(*words: str, capsys: pytest.CaptureFixture[str]) -> str:
    """What `checker cache` says."""
    assert main(["cache", *words]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    return said.out


# --- the limit -------------------------------------------------------------------------------------------------


def test_many_environments_stay_within_the_limit() -> None:
    for number in range(40):
        filled(cache.kept_place("bytecode", f"/env{number}/bin/python"), 0, LIMIT // 8)
        assert total() <= LIMIT
    assert total() > LIMIT // 2
    assert os.listdir(cache.kept_place("bytecode", "/env39/bin/python")) == ["deep0"]  # the latest is still there
    assert os.listdir(cache.kept_place("bytecode", "/env0/bin/python")) == []


def test_tables_of_ever_new_packages_stay_within_it_too(folder: Path) -> None:
    """All of them lie in one folder, which is always in use: they go one by one, and once a day."""
    for day in range(20):
        place = cache.kept_place("links", "program")
        for number in range(10):
            Path(place, f"{day}-{number}").write_bytes(b"x" * (LIMIT // 100))
        assert total() <= LIMIT
        os.utime(folder / "pruned", (time.time() - DAY - 1,) * 2)
    assert "19-9" in os.listdir(place)


def test_what_was_used_last_goes_last() -> None:
    for number in range(6):
        filled(cache.kept_place("bytecode", str(number)), 0, LIMIT // 8)
    cache.kept_place("bytecode", "0")
    for number in range(6, 9):
        filled(cache.kept_place("bytecode", str(number)), 0, LIMIT // 8)
    assert os.listdir(cache.kept_place("bytecode", "0")) == ["deep0"]
    assert os.listdir(cache.kept_place("bytecode", "1")) == []


@pytest.mark.skipif(os.name != "posix", reason="links")
def test_a_link_leads_nobody_out(tmp_path: Path, folder: Path) -> None:
    precious = tmp_path / "precious"
    filled(str(precious.parent), 0, LIMIT * 2)
    (tmp_path / "deep0").rename(precious)
    (folder / "bytecode").mkdir()
    (folder / "bytecode" / "link").symlink_to(precious)
    (folder / "other").symlink_to(precious)
    assert cache.prune_cache(0) == len(str(precious))
    assert (precious / "file").exists()
    assert not (folder / "bytecode" / "link").is_symlink()


# --- the command -----------------------------------------------------------------------------------------------


def test_it_shows_where_and_how_much(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    filled(cache.kept_place("bytecode", "/env/bin/python"), 0, LIMIT)
    cache.keep("looks", "asked", "text")
    with scratch_folder() as used:
        (used / "file").write_bytes(b"x" * 2048)
        lines = [line.split() for line in told(capsys=capsys).splitlines()]
    assert lines[0] == [str(folder)]
    assert lines[2][:5] == ["bytecode", "1.0", "MB", "in", "1"]
    assert lines[3][0] == "looks"
    assert lines[4][:5] == ["sandboxes", "2.0", "kB", "in", "1"]
    assert lines[5][:3] == ["together", "1.0", "MB"]


def test_it_is_pruned_to_a_size(capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(3):
        filled(cache.kept_place("bytecode", str(number)), 0, LIMIT // 4)
    assert told("--prune", capsys=capsys) == "Removed 0.0 kB; 0.8 MB are left.\n"
    assert told("--prune", "0", capsys=capsys) == "Removed 0.8 MB; 0.0 kB are left.\n"


def test_it_is_cleared_but_for_what_is_in_use(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    filled(cache.kept_place("bytecode", "/env/bin/python"), 0, LIMIT)
    (folder / "sandboxes" / "checker-killed").mkdir(parents=True)
    with scratch_folder() as used:
        said = told("--clear", capsys=capsys)
        assert used.is_dir()
    # the folder of the run that was killed was removed by the one that came after it
    assert said.startswith("Removed 1.0 MB, and 0 throwaway environments of runs that were killed.\nLeft: 1 ")
    assert cache.cache_parts() == []
    (folder / "sandboxes" / "checker-killed").mkdir()
    assert "and 1 throwaway environments" in told("--clear", capsys=capsys)


@pytest.mark.parametrize("words", [["--prune", "x"], ["--prune", "-1"], ["--clear", "--prune"], ["more"]])
def test_anything_else_is_wrong_usage(words: list[str]) -> None:
    assert main(["cache", *words]) == 2


def test_nothing_is_kept_where_nothing_can_be(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert told(capsys=capsys).startswith("No cache is used: ")
    assert told("--clear", capsys=capsys).startswith("No cache is used: ")


# --- whose it is -------------------------------------------------------------------------------------------------


@pytest.mark.skipif(os.name != "posix", reason="modes")
@pytest.mark.parametrize("mask", [0o077, 0o022, 0o002, 0])
def test_no_mask_of_the_user_spoils_it(mask: int, uv: FakeUv) -> None:
    """On many systems a user's group may write to new files: what is kept and noted counts there too."""
    before = os.umask(mask)
    try:
        cache.keep("kind", "asked", "text")
        assert cache.recall("kind", "asked") == "text"
        with scratch_folder() as scratch:
            with (
                pytest.raises(KeyError),
                note_change(scratch, "ENV", Moves("uv", "/env/bin/python", (("numpy", "2", "1"),))),
            ):
                raise KeyError
            assert (scratch / NOTE).exists()
            assert take_back(scratch) == "an earlier run was killed while it changed ENV: it is as it was before"
    finally:
        os.umask(before)


@pytest.mark.skipif(os.name != "posix", reason="modes")
def test_a_cache_of_others_is_not_used_and_that_is_said(folder: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "checker", "preflight", "--static", "--python", sys.executable]
    folder.chmod(0o777)
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode in (0, 1)
    said = done.stderr.splitlines()
    assert said[0] == f"checker: the cache {folder} is not used, because others can write to it: remove it"
    assert list(folder.iterdir()) == []


# --- homes -------------------------------------------------------------------------------------------------------


def read_only(folder: Path) -> str:
    """A home that its owner cannot write to; root can write to any."""
    if os.geteuid() == 0:
        pytest.skip("root writes anywhere")
    folder.mkdir(mode=0o500)
    return str(folder)


def another_users(folder: Path) -> str:
    """Somebody else's home, as root sees it behind `sudo`."""
    if os.geteuid():
        pytest.skip("only root can give a folder away")
    folder.mkdir()
    os.chown(folder, 65534, 65534)
    return str(folder)


#: a home, by its folder -> what `checker cache` says of it
HOMES = {
    "missing": (lambda folder: f"{folder}/such", "the home folder {home} does not exist"),
    "a file": (lambda folder: [folder.touch(), str(folder)][1], "{home}/.cache/sklearn-onnx-checker cannot be written"),
    "the system's": (lambda folder: "/proc", "/proc/.cache/sklearn-onnx-checker cannot be written"),
    "read-only": (read_only, "{home}/.cache/sklearn-onnx-checker cannot be written"),
    "another user's": (another_users, "the home folder {home} belongs to another user"),
}


def in_home(home: str, tmp_path: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A command of the checker where HOME names that folder, and nothing else says where a cache would be."""
    (tmp_path / "tmp").mkdir(exist_ok=True)
    more = {"HOME": home, "TMPDIR": str(tmp_path / "tmp"), "PYTHONDONTWRITEBYTECODE": "1"}
    variables = {**{k: v for k, v in os.environ.items() if not k.startswith("XDG_")}, **more}
    command = [sys.executable, "-m", "checker", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path, env=variables)


@pytest.mark.skipif(sys.platform != "linux", reason="modes, owners and /proc")
@pytest.mark.parametrize("kind", HOMES)
def test_a_home_that_cannot_be_used_changes_no_answer(kind: str, tmp_path: Path) -> None:
    make, said = HOMES[kind]
    home, own = make(tmp_path / "no"), tmp_path / "own"
    own.mkdir()
    (tmp_path / "train.py").write_text("from sklearn.svm import SVC\n")
    look = ("preflight", "--static", "--python", sys.executable, "train.py")
    usual = in_home(str(own), tmp_path, *look)
    before = sorted(tmp_path.rglob("*"))
    done = in_home(home, tmp_path, *look)
    assert (done.returncode, done.stdout, done.stderr) == (usual.returncode, usual.stdout, usual.stderr)
    for words in ([], ["--clear"], ["--prune"]):
        told = in_home(home, tmp_path, "cache", *words)
        assert (told.returncode, told.stderr) == (0, "")
        assert told.stdout == f"No cache is used: {said.format(home=home)}.\n"
    left = [p for p in sorted(tmp_path.rglob("*")) if p not in before]
    assert [p.relative_to(tmp_path / "tmp").as_posix() for p in left] in ([], [f"checker-{os.geteuid()}"])


def test_a_usual_home_gets_its_cache(tmp_path: Path) -> None:
    told = in_home(str(tmp_path), tmp_path, "cache")
    assert told.stdout.startswith(str(tmp_path))
    assert "at most 500 MB" in told.stdout
