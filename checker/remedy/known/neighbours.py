"""The nearest sets of versions in which everything that has to work is known to do so, as moves to try first.

Single packages come first, then measured cells with an onnxruntime. Of a cell the packages are left out that the
measurements show to be needless, so that what remains moves as little as they let it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from packaging.specifiers import SpecifierSet

from ...knowledge.facts import parse
from ...matrix.choose import choose
from ...matrix.measured import Measured, Pins
from ...matrix.measured.verdicts import RUNTIME
from ...model import Basis, Change, Finding
from ...names import canonicalize_name, read_requirement
from ..search.moves import TOGETHER, Move, find_moves, span
from .forecast import Forecast

#: releases of one package, in one direction, and cells of which is asked whether everything works there
RELEASES, CELLS = 8, 24
#: cells in which everything works that are looked at
ENOUGH = 3
#: packages that a cell may move, and moves that are planned
MOST_MOVED, MOST = 5, 3
#: the rank of a move that no search would make
LATE = 9
#: name -> what its release must be
Wishes = Mapping[str, SpecifierSet]


@dataclass(frozen=True)
class Neighbour:
    """Releases under which everything works."""

    #: package -> release, of those that move
    moved: Pins
    basis: Basis


def plan_moves(
    forecast: Forecast, targets: Collection[Finding], keep: Collection[str], wanted: Mapping[str, str] | None = None
) -> tuple[Move, ...]:
    """The moves to the nearest neighbours; none where the trouble is not about packages that were measured.

    `wanted`: canonical name -> requirement that has to be met; where no neighbour meets it, the best measured set does.
    """
    wishes = {name: one.specifier for name, text in (wanted or {}).items() if (one := read_requirement(text))}
    culprits = [canonicalize_name(name) for finding in targets for name in finding.culprits]
    free = [name for name in forecast.here if name != "python" and name not in keep]
    if not forecast.hopeful or not set(culprits) & set(free):
        return ()
    first = sorted(free, key=lambda name: culprits.index(name) if name in culprits else len(culprits))
    blamed = [name for name in first if name in culprits]
    found = [*_singles(forecast, blamed, wishes), *_cells(forecast, first, wishes)]
    if wishes and not found:
        found = [*_chosen(forecast, first, wanted or {})]
    found = [neighbour for neighbour in found if neighbour.moved.keys() & {*blamed}]
    likely = _rank(forecast, targets, keep)
    ordered = sorted(found, key=lambda n: (len(n.moved), n.basis.order, likely(n.moved), _far(forecast.here, n.moved)))
    unique = {tuple(sorted(n.moved.items())): n for n in reversed(ordered)}
    chosen = sorted(unique.values(), key=ordered.index)[:MOST]
    return tuple(_move(neighbour, forecast.here, tuple(targets)) for neighbour in chosen)


def _rank(forecast: Forecast, targets: Collection[Finding], keep: Collection[str]) -> Callable[[Pins], int]:
    """How late a search without measurements comes to such moves: the converter forwards before the library back."""
    ranks: dict[tuple[str, bool], int] = {}
    for move in find_moves(tuple(targets), forecast.case.subject, keep):
        ranks[move.name, move.up] = min(move.rank, ranks.get((move.name, move.up), LATE))
    here = forecast.here
    return lambda moved: max(ranks.get((name, _newer(to, here[name])), LATE) for name, to in moved.items())


def _move(neighbour: Neighbour, here: Pins, aims: tuple[Finding, ...]) -> Move:
    (name, version), *others = neighbour.moved.items()
    base = tuple(f"{other}=={to}" for other, to in others)
    up = _newer(version, here[name])
    return Move(name, f"=={version}", up, TOGETHER, base=base, aims=aims, works=neighbour.basis)


def _singles(forecast: Forecast, names: Iterable[str], wishes: Wishes) -> Iterator[Neighbour]:
    """The nearest release of each package with which everything works, the others as they are."""
    here = forecast.here
    if any(name in here and not _honours(here[name], wish) for name, wish in wishes.items()):
        names = [name for name in names if name in wishes]
    for name in names:
        for up in (True, False):
            known = [v for v in _releases(forecast.matrix, name) if v != here[name] and _newer(v, here[name]) == up]
            fitting = [v for v in known if _honours(v, wishes.get(name))]
            nearest = sorted(fitting, key=lambda v: span(Change(name, here[name], v)))[:RELEASES]
            works = (Neighbour({name: v}, basis) for v in nearest if (basis := forecast.work({**here, name: v})))
            yield from islice(works, 1)


def _cells(forecast: Forecast, names: Collection[str], wishes: Wishes) -> Iterator[Neighbour]:
    """Measured cells of the same Python in which everything works, without what need not move."""
    here = forecast.here
    near = sorted(_differences(forecast, names, wishes), key=lambda moved: (len(moved), _far(here, moved)))
    works = ((moved, basis) for moved in near[:CELLS] if (basis := forecast.work({**here, **moved})))
    for moved, basis in islice(works, ENOUGH):
        yield _lessened(forecast, moved, basis, names, wishes)


def _differences(forecast: Forecast, names: Collection[str], wishes: Wishes) -> Iterator[Pins]:
    """What has to move to come to each measured cell, with each onnxruntime; no cell that moves what must stay."""
    matrix, here = forecast.matrix, forecast.here
    runtimes = [v for v in matrix.runtimes if RUNTIME in names] or [here.get(RUNTIME, "")]
    if RUNTIME in here and here[RUNTIME] not in runtimes:
        runtimes = [here[RUNTIME], *runtimes]
    for cell in matrix.cells:
        moved = {n: v for n, v in cell.pins.items() if n in here and v and here[n] != v}
        fits = all(_honours(cell.pins.get(n, ""), wish) for n, wish in wishes.items() if n in cell.pins)
        if not fits or not moved.keys() <= {*names} or len(moved) > MOST_MOVED:
            continue
        for runtime in runtimes:
            if RUNTIME not in here or _honours(runtime, wishes.get(RUNTIME)):
                more = {RUNTIME: runtime} if RUNTIME in here and runtime != here[RUNTIME] else {}
                if 0 < len(moved) + len(more) <= MOST_MOVED:
                    yield {**moved, **more}


def _chosen(forecast: Forecast, names: Collection[str], wanted: Mapping[str, str]) -> Iterator[Neighbour]:
    """The best measured set that meets the wishes, with what is kept as it is."""
    here, known = forecast.here, {*forecast.matrix.axes, RUNTIME}
    fixed = {name: f"{name}=={version}" for name, version in here.items() if name not in names}
    told = {name: read_requirement(text) for name, text in {**fixed, **wanted}.items() if name in known}
    models = {name: found for name, (_, found) in forecast.models.items()}
    wishes = {name: one for name, one in told.items() if one}
    best = choose(forecast.matrix, wishes, models, lambda pins: frozenset())
    if best and best.basis and best.works == len(models):
        moved = {name: v for name, v in best.pins.items() if name in here and v and v != here[name]}
        if moved:
            yield Neighbour(moved, best.basis)


def _lessened(forecast: Forecast, moved: Pins, basis: Basis, names: Iterable[str], wishes: Wishes) -> Neighbour:
    """A neighbour without the packages that need not move, those left out first of which nobody has spoken."""
    left = {name: moved[name] for name in names if name in moved}
    for name in reversed(list(left)):
        fewer = {n: v for n, v in left.items() if n != name}
        there = {**forecast.here, **fewer}
        honoured = all(_honours(there[n], wish) for n, wish in wishes.items() if n in there)
        if fewer and honoured and (known := forecast.work(there)):
            left, basis = fewer, known
    return Neighbour(left, basis)


def _releases(matrix: Measured, name: str) -> Collection[str]:
    if name == RUNTIME:
        return matrix.runtimes
    tables = [matrix.cells, *(table.cells for table in matrix.flows if name in table.names)]
    return {v for cells in tables for cell in cells if (v := cell.pins.get(name, ""))}


def _honours(version: str, wish: SpecifierSet | None) -> bool:
    return wish is None or wish.contains(version, prereleases=True)


def _newer(version: str, than: str) -> bool:
    one, other = parse(version), parse(than)
    return bool(one and other and one > other)


def _far(here: Pins, moved: Pins) -> tuple[int, int, int]:
    """Majors, minors and patches in all."""
    spans = [span(Change(name, here[name], to)) for name, to in moved.items()]
    return sum(s[0] for s in spans), sum(s[1] for s in spans), sum(s[2] for s in spans)
