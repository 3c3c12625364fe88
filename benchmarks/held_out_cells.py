"""How true the inference of the measured matrix is: cells are left out and asked for.

    python benchmarks/held_out_cells.py [FILE] [--seeds 3] [--share 0.1] [--every 4] [--recent 1.4]

For each seed a share of the conversion cells is taken out of the matrix; what became of every canary there, with every
measured onnxruntime (or every n-th), is then asked of what is left. Prints how many outcomes were inferred and how many
of these were right (works, or fails at that stage), and how many stayed unknown: of all (with how many were
said to fail probably, and did), and of the cells whose
scikit-learn is at least `--recent`. FILE is what ships unless another is given.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from packaging.version import Version

from checker.matrix.measured import Question
from checker.matrix.measured.values import PASSED, Measured, unfold
from checker.model import Basis

#: lists of the file with one entry a cell
LISTS = ("cells", "ids", "dates", "declared")


@dataclass
class Tally:
    """What was asked, and what came out."""

    asked: int = 0
    inferred: int = 0
    right: int = 0
    #: (canary, what is true, what was inferred) -> how often
    wrong: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    #: why nothing was inferred -> how often
    unknown: Counter[str] = field(default_factory=Counter)
    #: of the unknown ones: said to fail probably, and failing indeed
    likely: Counter[str] = field(default_factory=Counter)
    #: outcomes of cells with a recent scikit-learn: asked, unknown
    recent: Counter[str] = field(default_factory=Counter)

    def told(self) -> str:
        """The figures, a line each."""
        rows = [
            f"outcomes asked   {self.asked}",
            f"inferred         {self.inferred} ({share(self.inferred, self.asked)})",
            f"of these right   {self.right} ({share(self.right, self.inferred)})",
            f"unknown          {self.asked - self.inferred} ({share(self.asked - self.inferred, self.asked)})",
            f"unknown, recent  {self.recent['unknown']} ({share(self.recent['unknown'], self.recent['asked'])})",
            f"probably fails   {self.likely['said']}",
            f"and fails indeed {share(self.likely['failing'], self.likely['said'])}",
            *(f"wrong {n:6}  {' | '.join(what)}" for what, n in self.wrong.most_common(12)),
            *(f"unknown {n:6}  {why}" for why, n in self.unknown.most_common(8)),
        ]
        return "\n".join(rows)


def share(part: int, whole: int) -> str:
    """Per cent."""
    return f"{100 * part / max(1, whole):.2f} %"


def without(raw: Mapping[str, Any], left_out: Iterable[int]) -> dict[str, Any]:
    """The content of a file without some cells."""
    gone = {*left_out}
    kept = [place for place in range(len(raw["cells"])) if place not in gone]
    rows = [row.split(",") for row in raw["outcomes"]]
    lists = {name: [raw[name][place] for place in kept] for name in LISTS}
    return {**raw, **lists, "outcomes": [",".join(row[place] for place in kept) for row in rows]}


def held_out(raw: Mapping[str, Any], seed: int = 0, share: float = 0.1, every: int = 1, recent: str = "1.4") -> Tally:
    """What is said of a share of the cells by the others."""
    whole, tally = unfold(raw), Tally()
    count = len(whole.cells)
    left_out = random.Random(seed).sample(range(count), max(1, round(count * share)))
    matrix = unfold(without(raw, left_out))
    for place in left_out:
        ask(matrix, whole, place, whole.runtimes[seed % every :: every], tally, recent)
    return tally


def ask(matrix: Measured, whole: Measured, place: int, runtimes: Sequence[str], tally: Tally, recent: str) -> None:
    """Ask for every outcome of one cell."""
    pins = whole.cells[place].pins
    new = Version(pins["scikit-learn"]) >= Version(recent)
    rows = {name: whole.unfolded[whole.row(name)[place]] for name in whole.canaries}
    for runtime in runtimes or [""]:
        question = Question(matrix, {**pins, "onnxruntime": runtime} if runtime else pins)
        at = whole.runtimes.index(runtime) if runtime else None
        for name, profile in rows.items():
            true = (
                -1
                if profile is None
                else profile.conversion
                if at is None
                else profile.conversion or profile.runtimes[at]
            )
            if true < PASSED:
                continue
            found = question.model(name)
            if found.basis is Basis.MEASURED:  # two cells of the same versions: nothing was inferred
                continue
            add(tally, name, whole.stage(true), found, new)


def add(tally: Tally, name: str, true: Any, found: Any, new: bool) -> None:
    """Count one answer."""
    tally.asked += 1
    tally.recent["asked"] += new
    if found.works is None:
        tally.recent["unknown"] += new
        tally.unknown[found.why] += 1
        tally.likely["said"] += found.likely is not None
        tally.likely["failing"] += found.likely is not None and true is not None
        return
    tally.inferred += 1
    if found.stage is true:
        tally.right += 1
    else:
        told = ["works" if stage is None else stage.value for stage in (true, found.stage)]
        tally.wrong[(name, *told)] += 1


def together(tallies: Iterable[Tally]) -> Tally:
    """The sum."""
    total = Tally()
    for one in tallies:
        total.asked, total.inferred, total.right = (
            total.asked + one.asked,
            total.inferred + one.inferred,
            total.right + one.right,
        )
        for name in ("wrong", "unknown", "likely", "recent"):
            getattr(total, name).update(getattr(one, name))
    return total


def main() -> None:
    """Ask, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    built = Path(__file__).parents[1] / "matrices" / "built" / "measured.json.gz"
    parser.add_argument("file", nargs="?", type=Path, default=built)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--share", type=float, default=0.1)
    parser.add_argument("--every", type=int, default=4, help="every n-th release of onnxruntime")
    parser.add_argument("--recent", default="1.4", help="the first scikit-learn of the last three years")
    options = parser.parse_args()
    raw = json.loads(zlib.decompress(options.file.read_bytes(), wbits=31))
    more = (options.share, options.every, options.recent)
    print(together(held_out(raw, seed, *more) for seed in range(options.seeds)).told())


if __name__ == "__main__":
    main()
