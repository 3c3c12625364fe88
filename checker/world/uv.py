"""Running uv with the user's own settings: the solver and the installer of everything that is tried."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NoReturn

import platformdirs

from ..errors import CannotLook
from ..texts import without_secrets
from .process import Children, completed, kill_group, start

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
#: what it says of an index whose certificate it does not know: it brings a list of its own, without a company's proxy
UNTRUSTED = r"invalid peer certificate|UnknownIssuer"
#: what lets it trust whom the system trusts, as pip and browsers do: as it is called now, and in an older uv
SYSTEM_CERTIFICATES = ("UV_SYSTEM_CERTS", "UV_NATIVE_TLS")
_VARIABLES = {"UV_PYTHON_DOWNLOADS": "never", "NO_COLOR": "1", "VIRTUAL_ENV": None, "UV_ENV_FILE": None}
#: set while the settings of a project may be used
PROJECT_CONFIG = "CHECKER_PROJECT_CONFIG"


class TooSlow(CannotLook):
    """uv was not done in the time that it was given."""


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


def configuration() -> tuple[str, ...]:
    """The options that name uv's configuration: the user's own or the system's, never a file of the working folder.

    None where the user has named a file, or asked for the project's own with `--project-config`.
    """
    if os.environ.get("UV_NO_CONFIG"):
        return ("--no-config",)
    if os.environ.get(PROJECT_CONFIG) or os.environ.get("UV_CONFIG_FILE"):
        return ()
    own = Path(platformdirs.user_config_dir("uv", appauthor=False, roaming=True))
    places = [own, Path("/etc/xdg/uv"), Path("/etc/uv")]
    if os.name == "nt":
        places = [own, Path(os.environ.get("PROGRAMDATA") or r"C:\ProgramData", "uv")]
    elif sys.platform == "darwin":  # uv keeps to the folders of XDG there
        places[0] = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config", "uv")
    found = next((place / "uv.toml" for place in places if (place / "uv.toml").is_file()), None)
    return ("--config-file", str(found)) if found else ("--no-config",)


def use_project_config() -> None:
    """Let uv read the settings of the working folder's project too, for the life of this process."""
    os.environ[PROJECT_CONFIG] = "1"


def index_settings() -> list[str]:
    """What tells uv which index to ask: variables, the file of its configuration, the folder of a project."""
    named = sorted(f"{k}={v}" for k, v in os.environ.items() if k.startswith("UV_") and "PASSWORD" not in k)
    return [*named, *configuration(), os.getcwd() if os.environ.get(PROJECT_CONFIG) else ""]


def run_uv(
    arguments: Sequence[str], seconds: float = 900, children: Children | None = None
) -> subprocess.CompletedProcess[str]:
    """Run uv with the user's own settings and no project's, never downloading a Python.

    Where it does not know the certificate of an index, the system's certificates are trusted from then on, unless the
    user has said otherwise. Raises CannotLook when it cannot be started, is too old, or is not done after that many
    seconds.
    """
    said, children = any(name in os.environ for name in SYSTEM_CERTIFICATES), children or Children()
    done = _run(arguments, seconds, children)
    if done.returncode and not said and re.search(UNTRUSTED, done.stderr):
        os.environ.update(dict.fromkeys(SYSTEM_CERTIFICATES, "1"))
        done = _run(arguments, seconds, children)
    if done.returncode and re.search(TOO_OLD, done.stderr):
        raise CannotLook(f"this uv is too old: {plain_words(done.stderr)[:160]}", "update it: pip install --upgrade uv")
    return done


def _run(arguments: Sequence[str], seconds: float, children: Children) -> subprocess.CompletedProcess[str]:
    """Run uv once; raises CannotLook when it cannot be started, or is not done after that many seconds."""
    try:
        command, apart = [find_uv(), *configuration(), *arguments], os.name == "posix"
        process = start(command, _VARIABLES, children.descriptors, stdin=subprocess.DEVNULL, start_new_session=apart)
    except OSError as error:
        raise CannotLook(
            f"uv could not be run: {error.strerror or error}", "install it with: pip install uv"
        ) from error
    children.add(process)
    done = None
    try:
        done = completed(process, *process.communicate(timeout=seconds))
    except subprocess.TimeoutExpired as error:
        raise TooSlow(
            f"the package index did not answer within {seconds:.0f} seconds", "check the network, or UV_INDEX_URL"
        ) from error
    finally:
        if done is None:  # what it has started, a build for example, would go on and hold its pipes
            kill_group(process)
            process.wait()
        children.remove(process)
    return done


def compile_pins(
    lines: Iterable[str],
    words: Sequence[str],
    folder: Path,
    *,
    pins: Iterable[str] = (),
    overrides: Iterable[str] = (),
    answer: str = "pins.txt",
    annotated: bool = False,
    seconds: float = 900,
    children: Children | None = None,
) -> subprocess.CompletedProcess[str]:
    """Ask `uv pip compile` for what these lines of requirements come to; the answer is in `stdout`.

    `pins` are preferred, `overrides` win over metadata, `words` are more options; `folder` is for the questions, and
    `answer` the name of the file in which uv answers, which some forms prescribe. `annotated`: a comment behind each
    line says who asks for it.
    """
    place = Path(tempfile.mkdtemp(prefix="ask-", dir=folder))
    asked, out, over = (place / name for name in ("asked.in", answer, "overrides.txt"))
    for file, told in ((asked, lines), (out, pins), (over, overrides)):
        text = "".join(f"{line}\n" for line in told)
        if text or file is not out:  # an answer that is there before the question, empty even, is read first
            file.write_text(text, encoding="utf-8")
    notes = ("--annotate", "--annotation-style", "line") if annotated else ("--no-annotate",)
    form = ("-q", "--no-header", *notes, "--no-build", "--overrides", str(over), "-o", str(out))
    done = run_uv(["pip", "compile", *form, *words, str(asked)], seconds, children)
    done.stdout = out.read_text(encoding="utf-8") if not done.returncode else ""
    return done


def plain_words(text: str) -> str:
    """uv's message without its marks, wrapping and credentials."""
    lines = [re.sub(r"^[\s×╰─▶│\-·]+", "", line).strip() for line in without_secrets(text).splitlines()]
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
        hint = "check the network, or UV_INDEX_URL"
        if re.search(UNTRUSTED, words):
            hint = "name a file with the certificates of your network in SSL_CERT_FILE"
        raise CannotLook(f"the package index cannot be used: {ending(words)}", hint)


def blame(stderr: str, what: str, hint: str = "") -> NoReturn:
    """Raises CannotLook: for the index or the disk where an installer blames one, else for what could not be done."""
    said = plain_words(stderr)
    check_reachable(said)
    raise CannotLook(f"{what}: {ending(said)}", hint)
