"""The proof of a one-package plan, side by side with building the environment by uv and the same probe.

    python benchmarks/proof.py --python PATIENT --wish 'skl2onnx==1.14.1' SCRIPT [--runs 5]

The proof: ask the index what becomes of everything installed (twice: as it is, and with the wish), build that in a
throwaway environment, ask it what the patient was asked, judge, remove everything. Beside it: `uv venv`,
`uv pip install --no-deps -r LOCK` and the same probe, by hand. Both with uv's cache warm and no bytecode to begin with.
Prints wall seconds and the ratio of the medians.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from checker.ask import ProbeRequest, of_python, prepare
from checker.knowledge import load
from checker.model import Case, Observation, Patient, Plan
from checker.remedy.prove.acceptance import explain_rejection, find_blockers, make_criteria
from checker.remedy.prove.environments import TrialEnvironments
from checker.remedy.solve.resolution_input import read_installed
from checker.rules import diagnose
from checker.world.sandbox import scratch_folder
from checker.world.uv import run_uv


def proof(base: Path, wanted: ProbeRequest, case: Case[Observation], wish: str) -> tuple[Plan, str]:
    """Plan, build, look, judge: the plan, and why it is no proof ("" when it is one)."""
    findings = diagnose(case)
    criteria = make_criteria(case, findings, find_blockers(findings))
    with scratch_folder() as folder:
        shop = TrialEnvironments(base, folder, wanted, case)
        plan = shop.make_solver(read_installed(case.subject)).solve([wish], up=True)
        assert isinstance(plan, Plan), plan
        return plan, explain_rejection(criteria, shop.try_plan(plan, criteria))


def by_hand(base: Path, wanted: ProbeRequest, plan: Plan) -> None:
    """The same environment and the same probe, without anything else."""
    with tempfile.TemporaryDirectory(dir=Path.home() / ".cache") as folder:
        place, lock = Path(folder) / "env", Path(folder) / "lock.txt"
        lock.write_text("\n".join(plan.lock), encoding="utf-8")
        python = str(place / "bin" / "python")
        assert run_uv(["venv", "-q", "--python", str(base), str(place)]).returncode == 0
        install = ["pip", "install", "-q", "--no-deps", "--no-build", "--python", python, "-r", str(lock)]
        assert run_uv(install).returncode == 0
        wanted.ask(Patient((python, "-"), python, ""), bytecode=str(Path(folder) / "bytecode"))


def main() -> None:
    """Measure in turn, and print medians and the ratio."""
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--python", required=True)
    ap.add_argument("--wish", required=True)
    ap.add_argument("--runs", type=int, default=5)
    ap.add_argument("script", type=Path)
    options = ap.parse_args()
    patient, wanted = of_python(options.python), prepare([options.script])
    case = Case(wanted.ask(patient)[0], wanted.script, load())
    base = Path(patient.command[0])
    plan, why = proof(base, wanted, case, options.wish)
    print(f"{', '.join(f'{c.name} {c.was} -> {c.to}' for c in plan.changes)}: {why or 'proven'}")
    seconds: dict[str, list[float]] = {"proof": [], "by hand": []}
    for _ in range(options.runs):
        start = time.perf_counter()
        proof(base, wanted, case, options.wish)
        middle = time.perf_counter()
        by_hand(base, wanted, plan)
        seconds["proof"].append(middle - start)
        seconds["by hand"].append(time.perf_counter() - middle)
    for name, values in seconds.items():
        print(f"{name:10} median {statistics.median(values):.2f} s  ({min(values):.2f} to {max(values):.2f})")
    print(f"ratio {statistics.median(seconds['proof']) / statistics.median(seconds['by hand']):.2f}")


if __name__ == "__main__":
    main()
