"""Commands with which a script or notebook changes its own environment."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import Any

from ...model import Install
from ...names import canonicalize_name
from ..reading.state import State
from ..values.proxies import Call, Unknown

#: functions that run a command; the last ones take pip's own arguments
SHELLS = (
    "os.system",
    "os.popen",
    *(f"subprocess.{name}" for name in ("run", "call", "check_call", "check_output", "Popen", "getoutput")),
    *(f"IPython.get_ipython.{name}" for name in ("system", "getoutput")),
)
MAGICS = ("IPython.get_ipython.run_line_magic", "IPython.get_ipython.run_cell_magic", "IPython.get_ipython.magic")
PIP = ("pip.main", "pip._internal.main", "pip._internal.cli.main.main")
CALLS = frozenset((*SHELLS, *MAGICS, *PIP))

INSTALLERS = re.compile(r"(^|/)(pip[\d.]*|conda|mamba|micromamba|easy_install)(\.exe)?$")
ACTIONS = ("install", "update", "upgrade", "uninstall", "remove", "sync")
#: options of pip and conda that are followed by a value
VALUED = (
    *("-r", "-c", "-i", "-f", "-t", "-n", "-p", "-e", "--requirement", "--constraint", "--channel", "--index-url"),
    *("--extra-index-url", "--find-links", "--target", "--name", "--prefix", "--editable", "--no-binary", "--index"),
    *("--only-binary", "--proxy", "--timeout", "--retries", "--cert", "--trusted-host", "--platform", "--python"),
    *("--python-version", "--root", "--src", "--log", "--progress-bar", "--upgrade-strategy", "--cache-dir"),
)
REQUIREMENT = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)\s*(\[[^\]]*\])?\s*([=<>!~@].*)?$")
WHEEL = re.compile(r"([A-Za-z0-9._]+)-([^-/]+)-[^/]*\.whl$")


def command(reader: State, name: str, call: Call) -> Any:
    """Record what a command installs; anything else that it does is nothing to us."""
    text = command_text(name, call)
    wanted = None if text is None else requirements(text)
    if text is None or wanted is None:
        return Unknown()
    if reader.doubts:
        reader.uses.note(f"{call.where} installs only under a condition: {shortened(text)}")
    else:
        reader.uses.installs.append(
            Install(shortened(text), call.where, tuple(wanted), tuple(reader.uses.imported), tuple(wanted.values()))
        )
    return Unknown()


def command_text(name: str, call: Call) -> str | None:
    """The command line that a call runs, None when it cannot be read."""
    words = [line for line in map(text_of, call.args) if line is not None]
    first = text_of(call.get(0, "args", "cmd", "command"))
    if name in PIP:
        return first and f"pip {first}"
    if name not in MAGICS:
        return first
    magic, rest = words[0] if words else "", words[1:]
    if magic in ("sh", "bash", "script", "cmd", "!", "system", "sx"):
        return "\n".join(rest[-1:])
    return " ".join([magic, *rest])


def text_of(value: Any) -> str | None:
    """A command line as text; the words of a list that cannot be read are left out."""
    if isinstance(value, (list, tuple)):
        return shlex.join(w for w in value if isinstance(w, str))
    return value if isinstance(value, str) else None


def shortened(text: str) -> str:
    """A command on one line."""
    lines = [line.strip() for line in text.strip().split("\n")]
    chosen = [line for line in lines if requirements(line) is not None]
    return " ; ".join(chosen or lines)[:500]


def requirements(text: str) -> dict[str, str] | None:
    """What a command line (or several) installs, requirement -> name; None when it installs nothing."""
    found: dict[str, str] = {}
    installs = False
    for line in re.split(r"&&|\|\||[;\n|](?![^\"']*[\"'][^\"']*$)", text):
        words = split_words(line)
        arguments = installer_arguments(words)
        if arguments is not None:
            installs = True
            found.update(named(arguments))
    return found if installs else None


def split_words(line: str) -> list[str]:
    """The words of a command line; one with open quotes is split at its blanks."""
    try:
        return shlex.split(line, comments=True)
    except ValueError:
        return line.split()


def installer_arguments(words: list[str]) -> list[str] | None:
    """The words after `install` of a command that is an installer's, None otherwise."""
    for at, word in enumerate(words):
        if not INSTALLERS.search(word):
            continue
        if word.endswith("easy_install"):
            return words[at + 1 :]
        action = next((i for i in range(at + 1, len(words)) if not words[i].startswith("-")), None)
        return words[action + 1 :] if action is not None and words[action] in ACTIONS else None
    return None


def named(words: list[str]) -> Iterator[tuple[str, str]]:
    """(requirement, its canonical name) among the words; files, folders and options are left out."""
    skip = False
    for word in words:
        if skip or word.startswith("-"):
            skip = not skip and word in VALUED
            continue
        wheel, plain = WHEEL.search(word), REQUIREMENT.match(word)
        if wheel:
            name = canonicalize_name(wheel[1])
            yield f"{name}=={wheel[2]}", name
        elif "#egg=" in word:
            name = canonicalize_name(word.partition("#egg=")[2].partition("&")[0])
            yield name, name
        elif plain and not word.endswith((".txt", ".yml", ".yaml", ".tar.gz", ".zip")):
            name = canonicalize_name(plain[1])
            yield f"{name}{plain[2] or ''}{(plain[3] or '').replace(' ', '')}", name
