"""The quick set with its imports, side by side: `checker preflight` against the same work in one plain process.

    python benchmarks/quick_set.py --python PATIENT [--runs 5]

The plain process makes the same imports, and fits, converts, checks, loads, runs and compares the same canaries one
after the other, with no supervision, no isolation and no look at the files. Both use the same private bytecode.
Prints wall seconds, peak memory of the largest process (MiB) and the ratio of the medians.
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
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from checker.model import Patient
from checker.probe.assemble import _joined
from checker.probe.canaries import quick
from checker.probe.plan import make_plan
from checker.world.cache import cache_folder
from checker.world.pythons import find

PLAIN = """
import importlib, os, tempfile
class Silent:
    def send(self, *names, **fields): pass
os.chdir(tempfile.mkdtemp())
for wanted in json.loads(PLAN)["imports"]:
    try:
        importlib.import_module(wanted["module"])
    except ImportError:
        pass
for canary in json.loads(PLAN)["canaries"]:
    try_canary(canary, [], Silent())
"""


def plain_script(python: str) -> str:
    """The text of the plain process."""
    plan = make_plan(Patient((python, "-"), python, ""), None, quick())
    body = _joined("canary.flow", PLAIN)
    return f"import json\nPLAN = {json.dumps(plan)!r}\n{body}"


def measured(command: list[str], text: str | None, environment: dict[str, str]) -> tuple[float, float]:
    """Wall seconds and peak memory in MiB of the largest process of one run."""
    before = time.perf_counter()
    code = (
        "import json, resource, subprocess, sys; null = subprocess.DEVNULL; told = sys.stdin.read() or None; "
        "subprocess.run(json.loads(sys.argv[1]), input=told, text=True, stdout=null, stderr=null); "
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, json.dumps(command)],
        input=text or "",
        capture_output=True,
        text=True,
        env=environment,
        check=True,
    )
    return time.perf_counter() - before, int(run.stdout) / (1024 if resource.getpagesize() else 1)


def main() -> None:
    """Measure in turn, and print medians and ratios."""
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--python", required=True)
    ap.add_argument("--runs", type=int, default=5)
    options = ap.parse_args()
    options.python = str(find(options.python))
    cache = cache_folder()
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    if cache:
        environment["PYTHONPYCACHEPREFIX"] = f"{cache}/bytecode"
    environment.update(
        OMP_NUM_THREADS="1",
        OPENBLAS_NUM_THREADS="1",
        MKL_NUM_THREADS="1",
        MLFLOW_DISABLE_TELEMETRY="true",
        DO_NOT_TRACK="true",
    )
    text = plain_script(options.python)
    ours = [
        sys.executable,
        "-m",
        "checker",
        "preflight",
        "--offline",  # what to do about a finding is not measured here
        "--python",
        options.python,
        "--output",
        os.path.join(tempfile.gettempdir(), "report.txt"),
    ]
    rows: dict[str, list[tuple[float, float]]] = {"checker": [], "plain": []}
    for run in range(options.runs + 1):
        pair = {
            "checker": measured(ours, None, environment),
            "plain": measured([options.python, "-"], text, environment),
        }
        if run:  # the first fills the caches
            for name, row in pair.items():
                rows[name].append(row)
    medians = {n: (statistics.median(r[0] for r in v), statistics.median(r[1] for r in v)) for n, v in rows.items()}
    for name, (seconds, memory) in medians.items():
        print(f"{name:8} {seconds:6.2f} s  {memory:7.0f} MiB   (runs: {', '.join(f'{r[0]:.2f}' for r in rows[name])})")
    ours_took, plain_took = medians["checker"], medians["plain"]
    print(f"ratio    {ours_took[0] / plain_took[0]:6.2f}    {ours_took[1] / plain_took[1]:7.2f}")


if __name__ == "__main__":
    main()
