"""What pins come to where nothing is built: the verdict on ten models, and the choice of a set for them.

    python benchmarks/static_verdict.py [--runs 9] [--python 3.11]

Prints wall seconds of whole commands, the interpreter's start included, median and best, and the best seconds of a
processor, which another load disturbs less: `preflight --static --requirements` and `matrix choose` for a script of ten
models, in turn with `uv pip compile` of the same pins, which asks only whether packages declare to go together. The
first run of each fills the caches and is left out. Ends with status 1 where a median misses its goal.
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

MODELS = (
    "linear_model.LogisticRegression", "linear_model.SGDClassifier", "ensemble.RandomForestClassifier",
    "ensemble.GradientBoostingClassifier", "ensemble.ExtraTreesClassifier", "svm.SVC", "tree.DecisionTreeClassifier",
    "neighbors.KNeighborsClassifier", "naive_bayes.GaussianNB", "neural_network.MLPClassifier",
)  # fmt: skip
PINS = """\
scikit-learn==1.4.2
skl2onnx==1.16.0
onnx==1.15.0
onnxruntime==1.17.1
numpy==1.26.4
scipy==1.12.0
protobuf==4.25.3
pandas==2.2.1
"""
CHECKER = [sys.executable, "-m", "checker"]
#: command -> seconds that its median may take
GOALS = {"preflight --static": 0.5, "matrix choose": 1.0}


def script() -> str:
    """A training of ten models, each of which is converted."""
    modules = sorted({model.partition(".")[0] for model in MODELS})
    lines = ["import numpy as np", "from skl2onnx import to_onnx", *(f"import sklearn.{name}" for name in modules)]
    lines += ["X = np.random.rand(100, 4).astype(np.float32)", "y = (X[:, 0] > 0.5).astype(int)"]
    for number, model in enumerate(MODELS):
        lines += [f"model{number} = sklearn.{model}().fit(X, y)", f"to_onnx(model{number}, X[:1])"]
    return "\n".join(lines) + "\n"


def seconds(command: list[str], folder: str) -> tuple[float, float]:
    """Wall seconds and seconds of a processor of one run; what it concludes does not matter, that it concludes does."""
    wall, before = time.perf_counter(), os.times()
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    took, after = time.perf_counter() - wall, os.times()
    if run.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(command)} failed:\n{run.stderr[-2000:]}")
    return took, after.children_user + after.children_system - before.children_user - before.children_system


def measured(python: str, runs: int) -> dict[str, list[tuple[float, float]]]:
    """What the runs of each command took, without the first."""
    wishes = [f"python=={python}", "onnxruntime==1.16.3"]
    pins = ["--requirements", "pins.txt", "--python", python]
    commands = {
        "preflight --static": [*CHECKER, "preflight", "--static", *pins, "train.py"],
        "matrix choose": [*CHECKER, "matrix", "choose", *wishes, "train.py"],
        "uv pip compile": ["uv", "pip", "compile", "--quiet", "--python-version", python, "pins.txt"],
    }
    rows: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "train.py").write_text(script(), encoding="utf-8")
        Path(folder, "pins.txt").write_text(PINS, encoding="utf-8")
        for _ in range(runs + 1):
            for name, command in commands.items():
                rows[name].append(seconds(command, folder))
    return {name: took[1:] for name, took in rows.items()}


def main() -> int:
    """Measure in turn, and print."""
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--runs", type=int, default=9)
    ap.add_argument("--python", default="3.11", metavar="VERSION")
    options = ap.parse_args()
    rows, missed = measured(options.python, options.runs), 0
    print(f"{'':20}{'median':>8}{'best':>8}{'processor':>11}{'goal':>7}   seconds")
    for name, took in rows.items():
        walls, median = [wall for wall, _ in took], statistics.median(wall for wall, _ in took)
        goal = GOALS.get(name)
        missed += goal is not None and median > goal
        print(f"{name:20}{median:8.2f}{min(walls):8.2f}{min(cpu for _, cpu in took):11.2f}{goal or '':>7}")
    return int(missed > 0)


if __name__ == "__main__":
    raise SystemExit(main())
