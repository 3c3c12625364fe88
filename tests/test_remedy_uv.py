"""uv as a stranger: what it says is told in one line, without secrets, and nothing waits for it for ever."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from checker.errors import CannotLook
from checker.world.process import Children
from checker.world.sandbox import Refused, fill, make_environment
from checker.world.uv import SYSTEM_CERTIFICATES, check_reachable, ending, find_uv, plain_words, run_uv

from .fake_uv import FakeUv, uv

__all__ = ["uv"]
pytestmark = pytest.mark.skipif(os.name != "posix", reason="a script in the place of uv")

#: what uv says of an index that needs a password
SECRET = """error: Failed to fetch: `https://ana:hunter2@index.example.org/simple/numpy/`
  Caused by: HTTP status client error (401 Unauthorized) for url (https://ana:hunter2@index.example.org/simple/numpy/)
"""
GONE = """  × Failed to fetch: `https://pypi.org/simple/numpy/`
  ├─▶ Request failed after 3 retries
  ├─▶ error sending request for url (https://pypi.org/simple/numpy/)
  ╰─▶ dns error: failed to lookup address information
"""
UNTRUSTED = """error: Failed to fetch: https://pypi.org/simple/numpy/
  cause: error sending request for url (https://pypi.org/simple/numpy/)
  cause: client error (Connect)
  cause: invalid peer certificate: UnknownIssuer
"""
NO_SOLUTION = """  × No solution found when resolving dependencies:
  ╰─▶ Because numpy==9 was not found in the package registry and you require
      numpy==9, we can conclude that your requirements are unsatisfiable.
"""
OLD = "error: unexpected argument '--no-build' found\n\n  tip: to pass '--no-build' as a value, use '-- --no-build'\n"


def raised(uv: FakeUv, err: str, folder: Path) -> CannotLook:
    """What `fill` raises where uv says that."""
    uv.answers({"status": 2, "err": err})
    with pytest.raises(CannotLook) as found:
        fill(folder / "env" / "bin" / "python", ["numpy==1.26.4"], folder)
    return found.value


@pytest.mark.parametrize(
    ("err", "words", "hint"),
    [
        (SECRET, "the package index cannot be used: error: Failed to fetch", "check the network, or UV_INDEX_URL"),
        (GONE, "dns error: failed to lookup address information", "check the network, or UV_INDEX_URL"),
        (UNTRUSTED, "invalid peer certificate: UnknownIssuer", "certificates of your network in SSL_CERT_FILE"),
        ("error: No space left on device (os error 28)", "No space left on device", "UV_CACHE_DIR"),
        (OLD, "this uv is too old: error: unexpected argument", "update it: pip install --upgrade uv"),
        ("error: unrecognized subcommand 'sync'", "this uv is too old", "update it"),
    ],
)
def test_what_ends_the_work_is_one_line_with_a_hint(
    err: str, words: str, hint: str, uv: FakeUv, tmp_path: Path
) -> None:
    error = raised(uv, err, tmp_path)
    assert words in error.message
    assert hint in error.hint
    assert "\n" not in error.message
    assert len(error.message) < 400


@pytest.fixture
def proxy(uv: FakeUv) -> FakeUv:
    """An index behind a proxy whose certificate the system trusts, and uv does not by itself."""
    uv.answers({"when": [*SYSTEM_CERTIFICATES]}, {"status": 2, "err": UNTRUSTED})
    return uv


def test_the_certificates_of_the_system_count(proxy: FakeUv) -> None:
    assert run_uv(["pip", "compile"]).returncode == 0
    assert len(proxy.asked()) == 2
    assert run_uv(["pip", "install"]).returncode == 0
    assert len(proxy.asked()) == 3  # nothing is asked in vain again


@pytest.mark.parametrize("name", SYSTEM_CERTIFICATES)
def test_who_has_said_whom_to_trust_is_followed(name: str, proxy: FakeUv, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "0")
    assert run_uv(["pip", "compile"]).returncode == 2
    assert len(proxy.asked()) == 1


def test_other_failures_change_no_trust(proxy: FakeUv, tmp_path: Path) -> None:
    raised(proxy, GONE, tmp_path)
    assert not {*SYSTEM_CERTIFICATES} & {*os.environ}


@pytest.mark.parametrize(
    "address",
    [
        "https://ana:hunter2@index.example.org/simple/",
        "https://hunter2@index.example.org/simple/",
        "https://ana:hunter2%40x@index.example.org/simple/",
        "https://ana:hunt@hunter2@index.example.org/simple/",
        "git+https://ana:hunter2@index.example.org/simple/",
        "http://ana:hunter2@localhost:3141/index.example.org",
    ],
)
def test_no_secret_is_told(address: str, uv: FakeUv, tmp_path: Path) -> None:
    said = f"error: Failed to fetch: `{address}`\n  Caused by: error sending request for url ({address})"
    for message in (raised(uv, said, tmp_path).message, plain_words(said)):
        assert "hunter2" not in message
        assert "index.example.org" in message


def test_a_secret_is_not_told_when_its_line_is_cut(uv: FakeUv, tmp_path: Path) -> None:
    """Messages are cut after the secrets are out of them, wherever the cut falls."""
    for length in range(270, 310, 3):
        said = f"Failed to fetch https://ana:hunter2@example.org/ {'x' * length}"
        uv.answers({"status": 2, "err": said})
        assert "hunter2" not in raised(uv, said, tmp_path).message


def test_a_refusal_is_an_answer_and_no_error(uv: FakeUv, tmp_path: Path) -> None:
    uv.answers({"status": 1, "err": NO_SOLUTION})
    refused = fill(tmp_path / "env" / "bin" / "python", ["numpy==9"], tmp_path)
    assert refused == Refused(
        "No solution found when resolving dependencies: Because numpy==9 was not found in the package registry and "
        "you require numpy==9, we can conclude that your requirements are unsatisfiable."
    )


def test_exact_releases_are_asked_of_the_cache_first(uv: FakeUv, tmp_path: Path) -> None:
    python = tmp_path / "env-1" / "bin" / "python"
    assert fill(python, ["numpy==1.26.4", "onnx==1.16.2"], tmp_path) is None
    assert [c[-1] for c in uv.asked()] == ["--offline"]
    assert uv.asked("env-1.lock.txt") == ["numpy==1.26.4\nonnx==1.16.2\n"]
    uv.answers({"when": ["--offline"], "status": 1, "err": "not in the cache; Network connectivity is disabled"})
    assert fill(python, ["numpy==1.26.4"], tmp_path) is None
    assert ["--offline" in c for c in uv.asked()] == [True, True, False]
    assert all({"--no-build", "sync", str(python)} <= set(c) for c in uv.asked())


def test_an_environment_that_cannot_be_made(uv: FakeUv, tmp_path: Path) -> None:
    assert make_environment(Path("/base/python"), tmp_path / "env") == tmp_path / "env" / "bin" / "python"
    uv.answers({"status": 1, "err": "error: No interpreter found at path `/base/python`"})
    with pytest.raises(CannotLook, match="uv made no environment with /base/python: error: No interpreter found"):
        make_environment(Path("/base/python"), tmp_path / "env")


@pytest.mark.parametrize("named", ["/no/such/uv", "{folder}", "{text}"])
def test_a_uv_that_cannot_be_run(named: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "text").write_text("not a program")
    monkeypatch.setenv("UV", named.format(folder=tmp_path, text=tmp_path / "text"))
    with pytest.raises(CannotLook, match="uv could not be run") as found:
        run_uv(["--version"])
    assert found.value.hint == "install it with: pip install uv"


def test_no_uv_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("UV", raising=False)
    monkeypatch.setitem(sys.modules, "uv", None)
    monkeypatch.setenv("PATH", "/no/such/folder")
    with pytest.raises(CannotLook, match="uv was not found"):
        find_uv()


def test_a_uv_that_hangs_is_ended(uv: FakeUv) -> None:
    uv.answers({"sleep": 120})
    begun = time.monotonic()
    with pytest.raises(CannotLook, match="did not answer within 1 seconds"):
        run_uv(["pip", "compile"], seconds=1)
    assert time.monotonic() - begun < 60


def test_all_that_run_are_ended_at_once_and_none_begins_after_it() -> None:
    children = Children()
    sleepers = [subprocess.Popen(["sleep", "120"]) for _ in range(2)]
    done = subprocess.Popen(["true"])
    for process in (*sleepers, done):
        children.add(process)
    done.wait(60)
    children.remove(done)
    children.end()
    late = subprocess.Popen(["sleep", "120"])
    children.add(late)
    assert [p.wait(60) for p in (*sleepers, late)] == [-15] * 3
    children.remove(late)
    children.end()


def test_uv_is_run_with_the_users_settings_and_fetches_no_python(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "uv"
    program.write_text("#!/bin/sh\necho $UV_PYTHON_DOWNLOADS,$VIRTUAL_ENV,$UV_INDEX_URL,$NO_COLOR\ncat\n")
    program.chmod(0o755)
    for name, value in {
        "UV": str(program),
        "VIRTUAL_ENV": "/other",
        "UV_INDEX_URL": "https://own",
        "UV_PYTHON_DOWNLOADS": "automatic",
    }.items():
        monkeypatch.setenv(name, value)
    assert run_uv(["x"]).stdout == "never,,https://own,1\n"


@pytest.mark.parametrize(
    ("words", "reachable"),
    [
        ("No solution found: Because numpy==9 was not found in the package registry", True),
        ("numpy has no usable wheels and building from source is disabled", True),
        ("HTTP status server error (503 Service Unavailable)", False),
        ("invalid peer certificate: UnknownIssuer", False),
        ("operation timed out", False),
        ("Could not connect, are you offline?", False),
    ],
)
def test_who_is_to_blame(words: str, reachable: bool) -> None:
    if reachable:
        check_reachable(words)
    else:
        with pytest.raises(CannotLook, match="the package index cannot be used"):
            check_reachable(words)


@pytest.mark.parametrize(
    "words", ["Permission denied (os error 13)", "Read-only file system (os error 30)", "No space left on device"]
)
def test_the_disk_is_not_the_index(words: str) -> None:
    with pytest.raises(CannotLook, match="the installer cannot write its files.*" + re.escape(words)):
        check_reachable("Failed to extract archive cause: " + words)


def test_a_long_message_keeps_its_end_from_a_whole_word_on() -> None:
    assert ending("one cause") == "one cause"
    assert ending("first cause: second cause: third", 14) == "… cause: third"
