"""New releases: what the index has and no cell knows, and the tasks that tell whether it works."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from packaging.version import Version

from ...world.sandbox import Refused
from ..bench import Bench
from ..campaign import Task
from ..factors.conversions import Conversions
from ..factors.flows import FLOWS, FlowCell
from ..factors.imports import Imports
from ..factors.runtimes import Runtime
from ..resolving import choose
from .covering import Wish

#: package -> the kind of cells that knows it
KINDS = {
    **dict.fromkeys(("scikit-learn", "skl2onnx", "onnx", "numpy", "scipy", "protobuf"), "conversions"),
    "onnxruntime": "runtimes",
    **{flow.library: flow.kind for flow in FLOWS},
}


def new_releases(bench: Bench) -> dict[str, str]:
    """package -> its newest release, where that is newer than in any cell. Raises CannotLook for the index."""
    lines = {kind: bench.evidence.lines(kind) for kind in set(KINDS.values())}
    found = {}
    for name, kind in KINDS.items():
        known = [Version(line["pins"][name]) for line in lines[kind] if name in line["pins"]]
        newest = newest_of(name, bench)
        if newest and (not known or Version(newest) > max(known)):
            found[name] = newest
    return found


def newest_of(name: str, bench: Bench) -> str:
    """The newest release that any of the interpreters can have, "" where none can."""
    asked = (choose(python, {}, [name], "highest") for python in bench.pythons.values())
    versions = [found[name] for found in asked if not isinstance(found, Refused)]
    return max(versions, key=Version, default="")


def new_tasks(new: Mapping[str, str], bench: Bench) -> dict[str, Sequence[Task]]:
    """kind -> the tasks for these releases: as they are installed today, on every interpreter that can have them."""
    pythons = sorted(bench.pythons, key=Version, reverse=True)
    tasks: dict[str, Sequence[Task]] = {}
    if any(KINDS[name] == "conversions" for name in new):
        tasks["conversions"] = [c for python in pythons if (c := todays(python, bench))]
    if release := new.get("onnxruntime"):
        able = [p for p in pythons if installs(bench, p, "onnxruntime", release)]
        tasks["imports"] = [Imports(p, release, tuple(numpies(bench, p))) for p in able]
        tasks["runtimes"] = [Runtime(p, release) for p in able[-1:]]
    for name in (flow.library for flow in FLOWS if flow.library in new):
        cells = [FlowCell(name, name, new[name], "highest", (python,)) for python in pythons]
        tasks[KINDS[name]] = [*tasks.get(KINDS[name], ()), *cells]
    return tasks


def todays(python: str, bench: Bench) -> Conversions | None:
    """What a fresh installation is today, and beside it the converter with what it was released with."""
    found = choose(bench.pythons[python], {}, ["scikit-learn", "skl2onnx"], "highest")
    if isinstance(found, Refused):
        return None
    converters = tuple((found["skl2onnx"], manner) for manner in ("highest", "era", "lowest"))
    return Conversions(Wish(python, found["scikit-learn"], "highest", converters))


def installs(bench: Bench, python: str, name: str, release: str) -> bool:
    """Whether an interpreter has wheels of a release."""
    return not isinstance(choose(bench.pythons[python], {name: release}, [], "highest"), Refused)


def numpies(bench: Bench, python: str) -> list[str]:
    """The newest numpy of each major that an interpreter can have."""
    asked = (choose(bench.pythons[python], {}, [wish], "highest") for wish in ("numpy<2", "numpy"))
    return list(dict.fromkeys(found["numpy"] for found in asked if not isinstance(found, Refused)))
