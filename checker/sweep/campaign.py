"""A campaign: tasks in their order, each by whichever process is free, each cell kept as soon as it is measured."""

from __future__ import annotations

import datetime
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ..errors import CannotLook
from ..knowledge import load
from ..model import Canary
from ..probe.canaries import every
from ..world.sandbox import Refused
from .cells import FITTING, Group, Runtime, cell_id
from .covering import Wish
from .evidence import Evidence, known_names, names_of
from .measuring import Bench, Measured
from .resolving import choose
from .store.folders import PackageFolders
from .store.models import Models

#: how long other packages take to come to terms with a release
SETTLED = datetime.timedelta(days=120)


@dataclass(frozen=True)
class Place:
    """Where a campaign keeps what; it travels to whoever measures."""

    evidence: Path
    #: folder of unpacked packages and of models
    store: Path
    #: minor version -> interpreter
    pythons: Mapping[str, Path]

    @property
    def bench(self) -> Bench:
        """Where cells are measured."""
        return Bench(PackageFolders(self.store / "packages"), self.pythons)

    @property
    def models(self) -> Models:
        """The models that conversions have made."""
        return Models(self.store / "models.sqlite")


@dataclass(frozen=True)
class Done:
    """What a task came to."""

    #: lines that are new
    cells: int
    #: of them, those that could not be built
    refused: int
    seconds: float
    trouble: str = ""


def catalogue() -> list[Canary]:
    """The canaries that are measured in conversion cells: all that convert, and log nothing."""
    return [c for c in every() if c.make and not c.logging]


def measure(task: Wish | Runtime, place: Place) -> Done:
    """Measure what a task asks for and is not known yet; a process that others share the evidence with."""
    start = time.monotonic()
    try:
        cells = list(_convert(task, place) if isinstance(task, Wish) else _run(task, place))
    except CannotLook as error:
        return Done(0, 0, time.monotonic() - start, str(error))
    return Done(len(cells), sum(bool(c.refused) for c in cells), time.monotonic() - start)


def _convert(wish: Wish, place: Place) -> Iterator[Measured]:
    group, known, evidence = (
        fulfilled(wish, place.pythons),
        Evidence(place.evidence).cells("conversions"),
        Evidence(place.evidence),
    )
    if isinstance(group, Refused):
        return
    left = tuple(one for one in group.sets if cell_id("conversion", group.pins(one)) not in known)
    rows, start = catalogue(), time.monotonic()
    name = evidence.keep_catalogue(rows)
    for cell in place.bench.converted(replace(group, sets=left), rows) if left else ():
        cell.seconds, start = time.monotonic() - start, time.monotonic()
        if evidence.add_conversion(cell, rows, name, place.models):
            yield cell


def fulfilled(wish: Wish, pythons: Mapping[str, Path]) -> Group | Refused:
    """A wish with every pin chosen; a set of converters that metadata do not admit there is chosen without them.

    Raises CannotLook for the index.
    """
    python, pins = pythons[wish.python], {"scikit-learn": wish.scikit}
    fitting = choose(
        python, pins, [n for n in FITTING if n not in pins], wish.manner, day_of("scikit-learn", wish.scikit)
    )
    if isinstance(fitting, Refused):
        return fitting
    fitting, sets = {**pins, **fitting}, []
    for version, manner in wish.converters:
        one = {"skl2onnx": version}
        found: dict[str, str] | Refused = Refused("")
        for more in (fitting, {}):
            if isinstance(found, Refused):
                found = choose(python, {**more, **one}, ("onnx",), manner, day_of("skl2onnx", version), ("protobuf",))
        if not isinstance(found, Refused):
            sets.append({**one, **found})
    return Group(wish.python, fitting, tuple(sets))


def day_of(package: str, version: str) -> str:
    """The day some months after a release, when everything else had come to terms with it; "" where none is known."""
    release = load().release(package, version)
    if not release or not release.uploaded:
        return ""
    return (datetime.date.fromisoformat(release.uploaded) + SETTLED).isoformat()


def _run(runtime: Runtime, place: Place) -> Iterator[Measured]:
    evidence, start = Evidence(place.evidence), time.monotonic()
    mine = [line for line in evidence.lines("runtimes") if line["pins"] == {"python": runtime.python, **runtime.pins}]
    known = {cell for line in mine for cell in line["cells"]}
    conversions = {line["cell"]: line for line in evidence.lines("conversions") if line["models"].strip(".")}
    new = sorted(set(conversions) - known)
    if not new or any(line["built"] == "refused" for line in mine):
        return
    before = known_names(conversions[cell] for cell in known & set(conversions))
    asked = sorted(known_names(conversions[cell] for cell in new) - before)
    cell, ran = place.bench.run(runtime, place.models.take(asked))
    cell.seconds = time.monotonic() - start
    whole = [c for c in new if names_of(conversions[c]) <= before | set(ran)]
    if (cell.refused or whole) and evidence.add_runtime(cell, ran, whole):
        yield cell


def shard(tasks: Sequence[Wish | Runtime], which: int, of: int) -> list[Wish | Runtime]:
    """Every `of`-th task, from the `which`-th on (1 to `of`)."""
    return list(tasks[which - 1 :: of])
