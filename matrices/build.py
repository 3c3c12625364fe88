"""Folds what lies in this folder into the two files that ship: `python matrices/build.py [--check | --expired [DAY]]`.

The TOML files become `knowledge.json`, and the evidence of measurements becomes `measured.json.gz`, for the catalogue
of canaries as it is now. The result depends on the files alone, so that building twice gives the same.
"""

from __future__ import annotations

import datetime
import gzip
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # the same parser, before it came to the standard library

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from checker.sweep.fold import compressed, fold_evidence

BUILT, MEASURED = HERE / "built" / "knowledge.json", HERE / "built" / "measured.json.gz"
PROVENANCE = ("source", "date", "basis")


def read(path: Path) -> dict[str, Any]:
    """One TOML file."""
    told: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    return told


def dates(value: Any) -> list[str]:
    """Every `date` in a value, however deep."""
    if isinstance(value, list):
        return [d for v in value for d in dates(v)]
    if isinstance(value, dict):
        return [v for k, v in value.items() if k == "date"] + [d for v in value.values() for d in dates(v)]
    return []


def package(told: dict[str, Any]) -> dict[str, Any]:
    """A release file, with every list present."""
    return {"defaults": defaults(told), **{k: told.get(k, []) for k in ("releases", "known_bad", "names", "needs")}}


def defaults(told: dict[str, Any]) -> dict[str, Any]:
    """A file's own provenance, for the facts that have none."""
    return {k: told[k] for k in PROVENANCE}


def fold(folder: Path = HERE) -> str:
    """The built file's text."""
    files, targets = ([read(p) for p in sorted((folder / part).glob("*.toml"))] for part in ("releases", "targets"))
    told = read(folder / "signatures.toml")
    signatures = [{"types": [], "module": "", "stages": [], **s} for s in told["signatures"]]
    operators = read(folder / "operators.toml")
    built = {
        "date": max(dates([files, targets, told, operators])),
        "packages": {f["package"]: package(f) for f in files},
        "signatures": {"defaults": defaults(told), "signatures": signatures},
        "targets": targets,
        "operators": operators["operators"],
        "widened": operators["widened"],
    }
    return json.dumps(built, ensure_ascii=False, separators=(",", ":")) + "\n"


def expired(day: str, folder: Path = HERE) -> list[str]:
    """What somebody should look at again, on a day: places, and single limits of them, whose facts have expired."""
    found = []
    for path in sorted((folder / "targets").glob("*.toml")):
        told = read(path)
        for place in (told, *told.get("releases", ())):
            old = [fact for fact in (place, *place.get("limits", ())) if fact.get("expires", day) < day]
            named = (
                (fact.get("what") or place["name"], fact.get("date", told["date"]), fact["expires"]) for fact in old
            )
            found += [f"{path.name}: {what} of {date} expired on {end}" for what, date, end in named]
    return found


def measured(folder: Path = HERE) -> dict[str, Any]:
    """What the evidence comes to; an empty matrix where there is none."""
    return fold_evidence(folder / "evidence").folded()


def stale(text: str, matrix: Mapping[str, Any]) -> list[str]:
    """The names of the built files that are not what would be built; how they are compressed does not count."""
    found = [] if BUILT.is_file() and BUILT.read_text(encoding="utf-8") == text else [BUILT]
    if not MEASURED.is_file() or json.loads(gzip.decompress(MEASURED.read_bytes())) != matrix:
        found.append(MEASURED)
    return [path.relative_to(HERE.parent).as_posix() for path in found]


def main(arguments: list[str]) -> int:
    """Write the built files that are not up to date, or with `--check` only name them."""
    if "--expired" in arguments:
        day = next((a for a in arguments if a[:1].isdigit()), datetime.date.today().isoformat())
        old = expired(day)
        print("\n".join(old) or f"nothing has expired on {day}")
        return 1 if old else 0
    text, matrix = fold(), measured()
    found = stale(text, matrix)
    if "--check" in arguments:
        print(f"stale: {', '.join(found)}; run python matrices/build.py" if found else "up to date")
        return 1 if found else 0
    BUILT.parent.mkdir(exist_ok=True)
    BUILT.write_text(text, encoding="utf-8")
    if found[-1:] and found[-1].endswith(MEASURED.name):
        MEASURED.write_bytes(compressed(matrix))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
