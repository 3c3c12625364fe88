"""Takes back cells whose failures turned out to be faults of the measuring: `python matrices/withdraw.py PATTERN`.

PATTERN is a regular expression, searched in the type and in the text of signatures. Every conversion, import and
registry that failed in that way is taken away, and a line of a runtime that rests on such a conversion with it. The
next `checker sweep` measures them again. Commit the evidence before.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from checker.sweep.local.lines import read_lines, take_back

KINDS = ("conversions", "imports", "registries", "boosters")


def withdraw(folder: Path, pattern: str) -> dict[str, int]:
    """kind -> how many lines were taken away."""
    lines = [*read_lines(folder / "signatures.jsonl")]
    false = {line["id"] for line in lines if re.search(pattern, f"{line['type']}: {line['text']}")}
    taken = {
        kind: take_back(folder / f"{kind}.jsonl", lambda line: not false.isdisjoint(line["failures"])) for kind in KINDS
    }
    gone = {line["cell"] for line in taken["conversions"]}
    taken["runtimes"] = take_back(folder / "runtimes.jsonl", lambda line: not gone.isdisjoint(line["cells"]))
    return {kind: len(lines) for kind, lines in taken.items()}


def main() -> int:
    """Take them away, and say how many."""
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("pattern")
    ap.add_argument("--evidence", type=Path, default=HERE / "evidence")
    options = ap.parse_args()
    for kind, number in withdraw(options.evidence, options.pattern).items():
        print(f"{kind}: {number} lines taken back")
    return 0


if __name__ == "__main__":
    sys.exit(main())
