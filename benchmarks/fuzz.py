"""Change good inputs at random, many times, and see whether the checker bears it.

    python benchmarks/fuzz.py --runs 100000 [--seed 1] [--jobs 2] [--log fuzz.jsonl]
    python benchmarks/fuzz.py --only 4711 [--seed 1] [--keep FOLDER]

Recorded frames, scripts, notebooks, requirement files, files of a project and metadata of packages are changed by their
structure and by their bytes; `tests/mutations.py` says how. An input is a function of its number and the seed. Each is
tried in a process that tries many, and that is watched from outside. Counted are exit statuses of 70, inputs that take
more than 2 s of a processor, and inputs that make the process grow by more than 200 MB. Each offender is printed with
as few changes as it needs, and with the command that repeats it; --keep leaves its files in a folder. With --log a run
that was stopped goes on where it was.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from checker.errors import BUG
from tests.mutations import Input, attempt, lay_out, make, smallest

#: seconds of a processor, and bytes that the process may grow by, for one input
SECONDS, GROWTH = 2.0, 200 << 20
#: seconds of a processor, seconds, and bytes after which the process is ended from outside
KILL_SECONDS, KILL_WAIT, KILL_BYTES = 10.0, 300.0, 3 << 30
#: inputs of one process
BLOCK = 250


# --- the process that tries ------------------------------------------------------------------------------------------


def peak(reset: bool = False) -> int:
    """The most bytes that this process had, since the last reset where the system can do that."""
    try:
        if reset:
            Path("/proc/self/clear_refs").write_text("5")
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) << 10
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def tried(one: Input) -> dict[str, Any]:
    """What one input does: its status, what was said, seconds of a processor, bytes of growth."""
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        run = lay_out(one, Path(folder))
        before, begun = peak(reset=True), time.process_time()
        status, said = attempt(run)
        seconds, grown = time.process_time() - begun, peak() - before
        os.chdir("/")
    return {"status": status, "said": said[-500:], "seconds": round(seconds, 3), "grown": grown}


def wrong(result: dict[str, Any]) -> str:
    """What is wrong with a result, "" when nothing is."""
    if result["status"] == BUG:
        return f"status 70: {result['said'].strip()}"
    if result["seconds"] > SECONDS:
        return f"{result['seconds']:.1f} s"
    return f"{result['grown'] >> 20} MB more" if result["grown"] > GROWTH else ""


def work(seed: int, first: int, end: int) -> None:
    """Try inputs, and print a line before and after each."""
    out = os.fdopen(os.dup(1), "w", buffering=1)
    for number in range(first, end):
        out.write(json.dumps({"begun": number}) + "\n")
        one = make(seed, number)
        result = tried(one)
        if why := wrong(result):
            kind = why[:6]
            result["changes"] = smallest(one, lambda less: wrong(tried(less))[:6] == kind).changes  # noqa: B023
            result["wrong"] = why
        out.write(json.dumps({"number": number, "kind": one.kind, "base": one.base, **result}) + "\n")


# --- the one that watches --------------------------------------------------------------------------------------------


def used(process: subprocess.Popen[bytes]) -> tuple[float, int]:
    """Seconds of a processor and bytes that a process has used; nothing where the system does not tell."""
    with suppress(OSError, ValueError, IndexError):
        times = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
        pages = int(Path(f"/proc/{process.pid}/statm").read_text().split()[1])
        return sum(map(int, times[11:13])) / os.sysconf("SC_CLK_TCK"), pages * os.sysconf("SC_PAGE_SIZE")
    return 0.0, 0


def lines_of(process: subprocess.Popen[bytes]) -> Iterator[dict[str, Any]]:
    """What a process tells; at last why it was ended from outside, if it was."""
    pending, waited, spent = b"", 0.0, used(process)[0]
    assert process.stdout
    while True:
        if select.select([process.stdout], [], [], 0.5)[0]:
            data = os.read(process.stdout.fileno(), 1 << 16)
            if not data:
                return
            *whole, pending = (pending + data).split(b"\n")
            yield from map(json.loads, whole)
            waited, spent = 0.0, used(process)[0]
        seconds, size = used(process)
        waited += 0.5  # counted, not read from a clock: this one may be stopped together with the other
        if seconds - spent > KILL_SECONDS or waited > KILL_WAIT or size > KILL_BYTES:
            process.kill()
            yield {"ended": f"ended from outside after {seconds - spent:.0f} s of a processor, with {size >> 20} MB"}
            return


def block(seed: int, first: int, end: int) -> list[dict[str, Any]]:
    """The results of a block of inputs; one that had to be ended costs itself only."""
    results: list[dict[str, Any]] = []
    while first < end:
        words = [sys.executable, __file__, "--work", str(first), str(end), "--seed", str(seed)]
        process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        begun, why = first, "its process died"
        for told in lines_of(process):
            begun, why = told.get("begun", begun), told.get("ended", why)
            if "number" in told:
                results.append(told)
                first = told["number"] + 1
        process.wait()
        if first < end:
            one = make(seed, begun)
            told = {"number": begun, "kind": one.kind, "base": one.base, "status": -1, "seconds": 0.0, "grown": 0}
            results.append({**told, "wrong": why, "changes": one.changes})
            first = begun + 1
    return results


def summary(results: list[dict[str, Any]], first: int) -> dict[str, Any]:
    """What is kept of a block."""
    return {
        "first": first,
        "statuses": Counter(f"{r['kind']} {r['status']}" for r in results),
        "slowest": max(r["seconds"] for r in results),
        "grown": max(r["grown"] for r in results),
        "wrong": [r for r in results if r.get("wrong")],
    }


def show(offender: dict[str, Any], seed: int) -> None:
    """Say what an input did, and how to repeat it."""
    changes = ",".join(map(str, offender["changes"]))
    print(f"{offender['kind']} of {offender['base']}: {offender['wrong']}")
    print(f"    python benchmarks/fuzz.py --seed {seed} --only {offender['number']} --changes {changes}", flush=True)


def report(done: list[dict[str, Any]], seconds: float) -> None:
    """The figures of all blocks."""
    statuses = sum((Counter(b["statuses"]) for b in done), Counter[str]())
    offenders = [o for b in done for o in b["wrong"]]
    kinds = Counter(
        o["wrong"].partition(":")[0] if o["wrong"].startswith("status") else "slow or large" for o in offenders
    )
    print(f"{sum(statuses.values())} inputs, {seconds:.0f} s: {dict(sorted(statuses.items()))}")
    print(f"the slowest took {max((b['slowest'] for b in done), default=0):.2f} s of a processor", end=", ")
    print(f"the largest {max((b['grown'] for b in done), default=0) >> 20} MB; wrong: {dict(kinds) or 'none'}")


def read_log(path: Path | None, seed: int) -> list[dict[str, Any]]:
    """The blocks that an earlier run has finished with the same seed."""
    lines = path.read_text(encoding="utf-8").splitlines() if path and path.exists() else []
    return [b for b in map(json.loads, lines) if b["seed"] == seed]


def run(options: argparse.Namespace) -> int:
    """Try all blocks that are left; 1 when an input did what none may."""
    begun = time.perf_counter()
    done = read_log(options.log, options.seed)
    known = {b["first"] for b in done}
    firsts = [n for n in range(0, options.runs, BLOCK) if n not in known]
    with ThreadPoolExecutor(options.jobs) as pool:
        blocks = pool.map(lambda n: (n, block(options.seed, n, min(n + BLOCK, options.runs))), firsts)
        for first, results in blocks:
            done.append({"seed": options.seed, **summary(results, first)})
            for offender in done[-1]["wrong"]:
                show(offender, options.seed)
            if options.log:
                with options.log.open("a", encoding="utf-8") as log:
                    log.write(json.dumps(done[-1]) + "\n")
    report(done, time.perf_counter() - begun)
    return int(any(b["wrong"] for b in done))


def repeat(options: argparse.Namespace) -> int:
    """Try one input, and leave its files where that is asked for."""
    one = make(options.seed, options.only)
    if options.changes is not None:
        one = Input(**{**vars(one), "changes": tuple(map(int, filter(None, options.changes.split(","))))})
    print(one)
    print(result := tried(one))
    if options.keep:
        folder = options.keep.absolute()
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        lay_out(one, folder)
    return int(bool(wrong(result)))


def main() -> int:
    """Parse, run."""
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--runs", type=int, default=2000)
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--jobs", type=int, default=os.cpu_count())
    ap.add_argument("--log", type=Path)
    ap.add_argument("--only", type=int)
    ap.add_argument("--changes")
    ap.add_argument("--keep", type=Path)
    ap.add_argument("--work", type=int, nargs=2, help=argparse.SUPPRESS)
    options = ap.parse_args()
    if options.work:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        work(options.seed, *options.work)
        return 0
    return repeat(options) if options.only is not None else run(options)


if __name__ == "__main__":
    sys.exit(main())
