"""Where cells are measured: environments composed of folders, and programs that answer in frames."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import CannotLook
from ..names import DISTRIBUTION_OF
from ..probe.assemble import measurer
from ..probe.inside.child import QUIET
from ..probe.inside.program import wrap
from ..world.process import Children, Dialogue
from ..world.pythons import memory_limit
from ..world.sandbox import Refused, scratch_folder
from .evidence import Evidence
from .local.folders import PackageFolders
from .local.models import Models
from .resolving import Resolved, resolve

#: seconds without any frame after which a process is given up
SILENCE = 120


@dataclass(frozen=True)
class Composed:
    """An environment of folders."""

    lock: Mapping[str, str]
    #: what the packages' own metadata say against it
    declared: str
    folders: tuple[str, ...]


@dataclass(frozen=True)
class Bench:
    """Where a campaign measures and keeps what; it travels to whoever measures."""

    #: folder of the evidence
    evidence_folder: Path
    #: folder of unpacked packages and of models
    store: Path
    #: minor version -> interpreter
    pythons: Mapping[str, Path]
    #: the canaries that are converted, as a user names them; () for all
    canaries: tuple[str, ...] = ()

    @property
    def evidence(self) -> Evidence:
        """What is known."""
        return Evidence(self.evidence_folder)

    @property
    def models(self) -> Models:
        """The models that conversions have made."""
        return Models(self.store / "models.sqlite")

    def compose(self, label: str, pins: Mapping[str, str], beside: Iterable[str] = ()) -> Composed | Refused:
        """The environment that these pins come to, for the interpreter of a label. Raises CannotLook for the index."""
        python = self.pythons[label]
        resolved = resolve(python, pins, beside)
        if not isinstance(resolved, Resolved):
            return resolved
        folders = PackageFolders(self.store / "packages").find(python, label, resolved.lock)
        if isinstance(folders, Refused):
            return folders
        return Composed(resolved.lock, resolved.declared, tuple(folders))

    def answers(self, label: str, kind: str, plan: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """The frames of a program that measures, in an interpreter without its own packages. Raises CannotLook."""
        mark, python = plan["token"].encode("ascii") + b" ", self.pythons[label]
        dialogue = Dialogue([str(python), "-I", "-S", "-"], dict(QUIET), Children())
        finished = False
        try:
            for line in dialogue.lines(wrap(measurer(kind), dict(plan)), SILENCE):
                dialogue.heard = True
                if line.startswith(mark):
                    frame = json.loads(line[len(mark) :])
                    finished = frame["frame"] == "end"
                    if finished:
                        break
                    yield frame
        finally:
            dialogue.end(finished)
        if not finished:
            said = dialogue.printed.decode("utf-8", "replace").strip().splitlines()
            raise CannotLook(f"{python} {dialogue.how_it_ended}: {said[-1] if said else 'it printed nothing'}")


@contextmanager
def planned(kind: str, folders: Sequence[str], **more: Any) -> Iterator[dict[str, Any]]:
    """What a program that measures is told, and its scratch folder, which is removed afterwards."""
    with scratch_folder() as scratch:
        yield {
            "token": secrets.token_hex(8),
            "role": kind,
            "scratch": str(scratch),
            "store": str(scratch / "models"),
            "folders": list(folders),
            "memory": memory_limit(),
            "seconds": SILENCE,
            **more,
        }


def module_of(distribution: str) -> str:
    """The top-level module of a package of the path."""
    return next((m for m, d in DISTRIBUTION_OF.items() if d == distribution), distribution.replace("-", "_"))
