"""Whether lowered stamps are taken by old runtimes, and change no number: `python benchmarks/repairs.py MODELS`.

MODELS is a folder of ONNX files, or the store of models that a sweep keeps (models.sqlite). Each file whose stamps a
release refuses is repaired for it where its operators let it, and with --convert where onnx converts them; then both
run on the same rows, the original in the newest release and the repaired one in the old one. What differs by more than
rounding is printed.
"""

from __future__ import annotations

import argparse
import json
import random
import sqlite3
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parents[1]
sys.path[:0] = [str(HERE)]

from checker.artifact import read
from checker.errors import CannotLook
from checker.knowledge import load
from checker.repair.conversion import as_converted, converted, opset_asked
from checker.repair.edits import apply_all
from checker.repair.plan import for_runtime
from checker.repair.runtimes import runtime
from checker.world.foreign.opening import opened

RELEASES = ("1.6.0", "1.8.1", "1.10.0", "1.12.1", "1.14.1", "1.17.3")
#: runs every file of a folder, each in a process of its own, and prints a line with its answers
RUN = """
import json, os, sys
import numpy as np
import onnxruntime as rt
TYPES = {'tensor(float)': 'float32', 'tensor(double)': 'float64', 'tensor(int64)': 'int64', 'tensor(string)': 'object',
         'tensor(bool)': 'bool', 'tensor(int32)': 'int32'}
def plain(x):
    if isinstance(x, list): return [plain(one) for one in x]
    if isinstance(x, dict): return [plain(one) for one in x.values()]
    return np.asarray(x).astype(str if np.asarray(x).dtype.kind in 'OUS' else 'float64').tolist()
def rows(node):
    shape = [s if isinstance(s, int) and s > 0 else (8 if not n else 1) for n, s in enumerate(node.shape)]
    r, kind = np.random.RandomState(3), TYPES[node.type]
    if kind == 'object': return r.choice(np.array(['a', 'b', ''], dtype=object), size=shape)
    return (r.normal(size=shape) * 2 if kind.startswith('float') else r.randint(0, 3, size=shape)).astype(kind)
def one(path):
    o = rt.SessionOptions(); o.log_severity_level = 4
    s = rt.InferenceSession(path, o, providers=['CPUExecutionProvider'])
    return plain(s.run(None, {n.name: rows(n) for n in s.get_inputs()}))
for name in sorted(os.listdir(sys.argv[1])):
    sys.stdout.flush()
    if os.fork():
        status = os.wait()[1]
        if status: print(json.dumps([name, 'ended', status]))
        continue
    try: told = [name, 'ran', one(os.path.join(sys.argv[1], name))]
    except Exception as error: told = [name, 'failed', str(error)[:200]]
    print(json.dumps(told)); sys.stdout.flush(); os._exit(0)
"""


def models_in(path: Path, most: int) -> Iterator[tuple[str, bytes]]:
    """Names and bytes of models: all of a folder, or some of a store, the same ones at each run."""
    if path.is_dir():
        yield from ((one.name, one.read_bytes()) for one in sorted(path.glob("*.onnx"))[:most])
        return
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as base:
        names = sorted(row[0] for row in base.execute("select name from models"))
        for name in random.Random(1).sample(names, min(most, len(names))):
            found = base.execute("select model from models where name = ?", (name,)).fetchone()
            yield f"{name}.onnx", zlib.decompress(found[0])


def repaired(original: Path, version: str, folder: Path, convert: bool) -> str:
    """Repair a file for a release: "fits", "needs more", "no way", "converted" or "repaired"."""
    knowledge, made = load(), read(original)
    edits, limits = for_runtime(made, version, knowledge), [knowledge.limits(version)]
    if convert and (opset := opset_asked(made, limits, knowledge)):
        with converted(made, opset, knowledge, ()) as done:
            new = as_converted(made, done, limits, knowledge)
            if new is made:
                return "no way"
            with opened(Path(new.path)) as content:
                edits = for_runtime(new, version, knowledge)
                (folder / original.name).write_bytes(b"".join(apply_all(edits, content)))
        return "converted"
    if not edits:
        from checker.rules.onnxfiles.needs import as_stamped, beyond

        return "needs more" if beyond(as_stamped(made), knowledge.limits(version)) else "fits"
    with opened(original) as content:
        (folder / original.name).write_bytes(b"".join(apply_all(edits, content)))
    return "repaired"


def answers(version: str, folder: Path) -> dict[str, list[object]]:
    """What a release makes of the files of a folder."""
    with runtime(version, load()) as patient:
        words = [patient.command[0], "-c", RUN, str(folder)]
        said = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    told = (json.loads(line) for line in said.splitlines() if line.startswith("["))  # a runtime prints too
    return {name: rest for name, *rest in told}


def apart(one: object, other: object) -> float:
    """How far two answers are apart, infinite where they are of another form."""
    if isinstance(one, list) and isinstance(other, list):
        if len(one) != len(other):
            return float("inf")
        return max((apart(a, b) for a, b in zip(one, other, strict=True)), default=0.0)
    if isinstance(one, float) and isinstance(other, float):
        return 0.0 if one == other or (one != one and other != other) else abs(one - other) / max(1.0, abs(one))
    return 0.0 if one == other else float("inf")


def main() -> None:
    """Print a line for each release."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("models", type=Path)
    parser.add_argument("--most", type=int, default=200)
    parser.add_argument("--releases", nargs="*", default=RELEASES)
    parser.add_argument("--convert", action="store_true", help="convert operators too")
    given = parser.parse_args()
    newest = load().releases("onnxruntime")[-1].version
    with tempfile.TemporaryDirectory() as place:
        originals = Path(place) / "originals"
        originals.mkdir()
        for name, content in models_in(given.models, given.most):
            (originals / name).write_bytes(content)
        truth = answers(newest, originals)
        for version in given.releases:
            folder = Path(place) / version
            folder.mkdir()
            done = [repaired(one, version, folder, given.convert) for one in sorted(originals.iterdir())]
            try:
                told = answers(version, folder)
            except CannotLook as error:
                print(f"onnxruntime {version}: {error}")
                continue
            report(version, done, told, truth)


def report(version: str, done: list[str], told: dict[str, list[object]], truth: dict[str, list[object]]) -> None:
    """Print what came of one release."""
    ran = {name: what for name, (how, what) in told.items() if how == "ran" and truth[name][0] == "ran"}
    far = {name: apart(what, truth[name][1]) for name, what in ran.items()}
    failed = {name: what for name, (how, what) in told.items() if how != "ran" and truth[name][0] == "ran"}
    same = sum(f == 0 for f in far.values())
    near = sum(0 < f < 1e-4 for f in far.values())
    fit, more, both = done.count("fits"), done.count("needs more"), len(ran) + len(failed)
    print(f"onnxruntime {version}: {len(done)} files, {fit} fit, {more} have operators that need more,")
    if "converted" in done or "no way" in done:
        print(f"  {done.count('converted')} converted by onnx, which has no way for {done.count('no way')},")
    print(
        f"  {len(told)} repaired, of which {both} run in the newest: of these {len(ran)} run here, {same} bit for bit,"
    )
    print(f"  {near} but for rounding, and {len(failed)} do not")
    for name, what in [*failed.items(), *((n, f"differs by {f}") for n, f in far.items() if f >= 1e-4)]:
        print(f"  {name}: {what}")


if __name__ == "__main__":
    main()
