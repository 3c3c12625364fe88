"""A rehearsal beside the plain run of the same script already cut down, and a training of minutes that is rehearsed.

    python benchmarks/rehearsal.py --python PATIENT [--runs 5] [--rows 1000] [--of 1000000]

The plain process runs a script that trains on as many rows as a rehearsal keeps. A second one makes the imports, the
script's and those of the look at the environment. The rehearsal runs the same script. All use the same private
bytecode and one thread. Prints wall seconds, peak memory of the largest process (MiB), and what the rehearsal takes
beyond the imports, as a ratio to the plain run; then how long the script would train on many rows, of which one tree
is measured, and how long the rehearsal of that takes.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.quick_set import measured
from checker.world.cache import cache_folder
from checker.world.pythons import find

IMPORTS = """
import numpy as np
import onnxruntime as rt
from skl2onnx import to_onnx
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
"""
#: what a look at the environment imports beside that
PATH = """
try:
    import mlflow
except ImportError:
    pass
"""
DATA = """
rng = np.random.default_rng(0)
X = rng.normal(size=(ROWS, 20)).astype(np.float32)
y = (X[:, 0] * X[:, 1] + X[:, 2] > 0.3).astype(int)
"""
TRAINING = """
scaled = ColumnTransformer([("scaled", StandardScaler(), list(range(10)))], remainder="passthrough")
model = make_pipeline(scaled, GradientBoostingClassifier(n_estimators=TREES, max_depth=4))
model.fit(X, y)
"""
SERVING = """
onx = to_onnx(model, X[:1], options={"zipmap": False})
with open("model.onnx", "wb") as file:
    file.write(onx.SerializeToString())
session = rt.InferenceSession("model.onnx", providers=["CPUExecutionProvider"])
labels = session.run(None, {"X": X[:1000]})[0]
print((labels == model.predict(X[:1000])).mean())
"""
#: trees of the training
TREES = 100


def script(rows: int, trees: int = TREES) -> str:
    """A training on so many rows, with its conversion and a check of the model."""
    return (IMPORTS + DATA + TRAINING + SERVING).replace("ROWS", str(rows)).replace("TREES", str(trees))


def environment() -> dict[str, str]:
    """The variables that all processes are given."""
    found = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    if cache := cache_folder():
        found["PYTHONPYCACHEPREFIX"] = f"{cache}/bytecode"
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return {**found, **threads, "DO_NOT_TRACK": "true"}


def rehearsal(python: str, path: Path, rows: int) -> list[str]:
    """The command that rehearses a script."""
    ours = [sys.executable, "-m", "checker", "preflight", "--offline", "--python", python]
    return [*ours, str(path), "--rehearse", "--rows", str(rows), "--output", str(path.with_suffix(".txt"))]


def written(folder: Path, name: str, text: str) -> Path:
    """A script."""
    (path := folder / name).write_text(text, encoding="utf-8")
    return path


def side_by_side(python: str, folder: Path, options: argparse.Namespace) -> None:
    """Measure in turn, and print medians and ratios."""
    small = written(folder, "small.py", script(options.rows))
    commands = {
        "imports": [python, str(written(folder, "imports.py", IMPORTS + PATH))],
        "plain": [python, str(small)],
        "rehearsal": rehearsal(python, small, options.rows),
    }
    rows: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    for run in range(options.runs + 1):
        for name, command in commands.items():
            row = measured(command, None, environment())
            rows[name] += [row] * bool(run)  # the first fills the caches
    medians = {n: (statistics.median(r[0] for r in v), statistics.median(r[1] for r in v)) for n, v in rows.items()}
    for name, (seconds, memory) in medians.items():
        print(f"{name:9} {seconds:6.2f} s  {memory:6.0f} MiB   (runs: {', '.join(f'{r[0]:.2f}' for r in rows[name])})")
    imports, plain, ours = medians.values()
    print(f"ratio     {(ours[0] - imports[0]) / plain[0]:6.2f}    {ours[1] / plain[1]:6.2f}")


def long_training(python: str, folder: Path, options: argparse.Namespace) -> None:
    """Rehearse a training on all the rows, and say how long it would take."""
    first = measured([python, str(written(folder, "one.py", script(options.of, 1)))], None, environment())
    second = measured([python, str(written(folder, "two.py", script(options.of, 2)))], None, environment())
    tree = second[0] - first[0]
    seconds, memory = measured(
        rehearsal(python, written(folder, "long.py", script(options.of)), 1000), None, environment()
    )
    print(f"a tree on {options.of} rows takes {tree:.1f} s, {TREES} of them {tree * TREES / 60:.1f} min")
    print(f"rehearsed in {seconds:.1f} s, {memory:.0f} MiB (the script with one tree: {first[1]:.0f} MiB)")
    print(subprocess.run(["head", "-3", str(folder / "long.txt")], capture_output=True, text=True, check=True).stdout)


def main() -> None:
    """Both measurements."""
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--python", required=True)
    ap.add_argument("--runs", type=int, default=5)
    ap.add_argument("--rows", type=int, default=1000)
    ap.add_argument("--of", type=int, default=1_000_000)
    options = ap.parse_args()
    python = str(find(options.python))
    with tempfile.TemporaryDirectory() as folder:
        side_by_side(python, Path(folder), options)
        long_training(python, Path(folder), options)


if __name__ == "__main__":
    main()
