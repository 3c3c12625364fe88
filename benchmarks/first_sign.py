"""How long somebody waits before anything is seen: a help, a line that moves, and a run without an installation.

    python benchmarks/first_sign.py [--runs 15]
    python benchmarks/first_sign.py --python PATIENT [--script SCRIPT] [--runs 3]

The first prints wall seconds of `checker --help`, and from the start of `checker preflight` on a terminal (a real one,
`pty`) to the first thing that it shows; beside both, the same of `python -c pass` or `print` by the same interpreter.
The second compares a whole run that begins with a wheel, as `uvx` makes it, with the same run of the checker that is
installed: the wheel's packages are in uv's cache, and the environment is made anew each time. Both are taken in turn.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

CHECKER = [sys.executable, "-m", "checker"]
#: as the command begins that an installation makes
ENTRY = "import sys; from checker.__main__ import main; sys.exit(main())"


def seconds(command: list[str], environment: dict[str, str]) -> float:
    """Wall seconds of one run; what it concludes does not matter here, that it concludes does."""
    before = time.perf_counter()
    run = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    took = time.perf_counter() - before
    if run.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(command)} failed:\n{run.stderr[-2000:]}")
    return took


def seconds_to_sign(command: list[str]) -> float:
    """Wall seconds until a terminal is sent anything."""
    import pty

    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color"}
    before = time.perf_counter()
    process = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, cwd=ROOT, env=environment, close_fds=True
    )
    os.close(theirs)
    os.read(ours, 100)
    took = time.perf_counter() - before
    process.terminate()
    try:
        while os.read(ours, 65536):
            pass
    except OSError:  # how Linux says that nobody is at the other end
        pass
    process.wait()
    os.close(ours)
    return took


def row(name: str, ours: list[float], theirs: list[float], goal: str) -> str:
    """One line: the median and the best of both, and the ratio of the medians."""
    middle = statistics.median(ours)
    ratio = middle / statistics.median(theirs)
    return f"{name:34}{middle:8.3f}{min(ours):8.3f}{statistics.median(theirs):10.3f}{ratio:8.2f}   {goal}"


def quick(runs: int) -> None:
    """The help and the first sign."""
    helps, plain, signs, prints = [], [], [], []
    for _ in range(runs):
        helps.append(seconds([sys.executable, "-c", ENTRY, "--help"], dict(os.environ)))
        plain.append(seconds([sys.executable, "-c", "pass"], dict(os.environ)))
        signs.append(seconds_to_sign([sys.executable, "-c", ENTRY, "preflight", "--no-config", "examples/train.py"]))
        prints.append(seconds_to_sign([sys.executable, "-c", "print(1)"]))
    print(f"{'':34}{'median':>8}{'best':>8}{'python':>10}{'times':>8}   goal")
    print(row("checker --help", helps, plain, "0.1 s"))
    print(row("first sign of checker preflight", signs, prints, "0.2 s"))


def whole(python: str, script: str, runs: int) -> None:
    """A run that begins with the wheel, beside one of what is installed."""
    look = ["preflight", "--no-config", "--python", python, script]
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["uv", "build", "--quiet", "--wheel", "--out-dir", folder, str(ROOT)], check=True)
        (wheel,) = Path(folder).glob("*.whl")
        cache = Path(folder, "uv")
        environment = {**os.environ, "UV_CACHE_DIR": str(cache), "XDG_CACHE_HOME": str(Path(folder, "own"))}
        once = ["uv", "tool", "run", "--isolated", "--python", sys.executable, "--from", str(wheel), "checker"]
        seconds([*once, "--version"], environment)
        installed, cold = [], []
        for run in range(runs + 1):
            took = seconds([*CHECKER, *look], environment)
            for made in cache.glob("environments-*"):
                shutil.rmtree(made)
            begun = seconds([*once, *look], environment)
            if run:  # the first one fills the caches of both
                installed.append(took)
                cold.append(begun)
    print(f"{'':34}{'median':>8}{'best':>8}{'installed':>10}{'times':>8}   goal")
    print(row("from the wheel to the verdict", cold, installed, "1.3 times"))


def main() -> None:
    """Measure in turn, and print."""
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--python", metavar="PATIENT")
    ap.add_argument("--script", default="examples/train.py")
    ap.add_argument("--runs", type=int, default=15)
    options = ap.parse_args()
    print(f"Python {sys.version.split()[0]}, {options.runs} runs, load {os.getloadavg()[0]:.1f}\n")
    if options.python:
        whole(options.python, options.script, options.runs)
    else:
        quick(options.runs)


if __name__ == "__main__":
    main()
