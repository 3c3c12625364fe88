"""Conversions: a catalogue fitted once in each set of packages, and converted by many converters."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from packaging.version import Version

from ...errors import CannotLook
from ...knowledge import Knowledge
from ...model import Canary
from ...probe.canaries import every, named
from ...probe.plan import canary_fields
from ...world.sandbox import Refused
from ..bench import Bench, Composed, module_of, planned
from ..cells import CONVERTING, FITTING, Admits, Measured, cell_id
from ..choosing.boundaries import Point, boundaries
from ..choosing.covering import Wish, covering, day_of
from ..evidence import NOTHING, Evidence, all_names, row_digest
from ..local.models import Models
from ..local.packs import piece
from ..ranges import placed
from ..resolving import choose

#: packages that are there in nearly every environment, although nobody declares them
BESIDE = ("pandas", "setuptools<81", "packaging")
#: libraries whose models are tried in whole flows
APART = frozenset(("xgboost", "lightgbm", "catboost"))
#: packages whose import is tried before anything is converted, in this order
IMPORTED = ("onnx", "skl2onnx", "onnxmltools")


@dataclass(frozen=True)
class Group:
    """Conversion cells of one interpreter and one set of fitted models."""

    #: minor version, "3.11"
    python: str
    #: name -> version of what is pinned for fitting
    fitting: Mapping[str, str]
    #: name -> version of what is pinned for each set of converters
    sets: tuple[Mapping[str, str], ...]

    def pins(self, converters: Mapping[str, str]) -> dict[str, str]:
        """The pins of one cell."""
        return {"python": self.python, **self.fitting, **converters}


@dataclass
class Converted(Measured):
    """What one conversion cell came to."""

    #: canary -> (model, data)
    models: dict[str, tuple[bytes, bytes]] = field(default_factory=dict)


@dataclass(frozen=True)
class Conversions:
    """One task: what a wish comes to, or the very cells, without what is known already."""

    wish: Wish | Group

    def limited(self, admits: Admits) -> Conversions | None:
        """With the converters that are admitted, where scikit-learn is."""
        if isinstance(self.wish, Group):
            pins = {**self.wish.fitting, **{n: v for one in self.wish.sets for n, v in one.items()}}
            return self if all(admits(name, version) for name, version in pins.items()) else None
        left = tuple(one for one in self.wish.converters if admits("skl2onnx", one[0]))
        wanted = left and admits("scikit-learn", self.wish.scikit)
        return Conversions(replace(self.wish, converters=left)) if wanted else None

    def measure(self, bench: Bench) -> Iterator[Measured]:
        """Each cell as soon as it is noted. Raises CannotLook for the index."""
        evidence, wish = bench.evidence, self.wish
        group = wish if isinstance(wish, Group) else fulfilled(wish, bench.pythons)
        if isinstance(group, Refused):
            return
        known, start = evidence.rows(), time.monotonic()
        for again, rows, sets in left(group, catalogue(bench.canaries), known):
            name = evidence.keep_catalogue(rows)
            for cell in convert(bench, Group(group.python, group.fitting, sets), rows):
                cell.seconds, start = time.monotonic() - start, time.monotonic()
                if note(evidence, cell, rows, name, bench.models, again):
                    yield cell


def left(
    group: Group, canaries: Sequence[Canary], known: Mapping[frozenset[tuple[str, str]], Collection[tuple[str, str]]]
) -> Iterator[tuple[bool, Sequence[Canary], tuple[Mapping[str, str], ...]]]:
    """What is to be measured of a group: sets of which nothing is known, then (True) sets that lack some rows.

    Of a set that could not be built nothing is asked again.
    """
    keys = [frozenset(group.pins(one).items()) for one in group.sets]
    new = tuple(one for one, key in zip(group.sets, keys, strict=True) if key not in known)
    if new:
        yield False, canaries, new
    rows = {(c.name, row_digest(c)): c for c in canaries if admits(c, group.fitting["scikit-learn"])}
    lacking = [rows.keys() - known[key] if known.get(key) else set() for key in keys]
    if any(lacking):
        again = tuple(one for one, rows_of_it in zip(group.sets, lacking, strict=True) if rows_of_it)
        yield True, [canary for key, canary in rows.items() if any(key in one for one in lacking)], again


def tasks(knowledge: Knowledge, bench: Bench) -> list[Conversions]:
    """All tasks: what lies between good and bad neighbours, then the covering, the likeliest environments first."""
    wishes = covering(knowledge, list(bench.pythons))
    return [*map(Conversions, between(knowledge, bench)), *map(Conversions, wishes)]


def between(knowledge: Knowledge, bench: Bench) -> list[Group]:
    """The groups of the cells that lie on boundaries."""
    works: dict[tuple[tuple[str, str], ...], set[str]] = {}
    for line in bench.evidence.lines("conversions"):
        if line["built"] != "refused" and line["pins"]["python"] in bench.pythons:
            rows = zip(bench.evidence.catalogue(line["catalogue"]), all_names(line["models"]), strict=True)
            works.setdefault(tuple(line["pins"].items()), set()).update(name for (name, _), m in rows if m != NOTHING)
    points = [Point(dict(pins), frozenset(names)) for pins, names in works.items()]
    groups: dict[tuple[str, ...], list[Mapping[str, str]]] = {}
    for pins in boundaries(points, knowledge, len(catalogue())):
        fitting = tuple(pins[name] for name in ("python", *FITTING))
        groups.setdefault(fitting, []).append({name: pins[name] for name in CONVERTING})
    return [Group(k[0], dict(zip(FITTING, k[1:], strict=True)), tuple(sets)) for k, sets in groups.items()]


def catalogue(asked: Sequence[str] = ()) -> list[Canary]:
    """The canaries that skl2onnx converts, and that log nothing; of these only those that are asked for.

    Raises UsageError for what is no canary.
    """
    told = [c for c in (named(asked) if asked else every()) if c.make and not c.logging]
    return [c for c in told if APART.isdisjoint(canary_fields(c)["needs"])]


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


def convert(bench: Bench, group: Group, canaries: Sequence[Canary]) -> Iterator[Converted]:
    """Each cell of a group as soon as it is measured. Raises CannotLook for the index."""
    fitted = bench.compose(group.python, group.fitting, BESIDE)
    if isinstance(fitted, Refused):
        yield from (Converted(group.pins(one), refused=fitted.text) for one in group.sets)
        return
    cells, asked = {}, []
    for number, one in enumerate(group.sets):
        composed = bench.compose(group.python, {**fitted.lock, **one})
        if isinstance(composed, Refused):
            yield Converted(group.pins(one), refused=composed.text)
            continue
        cells[str(number)] = Converted(group.pins(one), composed.lock, composed.declared)
        asked.append(told_set(str(number), one, composed, fitted))
    if not cells:
        return
    imports = [module_of(name) for name in group.fitting]
    rows = [canary_fields(c) for c in canaries if admits(c, group.fitting["scikit-learn"])]
    with planned("conversions", fitted.folders, imports=imports, sets=asked, canaries=rows) as plan:
        yield from gather(bench.answers(group.python, "conversions", plan), cells, Path(plan["store"]))


def told_set(number: str, pins: Mapping[str, str], composed: Composed, fitted: Composed) -> dict[str, Any]:
    """One set of converters as the program reads it: what it adds to the folders of the fitted models."""
    own = [folder for folder in composed.folders if folder not in fitted.folders]
    return {"id": number, "folders": own, "imports": [module_of(name) for name in IMPORTED if name in pins]}


def admits(canary: Canary, scikit: str) -> bool:
    """Whether this release of scikit-learn knows what the canary makes."""
    version = Version(scikit)
    late = canary.until and Version(canary.until) <= version
    return not late and (not canary.since or Version(canary.since) <= version)


def gather(frames: Iterable[Mapping[str, Any]], cells: Mapping[str, Converted], store: Path) -> Iterator[Converted]:
    """Sort the frames of a group into its cells; each is given as soon as it is whole.

    Where the packages for fitting cannot be imported, all cells have failed of it. Raises CannotLook where one was not
    measured to its end.
    """
    common: list[Mapping[str, Any]] = []
    given = set()
    for frame in frames:
        kind, which = frame["frame"], frame.get("set", "")
        if kind == "failure":
            (cells[which].failures if which else common).append(frame)
        elif kind == "remark":
            for cell in [cells[which]] if which else cells.values():
                cell.faults[frame["subject"]] = frame["text"]
        elif kind == "made":
            cells[which].models[frame["subject"]] = (piece(store, *frame["model"]), piece(store, *frame["data"]))
        elif kind == "converted" and frame["whole"]:
            cells[which].failures.extend(common)
            given.add(which)
            yield cells[which]
    if any(frame["stage"] == "import" for frame in common):
        for which in sorted(cells.keys() - given):
            cells[which].failures.extend(common)
            yield cells[which]
    elif left := len(cells.keys() - given):
        said = next((frame["text"] for frame in common[::-1] if frame["stage"] != "fit"), "it ended between two models")
        raise CannotLook(f"{left} cells were not measured to their end: {said}"[:300], "the next run tries them again")


def note(
    evidence: Evidence,
    cell: Converted,
    canaries: Sequence[Canary],
    catalogue: str,
    models: Models,
    again: bool = False,
) -> bool:
    """Add the line of a cell, after its models were kept; whether it is new.

    One that was measured `again`, for other canaries, has another name.
    """
    more = {"catalogue": catalogue} if again else {}
    names = dict(zip(cell.models, models.add(cell.models.values()), strict=True))
    order = [canary.name for canary in canaries]
    failures = {name: frame for name, frame in failed(cell, canaries).items() if name not in names}
    complaints = {frame["subject"]: frame for frame in cell.failures if frame["stage"] == "check"}
    return evidence.add(
        "conversions",
        cell,
        cell_id("conversion", {**cell.pins, **more}),
        catalogue=catalogue,
        failures=placed(evidence.by_signature(failures), order),
        complaints=placed(evidence.by_signature(complaints), order),
        models="".join(names.get(name, NOTHING) for name in order) if names else "",
    )


def failed(cell: Measured, canaries: Iterable[Canary]) -> dict[str, Mapping[str, Any]]:
    """canary -> the frame of its failure: of the first package it needs that cannot be imported, or its own."""
    broken = {frame["subject"]: frame for frame in cell.failures if frame["stage"] == "import"}
    found: dict[str, Mapping[str, Any]] = {}
    scikit = cell.pins.get("scikit-learn")
    for canary in [c for c in canaries if not scikit or admits(c, scikit)] if broken else ():
        needed = [module for module in broken if module in canary_fields(canary)["needs"]]
        if needed:
            found[canary.name] = broken[needed[0]]
    for frame in cell.failures:
        if frame["stage"] not in ("import", "check"):
            found.setdefault(frame["subject"], frame)
    return found
