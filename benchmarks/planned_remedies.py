"""Remedies with what was measured and without it, side by side: tries, seconds, whether the first try succeeds.

    python benchmarks/planned_remedies.py ENTRIES [--only ID ...] [--pythons DIR] [--matrix FILE] [--runs 1]

ENTRIES holds one JSON object a line: "id", "python" (3.11), "requirements", "forced" (installed without their
dependencies, may be missing), "workload" (the script). Each is built once with uv; then `preflight` is run on it in a
fresh process, in turn with the measurements and with an empty matrix in their place. Prints a line for each entry, and
the medians; a process that is not done after five minutes counts with these.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from checker.errors import CannotLook
from checker.matrix import measured
from checker.model import Plan
from checker.pipeline import preflight
from checker.remedy.prove.environments import TrialEnvironments
from checker.remedy.search.candidates import Candidate
from checker.remedy.search.search import Search
from checker.request import Remedies, Request
from checker.world.pythons import of_version
from checker.world.sandbox import python_in

#: seconds that a run may take
LIMIT = 300
WAYS = ("measured", "without")


def look(python: str, script: str, way: str, matrix: str) -> dict[str, Any]:
    """One preflight in this process: what it came to."""
    found = measured.Measured() if way == "without" else measured.read(Path(matrix)) if matrix else measured.load()
    measured.load = lambda: found  # type: ignore[assignment]
    begun: list[Plan] = []
    really = TrialEnvironments.try_plan

    def counted(self: TrialEnvironments, plan: Plan, criteria: Any) -> Any:
        begun.append(plan)
        return really(self, plan, criteria)

    TrialEnvironments.try_plan = counted  # type: ignore[method-assign]
    judged: list[Candidate] = []
    judge = Search._try

    def noted(self: Search, candidate: Candidate) -> None:
        judged.append(candidate)
        judge(self, candidate)

    Search._try = noted  # type: ignore[method-assign]
    started = time.perf_counter()
    report = preflight(Request(scripts=(Path(script),), python=python, remedies=Remedies.PROVEN))
    proven = [r for r in report.remedies if r.kind == "pins" and r.proven]
    locks = [getattr(r.proof, "lock", ()) for r in proven]
    return {
        "seconds": round(time.perf_counter() - started, 1),
        "verdict": report.verdict,
        "begun": len(begun),
        "tries": len(judged),
        "known": sum(not r.tried for r in report.refuted),
        "first": bool(judged) and judged[0].plan.lock in locks,
        "planned": bool(judged) and judged[0].outlook.works,
        "remedy": " ".join(report.remedies[0].requirements) if proven else "",
    }


def build(entry: dict[str, Any], place: Path, pythons: list[Path]) -> str:
    """The environment of an entry: its interpreter. Raises CalledProcessError and CannotLook."""
    base = of_version(entry["python"], pythons)
    subprocess.run(["uv", "venv", "-q", "--python", base, place], check=True)
    python = str(python_in(place))
    for words, wishes in (([], entry["requirements"]), (["--no-deps"], entry.get("forced") or [])):
        if wishes:
            subprocess.run(["uv", "pip", "install", "-q", "--python", python, *words, *wishes], check=True)
    return python


def run(python: str, script: Path, way: str, matrix: str) -> dict[str, Any]:
    """The same in a fresh process."""
    command = [sys.executable, __file__, "--one", python, str(script), way, matrix]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT, check=False, cwd=script.parent)
        return dict(json.loads(done.stdout))
    except subprocess.TimeoutExpired:
        return {"seconds": float(LIMIT), "error": "time"}
    except ValueError:
        return {"seconds": float(LIMIT), "error": done.stderr.strip().splitlines()[-1:]}


def compare(entry: dict[str, Any], options: argparse.Namespace) -> dict[str, dict[str, Any]]:
    """Both ways, each as often as asked for; of the runs of a way the one of median time."""
    folder = Path(tempfile.mkdtemp(prefix="planned-"))
    try:
        script = folder / "train.py"
        script.write_text(entry["workload"], encoding="utf-8")
        python = build(entry, folder / "env", options.pythons)
        runs: dict[str, list[dict[str, Any]]] = {way: [] for way in WAYS}
        for _ in range(options.runs):
            for way in WAYS:
                runs[way].append(run(python, script, way, options.matrix))
        return {way: sorted(told, key=lambda one: float(one["seconds"]))[len(told) // 2] for way, told in runs.items()}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    """Measure, and print."""
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(look(*sys.argv[2:6])))
        return
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("entries", type=Path)
    ap.add_argument("--only", nargs="*")
    ap.add_argument("--pythons", type=Path, action="append", default=[])
    ap.add_argument("--matrix", default="")
    ap.add_argument("--runs", type=int, default=1)
    options = ap.parse_args()
    found = []
    for line in options.entries.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        if options.only and entry["id"] not in options.only:
            continue
        with contextlib.suppress(subprocess.CalledProcessError, CannotLook):
            found.append(compare(entry, options))
            for way, told in found[-1].items():
                print(f"{entry['id'][:40]:40} {way:9} {json.dumps(told)}", flush=True)
    for way in WAYS:
        told = [pair[way] for pair in found]
        tried = [one for one in told if one.get("begun")]
        print(
            f"{way:9} median {statistics.median(one['seconds'] for one in told):.1f} s, "
            f"{sum(bool(one.get('remedy')) for one in told)} of {len(told)} mended, "
            f"the first try succeeds in {sum(bool(one['first']) for one in tried)} of {len(tried)}"
        )
    print(f"ratio {statistics.median(p['measured']['seconds'] / p['without']['seconds'] for p in found):.2f}")


if __name__ == "__main__":
    main()
