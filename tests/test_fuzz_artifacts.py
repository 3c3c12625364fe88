"""A few of the mutated files of benchmarks/fuzz_artifacts.py, the same ones at each run."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).parents[1]
sys.path.insert(0, str(HERE / "benchmarks"))

from fuzz_artifacts import run  # noqa: E402


def test_mutated_files_are_read_or_refused() -> None:
    done, _, _ = run(400, 0, files=sorted((HERE / "tests" / "pickles").iterdir()))
    assert done == 400
