"""The look that imports nothing, side by side: `checker preflight --static` against `pip check`.

    python benchmarks/static_look.py --python PATIENT [--runs 9]

Prints wall seconds of whole commands, the interpreter's start included: the first look, with nothing in the checker's
own cache, then the median and the best of the later ones, taken in turn with `pip check`, and the ratios to its median.
The same command over unchanged files is answered from what was said before; "otherwise" asks in another way each time
(an option that has no part in it changes), so that the unchanged files are recalled and everything is concluded anew.
`pip check` is the patient's own pip where it has one, else this Python's, with --python.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from checker.pipeline import preflight
from checker.request import Request
from checker.world.pythons import find


def seconds(command: list[str], environment: dict[str, str]) -> float:
    """Wall seconds of one run; what it concludes does not matter here, that it concludes does."""
    before = time.perf_counter()
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    took = time.perf_counter() - before
    if run.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(command)} failed:\n{run.stderr[-2000:]}")
    return took


def pip_check(python: str) -> list[str]:
    """The command with which pip checks the patient."""
    own = subprocess.run([python, "-m", "pip", "--version"], capture_output=True, check=False).returncode == 0
    return [python, "-m", "pip", "check"] if own else [sys.executable, "-m", "pip", "--python", python, "check"]


def main() -> None:
    """Measure in turn, and print."""
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--python", required=True, metavar="PATIENT")
    ap.add_argument("--runs", type=int, default=9)
    options = ap.parse_args()
    python = str(find(options.python))
    ours, pips = [sys.executable, "-m", "checker", "preflight", "--static", "--python", python], pip_check(python)
    with tempfile.TemporaryDirectory() as cache:
        environment = {**os.environ, "XDG_CACHE_HOME": cache}
        rows: dict[str, list[float]] = {"checker --static": [], "otherwise": [], "pip check": []}
        for run in range(options.runs + 1):
            rows["checker --static"].append(seconds(ours, environment))
            rows["otherwise"].append(seconds([*ours, "--keep", f"package-{run}"], environment))
            rows["pip check"].append(seconds(pips, dict(os.environ)))
    installed = len(preflight(Request(python=python, static=True)).observation.distributions)
    print(f"{installed} distributions, Python {sys.version.split()[0]} looks at {python}\n")
    print(f"{'':18}{'first':>8}{'later, median':>15}{'best':>8}   seconds")
    later = {name: took[1:] for name, took in rows.items()}
    for name, took in rows.items():
        print(f"{name:18}{took[0]:8.2f}{statistics.median(later[name]):15.2f}{min(later[name]):8.2f}")
    for name in ("checker --static", "otherwise"):
        ratio = statistics.median(later[name]) / statistics.median(later["pip check"])
        print(f"{name} takes {ratio:.2f} times what pip check takes")


if __name__ == "__main__":
    main()
