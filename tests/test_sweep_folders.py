"""Folders of packages: each release unpacked once, whole or not at all."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from checker.errors import CannotLook
from checker.sweep.local import folders
from checker.sweep.local.folders import PackageFolders
from checker.world.sandbox import Refused

Install = Callable[[Path], "tuple[int, str]"]


@pytest.fixture
def store(tmp_path: Path) -> PackageFolders:
    return PackageFolders(tmp_path / "packages")


def installer(monkeypatch: pytest.MonkeyPatch, install: Install) -> list[str]:
    """An installer in the place of uv; what it was asked for."""
    asked: list[str] = []

    def run_uv(words: Sequence[str], children: Any = None) -> subprocess.CompletedProcess[str]:
        asked.append(words[-1])
        status, said = install(Path(words[words.index("--target") + 1]))
        return subprocess.CompletedProcess(words, status, "", said)

    monkeypatch.setattr(folders, "run_uv", run_uv)
    return asked


def whole(part: Path) -> tuple[int, str]:
    part.mkdir()
    (part / "module.py").write_text("x = 1")
    return 0, ""


def names(store: PackageFolders) -> list[str]:
    return sorted(p.name for p in store.root.glob("*/*") if not p.name.endswith(".lock"))


def test_a_release_is_unpacked_once(store: PackageFolders, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = installer(monkeypatch, whole)
    lock = {"numpy": "1.26.4", "onnx": "1.16.0"}
    first = store.find(Path("python"), "3.11", lock)
    assert (
        first
        == store.find(Path("python"), "3.11", lock)
        == [str(store.root / "3.11" / f"{n}-{v}") for n, v in lock.items()]
    )
    assert asked == ["numpy==1.26.4", "onnx==1.16.0"]
    store.find(Path("python"), "3.12", {"numpy": "1.26.4"})
    assert asked[2:] == ["numpy==1.26.4"], "another interpreter has another folder"


def test_what_cannot_be_had_is_refused_in_the_installers_words(
    store: PackageFolders, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = installer(monkeypatch, lambda part: (1, "  × No solution found: numpy has no wheels"))
    refused = store.find(Path("python"), "3.11", {"numpy": "1.0", "onnx": "1.0"})
    assert isinstance(refused, Refused)
    assert "numpy has no wheels" in refused.text
    assert (asked, names(store)) == (["numpy==1.0"], [])


def broken(part: Path) -> tuple[int, str]:
    whole(part)
    return 1, "error: failed to fetch: connection refused"


def interrupted(part: Path) -> tuple[int, str]:
    whole(part)
    raise KeyboardInterrupt


@pytest.mark.parametrize(("install", "error"), [(broken, CannotLook), (interrupted, KeyboardInterrupt)])
def test_what_ends_an_unpacking_leaves_nothing(
    install: Install, error: type[BaseException], store: PackageFolders, monkeypatch: pytest.MonkeyPatch
) -> None:
    installer(monkeypatch, install)
    with pytest.raises(error):
        store.find(Path("python"), "3.11", {"numpy": "1.26.4"})
    assert names(store) == []


def test_what_a_killed_run_has_left_is_no_release(store: PackageFolders, monkeypatch: pytest.MonkeyPatch) -> None:
    part = store.root / "3.11" / ".numpy-1.26.4"
    part.mkdir(parents=True)
    (part / "half.py").write_text("x")
    installer(monkeypatch, whole)
    assert isinstance(found := store.find(Path("python"), "3.11", {"numpy": "1.26.4"}), list)
    assert [p.name for p in Path(found[0]).iterdir()] == ["module.py"]
    assert names(store) == ["numpy-1.26.4"]


def test_two_that_need_the_same_release_unpack_it_once(store: PackageFolders, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = threading.Event()

    def slow(part: Path) -> tuple[int, str]:
        begun.wait(5)
        return whole(part)

    asked = installer(monkeypatch, slow)
    found: list[Any] = []
    look = lambda: found.append(store.find(Path("python"), "3.11", {"numpy": "1.26.4"}))  # noqa: E731
    threads = [threading.Thread(target=look) for _ in range(3)]
    for thread in threads:
        thread.start()
    begun.set()
    for thread in threads:
        thread.join()
    assert asked == ["numpy==1.26.4"]
    assert found == [[str(store.root / "3.11" / "numpy-1.26.4")]] * 3
