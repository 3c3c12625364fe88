"""The live kernel as the patient: `checker.preflight()`.

Modules that are already loaded are compared with the files on disk in this very process; everything else is tried in
processes of the kernel's own interpreter, so that the kernel stays as it is.
"""

from __future__ import annotations

import pickle
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields, replace
from importlib import import_module
from pathlib import Path
from typing import Any

from ..errors import UsageError
from ..language import ENGLISH, speaking
from ..model import Loaded, Observation, Rehearsal, Report
from ..names import canonicalize_name
from ..pipeline import preflight as run
from ..probe.inside.files.static import look_closely
from ..probe.inside.frames import Channel
from ..probe.inside.rehearse.given.rows import choose_rows, count_rows, take
from ..request import Remedies, Request
from ..standin import Standin
from ..world.files import is_below
from ..world.sandbox import put, scratch_folder
from ..world.terminal import Page, Progress, silent
from .cell import InCell, in_cell


@dataclass(frozen=True)
class Shown(Report):
    """A report that a notebook shows as a page of its own, and anything else as text."""

    #: the language in which it is shown
    language: str = ENGLISH

    def __repr__(self) -> str:
        from ..reporters.text import render

        with speaking(self.language):
            return render(self)

    def _repr_html_(self) -> str:
        from ..reporters.html.article import article
        from ..reporters.html.page import fragment

        with speaking(self.language):
            return fragment(article(self, level=3))


def preflight(
    scripts: Sequence[Any],
    canaries: str,
    static: bool,
    targets: Sequence[str],
    keep: Sequence[str],
    wanted: Sequence[str],
    prove: bool,
    budget: int,
    offline: bool,
) -> Shown:
    """Look at the running kernel; see `checker.preflight`."""
    request = Request(
        canaries=canaries,
        static=static,
        targets=tuple(targets),
        keep=tuple(map(canonicalize_name, keep)),
        wanted=tuple(wanted),
        remedies=Remedies.OFFLINE if offline else Remedies.PROVEN if prove else Remedies.RESOLVED,
        budget=budget,
    )
    if all(isinstance(script, (str, Path)) for script in scripts):
        return _watched(replace(request, scripts=tuple(map(Path, scripts))))
    with kept(*scripts) as standin:
        return _watched(replace(request, rehearsal=Rehearsal((), ""), standin=standin))


def _watched(request: Request) -> Shown:
    """The report on this kernel; what is being done is shown in the cell, where there is one."""
    if not in_cell():
        return look(request, silent)
    with InCell() as live:
        return look(request, live.step)


@contextmanager
def kept(model: Any, X: Any = None, y: Any = None, *more: Any) -> Iterator[Standin]:
    """A model of this process and rows, where the process that tries them finds them. Raises UsageError."""
    name = type(model).__name__
    if more or not hasattr(model, "fit"):
        raise UsageError(f"a {name} is no estimator", "give a fitted model and rows, or paths of scripts")
    if X is None:
        raise UsageError(f"{name} is given without rows", "checker.preflight(model, X) compares it on them")
    folders = [p for p in sys.path if p and not is_below(p, sys.prefix) and not is_below(p, sys.base_prefix)]
    with scratch_folder() as folder:
        paths = [put(folder, f"{what}.pkl", _pickled(value)) for what, value in (("model", model), ("rows", few(X, y)))]
        yield Standin(paths[0], "pickle", paths[1], "pickle", folders=tuple(folders), name="model")


def few(X: Any, y: Any) -> tuple[Any, Any]:
    """The rows, or as many of them as a rehearsal takes, some of every class and category among them."""
    most, numpy = Rehearsal((), "").rows, sys.modules.get("numpy")
    if count_rows(X) <= most or not numpy:
        return X, y
    rows = choose_rows(numpy, X, y, most)
    return take(X, rows), y if y is None else take(y, rows)


def _pickled(value: Any) -> bytes:
    """The bytes of a value, by cloudpickle where it is there: that takes classes of the notebook along."""
    how: Any = pickle
    with suppress(ImportError):
        how = import_module("cloudpickle")
    try:
        return bytes(how.dumps(value))
    except Exception as error:  # whatever a value says when it is asked for its state
        said = f"a {type(value).__name__} cannot be pickled: {error}"
        raise UsageError(said, "it has to reach another process; what it holds (a lock, a file) must not") from error


def look(request: Request, progress: Progress, language: str = "") -> Shown:
    """The report on this kernel, whatever interpreter the request names; in the language of its reader, by default."""
    made = run(replace(request, python=sys.executable), progress, with_loaded)
    report = replace(made, patient=replace(made.patient, why="it is this kernel's own interpreter"))
    return Shown(**{f.name: getattr(report, f.name) for f in fields(report)}, language=language or Page(None).language)


def with_loaded(observation: Observation) -> Observation:
    """The observation, with what this process has in memory in another release than lies on disk."""
    found: list[Loaded] = []

    class Collector(Channel):
        """A channel that keeps what is loaded."""

        def send(self, frame: str, **fields: Any) -> None:
            """Keep one frame."""
            if frame == "loaded":
                found.append(Loaded(**fields))

    roots = sorted({name.partition(".")[0] for name in sys.modules})
    look_closely(Collector("", -1), {"roots": roots, "live": True}, [p or "." for p in sys.path])
    return replace(observation, loaded=tuple(found))
