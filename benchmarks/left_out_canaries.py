"""How often a model fails that is said to fail probably, since others like it do: canaries are left out and asked for.

    python benchmarks/left_out_canaries.py [FILE] [--every 7]

Each canary of the catalogue is taken for a script's own model, and matched against all others. Wherever its hints say
that it probably fails, in each conversion cell with every n-th release of onnxruntime, the outcome that was measured of
it tells whether it does. Prints the share by the stage that was told. FILE is what ships unless another is given.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from checker.matrix.matching import Match, match
from checker.matrix.matching.judging import Hint
from checker.matrix.measured import load, read
from checker.matrix.measured.values import UNMEASURED, Measured
from checker.model import Canary, Stage
from checker.probe.canaries import every


def asked(catalogue: Sequence[Canary]) -> Iterator[tuple[str, Match]]:
    """Each canary, and what the others are to it; of what has rows of its own nothing is asked."""
    for row in catalogue:
        others = [other for other in catalogue if other.name != row.name]
        found = match(replace(row, where="train.py:1"), others)
        if not found.rows and found.hints and not row.logging:
            yield row.name, found


def numbers(matrix: Measured, runtime: int) -> list[int]:
    """For each profile of the matrix the number of its failure with one onnxruntime, 0 where it works."""
    profiles = matrix.unfolded
    return [UNMEASURED if p is None else p.conversion or p.runtimes[runtime] for p in profiles]


def told(hint: Hint, outcomes: Sequence[int], matrix: Measured) -> Stage | None:
    """The stage at which the hint lets a model fail, where these are the outcomes of its canaries."""
    known = [number for number in outcomes if number != UNMEASURED]
    stages = {matrix.signature(number) and matrix.stage(number) for number in known}
    stage = stages.pop() if len(stages) == 1 else None
    return stage if stage in hint.stages and len(known) >= hint.least else None


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", nargs="?", type=Path, help="the folded matrix")
    parser.add_argument("--every", type=int, default=7, help="every n-th onnxruntime (default: 7)")
    options = parser.parse_args()
    matrix = read(options.file) if options.file else load()
    catalogue = [row for row in every() if row.name in matrix.places]
    right, all_ = Counter[Stage](), Counter[Stage]()
    models = [*asked(catalogue)]
    for runtime in range(0, len(matrix.runtimes), options.every):
        of_profile = numbers(matrix, runtime)
        rows = {row.name: [of_profile[place] for place in matrix.row(row.name)] for row in catalogue}
        for name, found in models:
            for cell, truth in enumerate(rows[name]):
                says = (told(h, [rows[row][cell] for row in h.canaries], matrix) for h in found.hints)
                if truth != UNMEASURED and (stage := next(filter(None, says), None)):
                    all_[stage] += 1
                    right[stage] += truth > 0
    print(f"{len(models)} canaries have hints and nothing nearer")
    for stage, number in sorted(all_.items(), key=lambda pair: pair[0].order):
        print(f"{stage.value:9} told {number:7}, failed {100 * right[stage] / number:.2f} %")


if __name__ == "__main__":
    main()
