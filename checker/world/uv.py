"""Running uv with the user's own settings: the solver and the installer of everything that is tried."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import threading
from collections.abc import Sequence
from typing import IO, NoReturn

from ..errors import CannotLook

#: what uv says when the index, not the requirements, is to blame
UNREACHABLE = (
    r"error sending request|[Ff]ailed to (?:fetch|download|extract|read metadata)|dns error|[Cc]onnection refused"
    r"|certificate|timed out|status code: (?:401|403|407|429|5\d\d)|HTTP status (?:client|server) error"
    r"|[Cc]ould not connect|[Nn]etwork connectivity is disabled"
)
#: what it says when the disk is
UNWRITABLE = r"No space left|[Dd]isk quota|Permission denied|Read-only file system"
#: what an older uv, or something that is no uv, says
TOO_OLD = r"unexpected argument|unrecognized subcommand|invalid value .* for '--"


class Children:
    """Every process that is running for us, so that an interrupt can end all of them at once."""

    def __init__(self, busy: IO[bytes] | None = None) -> None:
        #: descriptors that they inherit: a lock that lasts as long as any of them lives
        self.descriptors: tuple[int, ...] = (busy.fileno(),) if busy and os.name == "posix" else ()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._closed = False
        self._lock = threading.Lock()

    def add(self, process: subprocess.Popen[bytes]) -> None:
        """Remember a process that was started; one that comes after the end is ended at once."""
        with self._lock:
            self._running.add(process)
            closed = self._closed
        if closed:
            process.terminate()

    def remove(self, process: subprocess.Popen[bytes]) -> None:
        """Forget a process that has ended."""
        with self._lock:
            self._running.discard(process)

    def end(self) -> None:
        """Ask all of them to stop, now and from now on."""
        with self._lock:
            self._closed = True
            running = tuple(self._running)
        for process in running:
            process.terminate()


def find_uv() -> str:
    """The uv command: $UV, the one installed with the checker, or PATH; raises CannotLook when there is none."""
    if named := os.environ.get("UV"):
        return named
    try:
        from uv import find_uv_bin

        return os.fspath(find_uv_bin())
    except (ImportError, FileNotFoundError):
        found = shutil.which("uv")
    if not found:
        raise CannotLook("uv was not found, and building an environment needs it", "install it with: pip install uv")
    return found


def run_uv(
    arguments: Sequence[str], seconds: float = 900, children: Children | None = None
) -> subprocess.CompletedProcess[str]:
    """Run uv with the user's own settings, never downloading a Python.

    Raises CannotLook when it cannot be started, is too old, or is not done after that many seconds.
    """
    environment = {**os.environ, "UV_PYTHON_DOWNLOADS": "never", "NO_COLOR": "1"}
    environment.pop("VIRTUAL_ENV", None)
    children = children or Children()
    try:
        process = subprocess.Popen(
            [find_uv(), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            pass_fds=children.descriptors,
        )
    except OSError as error:
        raise CannotLook(
            f"uv could not be run: {error.strerror or error}", "install it with: pip install uv"
        ) from error
    done = _awaited(process, seconds, children)
    if done.returncode and re.search(TOO_OLD, done.stderr):
        raise CannotLook(f"this uv is too old: {plain_words(done.stderr)[:160]}", "update it: pip install --upgrade uv")
    return done


def _awaited(process: subprocess.Popen[bytes], seconds: float, children: Children) -> subprocess.CompletedProcess[str]:
    children.add(process)
    try:
        out, said = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired as error:
        raise CannotLook(
            f"the package index did not answer within {seconds:.0f} seconds", "check the network, or UV_INDEX_URL"
        ) from error
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        children.remove(process)
    return subprocess.CompletedProcess(
        process.args, process.returncode, out.decode("utf-8", "replace"), said.decode("utf-8", "replace")
    )


def plain_words(text: str) -> str:
    """uv's message without its marks, wrapping and credentials."""
    text = re.sub(r"(\w+://)[^/\s]+@", r"\1", text)
    lines = [re.sub(r"^[\s×╰─▶│\-·]+", "", line).strip() for line in text.splitlines()]
    return " ".join(line for line in lines if line and not line.startswith("warning:"))


def ending(text: str, limit: int = 300) -> str:
    """The end of a message, where uv names the deepest cause, in so many characters and from a whole word on."""
    return text if len(text) <= limit else "… " + text[-limit:].partition(" ")[2]


def check_reachable(words: str) -> None:
    """Raises CannotLook where uv's words blame the index, the network or the disk, not the requirements."""
    if re.search(UNWRITABLE, words):
        hint = "make room, or name another folder with UV_CACHE_DIR or TMPDIR"
        raise CannotLook(f"the installer cannot write its files: {ending(words)}", hint)
    if re.search(UNREACHABLE, words):
        raise CannotLook(f"the package index cannot be used: {ending(words)}", "check the network, or UV_INDEX_URL")


def blame(stderr: str, what: str, hint: str = "") -> NoReturn:
    """Raises CannotLook: for the index or the disk where an installer blames one, else for what could not be done."""
    said = plain_words(stderr)
    check_reachable(said)
    raise CannotLook(f"{what}: {ending(said)}", hint)
