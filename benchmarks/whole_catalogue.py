"""Every model of the catalogue tried in one environment: on all processors that there are, beside one alone.

    python benchmarks/whole_catalogue.py ENV/bin/python [--times 3]

Imports, rules and planned remedies are included; none is proven. Run on Linux.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path


def timed(python: str, processors: set[int]) -> tuple[float, float, int]:
    """Seconds by the clock and of the processors, and how many models were tried."""
    with tempfile.TemporaryDirectory() as name:
        out = Path(name, "report.json")
        command = [sys.executable, "-m", "checker", "preflight", "--python", python, "--canaries", "all", "--no-prove"]
        command += ["--format", "json", "--output", str(out)]
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        apart = partial(os.sched_setaffinity, 0, processors)
        subprocess.run(command, check=False, stderr=subprocess.DEVNULL, preexec_fn=apart)
        seconds, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
        outcomes = json.loads(out.read_text())["outcomes"]
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, spent, len({o["subject"] for o in outcomes if o["stage"] in ("fit", "register")})


def main() -> None:
    """Alternate, and print medians and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("python")
    parser.add_argument("--times", type=int, default=3)
    options = parser.parse_args()
    everything = os.sched_getaffinity(0)
    sets = {f"{len(everything)} processors": everything, "1 processor": {min(everything)}}
    medians = {}
    runs = {name: [] for name in sets}  # type: dict[str, list[tuple[float, float, int]]]
    for _ in range(options.times):
        for name, processors in sets.items():
            runs[name].append(timed(options.python, processors))
    for name, found in runs.items():
        medians[name] = statistics.median(r[0] for r in found)
        spent = statistics.median(r[1] for r in found)
        print(f"{name:14} {medians[name]:6.1f} s, of the processors {spent:6.1f} s, {found[0][2]} models")
    first, second = medians.values()
    print(f"ratio {first / second:.2f}")


if __name__ == "__main__":
    main()
