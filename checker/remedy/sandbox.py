"""Throwaway environments, built by uv and always removed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ..errors import CannotLook
from ..probe.plan import cache_folder

#: what uv says when the index, not the requirements, is to blame
UNREACHABLE = (
    r"error sending request|[Ff]ailed to fetch|dns error|[Cc]onnection refused|certificate|timed out|No space left"
    r"|status code: (?:401|403|407|5\d\d)|[Cc]ould not connect|[Nn]etwork connectivity is disabled"
)


@dataclass(frozen=True)
class Refused:
    """The resolver or installer said no: a fact about the requirements, not an error of ours."""

    #: uv's own words, without its decoration
    text: str


def find_uv() -> str:
    """The uv command: $UV, PATH, or the one installed with the checker; raises CannotLook when there is none."""
    found = os.environ.get("UV") or shutil.which("uv")
    if found:
        return found
    try:
        from uv import find_uv_bin

        return os.fspath(find_uv_bin())
    except (ImportError, FileNotFoundError) as error:
        raise CannotLook(
            "uv was not found, and building an environment needs it", "install it with: pip install uv"
        ) from error


def run_uv(arguments: Sequence[str], seconds: float = 900) -> subprocess.CompletedProcess[str]:
    """Run uv with the user's own settings, never downloading a Python; raises CannotLook when it does not work."""
    environment = {**os.environ, "UV_PYTHON_DOWNLOADS": "never", "NO_COLOR": "1"}
    environment.pop("VIRTUAL_ENV", None)
    try:
        return subprocess.run(
            [find_uv(), *arguments],
            capture_output=True,
            text=True,
            errors="replace",
            env=environment,
            timeout=seconds,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CannotLook(f"uv could not do its work: {error}", "run it by hand: uv --version") from error


def plain_words(text: str) -> str:
    """uv's message without its marks, wrapping and credentials."""
    text = re.sub(r"(\w+://)[^/@\s]+@", r"\1", text)
    lines = [re.sub(r"^[\s×╰─▶│\-·]+", "", line).strip() for line in text.splitlines()]
    return " ".join(line for line in lines if line and not line.startswith("warning:"))


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A folder that is removed on every way out; beside the caches, so that uv can link files into it."""
    cache = cache_folder()
    base = cache / "sandboxes" if cache else None
    try:
        if base:
            base.mkdir(exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix="checker-", dir=base))
    except OSError as error:
        raise CannotLook(
            f"no throwaway environment could be made: {error.strerror}", "free some space or set TMPDIR"
        ) from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def environment(base: Path, requirements: Sequence[Path]) -> Iterator[Path | Refused]:
    """A fresh environment of `base` with what the requirement files ask for: its interpreter, or why not.

    Raises CannotLook when not even an empty environment can be made.
    """
    with scratch_folder() as folder:
        place = folder / "env"
        made = run_uv(["venv", "-q", "--python", str(base), str(place)])
        if made.returncode:
            raise CannotLook(
                f"uv made no environment with {base}: {plain_words(made.stderr)[-300:]}",
                "name another interpreter with --python",
            )
        python = place / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        files = [part for path in requirements for part in ("-r", str(path))]
        installed = run_uv(["pip", "install", "-q", "--no-build", "--python", str(python), *files])
        said = plain_words(installed.stderr)
        if installed.returncode and re.search(UNREACHABLE, said):
            raise CannotLook(f"the package index cannot be used: {said[-300:]}", "check the network, or UV_INDEX_URL")
        yield Refused(said) if installed.returncode else python
