"""The live kernel as the patient: `%load_ext checker`, `%preflight`, `checker.preflight()`.

Modules that are already loaded are compared with the files on disk in this very process; everything else is tried in
processes of the kernel's own interpreter, so that the kernel stays as it is.
"""

from __future__ import annotations

import pickle
import shlex
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import fields, replace
from importlib import import_module
from pathlib import Path
from typing import Any

from .commands.parsing import parse
from .commands.preflight import check_pins, rendered, request_of, verdict
from .errors import CheckerError, UsageError
from .fix.proven_pins import write_pins
from .model import Loaded, Observation, Rehearsal, Report
from .names import canonicalize_name
from .pipeline import preflight as run
from .probe.inside.files.static import look_closely
from .probe.inside.frames import Channel
from .probe.inside.rehearse.given.rows import choose_rows, count_rows, take
from .request import Remedies, Request
from .standin import Standin
from .world.files import check_output, is_below
from .world.progress import Live
from .world.sandbox import put, scratch_folder
from .world.terminal import Page, Progress, show, silent


class Shown(Report):
    """A report that a notebook shows as text."""

    def __repr__(self) -> str:
        from .reporters.text import render

        return render(self)


def preflight(
    *scripts: Any,
    canaries: str = "quick",
    static: bool = False,
    keep: Sequence[str] = (),
    prove: bool = True,
    offline: bool = False,
) -> Shown:
    """Look at the running kernel; see `checker.preflight`."""
    remedies = Remedies.OFFLINE if offline else Remedies.PROVEN if prove else Remedies.RESOLVED
    names = tuple(map(canonicalize_name, keep))
    request = Request(canaries=canaries, static=static, keep=names, remedies=remedies)
    if not all(isinstance(script, (str, Path)) for script in scripts):
        with kept(*scripts) as standin:
            return _look(replace(request, rehearsal=Rehearsal((), ""), standin=standin), silent)
    return _look(replace(request, scripts=tuple(map(Path, scripts))), silent)


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


def _look(request: Request, progress: Progress) -> Shown:
    """The report on this kernel, whatever interpreter the request names."""
    made = run(replace(request, python=sys.executable), progress, with_loaded)
    report = replace(made, patient=replace(made.patient, why="it is this kernel's own interpreter"))
    return Shown(**{f.name: getattr(report, f.name) for f in fields(report)})


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


def preflight_magic(line: str) -> None:
    """`%preflight [SCRIPT ...] [OPTIONS]`: look at this kernel and print the report.

    Options are those of `checker preflight`; `%preflight --help` lists them. Those that name another environment or
    change this one are refused.
    """
    _answer(line)


def _answer(line: str, standin: Standin | None = None) -> None:
    """Look as the options of a magic's line say, and show the report, or what is wrong with them."""
    try:
        options = parse(["preflight", *["--rehearse"] * bool(standin), *shlex.split(line)])
        request = request_of(options)
        request = replace(request, standin=standin) if standin else request
        _check_kernel(request)
        check_output(options.output)
        check_output(options.save)
        check_pins(options.write)
        page = Page(options.output)
        with Live() as live:
            report = _look(request, live.step)
        text = rendered(report, options, page)
        page.write(text) if options.output else show(text)
        if options.output:
            show(f"checker: {verdict(report, options.strict)} ({options.output})")
        if options.write:
            write_pins(report, options.write, show)
    except (CheckerError, ValueError) as error:  # quotes that are not closed
        show(f"checker: {error}")
    except SystemExit:  # after the help
        return


def _check_kernel(request: Request) -> None:
    """Raises UsageError for what concerns another environment, or changes the one that is running."""
    elsewhere = {
        "--python": request.python,
        "--pythons": request.pythons,
        "--requirements": request.requirements,
        "--build": request.build,
        "--via": request.via is not None,
        "--from": request.recorded,
    }
    if names := [option for option, given in elsewhere.items() if given]:
        raise UsageError(f"%preflight looks at this kernel: leave out {' and '.join(names)}")
    if request.fix:
        raise UsageError(
            "--fix does not change a kernel that is running",
            "run `checker preflight --fix` in a terminal, then restart",
        )
    request.check()


#: a cell that was run before, in a rehearsal: where it fails, what follows goes on, as it did in the kernel
BEFORE = """\
try:
    exec(compile({text!r}, __import__("os").path.join(__import__("os").getcwd(), {label!r}), "exec"), globals())
except Exception as error:
    print({label!r}, "failed:", error)
"""


def cells_of(run: Sequence[str], cell: str) -> tuple[tuple[str, str], ...]:
    """A cell, after those that the kernel has run: (label, text) each; the last one of `run` is that cell's own."""
    here = max(len(run) - 1, 1)
    before = [(f"cell {n}", text) for n, text in enumerate(run[:here]) if text.strip() and "'rehearse'" not in text]
    return (*((label, BEFORE.format(text=text, label=label)) for label, text in before), (f"cell {here}", cell))


def load_ipython_extension(shell: Any) -> None:
    """What `%load_ext checker` calls."""

    def rehearse(line: str, cell: str) -> None:
        """`%%rehearse [OPTIONS]`: rehearse the cell, after all that this kernel has run before, in another process.

        Options are those of `checker preflight --rehearse`: --rows, --time, --allow and others. Nothing of the cell
        is run in the kernel itself.
        """
        cells = cells_of(shell.user_ns.get("In", [""]), shell.transform_cell(cell))
        _answer(line, Standin("", name=cells[-1][0], cells=cells))

    shell.register_magic_function(preflight_magic, magic_name="preflight")
    shell.register_magic_function(rehearse, magic_kind="cell", magic_name="rehearse")
