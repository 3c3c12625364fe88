"""How many whole cells an hour: `checker sweep` beside tox with uv, which measure the same canaries.

    python benchmarks/sweep_throughput.py --evidence matrices/evidence [--groups 2] [--sample 6] [--jobs 2] [--seed 0]

A whole cell is a conversion cell and a release of onnxruntime that has wheels for its interpreter. Groups of conversion
cells are drawn from the evidence; a sweep measures all of them with every release, in a fresh store. With the factoring
of runtimes off, everything is measured anew for each release. tox makes an environment for each of some cells, drawn
from the same ones, and looks at it with `checker preflight --canaries all`; it is given the pins as overrides, since a
sweep too measures what metadata do not admit. All of them use as many processes, and what they need is downloaded
before anything is timed. Needs tox and tox-uv beside the checker.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from itertools import product
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from checker.commands.sweep import interpreters
from checker.knowledge import load
from checker.sweep.bench import Bench
from checker.sweep.campaign import Task, perform
from checker.sweep.cells import CONVERTING, FITTING
from checker.sweep.choosing.covering import runtimes
from checker.sweep.evidence import Evidence
from checker.sweep.factors.conversions import BESIDE, Conversions, Group, catalogue
from checker.sweep.factors.runtimes import Runtime
from checker.sweep.local.workers import pool
from checker.world.sandbox import Refused

Pins = Mapping[str, str]


def draw(evidence: Evidence, groups: int, chance: random.Random) -> list[tuple[Group, list[Pins]]]:
    """Groups that were measured, each with the whole lock of every cell."""
    found: dict[tuple[str, ...], list[Pins]] = defaultdict(list)
    for line in evidence.lines("conversions"):
        if line["models"].strip("."):
            found[tuple(line["pins"][name] for name in ("python", *FITTING))].append({**line["lock"], **line["pins"]})
    made = []
    for key in chance.sample(sorted(found), groups):
        locks = list({tuple(lock[name] for name in CONVERTING): lock for lock in found[key]}.values())
        sets = tuple({name: lock[name] for name in CONVERTING} for lock in locks)
        made.append((Group(key[0], dict(zip(FITTING, key[1:], strict=True)), sets), locks))
    return made


def tox_ini(cells: Sequence[tuple[Pins, str]], folder: Path, pythons: Mapping[str, Path]) -> None:
    """A tox.ini with an environment a cell."""
    parts = ["[tox]\nrequires = tox-uv\nskipsdist = true\n"]
    for number, (lock, release) in enumerate(cells):
        pins = "\n".join([*(f"{n}=={v}" for n, v in lock.items() if n != "python"), f"onnxruntime=={release}", ""])
        (folder / f"cell{number}.txt").write_text(pins)
        look = f"{sys.executable} -m checker preflight --python {{env_python}} --canaries all --no-prove"
        parts.append(
            f"[testenv:cell{number}]\nskip_install = true\nbase_python = {pythons[lock['python']]}\n"
            f"set_env = UV_OVERRIDE = {folder}/cell{number}.txt\npass_env = *\n"
            f"deps = -r {folder}/cell{number}.txt\nallowlist_externals = {sys.executable}\nignore_outcome = true\n"
            f"commands = - {look} --format json --output {folder}/cell{number}.json\n"
        )
    (folder / "tox.ini").write_text("\n".join(parts))


def by_tox(cells: Sequence[tuple[Pins, str]], pythons: Mapping[str, Path], jobs: int) -> tuple[float, int]:
    """Seconds that tox takes, and how many cells it came to look at."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tox_ini(cells, folder, pythons)
        names = ",".join(f"cell{number}" for number in range(len(cells)))
        start = time.perf_counter()
        how = ["run-parallel", "--parallel", str(jobs), "--parallel-no-spinner", "-q", "-e", names]
        subprocess.run([sys.executable, "-m", "tox", *how], cwd=folder, check=False, stdout=subprocess.DEVNULL)
        return time.perf_counter() - start, len(list(folder.glob("cell*.json")))


def by_sweep(
    executor: Executor, bench: Bench, groups: Sequence[Group], releases: Sequence[Runtime], jobs: int
) -> float:
    """Seconds for all cells of all groups with every release; packages are unpacked already, nothing else is known."""
    with tempfile.TemporaryDirectory(dir=bench.store) as name:
        os.symlink(bench.store / "packages", Path(name, "packages"))
        fresh = replace(bench, evidence_folder=Path(name, "evidence"), store=Path(name))
        start = time.perf_counter()
        for tasks in ([Conversions(group) for group in groups], releases):
            for done in perform(list[Task](tasks), fresh, executor, jobs):
                print("".join(f"  {trouble}\n" for trouble in done.troubles), end="", flush=True)
        return time.perf_counter() - start


def unpack(bench: Bench, groups: Iterable[Group], releases: Iterable[Runtime]) -> None:
    """Download and unpack all that the cells need."""
    for group in groups:
        fitted = bench.compose(group.python, group.fitting, BESIDE)
        for one in group.sets if not isinstance(fitted, Refused) else ():
            bench.compose(group.python, {**fitted.lock, **one})
    for release in releases:
        bench.compose(release.python, release.pins(bench))


def tell(name: str, cells: int, seconds: float, tox: float) -> None:
    """One line: the rate, and how many times it is that of tox (cells an hour)."""
    rate = 3600 * cells / seconds
    print(f"{name:22} {cells:5} cells {seconds:7.1f} s {rate:9.1f} an hour {rate / tox:7.1f} times tox", flush=True)


def main() -> None:
    """Draw, download, time, and print ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--evidence", type=Path, default=Path("matrices/evidence"))
    parser.add_argument("--store", type=Path, help="a folder of a sweep, where packages are unpacked already")
    for name, number in (("groups", 2), ("sample", 6), ("jobs", 2), ("seed", 0)):
        parser.add_argument(f"--{name}", type=int, default=number)
    options = parser.parse_args()
    chance, evidence, known = random.Random(options.seed), Evidence(options.evidence), load()
    drawn, pythons = draw(evidence, options.groups, chance), interpreters([], [])
    groups = [group for group, _ in drawn]
    measured = {line["pins"]["onnxruntime"] for line in evidence.lines("runtimes") if line["built"] != "refused"}
    releases = [Runtime(p, r) for p, r in runtimes(known, list(pythons)) if r in measured]
    cells = [
        (lock, release.release)
        for group, locks in drawn
        for lock, release in product(locks, releases)
        if release.release in {r.version for r in known.releases_for_python("onnxruntime", group.python)}
    ]
    sample = chance.sample(cells, options.sample)
    print(f"{len(cells)} whole cells, {len(catalogue())} canaries", flush=True)
    with tempfile.TemporaryDirectory(dir=options.store or Path.home()) as name, pool(options.jobs) as executor:
        if options.store:
            os.symlink(options.store.absolute() / "packages", Path(name, "packages"))
        bench = Bench(Path(name, "evidence"), Path(name), pythons)
        unpack(bench, groups, releases)
        factored = by_sweep(executor, bench, groups, releases, options.jobs)
        apart = [by_sweep(executor, bench, groups, [one], options.jobs) for one in chance.sample(releases, 2)]
        by_tox(sample, pythons, options.jobs)  # everything is downloaded
        seconds, looked = by_tox(sample, pythons, options.jobs)
    rate = 3600 * looked / seconds
    tell("tox with uv", looked, seconds, rate)
    tell("sweep, runtimes apart", 2 * sum(len(group.sets) for group in groups), sum(apart), rate)
    tell("sweep, in factors", len(cells), factored, rate)


if __name__ == "__main__":
    main()
