"""How much is known: cells of each kind, shares of the space, and how far the packages' own metadata agree."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from ..knowledge import Knowledge
from ..model import Stage
from .measured import Measured, Question
from .measured.values import UNMEASURED
from .measured.verdicts import RUNTIME

#: sets of versions that are drawn, canaries asked of each, and the seed
DRAWN, ASKED, SEED = 300, 12, 0
#: where a cell fails that cannot be imported
BEFORE = (Stage.RESOLVE, Stage.INSTALL, Stage.IMPORT)


@dataclass(frozen=True)
class Stats:
    """The figures."""

    date: str
    canaries: int
    #: kind -> how many cells
    cells: Mapping[str, int] = field(default_factory=dict)
    #: outcomes of canaries that the cells hold
    outcomes: int = 0
    #: measured, inferred, unknown -> how many of the drawn outcomes; of all known releases, and of the measured ones
    space: Mapping[str, int] = field(default_factory=dict)
    near: Mapping[str, int] = field(default_factory=dict)
    #: (whether the metadata admit a cell, whether anything converts in it) -> how many cells
    declared: Mapping[tuple[bool, bool], int] = field(default_factory=dict)


def stats(matrix: Measured, knowledge: Knowledge, drawn: int = DRAWN) -> Stats:
    """The figures of a matrix; the same for the same matrix."""
    profiles = Counter(matrix.unfolded[place] for name in matrix.canaries for place in matrix.row(name))
    outcomes = sum(
        count * (1 if p.conversion else sum(told != UNMEASURED for told in p.runtimes))
        for p, count in profiles.items()
        if p
    )
    return Stats(
        matrix.date,
        len(matrix.canaries),
        kinds(matrix),
        outcomes,
        share(matrix, versions(matrix, knowledge), drawn),
        share(matrix, versions(matrix, None), drawn),
        agreement(matrix),
    )


def kinds(matrix: Measured) -> dict[str, int]:
    """How many cells there are of each kind; a whole cell is a conversion cell with one onnxruntime."""
    whole = 0
    for place in range(len(matrix.cells)):
        here = {profile for row in matrix.rows if (profile := matrix.unfolded[row[place]])}
        ran = [p.runtimes for p in here if p.runtimes]
        whole += sum(any(told[at] != UNMEASURED for told in ran) for at in range(len(matrix.runtimes)))
    imports = sum(len(table.cells) for table in matrix.imports)
    named = {"conversion": len(matrix.cells), "whole": whole, "import": imports, "runtime": len(matrix.runtimes)}
    return {**named, "flow": sum(len(table.cells) for table in matrix.flows)}


def versions(matrix: Measured, knowledge: Knowledge | None) -> dict[str, tuple[str, ...]]:
    """The releases from which sets are drawn: those that were measured, or all that are known with them."""
    measured = {name: tuple(dict.fromkeys(cell.pins[name] for cell in matrix.cells)) for name in matrix.axes}
    measured[RUNTIME] = matrix.runtimes
    if not knowledge:
        return measured
    known = {name: tuple(r.version for r in knowledge.releases(name) if not r.yanked) for name in measured}
    return {name: tuple(dict.fromkeys((*measured[name], *known[name]))) for name in measured}


def share(matrix: Measured, releases: Mapping[str, tuple[str, ...]], drawn: int) -> dict[str, int]:
    """How many of the outcomes that are drawn are measured, inferred, unknown."""
    chance, found = random.Random(SEED), Counter[str]({"measured": 0, "inferred": 0, "unknown": 0})
    for _ in range(drawn):
        question = Question(matrix, {name: chance.choice(known) for name, known in releases.items()})
        for name in chance.sample(matrix.canaries, min(ASKED, len(matrix.canaries))):
            basis = question.verdict(name).basis
            found[basis.value if basis else "unknown"] += 1
    return dict(found)


def agreement(matrix: Measured) -> dict[tuple[bool, bool], int]:
    """Whether what the metadata admit can be imported, and what they refuse cannot."""
    found: Counter[tuple[bool, bool]] = Counter()
    for place, cell in enumerate(matrix.cells):
        here = [profile for row in matrix.rows if (profile := matrix.unfolded[row[place]])]
        if here:
            imports = [
                p for p in here if matrix.stage(p.conversion) not in (Stage.RESOLVE, Stage.INSTALL, Stage.IMPORT)
            ]
            found[not cell.declared, bool(imports)] += 1
    return dict(found)
