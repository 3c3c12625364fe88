"""A change of an environment: what installers are told, noted before it begins, taken back if it is killed.

The note says what is to be restored, never which commands are to be run: those are made afresh by whoever reads it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from .cache import is_ours_alone, private_opener
from .locks import BUSY, await_free, hold_folder, hold_lock
from .process import run
from .uv import configuration, find_uv

#: the note in the scratch folder
NOTE = "unfinished.json"
#: seconds for an installer that outlived its checker: two of them in one environment would tear it
PATIENCE = 120.0
#: variable -> what installers find it as; None: it is taken away
VARIABLES: dict[str, str | None] = {
    "UV_PYTHON_DOWNLOADS": "never",
    "NO_COLOR": "1",
    "VIRTUAL_ENV": None,
    "PYTHONINSPECT": None,
    "PIP_NO_INPUT": "1",
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    # else pip turns to the user's own folder where it may not write into the environment
    "PIP_USER": "0",
}
#: `python -m pip` without the working folder on its search path: a file there would answer for one of pip's modules
PIP = (
    "import sys; sys.path[:] = sys.path[sys.path[:1] == ['']:]; "
    "import runpy; runpy.run_module('pip', run_name='__main__', alter_sys=True)"
)

Command = tuple[str, ...]


@dataclass(frozen=True)
class Moves:
    """What moves in one environment."""

    #: uv or pip
    installer: str
    #: the environment's interpreter
    python: str
    #: (name, version before or "", version after or "")
    changes: tuple[tuple[str, str, str], ...]

    def check(self) -> Moves:
        """Itself; raises ValueError for what is no move of packages."""
        plain = all(re.fullmatch(r"[\w][\w.-]*", name) for name, _, _ in self.changes) and all(
            re.fullmatch(r"[\w.!+-]*", version) for _, *versions in self.changes for version in versions
        )
        if self.installer not in ("uv", "pip") or not plain or not Path(self.python).is_absolute():
            raise ValueError("no note of ours")
        return self


@dataclass(frozen=True)
class Commands:
    """The commands of one change, each a list of words.

    What is removed goes first: it may share files with the rest.
    """

    #: fill scratch folders with what is needed, both ways: nothing has to be fetched while the environment changes
    fetch: tuple[Command, ...]
    forward: tuple[Command, ...]
    back: tuple[Command, ...]


def make_commands(moves: Moves, folder: str) -> Commands:
    """What uv or pip does for these moves; `folder` is a scratch folder. Raises CannotLook where there is no uv."""
    uv, python = moves.installer == "uv", moves.python
    wheels = ("--no-build", "--no-deps") if uv else ("--no-deps", "--only-binary", ":all:")
    start = (find_uv(), *configuration(), "pip") if uv else (python, "-c", PIP)

    def pip(word: str, *rest: str) -> Command:
        return (*start, word, "-q", *(("--python", python) if uv else ()), *rest)

    def fetch(place: str, pins: Command) -> Command:
        word, option = ("install", "--target") if uv else ("download", "-d")
        return pip(word, *wheels, option, f"{folder}/{place}", *pins)

    def install(place: str, *pins: str) -> Command:
        local = () if uv else ("--no-index", "--find-links", f"{folder}/{place}")
        return pip("install", *wheels, *local, *pins)

    def remove(names: Command) -> Command:
        return pip("uninstall", *(() if uv else ("--yes",)), *names)

    after = tuple(f"{name}=={to}" for name, _, to in moves.changes if to)
    before = tuple(f"{name}=={was}" for name, was, _ in moves.changes if was)
    gone, come = (tuple(c[0] for c in moves.changes if not c[side]) for side in (2, 1))
    again = "--reinstall" if uv else "--force-reinstall"
    return Commands(
        fetch=_keep((fetch("after", after), after), (fetch("before", before), before)),
        forward=_keep((remove(gone), gone), (install("after", *after), after)),
        back=_keep((remove(come), come), (install("before", again, *before), before)),
    )


def _keep(*pairs: tuple[Command, Command]) -> tuple[Command, ...]:
    """The commands that have something to do."""
    return tuple(command for command, names in pairs if names)


@contextmanager
def note_change(folder: Path, label: str, moves: Moves, *held: int) -> Iterator[tuple[int, ...]]:
    """Note what is to be restored while something is changed; gives the descriptors that installers inherit.

    `held` are the descriptors of other locks, -1 for none.
    """
    note = folder / NOTE
    with hold_lock(folder / BUSY) as handle:
        told = {"label": label, "installer": moves.installer, "python": moves.python, "changes": moves.changes}
        partial = note.with_suffix(".partial")
        with open(partial, "w", encoding="utf-8", opener=private_opener) as file:
            file.write(json.dumps(told))
        partial.replace(note)
        yield (*((handle.fileno(),) if handle else ()), *(number for number in held if number >= 0))
        note.unlink(missing_ok=True)


def take_back(folder: Path) -> str:
    """Take back what a killed run has begun in an environment; what was done in a sentence, "" for nothing.

    A note that is not ours alone, or that says anything but versions of packages, is no note.
    """
    with suppress(OSError, ValueError, KeyError, TypeError):
        if not is_ours_alone(str(folder)) or not is_ours_alone(str(folder / NOTE)):
            return ""
        told = json.loads((folder / NOTE).read_text(encoding="utf-8"))
        changes: Sequence[Sequence[str]] = told["changes"]
        moves = Moves(told["installer"], told["python"], tuple((n, was, to) for n, was, to in changes)).check()
        await_free(folder / BUSY, PATIENCE)
        with hold_folder(Path(moves.python).parents[1], PATIENCE):
            done = [run(command, VARIABLES) for command in make_commands(moves, str(folder)).back]
        (folder / NOTE).unlink(missing_ok=True)
        said = "it is as it was before" if not done or done[-1].returncode == 0 else "going back failed, see its pins"
        return f"an earlier run was killed while it changed {told['label']}: {said}"
    return ""
