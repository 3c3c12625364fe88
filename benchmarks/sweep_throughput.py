"""How many whole cells an hour: `checker sweep` beside tox with uv, which measure the same canaries in the same cells.

    python benchmarks/sweep_throughput.py --evidence matrices/evidence [--conversions 3] [--runtimes 4] [--seed 0]

A whole cell is a conversion cell and a release of onnxruntime. Cells are drawn from the evidence, on one interpreter
each, so that every package has wheels. tox makes an environment a cell and looks at it with `checker preflight
--canaries all`; the sweep measures the same cells in a fresh store, once in factors and once cell by cell. Downloads
are done before anything is timed. Needs tox and tox-uv beside the checker.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from checker.probe.canaries import every
from checker.sweep.bench import Bench
from checker.sweep.cells import CONVERTING, FITTING
from checker.sweep.evidence import Evidence
from checker.sweep.factors import runtimes
from checker.sweep.factors.conversions import Converted, Group, catalogue, convert
from checker.sweep.local.models import name_of
from checker.world.pythons import find

Pins = Mapping[str, str]


def drawn(evidence: Evidence, conversions: int, releases: int, seed: int) -> list[tuple[dict[str, str], list[str]]]:
    """Conversion cells with their locks, and releases of onnxruntime for each."""
    chance = random.Random(seed)
    from checker.knowledge import load

    good = [line for line in evidence.lines("conversions") if line["models"].strip(".")]
    found = []
    for line in chance.sample(good, len(good)):
        python = line["pins"]["python"]
        known = [r.version for r in load().releases_for_python("onnxruntime", python)]
        if len(known) >= releases:
            found.append(({**line["lock"], **line["pins"]}, sorted(chance.sample(known, releases))))
        if len(found) == conversions:
            break
    return found


def tox_ini(cells: Sequence[tuple[Pins, str]], folder: Path, pythons: Mapping[str, Path]) -> None:
    """A tox.ini with an environment a cell."""
    parts = ["[tox]\nrequires = tox-uv\nskipsdist = true\n"]
    for number, (lock, release) in enumerate(cells):
        pins = [f"{n}=={v}" for n, v in lock.items() if n != "python"]
        (folder / f"cell{number}.txt").write_text("\n".join([*pins, f"onnxruntime=={release}"]) + "\n")
        look = f"{sys.executable} -m checker preflight --python {{env_python}} --canaries all --no-prove"
        parts.append(
            f"[testenv:cell{number}]\nskip_install = true\nbase_python = {pythons[lock['python']]}\n"
            f"deps = -r {folder}/cell{number}.txt\nallowlist_externals = {sys.executable}\nignore_outcome = true\n"
            f"commands = - {look} --format json --output {folder}/cell{number}.json\n"
        )
    (folder / "tox.ini").write_text("\n".join(parts))


def by_tox(cells: Sequence[tuple[Pins, str]], pythons: Mapping[str, Path]) -> float:
    """Seconds that tox takes for all of them."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tox_ini(cells, folder, pythons)
        names = ",".join(f"cell{number}" for number in range(len(cells)))
        start = time.perf_counter()
        subprocess.run([sys.executable, "-m", "tox", "run", "-q", "-e", names], cwd=folder, check=False)
        seconds = time.perf_counter() - start
        there = [json.loads(p.read_text()) for p in folder.glob("cell*.json")]
        print(f"  tox looked at {len(there)} of {len(cells)} cells", flush=True)
        return seconds


def measured(bench: Bench, lock: Pins, releases: Sequence[str]) -> Iterator[int]:
    """The number of models that fail in each release, once each is measured."""
    group = Group(lock["python"], {n: lock[n] for n in FITTING}, ({n: lock[n] for n in CONVERTING},))
    for cell in convert(bench, group, catalogue()):
        yield from ran(bench, cell, releases)


def ran(bench: Bench, cell: Converted, releases: Sequence[str]) -> Iterator[int]:
    """The same of a cell that is converted."""
    models = [(name_of(*pair), *pair) for pair in cell.models.values()]
    for release in releases:
        task = runtimes.Runtime(cell.pins["python"], release)
        found, _ = runtimes.run(bench, task.python, task.pins(bench), models)
        yield len(found.failures)


def by_sweep(cells: Sequence[tuple[Pins, Sequence[str]]], pythons: Mapping[str, Path], whole: bool) -> float:
    """Seconds for all of them in a fresh store; `whole`: each cell by itself, nothing is shared."""
    asked = [(lock, [r]) for lock, releases in cells for r in releases] if whole else list(cells)
    with tempfile.TemporaryDirectory(dir=Path.home()) as name:
        bench = Bench(Path(name, "evidence"), Path(name, "store"), pythons)
        start = time.perf_counter()
        for lock, releases in asked:
            list(measured(bench, lock, releases))
        return time.perf_counter() - start


def main() -> None:
    """Draw, warm up, time, and print ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--evidence", type=Path, default=Path("matrices/evidence"))
    parser.add_argument("--conversions", type=int, default=3)
    parser.add_argument("--runtimes", type=int, default=4)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    groups = drawn(Evidence(options.evidence), options.conversions, options.runtimes, options.seed)
    pythons = {lock["python"]: find(lock["python"]) for lock, _ in groups}
    cells = [(lock, release) for lock, releases in groups for release in releases]
    print(f"{len(cells)} whole cells, {len(every())} canaries", flush=True)
    by_sweep(groups, pythons, whole=False)  # everything is downloaded
    factored = by_sweep(groups, pythons, whole=False)
    apart = by_sweep(groups, pythons, whole=True)
    tox = by_tox(cells, pythons)
    for name, seconds in (("tox with uv", tox), ("sweep, cell by cell", apart), ("sweep, in factors", factored)):
        rate = 3600 * len(cells) / seconds
        print(f"{name:20} {seconds:7.1f} s  {rate:8.1f} cells an hour  {tox / seconds:6.1f} times tox", flush=True)


if __name__ == "__main__":
    main()
