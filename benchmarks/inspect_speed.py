"""How long reading a large model takes, beside onnx: `python benchmarks/inspect_speed.py PYTHON [MEGABYTES]`.

PYTHON has onnx and numpy. Two models are made in a throwaway folder: one of constants, and one as forests are, whose
values stand one by one in attributes. Each reader runs in a process of its own, three times; the best time counts,
and the most memory, above that of its interpreter with nothing imported.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

MAKE = """
import sys, numpy as np, onnx
from onnx import helper as h, TensorProto as T, numpy_helper as nh
folder, size = sys.argv[1], int(sys.argv[2]) << 20
x = [h.make_tensor_value_info('X', T.FLOAT, [None, 4])]
y = [h.make_tensor_value_info('Y', T.FLOAT, [None, 1])]
def save(name, nodes, constants, opset):
    m = h.make_model(h.make_graph(nodes, 'g', x, y, constants), opset_imports=opset)
    m.ir_version = 8
    onnx.save_model(m, folder + '/' + name)
each = size // 16 // 8
w = [nh.from_array(np.random.rand(8, each // 4).astype('f4').reshape(4, -1), 'W%d' % i) for i in range(16)]
nodes = [h.make_node('MatMul', ['X', 'W%d' % i], ['Y%d' % i if i else 'Y']) for i in range(16)]
save('constants.onnx', nodes, w, [h.make_opsetid('', 17)])
n = size // 40
ids = np.random.randint(0, 2000, n).tolist()
attributes = dict(nodes_treeids=ids, nodes_nodeids=ids, nodes_featureids=ids, nodes_truenodeids=ids,
                  nodes_falsenodeids=ids, nodes_values=np.random.rand(n).tolist(), nodes_hitrates=[1.0] * n,
                  nodes_modes=['BRANCH_LEQ'] * n)
forest = h.make_node('TreeEnsembleRegressor', ['X'], ['Y'], domain='ai.onnx.ml', **attributes)
save('forest.onnx', [forest], [], [h.make_opsetid('', 17), h.make_opsetid('ai.onnx.ml', 1)])
"""
TIMED = """
import json, resource, sys, time
base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
start = time.perf_counter()
{0}
used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - base
print(json.dumps([time.process_time(), time.perf_counter() - start, used / 1024]))
"""
READERS = {
    "checker inspect": "from checker.cli import main\nmain(['inspect', sys.argv[1], '--output', '/dev/null'])",
    "onnx.load + check_model": "import onnx\nonnx.checker.check_model(onnx.load(sys.argv[1]))",
}


def timed(python: str, reader: str, path: Path) -> tuple[float, float, float]:
    """Seconds of the processor and of the clock, and megabytes: the best of three, and the most."""
    told = []
    for _ in range(3):
        words = [python, "-c", TIMED.format(READERS[reader]), str(path)]
        said = subprocess.run(words, check=True, capture_output=True, text=True).stdout
        told.append(json.loads(said.splitlines()[-1]))
    return min(one[0] for one in told), min(one[1] for one in told), max(one[2] for one in told)


def main(python: str, size: str = "100") -> None:
    """Print a row for each model and reader."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([python, "-c", MAKE, folder, size], check=True)
        for path in sorted(Path(folder).glob("*.onnx")):
            print(f"{path.name}, {path.stat().st_size / 1e6:.0f} MB")
            for reader in READERS:
                busy, seconds, used = timed(sys.executable if reader.startswith("checker") else python, reader, path)
                print(f"  {reader:26} {busy:7.2f} s busy {seconds:7.2f} s {used:7.0f} MB")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("python")
    parser.add_argument("megabytes", nargs="?", default="100")
    given = parser.parse_args()
    main(given.python, given.megabytes)
