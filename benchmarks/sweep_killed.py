"""Kill sweeps at random moments, resume each, and see that nothing is lost, torn, doubled or left behind.

    python benchmarks/sweep_killed.py --runs 50 [--seed 1] [--python 3.11] [--folder DIR]

A small sweep (imports of two minors of onnxruntime beside three of numpy, and groups of conversions of some canaries)
is started again and again over the same evidence. Each run is ended at a random moment: SIGKILL for the process itself,
for its group, or for everything that it has started; SIGINT for the group, as a terminal sends it, or SIGTERM. When a
run has measured everything, the evidence is taken away, every second time with the packages, and it begins anew.

Counts lines that were there and are not any more, that are torn, doubled or name models that were not kept; wrong exit
statuses and tracebacks; processes that live longer than GRACE seconds; scratch folders that are there after the next
run. At the end the evidence must be what an undisturbed sweep gives, but for days and seconds.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.interrupts import MARK
from benchmarks.rehearsals_interrupted import living, living_after
from checker.sweep.evidence import Evidence, known_names
from checker.sweep.local.models import Models

#: what is measured, in an order that an undisturbed run takes
KINDS = ("imports", "conversions")
REQUIRES = ("onnxruntime>=1.20,<1.22", "numpy>=1.26,<2.2", "scikit-learn==1.5.*", "skl2onnx>=1.17")
CANARIES = "LinearRegression,SVC*,Ridge*,KMeans*"
#: how a run is ended -> the statuses that it may end with; a negative one where it could not hear the signal yet
WAYS = {"main": {-9}, "group": {-9}, "all": {-9}, "SIGINT": {130, -2}, "SIGTERM": {143, -15}}
#: seconds within which a run is ended, after which one hangs, and for which what it has started may live on
MOMENTS, HANGS, GRACE = (0.3, 40.0), 900.0, 15.0
#: what of a line is another one at each measurement
CHANGING = ("date", "seconds")


class Place:
    """The folders of a sweep, and a cache of the checker's own."""

    def __init__(self, root: Path, python: str) -> None:
        self.evidence, self.store, self.temporary = root / "evidence", root / "store", root / "temporary"
        self.sandboxes = root / "cache" / "sklearn-onnx-checker" / "sandboxes"
        self.temporary.mkdir(parents=True, exist_ok=True)
        places = ["--evidence", str(self.evidence), "--store", str(self.store)]
        limits = [word for requirement in REQUIRES for word in ("--requires", requirement)]
        self.command = [sys.executable, "-m", "checker", "sweep", *KINDS, "--python", python, "--jobs", "2"]
        self.command += ["--canaries", CANARIES, *places, *limits]
        self.variables = {**os.environ, "XDG_CACHE_HOME": str(root / "cache"), "TMPDIR": str(self.temporary)}

    def start(self, mark: str) -> subprocess.Popen[str]:
        """A sweep; all that it starts goes by the mark."""
        return subprocess.Popen(
            self.command,
            env={**self.variables, MARK: mark},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            preexec_fn=hear,
        )

    def files(self) -> dict[str, bytes]:
        """The whole lines of each file of evidence."""
        found = {}
        for path in self.evidence.glob("*.jsonl"):
            content = path.read_bytes()
            found[path.name] = content[: content.rfind(b"\n") + 1]
        return found

    def left(self) -> list[str]:
        """Scratch folders of any kind, and packages that were half unpacked."""
        folders = [*self.temporary.iterdir(), *self.sandboxes.glob("*")]
        return [p.name for p in (*folders, *self.store.glob("packages/*/.*"))]


def hear() -> None:
    """Let a child hear an interrupt, even where this runs in the background."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def end(process: subprocess.Popen[str], way: str, mark: str) -> None:
    """End a run that way."""
    if way in ("group", "SIGINT"):
        os.killpg(process.pid, signal.SIGKILL if way == "group" else signal.SIGINT)
    for number in {"all": living(mark), "main": [process.pid]}.get(way, []):
        try:
            os.kill(number, signal.SIGKILL)
        except ProcessLookupError:  # it has ended
            continue
    if way == "SIGTERM":
        process.terminate()


def doubled(content: bytes, key: str) -> list[str]:
    """What stands twice in a file."""
    counts = Counter(json.loads(line)[key] for line in content.splitlines())
    return [name for name, times in counts.items() if times > 1]


def wrong_in(place: Place, before: dict[str, bytes], whole: bool) -> dict[str, Any]:
    """What is wrong with the evidence; `whole`: behind a run that was not killed, nothing may be torn."""
    now, found = place.files(), dict[str, Any]()
    found["lost"] = [name for name, content in before.items() if not now.get(name, b"").startswith(content)]
    keys = {"signatures.jsonl": "id", "catalogues.jsonl": "catalogue"}
    found["doubled"] = [one for name, content in now.items() for one in doubled(content, keys.get(name, "cell"))]
    torn = [path.name for path in place.evidence.glob("*.jsonl") if path.read_bytes() != now[path.name]]
    found["torn"] = torn if whole else []
    named = known_names(Evidence(place.evidence).lines("conversions")) if "conversions.jsonl" in now else set()
    found["models lost"] = sorted(named - Models(place.store / "models.sqlite").names()) if named else []
    return found


def one_run(place: Place, way: str, moment: float, mark: str) -> dict[str, Any]:
    """One run that is ended that way at that moment, and what came of it."""
    before, there = place.files(), set(place.left())
    process = place.start(mark)
    try:
        process.wait(moment)
        said, way = process.communicate()[0], "came through"
    except subprocess.TimeoutExpired:
        told = place.files()
        end(process, way, mark)
        # what was written when it was killed is to be there from now on
        before = {**before, **told}
        said = process.communicate(timeout=HANGS)[0]
    start = time.monotonic()
    left = living_after(GRACE, mark)
    return {
        "way": way,
        "moment": round(moment, 2),
        "status": process.returncode,
        "wrong status": "" if process.returncode in WAYS.get(way, {0}) else said[-500:],
        "traceback": said if "Traceback" in said else "",
        "said": said.strip().splitlines()[-1:] if way in ("SIGINT", "SIGTERM") else [],
        "cells": sum(content.count(b"\n") for name, content in place.files().items() if name != "signatures.jsonl"),
        "lived on": round(time.monotonic() - start, 1),
        "processes": [numbered(n) for n in left],
        # what a killed run has left is gone when the next one has come through
        "folders": [] if WAYS.get(way, {0}) == {-9} else [f for f in place.left() if f not in there or way not in WAYS],
        **wrong_in(place, before, WAYS.get(way, {0}) != {-9}),
    }


def numbered(process: int) -> str:
    """A process with its command."""
    try:
        return f"{process} {Path(f'/proc/{process}/cmdline').read_bytes().replace(b'0', b' ')[:200]!r}"
    except OSError:
        return str(process)


#: what is counted of a run; anything but nothing is an offence
COUNTED = ("wrong status", "traceback", "lost", "doubled", "torn", "models lost", "processes", "folders")


def same(place: Place) -> dict[str, list[Any]]:
    """The evidence without what is another one at each measurement, in a fixed order."""
    evidence = Evidence(place.evidence)
    kinds = ("imports", "conversions", "signatures")
    lines = {kind: [{**line, **dict.fromkeys(CHANGING)} for line in evidence.lines(kind)] for kind in kinds}
    return {kind: sorted(map(json.dumps, told)) for kind, told in lines.items()}


def come_through(place: Place, mark: str) -> tuple[int, list[str]]:
    """A run that nobody ends: its status, and the scratch folders behind it."""
    process = place.start(mark)
    print(process.communicate()[0].strip().splitlines()[-1], file=sys.stderr)
    return process.returncode, place.left()


def main() -> int:
    """Run, end, look, count, print."""
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--runs", type=int, default=50)
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--python", default="3.11")
    ap.add_argument("--folder", type=Path, help="keep everything there")
    options = ap.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        return killed(options, options.folder or Path(folder))


def killed(options: argparse.Namespace, root: Path) -> int:
    """The whole benchmark; its status."""
    place, rows = Place(root / "killed", options.python), list[dict[str, Any]]()
    for number in range(options.runs):
        chance = random.Random(f"{options.seed} {number}")
        way, moment = chance.choice(list(WAYS)), chance.uniform(*MOMENTS)
        rows.append(row := one_run(place, way, moment, f"{os.getpid()}-{number}"))
        print(json.dumps(row), flush=True)
        if row["way"] == "came through":
            shutil.rmtree(place.evidence)
            shutil.rmtree(place.store / "packages") if chance.random() < 0.5 else None
    status, left = come_through(place, f"{os.getpid()}-last")
    undisturbed = Place(root / "undisturbed", options.python)
    undisturbed.store = place.store
    undisturbed.command[undisturbed.command.index("--store") + 1] = str(place.store)
    come_through(undisturbed, f"{os.getpid()}-undisturbed")
    offences = {what: sum(bool(row[what]) for row in rows) for what in COUNTED}
    offences["after the last run"] = int(bool(status or left))
    offences["not as undisturbed"] = int(same(place) != same(undisturbed))
    print(f"{len(rows)} runs: {dict(Counter(row['way'] for row in rows))}; {offences}")
    print(f"what was started lived on for at most {max(row['lived on'] for row in rows)} s")
    return int(any(offences.values()))


if __name__ == "__main__":
    sys.exit(main())
